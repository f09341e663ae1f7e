"""What went wrong and where, told so that the user can put it right; it knows no file format and prints nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


class SimError(Exception):
    """Anything the program refuses to do for a reason that its user can act on."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input, in one sentence, and the place it stands at."""

    message: str
    """One sentence without a full stop: what was found and what was expected."""
    file: str | None = None
    """Path of the file as the user would type it; None for a value typed at the prompt or built in Python."""
    line: int | None = None
    """Line in the file, the first being 1."""
    column: int | None = None
    """Column in the line, the first being 1."""
    key: str = ""
    """Dotted path of the setting, such as `service.agents`; empty for a fault of the whole file."""
    source: str | None = None
    """The line of the file as written, to be shown below the message."""
    help: str | None = None
    """A further line of advice."""

    @property
    def where(self) -> str:
        """`file:line:column` as far as known."""
        place = [plain(self.file)] if self.file is not None else []
        if self.line is not None:
            place.append(str(self.line))
            if self.column is not None:
                place.append(str(self.column))
        return ":".join(place)

    def __str__(self) -> str:
        """The fault on one line: `scenarios/peak.yaml:9:3: service.agnets: unknown key; did you mean 'agents'?`."""
        return ": ".join(part for part in (self.where, plain(self.key), plain(self.message)) if part)

    def told(self) -> str:
        """The fault on one to four lines: the sentence, the source line with a caret under the column, the advice."""
        lines = [str(self)]
        if self.source is not None:
            # The caret has to stand under the column, so whatever is spelled out or cut must move it along.
            before = plain(self.source[: max((self.column or 1) - 1, 0)])
            shown = short(self.source.rstrip(), 120)
            lines.append(f"    {shown}")
            if self.column is not None and len(before) <= len(shown):
                lines.append(f"    {' ' * len(before)}^")
        if self.help:
            lines.append(f"  help: {plain(self.help)}")
        return "\n".join(lines)


class ScenarioError(SimError):
    """A scenario that cannot be used, with every fault found in it."""

    def __init__(self, faults: Sequence[Fault] | Fault | str) -> None:
        """Take the faults; a single fault or a bare sentence will do."""
        if isinstance(faults, str):
            faults = Fault(faults)
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        """One line a fault."""
        return "\n".join(str(fault) for fault in self.faults)

    def told(self) -> str:
        """Every fault with its source line and advice."""
        return "\n".join(fault.told() for fault in self.faults)


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the one of `words` that `word` was probably meant to be, or None when nothing is close."""
    from difflib import get_close_matches

    # Capitals, hyphens and blanks are the commonest slips, so they do not count as differences.
    folded: dict[str, str] = {}
    for known in words:
        folded.setdefault(_folded(known), known)
    found = get_close_matches(_folded(word[:64]), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def _folded(word: str) -> str:
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def suggestion(word: str, words: Iterable[str]) -> str:
    """Return "; did you mean 'agents'?" for the nearest of `words`, or nothing when none is close."""
    near = nearest(word, words)
    return f"; did you mean '{near}'?" if near is not None else ""


def found(value: object) -> str:
    """Name a value of a scenario in the user's words: nothing, true/false, a list, a group, the number 6, text 'x'."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true/false"
    if isinstance(value, (int, float)):
        return f"the number {short(str(value))}"
    if isinstance(value, str):
        return f"text '{short(value)}'"
    if isinstance(value, Mapping):
        return "a group"
    if isinstance(value, (Sequence, set, frozenset)):
        return "a list"
    return f"a value of type {type(value).__name__}"


def plain(text: str) -> str:
    """Spell out control, format and other unprintable characters, which would disturb a terminal or hide text."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() else _spelled(c) for c in text)


def _spelled(character: str) -> str:
    if unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape").decode("ascii")


def short(text: str, limit: int = 30) -> str:
    """Return `text` made printable and cut to `limit` characters, the cut marked by an ellipsis."""
    shown = plain(text[: limit + 1])
    return shown if len(shown) <= limit and len(text) <= limit else shown[:limit] + "…"
