"""Word of mouth that fades: without fading Kendall's process, with all of it one lead each, between them a race."""

from __future__ import annotations

import math

import pytest

from sim.engine.theory.population import CustomerBase
from sim.engine.theory.telling import FadingWord


@pytest.mark.parametrize("rate", [0.0, 0.03, 0.05, 0.08])
def test_without_fading_it_is_a_birth_and_death_process(rate: float) -> None:
    """Customers as Kendall has them, and leads are the rate times the time they have lived."""
    word, base = FadingWord(rate, 0.0, 0.05), CustomerBase(0.0, 0.05, rate, 1.0)
    for t in (0.0, 6.0, 40.0):
        assert word.mean(t) == pytest.approx(base.mean(t), rel=1e-9)
        lived = t if rate == 0.05 else math.expm1((rate - 0.05) * t) / (rate - 0.05)
        assert word.sent(t) == pytest.approx(rate * lived, rel=1e-9, abs=1e-12)
    assert word.reproduction_number == pytest.approx(base.reproduction_number)


def test_who_tells_once_has_told_all() -> None:
    """Fades of 1: one lead each if it comes before he leaves, 3 in 8; mean paths of two kinds, worked by hand."""
    word = FadingWord(0.03, 1.0, 0.05)
    assert word.reproduction_number == pytest.approx(3 / 8)
    # Who has not told: -0.08 + 0.03, for everybody told is new; all leads are 0.03 of their time.
    silent = math.exp(-0.05 * 10)
    told = 0.03 * 10 * math.exp(-0.05 * 10)
    assert word.mean(10.0) == pytest.approx(silent + told)
    assert word.sent(10.0) == pytest.approx(0.03 * (1 - silent) / 0.05)


@pytest.mark.parametrize("fades", [0.1, 0.3, 0.8])
def test_in_the_long_run_everybody_has_sent_as_many_as_the_race_allows(fades: float) -> None:
    """All who ever come from one are 1 / (1 - R), and all leads R / (1 - R)."""
    word = FadingWord(0.06, fades, 0.08)
    born = word.reproduction_number
    assert 0.06 / 0.14 < born < 0.06 / 0.08
    assert word.sent(1000.0) == pytest.approx(born / (1 - born), rel=1e-9)
    assert word.mean(1000.0) < 1e-9


def test_who_never_leaves_sends_ever_more_or_as_many_as_he_knows() -> None:
    """Without an end there is no number, unless one telling is all."""
    assert FadingWord(0.1, 0.2, 0.0).reproduction_number == math.inf
    assert FadingWord(0.1, 1.0, 0.0).reproduction_number == 1.0
    assert FadingWord(0.0, 0.2, 0.0).reproduction_number == 0.0


@pytest.mark.parametrize("wrong", [(-1.0, 0.1, 0.1), (0.1, 1.1, 0.1), (0.1, -0.1, 0.1), (0.1, 0.1, math.nan)])
def test_impossible_figures_are_refused(wrong: tuple[float, float, float]) -> None:
    """Negative, not finite, or more than all of it."""
    with pytest.raises(ValueError, match=r"rate|fades|churn"):
        FadingWord(*wrong)
