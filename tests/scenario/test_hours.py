"""Steps of people on duty over the week, as a scenario writes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.scenario.hours import WeekSteps
from sim.scenario.load import load, load_tree, scenario_of
from sim.scenario.teams import TeamPlan

Steps = tuple[tuple[float, float, int], ...]
READER: TypeAdapter[Steps] = TypeAdapter(WeekSteps)
FULL_DESK = Path(__file__).with_name("full_desk.yaml")


def test_each_time_says_how_many_are_there_until_the_next_one_or_midnight() -> None:
    """Nobody is there before the first; times may stand in any order; equal neighbors are one window."""
    week = READER.validate_python({"mon": {"09:00": 6, "08:00": 4, "12:00": 6, "20:00": 0}, "sun": {"00:00": 2}})
    assert week == ((8.0, 9.0, 4), (9.0, 20.0, 6), (144.0, 168.0, 2))
    night = READER.validate_python({"mon": {"22:00": 2}, "tue": {"00:00": 2, "06:30": 0}})
    assert night == ((22.0, 30.5, 2),)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.integers(0, 47), st.integers(0, 30), min_size=1, max_size=12),
    st.sampled_from(["wed", "fri-mon"]),
)
def test_the_number_at_every_instant_is_that_of_the_last_step(steps: dict[int, int], days: str) -> None:
    """Held against the mapping, half hour by half hour; and what was read once is taken as it is."""
    mapping = {days: {f"{half // 2:02d}:{half % 2 * 30:02d}": people for half, people in steps.items()}}
    if not any(steps.values()):
        with pytest.raises(ValidationError, match="somebody must be on duty"):
            READER.validate_python(mapping)
        return
    week = READER.validate_python(mapping)
    assert READER.validate_python(week) == week
    assert list(week) == sorted(week)
    for half in range(48):
        before = [at for at in sorted(steps) if at <= half]
        expected = steps[before[-1]] if before else 0
        instant = 2 * 24 + half / 2 if days == "wed" else half / 2
        assert sum(people for start, end, people in week if start <= instant < end) == expected


def test_a_team_of_steps_has_as_many_positions_as_its_highest_one() -> None:
    """It is open while anybody is there, and reads back from what it was made into."""
    team = TeamPlan.model_validate({"steps": {"mon-fri": {"08:00": 4, "09:00": 6, "20:00": 0}}})
    assert team.positions() == 6
    assert team.open_hours(((0.0, 1.0),))[0] == (8.0, 20.0)
    assert TeamPlan(steps=team.steps) == team


def test_steps_are_written_out_and_changed_like_other_settings(tmp_path: Path) -> None:
    """The resolved text gives the same scenario; a plan may put one more person on a single step."""
    tree = load_tree(FULL_DESK)
    written = tmp_path / "written.yaml"
    written.write_text(tree.to_yaml(), encoding="utf-8")
    assert load(written) == scenario_of(tree)
    assert load(written).identity() == load(FULL_DESK).identity()
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "extends: written.yaml\nteams: {front: {steps: {mon-fri: {'10:00': +2, '12:30': null}}}}\n", encoding="utf-8"
    )
    steps = load(plan).teams["front"].steps
    assert steps is not None
    assert steps[:2] == ((8.0, 10.0, 6), (10.0, 18.0, 11))
    assert load(plan).identity() != load(written).identity()
