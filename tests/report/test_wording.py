"""Verdicts say what the tests say, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.experiments.compare import compare
from sim.experiments.study import Study
from sim.report.labels import label
from sim.report.reading import Reading
from sim.report.wording import (
    headline,
    people,
    percent,
    plan_sentence,
    second_sentence,
    single_sentence,
    spelled,
    step,
)

Make = Any


def shifted(study: Study, plan: str, gaps: dict[str, list[float]]) -> Study:
    """The study with one plan's profit moved to the baseline's plus the given differences, by horizon."""
    base = {each.replication: each for each in study.outcomes if each.plan == study.baseline}
    outcomes = []
    for each in study.outcomes:
        kpis = {horizon: dict(figures) for horizon, figures in each.kpis.items()}
        if each.plan == plan:
            for horizon, found in gaps.items():
                kpis[horizon]["profit"] = base[each.replication].kpis[horizon]["profit"] + found[each.replication]
        outcomes.append(replace(each, kpis=kpis))
    return replace(study, outcomes=tuple(outcomes), comparison=compare(outcomes))


@pytest.fixture
def two(make_study: Make) -> Study:
    """A study of two plans."""
    return make_study(["baseline", "more service"])  # type: ignore[no-any-return]


def spread(mean: float, width: float = 60_000.0) -> list[float]:
    """Twenty differences around a mean."""
    return [mean + width * (number - 9.5) / 10 for number in range(20)]


def test_a_difference_beyond_doubt_is_told_with_its_interval(two: Study) -> None:
    """The sentence names what is done, what it earns, by when, and how sure that is."""
    reading = Reading(shifted(two, "more service", {"24 mo": spread(410_000.0)}))
    sentence = plan_sentence(reading, "more service", "24 mo")
    assert sentence == "Moving 4 people from sales to service earns €410k more in 24 months (95% interval 393 to 427)."


def test_a_loss_is_told_downward(two: Study) -> None:
    """Of 'less', both ends of the interval are counted as losses."""
    reading = Reading(shifted(two, "more service", {"24 mo": spread(-410_000.0)}))
    assert "earns €410k less in 24 months (95% interval 393 to 427)" in plan_sentence(reading, "more service", "24 mo")


def test_a_tie_is_called_a_tie(two: Study) -> None:
    """An interval around zero names no winner, whatever the mean."""
    reading = Reading(shifted(two, "more service", {"24 mo": spread(5_000.0)}))
    sentence = headline(reading)
    assert "cannot be told apart from “baseline”" in sentence
    assert "more" not in sentence.replace("“more service”", "").partition(":")[2]


def test_equal_futures_are_told_as_such(two: Study) -> None:
    """A change without any effect is not a tie by chance."""
    reading = Reading(shifted(two, "more service", {"24 mo": [0.0] * 20}))
    assert "changes nothing in profit in 24 months (the same in every future)" in headline(reading)


def test_another_verdict_at_the_first_horizon_is_told(two: Study) -> None:
    """Who looks too early decides wrongly, so the reader hears of it."""
    study = shifted(two, "more service", {"12 mo": spread(-90_000.0), "24 mo": spread(410_000.0)})
    assert second_sentence(Reading(study)).startswith("Mind the horizon: after 12 months it is still €90k behind")


def test_a_tie_at_the_top_is_told(make_study: Make) -> None:
    """The best mean is not called the best plan when another cannot be told from it."""
    study = make_study(["baseline", "more service", "four more hires"])
    study = shifted(study, "more service", {"24 mo": spread(400_000.0)})
    study = shifted(
        study, "four more hires", {"24 mo": [gap + 2_000.0 * (-1) ** i for i, gap in enumerate(spread(399_000.0))]}
    )
    assert "cannot be told apart from “four more hires”" in second_sentence(Reading(study))


def test_staying_can_be_the_verdict(make_study: Make) -> None:
    """When nothing beats the baseline the headline says so."""
    study = make_study(["baseline", "more service", "four more hires"])
    for plan, mean in (("more service", -300_000.0), ("four more hires", -200_000.0)):
        study = shifted(study, plan, {"24 mo": spread(mean)})
    assert headline(Reading(study)).startswith(
        "None of the 2 other plans does better than “baseline”: the nearest, “four"
    )


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_futures_name_no_winner(make_study: Make, count: int) -> None:
    """Without an interval there is no verdict."""
    both = Reading(make_study(["baseline", "more service"], count))
    all_plans = Reading(make_study(None, count))
    assert "too few replications to tell" in headline(both)
    assert headline(all_plans).startswith("Too few replications to rank the plans")


def test_a_desk_without_customers_is_judged_by_its_service_level(two: Study) -> None:
    """Where no money is earned the yardstick is what the scenario is about, and what it costs is told beside."""
    kept = ("contacts", "service_level", "wait", "payroll")
    outcomes = [
        replace(
            each, kpis={at: {name: figures[name] for name in kept} for at, figures in each.kpis.items()}, monthly={}
        )
        for each in two.outcomes
    ]
    reading = Reading(replace(two, outcomes=tuple(outcomes), comparison=compare(outcomes)))
    assert reading.yardstick == "service_level"
    assert headline(reading).startswith("Moving 4 people from sales to service makes the service level 11")
    assert "It costs €" in second_sentence(reading)
    assert "less in wages." in second_sentence(reading)


def test_a_loss_is_not_called_an_earning(two: Study) -> None:
    """When even the best plan loses money the reader is told."""
    outcomes = []
    for each in two.outcomes:
        kpis = {at: figures | {"profit": figures["profit"] - 9e6} for at, figures in each.kpis.items()}
        outcomes.append(replace(each, kpis=kpis))
    reading = Reading(replace(two, outcomes=tuple(outcomes), comparison=compare(outcomes)))
    assert "Even “more service” does not earn its costs: it loses €6" in second_sentence(reading)
    assert single_sentence(reading, "baseline", "24 mo").startswith("“baseline” loses €7")


def test_the_reading_and_the_comparison_agree(study: Study) -> None:
    """What is told are the differences of the comparison, with its intervals and words."""
    reading = Reading(study)
    assert study.comparison is not None
    for contrast in study.comparison.contrasts:
        found = (contrast.plan, contrast.kpi, contrast.horizon)
        assert reading.verdict(*found) == contrast.verdict
        told = reading.difference(*found)
        assert (told.low, told.high) == pytest.approx((contrast.difference.low, contrast.difference.high), nan_ok=True)


def test_steps_are_worded_by_their_headcounts(study: Study) -> None:
    """A plan is told by what one would do, not by its name, where headcounts say it all."""
    reading = Reading(study)
    assert step(reading, "more service") == "Moving 4 people from sales to service"
    assert step(reading, "all in sales") == "Moving 8 people from service to sales"
    assert step(reading, "four more hires") == "Hiring 2 more people for sales and 2 for service"


def test_a_plan_that_changes_more_than_heads_is_told_by_its_name(make_study: Make, tree: Make) -> None:
    """Where wages change too, nobody can say that the heads did it."""

    def dearer(name: str, sales: int, service: int) -> dict[str, Any]:
        made: dict[str, Any] = tree(name, sales, service)
        if name == "more service":
            made["teams"]["agents"]["wage"] = "4300 EUR/mo"
        return made

    reading = Reading(make_study(["baseline", "more service", "all in sales"], make=dearer))
    assert step(reading, "more service") == "The plan “more service”"
    assert step(reading, "all in sales") == "Moving 8 people from service to sales"
    assert people(reading, "baseline") == "12 sales + 16 service"


def test_small_words() -> None:
    """Labels, horizons and percentages as a reader expects them."""
    assert [spelled("24 mo"), spelled("1 yr"), spelled("4 wk")] == ["24 months", "1 year", "4 weeks"]
    assert [percent(0.0), percent(0.004), percent(0.997), percent(1.0)] == ["0%", "1%", "99%", "100%"]
    assert label("service_level.phone") == "Service level, phone"
    assert label("speed_to_lead_p90") == "Speed to lead, 9 in 10 within"
    assert label("mrr") == "MRR"
