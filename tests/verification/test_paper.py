"""What `sim check` reckons on paper is what happens: contacts, work and people of a desk that has hands enough."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from yardstick import loaded, misses, runs

from sim.model.journal import Run
from sim.scenario.check import estimate, loads_by_hour

FUTURES = 8

DESK = """
name: desk
clock: {horizon: 5 wk, hours: {mon-fri: "08:00-18:00"}, report_at: [4 wk]}
teams:
  front:
    steps: {mon-fri: {"08:00": 5, "10:00": 8, "18:00": 0}, sat: {"10:00": 3, "13:00": 0}}
    skills: {product: 1.25}
    shrinkage: 15 %
    breaks: {lunch: {at: "12:00", length: 30 min, until: "14:00"}}
  experts: {headcount: 6, skills: {french: 0.8}}
  field: {headcount: 5, hours: {mon-fri: ["08:00-12:00", "13:00-17:00"]}}
service:
  channels:
    phone: {mode: live, wrap_up: {dist: exponential, mean: 2 min}, target: {within: 20 s, share: 80 %}, tolerance: 3 min}
    email: {mode: deferred, target: {within: 4 h, share: 80 %}, tolerance: 8 h}
    visit: {mode: appointment, slot: 1 h, travel: 15 min, no_show: 20 %, target: {within: 20 h, share: 80 %}, tolerance: 30 h}
  types:
    call:
      team: front
      channels: {phone: 70 %, email: 30 %}
      handle_time: {dist: exponential, mean: 6 min}
      skill: product
      resolution: 60 %
      returns: 50 %
      returns_after: {dist: exponential, mean: 1 d}
      escalation:
        - {team: experts, skill: french, reasons: {hard: 40 %, odd: 20 %}, handle_time: {dist: exponential, mean: 12 min}, resolution: 70 %}
        - {team: field, channel: visit, reasons: {repair: 50 %}, handle_time: {dist: exponential, mean: 20 min}}
      arrivals: {rate: 12 /h, profile: {days: {mon: 1, wed: 2, fri: 1}, hours: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 2, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]}, end: 3 wk}
"""  # noqa: E501 - a scenario


def test_work_and_people_on_paper_are_those_of_the_simulation(tmp_path: Path) -> None:
    """Tiers, returns, wrap-up, journeys for nothing and skill in the work; steps, breaks and absences in the people."""
    scenario = loaded(DESK, tmp_path)
    futures = runs(scenario, FUTURES)
    volume = estimate(scenario)
    wrong = misses("contacts", [len(run.tables["contacts"]) for run in futures], volume.contacts, "5 %")
    teams = list(scenario.teams)
    people = loads_by_hour(scenario, volume)
    for code, name in enumerate(teams):
        work = [at_the_end(run, code, "busy") for run in futures]
        wrong += misses(f"work of {name}", work, volume.work(name), "10 %")
        rostered = float((people[name].people * people[name].times).sum())
        assert [at_the_end(run, code, "rostered") for run in futures] == pytest.approx([rostered] * FUTURES)
    assert not wrong, "\n".join(wrong)


def at_the_end(run: Run, team: int, reading: str) -> float:
    """A team's last reading [h]."""
    rows = np.flatnonzero(run.column("team_time", "team") == team)
    return float(run.column("team_time", reading)[rows[-1]])
