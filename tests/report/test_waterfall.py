"""The waterfall of simulated plans: whatever business they are in, its steps add up to the paired difference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from served import COMPANIES, studied

from sim.report.reading import Reading
from sim.report.reasons import reason
from sim.report.waterfall import steps_of, waterfall

Make = Any


@pytest.mark.parametrize("name", list(COMPANIES))
def test_steps_add_up_exactly_in_every_future(name: str) -> None:
    """Nothing is left over, at any horizon: to a billionth of the revenue."""
    reading = studied(name)
    for at in reading.horizons:
        steps = steps_of(reading, "three agents", at)
        whole = reading.values("three agents", "profit", at) - reading.values("one agent", "profit", at)
        revenue = reading.values("three agents", "revenue", at)
        assert revenue.min() > 0
        assert np.abs(sum(step.gaps for step in steps) - whole).max() <= 1e-9 * revenue.max()
        assert "rest" not in {step.key for step in steps}


def test_who_is_better_served_is_kept_longer() -> None:
    """Three agents instead of one keep customers, who would have left at the same time had they felt neutral."""
    steps = {step.key: step for step in steps_of(studied("subscription"), "three agents")}
    assert (steps["customers kept longer"].gaps > 0).all()
    assert (steps["service wages"].gaps < 0).all()
    assert "initial base" not in steps
    assert {"referrals", "upgrades", "follow-up", "new customers", "prospecting", "won back", "fees"} <= set(steps)


def test_without_the_loop_nobody_is_kept_longer() -> None:
    """Off, all leave when they would have anyway, so the step is not there."""
    assert "customers kept longer" not in {step.key for step in steps_of(studied("nobody is kept"), "three agents")}


def test_the_picture_shows_every_step(make_study: Make) -> None:
    """A bar for each, in the file beside it too."""
    reading = studied("subscription")
    picture = waterfall(reading, "three agents")
    assert picture is not None
    keys = [step.key for step in steps_of(reading, "three agents")]
    assert [line.partition(",")[0] for line in picture.csv.splitlines()] == [
        "step",
        "start",
        *keys,
        "difference",
        "end",
    ]


def test_what_nobody_can_tell_apart_is_no_reason(make_study: Make) -> None:
    """Figures of another program, without tags: the rest decides, and nothing is claimed of it."""
    study = make_study(["baseline", "more service"])
    bare = tuple(
        replace(
            each,
            kpis={
                at: {name: value for name, value in found.items() if not name.startswith(("revenue_", "revenue."))}
                for at, found in each.kpis.items()
            },
        )
        for each in study.outcomes
    )
    reading = Reading(replace(study, outcomes=bare))
    steps = steps_of(reading, "more service")
    assert "rest" in {step.key for step in steps}
    assert reason(reading, "more service", steps) == "Profit step by step, from “baseline” to “more service”"
