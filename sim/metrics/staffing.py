"""Who joins a team, leaves it, is missed or away, and how strained those are who are there; how busy is people's.

Counts are from the start of the clock; nothing is cut off by the warm-up.
"""

from __future__ import annotations

import numpy as np

from sim.engine.units import MONTH, YEAR
from sim.metrics.catalogue import kpi
from sim.metrics.readings import at, laid_off, readings, so_far, teams
from sim.metrics.view import Floats, Mask, View, derived, ratio
from sim.model.facts import ENDS
from sim.scenario.hiring import ByPlan

_ROUNDING = 1e-6
"""Hours by which two equal sums may differ."""


def _by_team(view: View, chosen: Mask, weights: Floats | None = None) -> dict[str, float]:
    """Count tenures of a mask by team, or add up their weights (one for every tenure)."""
    codes = view.column("tenures", "team")[chosen].astype(np.intp)
    part = None if weights is None else weights[chosen]
    sums = np.bincount(codes, weights=part, minlength=len(teams(view))).astype(float)
    return dict(zip(teams(view), sums.tolist(), strict=True))


@derived
def _years(view: View) -> dict[str, float]:
    """Years that people of each team were employed, all together."""
    return {team: so_far(view, team, "employed", view.end) / YEAR for team in teams(view)}


@derived
def _there(view: View) -> Mask:
    """Tenures of those who are employed at the end."""
    mask: Mask = ~(view.column("tenures", "left") <= view.end)
    return mask


@kpi("quits", "count", "lower", "People of this team who quit.", per="team")
def quits(view: View) -> dict[str, float]:
    return _by_team(view, view.column("tenures", "end") == ENDS.index("quit"))


@kpi(
    "quit_rate",
    "share/yr",
    "lower",
    "People of all teams who quit in a year, as a share of the filled positions: quits over years employed.",
)
def quit_rate(view: View) -> float:
    return ratio(sum(quits(view).values()), sum(_years(view).values()))


@kpi(
    "quit_rate",
    "share/yr",
    "lower",
    "People of this team who quit in a year, as a share of its filled positions: quits over years employed.",
    per="team",
)
def quit_rate_by_team(view: View) -> dict[str, float]:
    return {team: ratio(n, _years(view)[team]) for team, n in quits(view).items()}


def _ruled(view: View) -> tuple[str, ...]:
    """Teams whose headcount follows a rule."""
    rules = view.scenario.loops.hiring.teams if view.scenario.loops.hiring.on else {}
    return tuple(team for team in teams(view) if team in rules)


@kpi("layoffs", "count", "lower", "People of this team laid off. Only with a rule for its headcount.", per="team")
def layoffs(view: View) -> dict[str, float]:
    return {team: laid_off(view, team, view.end) for team in _ruled(view)}


@kpi(
    "layoff_rate",
    "share/yr",
    "lower",
    "People of this team laid off in a year, as a share of its filled positions: layoffs over years employed. Only "
    "with a rule for its headcount.",
    per="team",
)
def layoff_rate(view: View) -> dict[str, float]:
    return {team: ratio(n, _years(view)[team]) for team, n in layoffs(view).items()}


@kpi(
    "headcount_mean",
    "count",
    "neutral",
    "Mean number of filled positions of this team over clock time.",
    per="team",
)
def headcount_mean(view: View) -> dict[str, float]:
    return {team: ratio(years * YEAR, view.end) for team, years in _years(view).items()}


@kpi("headcount_wanted", "count", "neutral", "Positions wanted of this team at the end, filled or not.", per="team")
def headcount_wanted(view: View) -> dict[str, float]:
    return {team: at(view, team, "wanted", view.end) for team in teams(view)}


@kpi(
    "vacancy",
    "share",
    "lower",
    "Positions wanted but not filled, as a share of positions wanted, over clock time. In a month in which more people "
    "were there than wanted nothing was vacant.",
    per="team",
)
def vacancy(view: View) -> dict[str, float]:
    shares = {}
    for team, taken in readings(view).items():
        wanted = _wanted(view, team)
        missing = wanted - np.diff(taken["employed"], prepend=0.0)
        shares[team] = ratio(float(missing[missing > _ROUNDING].sum()), float(wanted.sum()))
    return shares


def _wanted(view: View, team: str) -> Floats:
    """Hours for which positions of a team were wanted, from each reading to the next (and up to the first).

    A number that is read at the instant of a decision may be the old or the new one, so decisions are placed by the
    rule: what a plan wants it says itself; between the first and the last review in a stretch of time nothing is known
    but where it began and ended.
    """
    taken = readings(view)[team]
    ends, heads = taken["time"], taken["wanted"]
    begins, before = np.append(0.0, ends[:-1])[: len(ends)], np.append(heads[:1], heads[:-1])
    rule = view.scenario.loops.hiring.teams.get(team) if team in _ruled(view) else None
    if rule is None:
        hours: Floats = before * (ends - begins)
        return hours
    if isinstance(rule, ByPlan):
        edges = np.append([0.0, *(float(step.from_) for step in rule.steps)], np.inf)
        numbers = [view.scenario.teams[team].positions(), *(step.headcount for step in rule.steps)]
        spans = np.minimum(ends[:, None], edges[1:]) - np.maximum(begins[:, None], edges[:-1])
        hours = (np.maximum(spans, 0.0) * numbers).sum(axis=1)
        return hours
    first = np.maximum(np.ceil(begins / rule.every - _ROUNDING), 1.0) * rule.every
    last = np.maximum((np.ceil(ends / rule.every - _ROUNDING) - 1.0) * rule.every, first)
    decided = first < ends - _ROUNDING
    first, last = np.where(decided, first, ends), np.where(decided, last, ends)
    hours = before * (first - begins) + (before + heads) / 2.0 * (last - first) + heads * (ends - last)
    return hours


@kpi(
    "absence",
    "share",
    "lower",
    "Time that people of this team were away in spells of absence, as a share of the time they were employed, both in "
    "clock time. Only teams that have such spells.",
    per="team",
)
def absence(view: View) -> dict[str, float]:
    plans = view.scenario.teams
    away = {team: so_far(view, team, "absent", view.end) for team in teams(view) if plans[team].absence is not None}
    return {team: ratio(hours, _years(view)[team] * YEAR) for team, hours in away.items()}


@kpi(
    "occupancy_felt",
    "share",
    "lower",
    "Work as a share of the time on duty as it is felt at the end, smoothed over burnout.memory. Only with the loop of "
    "burnout.",
    per="team",
)
def occupancy_felt(view: View) -> dict[str, float]:
    if not view.scenario.loops.burnout.on:
        return {}
    return {team: at(view, team, "occupancy", view.end) for team in teams(view)}


@kpi(
    "strain",
    "share",
    "lower",
    "How far work as a share of the time on duty, smoothed (occupancy_felt), lies at the end above what people can "
    "bear for good (burnout.above). Only with the loop of burnout.",
    per="team",
)
def strain(view: View) -> dict[str, float]:
    above = view.scenario.loops.burnout.above
    felt = occupancy_felt(view)
    return {team: max(0.0, share - above) if share >= 0 else share for team, share in felt.items()}


@kpi(
    "tenure",
    "months",
    "neutral",
    "Mean time in the job of those employed at the end, for those who were there at the start since then.",
    per="team",
)
def tenure(view: View) -> dict[str, float]:
    there = _there(view)
    months = (view.end - view.column("tenures", "joined")) / MONTH
    counts = _by_team(view, there)
    return {team: ratio(total, counts[team]) for team, total in _by_team(view, there, months).items()}


@kpi(
    "newcomers",
    "share",
    "lower",
    "People who are still growing into the job, as a share of those employed at the end. Only teams with a ramp.",
    per="team",
)
def newcomers(view: View) -> dict[str, float]:
    there = _there(view)
    new, counts = _by_team(view, there & ~(view.column("tenures", "ramped") <= view.end)), _by_team(view, there)
    plans = view.scenario.teams
    return {team: ratio(new[team], counts[team]) for team in teams(view) if plans[team].ramp is not None}
