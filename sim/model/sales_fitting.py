"""How sales is fitted out: stages, odds, quota, follow-up and prospecting, made from the scenario; it sells nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.book import Book
from sim.model.care import Care
from sim.model.carrying import Carrying
from sim.model.chances import Chances
from sim.model.prospecting import Prospecting
from sim.model.rota import opening
from sim.model.sales import Sales
from sim.model.steps import Step
from sim.model.target import Target
from sim.scenario.marketing import MarketingPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from simpy import Environment

    from sim.engine.calendar import Calendar
    from sim.engine.streams import Streams
    from sim.model.journal import Journal
    from sim.model.people import People
    from sim.model.reputation import Reputation
    from sim.model.skills import Kinds
    from sim.model.staff import Staff
    from sim.scenario.sales import SalesPlan
    from sim.scenario.scenario import Scenario


class SalesFitting:
    """Everything sales needs before it opens."""

    def __init__(
        self,
        env: Environment,
        streams: Streams,
        scenario: Scenario,
        people: People,
        kinds: Kinds,
        journal: Journal,
    ) -> None:
        self._env = env
        self._streams = streams
        self._scenario = scenario
        self._people = people
        self._kinds = kinds
        self._journal = journal
        self._codes = {name: code for code, name in enumerate(people.teams)}
        self._hours: dict[str, Calendar] = {
            name: opening(team, scenario.clock) for name, team in scenario.teams.items()
        }
        self._marketing = scenario.marketing or MarketingPlan()

    def sales(self, plan: SalesPlan, reputation: Reputation | None) -> Sales:
        """The pipeline."""
        people, loops = self._people, self._scenario.loops
        teams, names = people.teams, list(plan.stages)
        steps = [
            Step(
                place,
                name,
                plan,
                teams[stage.team],
                self._codes[stage.team],
                self._kinds.selling("stage", name),
                self._hours[stage.team],
                self._streams,
            )
            for place, (name, stage) in enumerate(plan.stages.items())
        ]
        target = self._target(plan)
        chances = Chances(plan, loops, self._streams, people.profiles, people.talents, target, reputation)
        entries = [names.index(each.enters) if each.enters else 0 for each in self._marketing.origins().values()]
        base = self._scenario.customers
        segmented = bool(base and base.segments)
        book = Book(self._journal, [step.team_code for step in steps], bool(steps), segmented)
        return Sales(
            self._env, self._streams, plan, loops, steps, entries, chances, Carrying(plan), target, book
        )

    def _target(self, plan: SalesPlan) -> Target | None:
        team = plan.quota_team()
        if plan.quota is None or team is None:
            return None
        staff = self._people.staff[team]
        return Target(self._env, plan.quota, _filled(staff))

    def cares(self, plan: SalesPlan, until: float) -> list[Care]:
        """Every kind of follow-up; their codes come after those of prospecting."""
        people, customers = self._people, self._scenario.customers
        assert customers is not None
        kinds = customers.kinds().values() if self._scenario.loops.retention.on else ()
        buys = customers.purchases
        references = [buys.reference if buys else customers.leaving_of(kind).reference for kind in kinds]
        before = len(self._marketing.prospecting)
        return [
            Care(
                self._env,
                self._streams,
                each,
                name,
                before + place,
                place,
                people.teams[each.team],
                self._codes[each.team],
                self._hours[each.team],
                self._kinds.selling("follow_up", name),
                people.profiles,
                references,
                self._journal,
                until,
            )
            for place, (name, each) in enumerate(plan.follow_up.items())
        ]

    def prospecting(self) -> list[Prospecting]:
        """Every kind of calling."""
        people = self._people
        made = []
        for code, (name, plan) in enumerate(self._marketing.prospecting.items()):
            staff = people.staff[plan.team]
            made.append(
                Prospecting(
                    self._env,
                    self._streams,
                    plan,
                    name,
                    code,
                    staff.team,
                    self._codes[plan.team],
                    self._hours[plan.team],
                    _filled(staff),
                    self._kinds.selling("prospecting", name),
                    people.profiles,
                    people.talents,
                    self._journal,
                )
            )
        for plan, calls in zip(self._marketing.prospecting.values(), made, strict=True):
            people.staff[plan.team].standing.append(calls.waited)
        return made


def _filled(staff: Staff) -> Callable[[], int]:
    """A function that tells how many positions of a team are filled now."""
    return lambda: staff.filled
