"""The customer base with constant rates agrees with closed forms and with its Kolmogorov equations."""

import math

import numpy as np
import pytest

from sim.engine.theory.population import CustomerBase


def test_base_without_referral() -> None:
    """50 new a month, 20 months of life, from nothing (M/M/inf)."""
    base = CustomerBase(wins=50.0, churn=0.05)
    expected = {6: 259.18178, 12: 451.18836, 24: 698.80579, 60: 950.21293, 120: 997.52125}
    for t, mean in expected.items():
        assert base.mean(t) == pytest.approx(mean, rel=1e-7)
        assert base.variance(t) == pytest.approx(mean, rel=1e-7)
    assert (base.steady_mean, base.steady_variance) == pytest.approx((1000.0, 1000.0))
    assert (base.reproduction_number, base.steady_referral_share) == (0.0, 0.0)


def test_base_with_referral() -> None:
    """10 external wins a month, 0.03 referred per customer, 0.05 lost, from 100 (Kendall 1949)."""
    base = CustomerBase(wins=10.0, churn=0.05, referral=0.03, start=100.0)
    for t, mean in {6: 145.23183, 12: 185.34886, 24: 252.48664, 60: 379.52232}.items():
        assert base.mean(t) == pytest.approx(mean, rel=1e-7)
    assert (base.steady_mean, base.steady_variance) == pytest.approx((500.0, 1250.0))
    assert (base.reproduction_number, base.steady_referral_share) == pytest.approx((0.6, 0.6))
    assert base.variance(10_000.0) == pytest.approx(1250.0)


@pytest.mark.parametrize("referral", [0.0, 0.03, 0.05, 0.08])
def test_moments_solve_the_kolmogorov_equations(referral: float) -> None:
    """Below, at and above the critical referral rate, mean and variance equal those of the chain integrated in time."""
    base = CustomerBase(wins=0.4, churn=0.05, referral=referral, start=3.0)
    n = np.arange(160)
    up, down = 0.4 + referral * n, 0.05 * n
    up[-1] = 0.0
    shares = np.zeros(160)
    shares[3] = 1.0

    def slope(p: np.ndarray) -> np.ndarray:
        flow = -(up + down) * p
        flow[1:] += (up * p)[:-1]
        flow[:-1] += (down * p)[1:]
        return flow

    step = 0.05
    for _ in range(400):  # classical Runge-Kutta to t = 20
        k1 = slope(shares)
        k2 = slope(shares + step / 2 * k1)
        k3 = slope(shares + step / 2 * k2)
        shares = shares + step / 6 * (k1 + 2 * k2 + 2 * k3 + slope(shares + step * k3))
    mean = shares @ n
    assert base.mean(20.0) == pytest.approx(mean, rel=1e-6)
    assert base.variance(20.0) == pytest.approx(shares @ n**2 - mean**2, rel=1e-5)


def test_edges() -> None:
    """Nobody comes or leaves, or more come than leave: constants, straight lines, growth without bound."""
    assert CustomerBase(0.0, 0.0, 0.0, 7.0).mean(100.0) == 7.0
    assert CustomerBase(0.0, 0.0, 0.0, 7.0).steady_mean == 7.0
    assert CustomerBase(0.0, 0.0, 0.0, 7.0).steady_variance == 0.0
    assert CustomerBase(2.0, 0.0).mean(10.0) == 20.0
    assert math.isinf(CustomerBase(2.0, 0.05, 0.05).steady_mean)
    assert math.isinf(CustomerBase(0.0, 0.05, 0.06, 1.0).steady_variance)
    assert CustomerBase(0.0, 0.05, 0.0, 10.0).steady_mean == 0.0
    left = math.exp(-0.25)
    assert CustomerBase(0.0, 0.05, 0.0, 10.0).variance(5.0) == pytest.approx(10 * left * (1 - left))
    assert CustomerBase(1.0, 0.0, 0.1).reproduction_number == math.inf
    nearly, exactly = CustomerBase(1.0, 0.05, 0.05 - 1e-15, 4.0), CustomerBase(1.0, 0.05, 0.05, 4.0)
    assert nearly.variance(30.0) == pytest.approx(exactly.variance(30.0))


def test_impossible_figures_are_refused() -> None:
    """The error names the figure at fault."""
    with pytest.raises(ValueError, match="churn"):
        CustomerBase(1.0, -0.1)
    with pytest.raises(ValueError, match="t must"):
        CustomerBase(1.0, 0.1).mean(-1.0)
