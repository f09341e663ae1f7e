"""The department of those who bought: they go live, need help, remember, leave and tell; it does not serve them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.engine.streams import keyed, keyed_uniform
from sim.engine.timer import call_after
from sim.engine.units import MONTH
from sim.model.entities import Customer, Lead, Ticket
from sim.model.facts import CHANGES, NAN
from sim.model.loyalty import hazard, remember, telling
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
    from sim.model.terms import Terms
    from sim.model.upkeep import Upkeep
    from sim.scenario.customers import CustomersPlan
    from sim.scenario.loops import LoopsPlan

_INITIAL = 0
_EXPANSION, _CONTRACTION, _RENEWAL = range(len(CHANGES))
_NEEDED, _ONBOARDING = 1000, 2000


class Customers:
    """The customer base. Inlets: welcome, judge, settle, grow. Outlets: on_ticket, on_referral, on_leave."""

    def __init__(
        self,
        env: Environment,
        plan: CustomersPlan,
        loops: LoopsPlan,
        onboarding: list[Need],
        journal: Journal,
        until: float,
        terms: Terms | None = None,
        buying: Buying | None = None,
    ) -> None:
        """`terms` are their contracts and `buying` their purchases, where there are any."""
        self.on_ticket: Callable[[Need, Traits, Customer], None] | None = None
        self.on_referral: Callable[[Customer, tuple[float, ...], int], None] | None = None
        self.on_leave: Callable[[Customer], None] | None = None
        self.everybody: list[Customer] = []
        self.purposes: list[Candidates | Upkeep | Care] = []
        """What may happen to each live customer, by purpose: newcomers are told to all."""
        self.live = 0
        self.mrr = 0.0
        self._satisfaction = 0.0
        self._promoters = 0
        self._detractors = 0
        self._env = env
        self._plan = plan
        self._memory = plan.memory
        self._leaving = plan.leaving
        self._retains = loops.retention.on and plan.leaving.beta > 0 and plan.leaving.base > plan.leaving.floor
        self._tells = plan.telling if loops.referral.on else None
        self._promoter = plan.telling.promoter if plan.telling else 0.8
        self._haste = loops.overselling.leaving if loops.overselling.on else 1.0
        self._onboarding = onboarding
        self._until = until
        self._journal = journal
        self._write_change = journal.writer("changes")
        self._terms = terms
        self._buying = buying
        if terms is not None:
            terms.on_renewal, terms.on_end = self._renew, self._leave
        if buying is not None:
            buying.on_end = self._leave

    def populate(self, streams: Streams, mrr: MoneyRateLaw | None) -> None:
        """Bring in the initial base: live from the start, with endurance and payments of their own."""
        count = self._plan.initial.count
        if not count or mrr is None:
            return
        generator = streams.generator("customers.initial")
        values = (mrr.draw(generator, count) * MONTH).tolist()
        endurance = generator.standard_exponential(count).tolist()
        numbers = keys(generator, count)
        plan = self._plan.purchases
        bought = list(zip(*(part.tolist() for part in habits(plan, generator, count)), strict=True)) if plan else []
        for place, (value, threshold, key) in enumerate(zip(values, endurance, numbers, strict=True)):
            customer = Customer(len(self.everybody), _INITIAL, value, 0.0, threshold, key)
            customer.satisfaction = self._memory.start
            if self._buying is not None:
                self._buying.know(customer, *bought[place])
            self.everybody.append(customer)
            self._go_live(customer)

    def welcome(self, lead: Lead) -> None:
        """A win becomes a customer, live when his onboarding is over."""
        value = lead.value * (1.0 - lead.discount)
        customer = Customer(len(self.everybody), lead.origin, value, self._env.now, lead.threshold, lead.key)
        customer.lead, customer.source, customer.born, customer.rank = lead.number, lead.source, lead.created, lead.rank
        customer.keepers = lead.keepers
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
        customer.touched = self._env.now
        before = customer.satisfaction
        after = customer.satisfaction = remember(self._memory, before, felt, weight)
        if customer.live is None:
            return
        self._satisfaction += after - before
        if after >= self._promoter:
            self._promoters += before < self._promoter
        else:
            self._promoters -= before >= self._promoter
        if self._retains and self._terms is not None:
            customer.hazard = hazard(self._leaving, after)
        elif self._retains:
            # Integrate the hazard up to now and go on with the present one. A departure that moves away is looked at
            # again when its old appointment comes, so only a rising hazard needs a new one.
            now, last = self._env.now, customer.hazard
            customer.used += last * (now - customer.since)
            customer.since = now
            customer.hazard = hazard(self._leaving, after)
            if after < before:
                self._expect_departure(customer)

    def tell(self, row: tuple[Any, ...]) -> None:
        """A moment at which a promoter would tell: the less content tell less often.

        The row: customer, uniform number, lag [h], key of the lead, its traits.
        """
        customer = row[0]
        assert self._tells is not None
        if customer.left is None and row[1] < telling(self._tells, customer.satisfaction) and self.on_referral:
            customer.told += 1
            lag = row[2]
            if lag > 0:
                call_after(self._env, lag, self._refer, row)
            else:
                self._refer(row)

    def _refer(self, row: tuple[Any, ...]) -> None:
        assert self.on_referral is not None
        self.on_referral(row[0], row[4:], row[3])

    def _begin(self, customer: Customer) -> None:
        self._go_live(customer)
        for purpose in self.purposes:
            purpose.admit(customer)

    def _go_live(self, customer: Customer) -> None:
        now = self._env.now
        customer.live = customer.since = now
        self.live += 1
        self.mrr += customer.value
        self._satisfaction += customer.satisfaction
        self._promoters += customer.satisfaction >= self._promoter
        customer.hazard = hazard(self._leaving, customer.satisfaction) if self._retains else self._leaving.base
        initial = customer.origin == _INITIAL
        if self._terms is not None:
            self._terms.begin(customer, initial)
        elif self._buying is not None:
            self._buying.begin(customer, initial)
        else:
            self._expect_departure(customer)

    def _expect_departure(self, customer: Customer) -> None:
        """Schedule the departure, unless an event is pending that comes no later or it lies beyond the horizon."""
        if customer.hazard <= 0:
            return
        at = customer.since + (customer.threshold - customer.used) / customer.hazard
        if at < self._until and (customer.due is None or at < customer.due):
            customer.due = at
            call_after(self._env, max(0.0, at - self._env.now), self._perhaps_leave, (customer, at))

    def _perhaps_leave(self, appointment: tuple[Customer, float]) -> None:
        """The appointed instant has come: leave, or wait on if contentment has postponed it."""
        customer, at = appointment
        if customer.left is not None or customer.due != at:
            return
        customer.due = None
        leaves_at = customer.since + (customer.threshold - customer.used) / customer.hazard
        if leaves_at > at + 1e-9:
            self._expect_departure(customer)
            return
        self._leave(customer)

    def _leave(self, customer: Customer) -> None:
        customer.left = self._env.now
        self.live -= 1
        self.mrr -= customer.value
        self._satisfaction -= customer.satisfaction
        self._promoters -= customer.satisfaction >= self._promoter

        if self.on_leave:
            self.on_leave(customer)

    def _renew(self, customer: Customer, cut: float) -> None:
        """A term is over and another begins, perhaps for less."""
        self._change(customer, *((_CONTRACTION, -cut * customer.value) if cut > 0 else (_RENEWAL, 0.0)), NAN)

    def grow(self, customer: Customer, share: float, cause: int) -> None:
        """A follow-up has found expansion: the customer pays so much of what he pays more."""
        if customer.left is None:
            self._change(customer, _EXPANSION, share * customer.value, cause)

    def _change(self, customer: Customer, kind: int, change: float, cause: float) -> None:
        customer.value += change
        if customer.live is not None:
            self.mrr += change
        self._write_change((customer.number, self._env.now, kind, change, cause))

    def feeling(self) -> float | None:
        """Mean satisfaction of live customers now; None while there are none."""
        return self._satisfaction / self.live if self.live else None

    def read_pulse(self, reputation: float = NAN, prospects: float = NAN) -> None:
        """Take down how the base stands now."""
        mean = self._satisfaction / self.live if self.live else NAN
        share = self._promoters / self.live if self.live else NAN
        low = self._detractors / self.live if self.live else NAN
        row = (self._env.now, self.live, self.mrr if self.live else 0.0, mean, share, low, reputation, prospects)
        self._journal.writer("pulse")(row)

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
                    one.segment if self._plan.segments else NAN,
                    one.age,
                    NAN if one.reason is None else one.reason,
                    NAN if one.neutral is None or one.neutral >= self._until else one.neutral,
                    one.warned,
                )
            )
