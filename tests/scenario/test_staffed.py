"""People on paper: spells of absence, newcomers who are guided, headcounts that follow a plan; by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from sim.engine.units import MONTH, YEAR
from sim.scenario.check import estimate, loads, loads_by_hour
from sim.scenario.newcomers import guiding, newcomers, productivity
from sim.scenario.scenario import Scenario
from sim.scenario.staffed import filled, heads, present

DESK = """
name: desk
clock: {start: 2026-01-05, horizon: 1 yr, hours: {mon-fri: "09:00-17:00"}}
teams: {desk: {headcount: 10}}
service:
  channels: {mail: {mode: deferred, target: {within: 8 h, share: 80 %}, tolerance: 8 h}}
  types: {help: {team: desk, channels: {mail: 1}, handle_time: 1 h, resolution: 1, arrivals: {rate: 4 /h}}}
"""
PLAN = "loops.hiring.teams={{desk: {{rule: plan, {1}steps: [{0}]}}}}"

Make = Callable[..., Scenario]


def test_spells_of_absence_take_their_share(make: Make) -> None:
    """Four spells of a tenth of a year for each year at work: away for 0.4 in 1.4 years."""
    plain, ill = make(DESK), make(DESK, "teams.desk.absence={rate: 4 /yr, length: 876.6 h}")
    assert present(ill, "desk") == pytest.approx(10 / 1.4)
    assert filled(ill, "desk") == 10
    assert loads(ill)["desk"].staffed == pytest.approx(loads(plain)["desk"].staffed / 1.4)
    assert estimate(ill).absences == pytest.approx(10 * 4 / 1.4)
    assert estimate(plain).absences == 0


def test_planned_positions_count_from_their_first_to_their_last_day(make: Make) -> None:
    """Five more decided after a quarter of a year who come a quarter later; later all but two go."""
    quarter = YEAR / 4
    more = make(DESK, PLAN.format("{from: 3 mo, headcount: 15}", "delay: 3 mo, "))
    assert heads(more, "desk") == pytest.approx(10 + 5 * 0.5)
    assert loads(more)["desk"].staffed == pytest.approx(1.25 * loads(make(DESK))["desk"].staffed)
    vacancy = make(DESK, PLAN.format("{from: 3 mo, headcount: 15}", ""), "teams.desk.vacancy=6 mo")
    assert heads(vacancy, "desk") == pytest.approx(10 + 5 * 0.25)
    both = make(DESK, PLAN.format("{from: 3 mo, headcount: 15}, {from: 6 mo, headcount: 2}", "notice: 3 mo, "))
    assert heads(both, "desk") == pytest.approx(10 + 5 * 0.75 - 13 * 0.25)
    assert heads(make(DESK, PLAN.format("{from: 11 mo, headcount: 15}", "delay: 3 mo, ")), "desk") == 10
    off = make(DESK, PLAN.format("{from: 3 mo, headcount: 15}", ""), "loops.hiring.on=false")
    assert heads(off, "desk") == 10
    assert quarter == 3 * MONTH


def test_a_team_that_begins_with_nobody_is_there_when_it_is_hired(make: Make) -> None:
    """Eight from half of the year on are four on average, in the hours of the team."""
    scenario = make(DESK, "teams.desk.headcount=0", PLAN.format("{from: 6 mo, headcount: 8}", ""))
    assert loads(scenario)["desk"].staffed == pytest.approx(4)
    people = loads_by_hour(scenario)["desk"].people
    assert people[0, 10] == pytest.approx(4)
    assert people[0, 20] == 0


def test_newcomers_are_those_who_came_within_the_time_of_the_ramp(make: Make) -> None:
    """Who quits once a year is replaced at once: after three months 1 - exp(-1 / 4) are new, before that fewer."""
    ramp = "teams.desk.ramp={time: 3 mo, start: 40 %, mentoring: 50 %}"
    scenario = make(DESK, ramp, "teams.desk.turnover=1 /yr")
    lasting = 1 - math.exp(-0.25)
    exact = (0.25 - lasting) + 0.75 * lasting
    assert newcomers(scenario, "desk") == pytest.approx(exact)
    assert guiding(scenario, "desk") == pytest.approx(0.5 * exact / (1 - exact))
    pace = exact * 0.7 + (1 - exact) - 0.5 * exact
    assert productivity(scenario, "desk") == pytest.approx(pace)
    assert estimate(scenario).work("desk") == pytest.approx(estimate(make(DESK)).work("desk") / pace)
    table = "teams.desk.ramp={table: [{from: 0 d, productivity: 20 %}, {from: 1 mo, productivity: 50 %}, {from: 3 mo, productivity: 1}]}"  # noqa: E501 - a scenario
    assert productivity(make(DESK, table, "teams.desk.turnover=1 /yr"), "desk") == pytest.approx(1 - 0.6 * exact)
    hired = make(DESK, ramp, PLAN.format("{from: 6 mo, headcount: 14}", ""))
    assert newcomers(hired, "desk") == pytest.approx(4 * 0.25 / 12)
    assert newcomers(make(DESK, ramp), "desk") == 0
    assert productivity(make(DESK, ramp), "desk") == 1


def test_guiding_leaves_the_experienced_a_tenth_of_their_time(make: Make) -> None:
    """Where nearly all are new, and each takes all of somebody's time."""
    ramp = "teams.desk.ramp={time: 1 yr, start: 0, mentoring: 1}"
    scenario = make(DESK, ramp, "teams.desk.turnover=20 /yr")
    new = newcomers(scenario, "desk")
    assert guiding(scenario, "desk") > 10
    assert productivity(scenario, "desk") == pytest.approx(new * 0.5 + (1 - new) * 0.1)
