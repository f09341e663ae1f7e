"""The course of a run month by month."""

from __future__ import annotations

import json
import math

import pytest

from sim.metrics import evaluate
from sim.metrics.monthly import SERIES, monthly

MONTH = 730.5


def test_the_series_are_the_documented_ones(make_run):
    """One list for each, in order, of one number for each whole month."""
    told = monthly(make_run())
    assert list(told) == list(SERIES)
    assert all(len(values) == 12 for values in told.values())
    json.dumps(told)


def test_a_month_begun_is_left_out(make_run):
    """Two and a half months are two; less than one month is none."""
    assert monthly(make_run(horizon=2.5 * MONTH))["month"] == [1.0, 2.0]
    assert monthly(make_run(horizon=100.0))["profit"] == []


def test_flows_belong_to_the_month_that_ends_with_them(make_run):
    """A lead at the very start is in month 1, one at the end of month 1 too, one just after in month 2."""
    times = [0.0, MONTH, MONTH + 0.1]
    leads = [{"lead": i, "source": "website", "created": at} for i, at in enumerate(times)]
    told = monthly(make_run(horizon=3 * MONTH, leads=leads))
    assert told["leads"] == [2, 1, 0]
    assert told["media"] == [120, 60, 0]


def test_customers_and_their_money(make_run):
    """One customer from the start, one live in month 2 who leaves in the middle of month 3."""
    base = [
        {"origin": "initial", "value": 100, "won": 0, "live": 0},
        {"origin": "organic", "value": 300, "won": 10, "live": 2 * MONTH, "left": 2.5 * MONTH},
    ]
    won = [{"lead": 0, "source": "fair", "created": 5, "outcome": "won", "closed": 10, "value": 300}]
    told = monthly(make_run(horizon=3 * MONTH, subscriptions=base, leads=won))
    assert told["customers"] == [1, 2, 1]
    assert told["mrr"] == [100, 400, 100]
    assert told["new_mrr"] == [0, 300, 0]
    assert told["churned_mrr"] == [0, 0, 300]
    assert told["lost"] == [0, 0, 1]
    assert told["wins"] == [1, 0, 0]
    assert told["revenue"] == pytest.approx([100, 100, 250])
    assert told["commission"] == pytest.approx([360, 0, 0])
    assert told["overhead"] == pytest.approx([1000, 1000, 1000])
    assert told["profit"][1] == pytest.approx(80 - 1000)


def test_service_level_backlog_and_mood(make_run):
    """Contacts by month of arrival; tickets open at its end; mood as last read before it."""
    call = {"ticket": 0, "attempt": 1, "type": "request", "channel": "phone", "team": "agents", "outcome": "served"}
    contacts = [call | {"arrived": at, "due": at + 1, "started": at + wait, "ended": at + 3} for at, wait in
                ((10, 0), (20, 2), (800, 0))]  # fmt: skip
    tickets = [{"opened": 10, "closed": 800, "outcome": "resolved"}, {"opened": 20}, {"opened": 1500}]
    pulse = [{"time": MONTH, "customers": 3, "satisfaction": 0.6}, {"time": 2 * MONTH, "customers": 0}]
    told = monthly(make_run(horizon=3 * MONTH, contacts=contacts, tickets=tickets, pulse=pulse))
    assert told["contacts"] == [2, 1, 0]
    assert told["service_level"][:2] == [0.5, 1.0]
    assert math.isnan(told["service_level"][2])
    assert told["backlog"] == [2, 1, 2]
    assert told["satisfaction"][0] == 0.6
    assert math.isnan(told["satisfaction"][1])


def test_wages_and_hiring_of_each_month(make_run):
    """Wages follow the readings at month boundaries; a hire costs in the month in which it was read."""
    readings = [
        {"team": "reps", "time": MONTH, "headcount": 2, "employed": 2 * MONTH, "hires": 0},
        {"team": "reps", "time": 2 * MONTH, "headcount": 1, "employed": 3.5 * MONTH, "hires": 1},
    ]
    told = monthly(make_run(horizon=2 * MONTH, team_time=readings))
    assert told["payroll"] == pytest.approx([12_000, 9_000])
    assert told["hiring"] == pytest.approx([0, 5_000])


@pytest.mark.parametrize("seed", range(5))
def test_months_add_up_to_the_year(random_run, seed):
    """Flows of all months are the KPIs of the run, and the last month's levels are its closing ones."""
    run = random_run(seed)
    told, figures = monthly(run), evaluate(run)
    flows = ("leads", "wins", "bookings", "contacts", "new_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr")
    flows += ("revenue", "gross_profit", "payroll", "hiring")
    for name in (*flows, "commission", "media", "overhead", "profit"):
        assert sum(told[name]) == pytest.approx(figures[name], rel=1e-9), name
    assert sum(told["lost"]) == figures["lost_customers"]
    for name in ("customers", "mrr", "backlog"):
        assert told[name][-1] == pytest.approx(figures[name]), name


@pytest.mark.parametrize("seed", range(3))
def test_levels_are_those_of_the_run_cut_there(random_run, seed):
    """What a month's end shows is what the KPIs of the run cut at that instant say."""
    run = random_run(seed)
    told = monthly(run)
    for month in (1, 5, 12):
        cut = evaluate(run.until(month * MONTH))
        for name in ("customers", "mrr", "backlog"):
            assert told[name][month - 1] == pytest.approx(cut[name]), name


def test_mrr_moves_from_month_to_month(random_run):
    """MRR of a month's end = MRR of the one before + new + expansion - contraction - churned."""
    told = monthly(random_run(7))
    for month in range(1, 12):
        moved = told["mrr"][month - 1] + told["new_mrr"][month] - told["churned_mrr"][month]
        moved += told["expansion_mrr"][month] - told["contraction_mrr"][month]
        assert told["mrr"][month] == pytest.approx(moved)
