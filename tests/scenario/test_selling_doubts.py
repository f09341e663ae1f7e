"""What a head of sales would doubt, in the words in which `sim check` says it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.scenario.check import check
from sim.scenario.scenario import Scenario

CASES = Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
GOOD: str = YAML(typ="safe", pure=True).load(CASES)["good"]
CALLS = "marketing.prospecting={{cold: {{team: reps, call: 6 min, reach: 10 %, interest: 20 %{0}}}}}"

Make = Callable[..., Scenario]


def doubts(scenario: Scenario, key: str) -> tuple[str, str]:
    """Severity and sentence of what is said about a key; nothing, if nothing is."""
    return next(((each.severity, each.sentence) for each in check(scenario) if each.key == key), ("", ""))


def test_a_quota_is_held_against_what_could_be_sold(make: Make) -> None:
    """Forty leads a week, 22 % of them won, at 300 a month are 2100 for each of six people; were there too few hands,
    less."""
    key = "sales.quota.amount"

    def said(*sets: str) -> tuple[str, str]:
        return doubts(make(GOOD, *sets), key)

    assert said() == ("", "")
    fair = said("sales.quota={amount: 2000 EUR/mo}")
    assert fair == ("note", "on paper a position sells 1913 EUR/mo of new revenue each month, 96 % of it")
    severity, sentence = said("sales.quota={amount: 15000 EUR/mo, per: quarter}")
    assert severity == "warning"
    assert sentence.startswith("hardly anybody could reach it: on paper a position sells 5738 EUR/mo")
    assert said("sales.quota={amount: 500 EUR/mo}")[1].startswith("it asks for little")
    assert said("sales.quota={amount: 5000 EUR/mo, team: reps}", "teams.reps.headcount=1")[0] == "note"
    overloaded = said("sales.quota={amount: 5000 EUR/mo}", "sales.stages.closing.work=20 h", "teams.reps.headcount=4")
    assert overloaded[0] == "warning"
    assert said("sales.quota={amount: 500 EUR/mo, team: agents}", "teams.agents.headcount=0") == ("", "")


def test_time_for_calls_is_held_against_the_time_there_is(make: Make) -> None:
    """Forty hours less shrinkage; what is bound by hours is load, what fills idle time is told in calls and leads."""
    key = "marketing.prospecting.cold"
    bound = CALLS.format(", hours: 20 h")
    assert doubts(make(GOOD, bound), f"{key}.hours") == ("", "")
    severity, sentence = doubts(make(GOOD, bound, "teams.reps.shrinkage=60 %"), f"{key}.hours")
    assert severity == "warning"
    assert sentence.startswith("20 h a week of each, but after absences each is there for 16 h")
    # 6 x 40 h less 40 leads x 3 h are 120 h; each call takes 0.1 h and brings 0.02 leads of 3 h.
    severity, sentence = doubts(make(GOOD, CALLS.format(""), "clock.horizon=52 wk"), key)
    assert severity == "note"
    assert sentence == "other work leaves team 'reps' about 75 h a week for it: 750 calls, 15 leads"
    assert "no time for calls" in doubts(make(GOOD, CALLS.format(""), "teams.reps.headcount=2"), key)[1]


def test_idle_time_that_is_called_away_is_no_overload(make: Make) -> None:
    """Calls that fill what is left cannot be too much; those with hours can, and are left undone."""
    idle = make(GOOD, CALLS.format(""))
    assert doubts(idle, "teams.reps.headcount")[0] == "note"
    bound = make(GOOD, CALLS.format(", hours: 39 h"), "sales.stages.closing.work=1 h")
    severity, sentence = doubts(bound, "teams.reps.headcount")
    assert severity == "warning"
    assert "more than they can do, so some of it is left undone" in sentence


def test_discounts_must_fit_under_their_limit(make: Make) -> None:
    """A most below the usual cuts everybody's."""
    cut = "sales.discount={stage: closing, usual: 10 %, most: 5 %}"
    assert doubts(make(GOOD, cut), "sales.discount.most") == (
        "warning", "5 % is less than the usual discount (10 %), which it cuts",
    )  # fmt: skip
    assert doubts(make(GOOD, cut.replace("5 %", "12 %")), "sales.discount.most") == ("", "")


def test_a_market_that_runs_dry_or_limits_nothing_is_told(make: Make) -> None:
    """Without cooling the lost are lost for good; with it the market comes to rest; a large one is never felt."""
    dry = doubts(make(GOOD, "marketing.market={size: 600}"), "marketing.market.cooling")
    assert dry[0] == "warning"
    assert "the market runs dry: on paper 2 % of it are free at the horizon" in dry[1]
    rests = make(GOOD, "marketing.market={size: 400, cooling: 1 mo}", "customers.leaving.base=1 %/yr",
                 "sales.stages.closing.pass_rate=90 %")  # fmt: skip
    assert doubts(rests, "marketing.market.cooling") == ("", "")
    assert "hardly anybody is left" in doubts(rests, "marketing.market.size")[1]
    wide = doubts(make(GOOD, "marketing.market={size: 1000000}"), "marketing.market.size")
    assert wide == ("note", "it limits hardly anything: on paper 100 % of it are free at the horizon")
    assert doubts(make(GOOD, "marketing.market={size: 3000}"), "marketing.market.size") == ("", "")


def test_growth_by_word_of_mouth_ends_with_the_market(make: Make) -> None:
    """More than one other for each is growth without limit, or until everybody is won."""
    telling = "customers.telling={rate: 2 /yr, promoter: 0.7}"
    assert doubts(make(GOOD, telling), "customers.telling.rate")[0] == "warning"
    severity, sentence = doubts(make(GOOD, telling, "marketing.market={size: 5000}"), "customers.telling.rate")
    assert severity == "note"
    assert sentence.endswith("the base grows by itself until the market is won")


@pytest.mark.parametrize("key", ["pass_rate: 0", "disqualified: 1"])
def test_a_stage_that_nobody_passes_starves_the_next_unless_others_enter_there(make: Make, key: str) -> None:
    """Whoever comes in behind it is not stopped by it."""
    word = key.partition(":")[0]
    first = f"first: {{team: reps, work: 1 h, {key}{', pass_rate: 50 %' if word == 'disqualified' else ''}}}"
    text = GOOD.replace("    closing:", f"    {first}\n    closing:")
    blocked = make(text)
    assert doubts(blocked, f"sales.stages.first.{word}")[1] == "nobody passes this stage, so nothing is ever won"
    assert "stage 'first' passes nobody" in doubts(blocked, "sales.stages.closing")[1]
    assert "ever won" in doubts(make(text, "marketing.referred.enters=closing"), f"sales.stages.first.{word}")[1]
    around = make(text, "marketing.referred.enters=closing", "customers.telling={rate: 1 /yr}")
    assert doubts(around, f"sales.stages.first.{word}")[1] == "nobody passes this stage"
    assert doubts(around, "sales.stages.closing") == ("", "")


def test_growth_by_expansion_without_end_is_doubted(make: Make) -> None:
    """One in ten calls a quarter finds 20 % more: 8 % a year; half as much again twice a year is no business."""
    plan = "sales.follow_up={{care: {{team: reps, work: 10 min, every: {0}, expansion: {1} %, grows: {2} %}}}}"
    key = "sales.follow_up.care.expansion"
    assert doubts(make(GOOD, plan.format("3 mo", 10, 20)), key) == ("", "")
    assert doubts(make(GOOD, plan.format("6 mo", 100, 50)), key) == (
        "warning", "on paper a customer who stays pays 2.25 times as much after a year",
    )  # fmt: skip
    assert "endlessly many times" in doubts(make(GOOD, plan.format("1 h", 100, 100)), key)[1]


def test_calls_are_last_by_rank_alone(make: Make) -> None:
    """A team that serves in order of arrival makes calls before the leads that come later."""
    key = "marketing.prospecting.cold.priority"
    assert doubts(make(GOOD, CALLS.format("")), key) == ("", "")
    severity, sentence = doubts(make(GOOD, CALLS.format(""), "teams.reps.discipline.rule=fifo"), key)
    assert (severity, sentence) == (
        "note", "'reps' serves by rule 'fifo', so calls do not come last: the rule 'priority' would",
    )  # fmt: skip
