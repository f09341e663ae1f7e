"""Cohorts whose customers differ: published figures, and what must hold between survival, hazard and age."""

from __future__ import annotations

import math

import pytest

from sim.engine.theory.retention import Frailty, Renewals

SURVIVAL = [
    62.672322,
    47.384271,
    38.799988,
    33.209486,
    29.237437,
    26.248306,
    23.905064,
    22.011168,
    20.443712,
    19.121613,
]
RETENTION = [0.62672322, 0.75606376, 0.81883685, 0.85591486, 0.88039416, 0.89776358]


def test_the_regular_segment_of_the_paper() -> None:
    """C03: alpha 0.704 and beta 1.182 (Fader and Hardie 2007)."""
    law = Renewals(0.704, 1.182)
    assert [100 * law.stays(n) for n in range(1, 11)] == pytest.approx(SURVIVAL, abs=1e-6)
    assert [law.retention(n) for n in range(1, 7)] == pytest.approx(RETENTION, abs=1e-8)
    assert law.leaves == pytest.approx(1 - RETENTION[0])
    assert law.polarization == pytest.approx(1 / 2.886)


@pytest.mark.parametrize("age", [1, 2, 7])
def test_an_old_cohort_goes_on_where_a_young_one_gets_to(age: int) -> None:
    """S(age + t) = S(age) x what of that age stays for t; of any age, whole periods or not, retention rises."""
    law, frail = Renewals(0.704, 1.182), Frailty(0.05, 1.3)
    assert law.stays(age + 4) == pytest.approx(law.stays(age) * law.stays(4, age))
    assert frail.stays(age + 4.5) == pytest.approx(frail.stays(age) * frail.stays(4.5, age))
    assert law.stays(4, age) < law.stays(4, age + 0.5)
    assert frail.stays(4.5, age) < frail.stays(4.5, age + 0.5)


@pytest.mark.parametrize("cv", [0.0, 0.4, 1.0, 2.5])
def test_hazard_and_lives_are_those_of_the_survival(cv: float) -> None:
    """The hazard is the slope of the logarithm; time lived is the integral, here by Simpson's rule."""
    law, age, t = Frailty(0.05, cv), 3.0, 40.0
    slope = (math.log(law.stays(age - 1e-5)) - math.log(law.stays(age + 1e-5))) / 2e-5
    assert law.hazard(age) == pytest.approx(slope, rel=1e-6)
    n = 2000
    weights = [1, *(4 if place % 2 else 2 for place in range(1, n)), 1]
    area = sum(w * law.stays(t * place / n, age) for place, w in enumerate(weights)) * t / n / 3
    assert law.lived(t, age) == pytest.approx(area, rel=1e-9)


def test_who_hardly_differ_are_alike() -> None:
    """A tiny spread is nearly none, and nobody who never leaves is gone."""
    assert Frailty(0.05, 1e-4).stays(30) == pytest.approx(math.exp(-1.5), rel=1e-7)
    assert Frailty(0.05, 1e-4).lived(30) == pytest.approx(Frailty(0.05, 0.0).lived(30), rel=1e-6)
    assert (Frailty(0.0, 1.0).stays(1e9), Frailty(0.0, 1.0).lived(7.0), Frailty(0.05, 1.0).lived(0.0)) == (
        1.0,
        7.0,
        0.0,
    )
    assert Renewals(1e6, 3e6).stays(5) == pytest.approx(0.75**5, rel=1e-5)


@pytest.mark.parametrize("wrong", [(-1.0, 1.0), (1.0, -1.0), (math.inf, 1.0), (1.0, math.nan)])
def test_impossible_figures_are_refused(wrong: tuple[float, float]) -> None:
    """Negative or not finite; of a beta law 0 as well."""
    with pytest.raises(ValueError, match=r"base|cv"):
        Frailty(*wrong)
    with pytest.raises(ValueError, match=r"alpha|beta"):
        Renewals(*wrong)
    with pytest.raises(ValueError, match="alpha"):
        Renewals(0.0, 1.0)
