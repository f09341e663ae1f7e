"""Who is there: people of a team by hour of the week, less absences and vacancies; it does not know what they do.

Headcounts follow a plan where there is one; rules that look at the business are left out of account.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.scenario.duty import duties
from sim.scenario.hiring import ByPlan
from sim.scenario.week import HOURS, by_hour, covered

if TYPE_CHECKING:
    from sim.scenario.hiring import HiringRule
    from sim.scenario.scenario import Scenario


def rule_of(scenario: Scenario, team: str) -> HiringRule | None:
    """How the headcount of a team is decided, if it is."""
    hiring = scenario.loops.hiring
    return hiring.teams.get(team) if hiring.on else None


def changes(scenario: Scenario, team: str) -> list[tuple[float, int]]:
    """When [h] how many positions are planned to be filled more, or, negative, less; within the horizon."""
    plan, rule = scenario.teams[team], rule_of(scenario, team)
    if not isinstance(rule, ByPlan):
        return []
    steps = [(0.0, plan.positions()), *((float(step.from_), step.headcount) for step in rule.steps)]
    delay = (rule.delay or plan.vacancy).expectation()
    found = []
    for (_, before), (since, after) in pairwise(steps):
        when = since + (delay if after > before else rule.notice)
        if after != before and when < scenario.clock.horizon:
            found.append((when, after - before))
    return found


def heads(scenario: Scenario, team: str) -> float:
    """Positions of a team on average over the horizon."""
    horizon = float(scenario.clock.horizon)
    more = sum(number * (horizon - when) / horizon for when, number in changes(scenario, team))
    return max(0.0, scenario.teams[team].positions() + more)


def filled(scenario: Scenario, team: str) -> float:
    """Positions of a team that are filled on average."""
    plan = scenario.teams[team]
    return heads(scenario, team) / (1.0 + float(plan.turnover) * plan.vacancy.expectation())


def present(scenario: Scenario, team: str) -> float:
    """People of a team who are not away for a spell of absence, on average."""
    absence = scenario.teams[team].absence
    return filled(scenario, team) * (absence.there() if absence else 1.0)


def people_by_hour(scenario: Scenario, team: str) -> NDArray[np.float64]:
    """People there by hour of the week, shape (168,)."""
    plan = scenario.teams[team]
    if plan.positions() == 0 and plan.headcount is not None:
        # Nobody is there yet: whoever comes works like one who would be.
        plan = plan.model_copy(update={"headcount": 1})
    weeks = Counter(duty.week for duty in duties(plan, scenario.clock.hours))
    there = sum((by_hour(week) * number for week, number in weeks.items()), np.zeros(HOURS))
    return there * (present(scenario, team) / max(1, plan.positions()))


def staffed_hours(scenario: Scenario, team: str) -> tuple[float, float]:
    """Hours over the horizon: of all people there together, and in which anybody is on duty."""
    times = covered(scenario.clock, 0.0, scenario.clock.horizon)
    on_duty = by_hour(scenario.teams[team].open_hours(scenario.clock.hours))
    return float((people_by_hour(scenario, team) * times).sum()), float((on_duty * times).sum())
