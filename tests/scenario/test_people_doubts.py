"""What one would doubt about customers and people, in the words in which `sim check` says it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.scenario.check import check
from sim.scenario.scenario import Scenario

CASES = Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
GOOD: str = YAML(typ="safe", pure=True).load(CASES)["good"]
KEY = "loops.hiring.teams.agents"
RATIO = "loops.hiring.teams={{agents: {{rule: ratio, of: {0}, per_head: {1}{2}}}}}"
BUDGET = "loops.hiring.teams={{agents: {{rule: budget, share: {0} %}}}}"

Make = Callable[..., Scenario]


@pytest.fixture
def said(make: Make) -> Callable[..., tuple[str, str]]:
    """Severity and sentence of what is said about a key of the good file with settings; nothing, if nothing is."""

    def about(key: str, *sets: str) -> tuple[str, str]:
        found = check(make(GOOD, *sets))
        return next(((each.severity, each.sentence) for each in found if each.key == key), ("", ""))

    return about


def test_rules_that_want_many_more_or_fewer_at_once_are_doubted(said: Callable[..., tuple[str, str]]) -> None:
    """200 customers; 10 agents are there. Half as many is a leap only if people are laid off."""
    fine = said(KEY, RATIO.format("customers", 20, ""))
    assert fine == (
        "note", "at the start it wants 10 positions, and team 'agents' has 10; loads told here are those of today's "
        "headcount",
    )  # fmt: skip
    assert said(KEY, RATIO.format("customers", 10, "")) == (
        "warning", "at the start it wants 20 positions, and team 'agents' has 10: it hires by leaps",
    )  # fmt: skip
    assert said(KEY, RATIO.format("customers", 40, ", layoffs: true")) == (
        "warning", "at the start it wants 5 positions, and team 'agents' has 10: it lays off by leaps",
    )  # fmt: skip
    assert said(KEY, RATIO.format("customers", 40, "")) == (
        "note", "at the start it wants 5 positions, and team 'agents' has 10: those who quit are not replaced",
    )  # fmt: skip
    assert said(KEY, RATIO.format("customers", 10, ", most: 12"))[0] == "note"
    assert said(KEY, RATIO.format("customers", 10, ""), "loops.hiring.on=false") == ("", "")


def test_budgets_pay_whole_people_at_the_start(said: Callable[..., tuple[str, str]]) -> None:
    """200 customers pay 60 000 a month: half of it pays nine people of 3300; segments pay more or less."""
    wage = "teams.agents.wage=3300 EUR/mo"
    assert "it wants 9 positions" in said(KEY, BUDGET.format(50), wage)[1]
    assert "it wants 20 positions" in said(KEY, BUDGET.format(100), wage, "customers.initial.mrr=330 EUR/mo")[1]
    rich = "customers.segments={small: {share: 50 %}, large: {share: 50 %, value: 2}}"
    assert "it wants 13 positions" in said(KEY, BUDGET.format(50), wage, rich)[1]
    assert said(KEY, BUDGET.format(50), wage, "customers.initial.count=0")[1].startswith("at the start it wants 0")


def test_tickets_are_those_of_a_month(said: Callable[..., tuple[str, str]]) -> None:
    """200 customers for ever with 0.8 tickets a month each are 160; calls from outside come on top."""
    alone = ["marketing=null", "customers.leaving.base=0 /yr"]
    assert "it wants 8 positions" in said(KEY, RATIO.format("tickets", 20, ""), *alone)[1]
    outside = "service.types.request.arrivals={rate: 40 /mo}"
    assert "it wants 10 positions" in said(KEY, RATIO.format("tickets", 20, ""), *alone, outside)[1]


def test_bounds_that_leave_the_present_team_out_are_doubted(said: Callable[..., tuple[str, str]]) -> None:
    """Ten are neither at least twelve nor at most eight."""
    assert said(f"{KEY}.least", RATIO.format("customers", 20, ", least: 12")) == (
        "warning", "team 'agents' has 10 positions, fewer than this (12)",
    )  # fmt: skip
    assert said(f"{KEY}.most", RATIO.format("customers", 20, ", most: 8")) == (
        "warning", "team 'agents' has 10 positions, more than this (8)",
    )  # fmt: skip
    assert said(f"{KEY}.least", RATIO.format("customers", 20, ", least: 10, most: 10")) == ("", "")


def test_loads_under_a_plan_are_those_of_its_mean(said: Callable[..., tuple[str, str]]) -> None:
    """Two more from the middle of the year on are one more."""
    rule = "loops.hiring.teams={agents: {rule: plan, steps: [{from: 6 mo, headcount: 12}]}}"
    assert said(KEY, rule) == ("note", "loads told here are those of 11.0 positions, the mean over the horizon")
    assert said(KEY, rule.replace("6 mo", "2 yr")) == ("", "")


def test_newcomers_who_take_all_time_are_doubted(said: Callable[..., tuple[str, str]]) -> None:
    """Not those who take a little."""
    career = ["teams.agents.turnover=5 /yr", "teams.agents.ramp={time: 6 mo, mentoring: 100 %}"]
    severity, sentence = said("teams.agents.ramp.mentoring", *career)
    assert severity == "warning"
    assert sentence.startswith("newcomers would take ")
    assert sentence.endswith("% of the time of the experienced; they keep 10 % of it")
    assert said("teams.agents.ramp.mentoring", *career, "teams.agents.ramp.mentoring=10 %") == ("", "")


def test_teams_that_tire_are_told(said: Callable[..., tuple[str, str]]) -> None:
    """Only those that are busier than people can bear, and only if they can tire."""
    busy = ["teams.agents.headcount=2", "teams.agents.shrinkage=0", "service.types.request.handle_time=1 h"]
    severity, sentence = said("loops.burnout.above", "loops.burnout.on=true", *busy)
    assert severity == "note"
    assert sentence.startswith("on paper team 'agents' is busy for")
    assert said("loops.burnout.above", *busy) == ("", "")
    assert said("loops.burnout.above", "loops.burnout.on=true") == ("", "")


def test_payments_that_grow_or_melt_away_are_doubted(said: Callable[..., tuple[str, str]]) -> None:
    """Half as much again twice a year is 2.25 times; half as much three times a year an eighth; both make 0.28."""
    more, less = "customers.expansion={rate: 2 /yr, size: 50 %}", "customers.contraction={rate: 3 /yr, size: 50 %}"
    assert said("customers.expansion.rate", more) == (
        "warning", "on paper a customer who stays pays 2.25 times as much after a year",
    )  # fmt: skip
    assert said("customers.contraction.rate", less) == ("warning", "on paper who stays pays 12.5 % of it after a year")
    assert "28.1 %" in said("customers.contraction.rate", more, less)[1]
    assert said("customers.expansion.rate", more, less) == ("", "")
    assert said("customers.expansion.rate", more.replace("2 /yr", "1 /yr")) == ("", "")
    one = "customers.segments={small: {share: 1, leaving: {base: 10 %/yr, reference: 0}}}"
    driven = "customers.expansion={rate: 1 /yr, size: 50 %, beta: 1}"
    assert "a customer of segment 'small' who stays pays 2.36 times" in said("customers.expansion.rate", driven, one)[1]
    assert said("customers.expansion.rate", "customers.expansion={rate: 1 /d, size: 100 %}")[0] == "refused"


def test_warnings_that_leave_hardly_any_lead_are_doubted(said: Callable[..., tuple[str, str]]) -> None:
    """Forty a week come; 200 in despair who each warn ten a week keep all of them away, satisfied ones none."""
    warn = "customers.telling={rate: 0 /d, against: {rate: 10 per week, impact: 10 %}}"
    key = "customers.telling.against.rate"
    assert said(key, warn, "customers.memory.start=0") == (
        "warning", "feeling as at the start, customers keep all of the leads away that would come by themselves",
    )  # fmt: skip
    assert "keep 60 % of" in said(key, warn.replace("10 per", "1.2 per"), "customers.memory.start=0")[1]
    assert said(key, warn) == ("", "")
