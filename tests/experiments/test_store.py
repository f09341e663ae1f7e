"""The journal keeps what is finished, gives back only what fits, and is opened by one process at a time."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import fake_work
import pytest

from sim.errors import SimError
from sim.experiments.outcome import Outcome
from sim.experiments.store import NAME, Key, Store

KEY = Key("baseline", "abc", 1, "0.1+f")


def outcomes(numbers: list[int]) -> list[Outcome]:
    """Stand-ins for replications of the baseline."""
    return [fake_work.quick(fake_work.scenario(), number, 1) for number in numbers]


def fill(folder: Path, numbers: list[int], batch: int = 1, tidy: bool = True) -> bytes:
    """Store replications in this order and so many at a time; return the bytes of the file."""
    store = Store(folder)
    store.remember(KEY, {"teams": {"agents": {"headcount": 5}}})
    found = outcomes(numbers)
    for place in range(0, len(found), batch):
        store.save((KEY, each) for each in found[place : place + batch])
    if tidy:
        store.tidy()
    store.close()
    return (folder / NAME).read_bytes()


def test_what_is_saved_is_found(tmp_path: Path) -> None:
    """After closing and opening, in order of number, up to the number asked for."""
    fill(tmp_path / "r", [2, 0, 1, 5], tidy=False)
    store = Store(tmp_path / "r")
    assert repr(store.finished(KEY, 5)) == repr(outcomes([0, 1, 2]))
    store.close()


@pytest.mark.parametrize("change", [{"plan": "b"}, {"identity": "x"}, {"seed": 2}, {"program": "y"}])
def test_nothing_is_used_that_does_not_fit(change: dict[str, object], tmp_path: Path) -> None:
    """Another plan, scenario, seed or program finds nothing."""
    fill(tmp_path / "r", [0, 1])
    store = Store(tmp_path / "r")
    assert store.finished(replace(KEY, **change), 9) == []
    store.close()


def test_it_says_what_has_changed(tmp_path: Path) -> None:
    """By key path for the scenario; seed and program by name; silent where something fits or nothing is there."""
    fill(tmp_path / "r", [0])
    store = Store(tmp_path / "r")
    other = replace(KEY, identity="xyz", seed=7)
    store.remember(other, {"teams": {"agents": {"headcount": 8}, "reps": {"headcount": 2}}})
    assert store.changes(other) == [
        "teams.agents.headcount: 5 -> 8",
        "teams.reps.headcount: nothing -> 2",
        "seed: 1 -> 7",
    ]
    assert store.changes(replace(KEY, program="0.2+g")) == ["program: 0.1+f -> 0.2+g"]
    assert store.changes(KEY) == store.changes(replace(KEY, plan="new")) == []
    store.close()


def test_equal_contents_are_equal_bytes(tmp_path: Path) -> None:
    """Order of completion, size of transactions and a second opening leave no trace in a tidied file."""
    numbers = list(range(30))
    first = fill(tmp_path / "a", numbers)
    random.Random(1).shuffle(numbers)
    assert fill(tmp_path / "b", numbers, batch=7) == first
    assert fill(tmp_path / "a", [3, 4]) == first
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [NAME]


def test_fresh_forgets(tmp_path: Path) -> None:
    """A fresh start finds nothing and ends in the same bytes."""
    first = fill(tmp_path / "r", [0, 1, 2])
    store = Store(tmp_path / "r", fresh=True)
    assert store.finished(KEY, 9) == []
    store.close()
    assert fill(tmp_path / "r", [0, 1, 2]) == first


def test_one_process_at_a_time(tmp_path: Path) -> None:
    """A second process is refused, here and elsewhere, until the first has closed; a reader too."""
    code = f"from sim.experiments.store import Store; from pathlib import Path; Store(Path({str(tmp_path / 'r')!r}))"
    store = Store(tmp_path / "r")
    for attempt in (lambda: Store(tmp_path / "r"), lambda: Store.reader(tmp_path / "r").finished(KEY, 1)):
        with pytest.raises(SimError, match="another process is at work"):
            attempt()
    second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "another process is at work" in second.stderr
    store.close()
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    """Results never go between somebody's own files, or into a file."""
    (tmp_path / "mine.txt").touch()
    with pytest.raises(SimError, match="holds other files"):
        Store(tmp_path)
    with pytest.raises(SimError, match="is a file"):
        Store(tmp_path / "mine.txt")
    with pytest.raises(SimError, match="is not writable"):
        Store(tmp_path / "mine.txt" / "results")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user that permissions hold for")
def test_an_unwritable_folder_is_told(tmp_path: Path) -> None:
    """Before anything is simulated."""
    tmp_path.chmod(0o500)
    with pytest.raises(SimError, match="is not writable"):
        Store(tmp_path / "r")
    tmp_path.chmod(0o700)


def test_a_full_disk_is_told_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for what is to come is asked for before the first replication."""
    store = Store(tmp_path / "r")
    store.need(100)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
    store.need(0)
    with pytest.raises(SimError, match="has 1 MB free and 100 replications may need 14 MB"):
        store.need(100)
    store.close()


def test_a_disk_that_fills_up_keeps_what_is_there(tmp_path: Path) -> None:
    """The save that does not fit is one sentence; everything saved before is found again."""
    store = Store(tmp_path / "r")
    store.save((KEY, each) for each in outcomes([0, 1]))
    pages = store._base.execute("PRAGMA page_count").fetchone()[0]
    store._base.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(SimError, match="is full; what is finished is kept"):
        store.save((KEY, each) for each in outcomes(list(range(2, 30))))
    store.close()
    again = Store(tmp_path / "r")
    assert [each.replication for each in again.finished(KEY, 30)] == [0, 1]
    again.close()


def test_damage_is_told(tmp_path: Path) -> None:
    """A file that is no journal, or one of another shape, is refused by name."""
    (tmp_path / NAME).write_bytes(b"no database, certainly " * 100)
    with pytest.raises(SimError, match="is damaged"):
        Store(tmp_path)
    fill(tmp_path / "r", [0])
    base = sqlite3.connect(tmp_path / "r" / NAME)
    base.execute("PRAGMA user_version = 99")
    base.close()
    with pytest.raises(SimError, match="another version of the program"):
        Store(tmp_path / "r")
