"""Intervals and verdicts are those of the textbook, at their stated confidence."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.errors import SimError
from sim.experiments.statistics import (
    NOT_APPLICABLE,
    SAME,
    TIED,
    TOO_FEW,
    WORDS,
    differences,
    paired,
    share_ahead,
    t_interval,
    t_quantile,
    variance_ratio,
    verdict,
)

CHANCE = 20260105


@pytest.mark.parametrize("n", [3, 4, 10, 57, 1000])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_interval_equals_scipy(n: int, confidence: float) -> None:
    """The t interval is scipy's, for any number of values and confidence."""
    values = np.random.default_rng(CHANCE + n).lognormal(3, 2, n)
    expected = stats.ttest_1samp(values, 0).confidence_interval(confidence)
    found = t_interval(values, confidence)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-12)
    assert found.mean == pytest.approx(values.mean(), rel=1e-14)
    assert found.deviation == pytest.approx(values.std(ddof=1), rel=1e-12)
    assert found.half_width == pytest.approx((found.high - found.low) / 2, rel=1e-12)


def test_paired_interval_equals_scipy() -> None:
    """The paired interval is that of scipy's paired t test, first minus second."""
    chance = np.random.default_rng(CHANCE)
    first, second = chance.normal(5, 2, 30), chance.normal(4, 2, 30)
    expected = stats.ttest_rel(first, second).confidence_interval(0.9)
    found = paired(first, second, 0.9)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-12)
    assert found.mean == pytest.approx((first - second).mean(), rel=1e-12)


def test_quantile_is_student_not_normal() -> None:
    """Nine degrees of freedom need 2.262, not 1.960."""
    assert t_quantile(0.95, 9) == pytest.approx(2.2621571627, abs=1e-9)
    assert t_quantile(0.95, 10**7) == pytest.approx(1.959964, abs=1e-5)


def test_family_is_bonferroni() -> None:
    """An interval in a family of four at 95 % is one at 98.75 % alone."""
    values = np.random.default_rng(CHANCE).normal(size=12)
    assert t_interval(values, 0.95, 4).half_width == pytest.approx(t_interval(values, 0.9875).half_width, rel=1e-12)


def test_no_interval_under_three_values() -> None:
    """Two values have a mean and no interval; none have nothing; both say so."""
    two, none = t_interval([1.0, 3.0]), t_interval([])
    assert two.mean == 2.0
    assert math.isnan(two.half_width)
    assert math.isnan(none.mean)
    assert (two.word, t_interval([1, 2, 4]).word, t_interval(range(10)).word) == (TOO_FEW, "few replications", "")


def test_values_that_do_not_apply_are_left_out() -> None:
    """Nan and infinity are no values; of a pair, both sides are left out."""
    assert t_interval([1.0, math.nan, 3.0, math.inf, 5.0]) == t_interval([1.0, 3.0, 5.0])
    found = paired([1.0, math.nan, 3.0, 4.0, 9.0], [0.0, 1.0, math.nan, 2.0, 3.0])
    assert (found.n, found.mean) == (3, 3.0)


def test_order_of_values_does_not_matter() -> None:
    """The same values in another order give the same interval to the last bit."""
    values = np.random.default_rng(CHANCE).lognormal(0, 3, 101)
    assert t_interval(values) == t_interval(np.random.default_rng(1).permutation(values))


def test_a_difference_within_rounding_is_none() -> None:
    """Sums in another order differ in the last bits; that is not a difference between plans."""
    first = [1e6 / 3 * k for k in range(1, 8)]
    second = [value * (1 + 4e-16) for value in first]
    assert differences(first, second) == [0.0] * 7
    assert verdict(paired(first, second), "higher") == SAME


@pytest.mark.parametrize(
    ("gaps", "better", "word"),
    [
        ([1.0, 1.1, 0.9, 1.2], "higher", "better"),
        ([1.0, 1.1, 0.9, 1.2], "lower", "worse"),
        ([1.0, 1.1, 0.9, 1.2], "neutral", "higher"),
        ([-1.0, -1.1, -0.9, -1.2], "higher", "worse"),
        ([-1.0, -1.1, -0.9, -1.2], "neutral", "lower"),
        ([1.0, -1.1, 0.9, -1.2], "higher", TIED),
        ([0.0, 0.0, 0.0, 0.0], "higher", SAME),
        ([2.0, 2.0, 2.0], "higher", "better"),
        ([5.0, 5.1], "higher", TOO_FEW),
        ([math.nan] * 4, "higher", NOT_APPLICABLE),
    ],
)
def test_verdict_words(gaps: list[float], better: str, word: str) -> None:
    """A side is named only if the interval leaves zero out."""
    assert verdict(t_interval(gaps), better) == word
    assert word in WORDS


def test_equal_differences_are_certain() -> None:
    """A difference that is equal in every pair has half-width exactly 0, even where its mean cannot be exact."""
    found = paired([0.1 + 0.7] * 7, [0.7] * 7)
    assert found.half_width == 0.0


def test_share_ahead_counts_strictly() -> None:
    """A tie is not ahead; for a figure that should be low, ahead means below."""
    first, second = [1.0, 2.0, 3.0, 3.0, math.nan], [2.0, 1.0, 3.0, 1.0, 1.0]
    assert share_ahead(first, second, "higher") == 0.5
    assert share_ahead(first, second, "lower") == 0.25
    assert math.isnan(share_ahead([], [], "higher"))


def test_variance_ratio_tells_what_pairing_saved() -> None:
    """With correlation r of equal variances the ratio is 1/(1 - r), here 10; without correlation it is 1."""
    chance = np.random.default_rng(CHANCE)
    common, n = chance.normal(0, 3, 20000), 20000
    first, second = common + chance.normal(0, 1, n), common + chance.normal(0, 1, n)
    assert variance_ratio(first, second) == pytest.approx(10.0, rel=4 * math.sqrt(2 / n) * 2)
    assert variance_ratio(first, chance.permutation(second)) == pytest.approx(1.0, rel=4 * math.sqrt(2 / n) * 2)
    assert math.isnan(variance_ratio([1, 2, 3], [0, 1, 2]))


def test_coverage_on_normal_data_is_nominal() -> None:
    """Of 4,000 intervals from 5 normal values, 95 % hold the mean (by 4 standard errors); with z only 88 % would."""
    draws = np.random.default_rng(CHANCE).normal(10.0, 3.0, (4000, 5))
    held = np.mean([found.low <= 10.0 <= found.high for found in map(t_interval, draws)])
    assert held == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 4000))


def test_wrong_input_is_refused() -> None:
    """Unequal lengths are no pairs; a confidence is between 0 and 1."""
    with pytest.raises(SimError, match="pairs"):
        paired([1.0], [1.0, 2.0])
    with pytest.raises(SimError, match="confidence"):
        t_interval([1.0, 2.0, 3.0], 95)


def inventory_costs(small: int, large: int, demands: np.ndarray) -> np.ndarray:
    """Average cost a period of an (s, S) inventory (Koenig and Law 1985); demands of shape (replications, periods)."""
    stock = np.full(len(demands), float(large))
    cost = np.zeros(len(demands))
    for demand in demands.T:
        order = np.where(stock < small, large - stock, 0.0)
        stock = stock + order - demand
        cost += np.where(order > 0, 32 + 3 * order, 0.0) + np.maximum(stock, 0) + 5 * np.maximum(-stock, 0)
    return cost / demands.shape[1]


SYSTEMS = [(20, 40), (20, 80), (40, 60), (40, 100), (60, 100)]
EXACT = [114.176, 112.742, 130.550, 130.699, 147.382]
"""Exact means by dynamic programming; variances 14.926 and 18.710 for the first two, sd of their difference 3.999."""


def test_paired_simultaneous_coverage_on_the_inventory_fixture() -> None:
    """Four differences to a baseline from 20 paired replications: Bonferroni holds all at once, unadjusted does not.

    Reference coverage .954 and .841; bounds are 4 standard errors of 1,500 experiments.
    """
    demands = np.random.default_rng(CHANCE).poisson(25, (1500 * 20, 30)).astype(float)
    costs = [inventory_costs(*system, demands).reshape(1500, 20) for system in SYSTEMS]
    held = {1: 0, 4: 0}
    for trial in range(1500):
        for family in held:
            intervals = [paired(costs[k][trial], costs[0][trial], 0.95, family) for k in range(1, 5)]
            held[family] += all(i.low <= EXACT[k + 1] - EXACT[0] <= i.high for k, i in enumerate(intervals))
    assert held[4] / 1500 > 0.954 - 4 * math.sqrt(0.954 * 0.046 / 1500)
    assert held[1] / 1500 < 0.841 + 4 * math.sqrt(0.841 * 0.159 / 1500)


def test_paired_difference_of_the_inventory_fixture() -> None:
    """Mean and deviation of the paired difference, and the ratio of variances, are the exact ones."""
    demands = np.random.default_rng(CHANCE + 1).poisson(25, (20000, 30)).astype(float)
    first, second = (inventory_costs(*system, demands) for system in SYSTEMS[:2])
    found = paired(first, second, 0.999)
    assert found.low <= EXACT[0] - EXACT[1] <= found.high
    assert found.deviation == pytest.approx(3.999, rel=4 / math.sqrt(2 * 20000))
    assert variance_ratio(first, second) == pytest.approx((14.926 + 18.710) / 3.999**2, rel=4 * math.sqrt(2 / 20000))


def test_skewed_coverage_is_what_theory_says() -> None:
    """Mean delay of the first 25 customers of an M/M/1 at 90 %: ten replications hold the truth in 85.7 % (skewed)."""
    chance, runs, n = np.random.default_rng(CHANCE), 4000, 10
    service = chance.exponential(0.9, (runs * n, 25))
    gaps = chance.exponential(1.0, (runs * n, 25))
    wait, total = np.zeros(runs * n), np.zeros(runs * n)
    for customer in range(1, 25):
        wait = np.maximum(wait + service[:, customer - 1] - gaps[:, customer], 0.0)
        total += wait
    means = (total / 25).reshape(runs, n)
    held = np.mean([i.low <= 2.124489346531963 <= i.high for i in (t_interval(row, 0.9) for row in means)])
    assert held == pytest.approx(0.857, abs=4 * math.sqrt(0.857 * 0.143 / runs) + 0.003)


def test_statistics_import_nothing_heavy() -> None:
    """The quantile comes from scipy.special when it is needed; scipy.stats, which takes a second, never comes."""
    source = Path(t_interval.__code__.co_filename).read_text()
    assert "scipy.stats import" not in source
    assert not [line for line in source.splitlines() if line.startswith(("import scipy", "from scipy"))]
