"""Parts of the customer base that cannot show, each told in a sentence at its key."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.scenario.check import check
from sim.scenario.idle import idle_parts
from sim.scenario.load import load

CASES = Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
GOOD: str = YAML(typ="safe", pure=True).load(CASES)["good"]
TWO = "customers.segments={{small: {{share: 60 %{0}}}, large: {{share: 40 %{1}}}}}"
LEAVE = "leaving: {base: 10 %/yr, beta: 3}"
ISSUES = "customers.leaving={{base: 20 %/yr, {0}issues: {{factor: {1}, lasts: 1 mo}}}}"
TELLING = "customers.telling={{rate: {0}, against: {{rate: {1}, impact: {2}}}}}"
GAMMA = "varies: {law: gamma, cv: 1}"


def told(tmp_path: Path, *sets: str) -> dict[str, str]:
    """Sentences by key about the good file with settings typed over it."""
    path = tmp_path / "x.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return {key: sentence for key, sentence, _ in idle_parts(load(path, sets=sets))}


@pytest.mark.parametrize(
    ("key", "sentence", "sets"),
    [
        ("customers.segments", "all customers are of one kind", ["customers.segments={small: {share: 1, value: 2}}"]),
        ("customers.segments", "all of them are alike", [TWO.format("", "")]),
        ("customers.leaving", "this is nobody's", [TWO.format(f", {LEAVE}", f", {LEAVE}, value: 2")]),
        ("customers.contract", "this is nobody's",
         ["customers.contract={length: 1 yr}",
          TWO.format(", contract: {length: 1 mo}", ", contract: {length: 1 yr}")]),
        ("customers.segments.huge.share", "nobody is of this kind",
         ["customers.segments={all: {share: 1}, huge: {share: 0, value: 9}}"]),
        ("customers.segments.large.fit", "nothing is sold in stages",
         ["sales.stages={closing: null}", TWO.format("", ", fit: 1")]),
        ("customers.segments.large.tells", "customers tell nobody", [TWO.format("", ", tells: 2")]),
        ("customers.segments.large.tells", "customers tell nobody",
         ["customers.telling={rate: 0.1 /yr}", "loops.referral.on=false", TWO.format("", ", tells: 2")]),
        ("customers.segments.large.needs", "no ticket type comes at a rate of each customer",
         ["service.types.request.per_customer=null", "service.types.request.per_win=1", TWO.format("", ", needs: 2")]),
        ("marketing.sources.web.mix", "these are the shares of customers.segments anyway",
         [TWO.format("", ", value: 2"), "marketing.sources.web.mix={small: 60 %, large: 40 %}"]),
        ("marketing.referred.mix", "these are the shares of customers.segments anyway",
         [TWO.format("", ", value: 2"), "marketing.referred.mix={small: 60 %, large: 40 %}"]),
        ("loops.retention.on", "customers.leaving.beta is given, but the loop is off",
         ["customers.leaving.beta=3", "loops.retention.on=false"]),
        ("loops.retention.on", "customers.segments.large.leaving.beta is given, but the loop is off",
         [TWO.format("", f", {LEAVE}"), "loops.retention.on=false"]),
        ("loops.retention.on", "customers.expansion.beta is given, but the loop is off",
         ["customers.expansion={rate: 10 %/yr, size: 10 %, beta: 2}", "loops.retention.on=false"]),
        ("loops.retention.on", "customers.contraction.beta is given, but the loop is off",
         ["customers.contraction={rate: 10 %/yr, size: 10 %, beta: 2}", "loops.retention.on=false"]),
        ("customers.memory.steadies", "nothing is remembered anyway",
         ["customers.memory={up: 0, down: 0, steadies: 1 yr}"]),
        ("customers.memory.steadies", "no contact that could be remembered",
         ["service=null", "customers.memory.steadies=1 yr"]),
        ("customers.leaving.varies", "nobody leaves", [f"customers.leaving={{base: 0 /yr, {GAMMA}}}"]),
        ("customers.segments.large.leaving.varies", "nobody leaves",
         [TWO.format("", f", leaving: {{base: 0 /yr, {GAMMA}}}")]),
        ("customers.leaving.issues.factor", "1 changes nothing", [ISSUES.format("", 1)]),
        ("customers.leaving.issues", "loops.retention is off", [ISSUES.format("", 2), "loops.retention.on=false"]),
        ("customers.leaving.issues", "out of service's reach", [ISSUES.format("floor: 20 %/yr, ", 2)]),
        ("customers.leaving.issues", "no need of a customer is left unresolved",
         [ISSUES.format("", 2), "service=null"]),
        ("customers.leaving.issues", "no need of a customer is left unresolved",
         [ISSUES.format("", 2), "service.types.request.channels={email: 1, phone: null}"]),
        ("customers.initial.age", "though own rates of leaving vary",
         [f"customers.leaving={{base: 20 %/yr, {GAMMA}}}"]),
        ("customers.initial.age", "though tenure steadies", ["customers.memory.steadies=1 yr"]),
        ("customers.initial.age", "there is nobody at the start", ["customers.initial={count: 0, age: 1 yr}"]),
        ("customers.initial.age", "nothing depends on it", ["customers.initial.age=1 yr"]),
        ("customers.expansion.rate", "it never happens", ["customers.expansion={rate: 0 /yr, size: 10 %}"]),
        ("customers.contraction.size", "nobody pays more or less", ["customers.contraction={rate: 5 %/yr, size: 0}"]),
        ("loops.referral.on", "customers.telling is given, but the loop is off",
         ["customers.telling={rate: 0.1 /yr}", "loops.referral.on=false"]),
        ("loops.referral.on", "customers.telling.against is given, but the loop is off",
         [TELLING.format("0 /yr", "1 /yr", "10 %"), "loops.referral.on=false"]),
        ("customers.telling.fades", "nobody tells anybody", ["customers.telling={rate: 0 /yr, fades: 10 %}"]),
        ("customers.telling.against", "'rate' is 0", [TELLING.format("1 /yr", "0 /yr", "10 %")]),
        ("customers.telling.against", "'impact' is 0", [TELLING.format("1 /yr", "1 /yr", "0")]),
        ("customers.telling.against", "nobody is less satisfied than 0",
         [TELLING.format("1 /yr", "1 /yr", "10 %"), "customers.telling.detractor=0"]),
        ("customers.telling.against", "no lead comes by itself",
         [TELLING.format("1 /yr", "1 /yr", "10 %"), "marketing.sources.web=null"]),
    ],
)  # fmt: skip
def test_what_cannot_show_is_told_at_its_key(tmp_path: Path, key: str, sentence: str, sets: list[str]) -> None:
    """A doubt where it belongs; without the settings nothing is said about that key."""
    assert sentence in told(tmp_path, *sets)[key]
    assert key not in told(tmp_path)


def test_satisfaction_that_moves_nobody_is_told_at_the_way_they_leave(tmp_path: Path) -> None:
    """Of everybody, of segments or of buyers; one that it moves is enough."""
    sentence = "satisfaction does not move the rate of leaving"
    assert sentence in told(tmp_path)["customers.leaving.beta"]
    assert not any(sentence in each for each in told(tmp_path, "customers.leaving.beta=3").values())
    assert not any(sentence in each for each in told(tmp_path, TWO.format("", f", {LEAVE}")).values())
    numb = ", leaving: {base: 10 %/yr}"
    assert sentence in told(tmp_path, TWO.format(numb, numb))["customers.segments.small.leaving.beta"]
    buyers = ["customers.leaving=null", "customers.purchases={rate: 1 /mo, dropout: 3 %}"]
    assert sentence in told(tmp_path, *buyers)["customers.purchases.beta"]


@pytest.mark.parametrize("name", ["full_customers.yaml", "full_buyers.yaml"])
def test_all_of_customers_shows_in_the_full_scenarios(name: str) -> None:
    """Where every key is written nothing is idle, and nothing is doubted."""
    scenario = load(Path(__file__).with_name(name))
    assert list(idle_parts(scenario)) == []
    assert [doubt.key for doubt in check(scenario) if doubt.severity != "note"] == []
