"""A scenario that can be checked, with what theory or its author says must come out; it runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.engine.units import Quantity
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Case:
    """One scenario with what theory says about it."""

    name: str
    """Short name, such as 'erlang-a'."""
    group: str
    """queues, learn, pipeline or customers."""
    source: str
    """Where the exact figures come from."""
    scenario: Scenario
    """What is simulated."""
    exact: Mapping[str, float]
    """KPI -> exact value, in the KPI's unit, at the scenario's horizon; what the scenario expects comes on top."""
    replications: int | None = None
    """Futures it needs; None for the usual number."""
    seed: int = 1
    """Root of all chance."""
    variants: Mapping[str, Scenario] = field(default_factory=dict)
    """The scenario with the settings changed that some of its expectations ask for, by how these are told."""


def built(name: str, horizon: str, teams: Mapping[str, Any], warm_up: float = 0.1, **plans: Any) -> Scenario:
    """A scenario of these plans, a tenth of its horizon cut from queueing figures."""
    raw = {"name": name, "clock": {"horizon": horizon, "report_at": [horizon]}, "teams": dict(teams), **plans}
    made = Scenario.model_validate(raw)
    clock = made.clock.model_copy(update={"warm_up": Quantity(warm_up * made.clock.horizon)})
    return made.model_copy(update={"clock": clock})


def exponential(mean: str) -> dict[str, str]:
    """An exponential law as a scenario has it."""
    return {"dist": "exponential", "mean": mean}
