"""The register of KPIs: name, unit, direction and definition of each; the one place that tables and `explain` read.

It computes nothing itself and knows no department.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from sim.metrics.view import NAN, View, derived
from sim.model.journal import Run

Better = Literal["higher", "lower", "neutral"]
Unit = Literal[
    "count", "share", "share/mo", "share/yr", "ratio", "min", "h", "person-h", "d", "months", "points", "EUR", "EUR/mo",
]  # fmt: skip
Per = Literal[
    "source", "stage", "loss", "interaction", "activity", "team", "channel", "type", "reason", "origin", "tag", "kind",
    "leaving", "segment", "tenure",
]  # fmt: skip
Part = Literal["marketing", "sales", "service", "customers"]

Value = TypeVar("Value", bound=float | Mapping[str, float])


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure that a run amounts to."""

    name: str
    """Its name; with `per`, the part before the dot."""
    unit: Unit
    """What it is counted in; 'EUR' stands for the scenario's currency."""
    better: Better
    """Which way is good for the company, other things equal."""
    definition: str
    """One or two sentences that state every denominator."""
    compute: Callable[[View], float | Mapping[str, float]]
    """The figure of a run; with `per`, one figure per word."""
    per: Per | None = None
    """What it is told apart by: the flat name is then `name.word`, such as `occupancy.agents`."""
    headline: bool = False
    """Whether a planner reads it first."""
    needs: tuple[Part, ...] = ()
    """Parts of the scenario without which it is not applicable."""

    @property
    def key(self) -> str:
        """Its key in the register: `wins`, `occupancy.<team>`."""
        return f"{self.name}.<{self.per}>" if self.per else self.name

    def unit_in(self, currency: str) -> str:
        """The unit with the scenario's currency."""
        return self.unit.replace("EUR", currency)

    def applies(self, run: Run) -> bool:
        """Whether the scenario has the parts it is about."""
        return all(getattr(run.scenario, part) is not None for part in self.needs)

    def values(self, view: View) -> dict[str, float]:
        """Return flat name -> value; nan where it is not applicable."""
        if self.per is None:
            value = self.compute(view) if self.applies(view.run) else NAN
            return {self.name: float(value)}  # type: ignore[arg-type]
        if not self.applies(view.run):
            return {}
        figures = self.compute(view)
        assert isinstance(figures, Mapping), f"{self.key} must give one figure per {self.per}"
        return {f"{self.name}.{word}": float(value) for word, value in figures.items()}


REGISTER: dict[str, Kpi] = {}
"""Every KPI by key, in the order in which tables show them; filled once, when `sim.metrics` is imported."""


def kpi(
    name: str,
    unit: Unit,
    better: Better,
    definition: str,
    *,
    per: Per | None = None,
    headline: bool = False,
    needs: tuple[Part, ...] = (),
) -> Callable[[Callable[[View], Value]], Callable[[View], Value]]:
    """Enter a function of a view into the register; each view works it out once."""

    def enter(compute: Callable[[View], Value]) -> Callable[[View], Value]:
        once = derived(compute)
        entry = Kpi(name, unit, better, definition, once, per, headline, needs)
        if entry.key in REGISTER:
            raise ValueError(f"KPI '{entry.key}' is registered twice")
        REGISTER[entry.key] = entry
        return once

    return enter


def kpi_of(flat: str) -> Kpi:
    """Return the KPI that a flat name such as `wins` or `occupancy.agents` belongs to; raises KeyError."""
    if flat in REGISTER:
        return REGISTER[flat]
    head, _, word = flat.partition(".")
    found = [entry for entry in REGISTER.values() if entry.per and entry.name == head and word]
    if not found:
        raise KeyError(flat)
    return found[0]


def evaluate(run: Run) -> dict[str, float]:
    """Return every KPI of a run by flat name, in catalogue order; nan where it is not applicable."""
    view = View(run)
    return {name: value for entry in REGISTER.values() for name, value in entry.values(view).items()}


def at_horizons(run: Run) -> dict[float, dict[str, float]]:
    """Return every KPI at each instant [h] the scenario wants told, as it would have looked at that instant."""
    instants = [at for at in run.scenario.clock.horizons() if at <= run.horizon]
    return {at: evaluate(run.until(at)) for at in instants or [run.horizon]}
