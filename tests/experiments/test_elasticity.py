"""Measured elasticities agree with what can be worked out on paper, and no claim is made where nothing was moved."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from loop_plans import BASE, subject

from sim.experiments.elasticity import Arrow, Loop, measured
from sim.experiments.loop_study import design, run_loops
from sim.experiments.manifest import Settings
from sim.experiments.nudge import Nudge
from sim.experiments.readings import Figures
from sim.experiments.statistics import t_interval

FUTURES = 12
RATE, MONTHS, PRICE, WAGES = 0.6 / 12, 6.0, 100.0, 25 * 100.0
"""Of the plan BASE: leaving per month, horizon, what a customer pays and all people cost per month."""


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Loop:
    """The loop of the plan BASE, measured with a confidence that chance alone does not break."""
    place = tmp_path_factory.mktemp("base")
    settings = Settings(FUTURES, seed=11, confidence=0.999, jobs=1)
    found = run_loops(design(subject(place, BASE)), settings, place / "results")
    assert found.loop is not None
    return found.loop


def arrow(loop: Loop, tail: str, head: str) -> Arrow:
    """An arrow that must be there."""
    found = loop.find(tail, head)
    assert found is not None
    return found


def average(rate: float) -> float:
    """Average share of the first customers who are still there, leaving at a fixed rate."""
    return -math.expm1(-rate * MONTHS) / (rate * MONTHS)


def test_tickets_are_in_proportion_to_customers(loop: Loop) -> None:
    """Every customer asks at the same rate: 1 % more customers, 1 % more tickets."""
    value = arrow(loop, "customers", "tickets").value
    assert value.low <= 1.0 <= value.high
    assert value.half_width < 0.3


def test_customers_fall_with_the_rate_of_leaving(loop: Loop) -> None:
    """ln of the average of an exponential decay, at a rate a tenth higher, over ln 1.1."""
    exact = math.log(average(1.1 * RATE) / average(RATE)) / math.log(1.1)
    found = arrow(loop, "churn", "customers")
    assert found.claim
    assert found.value.low <= exact <= found.value.high
    assert found.value.half_width < 0.1


def test_profit_rises_faster_than_customers_where_costs_are_fixed(loop: Loop) -> None:
    """Gross profit in proportion to customers less fixed wages."""
    gross = 0.8 * PRICE * 200 * average(RATE)
    exact = math.log((1.1 * gross - WAGES) / (gross - WAGES)) / math.log(1.1)
    value = arrow(loop, "customers", "profit").value
    assert exact > 1.1
    assert value.low <= exact <= value.high


def test_nothing_is_claimed_of_a_desk_without_limits(loop: Loop) -> None:
    """With people to spare neither people nor tickets move the service level, nor it those who leave."""
    for tail, head in (("service_people", "service"), ("tickets", "service"), ("service", "churn")):
        assert not arrow(loop, tail, head).claim
    assert arrow(loop, "service_people", "service").value.mean == 0.0
    # The level did not move at all, so that nothing can be divided by its change.
    assert arrow(loop, "service", "churn").value.n == 0


def test_parts_that_a_plan_does_not_have_are_left_out(loop: Loop) -> None:
    """No sales: no sellers, no new customers, and no arrow to or from them."""
    assert set(loop.nodes) == {"customers", "churn", "service_people", "service", "tickets", "profit"}
    assert all({each.tail, each.head} <= set(loop.nodes) for each in loop.arrows)
    assert [effect.nudge.door for effect in loop.effects] == ["servers"]
    assert loop.nodes["customers"].low <= 200 * average(RATE) <= loop.nodes["customers"].high
    assert loop.nodes["churn"].low <= RATE <= loop.nodes["churn"].high


def figures(customers: float, profit: float, level: float = 0.8) -> Figures:
    """Figures of one made-up future of a month."""
    blank = dict.fromkeys(
        ("new_customers", "leads_by_referral", "wins_by_referral", "wins", "sellers", "satisfaction"), math.nan
    )
    told = {"months": 1.0, "counted": 1.0, "lived": customers, "lost": 10.0, "tickets": 2 * customers}
    return blank | told | {"service_level": level, "profit": profit, "servers": 5.0}


def test_the_jackknife_of_a_mean_is_the_t_interval(tmp_path: Path) -> None:
    """Levels are means, whose pseudo-values are the values themselves."""
    customers = [100.0, 130.0, 90.0, 110.0]
    loop = measured([figures(each, 50.0) for each in customers], {}, {}, "1 mo", 0.95)
    exact = t_interval(customers)
    assert loop.nodes["customers"].mean == pytest.approx(exact.mean)
    assert loop.nodes["customers"].half_width == pytest.approx(exact.half_width)
    assert loop.arrows == ()


def test_a_loss_is_measured_in_money() -> None:
    """Percents of a profit that may be below 0 mean nothing: what 1 % more customers brings is told in money."""
    plain = [figures(each, -500.0 + each) for each in (100.0, 104.0, 98.0, 101.0)]
    more = [figures(1.1 * each["lived"], -500.0 + 1.1 * each["lived"]) for each in plain]
    loop = measured(plain, {"base": more}, {"base": Nudge("base", (), "more")}, "1 mo", 0.95)
    found = arrow(loop, "customers", "profit")
    assert found.unit == "EUR/mo"
    assert found.value.mean == pytest.approx(10.075 / (100 * math.log(1.1)), rel=1e-3)
    assert found.claim


def test_without_a_service_level_satisfaction_takes_its_place() -> None:
    """Where nothing is promised, nothing can be kept."""
    plain = [figures(each, 50.0, math.nan) | {"satisfaction": 0.7} for each in (100.0, 104.0, 98.0)]
    assert measured(plain, {}, {}, "1 mo", 0.95).served == "satisfaction"
    assert measured(plain, {}, {}, "1 mo", 0.95).nodes["service"].mean == pytest.approx(0.7)
