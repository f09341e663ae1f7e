"""A plan with some settings changed, as if they had been typed after `--set`; it does not know what is asked of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import Fault, ScenarioError

if TYPE_CHECKING:
    from sim.scenario.load import Tree
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Variation:
    """One scenario under a name of its own."""

    scenario: Scenario
    """What is assumed, under the name that it has in a study."""
    text: str
    """The same as YAML."""


def varied(tree: Tree, name: str, settings: Sequence[str]) -> Variation:
    """The scenario of a tree under another name, with settings such as 'teams.agents.headcount=+2' laid over it.

    What the scenario expects of itself is left out, for it holds of the scenario as it is. Raises ScenarioError for
    settings that make no scenario.
    """
    from sim.scenario.load import Tree, scenario_of
    from sim.scenario.merge import laid
    from sim.scenario.typed import Typed

    root = tree.root
    faults: list[Fault] = []
    for text in (f"name={json.dumps(name, ensure_ascii=False)}", "expect=[]", *settings):
        typed = Typed(text)
        faults += typed.missing_from(root) if typed.layer is not None else typed.faults
        if typed.layer is not None and not typed.faults:
            root, found = laid(root, typed.layer)
            faults += found
    if faults:
        raise ScenarioError(faults)
    changed = Tree(root)
    return Variation(scenario_of(changed), changed.to_yaml())


def flow(value: object) -> str:
    """A value as it is typed after `key=`: JSON, which YAML reads."""
    return json.dumps(value, ensure_ascii=False)
