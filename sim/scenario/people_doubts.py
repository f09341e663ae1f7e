"""What one would doubt about people: rules that hire by leaps, teams that tire, newcomers who take all the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.engine.units import MONTH
from sim.scenario.hiring import Business, ByPlan, Review
from sim.scenario.idle_selling import Idle
from sim.scenario.kinds import mix, segments
from sim.scenario.newcomers import LEAST_LEFT, guiding
from sim.scenario.staffed import changes, heads

if TYPE_CHECKING:
    from sim.scenario.loads import HourLoads
    from sim.scenario.scenario import Scenario
    from sim.scenario.volume import Volume

LEAP = 2.0
"""How many times as many people, or as few, a rule that wants them at once is doubted for."""


def people_doubts(scenario: Scenario, volume: Volume, hours: Mapping[str, HourLoads]) -> Iterator[Idle]:
    """Everything about people that is legal but doubtful, judged by what it comes to on paper."""
    if scenario.loops.hiring.on:
        yield from _hiring(scenario, volume)
    for name, team in scenario.teams.items():
        if team.ramp is not None and (share := guiding(scenario, name)) > 1.0 - LEAST_LEFT:
            told = f"newcomers would take {share * 100:.0f} % of the time of the experienced"
            yield f"teams.{name}.ramp.mentoring", f"{told}; they keep {LEAST_LEFT * 100:.0f} % of it", "warning"
    loop = scenario.loops.burnout
    for name, load in hours.items() if loop.on else ():
        busy = min(1.0, load.total().share)
        if busy > loop.above:
            told = f"on paper team '{name}' is busy for {busy * 100:.0f} % of its time, so it tires"
            yield "loops.burnout.above", f"{told}, and the load told here is that of rested people", "note"


def _hiring(scenario: Scenario, volume: Volume) -> Iterator[Idle]:
    for name, rule in scenario.loops.hiring.teams.items():
        key, there = f"loops.hiring.teams.{name}", scenario.teams[name].positions()
        if isinstance(rule, ByPlan):
            if changes(scenario, name):
                told = f"loads told here are those of {heads(scenario, name):.1f} positions, the mean over the horizon"
                yield key, told, "note"
            continue
        yield from _bounds(rule, key, name, there)
        wanted = rule.wanted(_business(scenario, volume, name))
        told = f"at the start it wants {wanted} positions, and team '{name}' has {there}"
        if wanted >= LEAP * max(1, there):
            yield key, f"{told}: it hires by leaps", "warning"
        elif wanted * LEAP <= there and there > 0:
            fate = "it lays off by leaps" if rule.layoffs else "those who quit are not replaced"
            yield key, f"{told}: {fate}", "warning" if rule.layoffs else "note"
        else:
            yield key, f"{told}; loads told here are those of today's headcount", "note"


def _bounds(rule: Review, key: str, name: str, there: int) -> Iterator[Idle]:
    if there < rule.least:
        yield f"{key}.least", f"team '{name}' has {there} positions, fewer than this ({rule.least})", "warning"
    elif there > rule.most:
        yield f"{key}.most", f"team '{name}' has {there} positions, more than this ({rule.most})", "warning"


def _business(scenario: Scenario, volume: Volume, team: str) -> Business:
    """What a rule sees at the start; of tickets, what comes on average over the horizon."""
    base, revenue = scenario.customers, 0.0
    if base is not None:
        law = base.initial.mrr or (scenario.sales.deal if scenario.sales else None)
        known = segments(scenario)
        worth = sum(share * known[name].value for name, share in mix(scenario).items())
        revenue = base.initial.count * worth * (law.expectation() if law else 0.0) * MONTH
    tickets = volume.tickets / scenario.clock.horizon * MONTH
    return Business(base.initial.count if base else 0, tickets, revenue, float(scenario.teams[team].wage) * MONTH)
