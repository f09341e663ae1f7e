"""`sim run` and `sim compare`: a folder of results and a verdict, or one clear refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

QUICK = ("-j", "1", "-q")


def test_compare_ends_with_a_verdict_and_a_folder(sim, tmp_path: Path) -> None:
    """Two plans in; tables, pictures and a report out; the same command again reuses what is finished."""
    answer = sim("compare", "hotline.yaml", "more.yaml", "-j", "1")
    assert answer.code == 0, answer.err
    folder = tmp_path / "results" / "hotline_more"
    for name in ("report.html", "comparison.csv", "replications.csv", "monthly.csv", "manifest.json"):
        assert (folder / name).is_file(), name
    assert (folder / "scenarios" / "more.yaml").is_file()
    assert list((folder / "pictures").glob("*.svg"))
    assert "Verdict" in answer.out
    assert "Wrote" in answer.err
    assert "Next: " in answer.err
    before = (folder / "comparison.csv").read_bytes()
    assert sim("compare", "hotline.yaml", "more.yaml", *QUICK).out == answer.out
    assert (folder / "comparison.csv").read_bytes() == before


def test_run_tells_one_plan(sim, tmp_path: Path) -> None:
    """A single plan gets its figures with intervals, quietly if asked."""
    answer = sim("run", "hotline.yaml", "-o", "mine", "-r", "4", "--set", "teams.agents.headcount=7", *QUICK)
    assert answer.code == 0, answer.err
    assert answer.err == ""
    assert answer.out.isascii()
    manifest = json.loads((tmp_path / "mine" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["replications"] == 4
    assert "teams.agents.headcount=7" in manifest["command"]


def test_json_is_one_document(sim) -> None:
    """With --json stdout is one document without a number that JSON does not know."""
    answer = sim("compare", "hotline.yaml", "more.yaml", "--json", *QUICK)
    assert answer.code == 0, answer.err
    told = json.loads(answer.out, parse_constant=lambda word: pytest.fail(f"{word} in JSON"))
    assert told["plans"] == ["hotline", "more"]
    assert told["replications"] == 3
    assert told["comparison"]["contrasts"]
    assert told["figures"]["more"]["8 d"]["wait"]["n"] == 3


@pytest.mark.parametrize("as_json", [False, True])
def test_dry_run_writes_nothing(sim, tmp_path: Path, as_json: bool) -> None:
    """It tells plans, replications and the expected number of contacts."""
    answer = sim("compare", "hotline.yaml", "more.yaml", "--dry-run", *(["--json"] if as_json else []))
    assert answer.code == 0
    assert not (tmp_path / "results").exists()
    if as_json:
        told = json.loads(answer.out)
        assert [plan["plan"] for plan in told["plans"]] == ["hotline", "more"]
        assert told["plans"][0]["contacts"] == pytest.approx(40 * 24 * 8, rel=0.2)
    else:
        assert "3 replications" in answer.out
        assert "Nothing was written." in answer.out


@pytest.mark.parametrize("option", ["-j", "--jobs", "--workers"])
@pytest.mark.parametrize("count", ["0", "100000", "-3"])
def test_an_absurd_number_of_workers_is_refused(sim, option: str, count: str) -> None:
    """Neither none nor a hundred thousand."""
    answer = sim("run", "hotline.yaml", option, count)
    assert answer.code == 2
    assert "(workers) must be between 1 and 256" in answer.err


@pytest.mark.parametrize(("option", "value"), [("-r", "0"), ("-r", "2000000"), ("--seed", "-1")])
def test_settings_out_of_range_are_wrong_usage(sim, option: str, value: str) -> None:
    """Ranges of typed run settings are told."""
    answer = sim("run", "hotline.yaml", option, value)
    assert answer.code == 2
    assert "must be between" in answer.err


@pytest.mark.parametrize("text", ["teams.agents.headcount", "=3", ""])
def test_set_without_a_value_is_wrong_usage(sim, text: str) -> None:
    """The shape is told with an example."""
    answer = sim("run", "hotline.yaml", "--set", text)
    assert answer.code == 2
    assert "key=value" in answer.err


def test_plans_of_one_name_are_refused(sim, tmp_path: Path) -> None:
    """Tables and files are by name, so two plans of one name cannot stand side by side."""
    (tmp_path / "copy.yaml").write_text((tmp_path / "hotline.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    answer = sim("compare", "hotline.yaml", "copy.yaml")
    assert answer.code == 2
    assert "same name 'hotline'" in answer.err


def test_a_plan_named_twice_is_told(sim) -> None:
    """Not the advice to rename it."""
    answer = sim("compare", "hotline.yaml", "hotline.yaml")
    assert answer.code == 2
    assert "named twice" in answer.err


def test_warnings_are_one_short_line_for_all_plans(sim) -> None:
    """The answer is not drowned, and --quiet silences them."""
    few = ("--set", "teams.agents.headcount=-5", "--dry-run")
    answer = sim("compare", "hotline.yaml", "more.yaml", *few)
    assert answer.err == (
        "warning: teams.agents.headcount: more work than they can do (hotline 400 %, more 133 %)\n"
    )
    assert sim("compare", "hotline.yaml", "more.yaml", "-q", *few).err == ""


def test_different_horizons_are_cut_to_the_shortest(sim, tmp_path: Path) -> None:
    """Beyond the shorter horizon there is nothing to compare with: a warning, and both stop there."""
    (tmp_path / "short.yaml").write_text(
        "extends: hotline.yaml\nname: short\nclock: {horizon: 4 d, report_at: [2 d]}\n", encoding="utf-8"
    )
    answer = sim("compare", "hotline.yaml", "short.yaml", "--json", "-j", "1")
    assert answer.code == 0, answer.err
    assert "differ in horizon" in answer.err
    told = json.loads(answer.out)
    assert told["horizons"][-1] == "4 d"
    waits = [told["figures"][plan]["4 d"]["wait"]["mean"] for plan in ("hotline", "short")]
    assert waits[0] == waits[1], "the same staffing over the same time is the same company"


def test_faults_of_all_plans_are_told_at_once(sim, tmp_path: Path) -> None:
    """Whoever names two bad files does not have to come twice."""
    (tmp_path / "a.yaml").write_text("extends: hotline.yaml\nclok: 3\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("extends: hotline.yaml\nrun: {sed: 3}\n", encoding="utf-8")
    answer = sim("compare", "a.yaml", "b.yaml")
    assert answer.code == 3
    assert "a.yaml:2" in answer.err
    assert "b.yaml:2" in answer.err


def test_a_folder_that_cannot_be_written_is_told_before_the_first_replication(sim, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    answer = sim("run", "hotline.yaml", "-o", "taken")
    assert answer.code == 2
    assert "'taken'" in answer.err
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_a_folder_is_no_plan(sim) -> None:
    """`sim run .` names what is wrong."""
    answer = sim("run", ".")
    assert answer.code == 3
    assert "not a regular file" in answer.err


def test_far_too_much_work_is_refused(sim) -> None:
    """A scenario that would not end in bearable time is not begun."""
    sets = ("--set", "service.types.call.arrivals.rate=100 /s", "--set", "clock.horizon=10 yr")
    answer = sim("run", "hotline.yaml", *sets)
    assert answer.code == 3
    assert "would create about" in answer.err
