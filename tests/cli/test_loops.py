"""`sim loops`: one command from a plan to tables, a picture and a page, the same bytes however often it was stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.cli.main import main

TINY = """\
name: tiny
clock: {horizon: 1 mo, report_at: [2 wk]}
teams: {agents: {headcount: 2, wage: 400 EUR/mo}}
service:
  channels: {phone: {mode: live, patience: 5 min, target: {within: 60 s, share: 80 %}, tolerance: 3 min}}
  types:
    request:
      team: agents
      channels: {phone: 1}
      handle_time: 1 h
      resolution: 60 %
      returns_after: 1 d
      per_customer: 6 /mo
customers: {initial: {count: 60, mrr: 100 EUR/mo}, leaving: {base: 60 %/yr, beta: 4}}
"""
HELP = """\
extends: tiny.yaml
name: help
teams: {agents: {headcount: +1}}
"""
ROLES = 4 + 4
"""Variants of the plan: all loops, none, each of the two alone (which is without the other), and four nudges."""


@pytest.fixture
def tiny(sim, tmp_path: Path):
    """The command with tiny.yaml and help.yaml in the current folder."""
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    (tmp_path / "help.yaml").write_text(HELP, encoding="utf-8")
    return sim


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a result folder but what depends on the day."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in sorted(found.items()) if name != "manifest.json"}


def test_loops_of_a_plan(tiny, tmp_path: Path) -> None:
    """Tables and verdict on stdout, talk on stderr, everything else in the folder; again, it is the same."""
    answer = tiny("loops", "tiny.yaml", "-r", "3", "-j", "1")
    assert answer.code == 0, answer.err
    assert 'What each loop of "tiny" is worth' in answer.out
    assert "Verdict:" in answer.out
    assert "Left out:" in answer.out
    assert "referral (customers tell nobody)" in " ".join(answer.out.split())
    assert max(map(len, answer.out.splitlines())) <= 80
    assert f"{ROLES} variants x 3 futures = {3 * ROLES} runs" in answer.err
    assert "Wrote results/loops_tiny: loops.html, " in answer.err
    assert "Next: open results/loops_tiny/loops.html" in answer.err
    folder = tmp_path / "results/loops_tiny"
    first = files(folder)
    assert {"loops.html", "loops.csv", "elasticities.csv", "pictures/loop.svg", "pictures/loop.png",
            "pictures/loop.csv"} <= set(first)  # fmt: skip
    again = tiny("loops", "tiny.yaml", "-r", "3", "-j", "2", "-q")
    assert (again.out, again.err) == (answer.out, "")
    assert files(folder) == first
    assert json.loads((folder / "manifest.json").read_text())["reused_replications"] == 3 * ROLES


def test_difference_of_two_plans_as_json(tiny) -> None:
    """What carries it, in one document; an own copy of a plan differs from it in nothing."""
    answer = tiny("loops", "tiny.yaml", "--versus", "help.yaml", "-r", "3", "-j", "1", "--json", "-o", "out")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    assert (told["plan"], told["versus"], told["loops"]) == ("tiny", "help", ["retention", "failure_demand"])
    assert {part["measure"] for part in told["attribution"]} == {
        "carried", "without", "difference", "direct", "indirect",
    }  # fmt: skip
    assert {arrow["head"] for arrow in told["picture"]["arrows"]} >= {"customers", "tickets", "service"}
    assert told["left_out"]["hiring"] == "no team has a hiring rule"
    Path("copy.yaml").write_text("extends: tiny.yaml\nname: copy\n", encoding="utf-8")
    same = json.loads(tiny("loops", "tiny.yaml", "--versus", "copy.yaml", "-r", "3", "-j", "1", "--json").out)
    assert {part["verdict"] for part in same["attribution"]} == {"the same"}
    assert {part["interval"]["mean"] for part in same["attribution"]} == {0.0}


@pytest.mark.parametrize("as_json", [False, True])
def test_dry_run_tells_the_variants_and_writes_nothing(tiny, tmp_path: Path, as_json: bool) -> None:
    """How many runs, how long, under which names."""
    answer = tiny("loops", "tiny.yaml", "--dry-run", *(["--json"] if as_json else []))
    assert answer.code == 0
    assert not (tmp_path / "results").exists()
    if as_json:
        told = json.loads(answer.out)
        assert told["runs"] == 12 * ROLES
        assert len(told["variants"]) == ROLES
        assert told["left_out"]["burnout"] == "off"
    else:
        assert f"{ROLES} variants x 12 futures" in answer.out
        assert "tiny without retention" in answer.out
        assert "Nothing was written." in answer.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nothing.yaml",), 3, "nothing.yaml"),
        (("tiny.yaml", "--versus", "nothing.yaml"), 3, "nothing.yaml"),
        (("tiny.yaml", "--versus", "tiny.yaml"), 2, "named twice"),
        (("tiny.yaml", "help.yaml"), 2, "unexpected extra argument"),
        (("hotline.yaml",), 2, "none is on and can act"),
        (("tiny.yaml", "-r", "0"), 2, "must be between"),
        (("tiny.yaml", "--set", "loops.retention=off"), 3, "loops.retention"),
        ((), 2, "Missing argument"),
    ],
)
def test_faults_are_told_in_one_shape(tiny, tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """Wrong usage is 2, an invalid scenario 3; nothing is written."""
    answer = tiny("loops", *words)
    assert answer.code == code
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "results").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_kill_and_go_on(tiny, tmp_path: Path) -> None:
    """kill -9 in the middle; the same command ends in the same bytes as one that nobody killed."""
    words = ["loops", "tiny.yaml", "-r", "5", "-j", "1", "-q", "-o"]
    process = subprocess.Popen([sys.executable, "-m", "sim", *words, "killed"], stdout=subprocess.DEVNULL)
    journal = tmp_path / "killed" / "replications.sqlite-wal"
    end = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < end:
        if journal.exists() and journal.stat().st_size > 600_000:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.005)
    assert process.wait(timeout=60) == -signal.SIGKILL
    assert not (tmp_path / "killed" / "loops.csv").exists()
    assert main([*words, "killed"]) == 0
    assert 0 < json.loads((tmp_path / "killed" / "manifest.json").read_text())["reused_replications"] < 5 * ROLES
    assert main([*words, "calm"]) == 0
    assert files(tmp_path / "killed") == files(tmp_path / "calm")
