"""Outcomes come back from JSON bit for bit."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiments.outcome import Outcome

FIGURES = st.floats(allow_nan=True, allow_infinity=True)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=8), FIGURES, max_size=5), st.lists(FIGURES, max_size=5))
def test_round_trip_is_exact(kpis: dict[str, float], series: list[float]) -> None:
    """Whatever the floats, nan and infinities too, and in the same order."""
    outcome = Outcome.of("a", 3, {"12 mo": kpis}, {"mrr": series}, {"total": [series]}, {"contacts": 4})
    back = Outcome.from_json("a", 3, outcome.to_json())
    assert repr(back) == repr(outcome)
    assert back.to_json() == outcome.to_json()


def test_json_is_strict() -> None:
    """A figure that does not apply is null, so that any reader can take the text."""
    text = Outcome.of("a", 0, {"12 mo": {"wait": math.nan, "payback": math.inf}}).to_json()
    assert json.loads(text, parse_constant=pytest.fail)["kpis"]["12 mo"] == {"wait": None, "payback": "inf"}


def test_arrays_become_plain_numbers() -> None:
    """Figures may come as numpy numbers; what is kept is Python's."""
    outcome = Outcome.of("a", np.int64(1), {"12 mo": {"n": np.float64(2)}}, {"m": np.arange(2)}, {"t": np.ones((7, 2))})
    assert type(outcome.kpis["12 mo"]["n"]) is float
    assert type(outcome.replication) is int
    assert [type(value) for value in outcome.monthly["m"]] == [float, float]
    assert len(outcome.hours["t"]) == 7


@pytest.mark.parametrize("text", ["{}", "[]", "no", '{"kpis": 3, "monthly": {}, "hours": {}, "counts": {}}'])
def test_something_else_is_refused(text: str) -> None:
    """A damaged row is a ValueError, nothing else."""
    with pytest.raises(ValueError):
        Outcome.from_json("a", 0, text)
