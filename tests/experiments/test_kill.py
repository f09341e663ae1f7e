"""Whatever is killed, and whenever: nothing finished is lost, nothing stays running, the end is the same bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.experiments.store import NAME, Store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

DRIVER = Path(__file__).parent / "small_study.py"
TIMES = int(os.environ.get("SIM_SOAK", "2"))
"""Kills a test; a soak takes a hundred."""
REPLICATIONS = 12


class Launched:
    """One study in a process group of its own."""

    def __init__(self, place: Path, jobs: int = 2, hash_seed: str = "0", zone: str = "UTC") -> None:
        self.folder, self.log = place / "results", place / "log"
        command = [sys.executable, str(DRIVER), str(self.folder), str(jobs), str(REPLICATIONS), str(self.log)]
        self.process = subprocess.Popen(
            command,
            start_new_session=True,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": hash_seed, "TZ": zone},
        )

    def workers(self) -> list[int]:
        """Process ids of all that have done work, oldest first."""
        lines = self.log.read_text().split() if self.log.exists() else []
        return list(dict.fromkeys(int(line) for line in lines))

    def wait_for_work(self, replications: int) -> None:
        """Return when about so many replications have begun, or the study has ended."""
        end = time.monotonic() + 30
        seen = 0
        while self.process.poll() is None and seen < replications and time.monotonic() < end:
            time.sleep(0.01)
            seen = len(self.log.read_text().split()) if self.log.exists() else 0

    def finish(self) -> tuple[int, str]:
        """Exit code and what was said, at the end."""
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a result folder but what depends on the day."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in sorted(found.items()) if name != "manifest.json"}


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in {"Z", "X"}


def gone(pids: list[int], seconds: float) -> bool:
    """Whether all of these processes leave in so many seconds."""
    end = time.monotonic() + seconds
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(alive, pids))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Files of a study that nobody killed, in one process."""
    place = tmp_path_factory.mktemp("calm")
    study = Launched(place, jobs=1)
    assert study.finish() == (0, "")
    found = files(study.folder)
    assert set(found) == {
        "comparison.csv", "hours.csv", "monthly.csv", NAME, "replications.csv",
        "scenarios/baseline.yaml", "scenarios/more.yaml",
    }  # fmt: skip
    return found


def test_processes_hash_seed_and_time_zone_change_nothing(undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    """Two processes in another zone under another hash seed write the same bytes, the journal included."""
    study = Launched(tmp_path, jobs=2, hash_seed="42", zone="Pacific/Auckland")
    assert study.finish() == (0, "")
    assert files(study.folder) == undisturbed


@pytest.mark.parametrize(("whom", "jobs"), [("parent", 1), ("parent", 2), ("group", 2)])
def test_kill_and_go_on(whom: str, jobs: int, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    """kill -9 of the parent alone or of everybody, at random moments; the same command ends in the same bytes."""
    chance = random.Random(f"{whom}{jobs}")
    for _ in range(TIMES):
        study = Launched(tmp_path, jobs)
        begun = len(study.log.read_text().split()) if study.log.exists() else 0
        study.wait_for_work(begun + chance.randrange(8))
        (os.kill if whom == "parent" else os.killpg)(study.process.pid, signal.SIGKILL)
        study.finish()
    study = Launched(tmp_path, jobs)
    assert study.finish() == (0, "")
    assert files(study.folder) == undisturbed


def test_kill_workers_and_go_on(undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    """kill -9 of one worker after the other; the study itself ends in the same bytes."""
    study = Launched(tmp_path, 2)
    chance = random.Random(7)
    for number in range(3):
        study.wait_for_work(2 + 5 * number)
        for worker in [pid for pid in study.workers()[::-1] if alive(pid)][:1]:
            os.kill(worker, signal.SIGKILL)
            time.sleep(chance.random() / 10)
    assert study.finish() == (0, "")
    assert files(study.folder) == undisturbed


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupt_and_go_on(jobs: int, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    """Ctrl-C ends in two seconds with 130 and in silence; the same command goes on to the same bytes."""
    chance = random.Random(jobs)
    for _ in range(TIMES):
        study = Launched(tmp_path, jobs)
        begun = len(study.log.read_text().split()) if study.log.exists() else 0
        study.wait_for_work(begun + 1 + chance.randrange(8))
        clock = time.monotonic()
        os.killpg(study.process.pid, signal.SIGINT)
        code, said = study.finish()
        assert time.monotonic() - clock < 2
        assert (code, said) in {(130, ""), (0, "")}
        assert gone(study.workers(), 3)
    study = Launched(tmp_path, jobs)
    assert study.finish() == (0, "")
    assert files(study.folder) == undisturbed


def test_interrupt_while_workers_start(tmp_path: Path) -> None:
    """Ctrl-C between the first sign of life and the first work is as quick and as silent."""
    chance = random.Random(3)
    for number in range(TIMES):
        study = Launched(tmp_path / str(number), 2)
        while not (study.folder / NAME).exists():
            time.sleep(0.005)
        time.sleep(chance.random() / 3)
        clock = time.monotonic()
        os.killpg(study.process.pid, signal.SIGINT)
        code, said = study.finish()
        assert time.monotonic() - clock < 2
        assert (said, code) == ("", 130)
        assert gone(study.workers(), 3)


def test_orphans_leave(tmp_path: Path) -> None:
    """Workers whose parent was killed are gone in seconds, though they are in the middle of their work."""
    study = Launched(tmp_path, 2)
    study.wait_for_work(6)
    workers = [pid for pid in study.workers() if alive(pid)]
    assert workers
    os.kill(study.process.pid, signal.SIGKILL)
    assert gone(workers, 3)
    study.finish()


def test_a_second_study_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    """While one is at work, another with the same folder ends at once and does it no harm."""
    first = Store(tmp_path / "results")
    code, said = Launched(tmp_path, 2).finish()
    assert code == 1
    assert "another process is at work" in said
    first.close()
    assert [path.name for path in (tmp_path / "results").iterdir()] == [NAME]
