"""Nudges are typed as a user would type them, a tenth of what there is, at least one, and nothing beyond."""

from __future__ import annotations

from pathlib import Path

import pytest
from loop_plans import BASE, SHOP, Subject, subject

from sim.experiments.nudge import nudges, permitted, side
from sim.experiments.variation import varied
from sim.scenario.scenario import Scenario


def nudged(plan: Subject, door: str) -> Scenario:
    """The plan under one nudge."""
    return varied(plan.tree, "nudged", nudges(plan.tree, plan.scenario)[door].settings).scenario  # type: ignore[index]


def test_every_door_of_a_shop(tmp_path: Path) -> None:
    """One more head on each side, and a tenth more of the rest."""
    plan = subject(tmp_path, SHOP)
    before = plan.scenario
    assert nudged(plan, "sellers").teams["reps"].positions() == 3
    assert nudged(plan, "servers").teams["agents"].positions() == 3
    assert nudged(plan, "wins").sales.stages["closing"].pass_rate == pytest.approx(0.44)  # type: ignore[union-attr]
    assert nudged(plan, "base").customers.initial.count == 88  # type: ignore[union-attr]
    assert nudged(plan, "leaving").customers.leaving.base == pytest.approx(1.1 * before.customers.leaving.base)  # type: ignore[union-attr]
    more = nudged(plan, "tickets").service.types["request"].per_customer  # type: ignore[union-attr]
    assert more == pytest.approx(1.1 * before.service.types["request"].per_customer)  # type: ignore[union-attr,operator]


def test_each_nudge_changes_one_thing(tmp_path: Path) -> None:
    """What is not behind the door stays as it is."""
    plan = subject(tmp_path, SHOP)
    behind = {"sellers": "teams", "servers": "teams", "wins": "sales", "base": "customers", "leaving": "customers",
              "tickets": "service"}  # fmt: skip
    assert set(nudges(plan.tree, plan.scenario)) == set(behind)
    for door, part in behind.items():
        after = nudged(plan, door)
        assert getattr(after, part) != getattr(plan.scenario, part)
        for other in {*behind.values(), "loops", "marketing", "economics", "clock"} - {part}:
            assert getattr(after, other) == getattr(plan.scenario, other)


def test_people_are_spread_over_the_teams_of_a_side(tmp_path: Path) -> None:
    """A tenth of all of a side by largest remainder; a team that does both is on neither where others do one thing."""
    plan = subject(tmp_path, SHOP, "teams.agents.headcount=27", "service.types.question.team=second",
                   "teams={second: {headcount: 13}}")  # fmt: skip
    assert side(plan.scenario, "servers") == ("second", "agents")
    after = nudged(plan, "servers")
    assert (after.teams["agents"].positions(), after.teams["second"].positions()) == (30, 14)
    both = subject(tmp_path, SHOP, "service.types.question.team=reps")
    assert side(both.scenario, "servers") == ("agents",)
    everybody = subject(tmp_path, SHOP, "sales.stages.closing.team=agents")
    assert side(everybody.scenario, "sellers") == side(everybody.scenario, "servers") == ("agents",)


@pytest.mark.parametrize(
    ("given", "positions"),
    [
        ("{steps: {mon-fri: {'09:00': 10, '12:00': 20, '17:00': 0}}}", 22),
        ("{groups: {old: {headcount: 10}, new: {headcount: 30}}}", 44),
        ("{headcount: 20, shifts: {early: {hours: {mon-fri: '06:00-14:00'}, share: 50 %}, "
         "late: {hours: {mon-fri: '14:00-22:00'}, share: 50 %}}}", 22),
    ],
)  # fmt: skip
def test_people_are_added_whichever_way_they_are_given(given: str, positions: int, tmp_path: Path) -> None:
    """By steps of the day, in groups, on shifts."""
    plan = subject(tmp_path, SHOP.replace("agents: {headcount: 2, wage: 3500 EUR/mo}", f"agents: {given}"))
    assert nudged(plan, "servers").teams["agents"].positions() == positions


def test_rules_of_hiring_are_nudged_with_their_team(tmp_path: Path) -> None:
    """Otherwise headcounts would go back to where they were."""
    ratio = "loops.hiring.teams.agents={rule: ratio, of: customers, per_head: 110, most: 20}"
    ruled = subject(tmp_path, SHOP, ratio)
    assert nudges(ruled.tree, ruled.scenario)["servers"].people == 0
    assert nudges(ruled.tree, ruled.scenario)["sellers"].people == 1
    after = nudged(ruled, "servers").loops.hiring.teams["agents"]
    assert after.per_head == pytest.approx(100, rel=1e-3)  # type: ignore[union-attr]
    assert after.most == 22  # type: ignore[union-attr]
    planned = "loops.hiring.teams.agents={rule: plan, steps: [{from: 1 wk, headcount: 4}]}"
    steps = nudged(subject(tmp_path, SHOP, planned), "servers").loops.hiring.teams["agents"].steps  # type: ignore[union-attr]
    assert [step.headcount for step in steps] == [5]


def test_what_a_plan_lacks_is_not_nudged(tmp_path: Path) -> None:
    """No sales, no sellers and no wins; where nearly all decisions are a yes, more leads come instead."""
    plan = subject(tmp_path, BASE)
    assert set(nudges(plan.tree, plan.scenario)) == {"servers", "base", "leaving", "tickets"}
    sure = subject(tmp_path, SHOP, "sales.stages.closing.pass_rate=95 %")
    assert nudges(sure.tree, sure.scenario)["wins"].settings == ("marketing.sources.web.rate=+10%",)


def test_a_nudge_beyond_what_is_allowed_is_left_out(tmp_path: Path) -> None:
    """A market that the first customers fill to the last has no room for more."""
    plan = subject(tmp_path, SHOP, "marketing.market={size: 80}")
    asked = nudges(plan.tree, plan.scenario)
    assert set(asked) - set(permitted(plan.tree, asked)) == {"base"}
