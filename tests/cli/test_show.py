"""`sim show`, `check`, `explain`, `report`, `schema`, `verify`: looking things up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.experiments import verification
from sim.experiments.statement import Statement
from sim.experiments.statistics import Interval


def test_show_lists_what_there_is(sim, tmp_path: Path) -> None:
    """Shipped plans with the question each answers, and the results of this folder."""
    answer = sim("show")
    assert answer.code == 0
    assert "baseline" in answer.out
    (tmp_path / "results" / "mine").mkdir(parents=True)
    (tmp_path / "results" / "mine" / "manifest.json").write_text("{}", encoding="utf-8")
    told = json.loads(sim("show", "--json").out)
    assert told["results"] == ["results/mine"]
    assert all(plan["description"] for plan in told["plans"])


def test_show_a_plan_says_where_each_value_comes_from(sim) -> None:
    """File and line of every value; what was typed, and what it was relative to."""
    out = sim("show", "more.yaml", "--set", "run.seed=3").out
    assert "teams.agents.headcount: 8" in out
    line = next(line for line in out.splitlines() if line.startswith("teams.agents.headcount"))
    assert "more.yaml:3" in line
    assert "6" in line
    assert "'+2'" in line
    assert "--set run.seed=3" in out
    assert "hotline.yaml:5" in next(line for line in out.splitlines() if line.startswith("teams.agents.wage"))
    told = json.loads(sim("show", "more.yaml", "--json").out)
    assert told["scenario"]["teams"]["agents"]["headcount"] == 8
    assert {"key", "value", "text", "from", "how"} == set(told["values"][0])


def test_show_and_report_tell_a_study_again(sim, tmp_path: Path) -> None:
    """A folder is enough: the same tables, the same report, nothing simulated."""
    first = sim("compare", "hotline.yaml", "more.yaml", "-o", "mine", "-q", "-j", "1")
    assert first.code == 0, first.err
    page = (tmp_path / "mine" / "report.html").read_bytes()
    assert sim("show", "mine").out == first.out
    (tmp_path / "mine" / "report.html").unlink()
    answer = sim("report", "mine")
    assert answer.code == 0, answer.err
    assert (tmp_path / "mine" / "report.html").read_bytes() == page
    assert json.loads(sim("report", "mine", "--json").out)["written"]


@pytest.mark.parametrize("command", ["show", "report"])
def test_a_folder_without_a_study_is_told(sim, tmp_path: Path, command: str) -> None:
    """One sentence, exit code 2."""
    (tmp_path / "empty").mkdir()
    answer = sim(command, "empty")
    assert answer.code == 2
    assert "empty" in answer.err


def test_check_counts_the_load(sim) -> None:
    """Offered load against staffing is told before anything is run; too much of it is a doubt, not a fault."""
    answer = sim("check", "hotline.yaml", "more.yaml")
    assert answer.code == 0
    assert "hotline: valid" in answer.out
    assert "load 0.67: 4.0 erlang for the 6.0 people there" in answer.out
    assert "agents: load 0.67 in every hour on duty" in answer.out
    told = json.loads(sim("check", "hotline.yaml", "--json").out)
    assert told["valid"] is True
    assert told["doubts"]["hotline"]
    desk = told["loads"]["hotline"]["agents"]
    assert desk["load"] == pytest.approx(4 / 6)
    assert [len(day) for day in desk["by_hour"]["load"]] == [24] * 7


def test_check_tells_overload_in_words_and_by_the_hour(sim, tmp_path: Path) -> None:
    """A result, not an error; the table has the hours on duty alone, and fits into 80 columns of plain characters."""
    steps = "{mon-fri: {'07:00': 4, '09:00': 6, '20:00': 0}, sat: {'22:00': 3}, sun: {'00:00': 2}}"
    (tmp_path / "steps.yaml").write_text(
        "extends: hotline.yaml\nname: steps\nclock: {horizon: 4 wk, report_at: [1 wk]}\n"
        f"teams: {{agents: {{headcount: null, steps: {steps}}}}}\n"
        "service: {channels: {phone: {patience: null}}}\n",
        encoding="utf-8",
    )
    answer = sim("check", "steps.yaml")
    assert answer.code == 0
    assert "warning: teams.agents.headcount: load 1.58: the queue grows without end (7.4 erlang" in answer.out
    days = ["mon", "tue-fri", "sat", "sun"]
    table = [line.rstrip() for line in answer.out.split("by hour")[1].splitlines()[1:]]
    assert max(map(len, table)) <= 80
    assert answer.out.isascii()
    assert [line.split()[0] for line in table] == ["0", *days, "12", *days]
    by_day = {line.split()[0]: line.split()[1:] for line in table[1:5]}
    assert by_day["mon"][6:] == ["-", "800!", "100", "67", "67", "67"]
    assert by_day["tue-fri"][7] == ">999!"
    assert by_day["sat"] == ["-"] * 12
    assert by_day["sun"] == ["200!"] * 12
    infinite = json.loads(sim("check", "hotline.yaml", "--set", "teams.agents.headcount=0", "--json").out)
    assert infinite["loads"]["hotline"]["agents"]["load"] is None


def test_explain_finds_keys_and_figures(sim) -> None:
    """By path with names of one's own, by the last word, by group, and by the name of a figure."""
    assert "share of the paid time" in sim("explain", "teams.agents.shrinkage").out.lower()
    assert "teams.*.shrinkage" in sim("explain", "shrinkage").out
    assert "sales.response.floor" in sim("explain", "sales.response").out
    assert "lower is better" in sim("explain", "abandonment").out
    assert "occupancy.<team>" in sim("explain", "occupancy.agents").out
    assert "law.lognormal.cv" in sim("explain", "sales.deal.cv").out
    assert "Tiers in order" in sim("explain", "service.types.x.escalation").out
    assert "Team of this tier" in sim("explain", "service.types.x.escalation[0].team").out
    assert sim("explain", "escalation.team").out == sim("explain", "service.types.x.escalation.team").out
    assert "service.channels.*.slot (mode: appointment)" in sim("explain", "service.channels.visit.slot").out
    assert "people on duty from each time of day on" in sim("explain", "teams.agents.steps").out
    assert "time of day, such as '12:30'" in sim("explain", "teams.agents.breaks.lunch.at").out
    assert "date or time, such as '2026-03-01', '2 mo'" in sim("explain", "marketing.sources.web.begin").out
    assert "law of share" in sim("explain", "sales.discount.usual").out
    assert "teams.*.ramp.table.*.from" in sim("explain", "teams.reps.ramp.table[0].from").out
    told = json.loads(sim("explain", "headcount", "--json").out)
    assert {key["path"] for key in told["keys"]} >= {"teams.*.headcount"}
    assert [figure["name"] for figure in told["figures"]] == ["headcount.<team>"]


def test_explain_names_the_nearest(sim) -> None:
    """Unknown words are wrong usage, with a suggestion."""
    answer = sim("explain", "shrinkge")
    assert answer.code == 2
    assert "did you mean 'shrinkage'?" in answer.err


def test_schema_is_printed_or_written(sim, tmp_path: Path) -> None:
    """A JSON Schema on stdout, or in a file."""
    printed = json.loads(sim("schema").out)
    assert printed["type"] == "object"
    assert "teams" in printed["properties"]
    assert sim("schema", "-o", "scenario.schema.json").code == 0
    assert json.loads((tmp_path / "scenario.schema.json").read_text(encoding="utf-8")) == printed
    assert sim("schema", "-o", "no/such/folder.json").code == 2


def test_verify_agrees_with_theory(sim) -> None:
    """One case, few replications: exact, simulated, verdict."""
    answer = sim("verify", "speed-to-lead", "-r", "6", "-j", "1")
    assert answer.code == 0, answer.out
    assert "agrees" in answer.out
    assert "All figures agree with theory." in answer.out


def test_verify_has_its_exit_code_for_a_deviation(sim, monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure beyond its interval is told and ends with 5."""
    case = verification.choose(["speed-to-lead"])[0]
    wrong = verification.Finding(
        case, Statement("win_rate", "is", 0.5), "share", Interval(0.17, 0.01, 0.16, 0.18, 20, 0.02, 0.999, 1)
    )
    monkeypatch.setattr(verification, "verify", lambda *args, **more: [wrong])
    answer = sim("verify", "speed-to-lead")
    assert answer.code == 5
    assert "deviates" in answer.out
    assert json.loads(sim("verify", "speed-to-lead", "--json").out)["agrees"] is False


def test_verify_names_what_there_is(sim) -> None:
    """An unknown group is wrong usage, with the groups there are."""
    answer = sim("verify", "queus")
    assert answer.code == 2
    assert "did you mean 'queues'?" in answer.err
