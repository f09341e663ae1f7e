"""Repeat purchases: published figures, limits of equal customers, and the sum over purchases done by hand."""

from __future__ import annotations

import math

import pytest

from sim.engine.theory.purchases import RepeatBuyers

WEEKS = (13, 26, 39, 78)


def test_cdnow() -> None:
    """2,357 buyers of records, parameters rounded as published (Fader, Hardie and Lee 2005, table 2), by week."""
    buyers = RepeatBuyers.bg_nbd(0.243, 4.414, 0.793, 2.426)
    expected = [buyers.expected(week) for week in WEEKS]
    assert expected == pytest.approx([0.53443954, 0.9026369, 1.1967232, 1.8605191], rel=1e-7)


def test_parameters_and_moments_say_the_same() -> None:
    """r = 1 / rate_cv ^ 2, alpha = r / rate, a / (a + b) = dropout."""
    buyers = RepeatBuyers.bg_nbd(0.5, 4.0, 2.0, 6.0)
    assert (buyers.rate, buyers.rate_cv, buyers.dropout) == pytest.approx((0.125, math.sqrt(2), 0.25))
    assert buyers.dropout_cv == pytest.approx(math.sqrt(6 / (2 * 9)))


@pytest.mark.parametrize(("rate_cv", "dropout", "dropout_cv"), [(2, 0.25, 0.85), (0.3, 0.1, 2.0), (0.5, 0.5, 0.577)])
def test_closed_form_is_the_mean_over_customers(rate_cv: float, dropout: float, dropout_cv: float) -> None:
    """Over the chances by quadrature, and over the rates of those with equal chances by the gamma law's transform."""
    from scipy.integrate import quad
    from scipy.stats import beta

    total = (1 - dropout) / (dropout * dropout_cv**2) - 1
    chances, r, t = beta(dropout * total, (1 - dropout) * total), rate_cv**-2, 3.0

    def bought(u: float) -> float:
        p = max(float(chances.ppf(u)), 1e-12)
        return -math.expm1(-r * math.log1p(p * t / r)) / p

    exact = quad(bought, 0, 1, epsabs=1e-8, limit=200)[0]
    assert RepeatBuyers(1.0, rate_cv, dropout, dropout_cv).expected(t) == pytest.approx(exact, rel=1e-6)


def test_customers_who_hardly_differ_are_like_equal_ones() -> None:
    """From every side: rates, chances, both; and around a = 1, where the closed form is 0 / 0."""
    for rate_cv, dropout_cv in ((0.0, 0.5), (1.0, 0.0), (0.0, 0.0)):
        equal = RepeatBuyers(0.5, rate_cv, 0.3, dropout_cv).expected(30)
        near = RepeatBuyers(0.5, rate_cv or 1e-4, 0.3, dropout_cv or 1e-4).expected(30)
        assert near == pytest.approx(equal, rel=1e-6)
    summed, closed = (RepeatBuyers(0.5, cv, 0.3, 0.5).expected(30) for cv in (0.04999999, 0.05000001))
    assert summed == pytest.approx(closed, rel=1e-8)
    sides = [RepeatBuyers.bg_nbd(0.5, 4.0, a, 2.0).expected(30) for a in (1 - 1.1e-4, 1.0, 1 + 1.1e-4)]
    assert sides[1] == pytest.approx((sides[0] + sides[2]) / 2, rel=1e-7)


def test_edges() -> None:
    """Nothing in no time; who never stops buys at his rate; who always stops buys once at most."""
    assert RepeatBuyers(0.5, 1.0, 0.3, 0.5).expected(0) == 0
    assert RepeatBuyers(0.5, 2.0, 0.0, 0.0).expected(10) == 5
    assert RepeatBuyers(0.5, 0.0, 1.0, 0.0).expected(3) == pytest.approx(1 - math.exp(-1.5))
    for wrong in ((0.0, 1, 0.5, 0), (1.0, -1, 0.5, 0), (1.0, 1, 1.5, 0), (1.0, 1, 0.5, 1.0)):
        with pytest.raises(ValueError, match=r"rate|dropout|chances"):
            RepeatBuyers(*wrong)
    with pytest.raises(ValueError, match="alpha"):
        RepeatBuyers.bg_nbd(1, 0, 1, 1)
