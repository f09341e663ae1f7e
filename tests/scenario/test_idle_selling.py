"""Parts of demand, pipeline and follow-up that cannot show, each told in a sentence at its key."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.scenario.check import check
from sim.scenario.idle import idle_parts
from sim.scenario.load import load

CASES = Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
GOOD: str = YAML(typ="safe", pure=True).load(CASES)["good"]
QUOTA = "sales.quota={amount: 2000 EUR/mo}"
SERVED = "sales.stages={first: {team: agents, work: 1 h, pass_rate: 50 %}}"
ALONE = ["customers=null", "service=null"]
CALLS = "{team: reps, call: 6 min, reach: 10 %, interest: 20 %}"
FOLLOW = "sales.follow_up={{call: {{team: reps, work: 30 min, {0}}}}}"
TERM = "customers.contract={length: 1 yr}"
SKILLED = "teams.reps.skills={tact: 1.2}"


def told(tmp_path: Path, *sets: str) -> dict[str, str]:
    """Sentences by key about the good file with settings typed over it."""
    path = tmp_path / "x.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return {key: sentence for key, sentence, _ in idle_parts(load(path, sets=sets))}


@pytest.mark.parametrize(
    ("key", "sentence", "sets"),
    [
        ("marketing.sources.web.begin", "not before the horizon", ["marketing.sources.web.begin=2027-02-01"]),
        ("marketing.sources.web.end", "before the start",
         ["marketing.sources.web.begin=2025-02-01", "marketing.sources.web.end=2026-01-05"]),
        ("marketing.prospecting.cold.reach", "none brings a lead",
         [f"marketing.prospecting={{cold: {CALLS.replace('10 %', '0')}}}"]),
        ("marketing.prospecting.cold.interest", "none brings a lead",
         [f"marketing.prospecting={{cold: {CALLS.replace('20 %', '0')}}}"]),
        ("marketing.prospecting.cold.reserve", "more than 6 people must be free, but team 'reps' has 6",
         [f"marketing.prospecting={{cold: {CALLS}}}", "marketing.prospecting.cold.reserve=6"]),
        ("marketing.referred", "customers send nobody", ["marketing.referred={fit: 0.3}"]),
        ("marketing.sources.web.loyalty", "nobody can be loyal", [*ALONE, "marketing.sources.web.loyalty=2"]),
        ("marketing.referred.loyalty", "nobody can be loyal", [*ALONE, "marketing.referred.loyalty=2"]),
        ("marketing.win_back.share", "nobody comes back", ["marketing.win_back={share: 0, after: 1 mo}"]),
        ("marketing.win_back.after", "hardly anybody", ["marketing.win_back={share: 10 %, after: 2 yr}"]),
        ("sales.stages.closing", "come in at a later stage",
         ["sales.stages={last: {team: reps, work: 1 h, pass_rate: 1}}", "marketing.sources.web.enters=last",
          "marketing.referred.enters=last"]),
        ("sales.quota.team", "works no stage", ["sales.quota={amount: 2000 EUR/mo, team: agents}"]),
        ("sales.interactions.meeting", "no stage names this", ["sales.interactions={meeting: {}}"]),
        ("sales.interactions.meeting.wasted", "everybody is there",
         ["sales.interactions={meeting: {wasted: 9 min}}", "sales.stages.closing.interaction=meeting"]),
        ("sales.interactions.meeting.attempts", "everybody is there",
         ["sales.interactions={meeting: {attempts: 3}}", "sales.stages.closing.interaction=meeting"]),
        ("sales.skills.tact", "nobody who sells", ["sales.skills={tact: {odds: 1}}"]),
        ("sales.skills.tact", "nobody who sells",
         ["sales.skills={tact: {odds: 1}}", "teams.agents.skills={tact: 2}"]),
        ("sales.skills.tact", "all its effects are 0", ["sales.skills={tact: {}}", SKILLED]),
        ("sales.skills.tact.cycle", "no buyer thinks", ["sales.skills={tact: {cycle: 1}}", SKILLED]),
        ("sales.skills.tact.discount", "nothing is negotiated", ["sales.skills={tact: {discount: 1}}", SKILLED]),
        ("sales.skills.tact.follow_up", "nobody follows up", ["sales.skills={tact: {follow_up: 1}}", SKILLED]),
        ("teams.reps.skills.tact", "no work uses this skill", [SKILLED]),
        ("sales.nurture", "nobody comes back", ["sales.nurture={after: 1 mo}"]),
        ("sales.nurture.expired", "no lead expires", ["sales.nurture={expired: 20 %, after: 1 mo}"]),
        ("sales.workload", "costs nothing", ["sales.workload={best: 20, loss: 0}"]),
        ("sales.discount.pressure", "there is none", ["sales.discount={stage: closing, usual: 5 %, pressure: 1}"]),
        ("sales.handover", "costs nothing", ["sales.handover={}"]),
        ("sales.handover", "nobody of it quits", ["sales.handover={owner_left: -1}"]),
        ("sales.handover", "nobody owns",
         ["sales.handover={owner_left: -1}", "sales.owned=false", "teams.reps.turnover=10 %/yr"]),
        ("sales.handover.between_teams", "one team does it all",
         ["sales.handover={between_teams: -1}", "teams.reps.turnover=10 %/yr"]),
        ("sales.handover.owner_left", "nobody who sells quits", ["sales.handover={owner_left: -1}", SERVED]),
        ("sales.follow_up.call.after", "never comes due", [FOLLOW.format("after: 13 mo")]),
        ("sales.follow_up.call.every", "longer than the horizon", [FOLLOW.format("every: 13 mo")]),
        ("sales.follow_up.call.before_renewal", "never comes due", [FOLLOW.format("before_renewal: 12 mo"), TERM]),
        ("sales.follow_up.call.before_renewal", "no term is that far",
         [FOLLOW.format("before_renewal: 1 mo"), TERM.replace("1 yr", "13 mo"), "customers.initial.count=0"]),
        ("sales.follow_up.call.below", "never done", [FOLLOW.format("every: 2 mo, below: 0")]),
        ("sales.follow_up.call", "only work", [FOLLOW.format("every: 2 mo, weight: 0")]),
        ("sales.follow_up.call.reserve", "team 'reps' has 6", [FOLLOW.format("every: 2 mo, reserve: 7")]),
        ("teams.reps.discipline", "differs in priority",
         [FOLLOW.format("every: 2 mo"), "teams.reps.discipline.rule=fifo"]),
        ("teams.reps.ramp", "nobody is new", ["teams.reps.ramp={time: 3 mo}"]),
        ("teams.reps.spread", "do not differ", ["teams.reps.spread={}"]),
        ("loops.overselling.on", "nobody feels any pressure", ["loops.overselling.on=true"]),
        ("loops.overselling.on", "it is off", ["loops.overselling.bar=3"]),
        ("loops.overselling", "pressure changes nothing",
         [QUOTA, "loops.overselling={on: true, bar: 0, promise: 0}"]),
        ("loops.overselling", "only brings wins", [QUOTA, "loops.overselling={on: true, tickets: 1, leaving: 1}"]),
        ("loops.reputation.on", "it is off", ["loops.reputation.strength=2"]),
        ("loops.reputation.on", "nobody can be content", [*ALONE, "loops.reputation.on=true"]),
        ("loops.reputation", "moves nothing", ["loops.reputation={on: true, strength: 0}"]),
        ("loops.reputation.strength", "no sources",
         ["loops.reputation.on=true", "marketing.sources.web=null", f"marketing.prospecting={{cold: {CALLS}}}"]),
    ],
)  # fmt: skip
def test_what_cannot_show_is_told_at_its_key(tmp_path: Path, key: str, sentence: str, sets: list[str]) -> None:
    """A doubt where it belongs; without the settings nothing is said about that key."""
    assert sentence in told(tmp_path, *sets)[key]
    assert key not in told(tmp_path)


def test_what_has_its_counterpart_is_not_idle(tmp_path: Path) -> None:
    """Skills that are had and used, nurture with expiry, pressure with a quota, a handover between two teams."""
    sets = [
        SERVED, SKILLED, QUOTA, TERM,
        "sales.skills={tact: {odds: 1, discount: 1, follow_up: 0.1}}",
        "sales.nurture={lost: 10 %, expired: 10 %, after: 1 mo}",
        "sales.expiry=20 d",
        "sales.discount={stage: closing, usual: 5 %, pressure: 1}",
        "sales.handover={between_teams: -0.5}",
        FOLLOW.format("before_renewal: 1 mo"),
        "loops.overselling.on=true",
        "loops.reputation.on=true",
        "sales.interactions={meeting: {no_show: 5 %, wasted: 9 min, attempts: 3}}",
        "sales.stages.closing.interaction=meeting",
    ]  # fmt: skip
    assert set(told(tmp_path, *sets)) == set(told(tmp_path))


def test_all_of_selling_shows_in_the_full_scenario() -> None:
    """Where every key is written nothing is idle, and nothing is doubted."""
    scenario = load(Path(__file__).with_name("full_sales.yaml"))
    assert list(idle_parts(scenario)) == []
    assert [doubt.key for doubt in check(scenario) if doubt.severity == "warning"] == []
