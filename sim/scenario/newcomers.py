"""How productive a team is while some of it grow into the job and others show them how; it counts no work."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.scenario.staffed import changes, heads

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

LEAST_LEFT = 0.1
"""Least productivity that guiding newcomers leaves to the experienced."""


def newcomers(scenario: Scenario, team: str) -> float:
    """Share of the people of a team who grow into the job, on average over the horizon.

    At its start nobody is new. Successors come at the rate of quitting, a vacancy later; of those who came within the
    time of the ramp the ones are there who have not quit again. Planned positions are added.
    """
    plan, horizon = scenario.teams[team], float(scenario.clock.horizon)
    time = plan.ramp.length() if plan.ramp else 0.0
    if time == 0.0:
        return 0.0
    left, quits = max(0.0, horizon - plan.vacancy.expectation()), float(plan.turnover)
    rising = min(time, left)
    new = 0.0
    if quits > 0:
        grown = rising + math.expm1(-quits * rising) / quits
        new = (grown - (left - rising) * math.expm1(-quits * time)) / horizon
    people = heads(scenario, team)
    if people > 0:
        hired = sum(number * min(time, horizon - when) for when, number in changes(scenario, team) if number > 0)
        # Whoever quits from a new position is succeeded by a newcomer, so it is filled by one for all of that time.
        new += (1.0 - new) * min(1.0, hired / horizon / people)
    return min(1.0, new)


def productivity(scenario: Scenario, team: str) -> float:
    """Mean productivity of the people of a team; 1 is that of experienced ones with nobody to guide."""
    ramp = scenario.teams[team].ramp
    new = newcomers(scenario, team)
    if ramp is None or new == 0.0:
        return 1.0
    return new * ramp.productivity() + (1.0 - new) * max(LEAST_LEFT, 1.0 - guiding(scenario, team))


def guiding(scenario: Scenario, team: str) -> float:
    """Time that newcomers take of each experienced person, as a share of it; above 1 if there are too many of them."""
    ramp, new = scenario.teams[team].ramp, newcomers(scenario, team)
    if ramp is None or ramp.mentoring == 0:
        return 0.0
    return ramp.mentoring * new / (1.0 - new) if new < 1.0 else math.inf
