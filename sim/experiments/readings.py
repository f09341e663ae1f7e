"""What the loop picture shows of each part of a company in one future; how the parts drive one another is elasticity's.

It simulates nothing: it reads outcomes that exist.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.engine.units import MONTH
from sim.experiments.nudge import Door, side

if TYPE_CHECKING:
    from sim.experiments.outcome import Outcome
    from sim.scenario.scenario import Scenario

Figures = Mapping[str, float]
"""Figures of one future, or their means over futures: sums over the horizon, and how many months it has."""
Level = Callable[[Figures], float]
"""Level of a part, from such figures; nan where there is none."""


@dataclass(frozen=True, slots=True)
class Node:
    """One part of the company, as the picture shows it."""

    unit: str
    level: Level


def _per(part: str, whole: str) -> Level:
    def level(figures: Figures) -> float:
        return figures[part] / figures[whole] if figures[whole] else math.nan

    return level


def _alone(name: str) -> Level:
    return lambda figures: figures[name]


referred: Level = _per("leads_by_referral", "lived")
"""Leads that one customer sends per month."""

NODES: Mapping[str, Node] = {
    "sales_people": Node("count", _alone("sellers")),
    "new_customers": Node("count/mo", _per("new_customers", "months")),
    "customers": Node("count", _per("lived", "months")),
    "churn": Node("share/mo", _per("lost", "lived")),
    "service_people": Node("count", _alone("servers")),
    "service_level": Node("share", _alone("service_level")),
    "satisfaction": Node("share", _alone("satisfaction")),
    "tickets": Node("count/mo", _per("tickets", "counted")),
    "profit": Node("EUR/mo", _per("profit", "months")),
}
"""Parts by name. Customers are the average number live, so that what they do and bring is in proportion to it."""


def figures_of(outcome: Outcome, scenario: Scenario, horizon: str) -> Figures:
    """Figures of one future at the last horizon; nan where a figure does not apply."""
    found = outcome.kpis[horizon]
    clock = scenario.clock
    return {
        "months": clock.horizon / MONTH,
        "counted": (clock.horizon - clock.warm_up) / MONTH,
        "lived": _lived(outcome, horizon, clock.horizon / MONTH),
        "lost": found.get("lost_customers", math.nan),
        "new_customers": found.get("new_customers", math.nan),
        "leads_by_referral": found.get("leads.referred", math.nan),
        "wins_by_referral": found.get("wins_of.referred", math.nan),
        "wins": found.get("wins", math.nan),
        "tickets": found.get("tickets", math.nan),
        "service_level": found.get("service_level", math.nan),
        "satisfaction": _mood(outcome, horizon),
        "profit": found.get("profit", math.nan),
        "sellers": people(outcome, scenario, horizon, "sellers"),
        "servers": people(outcome, scenario, horizon, "servers"),
    }


def people(outcome: Outcome, scenario: Scenario, horizon: str, door: Door) -> float:
    """Positions of one side; where the loop of hiring moves them, the people employed on average (by their wages)."""
    teams = side(scenario, door)
    rules = scenario.loops.hiring.teams if scenario.loops.hiring.on else {}
    if not any(team in rules for team in teams):
        return float(sum(scenario.teams[team].positions() for team in teams))
    return math.fsum(_employed(outcome, scenario, horizon, team) for team in teams)


def _employed(outcome: Outcome, scenario: Scenario, horizon: str, team: str) -> float:
    wage = scenario.teams[team].wage * scenario.clock.horizon
    paid, now = (outcome.kpis[horizon].get(f"{name}.{team}", math.nan) for name in ("payroll", "headcount"))
    return paid / wage if wage > 0 else now


def _lived(outcome: Outcome, horizon: str, months: float) -> float:
    """Customer-months lived by all customers: exactly, from the rate of leaving, where anybody left."""
    lost, rate = (outcome.kpis[horizon].get(name, math.nan) for name in ("lost_customers", "churn"))
    if rate > 0:
        return lost / rate
    counts = [count for count in outcome.monthly.get("customers", ()) if math.isfinite(count)]
    return months * math.fsum(counts) / len(counts) if counts else math.nan


def _mood(outcome: Outcome, horizon: str) -> float:
    """Satisfaction over the months, or at the end where no month is over."""
    moods = [mood for mood in outcome.monthly.get("satisfaction", ()) if math.isfinite(mood)]
    return math.fsum(moods) / len(moods) if moods else outcome.kpis[horizon].get("satisfaction", math.nan)
