"""What `sim check` reckons on paper is what happens where there are hands enough: on the desk and in selling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from yardstick import loaded, misses, runs

from sim.engine.units import MONTH
from sim.model.facts import OUTCOMES
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


SELLING = """
name: selling
clock: {start: 2026-01-05, horizon: 1 yr, hours: {mon-fri: "09:00-17:00"}, report_at: [6 mo]}
teams:
  callers: {headcount: 6, skills: {drive: 1.25}, shrinkage: 10 %}
  closers: {headcount: 14, skills: {tact: 1.2}}
  managers: {headcount: 3}
marketing:
  sources:
    web: {rate: 5 /d}
    fair: {rate: 8 /d, begin: 2026-03-02, end: 4 mo, fit: {dist: constant, value: 0.5}, enters: demo}
  prospecting:
    cold: {team: callers, hours: 8 h, call: {dist: exponential, mean: 4 min}, reach: 15 %, talk: {dist: exponential, mean: 6 min}, interest: 12 %}
    idle: {team: callers, call: 3 min, reach: 10 %, interest: 5 %, fit: {dist: constant, value: -0.5}}
  win_back: {share: 30 %, after: 2 mo, enters: demo}
  market: {size: 12000, cooling: {dist: exponential, mean: 3 mo}}
sales:
  interactions:
    call: {no_show: 40 %, wasted: 3 min, again: 4 h, attempts: 3}
    meeting: {notice: 3 d, no_show: 20 %, wasted: 15 min, preparation: 10 min, travel: 30 min}
  stages:
    first: {team: callers, interaction: call, work: {dist: exponential, mean: 20 min}, thinking: 1 d, pass_rate: 60 %, disqualified: 20 %}
    demo: {team: closers, interaction: meeting, meetings: 2, between: 4 d, work: {dist: exponential, mean: 1 h}, thinking: {dist: exponential, mean: 8 d}, pass_rate: 55 %}
    last: {team: closers, work: {dist: exponential, mean: 2 h}, thinking: {dist: exponential, mean: 10 d}, pass_rate: 50 %}
  skills: {drive: {activity: 0.6}, tact: {odds: 1, cycle: 0.5}}
  nurture: {lost: 30 %, after: {dist: exponential, mean: 1 mo}, fit: -0.3, times: 2}
  handover: {work: 20 min, between_teams: -0.2}
  deal: 400 EUR/mo
  follow_up:
    welcome: {team: managers, work: 20 min, after: 2 wk}
    care: {team: managers, work: 15 min, every: 3 mo, felt: 75 %}
    review: {team: managers, work: 30 min, before_renewal: 1 mo, felt: 75 %}
customers:
  initial: {count: 800, mrr: 350 EUR/mo}
  memory: {start: 0.75}
  leaving: {base: 40 %/yr}
  contract: {length: 6 mo}
  telling: {rate: 0.5 /yr, promoter: 0.7}
"""  # noqa: E501 - a scenario


def test_the_work_of_selling_on_paper_is_that_of_the_simulation(tmp_path: Path) -> None:
    """Campaigns, calls with hours and in idle time, no-shows, meetings, nurture, handing over, win-back, a market,
    skills and follow-up; the paper lets customers under contract leave at any time, so it has fewer reviews."""
    scenario = loaded(SELLING, tmp_path)
    futures = runs(scenario, 4)
    volume = estimate(scenario)
    words = futures[0].words
    flows = {flow.kind: flow for flow in volume.flows}
    wrong = differs("leads", [len(run.tables["leads"]) for run in futures], volume.leads, volume.leads)
    wrong += differs("visits", [len(run.tables["visits"]) for run in futures], volume.visits, volume.leads)
    for code, name in enumerate(words["sources"]):
        won = [float(((run.column("leads", "source") == code) & is_won(run)).sum()) for run in futures]
        wrong += differs(f"wins of {name}", won, volume.wins[name], volume.wins[name])
    for table, column, kinds in (("visits", "stage", "stages"), ("activities", "kind", "activities")):
        for code, name in enumerate(words[kinds]):
            hours = [run.column(table, "handled")[run.column(table, column) == code] for run in futures]
            work = [float(np.nansum(each)) for each in hours]
            wrong += differs(f"work of {name}", work, flows[name].work, min(volume.leads, flows[name].count))
    wins = sum(volume.wins.values())
    booked = [float((run.column("leads", "value") * is_won(run)).sum()) for run in futures]
    wrong += differs("bookings", booked, volume.bookings * MONTH, wins)
    free = [float(run.column("pulse", "prospects")[-1]) / 12_000 for run in futures]
    wrong += differs("free", free, volume.free, volume.leads)
    assert not wrong, "\n".join(wrong)


def differs(figure: str, values: Sequence[float], paper: float, count: float) -> list[str]:
    """What is off by more than the paper may be (12 %) and chance explains: four standard errors of so many independent
    events in each future."""
    off, allowed = float(np.mean(values)) / paper - 1.0, 0.12 + 4.0 / math.sqrt(len(values) * count)
    return [] if abs(off) <= allowed else [f"{figure}: {off:+.1%} off {paper:.6g}, {allowed:.1%} allowed"]


def is_won(run: Run) -> NDArray[np.bool_]:
    """Which leads were won."""
    won: NDArray[np.bool_] = run.column("leads", "outcome") == OUTCOMES["leads"].index("won")
    return won
