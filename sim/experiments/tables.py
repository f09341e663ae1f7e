"""The tables of a study as CSV text, the same bytes for the same outcomes; it writes no file.

One value a cell, floats to the last bit, an empty cell where a figure does not apply.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sim.experiments.compare import Comparison, Contrast
from sim.experiments.files import table
from sim.experiments.outcome import Outcome
from sim.experiments.week import Hour, week_of

REPLICATIONS, MONTHLY, HOURS, COMPARISON = "replications.csv", "monthly.csv", "hours.csv", "comparison.csv"
NAMES = (REPLICATIONS, MONTHLY, HOURS, COMPARISON)
"""Every table a study may have."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_HOURS = ("plan", "group", "name", "weekday", "hour", "contacts", "service_level", "wait_min", "abandonment")
"""Columns of the week; the group is 'all', 'channel' or 'type', contacts are per replication."""
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
    if any(any(each.hours.values()) for each in outcomes):
        found[HOURS] = hours(outcomes)
    if comparison is not None:
        found[COMPARISON] = contrasts(comparison)
    return found


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
    """One row for each plan, hour of the week and channel, ticket type or all, over all replications.

    Hours in which nobody came have no row; the wait is in minutes.
    """
    return table(_HOURS, _hours(outcomes))


def _hours(outcomes: Sequence[Outcome]) -> Iterator[list[object]]:
    for plan, found in _by_plan(outcomes).items():
        for (group, name), week in week_of(found).items():
            for hour, sums in week.items():
                yield [plan, group, name, WEEKDAYS[hour // 24], hour % 24, *_told(sums, len(found))]


def _told(sums: Hour, replications: int) -> list[object]:
    return [
        sums.contacts / replications,
        sums.kept / sums.counted if sums.counted else math.nan,
        sums.wait / sums.waited * 60.0 if sums.waited else math.nan,
        sums.abandoned / sums.settled if sums.settled else math.nan,
    ]


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
