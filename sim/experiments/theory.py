"""Every case of which it is known what must come out, shipped or one's own; how they run is not known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from sim.errors import SimError
from sim.experiments.case import Case
from sim.experiments.formula import one_queue
from sim.experiments.solved_customers import customer_bases
from sim.experiments.solved_queues import queues
from sim.experiments.solved_sales import pipelines
from sim.scenario.load import load_tree, scenario_of, shipped_names, variants

__all__ = ["Case", "case_of", "cases"]


def cases() -> Iterator[Case]:
    """Every case, in the order in which they are told."""
    yield from queues()
    yield from pipelines()
    yield from customer_bases()
    yield from _learn()


def _learn() -> Iterator[Case]:
    """The shipped lessons: single queues by formula, all of them by what they expect."""
    for name in shipped_names():
        if name.startswith("learn/"):
            yield case_of(name, "learn")


def case_of(name: str, group: str) -> Case:
    """The case that a scenario file is: what it expects, and the exact figures if it is a single queue.

    Raises ScenarioError for a file that is no scenario, SimError for one of which nothing is known beforehand.
    """
    tree = load_tree(name)
    scenario = scenario_of(tree)
    try:
        exact = one_queue(scenario)
    except SimError:
        exact = {}
    if not exact and not scenario.expect:
        raise SimError(f"'{name}' states nothing to verify: write it under 'expect' (sim explain expect)")
    source = "Erlang's formulas, chosen by what the scenario has" if exact else "what the scenario expects"
    run = scenario.run
    return Case(PurePath(name).stem, group, source, scenario, exact, run.replications, run.seed, variants(tree))
