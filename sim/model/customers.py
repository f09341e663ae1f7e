"""The department of those who bought: they go live, remember, pay, and are gone; how they leave and tell is others'."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.streams import keyed, keyed_uniform
from sim.engine.units import MONTH
from sim.model.entities import Customer, Lead, Ticket
from sim.model.facts import CHANGES, LEAVINGS, NAN
from sim.model.loyalty import remember
from sim.model.mood import Mood
from sim.model.traits import habits, keys

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.distributions import MoneyRateLaw
    from sim.engine.streams import Streams
    from sim.model.buying import Buying
    from sim.model.candidates import Candidates
    from sim.model.care import Care
    from sim.model.journal import Journal
    from sim.model.needs import Need, Traits
    from sim.model.segments import Segments
    from sim.model.upkeep import Upkeep
    from sim.scenario.customers import CustomersPlan
    from sim.scenario.loops import LoopsPlan

_INITIAL = 0
_EXPANSION, _CONTRACTION, _RENEWAL = range(len(CHANGES))
_PRICE, _FIT, _SERVICE = range(len(LEAVINGS))
_NEEDED, _ONBOARDING = 1000, 2000
_ROUNDING = 1e-6
"""Two instants nearer than this are the same [h]."""


class Customers:
    """The customer base. Inlets: welcome, judge, settle, revise, renew, grow, shrink, leave. Outlets: on_ticket,
    on_leave."""

    def __init__(
        self,
        env: Environment,
        plan: CustomersPlan,
        loops: LoopsPlan,
        onboarding: list[Need],
        journal: Journal,
        until: float,
        segments: Segments,
        buying: Buying | None = None,
    ) -> None:
        """`segments` know how customers can leave, `buying` has their purchases, where there are any."""
        self.on_ticket: Callable[[Need, Traits, Customer], None] | None = None
        self.on_leave: Callable[[Customer], None] | None = None
        self.everybody: list[Customer] = []
        self.purposes: list[Candidates | Upkeep | Care] = []
        """What may happen to each live customer, by purpose: newcomers are told to all."""
        self.mrr = 0.0
        telling = plan.telling
        self._mood = Mood(telling.promoter if telling else 0.8, telling.detractor if telling else 0.5)
        self._env = env
        self._plan = plan
        self._memory = plan.memory
        self._haste = loops.overselling.leaving if loops.overselling.on else 1.0
        self._onboarding = onboarding
        self._until = until
        self._journal = journal
        self._write_change = journal.writer("changes")
        self._segments = segments
        self._kinds = segments.kinds
        self._buying = buying

    @property
    def live(self) -> int:
        """Customers who pay now."""
        return self._mood.live

    def populate(self, streams: Streams, mrr: MoneyRateLaw | None) -> None:
        """Bring in the initial base: live from the start, with endurance and payments of their own."""
        count = self._plan.initial.count
        if not count or mrr is None:
            return
        generator = streams.generator("customers.initial")
        values = (mrr.draw(generator, count) * MONTH).tolist()
        endurance = generator.standard_exponential(count)
        numbers = keys(generator, count)
        plan = self._plan.purchases
        bought = list(zip(*(part.tolist() for part in habits(plan, generator, count)), strict=True)) if plan else []
        codes = [self._segments.pick(key, self._segments.base) for key in numbers]
        old = self._plan.initial.age
        ages = old.draw(streams.generator("customers.initial.age"), count) if old else np.zeros(count)
        endurance = endurance / self._own_factors(streams, np.array(codes), ages)
        born = zip(values, endurance.tolist(), numbers, codes, ages.tolist(), strict=True)
        for place, (value, threshold, key, code, age) in enumerate(born):
            value *= self._kinds[code].value
            customer = Customer(len(self.everybody), _INITIAL, value, 0.0, threshold, key)
            customer.segment, customer.age = code, age
            customer.satisfaction = self._memory.start
            if self._buying is not None:
                self._buying.know(customer, *bought[place])
            self.everybody.append(customer)
            self._go_live(customer)

    def _own_factors(self, streams: Streams, codes: np.ndarray, ages: np.ndarray) -> np.ndarray:
        """Own factors of the rate of leaving of those who have stayed so long [h], by the codes of their kinds."""
        factors = np.ones(len(codes))
        drawn: dict[str, np.ndarray] = {}
        for kind in self._kinds:
            leaving, own = kind.leaving, kind.own
            if leaving.varies is not None:
                if own not in drawn:
                    generator = streams.generator(f"customers.initial.factor{own}")
                    drawn[own] = leaving.varies.draw(generator, len(codes), leaving.base, ages)
                factors = np.where(codes == kind.code, drawn[own], factors)
        return factors

    def welcome(self, lead: Lead) -> None:
        """A win becomes a customer, live when his onboarding is over."""
        value = lead.value * (1.0 - lead.discount)
        customer = Customer(len(self.everybody), lead.origin, value, self._env.now, lead.threshold, lead.key)
        customer.lead, customer.source, customer.born, customer.rank = lead.number, lead.source, lead.created, lead.rank
        customer.keepers = lead.keepers
        customer.segment = lead.segment
        self._kinds[customer.segment].endure(customer)
        if lead.misfit:
            customer.misfit = True
            customer.threshold /= self._haste
        if self._buying is not None:
            rate, dropout = lead.steps[-2:]
            self._buying.know(customer, rate, dropout * (self._haste if lead.misfit else 1.0))
        self.everybody.append(customer)
        customer.satisfaction = self._memory.start
        needed = [
            (place, need)
            for place, need in enumerate(self._onboarding)
            if keyed_uniform(lead.key, _NEEDED + place) < (need.plan.per_win or 0.0)
        ]
        customer.settling = len(needed)
        if not needed:
            self._begin(customer)
        for place, need in needed:
            if self.on_ticket:
                self.on_ticket(need, need.single(keyed(lead.key, _ONBOARDING + place)), customer)

    def settle(self, ticket: Ticket) -> None:
        """A ticket is over; with the last onboarding ticket the customer goes live."""
        customer = ticket.customer
        if customer is None or ticket.need.plan.per_win is None or not customer.settling:
            return
        customer.settling -= 1
        if not customer.settling:
            self._begin(customer)

    def judge(self, customer: Customer, felt: float, weight: float) -> None:
        """A contact is felt and remembered; memory moves the rate of leaving."""
        if customer.left is not None:
            return
        customer.touched = now = self._env.now
        memory = self._memory
        if memory.steadies is not None:
            weight /= 1.0 + (now - customer.won + customer.age) / memory.steadies
        before = customer.satisfaction
        after = customer.satisfaction = remember(memory, before, felt, weight)
        if customer.live is None:
            return
        self._mood.move(before, after)
        kind = self._kinds[customer.segment]
        if kind.moves:
            kind.ending.revise(customer, kind.hazard(customer))

    def revise(self, customer: Customer) -> None:
        """What he feels, or what issues he has open, has changed: so does his rate of leaving."""
        kind = self._kinds[customer.segment]
        if kind.moves and customer.live is not None and customer.left is None:
            kind.ending.revise(customer, kind.hazard(customer))

    def _begin(self, customer: Customer) -> None:
        self._go_live(customer)
        for purpose in self.purposes:
            purpose.admit(customer)

    def _go_live(self, customer: Customer) -> None:
        customer.live = self._env.now
        self.mrr += customer.value
        self._mood.enter(customer.satisfaction)
        kind = self._kinds[customer.segment]
        customer.hazard = kind.hazard(customer)
        kind.ending.begin(customer, customer.origin == _INITIAL)
        if customer.neutral is None:
            customer.neutral = kind.ending.neutral(customer, customer.threshold)
            if customer.misfit:
                customer.proper = kind.ending.neutral(customer, customer.threshold * self._haste)

    def leave(self, customer: Customer) -> None:
        """A customer is gone."""
        customer.left = now = self._env.now
        if customer.neutral is not None and abs(customer.neutral - now) < _ROUNDING:
            customer.neutral = now
        customer.reason = self._reason(customer, now)
        self.mrr -= customer.value
        self._mood.exit(customer.satisfaction)
        if self.on_leave:
            self.on_leave(customer)

    @staticmethod
    def _reason(customer: Customer, now: float) -> int:
        """Why he leaves: the first of price, fit and service without which he would have stayed."""
        if customer.neutral is None or customer.neutral > now:
            return _SERVICE
        if customer.misfit and (customer.proper is None or customer.proper > now + _ROUNDING):
            return _FIT
        return _PRICE

    def renew(self, customer: Customer, cut: float) -> None:
        """A term is over and another begins, perhaps for less."""
        self._change(customer, *((_CONTRACTION, -cut * customer.value) if cut > 0 else (_RENEWAL, 0.0)), NAN)

    def grow(self, customer: Customer, share: float, cause: float = NAN) -> None:
        """The customer pays so much of what he pays more; `cause` is the follow-up that has found it, if one has."""
        if customer.left is None:
            self._change(customer, _EXPANSION, share * customer.value, cause)

    def shrink(self, customer: Customer, share: float) -> None:
        """The customer pays so much of what he pays less."""
        if customer.left is None:
            self._change(customer, _CONTRACTION, -share * customer.value, NAN)

    def _change(self, customer: Customer, kind: int, change: float, cause: float) -> None:
        customer.value += change
        if customer.live is not None:
            self.mrr += change
        self._write_change((customer.number, self._env.now, kind, change, cause))

    def feeling(self) -> float | None:
        """Mean satisfaction of live customers now; None while there are none."""
        return self._mood.mean()

    def read_pulse(self, reputation: float = NAN, prospects: float = NAN) -> None:
        """Take down how the base stands now."""
        mood, live = self._mood, self.live
        mean = mood.mean()
        row = (self._env.now, live, self.mrr if live else 0.0, NAN if mean is None else mean)
        shares = (mood.promoters / live, mood.detractors / live) if live else (NAN, NAN)
        self._journal.writer("pulse")((*row, *shares, reputation, prospects))

    def close_books(self) -> None:
        """Write down everybody who ever signed."""
        write = self._journal.writer("subscriptions")
        for one in self.everybody:
            write(
                (
                    one.number,
                    NAN if one.lead is None else one.lead,
                    one.origin,
                    NAN if one.source is None else one.source,
                    one.started_at,
                    one.won,
                    NAN if one.live is None else one.live,
                    NAN if one.left is None else one.left,
                    one.satisfaction,
                    one.told,
                    one.misfit,
                    NAN if one.term is None else one.term,
                    one.segment if self._segments.named else NAN,
                    one.age,
                    NAN if one.reason is None else one.reason,
                    NAN if one.neutral is None or one.neutral >= self._until else one.neutral,
                    one.warned,
                )
            )
