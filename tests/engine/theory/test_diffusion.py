"""The spread of a product: published figures, and its own differential equation."""

from __future__ import annotations

import math

import pytest

from sim.engine.theory.diffusion import Diffusion

SHARES = [0.035758164, 0.085056281, 0.15050007, 0.23315047, 0.33119864, 0.43923522, 0.54900974, 0.65173759]
SHARES += [0.74072711, 0.81280322, 0.8680677, 0.90868756, 0.93762493, 0.95778389, 0.97160964]


def test_room_air_conditioners() -> None:
    """The peak after 8.6 years with 1.9 million a year in a market of 16.9 million (Bass 1969, table 2)."""
    market = Diffusion(0.010399, 0.41861)
    assert market.peak_time == pytest.approx(8.6134092, rel=1e-7)
    assert market.peak_sales * 16_895_000 == pytest.approx(1_857_040.7, rel=1e-7)
    for year, share in {1: 0.012819516, 5: 0.15456659, 8: 0.42054172, 10: 0.63564772, 13: 0.86454433}.items():
        assert market.bought(year) == pytest.approx(share, rel=1e-7)


def test_average_of_many_markets() -> None:
    """p = 0.03 and q = 0.38 a year (Sultan, Farley and Lehmann 1990)."""
    market = Diffusion(0.03, 0.38)
    assert [market.bought(year) for year in range(1, 16)] == pytest.approx(SHARES, rel=1e-7)
    assert market.peak_time == pytest.approx(6.1926192, rel=1e-7)
    assert market.bought_at_peak == pytest.approx(0.46052632, rel=1e-7)


def test_shares_solve_the_equation() -> None:
    """Sales are the slope of what has been bought, with and without hearsay, and largest at the peak."""
    for market in (Diffusion(0.03, 0.38), Diffusion(0.2, 0.0), Diffusion(0.2, 0.1)):
        assert market.bought(0) == 0
        for t in (0.5, 4.0, 11.0):
            slope = (market.bought(t + 1e-4) - market.bought(t - 1e-4)) / 2e-4
            assert market.sales(t) == pytest.approx(slope, rel=1e-6)
            assert market.sales(t) <= market.peak_sales
    assert Diffusion(0.2, 0.1).peak_time == 0


def test_nobody_is_the_first_without_innovation() -> None:
    """The error names the figure at fault."""
    with pytest.raises(ValueError, match="innovation"):
        Diffusion(0.0, 0.4)
    with pytest.raises(ValueError, match="t must"):
        Diffusion(0.1, 0.4).bought(-1)


@pytest.mark.parametrize("market", [Diffusion(0.010399, 0.41861), Diffusion(0.03, 0.38), Diffusion(0.2, 0.0)])
def test_a_large_market_follows_the_closed_form(market: Diffusion) -> None:
    """The mean of five thousand people is within 0.0015 of it, that of fifty lags behind where hearsay decides."""
    for t in (1.0, 6.0, 10.0, 15.0):
        assert market.bought_of(5000, t) == pytest.approx(market.bought(t), abs=1.5e-3)
        assert market.bought_of(50, t) <= market.bought(t) + 1e-9
    assert (market.bought_of(50, 8.0) < market.bought(8.0) - 0.005) == (market.imitation > 0)


def test_a_market_of_two_by_hand() -> None:
    """The first comes at 2 p, the second at p + q / 2: two exponentials one after the other."""
    p, q, t = 0.3, 0.8, 1.7
    first, second = 2 * p, p + q / 2
    one = first / (second - first) * (math.exp(-first * t) - math.exp(-second * t))
    none = math.exp(-first * t)
    assert Diffusion(p, q).bought_of(2, t) == pytest.approx(one / 2 + (1 - one - none), rel=1e-9)
    assert Diffusion(p, q).bought_of(2, 0) == 0
    with pytest.raises(ValueError, match="size"):
        Diffusion(p, q).bought_of(0, t)
    with pytest.raises(ValueError, match="too long"):
        Diffusion(p, q).bought_of(10_000_000, t)
