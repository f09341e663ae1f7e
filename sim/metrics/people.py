"""How busy the teams were and how many they are, from readings of their time; what they cost is economics'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.units import DAY, WEEK
from sim.metrics.catalogue import kpi
from sim.metrics.readings import at, hired, since_warm_up, teams
from sim.metrics.view import View, ratio

if TYPE_CHECKING:
    from sim.scenario.clock import Clock
    from sim.scenario.teams import TeamPlan


_ROUNDING = 1e-6
"""Person-hours by which two equal sums may differ [h]."""


@kpi(
    "occupancy",
    "share",
    "neutral",
    "Person-hours of work as a share of person-hours on duty, after the warm-up. Both are exact time totals; near 1 "
    "nobody is ever free, and queues grow.",
    per="team",
    headline=True,
)
def occupancy(view: View) -> dict[str, float]:
    busy, on_duty = ({team: since_warm_up(view, team, name) for team in teams(view)} for name in ("busy", "on_duty"))
    return {team: ratio(busy[team], on_duty[team]) for team in busy}


@kpi(
    "utilization",
    "share",
    "neutral",
    "Person-hours of work as a share of paid person-hours, after the warm-up: filled positions times their contract "
    "hours, with breaks, training, shrinkage and holidays among them. Vacancies are taken to be spread evenly.",
    per="team",
)
def utilization(view: View) -> dict[str, float]:
    clock = view.scenario.clock
    shares = {}
    for team in teams(view):
        plan = view.scenario.teams[team]
        full = contract_hours(plan, clock, view.warm_up, view.end)
        filled = ratio(since_warm_up(view, team, "employed"), plan.positions() * (view.end - view.warm_up))
        shares[team] = ratio(since_warm_up(view, team, "busy"), full * filled)
    return shares


@kpi(
    "overtime",
    "person-h",
    "lower",
    "Person-hours on duty beyond the roster after the warm-up: work in hand finished after hours, and callers served "
    "after closing. Wages are per position, so it costs nothing by itself.",
    per="team",
)
def overtime(view: View) -> dict[str, float]:
    on_duty, rostered = ({t: since_warm_up(view, t, name) for t in teams(view)} for name in ("on_duty", "rostered"))
    beyond = {team: on_duty[team] - rostered[team] for team in on_duty}
    return {team: hours if hours > _ROUNDING else 0.0 for team, hours in beyond.items()}


@kpi(
    "pressure",
    "ratio",
    "lower",
    "Work that came at the usual time per contact, as a share of the working time there was, as last perceived by the "
    "team. Only with the loop of shortcuts.",
    per="team",
)
def pressure(view: View) -> dict[str, float]:
    return _under_pressure(view, "pressure")


@kpi(
    "standard",
    "share",
    "neutral",
    "Time per contact that is usual in the team at the end, as a share of the time that was usual at the start. Only "
    "with the loop of shortcuts.",
    per="team",
)
def standard(view: View) -> dict[str, float]:
    return _under_pressure(view, "standard")


def _under_pressure(view: View, column: str) -> dict[str, float]:
    if not view.scenario.loops.shortcuts.on:
        return {}
    serving = view.scenario.serving_teams()
    return {team: at(view, team, column, view.end) for team in teams(view) if team in serving}


def contract_hours(plan: TeamPlan, clock: Clock, begin: float, end: float) -> float:
    """Return the person-hours between two instants [h] for which a team without vacancies is paid.

    Breaks, training and shrinkage are paid, and so are holidays.
    """
    windows: list[tuple[float, float, int]] = []
    if plan.steps is not None:
        windows += plan.steps
    else:
        heads, own = plan.heads_by_part(), plan.hours or clock.hours
        parts = {name: shift.hours for name, shift in plan.shifts.items()}
        parts |= {name: group.hours or own for name, group in plan.groups.items()}
        for week, people in [(parts[name], heads[name]) for name in parts] or [(own, plan.positions())]:
            windows += [(opening, close, people) for opening, close in week]
    offset = clock.start.weekday() * DAY
    return sum(people * _hours_in(opening, close, begin + offset, end + offset) for opening, close, people in windows)


def _hours_in(opening: float, close: float, begin: float, end: float) -> float:
    """Hours that a window of every week has between two instants, counted from a Monday [h]."""

    def before(time: float) -> float:
        weeks, rest = divmod(time, WEEK)
        return weeks * (close - opening) + min(max(rest - opening, 0.0), close - opening)

    return before(end) - before(begin)


@kpi(
    "queue_length",
    "count",
    "lower",
    "Mean number of jobs waiting for this team, over clock time (nights included) after the warm-up.",
    per="team",
)
def queue_length(view: View) -> dict[str, float]:
    lasted = view.end - view.warm_up
    return {team: ratio(since_warm_up(view, team, "queued"), lasted) for team in teams(view)}


@kpi("headcount", "count", "neutral", "Filled positions of this team at the end.", per="team")
def headcount(view: View) -> dict[str, float]:
    return {team: at(view, team, "headcount", view.end) for team in teams(view)}


@kpi(
    "hires",
    "count",
    "neutral",
    "People hired into this team so far: successors, and those for new positions.",
    per="team",
)
def hires(view: View) -> dict[str, float]:
    return {team: hired(view, team, view.end) for team in teams(view)}
