"""Pressure on a team: handling shortens by the law, the standard follows it down and not up."""

from __future__ import annotations

import math
from typing import Any

import pytest
from small import desk_of

from sim.model.pressure import Pressure
from sim.scenario.loops import Shortcuts

PLAN = {"on": True, "exponent": -0.64, "erosion": "19 wk", "window": "7 d"}


def _days(pressure: Pressure, days: int, work: float, start: float = 0.0) -> float:
    """Days of so much work [h] against 10 h of working time each; returns the working time so far."""
    for day in range(days):
        pressure.add(1, work)
        pressure.look(start + 10.0 * (day + 1))
    return start + 10.0 * days


def test_nothing_moves_while_work_and_people_balance() -> None:
    """As much work as time: the time per contact stays what it was."""
    pressure = Pressure(Shortcuts.model_validate(PLAN))
    _days(pressure, 30, 10.0)
    assert (pressure.pressure, pressure.standard, pressure.factor) == (1.0, 1.0, 1.0)
    assert pressure.resolution() == 0.0


def test_pressure_is_perceived_over_the_whole_window() -> None:
    """Before a window is over nothing is felt; then a fifth more work shortens handling by 1.2 ^ -0.64."""
    pressure = Pressure(Shortcuts.model_validate(PLAN | {"erosion": "20 yr"}))
    _days(pressure, 6, 12.0)
    assert pressure.factor == 1.0
    _days(pressure, 1, 12.0, start=60.0)
    assert pressure.pressure == pytest.approx(1.2)
    assert pressure.factor == pytest.approx(1.2**-0.64)
    assert pressure.resolution() == pytest.approx(-0.64 * math.log(1.2))


def test_the_standard_erodes_and_does_not_recover() -> None:
    """Twenty weeks of a fifth more work, then twenty of the usual: what was lost stays lost."""
    pressure = Pressure(Shortcuts.model_validate(PLAN))
    time = _days(pressure, 140, 12.0)
    low = pressure.standard
    assert 0.85 < low < 0.95
    _days(pressure, 7, 10.0, start=time)
    settled = pressure.standard
    _days(pressure, 133, 10.0, start=time + 70.0)
    assert pressure.standard == settled
    assert pressure.factor > pressure.standard


def test_with_a_time_to_recover_the_standard_rises_again() -> None:
    """The same with a recovery as fast as the erosion: a lower standard makes slack, slack makes time."""
    pressure = Pressure(Shortcuts.model_validate(PLAN | {"recovery": "19 wk"}))
    time = _days(pressure, 140, 12.0)
    low = pressure.standard
    _days(pressure, 140, 10.0, start=time)
    assert pressure.standard > low + 0.02


def test_a_closed_team_feels_nothing() -> None:
    """Days without work or without anybody at work leave pressure where it was."""
    pressure = Pressure(Shortcuts.model_validate(PLAN))
    for _ in range(20):
        pressure.look(0.0)
    assert pressure.factor == 1.0


def test_little_to_do_lengthens_work_only_so_far() -> None:
    """A tenth of the work there is time for: handling grows by a fifth, and the standard not at all."""
    pressure = Pressure(Shortcuts.model_validate(PLAN | {"recovery": "1 wk"}))
    _days(pressure, 200, 1.0)
    assert pressure.factor == pytest.approx(1.2)
    assert pressure.standard == 1.0


def test_skill_shortens_work_and_what_nothing_shortens_counts_as_it_is() -> None:
    """Twelve hours of work at 1.5 times the speed and two of travel in ten: 10 / 10."""
    pressure = Pressure(Shortcuts.model_validate(PLAN))
    pressure.paces = [1.0, 1.5]
    for day in range(7):
        pressure.add(1, 12.0, 2.0)
        pressure.look(10.0 * (day + 1))
    assert pressure.pressure == pytest.approx(1.0)


def test_without_work_there_is_no_pressure() -> None:
    """A week in which nothing comes: handling is as long as it gets."""
    pressure = Pressure(Shortcuts.model_validate(PLAN))
    _days(pressure, 7, 10.0)
    _days(pressure, 7, 0.0, start=70.0)
    assert (pressure.pressure, pressure.factor) == (0.0, 1.2)


@pytest.mark.parametrize(
    ("kind", "phone"),
    [
        ({"handle_time": "10 min"}, {"wrap_up": "10 min"}),
        ({"handle_time": "10 min", "skill": "tact"}, {}),
        ({"handle_time": "20 min"}, {}),
    ],
)
def test_whoever_is_just_busy_all_day_is_under_pressure_one(
    stage: Any, kind: dict[str, Any], phone: dict[str, Any]
) -> None:
    """24 contacts of 20 minutes in a day of eight hours: with wrap-up, at half the skill, or as they are."""
    loops = {"shortcuts": {"on": True, "window": "1 d"}}
    teams = {"agents": {"headcount": 1, "skills": {"tact": 0.5} if "skill" in kind else None}}
    desk = stage(**desk_of({"request": kind}, phone, teams=teams, loops=loops, clock={"horizon": "23 h"}))
    for number in range(24):
        desk.contact(9.0 + number / 3, work=1 / 6 if kind["handle_time"] == "10 min" else 1 / 3)
    desk.company.env.run(until=24.5)
    assert desk.company.desk.pressures["agents"].pressure == pytest.approx(1.0)
