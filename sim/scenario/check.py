"""What is legal but doubtful in a scenario: overloaded teams, parts nobody uses, growth without end, far too much work.

It judges figures on paper, and neither runs nor changes anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.engine.opening import DAYS
from sim.scenario.customer_doubts import customer_doubts
from sim.scenario.idle import idle_parts
from sim.scenario.lifetime import reproduction
from sim.scenario.loads import HourLoads, Load, loads, loads_by_hour
from sim.scenario.people_doubts import people_doubts
from sim.scenario.scenario import Scenario
from sim.scenario.selling_doubts import selling_doubts
from sim.scenario.volume import Volume, estimate

__all__ = ["MOST_EVENTS", "Doubt", "HourLoads", "Load", "Volume", "check", "estimate", "loads", "loads_by_hour"]

MOST_EVENTS = 2e7
"""Leads, visits, activities, contacts, dealings of customers (renewals, purchases, changes, tellings) and absences of
one replication above which a scenario is refused."""
LOST = 0.01
"""Share of callers without anybody there from which on it is worth a word."""
Severity = Literal["note", "warning", "refused"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to think about before running."""

    key: str
    """Dotted key path it is about."""
    sentence: str
    """What is doubtful, without a full stop."""
    severity: Severity
    """note: a figure worth knowing; warning: probably not meant; refused: it would not end in bearable time."""


def check(scenario: Scenario) -> list[Doubt]:
    """Return all doubts, the gravest first; none of them means that the scenario is wrong."""
    volume = estimate(scenario)
    too_much = list(_too_much(volume))
    hours = {} if too_much else loads_by_hour(scenario, volume)
    doubts = [
        *too_much,
        *_growth(scenario),
        *(Doubt(*idle) for idle in idle_parts(scenario)),
        *(Doubt(*told) for told in customer_doubts(scenario)),
        *(Doubt(*idle) for idle in (() if too_much else selling_doubts(scenario, volume, hours))),
        *(Doubt(*idle) for idle in (() if too_much else people_doubts(scenario, volume, hours))),
        *_staffing(scenario, hours),
    ]
    order = ("refused", "warning", "note")
    return sorted(doubts, key=lambda doubt: order.index(doubt.severity))


def _too_much(volume: Volume) -> Iterator[Doubt]:
    if volume.events > MOST_EVENTS:
        sentence = (
            f"one replication would create about {volume.events:.2g} leads, visits, activities, contacts, dealings of "
            f"customers and absences (limit {MOST_EVENTS:.0e}); lower the rates, the customers or the horizon"
        )
        yield Doubt("clock.horizon", sentence, "refused")


def _staffing(scenario: Scenario, loaded: Mapping[str, HourLoads]) -> Iterator[Doubt]:
    for name, hours in loaded.items():
        load, key = hours.total(), f"teams.{name}.headcount"
        if hours.lost > LOST:
            lost = f"{hours.lost * 100:.0f} % of those who come on the line find nobody there and do not wait"
            yield Doubt(f"teams.{name}.hours", lost, "note")
        if load.offered == 0.0:
            continue
        if load.staffed == 0.0:
            yield Doubt(key, f"offered load is {load.offered:.1f} erlang, but nobody is there to do it", "warning")
            continue
        against = f"{load.offered:.1f} erlang for the {load.staffed:.1f} people there after absences and vacancies"
        if load.share < 1.0:
            yield Doubt(key, f"load {load.share:.2f}: {against}{_peaks(hours)}", "note")
        elif scenario.loops.shortcuts.on:
            sentence = f"load {load.share:.2f}: more than they can do in standard time, so shortcuts set in ({against})"
            yield Doubt(key, sentence, "warning")
        elif load.share * hours.lasting >= 1.0:
            yield Doubt(key, f"load {load.share:.2f}: the queue grows without end ({against})", "warning")
        else:
            # Calls of one's own and follow-ups lapse; callers and leads give up waiting.
            left = "some of it is left undone" if load.share * hours.waiting < 1.0 else "some give up waiting"
            sentence = f"load {load.share:.2f}: more than they can do, so {left} ({against})"
            yield Doubt(key, sentence, "warning")


def _peaks(hours: HourLoads) -> str:
    """In how many hours more work comes than the people there can do, where most."""
    here = hours.share[hours.open]
    over = int((here.round(2) > 1.0).sum())
    if not over:
        return ""
    day, hour = np.unravel_index(int(np.where(hours.open, hours.share, 0.0).argmax()), (7, 24))
    most = f"{here.max():.2f}" if math.isfinite(here.max()) else "nobody there"
    return (
        f"; more than they can do in {over} of {len(here)} hours on duty, most on {DAYS[day]} at {hour:02d}:00 ({most})"
    )


def _growth(scenario: Scenario) -> Iterator[Doubt]:
    born = reproduction(scenario)
    if born < 1.0:
        return
    many = f"{born:.2f} others" if born < 1e6 else "others without end"
    if scenario.marketing and scenario.marketing.market:
        sentence = f"one customer brings {many} in a lifetime: the base grows by itself until the market is won"
        yield Doubt("customers.telling.rate", sentence, "note")
    else:
        sentence = f"one customer brings {many} in a lifetime: the base grows by itself without limit"
        yield Doubt("customers.telling.rate", sentence, "warning")
