"""Offered load against the people there, on average and by hour of the week, before anything runs; it draws no chance.

When work is counted, by rule:
- somebody on the line: in the hour in which he comes, or in the first hour on duty if he waits for the doors to open;
- deferred work and appointments: over the opening hours in which an answer is promised (the target, at least one hour),
  from their coming on, in proportion to the people there; what comes at night begins to count in the morning;
- sales work, calls of the company's own and what comes evenly anyway: over all hours on duty, likewise; calls that only
  fill idle time are no load.
Who helps out in another team is counted in the team that is asked first. Holidays are left out of account.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.flows import Flow
from sim.scenario.scenario import Scenario
from sim.scenario.staffed import people_by_hour
from sim.scenario.volume import Volume, estimate
from sim.scenario.week import HOURS, by_hour, covered

Hours = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Load:
    """Work offered to a team, were everybody served at once, against its people; on average over the horizon."""

    offered: float
    """Work per hour on duty [erlang]: people who would have to be busy all the time."""
    staffed: float
    """People who are there for the work while the team is on duty: positions less shrinkage, breaks, training and
    vacancies."""

    @property
    def share(self) -> float:
        """Offered load as a share of staffed hours; above 1 it is more than they can do."""
        return self.offered / self.staffed if self.staffed > 0 else float("inf") if self.offered > 0 else 0.0


@dataclass(frozen=True, slots=True)
class HourLoads:
    """One team's work and people by weekday (Monday first) and hour of the day, arrays of shape (7, 24)."""

    work: Hours
    """Work that comes in the hour [person-hours per hour]."""
    people: Hours
    """People there on average: on duty, less shrinkage, breaks, training and vacancies."""
    on_duty: Hours
    """Share of the hour in which anybody is on duty."""
    times: Hours
    """How often the hour occurs in the horizon; 0 where it never does."""
    lost: float
    """Share of those who come on the line who find nobody there and do not wait."""
    lasting: float
    """Share of the work that waits as long as it takes; callers with a patience and leads that expire go away."""
    waiting: float = 1.0
    """Share of the work for which somebody waits: all but calls of the company's own and follow-up."""

    @property
    def share(self) -> Hours:
        """Work against people, shape (7, 24); infinite where nobody is there for the work, 0 where there is none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.work > 0, self.work / np.maximum(self.people, 0.0), 0.0)

    @property
    def open(self) -> NDArray[np.bool_]:
        """Which hours of the horizon anybody is on duty in, shape (7, 24)."""
        return (self.on_duty > 0) & (self.times > 0)

    def total(self) -> Load:
        """The load on average over the horizon."""
        on_duty = float((self.on_duty * self.times).sum())
        if on_duty == 0.0:
            return Load(float((self.work * self.times).sum()) / max(float(self.times.sum()), 1e-9), 0.0)
        return Load(float((self.work * self.times).sum()) / on_duty, float((self.people * self.times).sum()) / on_duty)


def loads(scenario: Scenario) -> dict[str, Load]:
    """Return the offered load of every team on average over its hours on duty."""
    return {name: hours.total() for name, hours in loads_by_hour(scenario).items()}


def loads_by_hour(scenario: Scenario, volume: Volume | None = None) -> dict[str, HourLoads]:
    """Return work and people of every team by hour of the week; `volume` spares estimating it again."""
    flows = (volume or estimate(scenario)).flows
    times = covered(scenario.clock, 0.0, scenario.clock.horizon)
    # What only fills idle time is no load.
    flows = tuple(flow for flow in flows if not flow.yields)
    ours = {*scenario.demand().prospecting, *(scenario.sales.follow_up if scenario.sales else ())}
    found: dict[str, HourLoads] = {}
    for name, team in scenario.teams.items():
        on_duty = by_hour(team.open_hours(scenario.clock.hours))
        people = people_by_hour(scenario, name)
        own = [flow for flow in flows if flow.team == name and flow.count > 0]
        work = sum((_spread(flow, on_duty, people, times) for flow in own), np.zeros(HOURS))
        with np.errstate(divide="ignore", invalid="ignore"):
            work = np.where(times > 0, work / times, 0.0)
        on_line = [flow for flow in own if flow.within is None]
        came = sum(flow.count for flow in on_line)
        hours = sum(flow.work for flow in own)
        lasting = sum(flow.work for flow in own if not flow.fades)
        found[name] = HourLoads(
            work=work.reshape(7, 24),
            people=people.reshape(7, 24),
            on_duty=on_duty.reshape(7, 24),
            times=times.reshape(7, 24),
            lost=sum(flow.lost for flow in on_line) / came if came else 0.0,
            lasting=lasting / hours if hours else 0.0,
            waiting=sum(flow.work for flow in own if flow.kind not in ours) / hours if hours else 1.0,
        )
    return found


def _spread(flow: Flow, on_duty: Hours, people: Hours, times: Hours) -> Hours:
    """Person-hours of a flow by hour of the week over the whole horizon, shape (168,)."""
    work = flow.work
    there = people if people.any() else on_duty if on_duty.any() else np.ones(HOURS)
    if flow.rhythm is None and flow.within is None:
        return _share(on_duty if on_duty.any() else there, times) * work
    if flow.rhythm is None or flow.within == math.inf:
        return _share(there, times) * work
    if flow.within is None:
        return flow.rhythm * work
    return _promised(flow.rhythm, max(1.0, flow.within), there) * work


def _share(weights: Hours, times: Hours) -> Hours:
    """Shares of the hours of the horizon in proportion to weights; without any, evenly."""
    heavy = weights * times
    heavy = heavy if heavy.any() else times
    shares: Hours = heavy / heavy.sum()
    return shares


def _promised(rhythm: Hours, within: float, there: Hours) -> Hours:
    """Shares of what comes in a rhythm, spread from then on over so many hours [h] with people, in proportion to
    them."""
    open_hours = (there > 0).astype(float)
    if within >= open_hours.sum():
        return _share(there, np.ones(HOURS))
    # Two more weeks behind the first, so that every promise ends within the row.
    ahead, ends = np.tile(there, 3), np.cumsum(np.tile(open_hours, 3))
    spread = np.zeros(3 * HOURS)
    over = np.concatenate(([0.0], ends[: HOURS - 1])) + within
    lasts = np.searchsorted(ends, over - 1e-9)
    for hour in np.flatnonzero(rhythm):
        last = lasts[hour]
        weights = ahead[hour : last + 1].copy()
        weights[-1] *= 1.0 - (ends[last] - over[hour])
        spread[hour : last + 1] += rhythm[hour] * weights / weights.sum()
    shares: Hours = spread.reshape(3, HOURS).sum(axis=0)
    return shares
