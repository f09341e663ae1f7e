"""Offered load by hour of the week, and how much work of each kind there is, by arithmetic that can be done by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.check import estimate, loads, loads_by_hour
from sim.scenario.duty import duties
from sim.scenario.flows import Flow
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from sim.scenario.week import by_hour, covered

DESK = """
name: desk
clock: {horizon: 1 wk, hours: {mon-fri: "09:00-17:00"}}
teams: {desk: {headcount: 10}}
service:
  channels:
    phone: {mode: live, target: {within: 20 s, share: 80 %}, tolerance: 3 min}
    mail: {mode: deferred, target: {within: 4 h, share: 80 %}, tolerance: 8 h}
  types:
    call: {team: desk, channels: {phone: 1}, handle_time: 6 min, arrivals: {rate: 30 /h}}
"""
VISIT = "{mode: appointment, slot: 2 h, travel: 30 min, no_show: 20 %, target: {within: 9 h, share: 1}, tolerance: 9 h}"
BASE = "customers: {initial: {count: 1000, mrr: 10 /mo}, leaving: {base: 0 /yr}}\n"

Make = Callable[..., Scenario]


def flows(scenario: Scenario) -> dict[tuple[str, str], Flow]:
    """The last flow of each kind and team."""
    return {(flow.kind, flow.team): flow for flow in estimate(scenario).flows}


def contacts(scenario: Scenario, kind: str) -> float:
    """Contacts of a type, wherever."""
    return sum(flow.count for flow in estimate(scenario).flows if flow.kind == kind)


def test_windows_are_shared_out_over_the_hours_they_touch() -> None:
    """Half hours count half; the hours of a horizon count as often as they occur in it."""
    shares = by_hour(((8.5, 10.0), (33.25, 33.75)))
    assert {hour: float(shares[hour]) for hour in np.flatnonzero(shares)} == {8: 0.5, 9: 1.0, 33: 0.5}
    assert by_hour(((0.0, 168.0),)).sum() == 168


def test_the_horizon_is_counted_by_hour_of_the_week(make: Make) -> None:
    """Thirty hours from a Wednesday on are Wednesday and six hours of Thursday; a week has each hour once."""
    clock = make(DESK, "clock.start=2026-01-07", "clock.horizon=30 h").clock
    times = covered(clock, 0.0, 30.0)
    assert np.flatnonzero(times).tolist() == list(range(48, 78))
    assert covered(clock, 0.0, 2 * 168.0).tolist() == [2.0] * 168
    assert covered(clock, 1.5, 2.25)[49:51].tolist() == [0.5, 0.25]


def test_callers_count_in_the_hour_in_which_they_call(make: Make) -> None:
    """Thirty calls of six minutes an hour are three people's work; who calls at night without losing patience waits
    for the doors to open."""
    hours = loads_by_hour(make(DESK))["desk"]
    assert hours.work[1, 9:17] == pytest.approx([3.0 * 17, *[3.0] * 7])
    assert hours.work[0, 9] == pytest.approx(3.0 * (1 + 7 + 9 + 48))
    assert hours.work[:5].sum() == pytest.approx(hours.work.sum())
    assert (hours.people == hours.on_duty * 10).all()
    assert (hours.lost, hours.lasting) == (0.0, 1.0)


def test_who_finds_the_doors_closed_waits_as_long_as_he_is_patient_or_is_cut_off(make: Make) -> None:
    """Patience of three minutes does not last a night; half of the lost try again when somebody is there; with a rule
    of overtime they are cut off for good."""
    patient = "service.channels.phone.patience=3 min"
    hours = loads_by_hour(make(DESK, patient))["desk"]
    assert hours.work[:5, 9:17] == pytest.approx(np.full((5, 8), 3.0))
    assert hours.lost == pytest.approx(128 / 168)
    assert hours.lasting == 0.0
    redial = "service.channels.phone.redial={share: 50 %, after: 10 min}"
    again = make(DESK, patient, redial)
    assert estimate(again).contacts == pytest.approx(30 * (168 + 64))
    assert loads_by_hour(again)["desk"].work[1, 9] == pytest.approx(3.0 * 9)
    cut = make(DESK, redial, "teams.desk.overtime=10 min")
    assert estimate(cut).contacts == pytest.approx(30 * 168)
    assert loads(cut)["desk"].offered == pytest.approx(3.0)


def test_letters_count_over_the_hours_in_which_an_answer_is_promised(make: Make) -> None:
    """Four opening hours from the coming on: a night's letters are the morning's work."""
    mail = "service.types.call.channels={mail: 1, phone: 0}"
    day = "service.types.call.arrivals.profile={days: {tue: 1}, hours: [" + ", ".join(["0"] * 22 + ["1", "0"]) + "]}"
    hours = loads_by_hour(make(DESK, mail, day))["desk"]
    total = 30 * 168 * 0.1
    assert hours.work[2, 9:17] == pytest.approx([total / 4] * 4 + [0.0] * 4)
    assert hours.work.sum() == pytest.approx(total)
    slow = loads_by_hour(make(DESK, mail, day, "service.channels.mail.target.within=2 wk"))["desk"]
    assert slow.work[:5, 9:17] == pytest.approx(np.full((5, 8), total / 40))


def test_work_that_can_be_done_at_any_time_follows_the_people(make: Make) -> None:
    """Calls of the company's own are made when people are there; the load is the same in every hour."""
    steps = "teams.desk={headcount: null, steps: {mon-fri: {'09:00': 4, '13:00': 8, '17:00': 0}}}"
    hours = loads_by_hour(make(DESK, steps, "service.types.call.outbound=true"))["desk"]
    assert np.unique(hours.share[hours.open].round(9)).tolist() == [round(3.0 * 168 / (5 * 4 * 12), 9)]
    assert hours.people[0, 8:18].tolist() == [0, 4, 4, 4, 4, 8, 8, 8, 8, 0]


def test_absences_breaks_training_and_vacancies_take_people_away(make: Make) -> None:
    """The people of an hour are those of the rota, less the positions that are vacant."""
    scenario = make(
        DESK,
        "teams.desk.shrinkage=20 %",
        "teams.desk.breaks={lunch: {at: '12:00', length: 30 min}}",
        "teams.desk.training={skill: product, hours: 4 h, ceiling: 2, takes: 9 h}",
        "teams.desk.turnover=1 /yr",
        "teams.desk.vacancy=1 yr",
        "service.types.call.uses={product: 1}",
    )
    hours = loads_by_hour(scenario)["desk"]
    assert hours.people[0, [9, 12, 13]] == pytest.approx([3.5, 1.75, 3.5])
    assert hours.total().staffed == pytest.approx((7 * 40 - 7 * 5 / 2) / 2 / 40)
    weeks = [duty.week for duty in duties(scenario.teams["desk"], scenario.clock.hours)]
    assert sum(end - start for week in weeks for start, end in week) == pytest.approx(2 * hours.people.sum())


def test_a_short_horizon_counts_only_its_own_hours(make: Make) -> None:
    """One Monday with demand from ten to twelve: nothing before, nothing after, no other day."""
    scenario = make(
        DESK,
        "clock.horizon=1 d",
        "service.types.call.arrivals.begin=10 h",
        "service.types.call.arrivals.end=12 h",
    )
    hours = loads_by_hour(scenario)["desk"]
    assert estimate(scenario).contacts == pytest.approx(60)
    assert hours.work[0, 9:13].tolist() == pytest.approx([0, 3, 3, 0])
    assert hours.open.sum() == 8
    assert hours.total().offered == pytest.approx(6 / 8)


def test_sharing_wrap_up_and_skill_change_the_work_of_a_contact(make: Make) -> None:
    """Three chats at once with a stretch of a quarter: each person-hour brings twice as far. Whoever is 1.25 as
    proficient needs 0.8 of the time."""
    text = DESK.replace("handle_time: 6 min", "handle_time: 6 min, skill: french")
    alone = make(text)
    assert flows(alone)["call", "desk"].hours == pytest.approx(0.1)
    assert flows(make(text, "service.channels.phone.wrap_up=3 min"))["call", "desk"].hours == pytest.approx(0.15)
    chat = ["service.channels.phone.concurrency=3", "service.channels.phone.stretch=0.25"]
    assert flows(make(text, *chat))["call", "desk"].hours == pytest.approx(0.05)
    assert flows(make(text, *chat[:1], "service.channels.phone.stretch=2"))["call", "desk"].hours == pytest.approx(0.1)
    groups = "{fast: {share: 50 %, skills: {french: 1.25}}, none: {share: 50 %, skills: {english: 1}}}"
    assert flows(make(text, f"teams.desk.groups={groups}"))["call", "desk"].hours == pytest.approx(0.08)
    slow = "service.skills={french: {handle_time: 0}}"
    assert flows(make(text, f"teams.desk.groups={groups}", slow))["call", "desk"].hours == pytest.approx(0.1)


def test_tiers_get_what_is_left_and_their_resolution_spares_returns(make: Make) -> None:
    """A quarter fails; of that 80 % go to the second tier, which solves half, and all of the rest to the third."""
    tiers = (
        "[{team: second, reasons: {hard: 50 %, odd: 30 %}, handle_time: 1 h, resolution: 50 %},"
        " {team: third, channel: mail, reasons: {odder: 1}, handle_time: 2 h}]"
    )
    text = DESK.replace("headcount: 10}", "headcount: 10}, second: {headcount: 2}, third: {headcount: 1}")
    sets = [f"service.types.call.escalation={tiers}", "service.types.call.resolution=75 %"]
    once = flows(make(text, *sets, "service.types.call.returns=0"))
    fresh = 30.0 * 168
    assert once["call", "desk"].count == pytest.approx(fresh)
    assert once["call", "second"].count == pytest.approx(fresh * 0.25 * 0.8)
    assert once["call", "third"].count == pytest.approx(fresh * 0.25 * 0.8 * 0.5)
    assert (once["call", "second"].within, once["call", "third"].within) == (None, 4.0)
    scenario = make(text, *sets)
    passes = 1 / (1 - 0.25 * 0.2)  # only what the first tier keeps comes back: the third solves all it gets
    assert estimate(scenario).contacts == pytest.approx(fresh * passes * (1 + 0.25 * 0.8 * 1.5))
    assert estimate(scenario).work("third") == pytest.approx(fresh * passes * 0.1 * 2)
    assert scenario.serving_teams() == ("desk", "second", "third")


def test_visits_count_the_journeys_for_nothing(make: Make) -> None:
    """With a fifth of the doors shut five journeys bring four visits."""
    text = DESK.replace("    mail:", f"    visit: {VISIT}\n    mail:").replace("{phone: 1}", "{visit: 1}")
    scenario = make(text)
    visits = flows(scenario)["call", "desk"]
    assert visits.count == pytest.approx(30 * 168 / 0.8)
    assert estimate(scenario).work("desk") == pytest.approx(30 * 168 * (0.1 + 0.5 / 0.8))


UPKEEP = "    upkeep: {team: desk, channels: {mail: 1}, handle_time: 1 h, schedule: {every: 4 wk}}\n"


def test_planned_work_comes_for_every_customer_in_his_turn(make: Make) -> None:
    """A thousand customers every 4 weeks are 250 a week; only the silent or unhappy are fewer."""
    text = DESK + UPKEEP + BASE
    assert contacts(make(text), "upkeep") == pytest.approx(250)
    silent = "service.types.upkeep.schedule.silent=1 wk"
    rate = "service.types.call.per_customer=1 per week"
    assert contacts(make(text, rate, silent), "upkeep") == pytest.approx(250 * np.exp(-1))
    assert contacts(make(text, "service.types.upkeep.schedule.below=0.8"), "upkeep") == pytest.approx(250)
    assert contacts(make(text, "service.types.upkeep.schedule.below=0.5"), "upkeep") == 0.0


def test_skipped_upkeep_and_bad_experiences_make_work(make: Make) -> None:
    """Upkeep planned every 4 weeks and missed after 3 leaves a quarter of the time with the extra; a fifth of those
    whose need was not resolved complain."""
    text = DESK + UPKEEP + BASE
    asked = "service.types.call.arrivals=null", "service.types.call.per_customer=1 per week"
    missed = "service.types.call.neglect={of: upkeep, after: 3 wk, extra: 2}"
    assert contacts(make(text, *asked, missed), "call") == pytest.approx(1000 * (1 + 2 / 4))
    often = "complaints: {share: 20 %, below: 0.5}"
    angry = text.replace("upkeep", "complaint").replace("schedule: {every: 4 wk}", often)
    unsolved = "service.types.call.resolution=60 %", "service.types.call.returns=0"
    assert contacts(make(angry, *asked, *unsolved), "complaint") == pytest.approx(1000 * 0.4 * 0.2)
    milder = "service.types.complaint.complaints.below=0.3"  # an unresolved need is felt as 0.35, down to 0.15
    assert contacts(make(angry, *asked, *unsolved, milder), "complaint") == pytest.approx(1000 * 0.4 * 0.2 * 0.75)
    closed = "service.channels.phone.patience=3 min", "teams.desk.hours={mon-sun: '12:00-24:00'}"
    assert contacts(make(angry, *asked, *closed), "complaint") == pytest.approx(500 * 0.2)
    strangers = make(angry, "service.types.call.resolution=60 %", *closed)
    assert contacts(strangers, "complaint") == 0.0  # contacts from outside are nobody's memory
    assert contacts(make(angry, *asked, *unsolved, "loops.failure_demand.on=false"), "complaint") == 0.0


def test_the_full_desk_has_a_load_in_every_team() -> None:
    """A scenario with every key there is: work and people are finite, and nothing is lost between the hours."""
    scenario = load(Path(__file__).with_name("full_desk.yaml"))
    volume = estimate(scenario)
    for name, hours in loads_by_hour(scenario, volume).items():
        assert np.isfinite(hours.share).all()
        assert (hours.work * hours.times).sum() == pytest.approx(volume.work(name))
        assert 0 < hours.total().share < 1
