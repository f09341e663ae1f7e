"""The quota: how far behind its pace a team is, by hand; who carries it, and what counts as sold."""

from __future__ import annotations

from typing import Any

import pytest
from simpy import Environment
from small import ALWAYS, PASS, selling

from sim.engine.units import MONTH
from sim.model.target import Target
from sim.scenario.deals import Quota


class Book:
    """A target on a clock of its own."""

    def __init__(self, amount: str = "1000 EUR/mo", per: str = "month", people: int = 2) -> None:
        self.env = Environment()
        self.people = people
        quota = Quota.model_validate({"amount": amount, "per": per})
        self.target = Target(self.env, quota, lambda: self.people)

    def lag(self, time: float) -> float:
        if time > self.env.now:
            self.env.run(until=time)
        return self.target.lag()


def test_who_sells_nothing_falls_behind_with_the_period() -> None:
    """A quarter of the month gone, a quarter behind; all of it just before the end; nothing as the next begins."""
    book = Book()
    assert book.lag(0.0) == 0.0
    assert book.lag(MONTH / 4) == pytest.approx(0.25)
    assert book.lag(MONTH * (1 - 1e-9)) == pytest.approx(1.0)
    assert book.lag(MONTH) == 0.0
    assert book.lag(1.5 * MONTH) == pytest.approx(0.5)


def test_what_is_sold_is_a_share_of_the_quota_of_all_filled_positions() -> None:
    """Two people at 1,000: 500 sold are a quarter; who is ahead of the pace has no lag."""
    book = Book()
    book.lag(MONTH / 2)
    book.target.sell(500.0)
    assert book.target.lag() == pytest.approx(0.25)
    book.target.sell(1500.0)
    assert book.target.lag() == 0.0


def test_what_was_sold_before_the_turn_of_the_period_counts_no_more() -> None:
    """Sold at the very instant of the turn, it counts in the period that begins."""
    book = Book()
    book.lag(MONTH / 2)
    book.target.sell(2000.0)
    assert book.lag(1.5 * MONTH) == pytest.approx(0.5)
    book = Book()
    book.env.run(until=MONTH)
    book.target.sell(1000.0)
    assert book.lag(1.5 * MONTH) == 0.0
    assert book.lag(1.75 * MONTH) == pytest.approx(0.25)


def test_a_quarter_has_three_months() -> None:
    """The amount is of the period: 1,000 a quarter, not a month."""
    book = Book(per="quarter", people=1)
    book.lag(1.5 * MONTH)
    book.target.sell(250.0)
    assert book.target.lag() == pytest.approx(0.25)
    assert book.lag(3.0 * MONTH) == 0.0


def test_vacancies_lower_the_quota_and_without_anybody_there_is_no_pressure() -> None:
    """One of two left: 500 are half of what is expected now; nobody left: no lag."""
    book = Book()
    book.lag(MONTH * 0.75)
    book.target.sell(500.0)
    assert book.target.lag() == pytest.approx(0.5)
    book.people = 1
    assert book.target.lag() == pytest.approx(0.25)
    book.people = 0
    assert book.target.lag() == 0.0


@pytest.mark.parametrize(("team", "expected"), [(None, 0.5 - 0.08), ("agents", 0.5 - 0.04)])
def test_the_team_of_the_last_stage_carries_it_unless_another_is_named(stage: Any, team: Any, expected: float) -> None:
    """1,000 for one rep, or 2,000 for the two of the other team; a win counts after its discount (80 of 100)."""
    quota = {"amount": "1000 EUR/mo", **({"team": team} if team else {})}
    desk = stage(
        **selling(quota=quota, discount={"stage": "first", "usual": 0.2}),
        clock={**ALWAYS, "horizon": "1 mo"},
        teams={"reps": {"headcount": 1}, "agents": {"headcount": 2}},
    )
    desk.lead(9.0, (PASS, 1.0, 0.0))
    lags: list[float] = []
    desk.at(MONTH / 2, lambda: lags.append(desk.company.sales._target.lag()))
    desk.run()
    assert lags == [pytest.approx(expected)]
