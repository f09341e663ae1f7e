"""The page that says what a result folder holds and how it came about; alone in it stands what depends on the day.

It does not know the figures.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import platform
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import SimError
from sim.experiments.files import json_text, write_whole
from sim.experiments.pool import processors
from sim.experiments.program import LIBRARIES, installed
from sim.experiments.store import NAME as JOURNAL
from sim.experiments.store import Key

NAME = "manifest.json"
LAYOUT = 1
"""Version of the manifest's layout."""
_NEEDED = ("plans", "seed", "replications", "confidence", "program")


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run an experiment; apart from `jobs`, `fresh` and `command` it decides every byte of the result."""

    replications: int = 20
    seed: int = 1
    confidence: float = 0.95
    jobs: int | None = None
    """Worker processes; None for as many as there are processors."""
    fresh: bool = False
    """Forget what is stored and begin anew."""
    command: Sequence[str] = ()
    """The command line, for the manifest."""


def write(
    folder: Path, keys: Mapping[str, Key], settings: Settings, contents: Mapping[str, str], begun: float, reused: int
) -> dict[str, Any]:
    """Write the manifest of a finished study, begun at a POSIX time [s], and return it.

    `contents` are the files of the study by their path in the folder; their SHA-256 is noted.
    """
    found: dict[str, Any] = {
        "layout": LAYOUT,
        "program": next(iter(keys.values())).program,
        "plans": [{"name": name, "identity": key.identity} for name, key in keys.items()],
        "baseline": next(iter(keys)),
        "replications": settings.replications,
        "seed": settings.seed,
        "confidence": settings.confidence,
        "files": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(contents.items())},
        "command": shlex.join(settings.command),
        "reused_replications": reused,
        "started": datetime.datetime.fromtimestamp(begun, datetime.UTC).isoformat(timespec="seconds"),
        "wall_seconds": round(time.time() - begun, 3),
        "jobs": settings.jobs or processors(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": {library: installed(library) for library in (*LIBRARIES, "pydantic", "scipy")},
        "byte_order": sys.byteorder,
    }
    write_whole(folder / NAME, json_text(found, readable=True) + "\n")
    return found


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a finished study; raises SimError if the folder has none or it cannot be understood."""
    try:
        found: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if found["layout"] != LAYOUT:
            raise SimError(f"'{folder}' was written by another version of the program")
        if missing := [name for name in _NEEDED if name not in found]:
            raise SimError(f"'{folder / NAME}' is damaged: '{missing[0]}' is missing")
    except OSError:
        begun = (folder / JOURNAL).exists()
        hint = "its run was not finished; run the same command again to go on" if begun else "no results are there"
        raise SimError(f"'{folder}' holds no finished study: {hint}") from None
    except (ValueError, KeyError, TypeError):
        raise SimError(f"'{folder / NAME}' is damaged") from None
    return found
