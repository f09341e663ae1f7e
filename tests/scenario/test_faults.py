"""Sentences for what the plans refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.errors import ScenarioError
from sim.scenario.load import load

CASES = Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
GOOD: str = YAML(typ="safe", pure=True).load(CASES)["good"]


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("sales.response={mean: 3 d}", "sales.response: required setting 'decay' is missing"),
        ("sales.response={decay: expo}",
        "sales.response.decay: 'expo' is not one of: constant, exponential, power, steps"),
        ("sales.response={decay: exponential}", "sales.response.mean: required setting 'mean' is missing"),
        ("sales.response={decay: 3}", "sales.response.decay: '3' is not one of: constant, exponential, power, steps"),
        ("teams.reps.discipline.rule=pririty",
        "is not one of: fifo, priority, earliest_due, freshest, largest_value; did you mean"),
        ("teams.reps.discipline={rule: fifo, x: 1}",
        "teams.reps.discipline.x: fifo does not take 'x'; it takes no settings"),
        ("teams.reps.takes=3",
        "expected one of: longest_idle, least_busy, random, owner_first, own_skill_first; found the number 3"),
        ("sales.stages=[]", "sales.stages: expected a group of settings, found a list"),
        ("clock=3", "clock: expected a group of settings, found the number 3"),
        ("sales.response={decay: steps, after: [], factors: [1]}",
        "sales.response.after: expected at least 1 entry, found 0"),
        ("sales.response={decay: steps, after: [1 d], factors: [1, 0.5]}",
        "'after' has 1 entries and 'factors' 2; they must match"),
        ("sources={clock.horizon: {source: ''}}", "expected at least 1 character, found 0"),
        ("description=3", "description: expected text, found the number 3"),
        ("run.confidence=high", "run.confidence: expected a number, found text 'high'"),
        ("economics.currency=eur", "'eur' is not a currency code of three capital letters, such as EUR"),
        ("sales.stages.closing.team=The Reps", "'The Reps' is not a name (lower-case letters, digits and '_'"),
        ("clock.start=tomorrow", "clock.start: 'tomorrow' is not a date (YYYY-MM-DD)"),
        ("clock.report_at=[2 yr]", "times in 'report_at' must lie after 'warm_up' and not after 'horizon'"),
        ("teams.agents.headcount=null", "teams.agents: 'headcount' is missing"),
        ("loops.referral.on=no", "loops.referral.on: expected true or false, found text 'no'; write false"),
        ("teams.reps=null", "there is no team 'reps'; known: agents"),
    ],
)  # fmt: skip
def test_every_refusal_is_one_sentence_in_the_users_words(tmp_path: Path, setting: str, sentence: str) -> None:
    """What was found and what was expected, without the vocabulary of any library."""
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path, sets=[setting])
    told = str(caught.value)
    assert sentence in told
    for word in ("Input should", "valid ", "pydantic", "Value error", "validation", "dict", "NoneType"):
        assert word not in told
