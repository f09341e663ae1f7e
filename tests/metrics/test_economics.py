"""What it was worth."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate

MONTH = 730.5
YEAR = 8766.0

BASE = [
    {"customer": 0, "origin": "initial", "value": 100, "won": 0, "live": 0},
    {"customer": 1, "origin": "initial", "value": 200, "won": 0, "live": 0, "left": 6 * MONTH},
    {"customer": 2, "origin": "organic", "value": 300, "won": 1 * MONTH, "live": 2 * MONTH},
    {"customer": 3, "origin": "referral", "value": 400, "won": 2 * MONTH, "live": 3 * MONTH, "left": 9 * MONTH},
    {"customer": 4, "origin": "organic", "value": 500, "won": 11.5 * MONTH},
]
SENT = {"source": "referred", "referrer": 0}
LEADS = [
    {"lead": 0, "source": "website", "created": 10, "outcome": "won", "closed": 1 * MONTH, "value": 300},
    {"lead": 1, "created": 20, "outcome": "won", "closed": 2 * MONTH, "value": 400, **SENT},
    {"lead": 2, "source": "fair", "created": 30, "outcome": "won", "closed": 11.5 * MONTH, "value": 500},
    {"lead": 3, "source": "website", "created": 40, "outcome": "lost", "closed": 50, "value": 100},
]
TIME = [
    {"team": "reps", "time": YEAR, "headcount": 2, "employed": 2 * YEAR, "hires": 3},
    {"team": "agents", "time": YEAR, "headcount": 3, "employed": 3 * YEAR, "hires": 1},
]


@pytest.fixture(scope="module")
def figures(make_run):
    return evaluate(make_run(subscriptions=BASE, leads=LEADS, team_time=TIME))


def test_revenue_counts_months_live(figures):
    """100 x 12 + 200 x 6 from the start, 300 x 10 organic, 400 x 6 by referral; nothing before going live."""
    assert figures["revenue.initial"] == pytest.approx(2400)
    assert figures["revenue.organic"] == pytest.approx(3000)
    assert figures["revenue.referral"] == pytest.approx(2400)
    assert figures["revenue"] == pytest.approx(7800)
    assert figures["gross_profit"] == pytest.approx(6240)


def test_part_of_a_month_counts_in_proportion(make_run):
    """Ten hours of a customer who pays 730.5 a month are worth 10."""
    run = make_run(subscriptions=[{"origin": "organic", "value": 730.5, "won": 0, "live": 5, "left": 15}])
    assert evaluate(run)["revenue.organic"] == pytest.approx(10)
    assert evaluate(run.until(8.0))["revenue"] == pytest.approx(3)
    assert evaluate(run.until(5.0))["revenue"] == 0.0


def test_wages_run_with_filled_positions(figures):
    """2 reps at 6000 and 3 agents at 4000 for twelve months; only the reps' team pays for hiring."""
    assert figures["payroll.reps"] == figures["payroll_sales"] == pytest.approx(144_000)
    assert figures["payroll.agents"] == pytest.approx(144_000)
    assert figures["payroll_service"] == pytest.approx(144_000)
    assert figures["payroll"] == pytest.approx(288_000)
    assert figures["hiring"] == pytest.approx(15_000)


def test_costs_of_selling(figures):
    """10 % of a year of 300 + 400 + 500; two website leads at 60 and one of the fair at 200, referrals free."""
    assert figures["commission"] == pytest.approx(1440)
    assert figures["media"] == pytest.approx(320)
    assert figures["overhead"] == pytest.approx(12_000)


def test_profit_is_what_is_left(figures):
    """6240 - 288000 - 15000 - 1440 - 320 - 12000."""
    assert figures["profit"] == pytest.approx(-310_520)


def test_cost_of_a_customer_and_months_to_earn_it_back(figures):
    """144000 + 1440 + 320 for two new customers, who pay 350 a month at a margin of 80 %."""
    assert figures["cac"] == pytest.approx(145_760 / 2)
    assert figures["payback"] == pytest.approx(72_880 / (350 * 0.8))


def test_lifetime_value_without_discount(figures):
    """Margin of 6240 over 34 customer-months, and 2 of 34 lost a month: 3120."""
    assert figures["ltv"] == pytest.approx(6240 / 34 / (2 / 34))


def test_lifetime_value_with_discount(make_run, scenario):
    """A discount of 12 % a year adds one percent a month to the churn."""
    economics = {"gross_margin": "80 %", "discount": "12 %/yr"}
    told = evaluate(make_run(scenario(economics=economics), subscriptions=BASE))
    assert told["ltv"] == pytest.approx(6240 / 34 / (2 / 34 + 0.01))


def test_lifetime_value_matches_geometric_theory(make_run, scenario):
    """Churn of 2 % and discount of 1 % a month, margin 50: 50 / 0.03, the continuous form of the geometric series.

    The series paid in advance, sum of 50 x (0.98 / 1.01)^k = 1683, lies within a month's churn and interest of it.
    """
    base = [{"origin": "initial", "value": 50, "won": 0, "live": 0, "left": MONTH} for _ in range(2)]
    base += [{"origin": "initial", "value": 50, "won": 0, "live": 0} for _ in range(98)]
    plan = scenario(clock={"horizon": "1 mo"}, economics={"discount": "12 %/yr"})
    told = evaluate(make_run(plan, subscriptions=base))
    assert told["churn"] == pytest.approx(0.02)
    assert told["ltv"] == pytest.approx(50 / 0.03)
    assert told["ltv"] == pytest.approx(50 / (1 - 0.98 / 1.01), rel=0.03)


def test_ratios_without_customers_are_not_applicable(make_run):
    """No new customer: no CAC and no payback; nobody left and no discount: no lifetime value."""
    told = evaluate(make_run(subscriptions=BASE[:1], team_time=TIME))
    assert all(math.isnan(told[name]) for name in ("cac", "payback", "ltv"))


def test_a_team_that_sells_and_serves_is_split_by_hours_worked(make_run, scenario):
    """30 h on stages and 10 h on contacts: three quarters of the wages are sales."""
    stages = {"all": {"team": "agents", "work": "1 h", "pass_rate": "50 %"}}
    plan = scenario(sales={"stages": stages, "deal": "300 EUR/mo"})
    visit = {"lead": 0, "stage": "all", "team": "agents", "entered": 0, "ended": 40, "handled": 30, "outcome": "passed"}
    work = {"team": "agents", "arrived": 0, "due": 1, "started": 0, "ended": 20, "handled": 10, "outcome": "served"}
    contact = work | {"ticket": 0, "attempt": 1, "channel": "phone", "type": "request"}
    told = evaluate(make_run(plan, visits=[visit], contacts=[contact], team_time=TIME))
    assert told["payroll_sales"] == pytest.approx(0.75 * 144_000 + 0.5 * 144_000)
    idle = evaluate(make_run(plan, team_time=TIME))
    assert idle["payroll_sales"] == idle["payroll_service"] == pytest.approx(144_000)


def test_prices_can_change_without_running_again(make_run, scenario):
    """The same facts at other prices: only money moves."""
    facts = {"subscriptions": BASE, "leads": LEADS, "team_time": TIME}
    dear = evaluate(make_run(scenario(economics={"gross_margin": "60 %"}), **facts))
    assert dear["gross_profit"] == pytest.approx(4680)
    assert dear["commission"] == dear["overhead"] == 0.0
    assert dear["customers"] == 2


def test_cost_per_contact_is_wages_over_contacts_served(make_run, call):
    """The agents' wages for two served calls; the reps, who serve nobody, are not in it."""
    contacts = [call(1, 0, 5, "served"), call(2, 0, 5, "served", ticket=1), call(3, 1, outcome="abandoned", ticket=2)]
    told = evaluate(make_run(contacts=contacts, team_time=TIME))
    assert told["cost_per_contact"] == pytest.approx(told["payroll.agents"] / 2)
