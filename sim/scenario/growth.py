"""How leads, wins and customers come about over the horizon, step by step on paper; it knows no work and no people.

Everybody passes the pipeline in the mean time of his origin; satisfaction stays as it is at the start.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.engine.units import MONTH
from sim.scenario.alive import MOST, Alive
from sim.scenario.demand import Demand
from sim.scenario.funnel import Passage, interest
from sim.scenario.kinds import Numbers, hazard, segments, telling
from sim.scenario.passages import passages
from sim.scenario.scenario import Scenario
from sim.scenario.week import covered

_MOST_STEPS = 2_500
_LEAST_STEPS = 48


@dataclass(frozen=True, slots=True)
class Growth:
    """What comes about over the horizon."""

    passages: Mapping[str, Passage]
    """What one lead of each origin comes to."""
    came: Mapping[str, Numbers]
    """Leads by origin until each of the instants that divide the horizon evenly, from 0 on."""
    horizon: float
    """Length of it all [h]."""
    wins: Mapping[str, float]
    """Wins by origin."""
    lived: Mapping[str, float]
    """Hours that all live customers live together, by segment."""
    initial: Mapping[str, float]
    """Those of customers who were there at the start."""
    gone: Mapping[str, float]
    """How many left, by segment."""
    free: float
    """Share of the market that could be won at the horizon; 1 without a limit."""

    @property
    def leads(self) -> dict[str, float]:
        """Leads by origin."""
        return {name: float(came[-1]) for name, came in self.came.items()}

    @property
    def customer_hours(self) -> float:
        """Hours that all live customers live together."""
        return math.fsum(self.lived.values())

    def joined(self) -> dict[str, float]:
        """Wins by segment."""
        found = dict.fromkeys(self.lived, 0.0)
        for name, wins in self.wins.items():
            for segment, share in self.passages[name].segments.items():
                found[segment] += wins * share
        return found

    def older(self, origin: str, age: float) -> float:
        """Leads of an origin that came so long [h] before the horizon or earlier."""
        came = self.came[origin]
        return float(np.interp(self.horizon - age, np.linspace(0.0, self.horizon, len(came)), came, left=0.0))


def grow(scenario: Scenario, calls: Mapping[str, float]) -> Growth:
    """Follow everybody over the horizon; `calls` are those made by each prospecting, per hour of the clock."""
    found = _grow(scenario, calls, passages(scenario))
    if scenario.demand().win_back and len(found.gone) > 1:
        # Only now it is known of which segments they are who can come back.
        found = _grow(scenario, calls, passages(scenario, found.gone))
    return found


def _grow(scenario: Scenario, calls: Mapping[str, float], each: Mapping[str, Passage]) -> Growth:
    names = list(each) if scenario.sales else []
    horizon = float(scenario.clock.horizon)
    come = _coming(scenario, names, calls)
    known = segments(scenario).values()
    sent, leaving = max(telling(scenario, one) for one in known), max(hazard(scenario, one) for one in known)
    plan, base = scenario.demand(), scenario.customers
    market, back = plan.market, plan.win_back
    size = float(market.size) if market else math.inf
    won = np.array([each[name].won for name in names])
    best = float(won.max(initial=0.0))
    pace = 10 * (sent * best + leaving) + (10 * float(come.sum()) / horizon / size if market else 0.0)
    steps = min(_MOST_STEPS, max(_LEAST_STEPS, math.ceil(horizon / MONTH), math.ceil(horizon * min(pace, MOST))))
    hours = horizon / steps
    come = _by_step(scenario, names, come, steps)
    alive = Alive(scenario, names, each, hours)
    signed_after = np.array([each[name].won_after for name in names]) / hours
    lost_after = np.maximum(np.array([each[name].lost_after for name in names]), 1e-9)
    stay = np.exp(-hours / lost_after)
    late = lost_after / hours * (1.0 - stay)
    by_itself = np.array([name in plan.sources for name in names], dtype=bool)
    referred = names.index("referred") if "referred" in names else None
    again = names.index("won_back") if "won_back" in names else None
    later = round(back.after.expectation() / hours) if back else 0
    due = np.zeros(steps + 1)
    cool = math.exp(-hours / max(1e-9, market.cooling.expectation())) if market and market.cooling else 1.0
    laps = _laps(scenario, each, leaving, (2 + later) * hours) if again is not None else 0.0
    came = np.zeros((steps + 1, len(names)))
    quick = 0.0
    wins, doomed = np.zeros(len(names)), np.zeros(len(names))
    resting = waiting = 0.0
    free = size - alive.count
    for step in range(steps):
        new = come[step].copy()
        if (organic := float(new[by_itself].sum())) > 0:
            new[by_itself] *= max(0.0, 1.0 - alive.warn() / organic)
        if referred is not None:
            new[referred] += alive.tell()
        if market:
            new *= max(0.0, free / size)
            new *= min(1.0, max(0.0, free) / max(float(new.sum()), 1e-9))
        if again is not None:
            new[again] += due[step]
            waiting -= due[step]
        came[step + 1] = np.minimum(came[step] + np.minimum(new, MOST), MOST)
        signed = won * (_until(came, step + 1 - signed_after) - _until(came, step - signed_after))
        wins = wins + signed
        after = doomed * stay + new * (1.0 - won) * late
        lost, doomed = float((doomed + new * (1.0 - won) - after).sum()), after
        gone = alive.step(signed)
        returning = gone * (back.share if back and again is not None else 0.0)
        due[min(steps, step + 1 + later)] += returning
        waiting += returning
        quick = min(MOST, quick + returning * laps)
        resting = resting * cool + lost + gone - returning
        courted = float((came[step + 1] * won - wins).sum() + doomed.sum())
        free = size - courted - alive.count - resting - waiting if market else size
    if again is not None and back and came[-1, again] > 0:
        first = (float(base.initial.count) if base else 0.0) + float(wins.sum() - wins[again])
        lasting = 1.0 - back.share * float(won[again])
        most = min(MOST, first * back.share / lasting if lasting > 0 else MOST)
        more = 1.0 + min(quick, max(0.0, most - float(came[-1, again]))) / float(came[-1, again])
        came[:, again] *= more
        wins[again] *= more
    return Growth(
        each,
        dict(zip(names, came.T, strict=True)),
        horizon,
        dict(zip(names, wins.tolist(), strict=True)),
        alive.lived(),
        alive.lived(initial=True),
        alive.gone(),
        max(0.0, free / size) if market else 1.0,
    )


def _laps(scenario: Scenario, each: Mapping[str, Passage], leaving: float, hours: float) -> float:
    """How often more than once somebody leaves, comes back and is won again in the hours that one such lap takes on
    paper: a step to be won in, another to leave in, and those in between."""
    plan = scenario.demand().win_back
    assert plan is not None
    stay = plan.loyalty / leaving if leaving > 0 else math.inf
    lap = stay + plan.after.expectation() + each["won_back"].won_after
    return max(0.0, hours / lap - 1.0) if lap > 0 else MOST


def _until(came: Numbers, steps: Numbers) -> Numbers:
    """Leads by origin until so many steps from the start, a number for each origin."""
    steps = np.maximum(steps, 0.0)
    whole = steps.astype(int)
    columns = np.arange(came.shape[1])
    below, above = came[whole, columns], came[np.minimum(whole + 1, len(came) - 1), columns]
    between: Numbers = below + (steps - whole) * (above - below)
    return between


def arriving(scenario: Scenario, plan: Demand) -> float:
    """How many come of a stream within the horizon."""
    begin, end = plan.span(scenario.clock)
    hours = covered(scenario.clock, max(0.0, begin), min(end, scenario.clock.horizon))
    return float(plan.rate * (hours * (plan.profile.weights() if plan.profile else 1.0)).sum())


def _coming(scenario: Scenario, names: list[str], calls: Mapping[str, float]) -> Numbers:
    """Leads that sources and calls would bring over the horizon in an endless market, by origin."""
    plan = scenario.demand()
    amounts = np.zeros(len(names))
    for place, name in enumerate(names):
        if name in plan.sources:
            amounts[place] = arriving(scenario, plan.sources[name])
        elif name in plan.prospecting:
            talks = calls.get(name, 0.0) * scenario.clock.horizon * plan.prospecting[name].reach
            amounts[place] = talks * interest(scenario, name)
    return amounts


def _by_step(scenario: Scenario, names: list[str], amounts: Numbers, steps: int) -> Numbers:
    """The same by step of time, shape (steps, origins): each source evenly within its span."""
    plan, horizon = scenario.demand(), float(scenario.clock.horizon)
    edges = np.linspace(0.0, horizon, steps + 1)
    come = np.zeros((steps, len(names)))
    for place, name in enumerate(names):
        begin, end = plan.sources[name].span(scenario.clock) if name in plan.sources else (0.0, horizon)
        inside = np.diff(np.clip(edges, max(0.0, begin), max(0.0, begin, min(end, horizon))))
        if inside.any():
            come[:, place] = amounts[place] * inside / inside.sum()
    return come
