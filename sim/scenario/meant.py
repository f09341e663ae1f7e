"""Which keys of the scenario language somebody means by the words he types; what they are is keys' to tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.keys import Key


def matching(path: str, known: Sequence[Key]) -> list[Key]:
    """Keys that a path means: with names the user chose, or only the last words of it, or all keys below a group."""
    words = path.replace("[", ".").replace("]", "").split(".")
    # A name or place may be left out before the last word: `teams.headcount`, `escalation.team`.
    if inner := [key for key in known if _fits(words[:-1], key.path.split(".")[:-2]) and _ends(words, key)]:
        return inner
    below = [key for key in known if _fits(words, key.path.split(".")[: len(words)])]
    if below:
        return below
    law = any(key.kind.startswith("law of") and _fits(words[:-1], key.path.split(".")) for key in known)
    if law:
        return [key for key in known if key.path.startswith("law.") and key.path.endswith(f".{words[-1]}")]
    return [key for key in known if [word for word in key.path.split(".") if word != "*"][-len(words) :] == words]


def _ends(words: Sequence[str], key: Key) -> bool:
    return key.path.split(".")[-2:] == ["*", words[-1]]


def _fits(words: Sequence[str], pattern: Sequence[str]) -> bool:
    return len(words) == len(pattern) and all(p in ("*", w) for w, p in zip(words, pattern, strict=True))
