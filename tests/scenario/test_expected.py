"""What may stand at a key path."""

from __future__ import annotations

import pytest

from sim.scenario.expected import keys_at, named_at, standing
from sim.scenario.yamltree import decode, read

TREE, _ = read(
    decode(
        b"sales: {response: {decay: power}, deal: {dist: lognormal}, expiry: 3 d, stages: {closing: {}}}\n"
        b"service: {types: {request: {escalation: [{team: x}]}},\n"
        b"  channels: {phone: {mode: live}, visit: {mode: appointment}}}\n"
        b"teams: {agents: {discipline: {rule: fifo}}}\n",
        "x.yaml",
    )
)


def test_keys_of_a_group_are_those_of_its_plan() -> None:
    """A group that says its kind has the keys of that kind only; where users choose names there are none."""
    assert "horizon" in keys_at(TREE, ("clock",))
    assert keys_at(TREE, ("sales", "response")) == ["decay", "scale", "exponent", "floor"]
    assert keys_at(TREE, ("sales", "deal")) == ["dist", "mean", "cv"]
    assert keys_at(TREE, ("teams", "agents", "discipline")) == ["rule"]
    assert keys_at(TREE, ("teams",)) == []
    assert "wrap_up" in keys_at(TREE, ("service", "channels", "phone"))
    assert "slot" not in keys_at(TREE, ("service", "channels", "phone"))
    assert "slot" in keys_at(TREE, ("service", "channels", "visit"))
    assert "reasons" in keys_at(TREE, ("service", "types", "request", "escalation", 0))
    assert keys_at(TREE, ("nowhere",)) == []


def test_names_chosen_by_the_user_are_known_as_such() -> None:
    """Teams and stages have names of their own; the days of a week have not."""
    assert named_at(TREE, ("teams",))
    assert named_at(TREE, ("sales", "stages"))
    assert named_at(TREE, ("teams", "agents", "groups"))
    assert named_at(TREE, ("teams", "agents", "breaks"))
    assert not named_at(TREE, ("teams", "agents", "steps"))
    assert not named_at(TREE, ("clock", "hours"))
    assert not named_at(TREE, ("clock",))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("teams.agents.headcount", "change"), ("clock.horizon", "change"), ("sales.deal", "change"),
        ("sales.deal.mean", "change"),
        ("sales.stages.closing.pass_rate", "change"), ("customers.leaving.beta", "change"), ("run.seed", "change"),
        ("sales.questions.answered", "signed"), ("marketing.referred.fit", "signed"), ("name", "other"),
        ("description", "other"),
        ("clock.hours", "other"), ("clock.start", "other"), ("loops.referral.on", "other"), ("sources.x.low", "other"),
        ("teams.agents.steps.mon-fri.09:00", "change"), ("service.channels.phone.stretch", "change"),
        ("loops.shortcuts.exponent", "signed"), ("service.skills.tact.resolution", "signed"),
        ("economics.currency", "other"), ("sales.stages.closing.team", "other"), ("nowhere.at.all", "other"),
    ],
)  # fmt: skip
def test_a_sign_means_a_change_where_no_negative_number_can_stand(path: str, expected: str) -> None:
    """Log-odds may be negative, so their sign is their own; text and switches have no signs."""
    assert standing(TREE, tuple(path.split("."))) == expected
