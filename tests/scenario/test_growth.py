"""How leads, wins, customers and the work of selling come about over a horizon, checked by arithmetic done by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.check import estimate, loads, loads_by_hour
from sim.scenario.flows import Flow
from sim.scenario.growth import Growth, grow
from sim.scenario.kinds import hazard
from sim.scenario.lifetime import reproduction
from sim.scenario.load import load
from sim.scenario.scenario import Scenario

SELLING = """
name: selling
clock: {start: 2026-01-05, horizon: 52 wk, hours: {mon-fri: "09:00-17:00"}}
teams: {reps: {headcount: 4}}
marketing: {sources: {web: {rate: 10 per week}}}
sales:
  stages: {closing: {team: reps, work: 2 h, pass_rate: 40 %}}
  deal: 300 EUR/mo
customers:
  leaving: {base: 0 /yr}
"""
CALLS = "{team: reps, call: 6 min, reach: 10 %, talk: 30 min, interest: 20 %, session: 20}"
YEAR = 52 * 168.0

Make = Callable[..., Scenario]


def grown(scenario: Scenario) -> Growth:
    """What comes about without calls."""
    return grow(scenario, {})


def flow(scenario: Scenario, kind: str) -> Flow:
    """The work of one kind."""
    return next(each for each in estimate(scenario).flows if each.kind == kind)


def test_sources_bring_leads_between_begin_and_end(make: Make) -> None:
    """Two weeks from a date, or until a time after the start; profiles count in what is left of a week."""
    assert grown(make(SELLING)).leads["web"] == pytest.approx(520)
    some = ["marketing.sources.web.begin=2026-03-02", "marketing.sources.web.end=10 wk"]
    assert grown(make(SELLING, *some)).leads["web"] == pytest.approx(20)
    tuesdays = "marketing.sources.web.profile={days: {tue: 1}}"
    monday = "marketing.sources.web.end=2026-01-06"
    assert grown(make(SELLING, tuesdays, monday)).leads["web"] == 0.0
    assert grown(make(SELLING, tuesdays, monday.replace("06", "07"))).leads["web"] == pytest.approx(10)
    assert estimate(make(SELLING, *some)).work("reps") == pytest.approx(40)


def test_wins_come_when_the_pipeline_lets_them_out(make: Make) -> None:
    """Whoever thinks for a quarter is won a quarter later, and whoever came in the last one not at all."""
    now, later = grown(make(SELLING)), grown(make(SELLING, "sales.stages.closing.thinking=13 wk"))
    assert now.wins["web"] == pytest.approx(208, rel=1e-3)
    assert later.wins["web"] == pytest.approx(208 * 0.75, rel=1e-3)
    assert later.customer_hours == pytest.approx(208 * 0.75 * YEAR * 0.75 / 2, rel=2e-2)
    twice = SELLING.replace("stages: {", "stages: {first: {team: reps, work: 1 h, thinking: 26 wk, pass_rate: 1}, ")
    assert estimate(make(twice)).visits == pytest.approx(520 + 260, rel=1e-3)
    assert estimate(make(SELLING)).bookings * 730.5 == pytest.approx(208 * 300, rel=1e-3)
    cheap = make(SELLING, "sales.discount={stage: closing, usual: 10 %}", "marketing.sources.web.value=2")
    assert estimate(cheap).bookings * 730.5 == pytest.approx(208 * 600 * 0.9, rel=1e-3)


def test_loyal_customers_stay_longer_and_bring_more(make: Make) -> None:
    """Loyalty divides the rate of leaving; the reproduction number is that of the referred."""
    sets = ["customers.leaving.base=100 %/yr", "customers.telling={rate: 0.5 /yr, promoter: 0.7}"]
    plain = make(SELLING, *sets)
    assert reproduction(plain) == pytest.approx(0.5 * 0.4)
    assert reproduction(make(SELLING, *sets, "marketing.referred={loyalty: 3}")) == pytest.approx(3 * 0.5 * 0.4)
    assert reproduction(make(SELLING, *sets, "marketing=null")) == pytest.approx(0.5 * 0.4)
    sources = grown(make(SELLING, "customers.leaving.base=100 %/yr", "marketing.sources.web.loyalty=4"))
    lasting = 4 * 8766.0
    share = 1 - lasting / YEAR * (1 - math.exp(-YEAR / lasting))
    assert sources.customer_hours == pytest.approx(208 / YEAR * lasting * YEAR * share, rel=2e-2)


def test_who_buys_repeatedly_leaves_after_a_purchase(make: Make) -> None:
    """Two purchases a month with 5 % to stop make 0.1 a month; satisfaction moves the odds."""
    text = SELLING.replace("leaving: {base: 0 /yr}", "purchases: {rate: 2 /mo, dropout: 5 %, beta: 4}")
    assert hazard(make(text)) * 730.5 == pytest.approx(0.1)
    sad = hazard(make(text, "customers.memory={start: 0.5}")) * 730.5
    assert sad == pytest.approx(2 / (1 + 19 * math.exp(-1)))
    assert hazard(make(text, "customers.memory={start: 0.5}", "loops.retention.on=false")) * 730.5 == pytest.approx(0.1)


def test_a_market_fills_up(make: Make) -> None:
    """Leads come at the rate of those who are free: a saturating exponential if nobody is freed again."""
    closed = grown(make(SELLING, "marketing.market={size: 520}"))
    assert sum(closed.leads.values()) == pytest.approx(520 * (1 - math.exp(-1)), rel=1e-2)
    assert closed.free == pytest.approx(math.exp(-1), rel=2e-2)
    half = grown(make(SELLING, "marketing.market={size: 520}", "customers.initial={count: 260}"))
    assert half.free == pytest.approx(math.exp(-1) / 2, rel=2e-2)
    cooled = grown(make(SELLING, "marketing.market={size: 520, cooling: 0 d}"))
    assert cooled.free == pytest.approx(math.exp(-0.4), rel=2e-2)
    assert grown(make(SELLING)).free == 1.0
    tiny = grown(make(SELLING, "marketing.market={size: 3}", "marketing.sources.web.rate=1000 /h"))
    assert sum(tiny.leads.values()) == pytest.approx(3)
    assert tiny.free == pytest.approx(0)


def test_some_of_those_who_left_come_back_as_leads(make: Make) -> None:
    """A quarter of the thousand who leave fast are leads once more after half of the year; 40 % of them are won."""
    sets = ["customers.initial={count: 1000}", "customers.leaving.base=50 /yr", "marketing.sources.web.rate=0 /d"]
    back = "marketing.win_back={share: 25 %, after: 26 wk, loyalty: 1000}"
    found = grown(make(SELLING, *sets, back))
    assert found.leads["won_back"] == pytest.approx(250, rel=2e-2)
    assert found.wins["won_back"] == pytest.approx(100, rel=2e-2)
    assert grown(make(SELLING, *sets, back.replace("26 wk", "2 yr"))).leads["won_back"] == pytest.approx(0, abs=1e-6)


def test_who_leaves_and_comes_back_at_once_does_so_without_end(make: Make) -> None:
    """Ten who stay 36 seconds and sign up by themselves as soon as they are gone: 100 times an hour each."""
    text = SELLING.replace("stages: {closing: {team: reps, work: 2 h, pass_rate: 40 %}}", "stages: {}")
    sets = ["customers.initial={count: 10}", "customers.leaving.base=10000 %/h", "marketing.sources.web.rate=0 /d"]
    back = "marketing.win_back={share: 100 %, after: 0 s}"
    assert grown(make(text, *sets, back)).leads["won_back"] == pytest.approx(10 * 100 * YEAR, rel=1e-2)
    half = grown(make(text, *sets, back.replace("100 %", "90 %")))
    assert half.leads["won_back"] == pytest.approx(10 * 0.9 / 0.1, rel=1e-2)
    assert half.wins["won_back"] == pytest.approx(half.leads["won_back"], rel=1e-2)


def test_hours_for_calls_become_sessions_and_leads(make: Make) -> None:
    """Five hours a week of four people at nine minutes a call are 133 calls, 13 conversations and 2.7 leads."""
    text = SELLING.replace("sources:", f"prospecting: {{cold: {CALLS}}}, sources:")
    scenario = make(text, "marketing.prospecting.cold.hours=5 h")
    calls = 4 * 5 / 0.15
    assert flow(scenario, "cold").count == pytest.approx(52 * calls / 20)
    assert flow(scenario, "cold").hours == pytest.approx(20 * 0.15)
    volume = estimate(scenario)
    assert volume.leads == pytest.approx(520 + 52 * calls * 0.1 * 0.2)
    assert volume.work("reps") == pytest.approx(52 * 20 + 2 * volume.leads)
    assert volume.activities == pytest.approx(52 * calls / 20)
    vacant = make(text, "marketing.prospecting.cold.hours=5 h", "teams.reps.turnover=1 /yr", "teams.reps.vacancy=1 yr")
    assert flow(vacant, "cold").count == pytest.approx(26 * calls / 20)
    fast = make(text, "marketing.prospecting.cold.hours=5 h", "teams.reps.skills={drive: 2}",
                "sales.skills={drive: {activity: 1}}")  # fmt: skip
    assert flow(fast, "cold").count == pytest.approx(2 * 52 * calls / 20)


def test_calls_that_fill_idle_time_are_no_load_and_leave_time_for_what_they_bring(make: Make) -> None:
    """Together with the leads they bring they take up what other work leaves, and nothing more."""
    text = SELLING.replace("sources:", f"prospecting: {{cold: {CALLS}}}, sources:")
    scenario = make(text)
    volume = estimate(scenario)
    called = flow(scenario, "cold")
    assert called.yields
    assert called.work + volume.work("reps") == pytest.approx(52 * 160)
    assert volume.leads == pytest.approx(520 + called.count * 20 * 0.02)
    assert loads(scenario)["reps"].share == pytest.approx(2 * volume.leads / (52 * 160))
    assert flow(make(text, "teams.reps.headcount=0"), "cold").count == 0.0
    busy = make(text, "marketing.sources.web.rate=100 per week")
    assert flow(busy, "cold").count == 0.0
    kept = flow(make(text, "marketing.prospecting.cold.reserve=1"), "cold")
    assert 0.6 * called.count < kept.count < 0.8 * called.count


def test_follow_up_comes_due_in_its_time(make: Make) -> None:
    """Once after each win, at intervals for all, before the end of each term; those content enough are left out."""
    base = ["customers.initial={count: 100}", "marketing.sources.web.rate=0 /d"]

    def turns(when: str, *sets: str) -> float:
        follow = f"sales.follow_up={{call: {{team: reps, work: 30 min, {when}}}}}"
        return flow(make(SELLING, follow, *sets), "call").count

    assert turns("after: 13 wk") == pytest.approx(208 * 0.75, rel=1e-3)
    assert turns("after: 13 wk", *base) == 0.0
    assert turns("every: 13 wk", *base) == pytest.approx(400)
    assert turns("every: 13 wk, below: 70 %", *base) == 0.0
    assert turns("every: 13 wk, below: 80 %", *base) == pytest.approx(400)
    term = "customers.contract={length: 26 wk}"
    assert turns("before_renewal: 4 wk", term, *base) == pytest.approx(200)
    assert turns("before_renewal: 30 wk", term, *base) == 0.0
    # Won evenly: of the two renewals of whoever signs first the reviews are due after 22 and 48 weeks.
    assert turns("before_renewal: 4 wk", term) == pytest.approx(208 * (30 + 4) / 52, rel=1e-3)
    skilled = make(SELLING, "sales.follow_up={call: {team: reps, work: 30 min, every: 1 mo}}",
                   "teams.reps.skills={tact: 2}", "sales.skills={tact: {activity: 1}}")  # fmt: skip
    assert flow(skilled, "call").hours == pytest.approx(0.25)


def test_growth_stays_finite_whatever_the_rates(make: Make) -> None:
    """Wild rates end in large numbers, never in none."""
    wild = make(SELLING, "customers.telling={rate: 1000 /h, promoter: 0.7}", "marketing.market={size: 2000000}",
                "marketing.win_back={share: 1, after: 0 s}", "customers.leaving.base=1000 /yr",
                "sales.nurture={lost: 1, after: 0 s, times: 20}")  # fmt: skip
    volume = estimate(wild)
    assert math.isfinite(volume.events)
    assert 0 <= volume.free <= 1


def test_every_key_of_selling_has_its_work_on_paper() -> None:
    """A scenario with all of it: finite loads, work that adds up, and nobody counted twice."""
    scenario = load(Path(__file__).with_name("full_sales.yaml"))
    volume = estimate(scenario)
    assert {each.kind for each in volume.flows} == {
        "qualification", "demo", "closing", "cold", "idle", "welcome", "care", "review", "presale", "request",
    }  # fmt: skip
    assert all(each.work > 0 for each in volume.flows)
    assert 0 < volume.free < 1
    assert set(volume.wins) == {"web", "fair", "cold", "idle", "referred", "won_back"}
    for name, hours in loads_by_hour(scenario, volume).items():
        assert np.isfinite(hours.share).all()
        assert (hours.work * hours.times).sum() == pytest.approx(volume.work(name))
        assert 0 < hours.total().share < 1
