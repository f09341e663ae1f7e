"""One figure that must come out, in the figure's own unit, and what an interval says about it; it runs nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.engine.units import DAY, MONTH, YEAR, Dimension, show
from sim.errors import SimError, suggestion
from sim.experiments.outcome import Outcome
from sim.experiments.statistics import Interval, differences
from sim.metrics import kpi_of
from sim.scenario.expect import Expectation, reading
from sim.scenario.scenario import Scenario
from sim.scenario.variants import spelled

Word = Literal["is", "above", "below"]
Verdict = Literal["agrees", "deviates", "undecided"]

ROUNDING = 1e-9
"""Relative difference that is no deviation, where a figure does not vary at all."""

_SIZES: Mapping[str, tuple[Dimension, float]] = {
    "min": ("duration", 1 / 60),
    "h": ("duration", 1.0),
    "d": ("duration", DAY),
    "months": ("duration", MONTH),
    "share": ("share", 1.0),
    "share/mo": ("hazard", 1 / MONTH),
    "share/yr": ("hazard", 1 / YEAR),
    "EUR": ("money", 1.0),
    "EUR/mo": ("money_rate", 1 / MONTH),
}
"""Dimension of each unit of a figure, and how much of the inside unit one of it is; other units are bare numbers."""
_PLAIN = {"duration": "a time", "share": "a share", "hazard": "a share per time", "money": "an amount",
          "money_rate": "an amount per time", "number": "a bare number", "rate": "a rate"}  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """What one figure, or the difference of two, must be."""

    figure: str
    """Flat name of the KPI."""
    word: Word
    """Whether it must be the value, or lie above or below it."""
    value: float
    """In the KPI's unit."""
    within: float = 0.0
    """How far the value itself may be off, as a share of it."""
    minus: str | None = None
    """A KPI that is taken off it, future by future."""
    at: float | None = None
    """Instant at which it is read [h]; None for the horizon."""
    minus_at: float | None = None
    """Instant at which `minus` is read [h]; None for the same."""
    variant: str = ""
    """Settings of the scenario that are changed for the figure, as they are told; empty for none."""
    minus_variant: str | None = None
    """Settings that are changed for `minus`; None for the same."""
    because: str = ""
    """Why it must come out so."""

    @property
    def name(self) -> str:
        """The figure as tables call it: 'wait.ten - wait.four at 30 wk', 'wins with teams.reps.headcount=4 - wins'."""
        first = self._place(self.variant, self.at)
        if self.minus is None:
            return f"{self.figure}{first}"
        second = self._place(*self._second)
        return f"{self.figure}{'' if first == second else first} - {self.minus}{second}"

    @property
    def variants(self) -> tuple[str, ...]:
        """Every variant of the scenario that it reads, '' for the scenario as it stands."""
        return tuple(dict.fromkeys((self.variant, self._second[0]) if self.minus else (self.variant,)))

    @property
    def _second(self) -> tuple[str, float | None]:
        """Variant and instant of `minus`."""
        variant = self.variant if self.minus_variant is None else self.minus_variant
        return variant, self.at if self.minus_at is None else self.minus_at

    @staticmethod
    def _place(variant: str, at: float | None) -> str:
        changed = f" with {variant}" if variant else ""
        return changed + (f" at {show(at, 'duration')}" if at is not None else "")

    @property
    def expectation(self) -> str:
        """The demand as tables show it: '4.263', '0.339 (within 5 %)', '> 0'."""
        if self.word == "is":
            return f"{self.value:.5g}" + (f" (within {100 * self.within:g} %)" if self.within else "")
        return f"{'>' if self.word == 'above' else '<'} {self.value:.5g}"

    def verdict(self, found: Interval) -> Verdict:
        """What the interval says: `is` agrees if it reaches the value or its band; above and below need all of it."""
        if math.isnan(found.low):
            return "undecided"
        if self.word == "is":
            slack = self.within * abs(self.value) + ROUNDING * max(abs(self.value), abs(found.mean))
            near = found.low - slack <= self.value <= found.high + slack
            return "agrees" if near else "deviates"
        low, high = (found.low, found.high) if self.word == "above" else (-found.high, -found.low)
        limit = self.value if self.word == "above" else -self.value
        return "agrees" if low > limit else "deviates" if high <= limit else "undecided"

    def values(self, found: Mapping[str, Sequence[Outcome]], where: str) -> list[float]:
        """The figure, or the difference, in each future; `found` has the outcomes of each of its variants.

        Raises SimError for a figure that a run does not have.
        """
        first = _read(found, self.figure, self.variant, self.at, where)
        if self.minus is None:
            return first
        return differences(first, _read(found, self.minus, *self._second, where))


def _read(
    found: Mapping[str, Sequence[Outcome]], figure: str, variant: str, at: float | None, where: str
) -> list[float]:
    values = []
    for outcome in found[variant]:
        told = outcome.kpis
        kpis = list(told.values())[-1] if at is None else told[show(float(at), "duration")]
        if figure not in kpis:
            place = f"'{where}'{' with ' if variant else ''}{variant}"
            raise SimError(f"{place} has no figure '{figure}'{suggestion(figure, kpis)}")
        values.append(kpis[figure])
    return values


def statement_of(expected: Expectation, scenario: Scenario) -> Statement:
    """What an expectation says in its figure's unit; raises SimError for an unknown figure or a unit that is not its.

    A bare 0 needs no unit, and a share may be written as a bare number.
    """
    written = next((word, value) for word, value in expected.demands() if value is not None)
    unit = _unit_of(expected, scenario)
    number, dimension = reading(written[1])
    wanted, size = _SIZES.get(unit, ("number", 1.0))
    bare = dimension == "number" and (wanted == "share" or number == 0)
    if dimension != wanted and not bare:
        told = f"{_PLAIN[wanted]} [{unit}]" if wanted != "number" else f"counted in {unit}"
        raise SimError(
            f"expect of '{scenario.name}': {expected.figure} is {told}, but '{written[1]}' is {_PLAIN[dimension]}"
        )
    return Statement(
        figure=expected.figure,
        word=written[0],  # type: ignore[arg-type]
        value=number / size,
        within=expected.within or 0.0,
        minus=expected.minus,
        at=expected.at,
        minus_at=expected.minus_at,
        variant=spelled(expected.settings),
        minus_variant=None if expected.minus_settings is None else spelled(expected.minus_settings),
        because=expected.because,
    )


def _unit_of(expected: Expectation, scenario: Scenario) -> str:
    """Unit of the figure, which that of `minus` must share."""
    from sim.metrics import REGISTER

    units = []
    for figure in (expected.figure, expected.minus):
        if figure is not None:
            try:
                units.append(kpi_of(figure).unit)
            except KeyError:
                near = suggestion(figure, [*REGISTER, *{kpi.name for kpi in REGISTER.values()}])
                raise SimError(f"expect of '{scenario.name}': there is no figure '{figure}'{near}") from None
    if len(set(units)) > 1:
        raise SimError(
            f"expect of '{scenario.name}': {expected.figure} is in {units[0]}, {expected.minus} in {units[1]}"
        )
    return units[0]
