"""Plans that are compared share their chance: what a plan does not touch stays the same; differences vary little."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from yardstick import RICH, SEED
from yardstick import shipped_run as run_of

from sim.experiments.replicate import replicate
from sim.model.company import simulate
from sim.model.journal import Run
from sim.scenario.load import load

PLANS = ["more-service", "all-in-sales", "four-more-hires"]


YEAR = (
    "clock.horizon=12 mo",
    "clock.report_at=[6 mo]",
    "service.types.request.early.extra=0",
    "service.types.problem.neglect.extra=0",
)
"""A year in which the needs of customers do not change with age and upkeep: plans move the day of a win."""


def rows(run: Run, table: str, *columns: str) -> np.ndarray:
    """Some columns of a table, in an order that does not depend on what happened first."""
    chosen = np.column_stack([run.column(table, name) for name in columns])
    return chosen[np.lexsort(chosen.T[::-1])]


def organic(run: Run) -> Run:
    """The leads that came by themselves: no customer sent them, nobody called them, and they are not back."""
    leads = run.tables["leads"][run.column("leads", "source") < len(run.scenario.marketing.sources)]
    return Run(run.scenario, run.replication, run.horizon, {"leads": leads}, run.words)


@pytest.mark.parametrize("plan", PLANS)
def test_organic_leads_are_untouched(plan):
    """Every organic lead comes at the same instant, from the same source, with the same traits, under every plan, but
    for those whom a detractor keeps away: the others and they are as many under every plan."""
    runs = [run_of(name, *YEAR) for name in ("baseline", plan)]
    kept = [run.column("subscriptions", "warned").sum() for run in runs]
    came = [set(map(tuple, rows(organic(run), "leads", "created", "source", "value", "fit").tolist())) for run in runs]
    assert len(came[0] & came[1]) > 1000
    assert len(came[0]) + kept[0] == len(came[1]) + kept[1]
    assert len(came[0] - came[1]) <= kept[1]
    assert len(came[1] - came[0]) <= kept[0]


def people(run: Run) -> dict[tuple[float, float], int]:
    """Customers that can be recognized under another plan: the initial base, and leads by what they are worth."""
    worth = {lead: (born, value) for lead, born, value in run.tables["leads"][:, [0, 2, 3]].tolist()}
    found = {}
    for number, lead, origin in run.tables["subscriptions"][:, [0, 1, 2]].tolist():
        if origin == 0:
            found[-1.0, number] = int(number)
        elif origin == 1:
            found[worth[lead]] = int(number)
    return found


def needs(run: Run) -> dict[int, list[tuple[float, float, float]]]:
    """For each customer the needs that arose while live: when, what, by which channel."""
    wanted = [code for code, kind in enumerate(run.scenario.service.types.values()) if kind.per_customer is not None]
    found = defaultdict(list)
    table = run.tables["tickets"][np.isin(run.column("tickets", "type"), wanted)]
    for kind, channel, customer, opened in table[:, [1, 2, 3, 5]]:
        found[int(customer)].append((opened, kind, channel))
    return {customer: sorted(tickets) for customer, tickets in found.items()}


def moved(runs: list[Run], initial: bool) -> tuple[int, int, int]:
    """Customers, of those live under both of two plans, whose needs differ while they are; customers; needs."""
    known, asked = [people(run) for run in runs], [needs(run) for run in runs]
    lives = [run.tables["subscriptions"][:, [6, 7]] for run in runs]
    different = everybody = told = 0
    for one in known[0].keys() & known[1].keys():
        numbers = [who[one] for who in known]
        spans = [life[number] for life, number in zip(lives, numbers, strict=True)]
        if (one[0] < 0) != initial or any(math.isnan(live) for live, _ in spans):
            continue
        begin = max(live for live, _ in spans)
        end = min(math.inf if math.isnan(left) else left for _, left in spans)
        seen = [[t for t in who.get(n, []) if begin <= t[0] < end] for who, n in zip(asked, numbers, strict=True)]
        everybody += 1
        told += len(seen[0])
        different += seen[0] != seen[1]
    return different, everybody, told


@pytest.mark.parametrize("plan", PLANS)
def test_needs_of_the_initial_base_are_untouched(plan):
    """While a customer is live under both plans, the same needs arise at the same instants, by the same channels."""
    different, everybody, told = moved([run_of(name, *YEAR) for name in ("baseline", plan)], initial=True)
    assert everybody > 500
    assert told > 3000
    assert different == 0


@pytest.mark.parametrize("plan", PLANS)
def test_needs_of_new_customers_are_untouched(plan):
    """So it is for every customer won since, from an organic lead or by referral."""
    different, everybody, told = moved([run_of(name, *YEAR) for name in ("baseline", plan)], initial=False)
    assert everybody > 100
    assert told > 200
    assert different == 0


def test_needs_are_untouched_whatever_customers_can_do():
    """So it is with all kinds of contracts, own factors and drift, of old customers and new ones; and who is of which
    segment, how old he was at the start and when he would leave feeling neutral is the same."""
    settled = "service.types.request.early.extra=0"
    runs = [run_of(RICH, settled), run_of(RICH, settled, "teams.agents.headcount=4", "teams.reps.headcount=8")]
    for initial, most in ((True, 1000), (False, 300)):
        different, everybody, told = moved(runs, initial)
        assert everybody > 100
        assert told > most
        assert different == 0
    count = runs[0].scenario.customers.initial.count
    for name in ("segment", "age", "value", "term"):
        assert np.array_equal(*(run.column("subscriptions", name)[:count] for run in runs), equal_nan=True)
    neutral = [run.column("subscriptions", "neutral")[:count] for run in runs]
    assert np.allclose(*neutral, rtol=0.0, atol=1e-6, equal_nan=True)
    satisfied = [run.column("subscriptions", "satisfaction").mean() for run in runs]
    assert satisfied[0] > satisfied[1] + 0.05


def test_difference_of_profit_varies_little(capsys):
    """Pairing makes the variance of the profit difference of two plans at least ten times smaller; 30 futures.

    The standard error of the factor is a jackknife's, of its logarithm: leave one future out at a time.
    """
    plans = {name: load(name, sets=["clock.horizon=3 mo", "clock.report_at=[2 mo]"]) for name in ("baseline", PLANS[0])}
    outcomes = replicate(plans, 30, SEED, jobs=1)
    last = [(outcome.plan, list(outcome.kpis.values())[-1]["profit"]) for outcome in outcomes]
    first, second = (np.array([profit for plan, profit in last if plan == name]) for name in plans)

    def factor(kept: np.ndarray) -> float:
        return float((first[kept].var() + second[kept].var()) / (first[kept] - second[kept]).var())

    everyone = np.arange(len(first))
    without = np.log([factor(everyone != out) for out in everyone])
    error = math.sqrt((len(first) - 1) * float(without.var()))
    found = factor(everyone >= 0)
    with capsys.disabled():
        print(f"\npairing: variance {found:.1f} times smaller, one standard error {found * (1 - math.exp(-error)):.1f}")
    assert found > 10
    assert found * math.exp(-error) > 5


def test_the_same_future_twice():
    """A run is a function of scenario, replication and seed: twice the same is the same to the bit, others are not."""
    scenario = load("baseline", sets=["clock.horizon=3 mo", "clock.report_at=[2 mo]"])
    first, second = simulate(scenario, 3, SEED), simulate(scenario, 3, SEED)
    assert all(first.tables[name].tobytes() == second.tables[name].tobytes() for name in first.tables)
    assert first.tables["leads"].tobytes() != simulate(scenario, 4, SEED).tables["leads"].tobytes()
    assert first.tables["leads"].tobytes() != simulate(scenario, 3, SEED + 1).tables["leads"].tobytes()


def test_a_longer_run_begins_like_a_shorter_one():
    """What happens in the first twelve months does not depend on how long the clock runs."""
    long = run_of("baseline").until(12 * 730.5)
    short = run_of("baseline", "clock.horizon=12 mo", "clock.report_at=[6 mo]")
    assert np.array_equal(
        rows(organic(long), "leads", "created", "source", "value", "fit"),
        rows(organic(short), "leads", "created", "source", "value", "fit"),
    )
    same = {
        "leads": ("lead", "source", "created", "value", "first_touch", "outcome", "closed"),
        "visits": ("lead", "stage", "entered", "started", "ended", "handled", "decided", "outcome"),
        "contacts": ("ticket", "attempt", "arrived", "due", "started", "ended", "handled", "outcome", "experience"),
        "tickets": ("ticket", "type", "channel", "opened", "closed", "outcome"),
        "subscriptions": ("customer", "lead", "value", "won", "live", "left"),
    }
    for table, columns in same.items():
        assert np.array_equal(rows(long, table, *columns), rows(short, table, *columns), equal_nan=True), table
