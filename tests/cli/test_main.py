"""The frame of the command line: help, faults in one shape, exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import main as frame


def test_help_lists_every_command(sim) -> None:
    """`sim --help` names all commands, each with what it is for."""
    answer = sim("--help")
    assert answer.code == 0
    for command in ("run", "compare", "show", "check", "explain", "verify", "report", "schema"):
        assert f"  {command} " in answer.out
    assert sim("--version").out.startswith("sim 0.")


@pytest.mark.parametrize("command", ["run", "compare", "show", "check", "explain", "verify", "report", "schema"])
def test_help_of_a_command_has_an_example(sim, command: str) -> None:
    """Something to type, in 80 columns."""
    answer = sim(command, "--help")
    assert f"Example: sim {command} " in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80


def test_without_a_command_help_is_told_as_wrong_usage(sim) -> None:
    """Nothing was asked for: help on stderr, exit code 2."""
    answer = sim()
    assert (answer.code, answer.out) == (2, "")
    assert "Commands:" in answer.err


def test_an_unknown_command_names_the_nearest(sim) -> None:
    """A slip of the finger costs one look."""
    answer = sim("compair", "a", "b")
    assert answer.code == 2
    assert "did you mean 'compare'?" in answer.err


def test_a_bad_option_is_wrong_usage(sim) -> None:
    """Faults of the command line are told on stderr with exit code 2."""
    answer = sim("run", "hotline.yaml", "--sed", "3")
    assert answer.code == 2
    assert "--seed" in answer.err
    assert answer.out == ""


def test_a_faulty_scenario_is_told_with_its_place(sim, tmp_path: Path) -> None:
    """One shape of error: file, line, column, key path, sentence, source line; exit code 3; nothing written."""
    (tmp_path / "bad.yaml").write_text("extends: hotline.yaml\nteams:\n  agents: {headcont: 3}\n", encoding="utf-8")
    answer = sim("run", "bad.yaml")
    assert answer.code == 3
    assert "bad.yaml:3:12: teams.agents.headcont: " in answer.err
    assert "did you mean 'headcount'?" in answer.err
    assert "agents: {headcont: 3}" in answer.err
    assert answer.out == ""
    assert not (tmp_path / "results").exists()


def test_an_unforeseen_failure_is_one_sentence(sim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our fault is exit code 1 without a traceback; SIM_DEBUG=1 shows where."""

    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("the roof\nis leaking")

    monkeypatch.setattr("sim.cli.plans._loaded", broken)
    answer = sim("check", "hotline.yaml")
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    assert "RuntimeError: the roof is leaking" in answer.err
    monkeypatch.setenv("SIM_DEBUG", "1")
    with pytest.raises(RuntimeError):
        frame.main(["check", "hotline.yaml"])


def test_an_interrupt_is_told_and_has_its_code(sim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with 130 and no traceback."""

    def stopped(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.cli.plans._loaded", stopped)
    answer = sim("check", "hotline.yaml")
    assert (answer.code, answer.out) == (130, "")
    assert answer.err.strip() == "interrupted"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end differently there")
def test_a_reader_who_has_seen_enough_is_no_fault() -> None:
    """`sim explain | head -1` ends quietly."""
    command = f"'{sys.executable}' -m sim explain | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "0"
