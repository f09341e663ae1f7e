"""Files, overlays and typed settings in, one Scenario out, or every fault with its place; it runs nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.errors import Fault, ScenarioError, found, nearest
from sim.scenario.files import Reading, shipped_folder, shipped_names
from sim.scenario.marked import Mark, Node, Path, dotted
from sim.scenario.merge import laid
from sim.scenario.typed import Typed

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

__all__ = ["Tree", "load", "load_tree", "shipped_folder", "shipped_names"]

MOST_FAULTS = 20
"""Faults told at once; more would hide the first ones, which often cause the rest."""

_AMOUNT = re.compile(r"\s*(?:([A-Z]{3})\s*[-+.0-9].*|[-+.0-9eE]+\s*([A-Z]{3})\b.*)")


@dataclass(frozen=True)
class Tree:
    """A scenario as it is written: the values of all its files in one tree, each with the place it came from."""

    root: Node
    """The values; relative ones are resolved."""

    def raw(self) -> dict[str, object]:
        """The bare values."""
        values = self.root.raw()
        assert isinstance(values, dict)
        return values

    def mark(self, path: Path) -> Mark:
        """File, line and column of a key path, such as ("teams", "agents", "headcount")."""
        return self.root.place(path)

    def values(self) -> dict[str, object]:
        """Every single value by its dotted key path; lists count as one value."""
        return {dotted(path): node.raw() for path, node in self.root.walk() if _is_leaf(path, node)}

    def to_yaml(self) -> str:
        """The scenario as one YAML text without `extends`; loading it gives a scenario of the same identity."""
        return self.root.to_yaml()


def load(
    name: str | os.PathLike[str], *, overlays: Iterable[str | os.PathLike[str]] = (), sets: Iterable[str] = ()
) -> Scenario:
    """Return the scenario of a file, or of a shipped one by its name, with files and typed settings laid over it.

    Raises ScenarioError with all faults (at most 20), sorted by file and line.
    """
    return scenario_of(load_tree(name, overlays=overlays, sets=sets))


def load_tree(
    name: str | os.PathLike[str], *, overlays: Iterable[str | os.PathLike[str]] = (), sets: Iterable[str] = ()
) -> Tree:
    """Return the values that `load` would make a scenario of; raises ScenarioError exactly when `load` would."""
    reading = Reading()
    for file in (name, *overlays):
        reading.add(os.fspath(file))
    faults = list(reading.faults)
    root: Node | None = None
    for layer in reading.layers:
        root, found_here = laid(root, layer)
        faults += found_here
    if root is None:
        raise ScenarioError(_told(faults))
    root = replace(root, mark=reading.main or root.mark)
    root, found_here = _with_typed(root, sets)
    tree = Tree(_in_order(root))
    _raise_all(tree, faults + found_here, torn=reading.torn)
    return tree


def scenario_of(tree: Tree) -> Scenario:
    """Return the scenario of a tree; raises ScenarioError."""
    scenario, faults = _checked(tree)
    if scenario is None or faults:
        raise ScenarioError(_told(faults))
    return scenario


def variants(tree: Tree) -> dict[str, Scenario]:
    """Return the scenario with the settings of each figure that is expected `with` some, by how these are told.

    Raises ScenarioError for settings that make no scenario.
    """
    from sim.scenario.variants import asked, spelled, varied

    made: dict[str, Scenario] = {}
    for place, settings in asked(tree.root):
        values = settings.raw()
        assert isinstance(values, dict)
        if (name := spelled(values)) in made:
            continue
        root, faults = varied(tree.root, settings, place)
        scenario, more = (None, []) if faults else _checked(Tree(_in_order(root)))
        if scenario is None or faults + more:
            raise ScenarioError([replace(one, help=one.help or f"in {dotted(place)}") for one in faults + more])
        made[name] = scenario
    return made


def _with_typed(root: Node, sets: Iterable[str]) -> tuple[Node, list[Fault]]:
    faults: list[Fault] = []
    for text in sets:
        setting = Typed(text)
        faults += setting.missing_from(root) if setting.layer is not None else setting.faults
        if setting.layer is not None and not setting.faults:
            root, found_here = laid(root, setting.layer)
            faults += found_here
    return root, faults


def _in_order(root: Node) -> Node:
    """The tree with its groups in the order of the plans, so that equal scenarios are written alike."""
    from sim.scenario.scenario import Scenario

    assert isinstance(root.value, dict)
    known = [key for key in Scenario.model_fields if key in root.value]
    order = known + [key for key in root.value if key not in known]
    return replace(root, value={key: root.value[key] for key in order})


def _raise_all(tree: Tree, faults: list[Fault], torn: bool) -> None:
    """Raise what is wrong with the files together with what is wrong with the scenario in them."""
    _, more = _checked(tree)
    if torn:  # A file is missing, so whatever is missing may have been in it.
        more = [fault for fault in more if "missing" not in fault.message and "there is no" not in fault.message]
    if not faults and not more:
        try:
            variants(tree)
        except ScenarioError as error:
            more = list(error.faults)
    if faults or more:
        raise ScenarioError(_told(faults + more))


def _checked(tree: Tree) -> tuple[Scenario | None, list[Fault]]:
    from pydantic import ValidationError

    from sim.scenario.faults import faults_of
    from sim.scenario.scenario import Scenario

    faults = list(_blanks(tree.root))
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(tree.raw())
    except ValidationError as error:
        said = faults_of(error, tree.root)
        keys = {fault.key for fault in said}
        return None, said + [fault for fault in faults if fault.key not in keys]
    faults += _currencies(tree.root, scenario.economics.currency)
    faults += _origins(tree.root, scenario)
    return scenario, faults


def _blanks(root: Node) -> Iterator[Fault]:
    """Optional settings with nothing after them: a slip more often than a wish."""
    for path, node in root.walk():
        if node.blank:
            sentence = "expected a value, found nothing; write null to leave the setting out"
            yield root.place(path).fault(sentence, dotted(path))


def _currencies(root: Node, currency: str) -> Iterator[Fault]:
    """Amounts in another currency than the scenario's, which nobody could add up."""
    from sim.scenario.expected import standing

    for path, node in root.walk():
        amount = _AMOUNT.fullmatch(node.value) if isinstance(node.value, str) and len(node.value) <= 64 else None
        other = (amount[1] or amount[2]) if amount else None
        if other not in (None, currency) and standing(root, path) != "other":
            yield node.mark.fault(f"the amount is in {other}, but economics.currency is {currency}", dotted(path))


def _origins(root: Node, scenario: Scenario) -> Iterator[Fault]:
    """Key paths under `sources` that lead nowhere, so that a source would stand beside no number."""
    for key in scenario.sources:
        where: object = scenario
        for step in re.findall(r"[^.\[\]]+", key) or [""]:
            known = _steps(where)
            if step not in known:
                near = nearest(step, known)
                meant = f"; did you mean '{near}'?" if near else ""
                path = ("sources", key)
                yield root.place(path).fault(f"there is no setting '{key}'{meant}", dotted(path))
                break
            where = known[step]


def _steps(value: object) -> dict[str, object]:
    """What lies one step below a value of a scenario, by the step as it is written in a key path."""
    fields = getattr(type(value), "model_fields", None)
    if fields is not None:
        return {name: getattr(value, name) for name in fields}
    if isinstance(value, dict):
        return {str(key): below for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return {str(index): below for index, below in enumerate(value)}
    return {}


def _is_leaf(path: Path, node: Node) -> bool:
    return not isinstance(node.value, dict) and not any(isinstance(step, int) for step in path)


def _told(faults: list[Fault]) -> list[Fault]:
    """The first faults, by file and line, each once."""
    if not faults:
        return [Fault(f"expected a scenario, {found(None)} is known about it")]
    unique = list(dict.fromkeys(faults))
    unique.sort(key=lambda fault: (fault.file is None, fault.file or "", fault.line or 0, fault.column or 0))
    return unique[:MOST_FAULTS]
