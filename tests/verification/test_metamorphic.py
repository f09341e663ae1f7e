"""What must hold between runs whatever the numbers: more hands, more work, other clocks, nobody who calls."""

from __future__ import annotations

import numpy as np
import pytest
from yardstick import RICH, SEED, kpis, leavings, loaded

from sim.experiments.statistics import paired
from sim.metrics import evaluate
from sim.model.company import simulate
from sim.scenario.load import load
from sim.scenario.scenario import Scenario

DESK = """
name: desk
clock: {horizon: 40 h, warm_up: 4 h, report_at: [40 h]}
teams: {desk: {headcount: 10, wage: 4000 EUR/mo}}
service:
  channels: {phone: {mode: live, target: {within: 20 s, share: 80 %}, tolerance: 2 min}}
  types:
    call: {team: desk, channels: {phone: 1}, handle_time: {dist: exponential, mean: 3 min}, arrivals: {rate: 170 /h}}
"""
IMPATIENT = "service.channels.phone.patience={dist: exponential, mean: 2 min}"
FUTURES = 10


def figures(folder, *sets: str) -> dict[str, list[float]]:
    """Every figure of the desk under these settings, future by future."""
    return by_figure(loaded(DESK, folder, *sets))


def by_figure(scenario: Scenario) -> dict[str, list[float]]:
    """KPI -> its values, future by future."""
    futures = [next(iter(future.values())) for future in kpis(scenario, FUTURES)]
    return {name: [future[name] for future in futures] for name in futures[0]}


@pytest.mark.parametrize("heads", [9, 10, 12])
def test_one_more_agent_never_hurts(heads, tmp_path):
    """With one agent more the mean wait and the share who give up do not rise."""
    few, more = (figures(tmp_path, IMPATIENT, f"teams.desk.headcount={n}") for n in (heads, heads + 1))
    for figure in ("wait", "abandonment"):
        assert paired(more[figure], few[figure], 0.95).high < 0


def test_longer_calls_fill_the_day_in_proportion(tmp_path):
    """Handle times 10 % longer make occupancy 10 % higher, as long as nobody is turned away or gives up."""
    short = figures(tmp_path)["occupancy.desk"]
    long = figures(tmp_path, "service.types.call.handle_time.mean=3.3 min")["occupancy.desk"]
    ratio = paired(long, [1.1 * value for value in short], 0.999)
    assert abs(ratio.mean) < 0.002
    assert ratio.low <= 0 <= ratio.high


def test_a_desk_twice_as_big_is_as_busy_and_quicker(tmp_path):
    """Twice the calls for twice the agents: the same occupancy, shorter waits (economies of scale)."""
    double = ("teams.desk.headcount=20", "service.types.call.arrivals.rate=340 /h")
    large, small = figures(tmp_path, *double), figures(tmp_path)
    apart = paired(large["occupancy.desk"], small["occupancy.desk"], 0.999)
    assert apart.low <= 0 <= apart.high
    assert apart.half_width < 0.04
    assert paired(large["wait"], small["wait"], 0.999).high < 0


def test_another_time_unit_is_another_clock(tmp_path):
    """The same desk sixty times slower has the same shares, and waits that are sixty times as long."""
    slow = DESK.replace("3 min", "3 h").replace("170 /h", "68 /d").replace("20 s", "20 min").replace("2 min", "2 h")
    slow = slow.replace("40 h", "2400 h").replace("4 h", "240 h")
    slowly, fast = by_figure(loaded(slow, tmp_path)), figures(tmp_path)
    for figure, factor in (("service_level", 1.0), ("occupancy.desk", 1.0), ("delayed", 1.0), ("wait", 60.0)):
        # Blocks of arrivals are as long for both clocks, so the futures are others: not pairs, but the same law.
        apart = paired([value / factor for value in slowly[figure]], fast[figure], 0.999)
        assert apart.low <= 0 <= apart.high, figure


EITHER = pytest.mark.parametrize("name", ["baseline", RICH], ids=["baseline", "rich"])
"""A company as it stands, and a small one with everything that customers can do."""


@EITHER
def test_nobody_leaves_and_nobody_tells(name):
    """Without churn and word of mouth customers are those of the start and the wins, less those still settling in."""
    sets = ["clock.horizon=6 mo", "clock.report_at=[3 mo]", "loops.referral.on=false"]
    scenario = load(name, sets=[*sets, *leavings(name, "base=0 %/yr", "floor=0 %/yr", "varies={law: gamma, cv: 1}")])
    found = evaluate(simulate(scenario, 0, SEED))
    assert found["customers"] == scenario.customers.initial.count + found["wins"] - found["pending_customers"]
    assert found["lost_customers"] == found["churned_mrr"] == found["churn"] == 0
    assert found["referral_leads"] == found["revenue.referral"] == 0


SEPARATE = (
    "clock.horizon=4 mo",
    "clock.report_at=[2 mo]",
    "loops.retention.on=false",
    "loops.referral.on=false",
    "loops.presale.on=false",
    # What sales does for customers depends on when they go live, and win-back on when they leave.
    "sales.follow_up=null",
    "marketing.win_back.share=0",
)


@pytest.mark.parametrize(("name", "heads"), [("baseline", (30, 8)), (RICH, (16, 4))], ids=["baseline", "rich"])
def test_sales_does_not_feel_service_when_no_loop_joins_them(name, heads):
    """With all effects of quality off, the sales side is the same to the bit whatever the service staffing."""
    many, few = (simulate(load(name, sets=[*SEPARATE, f"teams.agents.headcount={count}"]), 0, SEED) for count in heads)
    for table in ("leads", "visits"):
        assert many.tables[table].tobytes() == few.tables[table].tobytes()
    assert evaluate(many)["wait"] < evaluate(few)["wait"]


@EITHER
def test_without_tickets_service_staff_only_costs(name):
    """When nobody needs help, agents change the payroll and nothing else."""
    kinds = load(name).service.types
    quiet = [f"service.types.{each}.per_customer=0 /mo" for each, kind in kinds.items() if kind.per_customer]
    quiet += [f"service.types.{each}.per_win=0" for each, kind in kinds.items() if kind.per_win]
    planned = [each for each, kind in kinds.items() if kind.schedule]
    quiet += [f"service.types.{each}.schedule.{key}" for each in planned for key in ("silent=20 yr", "below=0")]
    sets = [*quiet, "sales.questions.share=0", "clock.horizon=4 mo", "clock.report_at=[2 mo]"]
    sets += ["teams.agents.turnover=0 %/yr"]
    many, few = (simulate(load(name, sets=[*sets, f"teams.agents.headcount={n}"]), 0, SEED) for n in (24, 4))
    for table in ("leads", "visits", "subscriptions", "pulse", "tickets", "contacts"):
        assert many.tables[table].tobytes() == few.tables[table].tobytes(), table
    assert not len(many.tables["contacts"])
    first, second = evaluate(many), evaluate(few)
    wage = load(name).teams["agents"].wage * 730.5
    assert first["payroll"] - second["payroll"] == pytest.approx(20 * 4 * wage, rel=1e-9)
    assert second["profit"] - first["profit"] == pytest.approx(20 * 4 * wage, rel=1e-9)


@EITHER
def test_cost_is_hours_times_wage_and_commission_times_won_revenue(name):
    """Payroll is filled hours times wage, commission its share of the first year of what was won, media per lead."""
    sets = ["clock.horizon=6 mo", "clock.report_at=[3 mo]", "economics.accelerators=[]"]
    scenario = load(name, sets=sets)
    run = simulate(scenario, 2, SEED)
    found = evaluate(run)
    last = run.tables["team_time"][run.column("team_time", "time") == run.horizon]
    wages = [team.wage for team in scenario.teams.values()]
    assert found["payroll"] == pytest.approx(sum(last[:, 3] * wages), rel=1e-9)
    won = run.is_word("leads", "outcome", "won")
    net = (run.column("leads", "value") * (1 - run.column("leads", "discount")))[won]
    assert found["bookings"] == pytest.approx(net.sum(), rel=1e-9)
    assert found["commission"] == pytest.approx(12 * scenario.economics.commission * net.sum(), rel=1e-9)
    sources = (*scenario.marketing.sources.values(), *scenario.marketing.prospecting.values())
    prices = [source.cost_per_lead for source in sources]
    counts = [float((run.column("leads", "source") == code).sum()) for code in range(len(prices))]
    assert found["media"] == pytest.approx(sum(n * price for n, price in zip(counts, prices, strict=True)), rel=1e-9)
    live = run.column("subscriptions", "live")
    until = np.fmin(run.column("subscriptions", "left"), run.horizon)
    paid = np.nan_to_num((until - live) / 730.5) * run.column("subscriptions", "value")
    ends = dict(zip(run.column("subscriptions", "customer"), until, strict=True))
    changed = [
        change * (ends[customer] - time) / 730.5
        for customer, time, change in zip(
            *(run.column("changes", word) for word in ("customer", "time", "change")), strict=True
        )
    ]
    fees = float(run.column("leads", "fee")[won].sum())
    assert len(changed) > 100
    assert found["revenue"] == pytest.approx(paid.sum() + sum(changed) + fees, rel=1e-9)
