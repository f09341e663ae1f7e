"""`sim verify` on a scenario of one's own: what it expects, told as a table, as JSON and by the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

MINE = """
name: mine
clock: {horizon: 12 h, warm_up: 1 h}
teams: {desk: {headcount: 2}}
service:
  channels: {mail: {mode: deferred, target: {within: 1 h, share: 80 %}, tolerance: 1 h}}
  types: {request: {team: desk, channels: {mail: 1}, handle_time: 10 min, arrivals: {rate: 6 /h}}}
run: {replications: 5, seed: 4}
expect:
"""


@pytest.mark.parametrize(
    ("entry", "code", "told"),
    [
        ("{figure: handle_time, is: 10 min}", 0, "All figures agree with what was expected."),
        ("{figure: occupancy.desk, is: 90 %, within: 1 %}", 5, "1 of 1 figures deviate from what was expected."),
        ("{figure: wait.mail, minus: wait, above: 0}", 5, "deviate"),
        ("{figure: contacts, above: 66}", 5, "1 of 1 figures are undecided; more replications (-r) would tell."),
    ],
)
def test_verify_takes_a_scenario_of_ones_own(sim, tmp_path: Path, entry: str, code: int, told: str) -> None:
    """Exit code 5 unless all that is expected comes out for sure."""
    (tmp_path / "mine.yaml").write_text(f"{MINE}  - {entry}\n", encoding="utf-8")
    answer = sim("verify", "mine.yaml", "-j", "1")
    assert answer.code == code, answer.out
    assert told in answer.out
    finding = json.loads(sim("verify", "mine.yaml", "-j", "1", "--json").out)["findings"][0]
    assert finding["replications"] == 5
    assert finding["must"] in ("is", "above")
    assert (finding["verdict"] == "agrees") == (code == 0)


def test_what_cannot_be_verified_is_wrong_usage(sim, tmp_path: Path) -> None:
    """A file that expects nothing, a figure that there is not, a unit that is not the figure's."""
    (tmp_path / "mine.yaml").write_text(MINE.replace("expect:\n", ""), encoding="utf-8")
    answer = sim("verify", "mine.yaml")
    assert answer.code == 2
    assert "states nothing to verify" in answer.err
    for entry, sentence in (
        ("{figure: wiat, above: 0}", "did you mean 'wait'?"),
        ("{figure: wait, is: 3 %}", "wait is a time [min], but '3 %' is a share"),
    ):
        (tmp_path / "mine.yaml").write_text(f"{MINE}  - {entry}\n", encoding="utf-8")
        answer = sim("verify", "mine.yaml")
        assert answer.code == 2
        assert sentence in answer.err
