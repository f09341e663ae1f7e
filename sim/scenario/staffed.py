"""Who is there: people of a team by hour of the week, less absences and vacancies; it does not know what they do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.scenario.duty import duties
from sim.scenario.flows import HOURS, by_hour, covered

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def filled(scenario: Scenario, team: str) -> float:
    """Positions of a team that are filled on average."""
    return scenario.teams[team].positions() * _present(scenario, team)


def people_by_hour(scenario: Scenario, team: str) -> NDArray[np.float64]:
    """People there by hour of the week, shape (168,)."""
    weeks = Counter(duty.week for duty in duties(scenario.teams[team], scenario.clock.hours))
    there = sum((by_hour(week) * heads for week, heads in weeks.items()), np.zeros(HOURS))
    return there * _present(scenario, team)


def staffed_hours(scenario: Scenario, team: str) -> tuple[float, float]:
    """Hours over the horizon: of all people there together, and in which anybody is on duty."""
    times = covered(scenario.clock, 0.0, scenario.clock.horizon)
    on_duty = by_hour(scenario.teams[team].open_hours(scenario.clock.hours))
    return float((people_by_hour(scenario, team) * times).sum()), float((on_duty * times).sum())


def _present(scenario: Scenario, team: str) -> float:
    """Share of the time for which a position is filled."""
    plan = scenario.teams[team]
    return 1.0 / (1.0 + float(plan.turnover) * plan.vacancy.expectation())
