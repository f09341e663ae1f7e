"""Plans are held against the baseline replication by replication, and the words follow from the tests."""

from __future__ import annotations

import json
import math
import random

import fake_work
import pytest

from sim.errors import SimError
from sim.experiments.compare import compare, shared_horizons, summarize
from sim.experiments.outcome import Outcome
from sim.experiments.statistics import NOT_APPLICABLE, SAME, paired, t_interval, verdict

PLANS = {name: fake_work.scenario(name, heads) for name, heads in (("baseline", 5), ("more", 7), ("fewer", 4))}
OUTCOMES = [fake_work.quick(plan, number, 1) for plan in PLANS.values() for number in range(12)]


def values(plan: str, kpi: str, horizon: str) -> list[float]:
    """One figure of one plan by replication."""
    return [each.kpis[horizon][kpi] for each in OUTCOMES if each.plan == plan]


def test_contrast_is_the_paired_difference() -> None:
    """Plan minus baseline, simultaneous over the two plans compared; means stand alone."""
    found = compare(OUTCOMES, meaning=fake_work.meaning)
    contrast = found.find("more", "profit", "12 mo")
    ours, theirs = values("more", "profit", "12 mo"), values("baseline", "profit", "12 mo")
    assert contrast.difference == paired(ours, theirs, 0.95, 2)
    assert contrast.mean == t_interval(ours)
    assert contrast.baseline_mean == t_interval(theirs)
    assert (found.baseline, found.plans, found.family) == ("baseline", ("more", "fewer"), 2)
    assert contrast.verdict == verdict(contrast.difference, "higher") == "better"
    assert found.find("fewer", "profit", "24 mo").verdict == "worse"
    assert found.find("more", "wait", "24 mo").verdict == "better"
    assert contrast.ahead == 1.0
    assert contrast.variance_ratio > 20


def test_untouched_and_absent_figures_have_words() -> None:
    """What every future has alike is 'the same'; what applies in none is 'not applicable'; gaps shrink the pairs."""
    found = compare(OUTCOMES, meaning=fake_work.meaning)
    assert found.find("more", "occupancy.agents", "24 mo").verdict == SAME
    assert found.find("more", "payback", "24 mo").verdict == NOT_APPLICABLE
    assert found.find("more", "wait_abandoned", "24 mo").difference.n == 9


def test_one_plan_is_no_family() -> None:
    """A single plan against the baseline gets the interval that stands alone; the order of plans can be chosen."""
    two = [each for each in OUTCOMES if each.plan != "fewer"]
    found = compare(two, "more", 0.9, meaning=fake_work.meaning)
    assert found.plans == ("baseline",)
    assert found.find("baseline", "profit", "24 mo").difference == paired(
        values("baseline", "profit", "24 mo"), values("more", "profit", "24 mo"), 0.9
    )


def test_order_of_outcomes_and_plans_changes_no_figure() -> None:
    """Outcomes in any order and plans in any order give every contrast the same figures."""
    mixed = OUTCOMES.copy()
    random.Random(3).shuffle(mixed)
    first = compare(OUTCOMES, "baseline", meaning=fake_work.meaning)
    second = compare(mixed, "baseline", meaning=fake_work.meaning)
    key = lambda each: (each.plan, each.horizon, each.kpi)  # noqa: E731
    assert repr(sorted(second.contrasts, key=key)) == repr(sorted(first.contrasts, key=key))


def test_pairs_are_of_equal_number() -> None:
    """A replication that one plan lacks is left out on both sides."""
    kept = [each for each in OUTCOMES if (each.plan, each.replication) not in {("more", 0), ("baseline", 5)}]
    assert compare(kept, meaning=fake_work.meaning).find("more", "profit", "24 mo").difference.n == 10


def test_only_what_is_shared_is_compared() -> None:
    """A figure or a horizon that only one plan has is left out; without any shared horizon there is no comparison."""
    kpis = {"12 mo": {"profit": 1.0, "occupancy.reps": 1.0}, "36 mo": {"profit": 1.0}}
    other = [Outcome.of("other", number, kpis) for number in range(12)]
    found = compare([*OUTCOMES[:12], *other], meaning=fake_work.meaning)
    assert (found.horizons, found.kpis) == (("12 mo",), ("profit",))
    with pytest.raises(SimError, match=r"'other' is not compared on 'occupancy.reps'"):
        found.find("other", "occupancy.reps", "12 mo")
    alien = [Outcome.of("alien", number, {"6 mo": {"profit": 1.0}}) for number in range(12)]
    with pytest.raises(SimError, match="share no horizon"):
        compare([*OUTCOMES, *alien], meaning=fake_work.meaning)


def test_nothing_to_compare_is_told() -> None:
    """No outcomes, one plan, or a baseline that is not there."""
    for outcomes, baseline, words in (([], None, "no outcomes"), (OUTCOMES[:12], None, "nothing to compare")):
        with pytest.raises(SimError, match=words):
            compare(outcomes, baseline)
    with pytest.raises(SimError, match="did you mean 'baseline'"):
        compare(OUTCOMES, "basline")


def test_few_replications_have_no_verdict() -> None:
    """Two replications: means, no interval, and the word says why."""
    few = compare([each for each in OUTCOMES if each.replication < 2], meaning=fake_work.meaning)
    contrast = few.find("more", "profit", "24 mo")
    assert contrast.verdict == "too few replications"
    assert math.isnan(contrast.difference.low)
    assert contrast.difference.mean > 0


def test_json_is_strict_and_whole() -> None:
    """A comparison can be written as JSON that any reader takes."""
    text = json.dumps(compare(OUTCOMES, meaning=fake_work.meaning).to_json(), allow_nan=False)
    assert len(json.loads(text)["contrasts"]) == 2 * 2 * 6


def test_summary_has_every_figure() -> None:
    """One plan's means at a horizon, in the order of the catalogue."""
    found = summarize(OUTCOMES[:12], "24 mo", 0.9)
    assert list(found) == list(OUTCOMES[0].kpis["24 mo"])
    assert found["profit"] == t_interval(values("baseline", "profit", "24 mo"), 0.9)
    assert shared_horizons(OUTCOMES) == ("12 mo", "24 mo")
    assert shared_horizons([]) == ()
