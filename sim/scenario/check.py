"""What is legal but doubtful in a scenario: overloaded teams, parts nobody uses, growth without end, far too much work.

It judges figures on paper, and neither runs nor changes anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sim.scenario.scenario import Scenario
from sim.scenario.teams import TeamPlan
from sim.scenario.volume import Volume, cooling, estimate, reproduction

__all__ = ["MOST_EVENTS", "Doubt", "Load", "Volume", "check", "estimate", "loads"]

MOST_EVENTS = 2e7
"""Leads, visits and contacts of one replication above which a scenario is refused."""
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


@dataclass(frozen=True, slots=True)
class Load:
    """Work offered to a team, were everybody served at once, against its people; on average over the horizon."""

    offered: float
    """Work per hour on duty [erlang]: people who would have to be busy all the time."""
    staffed: float
    """People who are there for the work while the team is on duty: positions less shrinkage and vacancies."""

    @property
    def share(self) -> float:
        """Offered load as a share of staffed hours; above 1 it is more than they can do."""
        return self.offered / self.staffed if self.staffed > 0 else float("inf") if self.offered > 0 else 0.0


def check(scenario: Scenario) -> list[Doubt]:
    """Return all doubts, the gravest first; none of them means that the scenario is wrong."""
    too_much = list(_too_much(estimate(scenario)))
    doubts = [
        *too_much,
        *_growth(scenario),
        *_pipeline(scenario),
        *_unused(scenario),
        *_without_effect(scenario),
        *(() if too_much else _staffing(scenario)),
    ]
    order = ("refused", "warning", "note")
    return sorted(doubts, key=lambda doubt: order.index(doubt.severity))


def loads(scenario: Scenario) -> dict[str, Load]:
    """Return the offered load of every team; work is spread evenly over the team's hours on duty."""
    work = estimate(scenario).work
    weeks = float(scenario.clock.horizon) / 168.0
    found: dict[str, Load] = {}
    for name, team in scenario.teams.items():
        open_hours, staffed_hours = _week(scenario, team)
        gone = float(team.turnover) * team.vacancy.expectation()
        there = staffed_hours * (1.0 - team.shrinkage) / (1.0 + gone)
        found[name] = Load(work[name] / weeks / open_hours, there / open_hours)
    return found


def _week(scenario: Scenario, team: TeamPlan) -> tuple[float, float]:
    """Hours a week in which anybody of the team is on duty at most, and hours that its people work together."""
    open_hours = sum(end - start for start, end in team.open_hours(scenario.clock.hours))
    if not team.shifts:
        return open_hours, open_hours * team.positions()
    heads = team.heads_by_shift()
    lengths = {name: sum(end - start for start, end in shift.hours) for name, shift in team.shifts.items()}
    return open_hours, sum(lengths[name] * heads[name] for name in lengths)


def _too_much(volume: Volume) -> Iterator[Doubt]:
    if volume.events > MOST_EVENTS:
        sentence = (
            f"one replication would create about {volume.events:.2g} leads, visits and contacts "
            f"(limit {MOST_EVENTS:.0e}); lower the rates, the customers or the horizon"
        )
        yield Doubt("clock.horizon", sentence, "refused")


def _staffing(scenario: Scenario) -> Iterator[Doubt]:
    for name, load in loads(scenario).items():
        if load.offered == 0.0:
            continue
        key, offered = f"teams.{name}", f"offered load is {load.offered:.1f} erlang"
        if load.staffed == 0.0:
            yield Doubt(f"{key}.headcount", f"{offered}, but nobody is there to do it", "warning")
            continue
        against = f"{load.share * 100:.0f} % of the {load.staffed:.1f} people there after shrinkage and vacancies"
        if load.share >= 1.0:
            yield Doubt(f"{key}.headcount", f"{offered}, {against}: more than they can do", "warning")
        else:
            yield Doubt(f"{key}.headcount", f"{offered}, {against}", "note")


def _growth(scenario: Scenario) -> Iterator[Doubt]:
    born = reproduction(scenario) * cooling(scenario)
    if born >= 1.0:
        many = f"{born:.2f} others" if born < 1e6 else "others without end"
        sentence = f"one customer brings {many} in a lifetime: the base grows by itself without limit"
        yield Doubt("customers.telling.rate", sentence, "warning")


def _pipeline(scenario: Scenario) -> Iterator[Doubt]:
    blocked: str | None = None
    for name, stage in scenario.sales.stages.items() if scenario.sales else ():
        if blocked is not None:
            yield Doubt(f"sales.stages.{name}", f"no lead gets here: stage '{blocked}' passes nobody", "warning")
        elif stage.pass_rate == 0:
            blocked = name
    if blocked is not None:
        yield Doubt(f"sales.stages.{blocked}.pass_rate", "nobody passes this stage, so nothing is ever won", "warning")


def _unused(scenario: Scenario) -> Iterator[Doubt]:
    working = {*scenario.selling_teams(), *scenario.serving_teams()}
    for name in scenario.teams:
        if name not in working:
            yield Doubt(f"teams.{name}", "no stage and no ticket type names this team; it is only paid", "warning")
    if scenario.service is None:
        return
    asked = scenario.sales.questions.ticket if scenario.sales and scenario.sales.questions else None
    used: set[str] = set()
    for name, kind in scenario.service.types.items():
        used |= {channel for channel, share in kind.channels.items() if share > 0}
        comes = (kind.per_customer, kind.per_win, kind.arrivals)
        if all(way is None for way in comes) and name != asked:
            sentence = "nobody asks for this: give per_customer, per_win or arrivals, or let sales.questions name it"
            yield Doubt(f"service.types.{name}", sentence, "warning")
    for name in scenario.service.channels:
        if name not in used:
            yield Doubt(f"service.channels.{name}", "no ticket type comes by this channel", "warning")


def _without_effect(scenario: Scenario) -> Iterator[Doubt]:
    """Settings that are given but cannot show."""
    for name, team in scenario.teams.items():
        kinds = scenario.service.types.values() if scenario.service else ()
        ranks = {kind.priority for kind in kinds if kind.team == name}
        if len(ranks) > 1 and team.discipline.rule != "priority":
            sentence = f"ticket types of this team differ in priority, but its rule is '{team.discipline.rule}'"
            yield Doubt(f"teams.{name}.discipline", sentence, "warning")
    asks = scenario.sales.questions if scenario.sales else None
    if asks and asks.share > 0 and asks.answered == asks.unanswered == 0:
        yield Doubt("sales.questions", "questions are asked but answers change nothing", "warning")
    base = scenario.customers
    if base and base.telling and not scenario.loops.referral.on and base.telling.rate > 0:
        yield Doubt("loops.referral.on", "customers.telling is given, but the loop is off", "note")
    if base and base.leaving.beta > 0 and not scenario.loops.retention.on:
        yield Doubt("loops.retention.on", "customers.leaving.beta is given, but the loop is off", "note")
    if base and base.leaving.beta == 0 and scenario.loops.retention.on:
        sentence = "satisfaction does not move the rate of leaving, so better service keeps nobody"
        yield Doubt("customers.leaving.beta", sentence, "note")
