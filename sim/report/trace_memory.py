"""What a customer felt, and how his satisfaction moved, worked out again from the facts; told only if it is exact.

The facts hold how each contact was felt and what he felt in the end. What lies between is computed here by the model's
own equation and held against that end: where the two differ, something is at work that the facts do not hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.model.loyalty import remember
from sim.model.rota import rota
from sim.model.skills import Kinds
from sim.report.trace_facts import Fact, Life, at_rows
from sim.report.trace_words import Speech
from sim.scenario.channels import Deferred

if TYPE_CHECKING:
    from sim.scenario.customers import Memory

_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Felt:
    """One thing that a customer felt."""

    fact: Fact
    """The contact, or the follow-up."""
    time: float
    """When [h]."""
    felt: float
    """How, from 0 to 1."""
    weight: float
    """What it weighs in his memory; 1 is an ordinary request."""
    late: bool = False
    """Whether it is a deadline that passed unanswered."""


@dataclass(frozen=True, slots=True)
class Step:
    """One movement of satisfaction."""

    felt: Felt
    before: float
    after: float


def feelings(life: Life, speech: Speech) -> list[Felt]:
    """Everything a customer felt while he was one, in order; how follow-up is felt is what the scenario says."""
    if life.subscription is None:
        return []
    left = life.subscription["left"]
    found = [*_contacts(life, speech), *_follow_up(life, speech)]
    return list(_once(sorted((each for each in found if not each.time > left), key=lambda each: each.time)))


def _once(found: list[Felt]) -> Iterator[Felt]:
    """Silence is felt once, however often somebody tries until he is answered."""
    silent: set[float | None] = set()
    for each in found:
        ticket = each.fact.numbers.get("ticket")
        unanswered = ticket is not None and (each.late or each.fact.word("outcome") != "served")
        if not (unanswered and ticket in silent):
            yield each
        (silent.add if unanswered else silent.discard)(ticket)


def course(life: Life, speech: Speech, found: list[Felt]) -> list[Step] | None:
    """How satisfaction moved, step by step; None if the facts do not hold all that moved it."""
    plan, subscription = speech.scenario.customers, life.subscription
    if plan is None or subscription is None:
        return None
    satisfaction, steps = float(plan.memory.start), []
    for each in found:
        after = remember(plan.memory, satisfaction, each.felt, each.weight * _steadied(plan.memory, subscription, each))
        steps.append(Step(each, satisfaction, after))
        satisfaction = after
    return steps if abs(satisfaction - subscription["satisfaction"]) < _EXACT else None


def deadline(contact: Fact, speech: Speech) -> float:
    """Until when a contact must be answered not to have failed the customer [h]; infinity where nothing is said."""
    service = speech.scenario.service
    channel = service.channels.get(contact.word("channel")) if service else None
    kind = service.types.get(contact.word("type")) if service else None
    hours = speech.hours(contact.word("team"))
    if not isinstance(channel, Deferred) or channel.deadline is None or kind is None or kind.outbound or hours is None:
        return math.inf
    return hours.after(contact["arrived"], channel.deadline)


def _steadied(memory: Memory, subscription: Fact, felt: Felt) -> float:
    """What tenure leaves of a contact's weight."""
    if memory.steadies is None:
        return 1.0
    age = 0.0 if math.isnan(subscription["age"]) else subscription["age"]
    return 1.0 / (1.0 + (felt.time - subscription["won"] + age) / memory.steadies)


def _contacts(life: Life, speech: Speech) -> Iterator[Felt]:
    service = speech.scenario.service
    for contact in life.contacts:
        kind = service.types.get(contact.word("type")) if service else None
        if kind is None or not contact.has("customer"):
            continue
        due = deadline(contact, speech)
        if due < speech.end and not contact["started"] <= due:
            yield Felt(contact, due, 0.0, float(kind.weight), late=True)
        if contact.has("experience"):
            yield Felt(contact, contact["ended"], contact["experience"], float(kind.weight))


def _follow_up(life: Life, speech: Speech) -> Iterator[Felt]:
    scenario = speech.scenario
    plans = scenario.sales.follow_up if scenario.sales else {}
    warmth = _Warmth(life, speech)
    for activity in life.activities:
        plan = plans.get(activity.word("kind"))
        if plan is None or plan.weight <= 0 or activity.word("outcome") not in ("done", "expansion"):
            continue
        felt = min(1.0, max(0.0, plan.felt + warmth.of(activity)))
        yield Felt(activity, activity["ended"], felt, float(plan.weight))


class _Warmth:
    """What the skills of whoever follows up add to how it is felt."""

    def __init__(self, life: Life, speech: Speech) -> None:
        self._run = life.run
        self._scenario = scenario = speech.scenario
        self._kinds = Kinds(scenario.service, scenario.sales, scenario.marketing)

    def of(self, activity: Fact) -> float:
        team, name = activity.word("team"), activity.word("kind")
        plan = self._scenario.teams[team]
        mates = self._run.is_word("tenures", "team", team)
        who = mates & (self._run.column("tenures", "server") == activity["server"])
        people = at_rows(self._run, "tenures", who.nonzero()[0])
        if not people:
            return 0.0
        skills = rota(plan, self._scenario.clock)[int(people[0]["position"])].skills
        return self._kinds.profile(skills).follow_up[self._kinds.selling("follow_up", name)]
