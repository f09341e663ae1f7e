"""Reads one YAML text into a tree of plain values with their places; it does not know what any key means.

The reader is deliberately narrow: YAML 1.2 core scalars only (so 9:00, 1_000 and yes stay text), one document, no
anchors, aliases, tags or directives, no key twice, bounded depth and size. It works on the event stream of the
pure-Python parser, because loaders keep the last of two equal keys silently and fall over deep nesting.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.errors import Fault, plain, short
from sim.scenario.marked import Mark, Node, Path, Scalar, Source, dotted

if TYPE_CHECKING:
    from ruamel.yaml import YAML

LARGEST = 256 * 1024
"""Bytes of a scenario file."""
DEEPEST = 16
"""Levels of nesting, the file itself being the first."""
MOST_VALUES = 20_000
"""Keys and values in one file."""
MOST_FAULTS = 20
"""Faults told at once; reading ends when there are so many."""

_INT = re.compile(r"[-+]?[0-9]+")
_RADIX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"([-+]?)0+([0-9].*)")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_LONGEST_NUMBER = 64
# Beside control characters: the line separators that YAML 1.1 and 1.2 count differently, and a byte order mark inside.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile(r"\r\n|\r|\n")


class NotATree(Exception):
    """The text cannot be read to its end; the faults say why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


def decode(data: bytes, name: str) -> Source:
    """Return the text of a file's bytes as lines; raises NotATree if they are no plain UTF-8 text of bearable size."""
    source = Source(name)
    if len(data) > LARGEST:
        raise NotATree([source.fault(f"the file is larger than {LARGEST // 1024} KiB, which no scenario should be")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8 text (byte 0x{data[error.start]:02x} at line {line}); save the file as UTF-8"
        raise NotATree([source.fault(message, line, 1)]) from None
    source = Source(name, tuple(_LINE_END.split(text)))
    bad = _FORBIDDEN.search(text)
    if bad:
        before = _LINE_END.split(text[: bad.start()])
        nul = "the file contains a NUL byte; it is not a text file"
        other = f"the file contains the control character U+{ord(bad[0]):04X}; remove it"
        raise NotATree([source.fault(nul if bad[0] == "\0" else other, len(before), len(before[-1]) + 1)])
    return source


def read(source: Source) -> tuple[Node, list[Fault]]:
    """Return the tree of a text and the faults of single values in it.

    A value with a fault of its own is in the tree as a `broken` node. Raises NotATree when there is no tree at all.
    """
    builder = _Builder(source)
    try:
        root = builder.document(_events("\n".join(source.lines)))
    except _Enough:
        raise NotATree(builder.faults) from None
    except RecursionError:
        raise NotATree([*builder.faults, source.fault(f"nested more than {DEEPEST} levels", 1, 1)]) from None
    except Exception as error:
        fault = _syntax(error, source)
        if fault is None:
            raise
        raise NotATree([*builder.faults, fault]) from None
    return root, builder.faults


class _Enough(Exception):
    """Reading on would only produce more of the same."""


class _Builder:
    """Puts the events of one document together; it holds nothing but the faults found so far."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults: list[Fault] = []
        self.values = 0

    def document(self, events: Iterator[Any]) -> Node:
        root: Node | None = None
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent" and root is not None:
                self._fault(event, "the file contains more than one YAML document ('---'); write one scenario a file")
                raise _Enough
            if kind in ("StreamStartEvent", "StreamEndEvent", "DocumentStartEvent", "DocumentEndEvent"):
                continue
            root = self._node(event, kind, events, ())
        return root if root is not None else Node({}, Mark(self.source, 1, 1))

    def _node(self, event: Any, kind: str, events: Iterator[Any], path: Path) -> Node:
        mark = self._mark(event)
        self.values += 1
        if self.values > MOST_VALUES:
            self._fault(event, f"the file has more than {MOST_VALUES:,} keys and values, which no scenario should have")
            raise _Enough
        if kind == "AliasEvent" or event.anchor is not None:
            self._fault(event, "YAML anchors (&) and aliases (*) are not supported in scenario files", path)
            if kind == "AliasEvent":
                return Node(None, mark, broken=True)
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._fault(event, f"YAML tags are not supported ('{short(str(tag))}')", path)
        if kind == "ScalarEvent":
            node = self._scalar(event, path, mark)
            return node if tag is None else Node(None, mark, broken=True)
        if len(path) >= DEEPEST:
            self._fault(event, f"nested more than {DEEPEST} levels")
            raise _Enough
        if kind == "SequenceStartEvent":
            return self._list(events, path, mark)
        return self._mapping(events, path, mark)

    def _list(self, events: Iterator[Any], path: Path, mark: Mark) -> Node:
        entries: list[Node] = []
        for event in events:
            kind = type(event).__name__
            if kind == "SequenceEndEvent":
                break
            entries.append(self._node(event, kind, events, (*path, len(entries))))
        return Node(entries, mark)

    def _mapping(self, events: Iterator[Any], path: Path, mark: Mark) -> Node:
        children: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        for event in events:
            kind = type(event).__name__
            if kind == "MappingEndEvent":
                break
            key = self._node(event, kind, events, (*path, "?"))
            below = (*path, key.value if isinstance(key.value, str) else "?")
            value_event = next(events)
            child = self._node(value_event, type(value_event).__name__, events, below)
            if not isinstance(key.value, str):
                if not key.broken:
                    advice = f"; put '{short(key.text)}' in quotes" if key.text else ""
                    self._fault(event, f"a key must be text{advice}")
            elif key.value in children:
                first = keys[key.value].line
                self._fault(event, f"key '{short(key.value, 60)}' is given twice (first on line {first})", below)
            else:
                children[key.value], keys[key.value] = child, key.mark
        return Node(children, mark, keys=keys)

    def _scalar(self, event: Any, path: Path, mark: Mark) -> Node:
        text: str = event.value
        quoted = event.style is not None
        try:
            _check_characters(text)  # an escape such as "\\x1b" brings in what the file itself may not hold
            return Node(text if quoted else scalar(text), mark, text=text, quoted=quoted)
        except ValueError as error:
            self._fault(event, str(error), path)
            return Node(None, mark, text=text, broken=True)

    def _mark(self, event: Any) -> Mark:
        return Mark(self.source, event.start_mark.line + 1, event.start_mark.column + 1)

    def _fault(self, event: Any, message: str, path: Path = ()) -> None:
        self.faults.append(self._mark(event).fault(message, dotted(path)))
        if len(self.faults) >= MOST_FAULTS:
            raise _Enough


def _check_characters(text: str) -> None:
    bad = _FORBIDDEN.search(text)
    if bad:
        raise ValueError(f"the text contains the control character U+{ord(bad[0]):04X}; remove it")


def scalar(text: str) -> Scalar:
    """Return the value of an unquoted YAML 1.2 core scalar; raises ValueError for numbers nobody should write."""
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"'{text}' is not allowed: values must be finite numbers")
    if _RADIX.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        return int(text, 0)
    if len(text) > _LONGEST_NUMBER:
        if text.isdecimal():
            raise ValueError(f"'{short(text)}' is too large for a number")
        return text
    if not _FLOAT.fullmatch(text):
        return text
    padded = _LEADING_ZERO.fullmatch(text)
    if padded:
        raise ValueError(f"'{text}' has a leading zero; write {padded[1]}{padded[2]}")
    if _INT.fullmatch(text):
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"'{text}' is too large for a number")
    return number


def _events(text: str) -> Iterator[Any]:
    """The parser's events, one by one; nothing is read ahead of need."""
    from ruamel.yaml.scanner import ScannerError

    events = iter(_parser().parse(text))
    last = None
    while True:
        try:
            event = next(events)
        except StopIteration:
            return
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # The library stumbles over some escapes and tags, such as "\\UFFFFFFFF", without saying so in its own way.
            raise ScannerError(None, None, "cannot be read", last) from error
        last = event.end_mark
        yield event


def _parser() -> YAML:
    from ruamel.yaml import YAML
    from ruamel.yaml.scanner import Scanner, ScannerError

    class ScenarioScanner(Scanner):
        """The scanner of the library, but for two leading characters."""

        def fetch_alias(self) -> Any:
            """`*1.5` is a relative value, not an alias."""
            if self.reader.peek(1) in "0123456789.":
                return self.fetch_plain()
            return super().fetch_alias()

        def fetch_directive(self) -> None:
            """Directives could bring back YAML 1.1, in which yes is true and 9:00 is 540."""
            raise ScannerError(None, None, _DIRECTIVE, self.reader.get_mark())

    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = ScenarioScanner
    return yaml


_DIRECTIVE = "YAML directives (%YAML, %TAG) are not supported"
_MEANING = {
    "could not find expected ':'": "the ':' after a key is missing",
    "mapping values are not allowed here": "a ':' stands where no key can be; indentation or quotes may be missing",
    "found unexpected end of stream": "a quote is never closed",
}


def _syntax(error: Exception, source: Source) -> Fault | None:
    """The parser's complaint as a fault, or None when it is not the parser that complains."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    library = sys.modules.get("ruamel.yaml.error")
    if library is None or not isinstance(error, library.YAMLError):
        return None
    problem = " ".join(plain(str(getattr(error, "problem", None) or "cannot be read")).split())
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    if problem == _DIRECTIVE:
        return source.fault(problem, line, column)
    meaning = _MEANING.get(problem)
    tab = "; indent with spaces, not tabs" if "'\\t'" in problem else ""
    return source.fault(f"YAML syntax: {short(problem, 120)}{f' ({meaning})' if meaning else ''}{tab}", line, column)
