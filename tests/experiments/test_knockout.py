"""What loops are worth adds up as it is defined, future by future, and its intervals are those of paired tests."""

from __future__ import annotations

import random

import pytest

from sim.errors import SimError
from sim.experiments.knockout import FIGURES, TOGETHER, Attribution, of_difference, of_plan, roles
from sim.experiments.statistics import SAME, TIED, TOO_FEW, paired, t_interval

LOOPS = ("retention", "referral")
HORIZONS = ("12 mo", "24 mo")
FUTURES = 8


def asked(seed: int, futures: int = FUTURES):
    """Figures made up at random, the same for the same question."""

    def ask(role: str, figure: str, horizon: str) -> list[float]:
        luck = random.Random(f"{seed}/{role}/{figure}/{horizon}")
        return [luck.gauss(100.0, 10.0) for _ in range(futures)]

    return ask


def means(found: Attribution, loop: str, *measures: str) -> list[float]:
    """Means of these measures of a loop in customers at the end."""
    return [found.find(loop, measure, "customers", "24 mo").interval.mean for measure in measures]  # type: ignore[arg-type]


def test_roles_switch_off_what_their_names_say() -> None:
    """All, all but one, one alone, none; 'alone' only where it is asked for."""
    assert roles(LOOPS, alone=True) == {
        "all": (),
        "without retention": ("retention",),
        "without referral": ("referral",),
        "retention alone": ("referral",),
        "referral alone": ("retention",),
        "none": LOOPS,
    }
    assert "retention alone" not in roles(LOOPS, alone=False)


def test_worth_is_direct_and_indirect() -> None:
    """Worth = Y(all) - Y(without); direct = Y(alone) - Y(none); the two parts add up; intervals are for the family."""
    ask = asked(1)
    found = of_plan(ask, LOOPS, HORIZONS, 0.95)
    every = {role: ask(role, "customers", "24 mo") for role in roles(LOOPS, alone=True)}
    for loop in LOOPS:
        worth, direct, indirect = means(found, loop, "worth", "direct", "indirect")
        assert worth == pytest.approx(direct + indirect)
        part = found.find(loop, "worth", "customers", "24 mo")
        assert part.interval == paired(every["all"], every[f"without {loop}"], 0.95, len(LOOPS))
        assert part.interval.family == 2
        assert found.find(loop, "direct", "customers", "24 mo").interval == paired(
            every[f"{loop} alone"], every["none"], 0.95, len(LOOPS)
        )
    together = found.find(TOGETHER, "worth", "customers", "24 mo").interval
    assert together == paired(every["all"], every["none"], 0.95)
    assert found.figures == FIGURES
    assert len(found.to_csv().splitlines()) == 1 + len(FIGURES) * len(HORIZONS) * (3 * len(LOOPS) + 1)


def test_a_difference_is_carried_and_is_direct_and_indirect() -> None:
    """Carried + without = D, direct + indirect = D, of the second plan minus the first."""
    first, second = asked(1), asked(2)
    found = of_difference(first, second, LOOPS, HORIZONS, 0.95)
    whole, direct, indirect = means(found, TOGETHER, "difference", "direct", "indirect")
    assert whole == pytest.approx(direct + indirect)
    for loop in LOOPS:
        assert sum(means(found, loop, "carried", "without")) == pytest.approx(whole)
    gaps = [b - a for a, b in zip(first("all", "mrr", "12 mo"), second("all", "mrr", "12 mo"), strict=True)]
    assert found.find(TOGETHER, "difference", "mrr", "12 mo").interval.mean == pytest.approx(
        t_interval(gaps).mean
    )


def test_equal_plans_differ_in_nothing() -> None:
    """Exactly 0 in every future, and said so."""
    found = of_difference(asked(3), asked(3), LOOPS, HORIZONS, 0.95)
    assert {part.interval.mean for part in found.parts} == {0.0}
    assert {part.verdict for part in found.parts} == {SAME}


def test_chance_is_called_chance() -> None:
    """Loops that do nothing but noise are not told apart; two futures are too few for a word."""
    assert {part.verdict for part in of_plan(asked(4), LOOPS, HORIZONS, 0.999).parts} == {TIED}
    assert {part.verdict for part in of_plan(asked(4, 2), LOOPS, HORIZONS, 0.95).parts} == {TOO_FEW}


def test_figures_that_do_not_apply_are_left_out() -> None:
    """A company without customers is judged by its profit alone."""
    found = of_plan(
        lambda role, figure, horizon: [1.0, 2.0, 3.0] if figure == "profit" else [float("nan")] * 3,
        LOOPS, HORIZONS, 0.95,
    )  # fmt: skip
    assert found.figures == ("profit",)
    with pytest.raises(SimError, match="nothing is known"):
        found.find("retention", "worth", "mrr", "24 mo")
