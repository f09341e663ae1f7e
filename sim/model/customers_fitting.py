"""How the customer base is fitted out: kinds of customers, how each can leave, what they tell, how payments drift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.model.buying import Buying
from sim.model.customers import Customers
from sim.model.departures import Departures
from sim.model.drift import Drift
from sim.model.segments import Segments
from sim.model.sores import Sores
from sim.model.terms import Pools, Terms, drawn
from sim.model.word import Word

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.streams import Streams
    from sim.model.care import Care
    from sim.model.journal import Journal
    from sim.model.needs import Need
    from sim.model.segments import Kind
    from sim.scenario.customers import Drift as DriftPlan
    from sim.scenario.customers import Segment
    from sim.scenario.scenario import Scenario


class CustomersFitting:
    """Everything the customer base needs, made from the scenario."""

    def __init__(self, env: Environment, streams: Streams, scenario: Scenario, journal: Journal) -> None:
        assert scenario.customers is not None
        self._env = env
        self._streams = streams
        self._plan = scenario.customers
        self._loops = scenario.loops
        self._retains = scenario.loops.retention.on
        self._journal = journal
        self._until = float(scenario.clock.horizon)
        self.segments = Segments(streams, scenario.customers, self._retains)
        self._pools: dict[str, Pools] = {}
        """What is drawn in advance for contracts, by the segment whose own it is; '' has everybody's."""

    def customers(self, onboarding: list[Need], cares: list[Care]) -> Customers:
        """The base; `cares` are told of the terms of contracts."""
        plan, push = self._plan, self._loops.overselling
        buying = None
        if plan.purchases:
            haste = push.leaving if push.on else 1.0
            buying = Buying(self._env, plan.purchases, self._retains, self._journal, self._until, haste)
        customers = Customers(
            self._env, plan, self._loops, onboarding, self._journal, self._until, self.segments, buying
        )
        if buying is not None:
            buying.on_end = customers.leave
        for kind, (name, segment) in zip(self.segments.kinds, plan.kinds().items(), strict=True):
            kind.ending = buying or self._ending(kind, name, segment, customers, cares)
        return customers

    def _ending(
        self, kind: Kind, name: str, segment: Segment, customers: Customers, cares: list[Care]
    ) -> Departures | Terms:
        """How customers of one kind can leave: when a term ends, or at any time."""
        contract = self._plan.contract_of(segment)
        if contract is None:
            departures = Departures(self._env, kind.leaving.base, self._until)
            departures.on_end = customers.leave
            return departures
        # Segments without a contract of their own share one pool: naming them moves nobody's terms.
        own = name if segment.contract else ""
        if own not in self._pools:
            self._pools[own] = drawn(self._streams, contract, own)
        terms = Terms(self._env, contract, self._pools[own], kind.leaving, self._retains, self._until)
        terms.on_term = [care.expect for care in cares]
        terms.on_renewal, terms.on_end = customers.renew, customers.leave
        return terms

    def word(self) -> Word | None:
        """Word of mouth, if customers tell."""
        plan = self._plan.telling
        return Word(self._env, plan, self.segments) if plan and self._loops.referral.on else None

    def sores(self, customers: Customers) -> Sores | None:
        """Open issues, if they change anything."""
        if not any(kind.issues for kind in self.segments.kinds):
            return None
        sores = Sores(self._env, self.segments, self._until)
        sores.on_change = customers.revise
        return sores

    def drifts(self, customers: Customers) -> Iterator[tuple[str, DriftPlan, Drift]]:
        """How customers come to pay more or less by themselves: name, plan, and what takes the moments."""
        plan = self._plan
        if plan.purchases:
            references = [plan.purchases.reference for _ in self.segments.kinds]
        else:
            references = [kind.leaving.reference for kind in self.segments.kinds]
        for name, change, sign, hear in (
            ("expansion", plan.expansion, 1, customers.grow),
            ("contraction", plan.contraction, -1, customers.shrink),
        ):
            if change is not None and change.rate > 0:
                drift = Drift(change, sign, references, self._retains)
                drift.on_change = hear
                yield name, change, drift
