"""What skills do: pace, resolution and experience by the documented rule."""

from __future__ import annotations

import math

import pytest

from sim.model.skills import Kinds
from sim.model.staff import trained
from sim.scenario.service import ServicePlan
from sim.scenario.teams import Training

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
