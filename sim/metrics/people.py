"""How busy the teams were and how many they are, from readings of their time; what they cost is economics'."""

from __future__ import annotations

from sim.metrics.catalogue import kpi
from sim.metrics.readings import at, hired, since_warm_up, teams
from sim.metrics.view import View, ratio


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


@kpi("hires", "count", "neutral", "Successors hired into this team so far.", per="team")
def hires(view: View) -> dict[str, float]:
    return {team: hired(view, team, view.end) for team in teams(view)}
