"""How it is told that something names what does not exist: a sentence with the nearest name; it looks nothing up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.errors import nearest

Path = tuple[str | int, ...]
"""Keys from the root of a scenario."""
Joint = tuple[Path, str]
"""Key path and sentence of one fault."""


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """The sentence about a name that is not among those known."""
    return f"there is no {kind} '{name}'{hint(name, known)}"


def hint(name: str, known: Iterable[str]) -> str:
    """What may have been meant: the nearest name, or all there are."""
    names = list(known)
    near = nearest(name, names)
    return f"; did you mean '{near}'?" if near else f"; known: {', '.join(names) or 'none'}"


def named(kind: str, name: str | None, known: Iterable[str], path: Path) -> Iterator[Joint]:
    """A fault if a name is given that is not among those known."""
    names = list(known)
    if name is not None and name not in names:
        yield path, unknown(kind, name, names)
