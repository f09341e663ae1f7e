"""The scenario with some settings changed, as what it expects asks for it (`with`); it does not know which figures.

A variant is the tree of the scenario with these settings laid over it, as if they had been typed after `--set`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from sim.errors import Fault
from sim.scenario.marked import Mark, Node, Path, dotted
from sim.scenario.merge import laid
from sim.scenario.relative import change_in
from sim.scenario.typed import unknown_name


def spelled(settings: Mapping[str, object]) -> str:
    """The settings on one line, such as 'teams.reps.headcount=12'; equal settings are told alike, none as ''."""
    return ", ".join(f"{key}={_text(value)}" for key, value in sorted(settings.items()))


def asked(root: Node) -> Iterator[tuple[Path, Node]]:
    """Every group of settings that the expectations of a tree ask for, with its key path."""
    entries = root.child("expect")
    if entries is None or not isinstance(entries.value, list):
        return
    for index, entry in enumerate(entries.value):
        for key in ("with", "minus_with"):
            group = entry.child(key)
            if group is not None and isinstance(group.value, dict) and group.value:
                yield ("expect", index, key), group


def varied(root: Node, settings: Node, place: Path) -> tuple[Node, list[Fault]]:
    """The tree with the settings laid over it, nothing expected and no sources told, and what is wrong with them."""
    assert isinstance(root.value, dict)
    assert isinstance(settings.value, dict)
    below = {key: child for key, child in root.value.items() if key not in ("expect", "sources")}
    tree, faults = replace(root, value=below), []
    for path, value in settings.value.items():
        keys, mark = path.split("."), settings.keys.get(path, value.mark)
        if (sentence := unknown_name(tree, keys)) is not None:
            faults.append(mark.fault(sentence, dotted((*place, path))))
            continue
        tree, found = laid(tree, _nested(keys, _number(value), mark))
        faults += found
    return tree, faults


def _number(value: Node) -> Node:
    """A signed number as a number again, for where its sign is its own; up to now it is text, so that +1 is not 1."""
    change = change_in(value)
    return replace(value, value=float(change.text)) if change is not None and change.plain_number else value


def _nested(keys: list[str], value: Node, mark: Mark) -> Node:
    for key in reversed(keys):
        value = Node({key: value}, mark, keys={key: mark})
    return value


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_text(below)}" for key, below in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return value if isinstance(value, str) else json.dumps(value)
