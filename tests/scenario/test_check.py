"""What is legal but doubtful, and how much would happen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.scenario.check import check, estimate, loads
from sim.scenario.funnel import Funnel, cooling
from sim.scenario.kinds import hazard
from sim.scenario.lifetime import reproduction
from sim.scenario.scenario import Scenario

CASES = Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
GOOD: str = YAML(typ="safe", pure=True).load(CASES)["good"]
HOTLINE = """
name: hotline
clock: {horizon: 1 wk, hours: always}
teams: {desk: {headcount: 10}}
service:
  channels: {phone: {mode: live, target: {within: 20 s, share: 80 %}, tolerance: 3 min}}
  types: {call: {team: desk, channels: {phone: 1}, handle_time: 6 min, arrivals: {rate: 90 /h}}}
"""


Make = Callable[..., Scenario]


def doubts(scenario: Scenario, severity: str = "warning") -> dict[str, str]:
    """Sentences by key."""
    return {doubt.key: doubt.sentence for doubt in check(scenario) if doubt.severity == severity}


def test_offered_load_is_told_in_erlang_and_against_the_staff(make: Make) -> None:
    """90 calls an hour of 6 minutes keep 9 people busy; 10 with a quarter away are 7.5."""
    scenario = make(HOTLINE)
    load_ = loads(scenario)["desk"]
    assert (load_.offered, load_.staffed, load_.share) == pytest.approx((9.0, 10.0, 0.9))
    assert doubts(scenario) == {}
    assert "load 0.90: 9.0 erlang for the 10.0 people there" in doubts(scenario, "note")["teams.desk.headcount"]
    short = make(HOTLINE, "teams.desk.shrinkage=25 %")
    said = doubts(short)["teams.desk.headcount"]
    assert said.startswith("load 1.20: the queue grows without end (9.0 erlang for the 7.5 people there")
    assert "nobody is there" in doubts(make(HOTLINE, "teams.desk.headcount=0"))["teams.desk.headcount"]


def test_what_too_much_work_comes_to_is_said_in_words(make: Make) -> None:
    """Letters pile up, callers hang up, and where pressure shortens the work it does so; nothing of it is an error."""
    few = "teams.desk.headcount=8"
    patient = make(HOTLINE, few, "service.channels.phone.patience=3 min")
    assert "load 1.12: more than they can do, so some give up waiting" in doubts(patient)["teams.desk.headcount"]
    assert "load 1.12: the queue grows without end" in doubts(make(HOTLINE, few))["teams.desk.headcount"]
    pressed = make(HOTLINE, few, "loops.shortcuts.on=true")
    assert "so shortcuts set in" in doubts(pressed)["teams.desk.headcount"]
    assert all(doubt.severity != "refused" for doubt in check(pressed))


def test_hours_with_too_much_work_are_told_though_the_week_has_enough_people(make: Make) -> None:
    """A profile with a peak; and callers who find the doors closed."""
    hours = ", ".join(["0.8"] * 10 + ["2"] * 2 + ["1"] * 12)
    peak = make(HOTLINE, f"service.types.call.arrivals.profile={{hours: [{hours}]}}")
    said = doubts(peak, "note")["teams.desk.headcount"]
    assert "load 0.90" in said
    assert "more than they can do in 14 of 168 hours on duty, most on mon at 10:00 (1.80)" in said
    closed = make(HOTLINE, "clock.hours={mon-sun: '06:00-24:00'}", "service.channels.phone.patience=3 min")
    said = doubts(closed, "note")["teams.desk.hours"]
    assert said == "25 % of those who come on the line find nobody there and do not wait"


def test_load_is_spread_over_the_hours_on_duty(make: Make) -> None:
    """A desk open 40 of 168 hours has to do the work of the week in them; shifts count by their own lengths."""
    scenario = make(HOTLINE, "clock.hours={mon-fri: 09:00-17:00}")
    assert loads(scenario)["desk"].offered == pytest.approx(9 * 168 / 40)
    shifts = "{early: {hours: {mon-fri: 06:00-14:00}, share: 50 %}, late: {hours: {mon-fri: 10:00-18:00}, share: 50 %}}"
    load_ = loads(make(HOTLINE, f"teams.desk.shifts={shifts}"))["desk"]
    assert load_.offered == pytest.approx(9 * 168 / 60)
    assert load_.staffed == pytest.approx(10 * 40 / 60)


def test_vacancies_take_people_away(make: Make) -> None:
    """Who quits once a year and is missed for a year is there half of the time."""
    load_ = loads(make(HOTLINE, "teams.desk.turnover=1 /yr", "teams.desk.vacancy=1 yr"))["desk"]
    assert load_.staffed == pytest.approx(5.0)


def test_volume_counts_leads_visits_and_contacts(make: Make) -> None:
    """On paper: rates times the horizon, returns as a geometric series."""
    assert estimate(make(HOTLINE)).contacts == pytest.approx(90 * 168)
    again = estimate(make(HOTLINE, "service.types.call.resolution=50 %", "service.types.call.returns=0.8"))
    assert again.contacts == pytest.approx(90 * 168 / (1 - 0.4))
    forever = estimate(make(HOTLINE, "service.types.call.resolution=0"))
    assert forever.contacts == pytest.approx(90 * 168 * 1000)
    volume = estimate(make(GOOD))
    assert volume.leads == volume.visits == pytest.approx(40 / 168 * 8766)
    wins = volume.leads * 0.22
    assert 200 * 0.8 * 12 * 0.8 < volume.contacts < (200 + wins) * 0.8 * 12
    assert volume.work("reps") == pytest.approx(volume.visits * 3)


def test_far_too_much_work_is_refused_with_its_size(make: Make) -> None:
    """Each value is allowed, but together they would never end; nothing else is said then about staff."""
    huge = make(GOOD, "customers.initial.count=1000000", "service.types.request.per_customer=1000 /mo")
    found = check(huge)
    assert found[0].severity == "refused"
    assert "would create about 1.1e+10 leads, visits, activities, contacts, dealings" in found[0].sentence
    assert "(limit 2e+07)" in found[0].sentence
    assert not any(doubt.key.startswith("teams.") for doubt in found)


def test_renewals_and_purchases_are_work_for_the_machine_too(make: Make) -> None:
    """200 customers with terms of a day for a year; or who buy every hour, for ever or not; too many are refused."""
    forever = ["customers.leaving.base=0 /yr", "marketing=null"]
    assert estimate(make(GOOD, *forever, "customers.contract.length=1 d")).dealings == pytest.approx(200 * 365.25)
    buying = ["customers.leaving=null", "marketing=null", "customers.purchases={rate: 1 /h, dropout: 0}"]
    assert estimate(make(GOOD, *buying)).dealings == pytest.approx(200 * 8766)
    assert estimate(make(GOOD, *buying, "customers.purchases.dropout=10 %")).dealings == pytest.approx(200 / 0.1)
    assert not doubts(make(GOOD, *buying), "refused")
    assert "dealings" in doubts(make(GOOD, *buying, "customers.purchases.rate=1 /min"), "refused")["clock.horizon"]


def test_word_of_mouth_that_feeds_itself_is_doubted(make: Make) -> None:
    """A reproduction number at or above 1 means growth without end; below it nothing is said."""
    telling = "customers.telling={rate: 0.5 /yr, promoter: 0.7}"
    scenario = make(GOOD, telling)
    assert reproduction(scenario) == pytest.approx(0.5 / 0.2 * 0.22)
    assert "customers.telling.rate" not in doubts(scenario)
    assert "brings 2.20 others" in doubts(make(GOOD, telling.replace("0.5 /yr", "2 /yr")))["customers.telling.rate"]
    assert "others without end" in doubts(make(GOOD, telling, "customers.leaving.base=0 /yr"))["customers.telling.rate"]
    off = make(GOOD, telling.replace("0.5 /yr", "2 /yr"), "loops.referral.on=false")
    assert reproduction(off) == 0.0
    assert "the loop is off" in doubts(off, "note")["loops.referral.on"]


def test_growth_without_end_does_not_overflow(make: Make) -> None:
    """The estimate stays a number, however fast the base grows."""
    telling = "customers.telling={rate: 1000 /h, promoter: 0.7}"
    wild = make(GOOD, telling, "clock.horizon=20 yr", "clock.report_at=[1 yr]")
    assert estimate(wild).events < 1e17


def test_satisfaction_moves_the_rate_of_leaving_on_paper(make: Make) -> None:
    """The floor is out of reach; with the loop off everybody leaves at the base rate."""
    sets = ["customers.leaving={base: 20 %/yr, floor: 5 %/yr, beta: 4}", "customers.memory={start: 0.5}"]
    assert hazard(make(GOOD, *sets)) * 8766 == pytest.approx(0.05 + 0.15 * 2.718281828459045)
    assert hazard(make(GOOD, *sets, "loops.retention.on=false")) * 8766 == pytest.approx(0.2)


def test_fit_acts_on_the_odds(make: Make) -> None:
    """Log-odds of +1 make 38 % out of 22 %; certain stages stay certain."""
    assert Funnel(make(GOOD)).win_rate(1.0) == pytest.approx(1 / (1 + 0.78 / 0.22 / 2.718281828459045))
    assert Funnel(make(GOOD, "sales.stages.closing.pass_rate=1")).win_rate(-3.0) == 1.0
    assert Funnel(make(GOOD, "sales.stages.closing.pass_rate=0")).win_rate(3.0) == 0.0


def test_leads_cool_while_the_doors_are_closed(make: Make) -> None:
    """Nine to five on workdays is 40 of 168 hours; in the others a lead keeps what a night or a weekend leaves it."""
    steps = "sales.response={decay: steps, after: [1 s, 30 h], factors: [50 %, 0]}"
    closed = make(GOOD, steps)
    long = 168 - 40 - 4 * 16 - 30  # hours of the weekend from which the next opening is more than 30 h away
    web = closed.demand().sources["web"]
    assert cooling(closed, web) == pytest.approx((40 + 0.5 * (128 - long)) / 168)
    assert cooling(make(GOOD, steps, "clock.hours=always"), web) == 1.0
    assert cooling(make(GOOD), web) == 1.0
    assert cooling(make(HOTLINE), web) == 1.0
    assert estimate(closed).contacts < estimate(make(GOOD)).contacts


def test_shifts_that_touch_or_overlap_are_one_window(make: Make) -> None:
    """The desk is open while anybody is there."""
    early, late = "{mon: 06:00-12:00, tue: 08:00-09:00}", "{mon: 10:00-14:00}"
    shifts = f"{{a: {{hours: {early}, headcount: 1}}, b: {{hours: {late}, headcount: 1}}}}"
    scenario = make(HOTLINE.replace("desk: {headcount: 10}", f"desk: {{shifts: {shifts}}}"))
    assert scenario.teams["desk"].open_hours(scenario.clock.hours) == ((6, 14), (32, 33))


def test_parts_that_cannot_show_are_doubted(make: Make) -> None:
    """Unreachable stages, teams and channels nobody names, tickets nobody raises, rules without effect."""
    text = GOOD
    for key, entry in {
        "    closing:": "    first: {team: reps, work: 1 h, pass_rate: 0}",
        "  reps:": "  spare: {headcount: 1}",
        "    request:": "    idle: {team: agents, channels: {phone: 1}, handle_time: 1 min, priority: 1}",
        "    email:": "    fax: {mode: live, target: {within: 1 min, share: 1}, tolerance: 1 min}",
    }.items():
        text = text.replace(key, f"{entry}\n{key}", 1)
    fifo = "teams.agents.discipline.rule=fifo"
    scenario = make(text, "sales.questions={stage: closing, share: 0.1, ticket: request}", fifo)
    found = doubts(scenario)
    assert "passes nobody" in found["sales.stages.closing"]
    assert "nothing is ever won" in found["sales.stages.first.pass_rate"]
    assert "only paid" in found["teams.spare"]
    assert "nobody asks for this" in found["service.types.idle"]
    assert "no ticket type comes" in found["service.channels.fax"]
    assert "differs in priority" in found["teams.agents.discipline"]
    assert "change nothing" in found["sales.questions"]


def test_checking_neither_changes_nor_takes_time(make: Make) -> None:
    """The same scenario gives the same doubts, the gravest first."""
    scenario = make(GOOD, "teams.agents.headcount=0")
    assert check(scenario) == check(scenario)
    order = ["refused", "warning", "note"]
    ranks = [order.index(doubt.severity) for doubt in check(scenario)]
    assert ranks == sorted(ranks)
