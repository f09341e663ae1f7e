"""What `sim check` reckons on paper is what happens where there are hands enough: on the desk, in selling, of customers
and of careers."""

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
from sim.scenario.growth import grow
from sim.scenario.kinds import drift, segments
from sim.scenario.staffed import filled, present

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


CUSTOMERS = """
name: customers
clock: {start: 2026-01-05, horizon: 15 mo, hours: always, report_at: [6 mo]}
teams: {reps: {headcount: 60}}
marketing:
  sources:
    web: {rate: 6 /d, mix: {small: 50 %, mid: 30 %, large: 20 %}}
    fair: {rate: 8 /d, end: 6 mo}
  referred: {mix: {mid: 1}, loyalty: 1.3}
  win_back: {share: 30 %, after: 1 mo}
sales:
  stages: {closing: {team: reps, work: 10 min, thinking: {dist: exponential, mean: 10 d}, pass_rate: 40 %}}
  deal: 300 EUR/mo
  follow_up:
    welcome: {team: reps, work: 6 min, after: 3 mo, felt: 75 %}
    care: {team: reps, work: 6 min, every: 6 mo, felt: 75 %}
service:
  channels: {mail: {mode: deferred, target: {within: 8 h, share: 80 %}, tolerance: 8000 h}}
  types: {help: {team: reps, channels: {mail: 1}, handle_time: 6 min, per_customer: 0.2 /mo, resolution: 1}}
customers:
  initial: {count: 3000, mrr: 280 EUR/mo, age: {dist: gamma, mean: 1 yr, cv: 0.6}}
  memory: {up: 0, down: 0, start: 0.75}
  leaving: {base: 60 %/yr, varies: {law: gamma, cv: 1}}
  expansion: {rate: 50 %/yr, size: 10 %}
  contraction: {rate: 40 %/yr, size: 10 %, beta: 1}
  segments:
    small: {share: 60 %, needs: 0.5}
    mid: {share: 25 %, value: 2, fit: 0.5, tells: 2, leaving: {base: 90 %/yr, varies: {law: beta, period: 1 yr, polarization: 0.3}}}
    large: {share: 15 %, value: 4, fit: -0.5, needs: 3, leaving: {base: 20 %/yr}}
"""  # noqa: E501 - a scenario
TELL = "customers.telling={rate: 1.2 /yr, promoter: 0.7, fades: 0.3}"
WARN = "customers.telling={rate: 1 /yr, against: {rate: 1 /yr, impact: 20 %}}"


@pytest.mark.parametrize("word", [TELL, WARN])
def test_segments_and_word_of_mouth_on_paper_are_those_of_the_simulation(tmp_path: Path, word: str) -> None:
    """Who comes, of which segment, how long he stays, what he needs and pays; the content tell ever less, and those in
    despair keep leads away."""
    scenario = loaded(CUSTOMERS, tmp_path, word, f"customers.memory.start={0.75 if word == TELL else 0.3}")
    futures, volume, growth = runs(scenario, 3), estimate(scenario), grow(scenario, {})
    words, wrong, horizon = futures[0].words, [], float(scenario.clock.horizon)
    for code, name in enumerate(words["sources"]):
        came = [float((run.column("leads", "source") == code).sum()) for run in futures]
        won = [float(((run.column("leads", "source") == code) & is_won(run)).sum()) for run in futures]
        if name == "referred" and word == WARN:
            assert sum(came) == growth.leads[name] == 0
            continue
        wrong += differs(f"leads of {name}", came, growth.leads[name], growth.leads[name])
        wrong += differs(f"wins of {name}", won, volume.wins[name], volume.wins[name])
    for code, name in enumerate(words["segments"]):
        ours = [run.column("subscriptions", "segment") == code for run in futures]
        initial = [run.is_word("subscriptions", "origin", "initial") for run in futures]
        signed = [float((who & ~old).sum()) for who, old in zip(ours, initial, strict=True)]
        wrong += differs(f"joined {name}", signed, growth.joined()[name], growth.joined()[name])
        hours = [lived(run, horizon)[who].sum() for run, who in zip(futures, ours, strict=True)]
        wrong += differs(f"hours of {name}", hours, growth.lived[name], growth.lived[name] / horizon)
        hours = [lived(run, horizon)[a & b].sum() for run, a, b in zip(futures, ours, initial, strict=True)]
        wrong += differs(f"hours of {name} at the start", hours, growth.initial[name], growth.initial[name] / horizon)
    booked = [float((run.column("leads", "value") * is_won(run)).sum()) for run in futures]
    wrong += differs("bookings", booked, volume.bookings * MONTH, sum(volume.wins.values()))
    wrong += differs("contacts", [len(run.tables["contacts"]) for run in futures], volume.contacts, volume.contacts)
    turns = [len(run.tables["activities"]) for run in futures]
    wrong += differs("turns", turns, volume.activities, volume.activities)
    plan = scenario.customers
    assert plan is not None
    changes = sum(
        drift(scenario, each, sign, segment) * growth.lived[name]
        for name, segment in segments(scenario).items()
        for sign, each in ((1, plan.expansion), (-1, plan.contraction))
        if each is not None
    )
    wrong += differs("changes", [len(run.tables["changes"]) for run in futures], changes, changes)
    assert not wrong, "\n".join(wrong)


def lived(run: Run, horizon: float) -> NDArray[np.float64]:
    """Hours that each customer has been live."""
    live, left = run.column("subscriptions", "live"), run.column("subscriptions", "left")
    hours: NDArray[np.float64] = np.nan_to_num(np.fmin(left, horizon) - live)
    return hours


PEOPLE = """
name: people
clock: {start: 2026-01-05, horizon: 2 yr, hours: {mon-fri: "09:00-17:00"}, report_at: [1 yr]}
teams:
  desk:
    headcount: 60
    turnover: 100 %/yr
    vacancy: {dist: exponential, mean: 1 mo}
    ramp: {start: 30 %, time: 6 mo, mentoring: 30 %}
    absence: {rate: 4 /yr, length: {dist: exponential, mean: 2 wk}}
service:
  channels: {mail: {mode: deferred, target: {within: 8 h, share: 80 %}, tolerance: 8 h}}
  types: {help: {team: desk, channels: {mail: 1}, handle_time: {dist: exponential, mean: 1 h}, resolution: 1, arrivals: {rate: 5 /h}}}
loops:
  hiring:
    teams:
      desk:
        rule: plan
        delay: 2 mo
        notice: 1 mo
        steps: [{from: 6 mo, headcount: 90}, {from: 15 mo, headcount: 40}]
"""  # noqa: E501 - a scenario


@pytest.mark.parametrize("hired", [True, False])
def test_careers_on_paper_are_those_of_the_simulation(tmp_path: Path, hired: bool) -> None:
    """Vacancies, planned positions, spells of absence (which leaving cuts short), newcomers and who shows them how."""
    scenario = loaded(PEOPLE, tmp_path, f"loops.hiring.on={str(hired).lower()}")
    futures, volume, horizon = runs(scenario, 4), estimate(scenario), float(scenario.clock.horizon)
    hours = loads_by_hour(scenario, volume)["desk"]
    away = filled(scenario, "desk") - present(scenario, "desk")
    for reading, paper, tolerance in (
        ("employed", filled(scenario, "desk") * horizon, 0.02),
        ("rostered", float((hours.people * hours.times).sum()), 0.05),
        ("absent", away * horizon, 0.15),
        ("busy", volume.work("desk"), 0.08),
    ):
        values = [at_the_end(run, 0, reading) for run in futures]
        assert float(np.mean(values)) == pytest.approx(paper, rel=tolerance), reading
