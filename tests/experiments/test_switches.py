"""Which loops act is known beforehand, and a loop that cannot act changes nothing when it is switched off."""

from __future__ import annotations

from pathlib import Path

import pytest
from loop_plans import BASE, SHOP, subject

from sim.experiments.knockout import FIGURES
from sim.experiments.outcome import observe
from sim.experiments.switches import OFF, switches, turned_off
from sim.experiments.variation import varied
from sim.model.company import simulate


def test_loops_of_a_shop(tmp_path: Path) -> None:
    """Four act; the others are off, but for hiring, which has no rule."""
    found = switches(subject(tmp_path, SHOP).scenario)
    assert found.acting == ("retention", "referral", "presale", "failure_demand")
    assert found.idle["hiring"] == "no team has a hiring rule"
    assert {found.idle[name] for name in ("overselling", "reputation", "shortcuts", "burnout")} == {OFF}
    assert set(found.acting) | set(found.idle) == set(found.order)


HINDERED = {
    "retention": ("customers.leaving.beta=0",),
    "referral": ("customers.telling.rate=0 /mo",),
    "presale": ("sales.questions.share=0 %",),
    "failure_demand": ("service.types.request.returns=0 %",),
    "overselling": ("loops.overselling.on=true",),
    "shortcuts": ("loops.shortcuts.on=true", "loops.shortcuts.exponent=0"),
    "burnout": ("loops.burnout={on: true, quits: 0, slower: 0, errors: 0}",),
    "hiring": (),
}
"""Loop -> what makes it unable to act in the shop, though it is on."""


@pytest.mark.parametrize("loop", HINDERED)
def test_a_loop_that_cannot_act_is_worth_exactly_nothing(loop: str, tmp_path: Path) -> None:
    """It is left out with a reason, and rightly so: what happens is the same to the last bit when it is off."""
    plan = subject(tmp_path, SHOP, *HINDERED[loop])
    found = switches(plan.scenario)
    assert loop not in found.acting
    assert found.idle[loop] != OFF
    without = varied(plan.tree, "without", [f"loops.{loop}.on=false"]).scenario
    assert without.identity() != plan.scenario.identity()
    off, on = observe(without, 0, 5), observe(plan.scenario, 0, 5)
    assert repr(off.monthly) == repr(on.monthly)
    assert off.counts == on.counts
    for at, figures in on.kpis.items():
        assert {name: off.kpis[at][name] for name in FIGURES} == {name: figures[name] for name in FIGURES}


def test_reputation_is_switched_off_on_the_same_leads(tmp_path: Path) -> None:
    """It stays on and moves nothing, so that fewer or more leads come, but no others; off, all would be others."""
    plan = subject(tmp_path, SHOP, "loops.reputation.on=true")
    assert "reputation" in switches(plan.scenario).acting
    quiet = varied(plan.tree, "quiet", turned_off(["reputation"])).scenario
    assert switches(quiet).idle["reputation"] == "there is nothing that reputation could move"
    leads = {name: simulate(each, 0, 5).frame("leads") for name, each in (("on", plan.scenario), ("quiet", quiet))}
    told, untold = (set(found.loc[found["source"] == "web", "created"]) for found in leads.values())
    assert len(told & untold) > 0.9 * max(len(told), len(untold))


def test_a_company_without_sales_has_no_loops_of_sales(tmp_path: Path) -> None:
    """Nor does contentment move anything where the rate of leaving is fixed."""
    assert switches(subject(tmp_path, BASE).scenario).acting == ("failure_demand",)
