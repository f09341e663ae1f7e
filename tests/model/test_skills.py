"""What skills do: pace, resolution and experience by the documented rule."""

from __future__ import annotations

import math

import pytest

from sim.model.skills import Kinds
from sim.model.staff import trained
from sim.scenario.careers import Training
from sim.scenario.marketing import MarketingPlan
from sim.scenario.sales import SalesPlan
from sim.scenario.service import ServicePlan

PLAN = ServicePlan.model_validate(
    {
        "channels": {"phone": {"mode": "live", "target": {"within": "1 min", "share": 0.8}, "tolerance": "3 min"}},
        "skills": {"tact": {"handle_time": -0.5, "resolution": 0.4, "experience": 0.1}},
        "types": {
            "saving": {"team": "a", "channels": {"phone": 1}, "handle_time": "5 min", "skill": "savings"},
            "complaint": {
                "team": "a",
                "channels": {"phone": 1},
                "handle_time": "5 min",
                "uses": {"tact": 2},
                "escalation": [{"team": "b", "reasons": {"hard": 0.5}, "handle_time": "9 min", "skill": "law"}],
            },
        },
    }
)

SALES = SalesPlan.model_validate(
    {
        "deal": "100 EUR/mo",
        "skills": {
            "drive": {"activity": 0.5},
            "relationship": {"cycle": 0.3, "follow_up": 0.2},
            "persuasion": {"activity": -0.25, "odds": 1.5},
            "negotiation": {"odds": 0.5, "discount": 2, "stages": ["close"]},
        },
        "stages": {name: {"team": "a", "work": "1 h", "pass_rate": 0.5} for name in ("present", "close")},
        "follow_up": {"review": {"team": "a", "work": "1 h", "every": "3 mo"}},
    }
)
CALLS = {"team": "a", "call": "5 min", "reach": "20 %", "interest": "10 %"}
MARKETING = MarketingPlan.model_validate({"prospecting": {"outbound": CALLS}})


def test_every_tier_of_every_type_is_a_kind_of_its_own() -> None:
    """Place 0 is left to work outside the desk."""
    kinds = Kinds(PLAN)
    assert [kinds.code("saving", 0), kinds.code("complaint", 0), kinds.code("complaint", 1)] == [1, 2, 3]


def test_somebody_of_standard_skill_changes_nothing() -> None:
    """Standard is what a scenario without skills does, whether it is said or not."""
    kinds = Kinds(PLAN)
    assert kinds.profile(None).plain
    assert kinds.profile({"savings": 1.0, "tact": 1.0}).plain


def test_whoever_is_four_thirds_as_proficient_needs_three_quarters_of_the_time() -> None:
    """A skill that is not priced acts on speed alone, with elasticity 1."""
    profile = Kinds(PLAN).profile({"savings": 4 / 3})
    assert 1 / profile.paces[1] == pytest.approx(0.75)
    assert profile.paces[0] == profile.paces[2] == profile.paces[3] == 1.0
    assert not any(profile.resolution)
    assert not any(profile.experience)


def test_a_skill_acts_by_its_elasticity_its_worth_and_its_weight() -> None:
    """Tact at 1.2 with weight 2: it takes 1.2 times as long, gains .16 in log-odds and .04 in experience."""
    profile = Kinds(PLAN).profile({"tact": 1.2})
    for code in (2, 3):
        assert 1 / profile.paces[code] == pytest.approx(1.2**0.5**1 * 1.2**0.5)
        assert profile.resolution[code] == pytest.approx(0.4 * 2 * 0.2)
        assert profile.experience[code] == pytest.approx(0.1 * 2 * 0.2)
    assert profile.paces[1] == 1.0


def test_training_nears_its_ceiling_and_lowers_nobody() -> None:
    """Two hours a week, 40 h to close 1/e of the gap: after 20 weeks 1/e of it is left; whole weeks count."""
    plan = Training.model_validate({"skill": "tact", "hours": "2 h", "ceiling": 1.4, "takes": "40 h"})
    assert trained({}, plan, 6 * 24.0) == {"tact": 1.0}
    assert trained({"law": 2.0}, plan, 20 * 168.0) == {"law": 2.0, "tact": pytest.approx(1.4 - 0.4 / math.e)}
    assert trained({"tact": 1.6}, plan, 20 * 168.0) == {"tact": 1.6}


def test_every_stage_prospecting_and_follow_up_is_a_kind_of_its_own() -> None:
    """They are numbered after the kinds of service work, which stay where they were; names meet only in their part."""
    kinds = Kinds(PLAN, SALES, MARKETING)
    assert kinds.first_selling == 4
    works = [("stage", "present"), ("stage", "close"), ("prospecting", "outbound"), ("follow_up", "review")]
    assert [kinds.selling(part, name) for part, name in works] == [4, 5, 6, 7]  # type: ignore[arg-type]
    assert [kinds.code("saving", 0), kinds.code("complaint", 1)] == [1, 3]
    with pytest.raises(KeyError):
        kinds.selling("stage", "review")


def test_skills_in_selling_act_by_their_documented_rule() -> None:
    """Time by p ^ -activity, the buyer's by p ^ -cycle, the discount by p ^ -discount, odds and feeling by p - 1; what
    two skills do to one thing comes together, and a skill tied to a stage tells nowhere else."""
    kinds = Kinds(PLAN, SALES, MARKETING)
    profile = kinds.profile({"drive": 1.44, "persuasion": 0.8, "relationship": 1.5, "negotiation": 1.2})
    present, close, calls, review = range(4, 8)
    for code in (present, close, calls, review):
        assert 1 / profile.paces[code] == pytest.approx(1.44**-0.5 * 0.8**0.25)
        assert profile.cycle[code] == pytest.approx(1.5**-0.3)
        assert profile.follow_up[code] == pytest.approx(0.2 * 0.5)
        assert profile.odds[code] == pytest.approx(1.5 * -0.2 + (0.5 * 0.2 if code == close else 0.0))
        assert profile.discount[code] == pytest.approx(1.2**-2 if code == close else 1.0)
    service = slice(0, 4)
    assert set(profile.paces[service]) == {1.0}
    assert set(profile.cycle[service]) == set(profile.discount[service]) == {1.0}
    for gains in (profile.odds[service], profile.follow_up[service], profile.resolution, profile.experience):
        assert not any(gains)


def test_a_skill_of_the_desk_tells_nothing_in_selling_and_the_other_way_round() -> None:
    """Whoever is not at standard in a skill that nobody's plan of the work names is plain in it."""
    assert Kinds(None, SALES, MARKETING).profile({"savings": 1.3, "tact": 1.2}).plain
    assert Kinds(PLAN).profile({"drive": 1.3, "negotiation": 1.2}).plain
    assert not Kinds(PLAN, SALES).profile({"negotiation": 1.2}).plain
    profile = Kinds(PLAN, SALES, MARKETING).profile({"savings": 1.3, "tact": 1.2})
    assert not profile.plain
    assert set(profile.paces[4:]) == {1.0}


@pytest.mark.parametrize("skill", ["drive", "persuasion", "relationship", "negotiation"])
def test_standard_skill_changes_nothing_in_selling(skill: str) -> None:
    """Whatever its elasticities: a proficiency of 1 is no effect at all."""
    assert Kinds(None, SALES, MARKETING).profile({skill: 1.0}).plain
    assert not Kinds(None, SALES, MARKETING).profile({skill: 1.01}).plain
