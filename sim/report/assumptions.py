"""What was put in: every value that differs between the plans, and the register of values with source and grade.

It reads the resolved scenario texts of a study and judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sim.report.reading import Reading

_NO_INPUT = {"name", "description", "run", "sources", "expect"}
"""Parts of a scenario that cannot change a result."""
MISSING = "(not set)"


@dataclass(frozen=True)
class Difference:
    """One setting that is not the same in all plans."""

    key: str
    values: tuple[str, ...]
    """As written, one for each plan of the study in its order."""


@dataclass(frozen=True)
class Assumption:
    """One entry of the register."""

    key: str
    values: tuple[str, ...]
    """As written: one if all plans agree, else one for each plan."""
    source: str
    grade: str
    range: str
    """Plausible range, as written, or empty."""


def differences(reading: Reading) -> list[Difference]:
    """Every setting that differs between the plans, in the order in which the scenarios write them."""
    trees = [_values(reading.study.texts[plan]) for plan in reading.plans]
    keys = dict.fromkeys(key for tree in trees for key in tree if key.partition(".")[0] not in _NO_INPUT)
    rows = [Difference(key, tuple(_written(tree, key) for tree in trees)) for key in keys]
    return [row for row in rows if len(set(row.values)) > 1]


def register(reading: Reading) -> list[Assumption]:
    """Every value that some plan names a source for, in the order of the keys; the first plan's source counts."""
    trees = [_values(reading.study.texts[plan]) for plan in reading.plans]
    rows: dict[str, Assumption] = {}
    for plan in reading.plans:
        for key, origin in reading.scenarios[plan].sources.items():
            if key in rows:
                continue
            values = tuple(_written(tree, key) for tree in trees)
            ends = [str(end) for end in (origin.low, origin.high) if end is not None]
            span = " to ".join(ends) if len(ends) == 2 else ends[0] if ends else ""
            values = values[:1] if len(set(values)) == 1 else values
            rows[key] = Assumption(key, values, origin.source, origin.grade, span)
    return list(rows.values())


@cache
def _values(text: str) -> dict[str, object]:
    """Every single value of a resolved scenario by its key path."""
    from sim.scenario.load import Tree
    from sim.scenario.yamltree import decode, read

    root, _ = read(decode(text.encode("utf-8"), "scenario"))
    return Tree(root).values()


def _written(tree: dict[str, object], key: str) -> str:
    """A value as the scenario writes it; a group (a law, a list) with all its parts on one line."""
    if key in tree:
        return _text(tree[key])
    below = {path.removeprefix(f"{key}."): value for path, value in tree.items() if path.startswith(f"{key}.")}
    return ", ".join(f"{path} {_text(value)}" for path, value in below.items()) or MISSING


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(part)}" for key, part in value.items()) or "none"
    if isinstance(value, list):
        return ("; " if any(isinstance(part, dict) for part in value) else ", ").join(_text(part) for part in value)
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value is None else str(value)
