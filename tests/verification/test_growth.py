"""Markets that fill up by hearsay and customers who buy again, run through the product: the mean path as theory has it.

The tolerances are those of some thousand simulated customers a figure. With SIM_FULL set the markets are as large and
the futures as many as the tolerances ask for that the cases were published with: some three minutes.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from yardstick import kpis, loaded, misses, runs, table

from sim.engine.theory.diffusion import Diffusion
from sim.engine.theory.purchases import RepeatBuyers
from sim.engine.units import YEAR

CASES = table("growth.yaml")
FULL = bool(os.environ.get("SIM_FULL"))
SIZE, FUTURES = (16_895, 40) if FULL else (1000, 24)

AIR = {1: 0.012819516, 5: 0.15456659, 8: 0.42054172, 10: 0.63564772, 13: 0.86454433}
AVERAGE = {1: 0.035758164, 4: 0.23315047, 6: 0.43923522, 9: 0.74072711, 12: 0.90868756, 15: 0.97160964}


@pytest.mark.parametrize(
    ("name", "innovation", "imitation", "published", "peak", "near"),
    [
        ("air_conditioners", 0.010399, 0.41861, AIR, 8.6134092, "0.06 abs"),
        ("average", 0.03, 0.38, AVERAGE, 6.1926192, "0.04 abs"),
    ],
)
def test_a_market_fills_up_by_hearsay(name, innovation, imitation, published, peak, near, tmp_path):
    """C04 and C05: share of the market that has bought, year by year, and when the most do (Bass 1969).

    The mean of a market of a thousand people is reckoned exactly; that of a large one is the published closed form.
    """
    theory = Diffusion(innovation, imitation)
    sets = (f"marketing.market.size={SIZE}", f"marketing.sources.own_will.rate={innovation * SIZE} /yr")
    futures = kpis(loaded(CASES[name], tmp_path, *sets), FUTURES)
    wrong = []
    for year, future in zip(published, zip(*(one.values() for one in futures), strict=True), strict=True):
        exact = published[year] if FULL else theory.bought_of(SIZE, year)
        shares = [one["customers"] / SIZE for one in future]
        wrong += misses(f"bought after {year} years", shares, exact, "0.01 abs" if FULL else near)
        assert abs(theory.bought(year) - published[year]) < 1e-7
        assert [one["penetration"] for one in future] == pytest.approx(shares)
        assert [one["prospects"] for one in future] == [SIZE - one["customers"] for one in future]
    assert not wrong, "\n".join(wrong)
    assert abs(theory.peak_time - peak) < 1e-6


def test_most_buy_when_half_of_those_have_who_ever_hear(tmp_path):
    """C04: a market is at its peak when the share (q - p) / 2q has bought; when that is, is a sum of waits."""
    size, futures = (16_895, 40) if FULL else (1000, 20)
    theory = Diffusion(0.010399, 0.41861)
    sets = (f"marketing.market.size={size}", f"marketing.sources.own_will.rate={0.010399 * size} /yr")
    scenario = loaded(CASES["air_conditioners"], tmp_path, *sets, "clock.horizon=11 yr", "clock.report_at=[1 yr]")
    buyers = round(theory.bought_at_peak * size)
    before = np.arange(buyers)
    exact = float(np.sum(1.0 / ((theory.innovation * size + theory.imitation * before) * (1.0 - before / size))))
    reached = [float(np.sort(run.column("subscriptions", "won"))[buyers - 1]) / YEAR for run in runs(scenario, futures)]
    wrong = misses("years until the peak", reached, exact, "0.15 abs" if FULL else "0.5 abs")
    assert not wrong, "\n".join(wrong)


def test_customers_buy_again_until_they_stop(tmp_path):
    """C06: repeat purchases per customer after 13, 26, 39 and 78 weeks (Fader, Hardie and Lee 2005)."""
    count = 20_000 if FULL else 4000
    scenario = loaded(CASES["buyers"], tmp_path, f"customers.initial.count={count}")
    futures = kpis(scenario, 16)
    expected = {13: 0.53443954, 26: 0.9026369, 39: 1.1967232, 78: 1.8605191}
    theory = RepeatBuyers.bg_nbd(0.243, 4.414, 0.793, 2.426)
    wrong = []
    for (week, exact), future in zip(
        expected.items(), zip(*(one.values() for one in futures), strict=True), strict=True
    ):
        wrong += misses(f"purchases in {week} weeks", [one["purchases_per_customer"] for one in future], exact, "3 %")
        assert abs(theory.expected(week) - exact) < 1e-6
    assert not wrong, "\n".join(wrong)


def test_customers_of_equal_rates_and_unequal_patience(tmp_path):
    """Half a purchase a month while they stay; chances to stop are beta distributed with a = 0.6 and b = 2.4."""
    futures = kpis(loaded(CASES["equal_rates"], tmp_path), 12)
    theory = RepeatBuyers(0.5, 0.0, 0.2, 1.0)
    wrong = []
    for month, future in zip((3, 12, 24), zip(*(one.values() for one in futures), strict=True), strict=True):
        exact = theory.expected(month)
        wrong += misses(f"purchases in {month} months", [one["purchases_per_customer"] for one in future], exact, "2 %")
    assert not wrong, "\n".join(wrong)
