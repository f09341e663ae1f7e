"""The command answers at once: nothing heavy is loaded before it is needed."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

HEAVY = ("pandas", "matplotlib", "scipy", "simpy", "pydantic", "numpy", "jinja2", "rich", "ruamel", "sqlite3")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Python with these arguments."""
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, timeout=60)


def test_help_loads_nothing_heavy() -> None:
    """Listing the commands needs no numbers, tables or pictures."""
    code = (
        "import sys; from sim.cli.main import main; main(['--help']); "
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = run("-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_front_door_loads_nothing_heavy() -> None:
    """`import sim` costs nothing; names are fetched when they are used."""
    done = run("-c", f"import sys, sim; dir(sim); print([name for name in {HEAVY!r} if name in sys.modules])")
    assert done.stdout.strip() == "[]"


def test_help_is_there_in_a_blink() -> None:
    """Half of nine starts take under 0.3 s of processor time (wall time would measure who else is at the machine)."""

    def once() -> float:
        import resource

        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        assert run("-m", "sim", "--help").returncode == 0
        wall = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return min(wall, used)

    assert statistics.median(once() for _ in range(9)) < 0.3


def test_report_tools_are_not_loaded_to_simulate() -> None:
    """A replication needs neither tables nor pictures: a worker process starts lean."""
    heavy = ("pandas", "matplotlib", "scipy", "jinja2", "rich", "click")
    done = run("-c", f"import sys, sim; sim.simulate; print([name for name in {heavy!r} if name in sys.modules])")
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
