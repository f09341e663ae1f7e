"""What one lead of each origin comes to, segments together; how many come and when is growth's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.scenario.funnel import Funnel, Passage, cooling
from sim.scenario.kinds import mix, returning, segments

if TYPE_CHECKING:
    from sim.scenario.marketing import Leads
    from sim.scenario.scenario import Scenario


def passages(scenario: Scenario, gone: Mapping[str, float] | None = None) -> dict[str, Passage]:
    """What one lead of each origin comes to, by name; nobody waits for an answer whom the company has called.

    `gone` says how many of each segment left, of whom some come back; left out, it is as in the initial base.
    """
    left = math.fsum(gone.values()) if gone else 0.0
    back = {name: number / left for name, number in gone.items()} if gone and left > 0 else returning(scenario)
    plan, funnel = scenario.demand(), Funnel(scenario)
    found = {}
    for name, leads in plan.origins().items():
        source = plan.sources.get(name)
        called = name in plan.prospecting
        kept = 1.0 if called else cooling(scenario, leads, source.profile if source else None)
        shares = back if leads is plan.win_back else mix(scenario, leads)
        found[name] = _blended(shares, by_segment(scenario, funnel, leads, kept))
    return found


def by_segment(scenario: Scenario, funnel: Funnel, leads: Leads, kept: float) -> dict[str, Passage]:
    """What one lead of an origin comes to, if it is of this segment or that."""
    known = segments(scenario)
    alike = {fit: funnel.passage(leads, kept, fit) for fit in {segment.fit for segment in known.values()}}
    return {name: alike[segment.fit] for name, segment in known.items()}


def _blended(shares: Mapping[str, float], parts: Mapping[str, Passage]) -> Passage:
    """The mean over segments; times are means over those whom they are about."""
    found = Passage()
    for name, share in shares.items():
        part = parts[name]
        found.won += share * part.won
        found.won_after += share * part.won * part.won_after
        found.lost_after += share * (1.0 - part.won) * part.lost_after
        for stage, entries in part.entries.items():
            found.since[stage] = found.since.get(stage, 0.0) + share * entries * part.since[stage]
            for what, amounts in (
                (found.entries, part.entries), (found.tries, part.tries), (found.hours, part.hours),
                (found.worked, part.worked),
            ):  # fmt: skip
                what[stage] = what.get(stage, 0.0) + share * amounts[stage]
    for stage, entries in found.entries.items():
        found.since[stage] /= max(entries, 1e-12)
    found.won_after /= max(found.won, 1e-12)
    found.lost_after /= max(1.0 - found.won, 1e-12)
    won = {name: share * parts[name].won / found.won if found.won > 0 else share for name, share in shares.items()}
    found.segments = won
    return found
