"""Statements about a figure: in its unit, as a difference, at an instant; and what an interval says about them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.errors import SimError
from sim.experiments.outcome import Outcome
from sim.experiments.statement import Statement, statement_of
from sim.experiments.statistics import Interval, t_interval
from sim.scenario.scenario import Scenario


def stated(**entry: Any) -> Statement:
    """The statement that an entry of `expect` makes."""
    raw = {"name": "x", "clock": {"horizon": "10 d"}, "teams": {"a": {"headcount": 1}}, "expect": [entry]}
    scenario = Scenario.model_validate(raw)
    return statement_of(scenario.expect[0], scenario)


def between(low: float, high: float) -> Interval:
    """An interval with these ends."""
    return Interval((low + high) / 2, (high - low) / 2, low, high, 20, 1.0, 0.999)


@pytest.mark.parametrize(
    ("figure", "value", "number"),
    [
        ("wait.ten", "4.263 min", 4.263),
        ("wait", "0.5 h", 30.0),
        ("resolution_time", "30 min", 0.5),
        ("occupancy.desk", "81 %", 0.81),
        ("occupancy.desk", 0.81, 0.81),
        ("churn", "2 %/mo", 0.02),
        ("mrr", "7305 EUR/mo", 7305.0),
        ("contacts", 120, 120.0),
        ("wait", 0, 0.0),
    ],
)
def test_values_are_told_in_the_unit_of_the_figure(figure: str, value: str | float, number: float) -> None:
    """A zero needs no unit, a share may be bare."""
    assert stated(figure=figure, **{"is": value}).value == pytest.approx(number)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"figure": "wait", "is": "3 %"}, r"wait is a time \[min\], but '3 %' is a share"),
        ({"figure": "wait", "is": 3}, "but '3.0' is a bare number"),
        ({"figure": "contacts", "is": "3 min"}, "contacts is counted in count, but '3 min' is a time"),
        ({"figure": "wiat", "is": "3 min"}, "no figure 'wiat'; did you mean 'wait'"),
        ({"figure": "wait", "minus": "contacts", "above": 0}, "wait is in min, contacts in count"),
    ],
)
def test_units_and_names_must_fit(entry: dict[str, Any], sentence: str) -> None:
    """Told with the nearest name, before anything is run."""
    with pytest.raises(SimError, match=sentence):
        stated(**entry)


@pytest.mark.parametrize(
    ("word", "interval", "verdict"),
    [
        ("is", between(1.9, 2.1), "agrees"),
        ("is", between(2.1, 2.3), "deviates"),
        ("above", between(2.1, 2.3), "agrees"),
        ("above", between(1.9, 2.1), "undecided"),
        ("above", between(1.7, 1.9), "deviates"),
        ("below", between(1.7, 1.9), "agrees"),
        ("below", between(1.9, 2.1), "undecided"),
        ("below", between(2.1, 2.3), "deviates"),
        ("is", t_interval([2.0, 2.0]), "undecided"),
    ],
)
def test_verdicts(word: Any, interval: Interval, verdict: str) -> None:
    """`is` must be reached, above and below must be cleared by the whole interval."""
    assert Statement("wait", word, 2.0).verdict(interval) == verdict


def test_a_band_is_reached_from_its_edge() -> None:
    """A published value may itself be off."""
    near = Statement("wait", "is", 2.0, within=0.05)
    assert near.verdict(between(2.09, 2.3)) == "agrees"
    assert near.verdict(between(2.11, 2.3)) == "deviates"
    assert near.expectation == "2 (within 5 %)"
    assert Statement("wait", "above", 0.0).expectation == "> 0"


def test_a_figure_that_does_not_vary_must_be_equal() -> None:
    """An interval of no width covers its own value, rounding apart, and no other."""
    still = t_interval([0.1 + 0.2] * 5)
    assert Statement("wait", "is", 0.3).verdict(still) == "agrees"
    assert Statement("wait", "is", 0.300001).verdict(still) == "deviates"


def test_differences_are_taken_future_by_future_and_at_their_instants() -> None:
    """Of two figures, or of one at two instants."""
    found = {
        "": [
            Outcome("x", i, {"5 d": {"wait": 1.0 + i, "wait_p50": 3.0}, "10 d": {"wait": 5.0 + 3 * i, "wait_p50": 4.0}})
            for i in range(3)
        ]
    }
    assert stated(figure="wait", above=0).values(found, "x") == [5.0, 8.0, 11.0]
    assert stated(figure="wait", minus="wait_p50", at="5 d", above=0).values(found, "x") == [-2.0, -1.0, 0.0]
    grown = stated(figure="wait", minus="wait", minus_at="5 d", above=0)
    assert grown.values(found, "x") == [4.0, 6.0, 8.0]
    assert grown.name == "wait - wait at 5 d"
    with pytest.raises(SimError, match=r"'x' has no figure 'wait.a'"):
        stated(figure="wait.a", above=0).values(found, "x")


def test_figures_of_variants_are_taken_future_by_future() -> None:
    """Of two variants, of one and the scenario as it stands, or of two figures of one variant."""
    more, twice = {"teams.a.headcount": 2}, {"teams.a.headcount": "*2"}
    found = {
        name: [Outcome("x", i, {"10 d": {"wait": base + i, "wait_p50": 1.0}}) for i in range(3)]
        for name, base in (("", 9.0), ("teams.a.headcount=2", 4.0), ("teams.a.headcount=*2", 5.0))
    }
    alone = stated(figure="wait", above=0, **{"with": more})
    assert (alone.values(found, "x"), alone.variants) == ([4.0, 5.0, 6.0], ("teams.a.headcount=2",))
    assert alone.name == "wait with teams.a.headcount=2"
    same = stated(figure="wait", above=0, minus="wait_p50", **{"with": more})
    assert (same.values(found, "x"), same.name) == ([3.0, 4.0, 5.0], "wait - wait_p50 with teams.a.headcount=2")
    plain = stated(figure="wait", above=0, minus="wait", minus_with={}, **{"with": more})
    assert (plain.values(found, "x"), plain.variants) == ([-5.0, -5.0, -5.0], ("teams.a.headcount=2", ""))
    assert plain.name == "wait with teams.a.headcount=2 - wait"
    other = stated(figure="wait", above=0, minus="wait", minus_with=twice)
    assert other.values(found, "x") == [4.0, 4.0, 4.0]
    assert other.name == "wait - wait with teams.a.headcount=*2"
    with pytest.raises(SimError, match=r"'x' with teams.a.headcount=2 has no figure 'wait.a'"):
        stated(figure="wait.a", above=0, **{"with": more}).values(found, "x")


def test_what_does_not_apply_leaves_it_undecided() -> None:
    """A figure that is not a number in any future proves nothing."""
    found = {"": [Outcome("x", i, {"10 d": {"wait": math.nan}}) for i in range(5)]}
    statement = stated(figure="wait", above=0)
    assert statement.verdict(t_interval(statement.values(found, "x"))) == "undecided"
