"""What may stand at a key path of a scenario: which keys, whether a number; read off the plans, never stated twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

from sim.scenario.marked import Node, Path

TAGS = ("dist", "rule", "decay", "mode", "law")
"""Keys whose word says which of several kinds of group it is."""

Schema = dict[str, Any]
Standing = Literal["change", "signed", "other"]


@cache
def language() -> Schema:
    """JSON Schema of a whole scenario, as the plans state it."""
    from sim.scenario.scenario import Scenario

    return Scenario.model_json_schema()


@cache
def _quantities() -> frozenset[str]:
    """Patterns by which the language tells a quantity from other text."""
    from sim.engine.quantities import PATTERNS

    return frozenset(PATTERNS.values())


def keys_at(root: Node, path: Path) -> list[str]:
    """Keys that the plans allow in the group at `path`; none where the user chooses the names or no group may stand."""
    return list(dict.fromkeys(key for schema in schemas_at(root, path) for key in schema.get("properties", ())))


def named_at(root: Node, path: Path) -> bool:
    """Whether the group at `path` holds groups by names that the user chooses (teams, stages, channels)."""
    for schema in schemas_at(root, path):
        entries = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
        for entry in entries:
            if isinstance(entry, dict) and any("properties" in kind for kind in _alternatives(entry, None)):
                return True
    return False


def standing(root: Node, path: Path) -> Standing:
    """What a signed number at `path` means: a change of the parent's value, itself, or nothing in particular.

    "change": a number or quantity that is never negative stands here, so a sign can only mean a change;
    "signed": the number may itself be negative, so the sign belongs to it; "other": no number stands here.
    """
    if path[:1] == ("sources",):
        return "other"
    found: Standing = "other"
    for schema in schemas_at(root, path):
        if schema.get("type") in ("number", "integer"):
            lowest = schema.get("minimum", schema.get("exclusiveMinimum"))
            if lowest is None or lowest < 0:
                return "signed"
            found = "change"
        elif schema.get("pattern") in _quantities():
            found = "change"
    return found


def schemas_at(root: Node, path: Path) -> list[Schema]:
    """The alternatives that the plans allow at `path`; where a group says its kind, only those of that kind."""
    node: Node | None = root
    schemas = list(_alternatives(language(), node))
    for key in path:
        node = node.child(key) if node is not None else None
        schemas = [found for schema in schemas for below in _below(schema, key) for found in _alternatives(below, node)]
    return schemas


def _below(schema: Schema, key: str | int) -> Iterator[Schema]:
    if isinstance(key, int):
        if isinstance(schema.get("items"), dict):
            yield schema["items"]
        return
    if key in schema.get("properties", ()):
        yield schema["properties"][key]
        return
    for pattern, below in schema.get("patternProperties", {}).items():
        if re.search(pattern, key):
            yield below
    if isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]


def _alternatives(schema: Schema, node: Node | None) -> Iterator[Schema]:
    """The schema with references and choices resolved."""
    if "$ref" in schema:
        yield from _alternatives(language()["$defs"][schema["$ref"].rsplit("/", 1)[1]], node)
        return
    choices = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if not choices:
        if _of_kind(schema, node):
            yield schema
        return
    for choice in choices:
        yield from _alternatives(choice, node)


def _of_kind(schema: Schema, node: Node | None) -> bool:
    """Whether a group's own tag, if it has one, is that of this schema."""
    for tag in TAGS:
        word = schema.get("properties", {}).get(tag, {}).get("const")
        given = node.child(tag) if node is not None else None
        if word is not None and given is not None and isinstance(given.value, str) and given.value != word:
            return False
    return True
