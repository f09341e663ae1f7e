"""The department that helps: opens tickets, has contacts worked by teams, brings back what was not resolved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.arrivals import Feed
from sim.engine.deadlines import Deadlines
from sim.engine.timer import call_after
from sim.engine.units import WEEK
from sim.model.entities import Call, Contact, Customer, Lead, Letter, Ticket
from sim.model.journal import NAN, OUTCOMES, index
from sim.model.loyalty import experience

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.arrivals import Arrivals
    from sim.engine.streams import Streams
    from sim.model.journal import Journal
    from sim.model.needs import Need, Traits
    from sim.scenario.customers import Experience
    from sim.scenario.loops import LoopsPlan
    from sim.scenario.service import Demand

_OPEN, _RESOLVED, _UNRESOLVED, _ABANDONED, _BLOCKED = range(len(OUTCOMES["tickets"]))
_WAITING, _SERVED, _GAVE_UP, _TURNED_AWAY = range(len(OUTCOMES["contacts"]))
_TYPE, _CHANNEL, _ARRIVED, _DUE = (index("contacts", name) for name in ("type", "channel", "arrived", "due"))


class Service:
    """The service desk. Inlets: accept, ask. Outlets: on_contact (a customer has felt something), on_answer (a buyer
    has, or will not have, his answer), on_close (a ticket is over). It is the desk of its teams' contacts."""

    def __init__(
        self,
        env: Environment,
        needs: dict[str, Need],
        feelings: Experience,
        loops: LoopsPlan,
        journal: Journal,
    ) -> None:
        self.on_contact: Callable[[Customer, float, float], None] | None = None
        self.on_answer: Callable[[Lead, bool], None] | None = None
        self.on_close: Callable[[Ticket], None] | None = None
        self._env = env
        self._needs = needs
        self._feelings = feelings
        self._failures_return = loops.failure_demand.on
        self.contacts = 0
        self._tickets = 0
        self._open: dict[int, Ticket] = {}
        self._journal = journal
        self._write_ticket = journal.writer("tickets")
        self._write_contact = journal.writer("contacts")
        for need in needs.values():
            for way in need.ways:
                if way.channel.deadline is not None:
                    way.deadlines = Deadlines(env, _deadline(need, way.channel.deadline), self.overdue)

    def listen(self, need: Need, demand: Demand, arrivals: Arrivals, streams: Streams, until: float) -> None:
        """Open the line to contacts from outside."""

        def draw(block: int) -> tuple[list[float], list[Traits]]:
            generator = streams.generator(f"service.{need.name}", block)
            times = arrivals.times(generator, block)
            return times.tolist(), need.traits(generator, len(times))

        def take(traits: Traits) -> None:
            self.accept(need, traits, None, None)

        if demand.rate > 0:
            Feed(self._env, draw, take, arrivals.block_hours, until)

    def accept(self, need: Need, traits: Traits, customer: Customer | None, lead: Lead | None) -> None:
        """Somebody needs help: open a ticket and let the first contact come."""
        place, work, patience, chance, key = traits
        self._tickets = number = self._tickets + 1
        ticket = self._open[number] = Ticket(number, need, need.ways[place], self._env.now, key, customer, lead)
        self._contact(ticket, work, patience, chance)

    def ask(self, name: str, lead: Lead) -> None:
        """A buyer asks a question before he decides."""
        need = self._needs[name]
        self.accept(need, need.single(lead.key), None, lead)

    def _contact(self, ticket: Ticket, work: float, patience: float, chance: float) -> None:
        attempt = ticket.contacts = ticket.contacts + 1
        way = ticket.way
        contact: Contact
        if way.live:
            contact = Call(self, ticket, attempt, work, chance, self._env.now + way.within, patience)
        else:
            contact = Letter(self, ticket, attempt, work, chance)
        ticket.contact = contact
        self.contacts += 1
        ticket.need.team.submit(contact)
        if way.deadlines is not None and contact.state == "waiting":
            way.deadlines.watch(contact)

    def started(self, contact: Contact) -> None:
        """The answer begins; its wait is read from the facts later."""

    def finished(self, contact: Contact) -> None:
        """A person has handled the contact: resolved or not, it is felt and remembered."""
        ticket = contact.ticket
        need, way = ticket.need, ticket.way
        resolved = contact.chance < need.resolution
        began = contact.started
        assert began is not None
        wait = began - contact.arrived
        if wait > 0 and not way.live:
            wait = need.calendar.open_hours(contact.arrived, began)
        felt = experience(self._feelings, resolved, wait, way.tolerance)
        self._record(contact, _SERVED, resolved, felt)
        if ticket.customer is not None and self.on_contact:
            self.on_contact(ticket.customer, felt, need.weight)
        if resolved:
            self._close(ticket, _RESOLVED)
        elif self._failures_return and need.comes_back(ticket.key, contact.attempt):
            # Nobody rings a closed desk again: the delay passes in opening hours, at the pace of the whole week.
            calendar, now = need.calendar, self._env.now
            delay = need.delay(ticket.key, contact.attempt) * calendar.week_hours / WEEK
            back = calendar.next_open(calendar.after(now, delay))
            if back > now:
                call_after(self._env, back - now, self._come_back, ticket)
            else:
                self._come_back(ticket)
        else:
            self._close(ticket, _UNRESOLVED)

    def _come_back(self, ticket: Ticket) -> None:
        if ticket.customer is not None and ticket.customer.left is not None:
            self._close(ticket, _UNRESOLVED)
            return
        need, attempt = ticket.need, ticket.contacts + 1
        self._contact(
            ticket,
            need.work(ticket.key, attempt),
            need.patience(ticket.way, ticket.key, attempt),
            need.chance(ticket.key, attempt),
        )

    def abandoned(self, contact: Contact) -> None:
        """The customer gave up waiting: felt as 0, or starving the desk would look good."""
        self._fail(contact, _GAVE_UP, _ABANDONED)

    def blocked(self, contact: Contact) -> None:
        """No line was free: felt as 0."""
        self._fail(contact, _TURNED_AWAY, _BLOCKED)

    def overdue(self, contact: Contact) -> None:
        """A deadline passed unanswered: felt as 0 now; the work stays and is felt again when it is done."""
        ticket = contact.ticket
        if ticket.customer is not None and self.on_contact:
            self.on_contact(ticket.customer, 0.0, ticket.need.weight)
        if ticket.lead is not None and not ticket.late and self.on_answer:
            self.on_answer(ticket.lead, False)
        ticket.late = True

    def _fail(self, contact: Contact, outcome: int, end: int) -> None:
        ticket = contact.ticket
        self._record(contact, outcome, False, 0.0)
        if ticket.customer is not None and self.on_contact:
            self.on_contact(ticket.customer, 0.0, ticket.need.weight)
        self._close(ticket, end)

    def _close(self, ticket: Ticket, outcome: int) -> None:
        del self._open[ticket.number]
        self._enter(ticket, self._env.now, outcome)
        if ticket.lead is not None and not ticket.late and self.on_answer:
            self.on_answer(ticket.lead, outcome == _RESOLVED)
        if ticket.need.settles and self.on_close:
            self.on_close(ticket)

    def close_books(self) -> None:
        """Write down what is still open at the horizon, and the promises made on deferred contacts."""
        for ticket in self._open.values():
            self._enter(ticket, NAN, _OPEN)
            if ticket.contact is not None:
                self._record(ticket.contact, _WAITING, None, NAN)
        rows = self._journal.rows("contacts")
        for need in self._needs.values():
            for way in need.ways:
                if not way.live:
                    chosen = (rows[:, _TYPE] == need.code) & (rows[:, _CHANNEL] == way.code)
                    rows[chosen, _DUE] = need.calendar.after_each(rows[chosen, _ARRIVED], way.within)

    def _enter(self, ticket: Ticket, closed: float, outcome: int) -> None:
        customer, lead = ticket.customer, ticket.lead
        self._write_ticket(
            (
                ticket.number,
                ticket.need.code,
                ticket.way.code,
                NAN if customer is None else customer.number,
                NAN if lead is None else lead.number,
                ticket.opened,
                closed,
                outcome,
                ticket.contacts,
            )
        )

    def _record(self, contact: Contact, outcome: int, resolved: bool | None, felt: float) -> None:
        ticket, server, customer = contact.ticket, contact.server, contact.ticket.customer
        need, way, over = ticket.need, ticket.way, resolved is not None
        arrived, started, ended = contact.arrived, contact.started, contact.ended
        ticket.contact = None
        self._write_contact(
            (
                ticket.number,
                contact.attempt,
                need.code,
                way.code,
                need.team_code,
                NAN if customer is None else customer.number,
                arrived,
                arrived + way.within,
                NAN if started is None else started,
                ended if over and ended is not None else NAN,
                contact.handled if over else NAN,
                outcome,
                NAN if resolved is None else resolved,
                felt,
                NAN if server is None else server.index,
            )
        )


def _deadline(need: Need, allowed: float) -> Callable[[Contact], float]:
    """The instant by which a contact must be answered, if so much opening time [h] is allowed for it."""
    return lambda contact: need.calendar.after(contact.arrived, allowed)
