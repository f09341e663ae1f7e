"""A tree of plain values, each of which remembers the file, line and column it came from; it reads no files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sim.errors import Fault

Path = tuple[str | int, ...]
"""Keys and list positions from the root of a tree down to a value."""

Scalar = str | int | float | bool | None

_PLAIN_TEXT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _./%+()-]*")
_LOOKS_TYPED = re.compile(r"(?i)[0-9.e+_-]+|0[xob].*|true|false|null|yes|no|on|off|y|n")


@dataclass(frozen=True, slots=True)
class Source:
    """A text that values were read from."""

    name: str | None
    """Path of the file as the user would type it; None for a value typed at the prompt."""
    lines: tuple[str, ...] = ()
    """Its lines, for showing the one that a fault is about."""
    typed: str | None = None
    """What was typed at the prompt, such as `--set teams.agents.headcount=8`."""

    def fault(self, message: str, line: int | None = None, column: int | None = None, key: str = "") -> Fault:
        """A fault at a place of this text; line and column count from 1."""
        if self.name is None:
            return Fault(message, key=key, help=f"given as {self.typed}" if self.typed else None)
        shown = self.lines[line - 1] if line is not None and line <= len(self.lines) else None
        return Fault(message, file=self.name, line=line, column=column, key=key, source=shown)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text."""

    source: Source
    line: int
    """Line, the first being 1."""
    column: int
    """Column, the first being 1."""

    def fault(self, message: str, key: str = "") -> Fault:
        """A fault at this place."""
        return self.source.fault(message, self.line, self.column, key)


@dataclass(frozen=True, slots=True)
class Node:
    """One value with its place: a scalar, a list of nodes, or a mapping of keys to nodes."""

    value: Scalar | list[Node] | dict[str, Node]
    mark: Mark
    """Where the value begins."""
    text: str | None = None
    """Text of a scalar as written, without its quotes."""
    quoted: bool = False
    """Whether the scalar stood in quotes or was a block of text."""
    keys: dict[str, Mark] = field(default_factory=dict)
    """Where each key of a mapping stands."""
    broken: bool = False
    """Whether a fault about this value has been reported already, so that it needs no second one."""
    note: str | None = None
    """How the value came about when it was computed, such as "16 in base.yaml:5 changed by '-10%'"."""

    @property
    def blank(self) -> bool:
        """Whether nothing at all stands after the key (an explicit `null` is not blank)."""
        return self.value is None and not self.text and not self.broken

    def raw(self) -> object:
        """The bare value: dict, list or scalar."""
        if isinstance(self.value, dict):
            return {key: child.raw() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.raw() for child in self.value]
        return self.value

    def child(self, key: str | int) -> Node | None:
        """The value below this key or list position, if there is one."""
        if isinstance(self.value, dict) and isinstance(key, str):
            return self.value.get(key)
        if isinstance(self.value, list) and isinstance(key, int) and 0 <= key < len(self.value):
            return self.value[key]
        return None

    def at(self, path: Path) -> Node | None:
        """The value at the end of the path, if there is one."""
        node: Node | None = self
        for key in path:
            if node is None:
                return None
            node = node.child(key)
        return node

    def place(self, path: Path) -> Mark:
        """Where the path stands: its key or list entry, or the nearest one above it that is written somewhere."""
        node, mark = self, self.mark
        for key in path:
            below = node.child(key)
            if below is None:
                break
            mark = node.keys.get(key, below.mark) if isinstance(key, str) else below.mark
            node = below
        return mark

    def walk(self, path: Path = ()) -> Iterator[tuple[Path, Node]]:
        """Every value of the tree with its path, this one first."""
        yield path, self
        if isinstance(self.value, dict):
            for key, child in self.value.items():
                yield from child.walk((*path, key))
        elif isinstance(self.value, list):
            for index, child in enumerate(self.value):
                yield from child.walk((*path, index))

    def to_yaml(self) -> str:
        """The tree as YAML text that reads back to the same values."""
        return "".join(f"{line}\n" for line in _block(self, ""))


def dotted(path: Path) -> str:
    """The path as a user would write it: `clock.report_at[1]`."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def _block(node: Node, indent: str) -> Iterator[str]:
    """Lines of a mapping in block style; mappings of scalars and lists stay on one line where they fit."""
    assert isinstance(node.value, dict)
    if not node.value:
        yield f"{indent}{{}}"
    for key, child in node.value.items():
        head = f"{indent}{_text(key)}:"
        flat = _flow(child)
        if isinstance(child.value, dict) and child.value and (not indent or len(head) + len(flat) > 110):
            yield head
            yield from _block(child, f"{indent}  ")
        else:
            yield f"{head} {flat}"


def _flow(node: Node) -> str:
    if isinstance(node.value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_flow(child)}" for key, child in node.value.items()) + "}"
    if isinstance(node.value, list):
        return "[" + ", ".join(_flow(child) for child in node.value) + "]"
    if node.value is None:
        return "null"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return _text(node.value) if isinstance(node.value, str) else repr(node.value)


def _text(text: str) -> str:
    """Text bare where nobody could misread it, otherwise in double quotes with escapes."""
    if _PLAIN_TEXT.fullmatch(text) and not _LOOKS_TYPED.fullmatch(text) and text == text.strip():
        return text
    quoted = json.dumps(text, ensure_ascii=False)  # its escapes are YAML's, but for characters beyond 16 bits
    return "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in quoted)
