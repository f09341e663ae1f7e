"""The front door: a business in which people sell and serve, simulated; everything is loaded when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiments.compare import compare as compare
    from sim.experiments.replicate import replicate as replicate
    from sim.model.company import simulate as simulate
    from sim.model.journal import Run as Run
    from sim.scenario.load import load as load
    from sim.scenario.scenario import Scenario as Scenario

__version__ = "0.4.0"

_ROOMS = {
    "load": "sim.scenario.load",
    "simulate": "sim.model.company",
    "replicate": "sim.experiments.replicate",
    "compare": "sim.experiments.compare",
    "Scenario": "sim.scenario.scenario",
    "Run": "sim.model.journal",
}

__all__ = ["Run", "Scenario", "compare", "load", "replicate", "simulate"]


def __getattr__(name: str) -> Any:
    """Fetch a public name from the room it lives in; raises AttributeError for any other name."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    """Public names, whether loaded yet or not."""
    return sorted([*__all__, "__version__"])
