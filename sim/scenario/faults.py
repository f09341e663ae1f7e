"""What pydantic finds wrong with a tree, as sentences for people, each with its place; it judges no value itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import ValidationError

from sim.errors import Fault, found, nearest, short, suggestion
from sim.scenario.expected import TAGS, keys_at
from sim.scenario.marked import Mark, Node, Path, dotted

_BOUNDS = {
    "greater_than": ("greater than", "gt"),
    "greater_than_equal": ("greater than or equal to", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("less than or equal to", "le"),
}
_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "model_type": "a group of settings",
    "model_attributes_type": "a group of settings",
    "dict_type": "a group of settings",
    "list_type": "a list",
    "tuple_type": "a list",
}
_LENGTHS = ("too_short", "too_long", "string_too_short", "string_too_long")
_NAMED_FIRST = re.compile(r"'([^']{1,60})'")


def faults_of(error: ValidationError, tree: Node) -> list[Fault]:
    """Faults of a tree that the plans refuse; those below values with a fault of their own are left out."""
    faults: list[Fault] = []
    for problem in error.errors(include_url=False):
        for path, sentence in _sentences(problem, tree):
            if not _under_broken(tree, path):
                at_key = problem["type"] == "extra_forbidden" or problem["loc"][-1:] == ("[key]",)
                faults.append(placed(tree, path, sentence, at_key))
    return faults


def placed(tree: Node, path: Path, sentence: str, at_key: bool = False) -> Fault:
    """The fault at the key or value it is about, with a word on how a computed value came about."""
    node = tree.at(path)
    if node is None or node.blank or at_key:
        mark = tree.place(path)
    elif isinstance(node.value, dict):
        mark = _within(node, sentence) or tree.place(path)
    else:
        mark = node.mark
    fault = mark.fault(sentence, dotted(path))
    if node is not None and node.note:
        fault = replace(fault, help=f"the value is {node.note}")
    return fault


def _within(group: Node, sentence: str) -> Mark | None:
    """Where in a group the sentence points that begins with one of its keys or with part of one of its values."""
    named = _NAMED_FIRST.match(sentence)
    if named is None or "missing" in sentence or not isinstance(group.value, dict):
        return None
    if named[1] in group.value:
        return group.keys.get(named[1])
    entries = [entry for child in group.value.values() for _, entry in child.walk()]
    if inside := [entry.keys[named[1]] for entry in entries if named[1] in entry.keys]:
        return inside[0]
    return next((entry.mark for entry in entries if isinstance(entry.value, str) and named[1] in entry.value), None)


def _under_broken(tree: Node, path: Path) -> bool:
    return any((node := tree.at(path[:depth])) is not None and node.broken for depth in range(len(path) + 1))


def _sentences(problem: Mapping[str, Any], tree: Node) -> Iterator[tuple[Path, str]]:
    """Paths and sentences of one of pydantic's errors; the joints of a scenario come as several in one."""
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "joints":
        for path, sentence in context["faults"]:
            yield tuple(path), sentence
        return
    path, of_key = _path(problem["loc"], tree, kind)
    node = tree.at(path)
    value = node.raw() if node is not None else None
    if kind == "extra_forbidden":
        yield path, _unknown(tree, path)
    elif kind == "missing":
        yield path, f"required setting '{path[-1]}' is missing"
    elif kind == "value_error":
        yield path, str(context["error"])
    elif kind in _BOUNDS:
        words, limit = _BOUNDS[kind]
        yield path, f"{_shown(value)} is out of range: must be {words} {_figure(context[limit])}"
    elif kind in _KINDS:
        yield path, _expected(_KINDS[kind], value)
    elif kind in _LENGTHS:
        yield path, _length(kind, context, value)
    elif kind == "string_pattern_mismatch":
        yield path, _pattern(str(path[-1]) if of_key else str(value), context["pattern"])
    elif kind in ("literal_error", "enum"):
        yield path, _choice(path[-1] if of_key else value, _quoted(context["expected"]))
    elif kind == "union_tag_invalid":
        yield (*path, _tag(context)), _choice(context["tag"], _quoted(context["expected_tags"]))
    elif kind == "union_tag_not_found":
        yield path, f"required setting '{_tag(context)}' is missing"
    else:
        yield path, _first_lower(problem["msg"])


def _path(location: tuple[str | int, ...], tree: Node, kind: str) -> tuple[Path, bool]:
    """The key path of an error, without the words that pydantic adds for variants; and whether it is about a key."""
    path: list[str | int] = []
    node: Node | None = tree
    of_key = False
    for index, step in enumerate(location):
        below = node.child(step) if node is not None else None
        if below is not None:
            path.append(step)
            node = below
        elif index == len(location) - 1:
            of_key = step == "[key]"  # pydantic's word for "the key itself", unless the user's key is spelled so
            if kind == "missing":
                path.append(step)
    return tuple(path), of_key


def _unknown(tree: Node, path: Path) -> str:
    """The sentence for a key that the group at its place does not have."""
    key, group = str(path[-1]), tree.at(path[:-1])
    allowed = keys_at(tree, path[:-1])
    near = nearest(key, allowed)
    for tag in TAGS:
        word = group.child(tag) if group is not None else None
        if word is not None and tag in allowed:
            takes = ", ".join(name for name in allowed if name != tag)
            advice = f"did you mean '{near}'?" if near else f"it takes{f': {takes}' if takes else ' no settings'}"
            return f"{word.value} does not take '{short(key)}'; {advice}"
    home = _homes().get(key)
    advice = f"allowed here: {', '.join(allowed)}"
    if near or home:
        advice = f"did you mean '{near}'?" if near else f"it belongs to {home}"
    return f"unknown setting '{short(key, 60)}'; {advice}"


@cache
def _homes() -> dict[str, str]:
    """The group that a key stands in, for keys that stand in one only."""
    from sim.scenario.keys import keys

    groups: dict[str, set[str]] = {}
    for known in keys():
        group, _, key = known.path.rpartition(".")
        groups.setdefault(key, set()).add(group)
    return {key: group for key, (group, *more) in groups.items() if group and not more}


def _expected(kind: str, value: object) -> str:
    if isinstance(value, str) and kind.endswith("number") and re.fullmatch(r"\s*[-+]?[0-9]+(\.[0-9]+)?\s*", value[:64]):
        return f"expected {kind}, found text; remove the quotes"
    if isinstance(value, str) and value.lower() in ("yes", "no", "on", "off") and kind == "true or false":
        return f"expected {kind}, found text '{value}'; write {'true' if value.lower() in ('yes', 'on') else 'false'}"
    return f"expected {kind}, found {found(value)}"


def _length(kind: str, context: Mapping[str, Any], value: object) -> str:
    unit = "character" if kind.startswith("string") else "entry"
    bound, word = ("min_length", "at least") if kind.endswith("short") else ("max_length", "at most")
    limit = context[bound]
    plural = unit if limit == 1 else "entries" if unit == "entry" else f"{unit}s"
    count = len(value) if isinstance(value, (str, list, dict)) else context.get("actual_length", 0)
    return f"expected {word} {limit} {plural}, found {count}"


def _pattern(text: str, pattern: str) -> str:
    if "A-Z" in pattern:
        return f"'{short(text)}' is not a currency code of three capital letters, such as EUR"
    rule = "lower-case letters, digits and '_', at most 32, beginning with a letter"
    tidy = re.sub(r"[^a-z0-9]+", "_", text[:32].lower()).strip("_")
    meant = f"; did you mean '{tidy}'?" if re.fullmatch(r"[a-z][a-z0-9_]*", tidy) else ""
    return f"'{short(text)}' is not a name ({rule}){meant}"


def _choice(value: object, words: list[str]) -> str:
    if not isinstance(value, str):
        return f"expected one of: {', '.join(words)}; found {found(value)}"
    return f"'{short(value)}' is not one of: {', '.join(words)}{suggestion(value, words)}"


def _tag(context: Mapping[str, Any]) -> str:
    return str(context["discriminator"]).strip("'")


def _quoted(words: object) -> list[str]:
    return re.findall(r"'([^']*)'", str(words))


def _shown(value: object) -> str:
    return f"'{short(value)}'" if isinstance(value, str) else short(str(value))


def _figure(limit: object) -> str:
    return f"{limit:g}" if isinstance(limit, float) else str(limit)


def _first_lower(message: str) -> str:
    return message[:1].lower() + message[1:]
