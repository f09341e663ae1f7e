"""Who made his quota, what that pays him, and what a person brings."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate

MONTH = 730.5
STAGES = {
    "qualification": {"team": "reps", "work": "30 min", "pass_rate": "50 %"},
    "closing": {"team": "reps", "work": "3 h", "pass_rate": "30 %"},
}
SALES = {"stages": STAGES, "deal": "300 EUR/mo", "quota": {"amount": "1000 EUR/mo"}}
ECONOMICS = {"commission": "10 %", "accelerators": [{"beyond": 1, "rate": "15 %"}, {"beyond": 1.5, "rate": "20 %"}]}


def _wins(*deals):
    """Leads and the visits that closed them: (person, month, list value, discount)."""
    leads, visits = [], []
    for number, (server, month, value, discount) in enumerate(deals):
        lead = {"lead": number, "source": "website", "created": 0, "outcome": "won", "closed": month * MONTH}
        leads.append(lead | {"value": value, "discount": discount})
        work = {"lead": number, "team": "reps", "entered": 0, "started": 0, "outcome": "passed"}
        work["decided"] = month * MONTH
        visits.append(work | {"stage": "closing", "server": server})
        visits.append(work | {"stage": "qualification", "server": 9})
    return {"leads": leads, "visits": visits}


DEALS = _wins(
    (0, 0.2, 1000, 0.1), (0, 0.8, 1000, 0.0), (0, 1.5, 400, 0.0), (1, 0.5, 2000, 0.5), (1, 2.5, 900, 0.0)
)  # fmt: skip
"""Person 0 sells 1900 and 400 in the first two months; person 1 sells 1000, nothing and 900 in the third."""
PEOPLE = [
    {"team": "reps", "server": 0, "position": 0, "joined": 0, "ramped": 0, "left": 2.5 * MONTH},
    {"team": "reps", "server": 1, "position": 1, "joined": 0, "ramped": 0},
    {"team": "reps", "server": 2, "position": 0, "joined": 2.8 * MONTH},
    {"team": "agents", "server": 0, "position": 0, "joined": 0, "ramped": 0},
]


@pytest.fixture(scope="module")
def run(make_run, scenario):
    readings = [{"team": "reps", "time": 3.5 * MONTH, "employed": 5 * MONTH}]
    plan = scenario(sales=SALES, economics=ECONOMICS)
    return make_run(plan, horizon=3.5 * MONTH, tenures=PEOPLE, team_time=readings, **DEALS)


def test_quotas_are_met_person_by_person(run):
    """Two months of person 0 and three of person 1 are whole; two of the five made 1000 EUR/mo."""
    assert evaluate(run)["reps_at_quota"] == pytest.approx(2 / 5)
    assert evaluate(run.until(MONTH))["reps_at_quota"] == 1.0
    assert math.isnan(evaluate(run.until(0.9 * MONTH))["reps_at_quota"])


def test_a_quarter_is_one_period(make_run, scenario):
    """In the first quarter person 1 sells 1900 of 1000 expected; person 0 was not there throughout."""
    sales = SALES | {"quota": {"amount": "1000 EUR/mo", "per": "quarter"}}
    told = evaluate(make_run(scenario(sales=sales), horizon=3.5 * MONTH, tenures=PEOPLE, **DEALS))
    assert told["reps_at_quota"] == 1.0


def test_attainment_is_of_filled_positions_and_periods(run, make_run, scenario):
    """4200 EUR/mo signed in five person-months; a quarter's quota is due in a third of each."""
    assert evaluate(run)["quota_attainment"] == pytest.approx(4200 / 5000)
    sales = SALES | {"quota": {"amount": "1000 EUR/mo", "per": "quarter"}}
    other = make_run(scenario(sales=sales), horizon=3.5 * MONTH, **DEALS)
    readings = make_run(horizon=3.5 * MONTH, team_time=[{"team": "reps", "time": 3.5 * MONTH, "employed": 5 * MONTH}])
    tables = dict(other.tables) | {"team_time": readings.tables["team_time"]}
    told = evaluate(type(other)(other.scenario, 0, other.horizon, tables, other.words))
    assert told["quota_attainment"] == pytest.approx(4200 / (5000 / 3))


def test_what_a_person_brings(run):
    """Five wins of 4200 EUR/mo in five person-months."""
    told = evaluate(run)
    assert told["wins_per_rep"] == pytest.approx(1.0)
    assert told["bookings_per_rep"] == pytest.approx(4200 / 5)


def test_accelerators_pay_what_is_beyond_at_its_rate(run):
    """Person 0, month 1: 1000 at 10 %, 500 at 15 %, 400 at 20 %; everything else is below the quota."""
    first = 1000 * 0.10 + 500 * 0.15 + 400 * 0.20
    assert evaluate(run)["commission"] == pytest.approx(12 * (first + (400 + 1000 + 900) * 0.10))


def test_what_has_been_paid_does_not_depend_on_what_comes_later(run):
    """After the first deal of person 0 only that one is paid, at the rate below the quota."""
    assert evaluate(run.until(0.3 * MONTH))["commission"] == pytest.approx(12 * 900 * 0.10)
    later = 900 * 0.10 + 1000 * 0.10
    assert evaluate(run.until(0.6 * MONTH))["commission"] == pytest.approx(12 * later)


def test_without_accelerators_every_win_pays_the_same(make_run, scenario):
    """10 % of a year of 4200 EUR/mo, fees not counted."""
    plan = scenario(sales=SALES | {"fee": "500 EUR"}, economics={"commission": "10 %"})
    leads = [lead | {"fee": 500} for lead in DEALS["leads"]]
    assert evaluate(make_run(plan, leads=leads, visits=DEALS["visits"]))["commission"] == pytest.approx(12 * 420)


def test_a_deal_of_nobody_pays_the_plain_rate(make_run, scenario):
    """A win without a closing visit of the quota's team is paid without acceleration."""
    told = evaluate(make_run(scenario(sales=SALES, economics=ECONOMICS), leads=DEALS["leads"]))
    assert told["commission"] == pytest.approx(12 * 420)


def test_a_deal_is_his_who_worked_the_last_stage_with_the_quota_s_team(make_run, scenario):
    """The agents close, but the reps carry the quota: the deal is that of who qualified it."""
    stages = STAGES | {"closing": STAGES["closing"] | {"team": "agents"}}
    plan = scenario(sales=SALES | {"stages": stages, "quota": {"amount": "1000 EUR/mo", "team": "reps"}})
    visits = [row | ({"team": "agents"} if row["stage"] == "closing" else {}) for row in DEALS["visits"]]
    people = [{"team": "reps", "server": 9, "position": 0, "joined": 0, "ramped": 0}]
    told = evaluate(make_run(plan, horizon=3 * MONTH, tenures=people, leads=DEALS["leads"], visits=visits))
    assert told["reps_at_quota"] == pytest.approx(1 / 3)
