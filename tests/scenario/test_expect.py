"""What a scenario expects of itself: how it is written, and what is no expectation."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sim.scenario.expect import Expectation, reading
from sim.scenario.scenario import Scenario


def scenario(*expect: dict[str, Any]) -> Scenario:
    """A day of one team with these expectations."""
    raw = {"name": "x", "clock": {"horizon": "10 d"}, "teams": {"a": {"headcount": 1}}, "expect": list(expect)}
    return Scenario.model_validate(raw)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("4.263 min", (4.263 / 60, "duration")),
        ("33.9 %", (0.339, "share")),
        ("-2 min", (-2 / 60, "duration")),
        ("3 %/mo", (0.03 / 730.5, "hazard")),
        ("300 EUR", (300.0, "money")),
        ("7305 EUR/mo", (10.0, "money_rate")),
        (12, (12.0, "number")),
        (-0.05, (-0.05, "number")),
    ],
)
def test_values_are_read_by_their_unit(written: str | float, read: tuple[float, str]) -> None:
    """The figure will say whether the unit is its own."""
    value, dimension = reading(written)
    assert (value, dimension) == (pytest.approx(read[0]), read[1])


@pytest.mark.parametrize("written", ["4 mim", "fast", "", "12", True, None, "9" * 100])
def test_what_is_no_value_is_refused(written: Any) -> None:
    """Text without a unit, truth values, nothing."""
    with pytest.raises(ValueError, match=r"value such as|range|finite"):
        reading(written)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"figure": "wait"}, "say what must come out"),
        ({"figure": "wait", "is": "3 min", "above": "2 min"}, "not 'is' and 'above'"),
        ({"figure": "wait", "above": 0, "within": "3 %"}, "'within' is the tolerance of 'is'"),
        ({"figure": "wait", "above": 0, "minus_at": "5 d"}, "'minus_at' needs 'minus'"),
        (
            {"figure": "wait", "above": 0, "at": "3 d"},
            "nothing is told at 3 d; clock.report_at and the horizon: 5 d, 10 d",
        ),
        ({"figure": "wait", "above": 0, "minus_with": {}}, "'minus_with' needs 'minus'"),
        ({"figure": "wait", "above": 0, "with": {"run.seed": 2}}, "'run.seed' is no assumption"),
        ({"figure": "wait", "above": 0, "with": {"expect": []}}, "'expect' is no assumption"),
        ({"figure": "wait", "above": 0, "with": {"clock.horizon": "1 d"}}, "'clock.horizon' cannot be changed"),
        ({"figure": "wait", "above": 0, "with": {"teams..headcount": 2}}, "expected a key path"),
        ({"figure": "wait", "above": 0, "settings": {}}, "settings"),
        ({"is": 3}, "figure"),
        ({"figure": "wait", "equals": 3}, "equals"),
    ],
)
def test_faults_say_what_is_missing(entry: dict[str, Any], sentence: str) -> None:
    """One demand an entry, at an instant at which results are told."""
    with pytest.raises(ValidationError) as caught:
        scenario(entry)
    assert sentence in str(caught.value)


def test_expectations_change_no_result() -> None:
    """They are no part of the scenario's identity."""
    told = scenario({"figure": "wait", "is": "3 min", "within": "2 %", "at": "5 d", "because": "so"})
    assert told.identity() == scenario().identity()
    (one,) = told.expect
    assert isinstance(one, Expectation)
    assert one.equals == "3 min"
    assert one.at == 120
