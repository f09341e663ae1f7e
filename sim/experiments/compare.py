"""Plans against a baseline under common random numbers: paired differences, simultaneous intervals, verdicts in words.

It runs nothing and draws nothing; it judges outcomes that exist.

The rule of multiplicity, stated once: for each KPI and horizon, the plans compared with the baseline are one family,
and their intervals hold simultaneously (Bonferroni; Tukey's and Dunnett's assume independence, which common random
numbers take away). Different KPIs and horizons are different questions and are not adjusted for one another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from sim.errors import SimError, suggestion
from sim.experiments.files import strict
from sim.experiments.outcome import Outcome
from sim.experiments.statistics import (
    Better,
    Interval,
    paired,
    share_ahead,
    t_interval,
    variance_ratio,
    verdict,
)

Meaning = Callable[[str], tuple[str, Better]]
"""Unit and good direction of a KPI by flat name."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One KPI of one plan against the baseline at one horizon."""

    plan: str
    kpi: str
    unit: str
    """Unit of the KPI, 'EUR' standing for the scenario's currency."""
    better: Better
    horizon: str
    """Instant it is told at, such as '12 mo'."""
    mean: Interval
    """Mean of the plan with the interval that stands alone."""
    baseline_mean: Interval
    """The same of the baseline."""
    difference: Interval
    """Plan minus baseline, paired; simultaneous over the plans compared (see `difference.family`)."""
    ahead: float
    """Share of the futures in which the plan is strictly ahead (for a neutral KPI: higher)."""
    verdict: str
    """What may be said, from `difference`."""
    variance_ratio: float
    """How many times smaller the variance of the difference is than with independent seeds."""


@dataclass(frozen=True)
class Comparison:
    """Every plan against the baseline, for every KPI and horizon they share."""

    baseline: str
    plans: tuple[str, ...]
    """The plans compared with the baseline, which is not among them."""
    horizons: tuple[str, ...]
    """Horizons that all plans share, rising."""
    kpis: tuple[str, ...]
    """KPIs in the order of the catalogue."""
    confidence: float
    family: int
    """Number of plans compared: the simultaneous intervals of one KPI and horizon."""
    contrasts: tuple[Contrast, ...]
    """By plan, then horizon, then KPI."""

    @cached_property
    def _places(self) -> dict[tuple[str, str, str], Contrast]:
        return {(each.plan, each.kpi, each.horizon): each for each in self.contrasts}

    def find(self, plan: str, kpi: str, horizon: str) -> Contrast:
        """One contrast; raises SimError if the plans do not share this KPI or horizon."""
        try:
            return self._places[plan, kpi, horizon]
        except KeyError:
            hint = suggestion(kpi, self.kpis) if kpi not in self.kpis else ""
            raise SimError(f"'{plan}' is not compared on '{kpi}' at '{horizon}'{hint}") from None

    def to_json(self) -> dict[str, Any]:
        """Everything as dicts and lists, nan as None."""
        tree: dict[str, Any] = strict(asdict(self))
        return tree


def compare(
    outcomes: Sequence[Outcome],
    baseline: str | None = None,
    confidence: float = 0.95,
    *,
    meaning: Meaning | None = None,
) -> Comparison:
    """Compare every plan among the outcomes with the baseline (the first plan, unless named).

    Pairs are replications of the same number; one that a plan lacks is left out. A KPI that only one of two plans has
    (a team of its own) cannot be compared and is left out. Raises SimError if there is nothing to compare.
    """
    by_plan = _by_plan(outcomes)
    first = next(iter(by_plan), None) if baseline is None else baseline
    if first is None or first not in by_plan:
        raise SimError(f"there are no outcomes of the baseline '{first}'{suggestion(str(first), by_plan)}")
    others = tuple(plan for plan in by_plan if plan != first)
    if not others:
        raise SimError(f"there is nothing to compare with '{first}'")
    horizons = shared_horizons(outcomes)
    if not horizons:
        raise SimError("the plans share no horizon; give them the same 'clock.horizon' and 'clock.report_at'")
    judge = _Judge(by_plan[first], confidence, len(others), meaning or _register)
    contrasts = tuple(
        judge.contrast(plan, by_plan[plan], kpi, horizon)
        for plan in others
        for horizon in horizons
        for kpi in _shared(by_plan[first], by_plan[plan], horizon)
    )
    kpis = tuple(dict.fromkeys(each.kpi for each in contrasts))
    return Comparison(first, others, horizons, kpis, confidence, len(others), contrasts)


def shared_horizons(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Horizons that every outcome has, in the order of the first one."""
    if not outcomes:
        return ()
    return tuple(at for at in outcomes[0].kpis if all(at in each.kpis for each in outcomes))


def summarize(outcomes: Sequence[Outcome], horizon: str, confidence: float = 0.95) -> dict[str, Interval]:
    """Mean of every KPI of one plan's outcomes at a horizon with its interval, in the order of the catalogue."""
    found = [each.kpis[horizon] for each in sorted(outcomes, key=lambda each: each.replication)]
    names = dict.fromkeys(name for figures in found for name in figures)
    return {name: t_interval((each.get(name, float("nan")) for each in found), confidence) for name in names}


class _Judge:
    """Holds the baseline against one plan after the other."""

    def __init__(self, baseline: Mapping[int, Outcome], confidence: float, family: int, meaning: Meaning) -> None:
        self._baseline = baseline
        self._confidence = confidence
        self._family = family
        self._meaning = meaning

    def contrast(self, plan: str, found: Mapping[int, Outcome], kpi: str, horizon: str) -> Contrast:
        numbers = [number for number in sorted(found) if number in self._baseline]
        ours = [found[number].kpis[horizon].get(kpi, float("nan")) for number in numbers]
        theirs = [self._baseline[number].kpis[horizon].get(kpi, float("nan")) for number in numbers]
        unit, better = self._meaning(kpi)
        difference = paired(ours, theirs, self._confidence, self._family)
        return Contrast(
            plan=plan,
            kpi=kpi,
            unit=unit,
            better=better,
            horizon=horizon,
            mean=t_interval(ours, self._confidence),
            baseline_mean=t_interval(theirs, self._confidence),
            difference=difference,
            ahead=share_ahead(ours, theirs, better),
            verdict=verdict(difference, better),
            variance_ratio=variance_ratio(ours, theirs),
        )


def _register(kpi: str) -> tuple[str, Better]:
    from sim.metrics import kpi_of

    entry = kpi_of(kpi)
    return entry.unit, entry.better


def _by_plan(outcomes: Sequence[Outcome]) -> dict[str, dict[int, Outcome]]:
    """Plans in order of appearance, each with its outcomes by replication."""
    found: dict[str, dict[int, Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.plan, {})[outcome.replication] = outcome
    return found


def _shared(first: Mapping[int, Outcome], second: Mapping[int, Outcome], horizon: str) -> list[str]:
    """KPIs that both plans have at a horizon, in the order of the first."""
    mine = dict.fromkeys(name for each in first.values() for name in each.kpis[horizon])
    theirs = {name for each in second.values() for name in each.kpis[horizon]}
    return [name for name in mine if name in theirs]
