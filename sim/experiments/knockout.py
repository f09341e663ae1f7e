"""What each feedback loop is worth: futures with it against the same futures without it; it runs nothing.

Definitions, of one figure Y at one horizon, future by future under the same luck:

- a loop is worth Y(all loops) - Y(all but it); its direct effect is Y(it alone) - Y(no loop); the rest of its worth is
  indirect: what it does through the other loops, or they through it;
- of two plans, D is the difference with all loops; a loop carries D - D(the loop off in both); the direct effect of the
  change is D(no loop in either); the rest of D is indirect: what the loops make of it.

The rule of multiplicity: for each figure, horizon and measure the loops are one family, and their intervals hold
simultaneously (Bonferroni). What is said of all loops together stands alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

from sim.errors import SimError
from sim.experiments.files import strict, table
from sim.experiments.statistics import Better, Interval, differences, t_interval, verdict

FIGURES = ("profit", "customers", "mrr")
"""Figures that loops are held against."""
TOGETHER = "all loops"
"""What stands in the place of a loop's name where all of them are meant."""

Measure = Literal["worth", "direct", "indirect", "difference", "without", "carried"]
"""What is told of a loop; 'difference', 'without' and 'carried' of two plans only."""
Role = str
"""'all', 'none', 'without LOOP' or 'LOOP alone'."""
Ask = Callable[[Role, str, str], list[float]]
"""Role, figure and horizon to one value for each future."""

_HEAD = (
    "loop", "horizon", "figure", "unit", "better", "measure", "mean", "half_width", "low", "high", "verdict",
    "replications", "confidence", "family",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One figure of one loop, or of all together, at one horizon."""

    loop: str
    """Its name; TOGETHER for all of them."""
    measure: Measure
    figure: str
    unit: str
    better: Better
    horizon: str
    interval: Interval
    verdict: str
    """What may be said: better if the figure is better for it."""


@dataclass(frozen=True)
class Attribution:
    """What is carried by which loop."""

    loops: tuple[str, ...]
    """The loops that can act, in the order of the scenario language."""
    figures: tuple[str, ...]
    """Figures that apply, in the order of FIGURES."""
    horizons: tuple[str, ...]
    confidence: float
    parts: tuple[Part, ...]
    """By figure, horizon and loop, all loops together last."""

    @cached_property
    def _places(self) -> dict[tuple[str, str, str, str], Part]:
        return {(each.loop, each.measure, each.figure, each.horizon): each for each in self.parts}

    def find(self, loop: str, measure: Measure, figure: str, horizon: str) -> Part:
        """One part; raises SimError if there is none."""
        try:
            return self._places[loop, measure, figure, horizon]
        except KeyError:
            raise SimError(f"nothing is known of '{measure}' of '{loop}' in '{figure}' at '{horizon}'") from None

    def to_csv(self) -> str:
        """One row for each part, figures to the last bit."""
        return table(_HEAD, (_row(each) for each in self.parts))

    def to_json(self) -> list[dict[str, Any]]:
        """Every part as a dict, nan as None."""
        found: list[dict[str, Any]] = strict([asdict(each) for each in self.parts])
        return found


def roles(loops: Sequence[str], *, alone: bool) -> dict[Role, tuple[str, ...]]:
    """Every role with the loops that it switches off; `alone` asks for those with one loop alone on as well."""
    found: dict[Role, tuple[str, ...]] = {"all": ()}
    found |= {f"without {loop}": (loop,) for loop in loops}
    if alone:
        found |= {f"{loop} alone": tuple(each for each in loops if each != loop) for loop in loops}
    return found | {"none": tuple(loops)}


def of_plan(ask: Ask, loops: Sequence[str], horizons: Sequence[str], confidence: float) -> Attribution:
    """What each loop of one plan is worth, directly and through the others."""
    return _attributed(_Asked(ask, confidence), loops, horizons, _worths)


def of_difference(
    ask: Ask, asked_of_other: Ask, loops: Sequence[str], horizons: Sequence[str], confidence: float
) -> Attribution:
    """What each loop carries of the difference of two plans, the second minus the first."""

    def difference(role: Role, figure: str, horizon: str) -> list[float]:
        return differences(asked_of_other(role, figure, horizon), ask(role, figure, horizon))

    return _attributed(_Asked(difference, confidence), loops, horizons, _carried)


class _Asked:
    """Answers of the futures, and what the tests make of them."""

    def __init__(self, ask: Ask, confidence: float) -> None:
        self.ask = ask
        self.confidence = confidence

    def part(self, loop: str, measure: Measure, place: tuple[str, str], values: Sequence[float], family: int) -> Part:
        from sim.metrics import kpi_of

        figure, horizon = place
        entry = kpi_of(figure)
        interval = t_interval(values, self.confidence, family)
        return Part(
            loop, measure, figure, entry.unit, entry.better, horizon, interval, verdict(interval, entry.better)
        )


def _attributed(
    asked: _Asked,
    loops: Sequence[str],
    horizons: Sequence[str],
    tell: Callable[[_Asked, Sequence[str], tuple[str, str]], Iterator[Part]],
) -> Attribution:
    figures = tuple(figure for figure in FIGURES if any(map(math.isfinite, asked.ask("all", figure, horizons[-1]))))
    parts = [part for figure in figures for at in horizons for part in tell(asked, loops, (figure, at))]
    return Attribution(tuple(loops), figures, tuple(horizons), asked.confidence, tuple(parts))


def _worths(asked: _Asked, loops: Sequence[str], place: tuple[str, str]) -> Iterator[Part]:
    family = max(len(loops), 1)
    everything, nothing = asked.ask("all", *place), asked.ask("none", *place)
    for loop in loops:
        worth = differences(everything, asked.ask(f"without {loop}", *place))
        direct = differences(asked.ask(f"{loop} alone", *place), nothing)
        yield asked.part(loop, "worth", place, worth, family)
        yield asked.part(loop, "direct", place, direct, family)
        yield asked.part(loop, "indirect", place, differences(worth, direct), family)
    yield asked.part(TOGETHER, "worth", place, differences(everything, nothing), 1)


def _carried(asked: _Asked, loops: Sequence[str], place: tuple[str, str]) -> Iterator[Part]:
    family = max(len(loops), 1)
    whole, direct = asked.ask("all", *place), asked.ask("none", *place)
    for loop in loops:
        rest = asked.ask(f"without {loop}", *place)
        yield asked.part(loop, "without", place, rest, family)
        yield asked.part(loop, "carried", place, differences(whole, rest), family)
    yield asked.part(TOGETHER, "difference", place, whole, 1)
    yield asked.part(TOGETHER, "direct", place, direct, 1)
    yield asked.part(TOGETHER, "indirect", place, differences(whole, direct), 1)


def _row(each: Part) -> list[object]:
    interval = each.interval
    return [
        each.loop, each.horizon, each.figure, each.unit, each.better, each.measure, interval.mean, interval.half_width,
        interval.low, interval.high, each.verdict, interval.n, interval.confidence, interval.family,
    ]  # fmt: skip
