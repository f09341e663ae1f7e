"""The journal of finished replications in a result folder: SQLite, written by the parent process alone.

It does not know how outcomes come about. A row is used again only if plan, scenario, seed and program are all equal.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import SimError
from sim.experiments.files import json_text, reason, sync_folder
from sim.experiments.outcome import Outcome

NAME = "replications.sqlite"
"""The journal's file in a result folder; a folder that has it is a result folder."""
SHAPE = 1
"""Version of the tables, kept as `user_version` of the file."""
ROOM = 100_000
"""Bytes of disk that one replication may take while everything is written, generously."""

_TABLES = """
CREATE TABLE scenario (plan TEXT, identity TEXT, tree TEXT NOT NULL, PRIMARY KEY (plan, identity)) WITHOUT ROWID;
CREATE TABLE outcome (plan TEXT, identity TEXT, seed INTEGER, program TEXT, replication INTEGER, figures TEXT NOT NULL,
    PRIMARY KEY (plan, identity, seed, program, replication)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Key:
    """What must be equal for a finished replication to be used again."""

    plan: str
    identity: str
    """Hash of everything the scenario assumes."""
    seed: int
    program: str
    """Version and fingerprint of the program."""


class Store:
    """An open journal; as long as it is open, no other process can open it."""

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        """Open or create the journal of a folder; `fresh` forgets what is in it.

        Raises SimError if the folder cannot be written, holds something else, is in use by another process or is full.
        """
        self._path: Path = folder / NAME
        _make(folder)
        with self._told():
            # Autocommit, so that the transactions are the ones written below; no waiting for whoever holds the file.
            self._base = sqlite3.connect(self._path, timeout=0, isolation_level=None)
        try:
            with self._told():
                self._prepare(fresh)
        except BaseException:
            self._base.close()
            raise

    @classmethod
    def reader(cls, folder: Path) -> Store:
        """Open the journal of a folder for reading alone; it may be one that cannot be written."""
        store = cls.__new__(cls)
        store._path = folder / NAME
        if not store._path.is_file():
            raise SimError(f"'{folder}' is not whole: '{NAME}' is missing, which holds its finished replications")
        with store._told():
            address = store._path.resolve().as_uri() + "?mode=ro"
            store._base = sqlite3.connect(address, uri=True, timeout=1, isolation_level=None)
        return store

    def _prepare(self, fresh: bool) -> None:
        run = self._base.execute
        # Exclusive mode keeps the lock for as long as the connection lives; the system drops it with a killed process.
        run("PRAGMA locking_mode = EXCLUSIVE")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        shape = run("PRAGMA user_version").fetchone()[0]
        with self._transaction():
            if shape == 0:
                for statement in _TABLES.split(";"):
                    run(statement)
                run(f"PRAGMA user_version = {SHAPE}")
            elif shape != SHAPE:
                raise SimError(f"'{self._path}' was written by another version of the program; choose another folder")
            elif fresh:
                run("DELETE FROM outcome")
                run("DELETE FROM scenario")

    def need(self, replications: int) -> None:
        """Raise SimError if there is no room on the disk for so many replications more."""
        free = shutil.disk_usage(self._path.parent).free
        needed = replications * ROOM + 4_000_000
        if replications and free < needed:
            raise SimError(
                f"the disk of '{self._path.parent}' has {free / 1e6:.0f} MB free and "
                f"{replications} replications may need {needed / 1e6:.0f} MB"
            )

    def remember(self, key: Key, tree: Mapping[str, Any]) -> None:
        """Keep what a scenario assumes, so that a later run can say what has changed."""
        with self._told(), self._transaction():
            row = (key.plan, key.identity, json_text(dict(tree)))
            self._base.execute("INSERT OR REPLACE INTO scenario VALUES (?, ?, ?)", row)

    def finished(self, key: Key, replications: int) -> list[Outcome]:
        """Stored outcomes of a key with numbers under `replications`, in order of number."""
        with self._told():
            rows = self._base.execute(
                "SELECT replication, figures FROM outcome WHERE plan = ? AND identity = ? AND seed = ? AND program = ? "
                "AND replication < ? ORDER BY replication",
                (key.plan, key.identity, key.seed, key.program, replications),
            ).fetchall()
        try:
            return [Outcome.from_json(key.plan, number, text) for number, text in rows]
        except ValueError as error:
            raise SimError(f"'{self._path}' is damaged ({error}); use --fresh or another folder") from None

    def save(self, rows: Iterable[tuple[Key, Outcome]]) -> None:
        """Write finished replications; when this returns they survive a kill and a power cut."""
        values = [
            (key.plan, key.identity, key.seed, key.program, outcome.replication, outcome.to_json())
            for key, outcome in rows
        ]
        with self._told(), self._transaction():
            self._base.executemany("INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?, ?, ?)", values)

    def changes(self, key: Key) -> list[str]:
        """Why nothing stored under the plan's name fits: which scenario keys, seed or program differ from the nearest.

        Empty if something fits, or if nothing is stored under this name at all.
        """
        with self._told():
            others = self._base.execute(
                "SELECT DISTINCT identity, seed, program FROM outcome WHERE plan = ? ORDER BY 1, 2, 3", (key.plan,)
            ).fetchall()
        mine = (key.identity, key.seed, key.program)
        if not others or mine in others:
            return []
        identity, seed, program = min(others, key=lambda other: sum(a != b for a, b in zip(other, mine, strict=True)))
        found = self._scenario_changes(key, identity) if identity != key.identity else []
        if seed != key.seed:
            found.append(f"seed: {seed} -> {key.seed}")
        if program != key.program:
            found.append(f"program: {program} -> {key.program}")
        return found

    def _scenario_changes(self, key: Key, identity: str) -> list[str]:
        trees = [self._tree(key.plan, each) for each in (identity, key.identity)]
        before, after = (dict(_leaves(tree)) for tree in trees)
        pairs = {path: (before.get(path), after.get(path)) for path in [*before, *after]}
        found = [f"{path}: {_shown(was)} -> {_shown(now)}" for path, (was, now) in pairs.items() if was != now]
        return found or ["scenario"]

    def _tree(self, plan: str, identity: str) -> Any:
        found = self._base.execute("SELECT tree FROM scenario WHERE plan = ? AND identity = ?", (plan, identity))
        row = found.fetchone()
        return json.loads(row[0]) if row else {}

    def tidy(self) -> None:
        """Rewrite the journal in order of its keys, so that equal contents are equal bytes, and close it."""
        part = self._path.with_name(NAME + ".part")
        with self._told():
            # At rest the file needs no companions: it can be copied alone and read in a folder that is read-only.
            self._base.execute("PRAGMA journal_mode = DELETE")
            part.unlink(missing_ok=True)
            # Each rewriting counts this up; it serves other connections, of which there are none.
            self._base.execute("PRAGMA schema_version = 1")
            self._base.execute("VACUUM INTO ?", (str(part),))
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            if os.name == "posix":
                # Still open, hence still locked: nobody can write to the old file between the copy and its place.
                part.replace(self._path)
                sync_folder(self._path.parent)
                self._base.close()
            else:
                self._base.close()
                part.replace(self._path)

    def close(self) -> None:
        """Close the journal; closing twice does no harm."""
        with contextlib.suppress(sqlite3.Error):
            self._base.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the database or the system refuses into one sentence."""
        try:
            yield
        except sqlite3.Error as error:
            raise SimError(_sentence(self._path, error)) from error
        except OSError as error:
            raise SimError(f"cannot write '{self._path.parent}': {reason(error)}") from error


def _sentence(path: Path, error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return f"another process is at work in '{path.parent}'; wait for it or choose another folder"
    if "full" in text:
        return f"the disk of '{path.parent}' is full; what is finished is kept, and the same command goes on from there"
    if "I/O" in text:
        return (
            f"the disk of '{path.parent}' fails or is at a limit; what is finished is kept for the same command"
        )
    if "readonly" in text or "unable to open" in text:
        return f"the folder '{path.parent}' is not writable"
    if "not a database" in text or "malformed" in text:
        return f"'{path}' is damaged; remove it or choose another folder"
    return f"cannot use '{path}': {text}"


def _make(folder: Path) -> None:
    """Create the folder, or see that it is one of ours: results never go between somebody's own files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ours = (folder / NAME).exists() or not any(folder.iterdir())
    except FileExistsError:
        raise SimError(f"'{folder}' is a file; results need a folder") from None
    except OSError as error:
        raise SimError(f"the folder '{folder}' is not writable: {reason(error)}") from None
    if not ours:
        raise SimError(f"'{folder}' holds other files and no results; choose a new or empty folder")


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of nested dicts and lists with its dotted path."""
    if isinstance(tree, dict) and tree:
        for name, below in tree.items():
            yield from _leaves(below, f"{path}.{name}" if path else str(name))
    elif isinstance(tree, list) and any(isinstance(each, dict | list) for each in tree):
        for place, below in enumerate(tree):
            yield from _leaves(below, f"{path}[{place}]")
    else:
        yield path, tree


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value) if len(str(value)) <= 40 else str(value)[:39] + "…"
