"""The scenario language as a strict JSON Schema of one file, so that editors complete keys and check units.

A file may be a plan, an overlay or a whole scenario, so nothing is required in it; what must be there in the end is
checked when the files are put together. It does not read files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.engine import units
from sim.engine.quantities import PATTERNS
from sim.scenario.expected import Schema, language

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_NUMBER = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_CHANGE: Schema = {
    "type": "string",
    "pattern": rf"^\s*(\*\s*{_NUMBER}\s*%?|[+-]\s*{_NUMBER}\s*%?)\s*$",
    "description": "changes the parent's value and keeps its unit: '+2', '-1', '*1.5', '-10%'",
    "examples": ["+2", "*1.5", "-10%"],
}
_LESS: Schema = {"type": "number", "exclusiveMaximum": 0, "description": "takes this much off the parent's value"}
_EXTENDS: Schema = {
    "description": "File or files that this one changes, relative to its folder or among the shipped scenarios; "
    "they are laid over one another from left to right, and this file on top.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    ],
    "examples": ["baseline.yaml", ["baseline.yaml", "overlays/calm.yaml"]],
}
_SAID_OUTSIDE = ("title", "description", "examples", "default")
_DIMENSION = {pattern: dimension for dimension, pattern in PATTERNS.items()}


def file_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a scenario file."""
    whole = language()
    names = _short_names(whole["$defs"])
    definitions = {names[key]: _loosened(schema, names, key != "Origin") for key, schema in whole["$defs"].items()}
    definitions |= {"Change": _CHANGE, "Less": _LESS}
    body = _loosened({key: value for key, value in whole.items() if key != "$defs"}, names, True)
    body["properties"] = {"extends": _EXTENDS} | body["properties"]
    head = {
        "$schema": DIALECT,
        "title": "Scenario file",
        "description": "A scenario, a plan that extends one, or an overlay.",
    }
    return (
        head
        | {key: value for key, value in body.items() if key not in head}
        | {"$defs": dict(sorted(definitions.items()))}
    )


def _short_names(definitions: Schema) -> dict[str, str]:
    """Readable names of the definitions: the title where it is free, which for a law names its quantity."""
    taken: set[str] = set()
    names: dict[str, str] = {}
    for key, schema in definitions.items():
        title = str(schema.get("title", key)).split("[")[0]
        prefix = _quantity_of(schema) if "__" in key else ""
        name = title if title.startswith(prefix) else f"{prefix}{title}"
        while name in taken:
            name += "_"
        taken.add(name)
        names[key] = name
    return names


def _quantity_of(law: Schema) -> str:
    """The quantity that a law is about, for its name: Duration, Money, MoneyRate or Number."""
    for schema in _strings(law):
        return _DIMENSION[schema["pattern"]].title().replace("_", "")
    return "Number"


def _strings(schema: Any) -> Iterator[Schema]:
    if isinstance(schema, dict) and schema.get("pattern") in _DIMENSION:
        yield schema
    for below in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _strings(below)


def _loosened(schema: Schema, names: dict[str, str], changeable: bool) -> Schema:
    """The schema with nothing required, and with changes allowed where a number stands that a parent could give."""
    new: Schema = {}
    for word, value in schema.items():
        if word in ("required", "discriminator", "title"):
            continue
        if word == "$ref":
            new["$ref"] = f"#/$defs/{names[value.rsplit('/', 1)[1]]}"
        elif word in ("properties", "patternProperties"):
            inside = {key: _loosened(below, names, changeable) for key, below in value.items()}
            new[word] = {
                key: _or_null(below) if word == "patternProperties" or "$ref" in below else below
                for key, below in inside.items()
            }
        elif word == "additionalProperties" and isinstance(value, dict):
            new[word] = _or_null(_loosened(value, names, changeable))
        elif word == "items":
            new[word] = _loosened(value, names, False)
        elif word in ("anyOf", "oneOf"):
            new["anyOf"] = [*new.get("anyOf", ()), *(_loosened(choice, names, False) for choice in value)]
        elif word == "description":
            new[word] = " ".join(value.split())
        else:
            new[word] = value
    if "patternProperties" in new:
        new.setdefault("additionalProperties", False)
    if new.get("type") == "array":
        for word in ("min", "max"):
            if f"{word}Length" in new:
                new[f"{word}Items"] = new.pop(f"{word}Length")
    _default_as_written(new)
    return _with_changes(new) if changeable else new


def _or_null(schema: Schema) -> Schema:
    """A thing by name, or a group, may be left out that the parent has."""
    if schema.get("type") == "null":
        return schema
    outside = {word: schema[word] for word in _SAID_OUTSIDE if word in schema and "$ref" in schema}
    inside = {word: value for word, value in schema.items() if word not in outside}
    return outside | {"anyOf": [*(inside["anyOf"] if set(inside) == {"anyOf"} else [inside]), {"type": "null"}]}


def _with_changes(schema: Schema) -> Schema:
    """Allow a change beside the number or quantity that stands here."""
    choices = schema.get("anyOf", [schema])
    numbers = [choice for choice in choices if choice.get("type") in ("number", "integer")]
    texts = [choice for choice in choices if choice.get("pattern") in _DIMENSION]
    if not numbers and not texts:
        return schema
    signed = any(choice.get("minimum", choice.get("exclusiveMinimum", -1)) < 0 for choice in numbers)
    outside = {word: schema[word] for word in _SAID_OUTSIDE if word in schema}
    inside = [{word: value for word, value in choice.items() if word not in outside} for choice in choices]
    changes = [{"$ref": "#/$defs/Change"}] + ([] if signed else [{"$ref": "#/$defs/Less"}])
    return outside | {"anyOf": inside + changes}


def _default_as_written(schema: Schema) -> None:
    """Show defaults as a user would write them; groups of defaults are told key by key anyway."""
    default = schema.get("default")
    if default is None or isinstance(default, (dict, list)):
        schema.pop("default", None)
    elif isinstance(default, float):
        patterns = [choice.get("pattern") for choice in (schema, *schema.get("anyOf", ()))]
        if dimensions := [_DIMENSION[pattern] for pattern in patterns if pattern in _DIMENSION]:
            schema["default"] = units.show(default, dimensions[0])  # type: ignore[arg-type]
