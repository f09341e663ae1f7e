"""Plans as they are named at the prompt, loaded and fit to stand side by side; they are not run here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sim.cli.voice import Voice
from sim.errors import Fault, ScenarioError, short

if TYPE_CHECKING:
    from sim.scenario.check import Doubt
    from sim.scenario.load import Tree
    from sim.scenario.scenario import Scenario

LINE = 110
"""Characters of a warning."""


@dataclass(frozen=True)
class Chosen:
    """One plan that was named."""

    source: str
    """How it was named: a file or a shipped name."""
    scenario: Scenario
    """What it assumes."""
    tree: Tree
    """Where each value comes from."""

    @property
    def name(self) -> str:
        """The plan's own name."""
        return self.scenario.name


def choose(names: Sequence[str], sets: Sequence[str], overlays: Sequence[str], voice: Voice) -> list[Chosen]:
    """Load plans, all faults of all of them at once, and make them comparable.

    Plans of different horizons are cut to the shortest, with a warning. Raises ScenarioError, or UsageError for two
    plans of one name.
    """
    chosen = _loaded(names, sets, overlays)
    seen: dict[str, str] = {}
    for plan in chosen:
        if seen.get(plan.name) == plan.source:
            raise click.UsageError(f"'{plan.source}' is named twice; a plan compared with itself tells nothing")
        if plan.name in seen:
            raise click.UsageError(
                f"'{seen[plan.name]}' and '{plan.source}' have the same name '{plan.name}'; give one another 'name'"
            )
        seen[plan.name] = plan.source
    horizons = [plan.scenario.clock.horizon for plan in chosen]
    if len(set(horizons)) > 1:
        chosen = _cut(chosen, min(horizons), sets, overlays, voice)
    return chosen


def _loaded(names: Sequence[str], sets: Sequence[str], overlays: Sequence[str]) -> list[Chosen]:
    from sim.scenario.load import load_tree, scenario_of

    chosen: list[Chosen] = []
    faults: list[Fault] = []
    for name in names:
        try:
            tree = load_tree(name, overlays=overlays, sets=sets)
            chosen.append(Chosen(name, scenario_of(tree), tree))
        except ScenarioError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise ScenarioError(faults)
    return chosen


def _cut(
    chosen: Sequence[Chosen], horizon: float, sets: Sequence[str], overlays: Sequence[str], voice: Voice
) -> list[Chosen]:
    """The same plans over the shortest horizon: beyond it there is nothing to compare with."""
    from sim.engine.units import show

    shared = set.intersection(*(set(plan.scenario.clock.horizons()) for plan in chosen))
    told = ", ".join(show(at, "duration") for at in sorted(shared - {horizon}))
    cut = [f"clock.horizon={show(horizon, 'duration')}", f"clock.report_at=[{told}]", "expect=[]"]
    voice.warn(
        "the plans differ in horizon ("
        + ", ".join(f"{plan.name}: {show(plan.scenario.clock.horizon, 'duration')}" for plan in chosen)
        + f"); they are compared at {show(horizon, 'duration')}"
    )
    return _loaded([plan.source for plan in chosen], [*sets, *cut], overlays)


def tell_doubts(chosen: Sequence[Chosen], voice: Voice, *, refuse: bool = True) -> dict[str, list[Doubt]]:
    """Say in short what is probably not meant about the plans; raises ScenarioError for what must not be run."""
    from sim.scenario.check import check

    found = {plan.name: check(plan.scenario) for plan in chosen}
    refused = [
        Fault(doubt.sentence, file=plan.source, key=doubt.key)
        for plan in chosen
        for doubt in found[plan.name]
        if doubt.severity == "refused"
    ]
    if not voice.quiet:
        for line in _in_short(chosen, found):
            voice.warn(line)
    if refused and refuse:
        raise ScenarioError(refused)
    return found


def _in_short(chosen: Sequence[Chosen], found: Mapping[str, list[Doubt]]) -> list[str]:
    """One line for each thing that is doubtful, whatever number of plans it holds for; `sim check` tells all of it."""
    from sim.scenario.check import loads

    about: dict[str, list[str]] = {}
    for plan in chosen:
        shares = {f"teams.{team}.headcount": load.share for team, load in loads(plan.scenario).items()}
        for doubt in found[plan.name]:
            if doubt.severity != "warning":
                continue
            share = shares.get(doubt.key, 0.0)
            full = 1.0 <= share < float("inf")
            what = "more work than they can do" if full else doubt.sentence
            about.setdefault(f"{doubt.key}: {what}" if doubt.key else what, []).append(
                f"{plan.name} {share * 100:.0f} %" if full else plan.name
            )
    return [short(f"{what} ({', '.join(plans)})", LINE) for what, plans in about.items()]
