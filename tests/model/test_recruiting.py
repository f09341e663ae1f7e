"""How headcounts are decided: what a company sees of itself, and what its rules make of that."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import simpy

from sim.engine.units import DAY, MONTH
from sim.model.company import simulate
from sim.model.facts import index
from sim.model.journal import Run
from sim.model.recruiting import Books, Recruiting
from sim.scenario.hiring import ByBudget, ByPlan, ByRatio

BASE = {"initial": {"count": 300, "mrr": "100 EUR/mo"}, "leaving": {"base": "60 %/yr"}}
MONTHS = {"horizon": "24 mo", "hours": "always"}


def team(**plan: Any) -> dict[str, Any]:
    return {"teams": {"agents": {"headcount": 10, **plan}}}


def rule_of(**rule: Any) -> dict[str, Any]:
    return {"loops": {"hiring": {"teams": {"agents": rule}}}}


def column(run: Run, name: str) -> np.ndarray:
    return run.tables["team_time"][:, index("team_time", name)]


class Wanting:
    """What a decision is told to."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.heard: list[tuple[float, int]] = []

    def want(self, heads: int, layoffs: bool = False, notice: float = 0.0) -> None:
        self.heard.append((self.env.now, heads))


def decisions(rule: Any, books: Any, until: float, wage: float = 0.0) -> list[tuple[float, int]]:
    """What is decided when, if the books show this at each instant."""
    env = simpy.Environment()
    careers = Wanting(env)
    Recruiting(env, rule, careers, wage, lambda: books(env.now))  # type: ignore[arg-type]
    env.run(until)
    return careers.heard


def test_a_ratio_follows_customers_with_the_lag() -> None:
    """A jump from 1000 to 3000 on day 50 is seen as 3000 - 2000 e^-(days since / lag); the start is known at once."""
    rule = ByRatio.model_validate(
        {"rule": "ratio", "of": "customers", "per_head": 7, "every": "10 d", "recognition": "60 d"}
    )
    heard = decisions(rule, lambda now: Books(3000 if now > 50 * DAY else 1000, 0, 0.0), 400 * DAY)
    assert [at / DAY for at, _ in heard] == pytest.approx(list(range(10, 400, 10)))
    for at, heads in heard:
        since = max(0.0, at / DAY - 50)
        assert heads == math.ceil((3000 - 2000 * math.exp(-since / 60)) / 7 - 1e-9)


def test_a_ratio_without_a_lag_sees_everything_at_once() -> None:
    """Customers of the instant, tickets of the time since the last decision."""
    rule = {"rule": "ratio", "of": "customers", "per_head": 10, "every": "30 d"}
    heard = decisions(ByRatio.model_validate(rule), lambda now: Books(int(now), 0, 0.0), 100 * DAY)
    assert [heads for _, heads in heard] == [72, 144, 216]
    rule |= {"of": "tickets"}
    rates = [0, 5, 2, 9]  # a day, in each of the four times
    came = np.concatenate([[0], np.cumsum(np.repeat(rates, 30))])
    heard = decisions(ByRatio.model_validate(rule), lambda now: Books(0, int(came[round(now / DAY)]), 0.0), 121 * DAY)
    assert [heads for _, heads in heard] == [math.ceil(rate * MONTH / DAY / 10 - 1e-9) for rate in rates]


def test_tickets_are_seen_with_the_lag() -> None:
    """A constant rate is known from the first decision on; after a change 1/e of the gap is left after the lag."""
    rule = ByRatio.model_validate(
        {"rule": "ratio", "of": "tickets", "per_head": 1, "every": "1 d", "recognition": "100 d"}
    )

    def books(now: float) -> Books:
        days = round(now / DAY)
        return Books(0, 10 * days + 20 * max(0, days - 400), 0.0)

    heard = dict(decisions(rule, books, 700 * DAY))
    before = {heads for at, heads in heard.items() if at <= 400 * DAY}
    assert before == {math.ceil(10 * MONTH / DAY)}
    at = min(heard, key=lambda at: abs(at - 500 * DAY))
    assert heard[at] == pytest.approx((30 - 20 / math.e) * MONTH / DAY, rel=0.01)


def test_a_budget_pays_for_whole_positions() -> None:
    """In a steady state floor(share x revenue / wage), within the limits."""
    for revenue, least, most in ((100_000.0, 0, 99), (83_999.0, 0, 99), (0.0, 2, 99), (1e6, 0, 12)):
        rule = ByBudget.model_validate({"rule": "budget", "share": "25 %", "least": least, "most": most})
        heard = decisions(rule, lambda now, mrr=revenue: Books(0, 0, mrr), 100 * DAY, wage=4200.0)
        expected = min(most, max(least, math.floor(0.25 * revenue / 4200)))
        assert [heads for _, heads in heard] == [expected] * 3


def test_a_plan_decides_at_its_instants_alone() -> None:
    """From the very start on, if it says so."""
    steps = [{"from": "0 d", "headcount": 3}, {"from": "45 d", "headcount": 5}]
    heard = decisions(ByPlan.model_validate({"rule": "plan", "steps": steps}), lambda now: Books(0, 0, 0.0), 1e4)
    assert heard == [(0.0, 3), (45 * DAY, 5)]


@pytest.mark.parametrize("rule", [
    {"rule": "ratio", "of": "customers", "per_head": 20, "layoffs": True},
    {"rule": "budget", "share": "30 %", "layoffs": True, "notice": "0 d"},
])  # fmt: skip
def test_a_company_counts_itself(scenario: Any, rule: dict[str, Any]) -> None:
    """Month by month what is wanted is what the books said a month before; without delays that many are there."""
    parts = team(headcount=15, wage="600 EUR/mo") | rule_of(**rule)
    run = simulate(scenario(clock=MONTHS, customers=BASE, **parts), 0, 1)
    customers, mrr = run.column("pulse", "customers"), run.column("pulse", "mrr")
    assert customers[-1] < 150
    expected = np.ceil(customers / 20) if rule["rule"] == "ratio" else np.floor(0.3 * mrr / 600 + 1e-9)
    assert column(run, "wanted")[0] == 15
    assert column(run, "wanted")[2:].tolist() == expected[1:-1].tolist()
    assert column(run, "headcount")[2:].tolist() == expected[1:-1].tolist()


def test_tickets_of_a_company_are_those_that_came(scenario: Any) -> None:
    """Counted when they come, whatever becomes of them."""
    kinds = {"request": {"arrivals": {"rate": "20 /d"}, "resolution": 0.5, "returns": 1.0, "returns_after": "1 d"}}
    parts = team() | rule_of(rule="ratio", of="tickets", per_head=50)
    run = simulate(scenario(clock={"horizon": "6 mo"}, kinds=kinds, **parts), 0, 1)
    opened = np.histogram(run.column("tickets", "opened"), np.arange(7) * MONTH)[0]
    assert column(run, "wanted")[2:].tolist() == [math.ceil(n / 50) for n in opened[:5].tolist()]
