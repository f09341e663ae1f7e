"""What must hold for every run: sums that agree, shares within bounds, and a second way of computing each figure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.metrics import evaluate, kpi_of

MONTH = 730.5

STAGES = {
    "qualification": {"team": "reps", "work": "30 min", "pass_rate": "50 %", "disqualified": "5 %"},
    "closing": {"team": "reps", "work": "3 h", "pass_rate": "30 %"},
}
REVIEW = {"team": "reps", "work": "1 h", "after": "1 mo", "expansion": "30 %", "grows": "20 %"}
SALES = {"stages": STAGES, "expiry": "9 d", "deal": "300 EUR/mo", "fee": "500 EUR", "quota": {"amount": "250 EUR/mo"}}
SALES |= {"follow_up": {"review": REVIEW}}

cuts = st.floats(min_value=1.0, max_value=12 * MONTH)
seeds = st.integers(min_value=0, max_value=10_000)


@pytest.fixture(scope="module")
def cut_run(random_run, scenario):
    """Make a small random run, cut at an instant, with a warm-up that ends before it."""

    def make(seed, cut, warm=0.0):
        clock = {"start": "2026-01-07", "horizon": "12 mo", "warm_up": f"{warm * cut:.6f} h"}
        plan = scenario(clock=clock, sales=SALES)
        return random_run(seed, plan, leads=60, tickets=80, initial=20).until(cut)

    return make


def check_money(figures):
    """Sums of money that must agree, the profit to the last bit."""
    parts = ("payroll", "hiring", "commission", "media", "overhead")
    profit = figures["gross_profit"]
    for part in parts:
        profit -= figures[part]
    assert figures["profit"] == profit
    origins = sum(figures[f"revenue.{origin}"] for origin in ("initial", "organic", "referral"))
    assert figures["revenue"] == pytest.approx(origins, rel=1e-12)
    assert figures["payroll"] == pytest.approx(figures["payroll.reps"] + figures["payroll.agents"], rel=1e-12)
    assert figures["payroll"] == pytest.approx(figures["payroll_sales"] + figures["payroll_service"], rel=1e-12)


def check_tags(figures):
    """Every euro has one tag; direct, indirect and base revenue are made of all of them and of nothing else."""

    def parts(name, word=""):
        return math.fsum(value for flat, value in figures.items() if flat.startswith(f"{name}.") and word in flat)

    whole = pytest.approx(figures["revenue"], rel=1e-9)
    assert parts("revenue_tag") == whole
    assert parts("revenue_kind") == whole
    assert figures["revenue_direct"] + figures["revenue_base"] + figures["revenue_indirect"] == whole
    assert parts("revenue_direct") + figures["revenue_base"] + parts("revenue_indirect") == whole
    for origin in ("initial", "organic", "referral"):
        tags = parts("revenue_tag", f".{origin}.")
        assert tags == pytest.approx(figures[f"revenue.{origin}"], rel=1e-9, abs=1e-6)
        base = figures["revenue_base"] if origin == "initial" else 0.0
        brought = base + figures[f"revenue_direct.{origin}"] + figures[f"revenue_indirect.{origin}"]
        assert brought == pytest.approx(tags, rel=1e-9, abs=1e-6)
    for kind in ("new", "retained", "expansion", "follow_up"):
        assert figures[f"revenue_kind.{kind}"] == pytest.approx(parts("revenue_tag", f".{kind}"), rel=1e-9, abs=1e-6)
    assert parts("revenue_forgone") == pytest.approx(figures["revenue_forgone"], rel=1e-9)
    effect = figures["revenue_kind.retained"] - figures["revenue_forgone"]
    assert figures["service_effect"] == pytest.approx(effect, rel=1e-9, abs=1e-6)
    assert parts("fees") == pytest.approx(figures["fees"], rel=1e-12)


def check_counts(figures, run):
    """Everything that came in is accounted for."""
    ways = ("wins", "leads_lost", "leads_expired", "leads_disqualified", "leads_open")
    assert figures["leads"] == sum(figures[name] for name in ways)
    for stage in run.words["stages"]:
        ways = ("lost", "expired", "disqualified", "open")
        passed = figures[f"reached.{stage}"] - sum(figures[f"stage_{way}.{stage}"] for way in ways)
        decided = figures[f"reached.{stage}"] - figures[f"stage_open.{stage}"]
        assert decided == 0 or figures[f"conversion.{stage}"] == pytest.approx(passed / decided)
    for name in ("wins", "bookings"):
        parts = sum(figures[f"{name}_of.{source}"] for source in run.words["sources"])
        assert figures[name] == pytest.approx(parts)
    spent = sum(figures[f"cost_per_lead_of.{name}"] * figures[f"leads.{name}"] for name in run.words["sources"]
                if figures[f"leads.{name}"])  # fmt: skip
    assert figures["leads"] == 0 or figures["cost_per_lead"] * figures["leads"] == pytest.approx(spent)
    assert figures["leads"] == sum(figures[f"leads.{name}"] for name in run.words["sources"])
    fates = ("served", "abandoned", "blocked", "disconnected", "no_show", "dropped", "open")
    assert figures["contacts"] == sum(figures[f"contacts_{name}"] for name in fates)
    fates = ("resolved", "unresolved", "abandoned", "blocked", "disconnected", "dropped", "open")
    assert figures["tickets"] == sum(figures[f"tickets_{name}"] for name in fates)
    assert figures["contacts"] == figures["contacts.phone"] + figures["contacts.email"]
    initial = run.is_word("subscriptions", "origin", "initial")
    opening = run.column("subscriptions", "value")[initial].sum()
    assert figures["new_customers"] - figures["lost_customers"] == figures["customers"] - initial.sum()
    moved = figures["expansion_mrr"] - figures["contraction_mrr"]
    assert opening + figures["new_mrr"] + moved - figures["churned_mrr"] == pytest.approx(figures["mrr"], rel=1e-12)
    assert figures["wins"] == figures["new_customers"] + figures["pending_customers"]


@settings(max_examples=60, deadline=None)
@given(seed=seeds, cut=cuts, warm=st.sampled_from([0.0, 0.3]))
def test_identities_hold_at_every_instant(cut_run, seed, cut, warm):
    """Money, leads, contacts, customers and MRR add up whenever one looks, with a warm-up and without."""
    run = cut_run(seed, cut, warm)
    figures = evaluate(run)
    check_money(figures)
    check_tags(figures)
    check_counts(figures, run)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, cut=cuts)
def test_shares_are_shares(cut_run, seed, cut):
    """A share lies between 0 and 1 or is not applicable; times and counts are not negative."""
    for name, value in evaluate(cut_run(seed, cut)).items():
        entry = kpi_of(name)
        if math.isnan(value):
            continue
        if entry.unit == "share" and name not in ("quota_attainment", "cost_of_sale"):
            assert 0 <= value <= 1, name
        elif name == "nps":
            assert -100 <= value <= 100
        elif name not in ("profit", "service_effect") and not name.startswith(_SIGNED):
            assert value >= -1e-9, name


_SIGNED = ("revenue_indirect", "revenue_tag", "revenue_kind.expansion")
"""What service can bring less than nothing of."""


@settings(max_examples=40, deadline=None)
@given(seed=seeds, cut=cuts)
def test_figures_are_ordered_as_their_definitions_are(cut_run, seed, cut):
    """A wider denominator never gives a higher level; quantiles are ordered; the wait of all lies between its parts."""
    told = evaluate(cut_run(seed, cut))

    def ordered(*names):
        values = [told[name] for name in names]
        assert any(map(math.isnan, values)) or values == sorted(values), names

    ordered("service_level_offered", "service_level", "service_level_served")
    ordered("service_level", "service_level_lenient")
    ordered("wait_p50", "wait_p90")
    ordered("speed_to_lead_p50", "speed_to_lead_p90")
    ordered("grr", "nrr")
    low, high = sorted((told["speed_of_answer"], told["wait_abandoned"]))
    assert math.isnan(low + high) or low - 1e-9 <= told["wait"] <= high + 1e-9


def slow_figures(run):
    """Some figures once more, row by row, as the definitions read."""
    warm, end = run.scenario.clock.warm_up, run.horizon
    tables = ("leads", "contacts", "tickets", "subscriptions", "changes")
    frames = {name: run.frame(name).to_dict("records") for name in tables}
    calls = [row for row in frames["contacts"] if row["arrived"] >= warm]
    kept = [row for row in calls if row["started"] <= row["due"]]
    broken = [
        row
        for row in calls
        if row["started"] > row["due"]
        or (row["outcome"] == "abandoned" and row["ended"] > row["due"])
        or row["outcome"] in ("blocked", "disconnected")
        or (row["outcome"] == "open" and math.isnan(row["started"]) and row["due"] < end)
    ]
    starved = sum(row["outcome"] == "open" and math.isnan(row["started"]) and row["due"] < end for row in calls)
    over = [row for row in calls if row["outcome"] != "open"]
    closed = {row["ticket"] for row in frames["tickets"] if row["outcome"] != "open"}
    surveyed = [row for row in over if row["outcome"] == "served" and row["ticket"] in closed]
    firsts = {row["ticket"] for row in over if row["attempt"] == 1}
    seconds = {row["ticket"] for row in frames["contacts"] if row["cause"] == "return"}
    lived = {
        row["customer"]: max(0.0, min(end, row["left"] if row["left"] <= end else end) - row["live"])
        for row in frames["subscriptions"]
        if row["live"] <= end
    }
    paid = sum(r["value"] * lived.get(r["customer"], 0.0) / MONTH for r in frames["subscriptions"])
    leaves = {row["customer"]: min(end, row["left"] if row["left"] <= end else end) for row in frames["subscriptions"]}
    paid += sum(r["change"] * (leaves[r["customer"]] - r["time"]) / MONTH for r in frames["changes"])
    won = [row for row in frames["leads"] if row["outcome"] == "won"]
    happy = sum(row["experience"] >= 0.6 for row in over)
    return {
        "service_level": len(kept) / (len(kept) + len(broken)) if kept or broken else math.nan,
        "csat": happy / (len(over) + starved) if over or starved else math.nan,
        "csat_closed": sum(r["experience"] >= 0.6 for r in surveyed) / len(surveyed) if surveyed else math.nan,
        "reopen_rate": len(firsts & seconds) / len(firsts) if firsts else math.nan,
        "revenue": paid + sum(row["fee"] for row in won),
        "churn": sum(r["left"] <= end for r in frames["subscriptions"]) / (sum(lived.values()) / MONTH),
        "commission": 0.1 * 12 * sum(row["value"] * (1 - row["discount"]) for row in won),
        "media": sum({"website": 60, "fair": 200}.get(r["source"], 0) for r in frames["leads"]),
    }


@pytest.mark.parametrize("warm", [0.0, 0.4])
@pytest.mark.parametrize("cut", [700.0, 4000.0, 12 * MONTH])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_second_way_of_computing_agrees(cut_run, seed, cut, warm):
    """Going through the rows one by one gives the same figures as the columns do."""
    run = cut_run(seed, cut, warm)
    told = evaluate(run)
    for name, value in slow_figures(run).items():
        assert told[name] == pytest.approx(value, nan_ok=True), name


def test_a_run_is_not_changed_by_looking_at_it(random_run):
    """Evaluation writes nothing into the facts, and looking twice says the same."""
    run = random_run(5)
    before = {name: rows.copy() for name, rows in run.tables.items()}
    assert evaluate(run) == pytest.approx(evaluate(run), nan_ok=True, abs=0, rel=0)
    for name, rows in run.tables.items():
        np.testing.assert_array_equal(rows, before[name])


def test_the_order_of_rows_does_not_matter(random_run):
    """Facts are a set of rows: shuffled, they amount to the same."""
    run = random_run(6)
    shuffled = {name: np.random.default_rng(1).permutation(rows) for name, rows in run.tables.items()}
    other = type(run)(run.scenario, run.replication, run.horizon, shuffled, run.words)
    assert evaluate(other) == pytest.approx(evaluate(run), nan_ok=True)
