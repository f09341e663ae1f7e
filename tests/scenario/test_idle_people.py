"""Parts of careers that cannot show, each told in a sentence at its key."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.scenario.idle import idle_parts
from sim.scenario.load import load

CASES = Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
GOOD: str = YAML(typ="safe", pure=True).load(CASES)["good"]
PLAN = "loops.hiring.teams={{agents: {{rule: plan, {1}steps: [{{from: 1 mo, headcount: {0}}}]}}}}"
RATIO = "loops.hiring.teams={{agents: {{rule: ratio, of: customers, per_head: 20{0}}}}}"
RAMP = "teams.agents.ramp={time: 3 mo}"
MENTORS = "teams.agents.ramp={time: 3 mo, mentoring: 10 %}"
SACKED = "teams.agents.layoff_cost=4000 EUR"


def told(tmp_path: Path, *sets: str) -> dict[str, str]:
    """Sentences by key about the good file with settings typed over it."""
    path = tmp_path / "x.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return {key: sentence for key, sentence, _ in idle_parts(load(path, sets=sets))}


@pytest.mark.parametrize(
    ("key", "sentence", "sets"),
    [
        ("teams.agents.ramp", "nobody quits (turnover), so nobody is new", [RAMP]),
        ("teams.agents.ramp", "nobody is hired (loops.hiring), so nobody is new", [RAMP, PLAN.format(8, "")]),
        ("teams.agents.ramp.mentoring", "nobody is new", [MENTORS]),
        ("teams.agents.ramp.mentoring", "nobody is new for any time",
         [MENTORS.replace("3 mo", "0 d"), "teams.agents.turnover=10 %/yr"]),
        ("teams.agents.absence.length", "keep nobody away", ["teams.agents.absence={rate: 3 /yr, length: 0 d}"]),
        ("teams.agents.layoff_cost", "nobody is laid off", [SACKED]),
        ("teams.agents.layoff_cost", "nobody is laid off", [SACKED, PLAN.format(12, "")]),
        ("teams.agents.layoff_cost", "nobody is laid off", [SACKED, RATIO.format("")]),
        ("teams.agents.layoff_cost", "nobody is laid off",
         [SACKED, RATIO.format(", layoffs: true"), "loops.hiring.on=false"]),
        ("loops.burnout.on", "it is off", ["loops.burnout.above=90 %"]),
        ("loops.burnout", "strain changes nothing", ["loops.burnout={on: true, quits: 0, slower: 0, errors: 0}"]),
        ("loops.burnout.quits", "nobody quits (turnover), however tired", ["loops.burnout.on=true"]),
        ("loops.hiring.on", "it is off", [RATIO.format(""), "loops.hiring.on=false"]),
        ("loops.hiring.teams", "no team is named", ["loops.hiring.on=true"]),
        ("loops.hiring.teams.agents.every", "not before the horizon", [RATIO.format(", every: 12 mo")]),
        ("loops.hiring.teams.agents.most", "no choice: always 7", [RATIO.format(", least: 7, most: 7")]),
        ("loops.hiring.teams.agents.notice", "nobody is laid off ('layoffs')", [RATIO.format(", notice: 1 mo")]),
        ("loops.hiring.teams.agents.steps", "the headcount that there is", [PLAN.format(10, "")]),
        ("loops.hiring.teams.agents.steps[0].from", "not before the horizon",
         [PLAN.format(9, "").replace("1 mo", "1 yr")]),
        ("loops.hiring.teams.agents.notice", "no step is below the one before", [PLAN.format(12, "notice: 1 mo, ")]),
        ("loops.hiring.teams.agents.delay", "no step is above the one before", [PLAN.format(8, "delay: 1 mo, ")]),
    ],
)  # fmt: skip
def test_what_cannot_show_is_told_at_its_key(tmp_path: Path, key: str, sentence: str, sets: list[str]) -> None:
    """A doubt where it belongs; without the settings nothing is said about that key."""
    assert sentence in told(tmp_path, *sets)[key]
    assert key not in told(tmp_path)


def test_what_has_its_counterpart_is_not_idle(tmp_path: Path) -> None:
    """Newcomers who are hired by a rule, layoffs that a plan or a rule makes, tired people who can quit."""
    for rule in (PLAN.format(12, "delay: 1 mo, "), RATIO.format("")):
        assert set(told(tmp_path, MENTORS, rule)) == set(told(tmp_path))
    for rule in (PLAN.format(8, "notice: 1 mo, "), RATIO.format(", layoffs: true, notice: 1 mo")):
        assert set(told(tmp_path, SACKED, rule)) == set(told(tmp_path))
    assert set(told(tmp_path, "loops.burnout.on=true", "teams.agents.turnover=10 %/yr")) == set(told(tmp_path))
