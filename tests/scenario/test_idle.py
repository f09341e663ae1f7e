"""Parts of a scenario that cannot show, each told in a sentence at its key."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.scenario.check import check
from sim.scenario.idle import idle_parts
from sim.scenario.load import load

CASES = Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
GOOD: str = YAML(typ="safe", pure=True).load(CASES)["good"]
VISIT = "slot: {slot}, target: {{within: 2 d, share: 1}}, tolerance: 2 d"
TIER = "service.types.request.escalation=[{{team: reps, reasons: {{{0}}}, handle_time: 1 h}}]"
UNSOLVED = "service.types.request.resolution=70 %"


def told(tmp_path: Path, *sets: str, laid: str = "") -> dict[str, str]:
    """Sentences by key about the good file with settings typed over it, or with a file laid over it."""
    base, path = tmp_path / "base.yaml", tmp_path / "x.yaml"
    base.write_text(GOOD, encoding="utf-8")
    path.write_text(f"extends: base.yaml\n{laid}", encoding="utf-8")
    return {key: sentence for key, sentence, _ in idle_parts(load(path, sets=sets))}


def visit(slot: str) -> str:
    """A file that adds a channel by appointment, used by the requests."""
    channel = f"{{mode: appointment, {VISIT.format(slot=slot)}}}"
    types = "{request: {channels: {visit: 1, phone: 0, email: 0}}}"
    return f"service: {{channels: {{visit: {channel}}}, types: {types}}}\n"


@pytest.mark.parametrize(
    ("key", "sentence", "sets"),
    [
        ("teams.agents.skills.french", "no work uses this skill", ["teams.agents.skills={french: 1}"]),
        (
            "teams.agents.groups.b.skills.french",
            "no work uses this skill",
            ["teams.agents.groups={a: {share: 1}, b: {share: 0, skills: {french: 1}}}"],
        ),
        ("service.skills.french", "no ticket type uses this skill", ["service.skills={french: {}}"]),
        (
            "teams.agents.training.skill",
            "training changes nothing",
            ["teams.agents.skills={x: 1}", "teams.agents.training={skill: x, hours: 1 h, ceiling: 2, takes: 9 h}"],
        ),
        (
            "service.types.request.escalation[0].reasons.odd",
            "its share is 0",
            [UNSOLVED, TIER.format("hard: 1, odd: 0")],
        ),
        ("service.types.request.escalation", "the first contact resolves every need", [TIER.format("hard: 1")]),
        (
            "service.types.request.escalation[1]",
            "the tier before resolves everything",
            [UNSOLVED, TIER.format("a: 1")[:-1] + ", {team: agents, reasons: {b: 1}, handle_time: 1 h}]"],
        ),
        ("teams.agents.discipline", "callers wait behind letters", ["teams.agents.discipline.rule=fifo"]),
        (
            "teams.reps.discipline",
            "differs in priority, but its rule is 'freshest'",
            ["teams.reps.discipline.rule=freshest", "service.types.request.team=reps",
             "sales.stages.closing.priority=2"]
        ),
        (
            "service.types.request.reserve",
            "more than 10 people must be free, but team 'agents' has 10",
            ["service.types.request.reserve=10"],
        ),
        ("sales.stages.closing.reserve", "team 'reps' has 6", ["sales.stages.closing.reserve=8"]),
        ("service.channels.phone.stretch", "sharing brings nothing",
         ["service.channels.phone.concurrency=3", "service.channels.phone.stretch=1"]),
        ("service.channels.phone.redial", "nobody gives up or is turned away",
         ["service.channels.phone.redial={share: 50 %, after: 1 h}"]),
        ("service.types.request.uses.comunication", "nobody's proficiency in it is given",
         ["teams.agents.skills={communication: 1.2}", "service.types.request.uses={comunication: 1}"]),
        ("service.types.request.arrivals.begin", "not before the horizon",
         ["service.types.request.arrivals={rate: 1 /d, begin: 15 mo}"]),
        ("teams.agents.ties", "not 'longest_idle'", ["teams.agents.ties=random"]),
        ("loops.failure_demand.on", "complaints is given, but the loop is off",
         ["service.types.request.complaints={share: 10 %}", "loops.failure_demand.on=false"]),
    ],
)  # fmt: skip
def test_what_cannot_show_is_told_at_its_key(tmp_path: Path, key: str, sentence: str, sets: list[str]) -> None:
    """One setting, one doubt; without it nothing is said about that key."""
    assert sentence in told(tmp_path, *sets)[key]
    assert key not in told(tmp_path)


def test_a_slot_longer_than_anybody_is_there_is_never_bookable(tmp_path: Path) -> None:
    """Eight hours are a day's window, but with a break nobody is there for so long at a stretch."""
    key = "service.channels.visit.slot"
    assert key not in told(tmp_path, "teams.agents.shrinkage=0", laid=visit("8 h"))
    assert (
        "nobody of team 'agents' is there for 9 h at a stretch (at most 8 h)"
        in told(tmp_path, "teams.agents.shrinkage=0", laid=visit("9 h"))[key]
    )
    lunch = "teams.agents.breaks={lunch: {at: '12:00', length: 30 min}}"
    assert "at most 4.5 h" in told(tmp_path, "teams.agents.shrinkage=0", lunch, laid=visit("8 h"))[key]


def test_a_skill_that_work_uses_is_not_idle(tmp_path: Path) -> None:
    """Whether somebody must have it or it only tells; and calls and letters may share a queue by priority."""
    skills = "teams.agents.skills={french: 1, tact: 1.2}"
    sets = [skills, "service.types.request.skill=french", "service.types.request.uses={tact: 0.5}"]
    assert told(tmp_path, *sets) == {"customers.leaving.beta": told(tmp_path)["customers.leaving.beta"]}


def test_the_full_desk_is_doubted_once_where_it_should_be() -> None:
    """A scenario with every key there is has one part that cannot show."""
    scenario = load(Path(__file__).with_name("full_desk.yaml"))
    assert [key for key, _, _ in idle_parts(scenario)] == ["teams.field.discipline"]
    assert {doubt.key for doubt in check(scenario) if doubt.severity == "warning"} == {"teams.field.discipline"}
