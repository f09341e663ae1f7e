"""The tables of a study as CSV text, the same bytes for the same outcomes; it writes no file.

One value a cell, floats to the last bit, an empty cell where a figure does not apply.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sim.experiments.compare import Comparison, Contrast
from sim.experiments.files import table
from sim.experiments.outcome import Outcome

REPLICATIONS, MONTHLY, HOURS, COMPARISON = "replications.csv", "monthly.csv", "hours.csv", "comparison.csv"
NAMES = (REPLICATIONS, MONTHLY, HOURS, COMPARISON)
"""Every table a study may have."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CONTRAST = (
    "horizon", "kpi", "unit", "better", "baseline", "plan", "baseline_mean", "baseline_half_width", "plan_mean",
    "plan_half_width", "difference", "half_width", "low", "high", "verdict", "ahead", "variance_ratio", "replications",
    "confidence", "plans_compared",
)  # fmt: skip
"""Columns of the comparison; low and high hold for all plans compared at once, with the confidence given."""


def tables(outcomes: Sequence[Outcome], comparison: Comparison | None) -> dict[str, str]:
    """Every table by file name; one that has nothing to say is left out."""
    found = {REPLICATIONS: replications(outcomes)}
    if any(each.monthly for each in outcomes):
        found[MONTHLY] = monthly(outcomes)
    if any(_rings(each) for each in outcomes):
        found[HOURS] = hours(outcomes)
    if comparison is not None:
        found[COMPARISON] = contrasts(comparison)
    return found


def _rings(outcome: Outcome) -> bool:
    """Whether anybody ever called or wrote."""
    return any(any(day) for day in outcome.hours.get("total", ())) if outcome.hours else False


def replications(outcomes: Sequence[Outcome]) -> str:
    """One row for each plan, horizon and replication, KPIs as columns in the order of the catalogue."""
    names = list(dict.fromkeys(name for each in outcomes for figures in each.kpis.values() for name in figures))
    horizons = dict.fromkeys((each.plan, at) for each in outcomes for at in each.kpis)
    by_plan = _by_plan(outcomes)
    rows = (
        [plan, at, each.replication, *(each.kpis[at].get(name, math.nan) for name in names)]
        for plan, found in by_plan.items()
        for at in (horizon for owner, horizon in horizons if owner == plan)
        for each in found
        if at in each.kpis
    )
    return table(["plan", "horizon", "replication", *names], rows)


def monthly(outcomes: Sequence[Outcome]) -> str:
    """One row for each plan, replication and month, series as columns."""
    series = [name for name in dict.fromkeys(n for each in outcomes for n in each.monthly) if name != "month"]
    return table(["plan", "replication", "month", *series], _months(outcomes, series))


def _months(outcomes: Sequence[Outcome], series: Sequence[str]) -> Iterator[list[object]]:
    for each in outcomes:
        length = max((len(values) for values in each.monthly.values()), default=0)
        numbers = each.monthly.get("month") or [float(place + 1) for place in range(length)]
        for place, number in enumerate(numbers):
            columns = (each.monthly.get(name, []) for name in series)
            values = (column[place] if place < len(column) else math.nan for column in columns)
            yield [each.plan, each.replication, int(number), *values]


def hours(outcomes: Sequence[Outcome]) -> str:
    """One row for each plan, weekday and hour of arrival: contacts over all replications, and how many were in time."""
    return table(["plan", "weekday", "hour", "answered_in_time", "contacts", "service_level"], _hours(outcomes))


def _hours(outcomes: Sequence[Outcome]) -> Iterator[list[object]]:
    for plan, found in _by_plan(outcomes).items():
        weeks = [each.hours for each in found if each.hours]
        for day, weekday in enumerate(WEEKDAYS if weeks else ()):
            for hour in range(24):
                answered = math.fsum(week["answered"][day][hour] for week in weeks)
                total = math.fsum(week["total"][day][hour] for week in weeks)
                yield [plan, weekday, hour, answered, total, answered / total if total else math.nan]


def contrasts(comparison: Comparison) -> str:
    """One row for each plan, horizon and KPI against the baseline."""
    return table(_CONTRAST, (_contrast(comparison, each) for each in comparison.contrasts))


def _contrast(comparison: Comparison, each: Contrast) -> list[object]:
    difference = each.difference
    return [
        each.horizon, each.kpi, each.unit, each.better, comparison.baseline, each.plan, each.baseline_mean.mean,
        each.baseline_mean.half_width, each.mean.mean, each.mean.half_width, difference.mean, difference.half_width,
        difference.low, difference.high, each.verdict, each.ahead, each.variance_ratio, difference.n,
        difference.confidence, difference.family,
    ]  # fmt: skip


def _by_plan(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.plan, []).append(outcome)
    return found
