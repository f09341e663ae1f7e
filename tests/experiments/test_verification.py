"""The simulation agrees with theory, and a deviation would be found."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from sim.engine.units import parse
from sim.errors import SimError
from sim.experiments.replicate import replicate
from sim.experiments.statistics import t_interval
from sim.experiments.theory import Case
from sim.experiments.verification import CONFIDENCE, choose, statements, verify


def test_every_shipped_case_agrees() -> None:
    """All queues, pipelines and customer bases at once, with 99.9 % confidence together."""
    findings = verify(choose(["queues", "pipeline", "customers"]), replications=8, seed=20)
    wrong = [f"{f.case.name} {f.figure}: {f.exact} not in {f.simulated}" for f in findings if not f.agrees]
    assert not wrong
    assert len(findings) >= 40


@pytest.mark.parametrize(
    ("lesson", "horizon"),
    [
        ("01-one-queue", "72 h"),
        ("02-impatience", "72 h"),
        ("03-channels", "66 h"),
        ("04-pooling", "18 h"),
        ("05-cross-training", "15 h"),
        ("06-fcr", "5 d"),
        ("07-shortcuts", "40 wk"),
        ("08-rep-knee", "52 wk"),
        ("09-freshest-first", "10 d"),
        ("10-overselling", "16 mo"),
        ("11-best-split", "18 mo"),
        ("12-worse-before-better", "16 mo"),
        ("13-leaky-bucket", "48 mo"),
        ("14-tipping-point", "20 mo"),
        ("15-closed-tickets", "12 wk"),
        ("16-late-hires", "26 wk"),
        ("17-market-growth", "36 mo"),
        ("18-survivors", "12 yr"),
    ],
)
def test_lessons_come_out_as_they_say(lesson: str, horizon: str) -> None:
    """Four futures of each, most of them shortened: nothing deviates, and differences lie on the side they should.

    `sim verify learn` takes them as long as they are, and asks for more.
    """
    case = choose([lesson])[0]
    read_at = {at for statement in statements(case) for at in (statement.at, statement.minus_at)}
    instants = [at for at in case.scenario.clock.report_at if at in read_at]
    clock = case.scenario.clock.model_copy(update={"horizon": parse(horizon, "duration"), "report_at": instants})
    read = {variant for statement in statements(case) for variant in statement.variants}
    outcomes = {
        variant: replicate({lesson: scenario.model_copy(update={"clock": clock})}, 4, 5, jobs=1)
        for variant, scenario in {"": case.scenario, **case.variants}.items()
        if variant in read
    }
    for statement in statements(case):
        found = t_interval(statement.values(outcomes, lesson), CONFIDENCE, 60)
        assert statement.verdict(found) != "deviates", (statement, found)
        if statement.word != "is":
            assert (found.mean > statement.value) == (statement.word == "above"), (statement, found)


def test_a_wrong_theory_is_found() -> None:
    """The intervals are narrow enough to refute a desk with one agent more."""
    case = choose(["erlang-c"])[0]
    wrong = replace(case, exact={"occupancy.desk": case.exact["occupancy.desk"] * 14 / 15})
    (finding,) = verify([wrong], replications=10, seed=3)
    assert finding.verdict == "deviates"
    assert finding.exact == wrong.exact["occupancy.desk"]


def test_a_file_is_held_against_what_it_expects(tmp_path: Path) -> None:
    """A scenario of the user's own; one that states nothing, or a figure that there is not, is refused."""
    text = """
        name: mine
        clock: {horizon: 12 h, warm_up: 1 h}
        teams: {desk: {headcount: 2}}
        service:
          channels: {mail: {mode: deferred, target: {within: 1 h, share: 80 %}, tolerance: 1 h}}
          types: {request: {team: desk, channels: {mail: 1}, handle_time: 10 min, arrivals: {rate: 6 /h}}}
        run: {replications: 6, seed: 4}
    """
    path = tmp_path / "mine.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    with pytest.raises(SimError, match="states nothing to verify"):
        choose([str(path)])
    expect = """
        expect:
          - {figure: handle_time, is: 10 min}
          - {figure: wait.mail, below: 1 h}
          - {figure: wait.mail, above: 1 h, because: a demand too far}
    """
    path.write_text(textwrap.dedent(text + expect), encoding="utf-8")
    findings = verify(choose([str(path)]))
    assert [finding.verdict for finding in findings] == ["agrees", "agrees", "deviates"]
    assert findings[0].simulated.n == 6
    path.write_text(textwrap.dedent(text + expect).replace("wait.mail, above", "wait.mial, above"), encoding="utf-8")
    with pytest.raises(SimError, match=r"no figure 'wait.mial'; did you mean 'wait.mail'"):
        verify(choose([str(path)]))


def test_variants_of_a_file_are_run_with_the_same_chance(tmp_path: Path) -> None:
    """A difference between variants is one of the settings: nobody waits for a colleague who has nothing to do."""
    text = """
        name: mine
        clock: {horizon: 12 h, warm_up: 1 h}
        teams: {desk: {headcount: 2}, idle: {headcount: 1}}
        service:
          channels: {mail: {mode: deferred, target: {within: 1 h, share: 80 %}, tolerance: 1 h}}
          types: {request: {team: desk, channels: {mail: 1}, handle_time: 10 min, arrivals: {rate: 9 /h}}}
        run: {replications: 6, seed: 4}
        expect:
          - {figure: wait, minus: wait, minus_with: {teams.idle.headcount: 4}, is: 0}
          - {figure: wait, minus: wait, minus_with: {teams.desk.headcount: +1}, above: 0}
          - {figure: occupancy.desk, with: {teams.desk.headcount: 3}, is: 50 %, within: 20 %}
    """
    path = tmp_path / "mine.yaml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    findings = verify(choose([str(path)]))
    assert [finding.verdict for finding in findings[::2]] == ["agrees", "agrees"]
    assert findings[0].simulated.half_width == 0
    assert findings[1].simulated.mean > 0
    assert findings[1].figure == "wait - wait with teams.desk.headcount=+1"
    scenario = findings[0].case.scenario
    with pytest.raises(SimError, match="settings can be changed in files only"):
        verify([Case("built", "own", "built in Python", scenario, {})])


def test_cases_are_chosen_by_group_or_name() -> None:
    """Nothing means everything; what is neither is refused with the nearest name."""
    assert {case.group for case in choose(["customers"])} == {"customers"}
    assert [case.name for case in choose(["mm1", "churn"])] == ["mm1", "churn"]
    assert len(choose()) > len(choose(["queues"])) > 5
    with pytest.raises(SimError, match="did you mean 'queues'"):
        choose(["queue"])


def test_too_few_replications_are_refused() -> None:
    """Under five there is hardly an interval."""
    with pytest.raises(SimError, match="at least 5"):
        verify(choose(["mm1"]), replications=3)
