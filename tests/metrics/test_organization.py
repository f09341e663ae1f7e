"""What must hold of a simulated year of a sales organization with everything in it, at its end and half way."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.metrics import evaluate, kpi_of
from sim.metrics.monthly import monthly

MONTH = 730.5


@pytest.fixture(scope="module", params=[12 * MONTH, 6.3 * MONTH, 40.0])
def seen(organization, request):
    """The run as it looked at some instant, and its figures."""
    run = organization.until(request.param)
    return run, evaluate(run)


def test_nothing_is_left_out(organization):
    """The organization has it all: every figure of selling has a value."""
    told = evaluate(organization)
    absent = {"purchases", "purchases_per_customer"}
    keys = {kpi_of(name).key for name, value in told.items() if not math.isnan(value)}
    selling = {kpi_of(name).key for name in told} - absent
    unasked = {"abandonment", "redial_rate", "no_show_rate", "wait_abandoned", "csat_survey", "sla_attainment"}
    unasked |= {"referrals_in_flight"}
    assert selling - keys == unasked
    for key in ("follow_ups.<activity>", "meetings.<interaction>", "lost_because.<loss>", "ramping.<team>",
                "revenue_tag.<tag>", "lost.<leaving>", "churn.<segment>", "newcomers.<team>",
                "layoffs.<team>", "absence.<team>", "strain.<team>"):  # fmt: skip
        assert key in keys


def test_recurring_revenue_adds_up(seen):
    """What there was at the start, and what came, grew, shrank and left, is what there is."""
    run, told = seen
    opening = run.column("subscriptions", "value")[run.is_word("subscriptions", "origin", "initial")].sum()
    moved = told["new_mrr"] + told["expansion_mrr"] - told["contraction_mrr"] - told["churned_mrr"]
    assert opening + moved == pytest.approx(told["mrr"], rel=1e-12)


def test_the_company_s_own_reading_of_its_revenue_is_the_same(organization):
    """The pulse, which the simulation kept by itself, and the facts agree on MRR at every month's end."""
    read = organization.column("pulse", "mrr")
    last = [evaluate(organization.until(at))["mrr"] for at in organization.column("pulse", "time")[1:]]
    np.testing.assert_allclose(read[1:], last, rtol=1e-9)


def test_parts_add_up(seen):
    """Sources, origins and reasons are parts of a whole."""
    run, told = seen

    def parts(name, at=None):
        return sum(value for flat, value in told.items() if flat.startswith(f"{name}.") and not math.isnan(value))

    assert parts("leads") == told["leads"]
    assert parts("wins_of") == told["wins"]
    assert parts("bookings_of") == pytest.approx(told["bookings"])
    assert parts("revenue") == pytest.approx(told["revenue"])
    assert parts("revenue_tag") == pytest.approx(told["revenue"], rel=1e-9)
    ways = told["revenue_direct"] + told["revenue_base"] + told["revenue_indirect"]
    assert ways == pytest.approx(told["revenue"], rel=1e-9)
    assert parts("customers") == told["customers"]
    assert parts("mrr") == pytest.approx(told["mrr"])
    assert not told["lost_customers"] or parts("lost") == pytest.approx(1.0)
    assert parts("lost_because") == told["leads_lost"]
    ways = ("wins", "leads_lost", "leads_expired", "leads_disqualified", "leads_open")
    assert sum(told[way] for way in ways) == told["leads"]
    assert parts("meetings") <= run.counts["visits"]


def test_stages_follow_each_other(seen):
    """Everybody in a stage passed the one before, comes in there, or has still to be dealt with."""
    run, told = seen
    stages = run.words["stages"]
    passed = {}
    for stage in stages:
        ways = ("lost", "disqualified", "expired", "open")
        passed[stage] = told[f"reached.{stage}"] - sum(told[f"stage_{way}.{stage}"] for way in ways)
    assert passed[stages[-1]] == told["wins"]
    assert told[f"reached.{stages[2]}"] == passed[stages[1]]
    came_in = told["leads"] - told["leads.fair"] + told["leads_recycled"]
    assert told[f"reached.{stages[0]}"] <= came_in
    assert told[f"reached.{stages[1]}"] <= passed[stages[0]] + told["leads.fair"] + told["leads_recycled"]


def test_the_cost_of_customers_is_split_without_rest(organization):
    """Customers of all sources cost together what was spent."""
    told = evaluate(organization)
    new = organization.column("subscriptions", "source")[~organization.is_word("subscriptions", "origin", "initial")]
    sources = organization.words["sources"]
    counts = dict(zip(sources, np.bincount(new.astype(int), minlength=len(sources)), strict=True))
    spent = sum(told[f"cac_of.{name}"] * counts[name] for name in sources if counts[name])
    assert all(counts.values())
    assert spent == pytest.approx(told["payroll_sales"] + told["commission"] + told["media"])


def test_months_add_up_to_the_year(organization):
    """Flows are the figures of the run, levels those of its end."""
    months, told = monthly(organization), evaluate(organization)
    flows = ("leads", "wins", "bookings", "new_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr", "revenue")
    for name in (*flows, "commission", "media", "payroll", "profit"):
        assert sum(months[name]) == pytest.approx(told[name], rel=1e-9), name
    assert months["mrr"][-1] == pytest.approx(told["mrr"])


def test_careers_add_up(seen):
    """Who was there, came, quit and was laid off makes who is there; what came and went is what it cost."""
    run, told = seen
    first = {team: plan.positions() for team, plan in run.scenario.teams.items()}
    for team, people in first.items():
        joined = np.count_nonzero(run.is_word("tenures", "team", team)) - people
        there = np.count_nonzero(run.is_word("tenures", "team", team) & ~(run.column("tenures", "left") <= run.horizon))
        assert there == people + joined - told[f"quits.{team}"] - _ended(run, team, "laid_off")
    if run.horizon == 12 * MONTH:
        assert (told["hires.agents"], told["layoffs.agents"]) == (3, 2)
        assert told["hiring"] == pytest.approx(3 * 3000 + 2 * 7000 + 5000 * told["hires.reps"])
        assert told["layoff_rate.agents"] == pytest.approx(2 / told["headcount_mean.agents"])
        assert told["quit_rate.reps"] == pytest.approx(told["quits.reps"] / told["headcount_mean.reps"])
        assert (told["headcount.agents"], told["headcount_wanted.agents"]) == (3, 3)


def _ended(run, team, way):
    return np.count_nonzero(run.is_word("tenures", "team", team) & run.is_word("tenures", "end", way))


def test_absence_and_vacancies_are_as_the_plan_has_them(organization):
    """Half a spell of two days a month at work keeps a rep away for about a day in thirty; three weeks pass until the
    three new agents are there, of 3 x 12 + 2 x 5 positions wanted over the months."""
    told = evaluate(organization)
    hours = told["headcount_mean.reps"] * 12 * MONTH
    spells = 0.5 * 2 * 24 / MONTH
    # Spells come at random at work: their number is Poisson, and while away nobody falls ill.
    assert abs(told["absence.reps"] - spells) < 4 * 48 * math.sqrt(0.5 * hours / MONTH) / hours + spells**2
    assert told["vacancy.agents"] == pytest.approx(3 * 21 * 24 / MONTH / 46, rel=0.15)
    assert told["vacancy.developers"] == 0.0


def test_accelerators_cost_more_than_the_plain_rate(organization):
    """Nobody is paid less than the plain rate, and somebody was beyond half of his quota."""
    told, prices = evaluate(organization), organization.scenario.economics
    plain = prices.commission * 12 * told["bookings"]
    assert plain < told["commission"] < plain * prices.accelerators[-1].rate / prices.commission


def test_a_cut_of_a_cut_is_a_cut(organization):
    """How the run looked at month 3 does not depend on from where one looks back."""
    once = evaluate(organization.until(3 * MONTH))
    twice = evaluate(organization.until(9 * MONTH).until(3 * MONTH))
    assert once == pytest.approx(twice, nan_ok=True, rel=0, abs=0)


def test_the_end_is_told_alike_whether_cut_or_not(organization):
    """Nothing is masked that was known: a cut a moment before the end changes no count but what is read monthly."""
    whole, cut = evaluate(organization), evaluate(organization.until(organization.horizon - 1e-6))
    for name, value in whole.items():
        if kpi_of(name).unit == "count" and not name.startswith(_READ):
            assert cut[name] == pytest.approx(value, nan_ok=True), name


_READ = ("wins_per", "queue_length", "prospects", "headcount", "hires", "layoffs", "leads_kept_away")
"""What is read at the end of months, or of the run alone."""
