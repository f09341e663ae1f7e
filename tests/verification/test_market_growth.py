"""Forrester's firm grows, stagnates, sways and shrinks as he printed it: figures and months of his paper of 1968.

The numbers to be met are those of the printed equations, and what the paper says of its figures besides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest
from market_growth import Firm, Month, history

UNLIMITED = Firm(hires=True, capacity=100_000.0)
HARDER = Firm(hires=True, capacity=100_000.0, ease=0.25)
SWAYING = Firm(feels_delay=True)
STAGNATING = Firm(hires=True, feels_delay=True)
ERODING = Firm(hires=True, feels_delay=True, invests=True, tradition=1.0)
STRIVING = Firm(hires=True, feels_delay=True, invests=True)


def wrong(told: list[Month], figure: str, wanted: Mapping[int, float], tolerance: float) -> list[str]:
    """Months at which a figure is off by more than a share of what it should be."""
    found = {month.time: getattr(month, figure) for month in told}
    return [
        f"{figure} in month {time}: {found[time]:.6g}, not {value:.6g}"
        for time, value in wanted.items()
        if abs(found[time] - value) > tolerance * abs(value)
    ]


def peak(told: list[Month], figure: str) -> tuple[float, float]:
    """When a figure is highest, and how high."""
    most = max(told, key=lambda month: getattr(month, figure))
    return most.time, getattr(most, figure)


def test_without_limits_it_grows_exponentially() -> None:
    """S01, run A, figure 3: 5.2 % a month."""
    told = history(UNLIMITED, 40)
    assert not wrong(told, "salesmen", {0: 10.0, 10: 17.348847, 20: 29.280292, 30: 49.417404, 40: 83.403535}, 0.02)
    growth = math.log(told[-1].salesmen / told[-21].salesmen) / 10
    assert growth == pytest.approx(0.052338801, abs=0.002)


def test_where_selling_gets_harder_growth_turns_into_decline() -> None:
    """S07, run B, figure 4: from month 36 on, each salesman sells a quarter; the same loop that grew then shrinks."""
    told = history(HARDER)
    salesmen = {30: 49.417404, 40: 74.856541, 60: 52.898965, 80: 36.637424, 100: 25.374803}
    orders = {30: 19766.962, 40: 7485.6541, 60: 5289.8965, 80: 3663.7424, 100: 2537.4803}
    assert not wrong(told, "salesmen", salesmen, 0.02) + wrong(told, "orders", orders, 0.02)
    month, most = peak(told, "salesmen")
    assert month == pytest.approx(39.5, abs=1)
    assert most == pytest.approx(74.981013, rel=0.02)


def test_delay_that_is_felt_late_sways() -> None:
    """S02, run C, figure 8: sixty salesmen sell too much until the market knows of six months of delay."""
    told = history(SWAYING)
    orders = {0: 20880.0, 10: 13883.4, 20: 5920.1961, 40: 14878.784, 100: 11977.259}
    backlog = {0: 8000.0, 10: 86948.751, 20: 55932.153, 40: 57658.243, 100: 45266.424}
    known = {0: 2.0, 10: 3.7576251, 20: 6.0332516, 40: 3.5502533, 100: 4.2063168}
    assert not wrong(told, "orders", orders, 0.02) + wrong(told, "backlog", backlog, 0.02)
    assert not wrong(told, "delay_known", known, 0.02)
    month, most = peak(told, "delay_known")
    assert month == pytest.approx(20.0, abs=1)
    assert most == pytest.approx(6.0332516, rel=0.02)


def test_at_a_fixed_capacity_growth_ends() -> None:
    """S03, run D, figure 9: growth until month 30, most orders in month 41 (the paper: 42), then each salesman sells
    less than half of what the first ones did."""
    told = history(STAGNATING)
    salesmen = {20: 24.082452, 30: 34.953498, 40: 46.887815, 60: 62.267018, 80: 67.457576, 100: 69.821669}
    orders = {20: 8262.7028, 30: 11559.541, 40: 13930.6, 60: 10823.771, 80: 12403.258, 100: 11759.944}
    known = {20: 2.08749, 30: 2.3087142, 40: 2.9088409, 60: 4.6361946, 80: 4.4688744, 100: 4.7261951}
    each = {20: 343.10056, 30: 330.712, 40: 297.10491, 60: 173.82832, 80: 183.86753, 100: 168.42829}
    assert not wrong(told, "salesmen", salesmen, 0.02) + wrong(told, "orders", orders, 0.02)
    assert not wrong(told, "delay_known", known, 0.02) + wrong(told, "per_salesman", each, 0.02)
    month, most = peak(told, "orders")
    assert month == pytest.approx(41.0, abs=1.5)
    assert most == pytest.approx(13989.934, rel=0.02)


def test_a_goal_that_follows_tradition_shrinks_a_growing_firm() -> None:
    """S04, run G, figure 14: capacity is given up before it is missed; salesmen are most in month 68 (the paper: after
    about 70)."""
    told = history(ERODING)
    salesmen = {20: 23.743356, 40: 38.329593, 60: 43.309587, 80: 42.224091, 100: 36.93597}
    capacity = {20: 9238.5057, 40: 7772.1075, 60: 7937.9031, 80: 6198.9183, 100: 5258.4426}
    goal = {20: 2.0986642, 40: 3.6250753, 60: 4.2363133, 80: 5.5407061, 100: 4.6409753}
    known = {20: 2.1528668, 40: 4.2908395, 60: 4.1003801, 80: 6.1787713, 100: 4.2465542}
    assert not wrong(told, "salesmen", salesmen, 0.03) + wrong(told, "capacity", capacity, 0.03)
    assert not wrong(told, "goal", goal, 0.03) + wrong(told, "delay_known", known, 0.03)
    month, most = peak(told, "salesmen")
    assert month == pytest.approx(68.5, abs=2)
    assert most == pytest.approx(43.93339, rel=0.03)


def test_the_same_firm_grows_on_where_the_goal_stands() -> None:
    """Only the goal differs from the firm that shrinks: two months, whatever has become usual (run F, figure 13)."""
    striving, eroding = history(STRIVING)[-1], history(ERODING)[-1]
    assert striving.salesmen > history(STAGNATING)[-1].salesmen > eroding.salesmen
    assert striving.capacity > 12_000 > eroding.capacity
