"""How a simulation is held against an exact figure: by interval, and the interval must be narrow enough to matter.

Two demands. The exact figure lies in the interval of the replications that holds, for all figures of this folder
together, with 99.9 % (Student's t, Bonferroni): a right program fails in one of a thousand choices of seeds, and the
seed is 1 everywhere. And half the width of the plain 99 % interval is at most the tolerance stated with the figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim.experiments.replicate import replicate
from sim.experiments.statistics import t_interval
from sim.model.company import simulate
from sim.model.journal import Run
from sim.scenario.load import load
from sim.scenario.scenario import Scenario

FAMILY = 400
"""At least the number of figures tested in this folder."""
SEED = 1
RICH = str(Path(__file__).parent / "rich.yaml")
"""A small company with everything that customers can do: a scenario by its path."""
ROUNDING = 1e-9


@cache
def table(name: str) -> dict[str, Any]:
    """The cases of one file of this folder, by name."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    cases: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return cases


def loaded(text: str, folder: Path, *sets: str) -> Scenario:
    """The scenario of a text, by way of a file, as a user would load it."""
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, sets=sets)


def kpis(scenario: Scenario, futures: int) -> list[dict[str, dict[str, float]]]:
    """KPIs of each replication by horizon, as `sim run` would find them."""
    return [outcome.kpis for outcome in replicate({"case": scenario}, futures, SEED, jobs=1)]


@cache
def shipped_run(name: str, *sets: str) -> Run:
    """One future of a scenario by its name or path."""
    return simulate(load(name, sets=sets), 0, SEED)


def leavings(name: str, *settings: str) -> tuple[str, ...]:
    """The same settings for every way of leaving that a scenario has: that of all, and those of segments."""
    customers = load(name).customers
    assert customers is not None
    own = [f"segments.{each}." for each, segment in customers.segments.items() if segment.leaving]
    return tuple(f"customers.{part}leaving.{setting}" for part in ("", *own) for setting in settings)


def runs(scenario: Scenario, futures: int) -> list[Run]:
    """The facts of each replication."""
    return [simulate(scenario, number, SEED) for number in range(futures)]


def allowed(tolerance: str, exact: float) -> float:
    """A tolerance written '3 %' (of the exact value) or '0.01 abs' as a number."""
    number, unit = tolerance.split()
    return float(number) if unit == "abs" else float(number) / 100 * abs(exact)


def misses(figure: str, values: Sequence[float], exact: float, tolerance: str) -> list[str]:
    """What is wrong with these simulated values of a figure, in sentences; empty if nothing is."""
    sure = t_interval(values, 0.999, FAMILY)
    near = t_interval(values, 0.99).half_width
    told = f"{figure}: exact {exact:.6g}, simulated {sure.mean:.6g} +/- {near:.2g} (99 %), {sure.half_width:.2g} (all)"
    slack = ROUNDING * abs(exact)
    wrong = []
    if not sure.low - slack <= exact <= sure.high + slack:
        wrong.append(f"{told}: outside")
    if not near <= allowed(tolerance, exact):
        wrong.append(f"{told}: not within {tolerance}")
    return wrong


def misses_variance(figure: str, values: Sequence[float], mean: float, variance: float) -> list[str]:
    """The same for the variance of nearly normal counts around a mean that is known: a chi-square interval."""
    from scipy.special import chdtr

    total = sum((value - mean) ** 2 for value in values) / variance
    below = float(chdtr(len(values), total))
    if min(below, 1 - below) * 2 < 0.001 / FAMILY:
        return [f"variance of {figure}: exact {variance:.6g}, simulated {total / len(values) * variance:.6g}: outside"]
    return []


def misses_published(figure: str, values: Sequence[float], mean: float, deviation: float, n: int) -> list[str]:
    """The same against a mean of n published runs with this standard deviation: Welch's interval of the difference."""
    from scipy.special import stdtrit

    own = t_interval(values)
    spreads = own.deviation**2 / own.n, deviation**2 / n
    error = math.sqrt(sum(spreads))
    freedom = error**4 / max(spreads[0] ** 2 / (own.n - 1) + spreads[1] ** 2 / (n - 1), 1e-300)
    bound = float(stdtrit(freedom, 1 - 0.001 / FAMILY / 2)) * error if error > 0 else 0.0
    if abs(own.mean - mean) <= bound + ROUNDING:
        return []
    return [f"{figure}: published {mean:g}, simulated {own.mean:.6g}, further apart than {bound:.3g}"]
