"""The reason in a waterfall's title is the net of its steps, never one step against it."""

from __future__ import annotations

from typing import Any

import pytest

from sim.report.reading import Reading
from sim.report.reasons import reason
from sim.report.waterfall import steps_of

Make = Any
BASE = (12, 16, 0.0, 0.0, 0.0, 0.78)


def title(make_study: Make, name: str, setting: tuple[float, ...]) -> str:
    """What is said of one plan against the baseline."""
    reading = Reading(make_study({"baseline": BASE, name: setting}))
    return reason(reading, name, steps_of(reading, name))


@pytest.mark.parametrize(
    ("name", "setting", "why"),
    [
        ("lean", (6, 10, 0.10, -0.25, 0.0, 0.7), "it saves more in people than it loses in revenue"),
        ("leaner", (8, 16, 0.0, 0.0, 0.0, 0.78), "it costs less in people"),
        ("keeping", (12, 16, 0.42, -0.07, 0.0, 0.9), "it keeps customers longer"),
        ("hunting", (12, 16, -0.1, 0.9, 0.0, 0.7), "new customers bring in more"),
        ("blooming", (12, 16, 0.4, 0.35, 0.0, 0.7), "it keeps customers longer, and new ones bring in more"),
    ],
)
def test_a_gain_is_told_by_what_decides(make_study: Make, name: str, setting: tuple[float, ...], why: str) -> None:
    """A gain from wages is called that, even where one part of the revenue grows."""
    assert title(make_study, name, setting) == f"Why “{name}” beats “baseline”: {why}"


@pytest.mark.parametrize(
    ("name", "setting", "why"),
    [
        ("crowd", (12, 40, 0.05, 0.02, 0.0, 0.8), "it pays more in people than it gains in revenue"),
        ("idle", (12, 20, 0.0, 0.0, 0.0, 0.78), "it costs more in people"),
        ("losing", (12, 16, -0.6, 0.1, 0.0, 0.5), "it loses customers sooner"),
        ("fading", (12, 16, -0.5, -0.5, 0.0, 0.5), "it loses customers sooner, and new ones bring in less"),
    ],
)
def test_a_loss_is_told_by_what_decides(make_study: Make, name: str, setting: tuple[float, ...], why: str) -> None:
    """Wages that earn too little are not called a loss of customers."""
    assert title(make_study, name, setting) == f"Why “{name}” falls behind “baseline”: {why}"


def test_too_few_futures_have_no_reason(make_study: Make) -> None:
    """Without a test nothing is said to decide."""
    reading = Reading(make_study({"baseline": BASE, "lean": (6, 10, 0.10, -0.25, 0.0, 0.7)}, 2))
    assert reason(reading, "lean", steps_of(reading, "lean")).startswith("Profit step by step")
