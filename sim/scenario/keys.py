"""Every key of the scenario language with type, range, default and meaning, read off the plans; it knows no values.

A name that the user chooses (a team, a stage), or a place in a list, stands as '*' in a path: `teams.*.headcount`.
"""

from __future__ import annotations

import datetime
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.engine.quantities import Clock, Measure, Whole
from sim.scenario.scenario import Scenario

_UNITS = {
    "duration": ("time", "'8 min', '3 d', '24 mo'"),
    "rate": ("number per time", "'30 /d', '2 per week'"),
    "share": ("share", "0.35, '35 %'"),
    "money": ("money", "'300 EUR'"),
    "money_rate": ("money per time", "'5200 EUR/mo'"),
    "hazard": ("share per time", "'35 %/yr', '0.03 /mo'"),
    "number": ("number", "1.5"),
}


@dataclass(frozen=True)
class Key:
    """One key of the scenario language."""

    path: str
    """Dotted path, '*' for names that the user chooses."""
    kind: str
    """What is written there: 'time', 'share', 'whole number', 'group', 'list of ...', 'one of: ...'."""
    example: str
    """How a value is written; empty where the kind says all."""
    limits: str
    """Allowed range in words; empty where the kind says all."""
    default: str
    """What holds when the key is left out; 'required' when it may not be."""
    about: str
    """What it means."""
    only: str = ""
    """The variant it belongs to, such as 'decay: power'."""


@dataclass
class _Type:
    """An annotation taken apart."""

    core: Any
    notes: list[Any] = field(default_factory=list)
    optional: bool = False


_EXTENDS = Key(
    "extends", "text or list of text", "baseline.yaml", "", "nothing",
    "File or files, relative to this one, whose keys hold where this file does not say otherwise, left to right.",
)  # fmt: skip


def keys() -> list[Key]:
    """All keys in the order of the plans, then those of laws under `law`."""
    found = [_EXTENDS, *_of_model(Scenario, "")]
    laws = [_take_apart(annotation) for annotation in _laws(Scenario, set())]
    first = {_tag(member)[1]: member for law in laws for member in _members(law)}
    for word, member in first.items():
        # The bare law, whose quantity is whatever the key asks for.
        bare = member.__pydantic_generic_metadata__["origin"] or member
        found.extend(_of_model(bare, f"law.{word}", only=f"dist: {word}"))
    return found


def _of_model(model: type[BaseModel], prefix: str, only: str = "") -> Iterator[Key]:
    tag, word = _tag(model)
    for name, info in model.model_fields.items():
        written = info.alias or name
        path = f"{prefix}.{written}" if prefix else written
        parts = _take_apart(info.annotation, list(info.metadata))
        if name == tag:
            yield Key(path, f"the word {word}", "", "", "required", _first_paragraph(model), only)
            continue
        yield Key(path, *_described(parts), _default(info, parts), _about(info, parts), only)
        yield from _below(parts, path, only)


def _below(parts: _Type, path: str, only: str) -> Iterator[Key]:
    """Keys inside a value: of a group, of each named group, of each variant."""
    if _is_model(parts.core):
        yield from _of_model(parts.core, path, only)
    elif get_origin(parts.core) in (dict, list):
        yield from _below(_take_apart(get_args(parts.core)[-1]), f"{path}.*", only)
    elif (members := _members(parts)) and not _is_law(parts):
        for member in members:
            yield from _variant(member, path)


def _variant(member: type[BaseModel], path: str) -> Iterator[Key]:
    """Keys of one variant, its tag explained by what the variant is."""
    tag, word = _tag(member)
    yield from _of_model(member, path, f"{tag}: {word}")


def _described(parts: _Type) -> tuple[str, str, str]:
    """Kind, example and limits of a value."""
    for note in parts.notes:
        if isinstance(note, Measure):
            kind, example = _UNITS[note.dimension]
            return kind, example, _limits(parts.notes, note)
        if isinstance(note, Whole):
            return "whole number", "", f"{note.low} to {note.high}"
        if isinstance(note, Clock):
            return ("time of day", "'12:30'", "") if note.kind == "time" else ("window of the day", "'09:00-17:00'", "")
    core = parts.core
    if _is_moment(parts):
        return "date or time", "'2026-03-01', '2 mo'", ""
    if isinstance(core, TypeVar):
        return "the quantity that the key asks for", "", ""
    if _is_law(parts):
        return _law_kind(parts)
    if members := _members(parts):
        return "one of: " + ", ".join("{}: {}".format(*_tag(member)) for member in members), "", ""
    if get_origin(core) is Literal:
        return "one of: " + ", ".join(str(word) for word in get_args(core)), "", ""
    if get_origin(core) in (list, tuple):
        return _list_kind(parts)
    if get_origin(core) is dict and get_args(core)[1] is Any:
        return "settings by key path", "{teams.agents.headcount: 12}", _limits(parts.notes)
    if get_origin(core) is dict:
        return f"{_each(_take_apart(get_args(core)[1]))} by name", "", _limits(parts.notes)
    if _is_model(core):
        return "group", "", ""
    if get_origin(core) in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_described(_Type(arg))[0] for arg in get_args(core))), "", ""
    plain = {bool: "true or false", int: "whole number", float: "number", str: "text"}
    return plain.get(core, getattr(core, "__name__", "value")), "", _limits(parts.notes)


def _law_kind(parts: _Type) -> tuple[str, str, str]:
    """What a law draws, read off the field that carries its mean or, of laws within limits, its value."""
    fields = [m.model_fields[name] for name in ("mean", "value") for m in _members(parts) if name in m.model_fields]
    kind, example, _ = _described(_take_apart(fields[0].annotation, list(fields[0].metadata)))
    value = example.split("', '")[0].split(", '")[-1].strip("'") or "1"
    spread = any("cv" in member.model_fields for member in _members(parts))
    law = f"lognormal, mean: {value}, cv: 0.8" if spread else f"uniform, low: 5 %, high: {value}"
    return f"law of {kind}", f"{value} or {{dist: {law}}}", ""


def _list_kind(parts: _Type) -> tuple[str, str, str]:
    schema = next((note.json_schema for note in parts.notes if getattr(note, "json_schema", None)), None)
    if schema is not None and "patternProperties" in schema:
        return "people on duty from each time of day on", "{mon-fri: {'08:00': 4, '20:00': 0}}", ""
    if schema is not None:
        return "opening hours", "{mon-fri: '09:00-17:00'}, 'always'", ""
    inner = _take_apart(get_args(parts.core)[0])
    example = _described(inner)[1]
    return f"list of {_each(inner)}", f"[{example}]" if example else "", _limits(parts.notes)


def _each(inner: _Type) -> str:
    """What the entries of a list, or of a group by name, are."""
    if _is_model(inner.core):
        return "groups"
    if (members := _members(inner)) and not _is_law(inner):
        tag = _tag(members[0])[0]
        return f"groups ({tag}: {', '.join(_tag(member)[1] for member in members)})"
    return _described(inner)[0]


def _limits(notes: Sequence[Any], measure: Measure | None = None) -> str:
    """Range in words, from annotations of any library that carry ge, gt, le, lt or lengths."""

    def shown(value: Any) -> str:
        if measure and measure.dimension != "share" and value:
            return measure.show(value)
        return f"{value:,}" if isinstance(value, int) else f"{value:g}"

    lengths = [getattr(note, word, None) for word in ("min_length", "max_length") for note in notes]
    if len(set(filter(None, lengths))) == 1 and len([v for v in lengths if v]) == 2:
        return f"exactly {max(filter(None, lengths))} of them"
    said = []
    for word, phrase in (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below")):
        said += [f"{phrase} {shown(v)}" for note in notes if (v := getattr(note, word, None)) is not None]
    for word, phrase in (("min_length", "length at least {}"), ("max_length", "length at most {:,}")):
        said += [phrase.format(v) for note in notes if (v := getattr(note, word, None))]
    if measure and not said:
        for limit, phrase in ((measure.low, "at least"), (measure.above, "above"), (measure.high, "at most")):
            said += [f"{phrase} {shown(limit)}"] if limit is not None else []
    if measure and measure.dimension == "share" and not any(word.startswith("at most") for word in said):
        said = [*said, "at most 1"] if said else ["0 to 1"]
    return ", ".join(said)


def _default(info: FieldInfo, parts: _Type) -> str:
    if info.is_required():
        return "required"
    value: Any = info.get_default(call_default_factory=True)
    if value is None:
        return "left out"
    if isinstance(value, BaseModel):
        return _default_group(value)
    if isinstance(value, (list, dict)) and not value:
        return "none"
    for note in parts.notes:
        if isinstance(note, Measure):
            return note.show(value)
    if isinstance(value, float):
        return Measure("duration" if _is_moment(parts) else "number").show(value)
    if get_origin(parts.core) is tuple:
        return "always"
    return str(value).lower() if isinstance(value, bool) else str(value) or "empty"


def _default_group(value: BaseModel) -> str:
    if "dist" in type(value).model_fields:
        return "0" if getattr(value, "value", None) == 0 else str(getattr(value, "value", ""))
    tag, word = _tag(type(value))
    return f"{tag}: {word}" if word else "the defaults of its keys"


def _about(info: FieldInfo, parts: _Type) -> str:
    words = info.description
    if not words and _is_model(parts.core):
        return _first_paragraph(parts.core)
    return " ".join((words or "").split())


def _first_paragraph(model: type[BaseModel]) -> str:
    """What a group is, without the details that follow."""
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def _take_apart(annotation: Any, notes: list[Any] | None = None) -> _Type:
    """Look through Annotated and '| None' at what is meant."""
    parts = _Type(annotation, list(notes or []))
    while True:
        origin = get_origin(parts.core)
        if origin is Annotated:
            core, *more = get_args(parts.core)
            parts.core, parts.notes = core, parts.notes + _flat(more)
        elif origin in (Union, types.UnionType) and type(None) in get_args(parts.core):
            rest = tuple(a for a in get_args(parts.core) if a is not type(None))
            parts.core, parts.optional = Union[rest], True  # noqa: UP007 - built from a tuple
        else:
            return parts


def _flat(notes: Sequence[Any]) -> list[Any]:
    return [m for note in notes for m in ([*note.metadata, note] if isinstance(note, FieldInfo) else [note])]


def _is_model(core: Any) -> bool:
    return isinstance(core, type) and issubclass(core, BaseModel)


def _members(parts: _Type) -> list[type[BaseModel]]:
    """Variants of a tagged union, none if it is something else."""
    if get_origin(parts.core) not in (Union, types.UnionType):
        return []
    members = [_take_apart(arg).core for arg in get_args(parts.core)]
    return [m for m in members if _is_model(m)] if all(_is_model(m) for m in members) else []


def _tag(model: type[BaseModel]) -> tuple[str, str]:
    """Name and word of the field that tells a variant from its siblings."""
    for name, info in model.model_fields.items():
        if get_origin(info.annotation) is Literal and len(get_args(info.annotation)) == 1:
            return name, str(get_args(info.annotation)[0])
    return "", ""


def _is_moment(parts: _Type) -> bool:
    """Whether a date may stand here as well as a time."""
    choices = get_args(parts.core) if get_origin(parts.core) in (Union, types.UnionType) else ()
    return any(_take_apart(arg).core is datetime.date for arg in choices)


def _is_law(parts: _Type) -> bool:
    return any("dist" in member.model_fields for member in _members(parts))


def _laws(model: type[BaseModel], seen: set[type]) -> Iterator[Any]:
    """Annotations of every law in the plans."""
    if model in seen:
        return
    seen.add(model)
    for info in model.model_fields.values():
        parts = _take_apart(info.annotation, list(info.metadata))
        if _is_law(parts):
            yield info.annotation
        if get_origin(parts.core) in (dict, list):
            parts = _take_apart(get_args(parts.core)[-1])
        inner: list[type[BaseModel]] = [parts.core] if _is_model(parts.core) else _members(parts)
        for member in inner:
            if "dist" not in member.model_fields:
                yield from _laws(member, seen)
