"""Means, paired differences and their t intervals, and the words that a test may say; it knows no plan and no KPI.

Sums are exact (`math.fsum`), so that no figure depends on the order in which replications are given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.errors import SimError

Better = Literal["higher", "lower", "neutral"]
"""Which way of a figure is good."""

BETTER, WORSE, HIGHER, LOWER = "better", "worse", "higher", "lower"
TIED = "cannot be told apart"
SAME = "the same"
TOO_FEW = "too few replications"
NOT_APPLICABLE = "not applicable"
WORDS = (BETTER, WORSE, HIGHER, LOWER, TIED, SAME, TOO_FEW, NOT_APPLICABLE)
"""Every word `verdict` may say."""

MINIMUM = 3
"""Fewer values than this make no interval."""
CAUTION = 10
"""Fewer values than this make an interval that leans on the normal law."""
ROUNDING = 1e-9
"""Two values that differ by less than this share of the larger one are taken as equal: sums in another order."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its confidence interval; unit of the values."""

    mean: float
    """Mean; nan without values."""
    half_width: float
    """Half the width of the interval; nan under three values."""
    low: float
    """Lower end."""
    high: float
    """Upper end."""
    n: int
    """Values it rests on; values that do not apply (nan) are left out."""
    deviation: float
    """Standard deviation of the values (n - 1); nan under two values."""
    confidence: float
    """Confidence of the statement, together with the others of its family."""
    family: int = 1
    """Intervals that hold simultaneously with this confidence (Bonferroni); 1 for one that stands alone."""

    @property
    def word(self) -> str:
        """A caution to be told with the interval: empty, 'too few replications' or 'few replications'."""
        return TOO_FEW if self.n < MINIMUM else "few replications" if self.n < CAUTION else ""


def t_quantile(confidence: float, freedom: int) -> float:
    """Two-sided quantile of Student's t law with so many degrees of freedom (0.95, 9 -> 2.262)."""
    # scipy.stats has the same quantile and takes more than a second to import.
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + confidence / 2))


def t_interval(values: Iterable[float], confidence: float = 0.95, family: int = 1) -> Interval:
    """Mean of independent values with its t interval (Student 1908).

    With `family` k the interval has confidence 1 - (1 - confidence)/k, so that k such intervals hold at once
    (Bonferroni); no independence is assumed between them, which intervals under common random numbers do not have.
    Under three values there is no interval (nan). Values that are not finite are left out and not counted.
    Raises SimError for a confidence outside (0, 1) or a family under 1.
    """
    if not 0 < confidence < 1 or family < 1:
        raise SimError(f"confidence must lie between 0 and 1, found {confidence} for {family} intervals")
    kept = [float(value) for value in values if math.isfinite(value)]
    n = len(kept)
    mean = _mean(kept)
    deviation = math.sqrt(_variance(kept))
    if n < MINIMUM:
        return Interval(mean, math.nan, math.nan, math.nan, n, deviation, confidence, family)
    level = 1 - (1 - confidence) / family
    half = t_quantile(level, n - 1) * deviation / math.sqrt(n)
    return Interval(mean, half, mean - half, mean + half, n, deviation, confidence, family)


def differences(first: Sequence[float], second: Sequence[float]) -> list[float]:
    """First minus second, value by value: 0 where they differ by rounding alone, nan where either does not apply.

    Raises SimError for sequences of different length, which cannot be pairs.
    """
    if len(first) != len(second):
        raise SimError(f"values come in pairs, found {len(first)} and {len(second)}")
    return [_difference(float(a), float(b)) for a, b in zip(first, second, strict=True)]


def _difference(a: float, b: float) -> float:
    if not (math.isfinite(a) and math.isfinite(b)):
        return math.nan
    return 0.0 if abs(a - b) <= ROUNDING * max(abs(a), abs(b)) else a - b


def paired(first: Sequence[float], second: Sequence[float], confidence: float = 0.95, family: int = 1) -> Interval:
    """Mean of first minus second with its t interval, pair by pair.

    The i-th values must come from the same replication: under common random numbers they are dependent, and the
    interval of the differences is the right one whatever the dependence (Law, Simulation Modeling and Analysis, 10.2).
    """
    return t_interval(differences(first, second), confidence, family)


def share_ahead(first: Sequence[float], second: Sequence[float], better: Better) -> float:
    """Share of the pairs in which the first is strictly ahead (for 'neutral': strictly higher); nan without pairs."""
    sign = -1.0 if better == "lower" else 1.0
    gaps = [sign * gap for gap in differences(first, second) if not math.isnan(gap)]
    return sum(gap > 0 for gap in gaps) / len(gaps) if gaps else math.nan


def variance_ratio(first: Sequence[float], second: Sequence[float]) -> float:
    """How many times smaller pairing made the variance of the difference than independent seeds would have it.

    (var first + var second) / var (first - second), over the pairs that apply; the same factor saves replications.
    nan under three pairs and where the difference does not vary at all.
    """
    gaps = differences(first, second)
    pairs = [(a, b, gap) for a, b, gap in zip(first, second, gaps, strict=True) if not math.isnan(gap)]
    if len(pairs) < MINIMUM:
        return math.nan
    left, right, gap = (_variance([float(pair[place]) for pair in pairs]) for place in range(3))
    return (left + right) / gap if gap > 0 else math.nan


def verdict(difference: Interval, better: Better) -> str:
    """What may be said of a difference, in one of WORDS: a side is named only if the interval leaves zero out.

    For a figure that is neither good nor bad, 'higher' or 'lower' instead of 'better' or 'worse'. 'the same' is said
    only if every single pair was equal; a difference that is the same in every pair is certain (half-width 0).
    """
    if difference.n == 0:
        return NOT_APPLICABLE
    if difference.n < MINIMUM:
        return TOO_FEW
    if difference.mean == 0 and difference.deviation == 0:
        return SAME
    if difference.low <= 0 <= difference.high:
        return TIED
    if better == "neutral":
        return HIGHER if difference.mean > 0 else LOWER
    return BETTER if (difference.mean > 0) == (better == "higher") else WORSE


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def _variance(values: Sequence[float]) -> float:
    """Sample variance with n - 1; nan under two values, exactly 0 for equal ones."""
    if len(values) < 2:
        return math.nan
    # The mean of equal values can be off by a rounding error, which must not become a deviation.
    if min(values) == max(values):
        return 0.0
    mean = _mean(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
