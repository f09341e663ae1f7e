"""Hotlines that are solved on paper, written as scenario files and run through the product, show the exact figures."""

from __future__ import annotations

import math
import os
from statistics import fmean

import pytest
from yardstick import kpis, loaded, misses, table

from sim.engine.theory.staffing import Target, agents_needed
from sim.engine.theory.transient import stretch
from sim.scenario.scenario import Scenario

QUEUES, DAYS = table("queues.yaml"), table("days.yaml")
FUTURES = 40
"""Replications of each steady state."""
FULL = bool(os.environ.get("SIM_FULL"))
"""Whether to run as long as the tolerances ask for that the cases were published with: some ten minutes."""
DAYS_SIMULATED = 150


@pytest.mark.parametrize("name", QUEUES)
def test_queues_in_steady_state(name, tmp_path):
    """Waits, queues, occupancy and losses of one desk agree with theory, each as near as stated."""
    case = QUEUES[name]
    scenario = loaded(case["scenario"], tmp_path)
    found = [next(iter(future.values())) for future in kpis(scenario, FUTURES * (case.get("full", 1) if FULL else 1))]
    figures = {"contacts": (usual_contacts(scenario), "2 %")} | case["figures"]
    wrong = [
        sentence
        for figure, (exact, *tolerances) in figures.items()
        for sentence in misses(figure, [one[figure] for one in found], exact, tolerances[-1 if FULL else 0])
    ]
    assert not wrong, "\n".join([case["source"], *wrong])


def usual_contacts(scenario: Scenario) -> float:
    """Mean number of contacts after the warm-up, returns included."""
    assert scenario.service is not None
    kinds = scenario.service.types.values()
    rate = sum(kind.arrivals.rate / kind.resolution for kind in kinds if kind.arrivals is not None)
    return rate * (scenario.clock.horizon - scenario.clock.warm_up)


@pytest.mark.parametrize("name", DAYS)
def test_days_that_open_empty(name, tmp_path):
    """Days agree with exact transient figures, and these with a thousand days that others published."""
    case = DAYS[name]
    exact = exact_day(case.get("patience"))
    found = []
    for future in kpis(loaded(case["scenario"], tmp_path), DAYS_SIMULATED):
        at_closing, at_midnight = future.values()
        # Who is left at closing is still served; the staff's time counts up to closing.
        found.append(at_midnight | {"occupancy": at_closing["occupancy.desk"]})
    wrong = []
    for figure, tolerance in case["exact"].items():
        wrong += misses(figure, pooled(figure, exact[figure], found), exact[figure], tolerance)
    for figure, (published, near) in case["published"].items():
        if figure not in exact:
            wrong += misses(figure, pooled(figure, published, found), published, f"{near} abs")
        elif abs(exact[figure] - published) > near:
            wrong.append(f"{figure}: published {published}, exact {exact[figure]:.6g}")
    assert not wrong, "\n".join(wrong)


def exact_day(patience: float | None) -> dict[str, float]:
    """The figures of eight hours of 4.2 calls a minute, 2 minutes each, for twelve agents who start idle."""
    day = stretch(252.0, 1 / 30, 12, 8.0, within=20 / 3600, patience=patience or math.inf)
    return {
        "occupancy": day.occupancy,
        "wait": day.mean_wait * 60,
        "speed_of_answer": day.mean_wait_served * 60,
        "service_level_offered": day.answered_within,
        "contacts_abandoned": day.p_abandon * day.arrivals,
    }


def pooled(figure: str, exact: float, found: list[dict[str, float]]) -> list[float]:
    """Values whose mean is exact for a figure told per call: days weigh by their calls, for wild days wait longer."""
    per = {"wait": "contacts", "service_level_offered": "contacts", "speed_of_answer": "contacts_served"}.get(figure)
    if per is None:
        return [one[figure] for one in found]
    usual = fmean(one[per] for one in found)
    return [exact + (one[figure] - exact) * one[per] / usual for one in found]


def test_hourly_staffing_of_a_bank():
    """Q18: the fewest agents so that at most half of the callers wait, hour by hour (Miller 2014, chapter 6)."""
    calls = [6.75, 1.75, 1.25, 0, 0.5, 0.25, 4.75, 39.5, 97.25, 107.5, 124, 110.25]
    calls += [95.5, 203.5, 115.75, 115.5, 67.75, 75, 88.75, 85.5, 68, 61.5, 57.5, 44.25]
    needed = [agents_needed(rate, 1 / 15, Target(p_wait=0.5)).on_floor for rate in calls]
    assert needed == [1, 1, 1, 0, 1, 1, 1, 4, 8, 9, 10, 9, 8, 16, 10, 10, 6, 7, 8, 8, 6, 6, 5, 4]


def test_staffing_of_a_desk():
    """Q03: fourteen on the floor and twenty on the payroll (pyworkforce 0.2.1, worked example)."""
    target = Target(service_level=0.8, within=20 / 3600, occupancy=0.85)
    found = agents_needed(200, 0.05, target, shrinkage=0.3)
    assert (found.on_floor, found.scheduled) == (14, 20)
