"""The department that helps: opens tickets, has contacts worked by teams, brings back what was not resolved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.engine.arrivals import Feed
from sim.engine.roster import ROUNDING
from sim.engine.timer import call_after
from sim.model.complaints import Complaints, reopened
from sim.model.entities import Customer, Lead, Ticket
from sim.model.facts import CAUSES, NAN, OUTCOMES

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.arrivals import Arrivals
    from sim.engine.streams import Streams
    from sim.engine.team import Team
    from sim.model.contacts import Contact
    from sim.model.judgement import Judgement
    from sim.model.needs import Need, Traits
    from sim.model.records import Records
    from sim.scenario.demand import Demand
    from sim.scenario.loops import LoopsPlan

_OPEN, _RESOLVED, _UNRESOLVED, _ABANDONED, _BLOCKED, _DISCONNECTED, _DROPPED = range(len(OUTCOMES["tickets"]))
_WAITING, _SERVED, _GAVE_UP, _TURNED_AWAY, _CUT_OFF, _NOBODY_HOME, _LAPSED = range(len(OUTCOMES["contacts"]))
_NEED, _RETURN, _REDIAL, _ESCALATION, _REBOOKING = range(len(CAUSES))


class Service:
    """The service desk. Inlets: accept, ask. Outlets: on_contact (a customer has felt something), on_answer (a buyer
    has, or will not have, his answer), on_close (a ticket is over), on_failure (a contact has not resolved it),
    on_success (it is resolved). It is the desk of its teams' contacts."""

    def __init__(
        self,
        env: Environment,
        needs: dict[str, Need],
        loops: LoopsPlan,
        teams: dict[str, Team],
        judgement: Judgement,
        records: Records,
    ) -> None:
        self.on_contact: Callable[[Customer, float, float], None] | None = None
        self.on_answer: Callable[[Lead, bool], None] | None = None
        self.on_close: Callable[[Ticket], None] | None = None
        self.on_failure: Callable[[Ticket], None] | None = None
        self.on_success: Callable[[Ticket], None] | None = None
        self._env = env
        self._needs = needs
        self._failures_return = loops.failure_demand.on
        self._judgement = judgement
        self._asks = judgement.asks
        self._records = records
        raised = [need for need in needs.values() if need.plan.complaints and loops.failure_demand.on]
        self._complaints = Complaints(env, raised, self.accept)
        # Whatever is felt better than this can be passed over: most contacts are.
        self._bad = max((need.plan.complaints.below for need in raised if need.plan.complaints), default=0.0)
        self.contacts = 0
        self.tickets = 0
        """Tickets that have come so far."""
        self._open: dict[int, Ticket] = {}
        for need in needs.values():
            overflow = need.plan.overflow
            for post in need.posts:
                helper = teams[overflow.to] if overflow and not post.tier else None
                post.set_alarms(env, self.overdue, helper, float(overflow.after) if overflow else 0.0)

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
        self.tickets = number = self.tickets + 1
        ticket = self._open[number] = Ticket(number, need, need.ways[place], self._env.now, key, customer, lead)
        if customer is not None and customer.waits_for_answer is not None:
            customer.waits_for_answer.add(need.code)
        self._contact(ticket, _NEED, work, patience, chance)

    def ask(self, name: str, lead: Lead) -> None:
        """A buyer asks a question before he decides."""
        need = self._needs[name]
        self.accept(need, need.single(lead.key), None, lead)

    def _contact(self, ticket: Ticket, cause: int, work: float, patience: float, chance: float) -> None:
        attempt = ticket.contacts = ticket.contacts + 1
        need, way = ticket.need, ticket.way
        post = need.posts[ticket.tier]
        self.contacts += 1
        if post.pressure is not None:
            post.pressure.add(post.kind, post.mean_work[way], way.mean_travel)
        if way.booked:
            self._book(ticket, cause, work, chance)
            return
        contact: Any = post.contacts[way](self, ticket, cause, work, chance)
        ticket.contact = contact
        if way.live:
            contact.due = self._env.now + way.within
            contact.patience = patience
            contact.wrap = need.wrap(way, ticket.key, attempt) if way.wrap_up is not None else 0.0
            if way.trunks is not None:
                if not way.trunks.free:
                    self._no_line(contact)
                    return
                way.trunks.free -= 1
        elif need.plan.outbound:
            schedule = need.plan.schedule
            # It lapses just before the next one is due, which would be skipped otherwise.
            contact.patience = schedule.every - ROUNDING if schedule else None
        post.team.submit(contact)
        if contact.state == "waiting":
            if way in post.deadlines:
                post.deadlines[way].watch(contact)
            if post.overflow is not None:
                post.overflow.watch(contact)

    def _again(self, ticket: Ticket, cause: int) -> None:
        """A further contact of a ticket, drawn anew."""
        need, attempt = ticket.need, ticket.contacts + 1
        work = need.work(need.posts[ticket.tier], ticket.key, attempt)
        patience = need.patience(ticket.way, ticket.key, attempt)
        self._contact(ticket, cause, work, patience, need.chance(ticket.key, attempt))

    def _no_line(self, contact: Contact) -> None:
        """All lines are taken: turned away before the team knows."""
        contact.arrived = contact.ended = self._env.now
        contact.started = contact.server = None
        contact.handled = 0.0
        self._fail(contact, _TURNED_AWAY, _BLOCKED)

    def _book(self, ticket: Ticket, cause: int, work: float, chance: float) -> None:
        """Book the next free slot; the visit takes its place in the team's queue when the slot has come."""
        need, way, now = ticket.need, ticket.way, self._env.now
        post = need.posts[ticket.tier]
        key, attempt = ticket.key, ticket.contacts
        make: Any = post.contacts[way]
        meeting = ticket.contact = make(self, ticket, cause, work, chance, need.travel(way, key, attempt))
        meeting.asked = now
        meeting.missed = need.nobody_home(way, key, attempt)
        slot = post.books[way].take(now + way.notice)
        if slot is not None:
            call_after(self._env, slot - now, post.team.submit, meeting)

    def started(self, contact: Contact) -> None:
        """The answer begins; its wait is read from the facts later."""

    def finished(self, contact: Any) -> None:
        """A person has handled the contact: resolved or not, it is felt and remembered."""
        ticket = contact.ticket
        need, way, key, attempt = ticket.need, ticket.way, ticket.key, contact.attempt
        post = need.posts[ticket.tier]
        if way.trunks is not None:
            way.trunks.free += 1
        if way.booked and contact.missed:
            self._records.contact(contact, _NOBODY_HOME, NAN, NAN)
            self._again(ticket, _REBOOKING)
            return
        ticket.silent = False
        resolved, felt = self._judgement.outcome(contact, post)
        reason, returns = None, False
        if not resolved:
            reason = need.reason(post, key, attempt)
            returns = reason is None and self._failures_return and need.comes_back(key, attempt)
        over = reason is None and not returns
        answer = self._judgement.answer(ticket, attempt, felt) if over and self._asks else NAN
        self._records.contact(contact, _SERVED, resolved, felt, NAN if reason is None else reason, answer)
        if ticket.customer is not None:
            self._feel(ticket, attempt, felt)
            if not resolved and self.on_failure:
                self.on_failure(ticket)
        if over:
            self._close(ticket, _RESOLVED if resolved else _UNRESOLVED)
        elif returns:
            back = reopened(post.calendar, self._env.now, need.delay(key, attempt))
            if back > self._env.now:
                call_after(self._env, back - self._env.now, self._come_back, ticket)
            else:
                self._come_back(ticket)
        else:
            ticket.tier += 1
            ticket.way = post.onward or way
            self._again(ticket, _ESCALATION)

    def _come_back(self, ticket: Ticket) -> None:
        if ticket.customer is not None and ticket.customer.left is not None:
            self._close(ticket, _UNRESOLVED)
        else:
            self._again(ticket, _RETURN)

    def abandoned(self, contact: Contact) -> None:
        """The customer gave up waiting: felt as 0, or starving the desk would look good."""
        if contact.ticket.need.plan.outbound:
            self._lapse(contact)
            return
        self._hang_up(contact)
        self._fail(contact, _GAVE_UP, _ABANDONED)

    def _lapse(self, contact: Contact) -> None:
        """A call that the company did not make: nobody knows."""
        self._records.contact(contact, _LAPSED, NAN, NAN)
        self._close(contact.ticket, _DROPPED)

    def blocked(self, contact: Contact) -> None:
        """No room to wait: felt as 0, unless it is the company that calls."""
        if contact.ticket.need.plan.outbound:
            self._lapse(contact)
            return
        self._hang_up(contact)
        self._fail(contact, _TURNED_AWAY, _BLOCKED)

    def disconnected(self, contact: Contact) -> None:
        """Cut off because the desk closed: felt as 0."""
        self._hang_up(contact)
        self._fail(contact, _CUT_OFF, _DISCONNECTED)

    def overdue(self, contact: Contact) -> None:
        """A deadline passed unanswered: felt as 0 now; the work stays and is felt again when it is done."""
        ticket = contact.ticket
        self._leave_unanswered(ticket, contact.attempt)
        if ticket.lead is not None and not ticket.late and self.on_answer:
            self.on_answer(ticket.lead, False)
        ticket.late = True

    def _hang_up(self, contact: Contact) -> None:
        trunks = contact.ticket.way.trunks
        if trunks is not None:
            trunks.free += 1

    def _fail(self, contact: Any, outcome: int, end: int) -> None:
        """Nobody answered: felt as 0; who gave up or found no line may try again."""
        ticket = contact.ticket
        self._records.contact(contact, outcome, 0.0, 0.0)
        self._leave_unanswered(ticket, contact.attempt)
        delay = ticket.need.redials(ticket.way, ticket.key, contact.attempt) if outcome != _CUT_OFF else None
        if delay is None:
            self._close(ticket, end)
            return
        calendar, now = ticket.need.posts[ticket.tier].calendar, self._env.now
        again = (ticket, contact.work, contact.patience, contact.chance, end)
        call_after(self._env, calendar.next_open(now + delay) - now, self._try_again, again)

    def _try_again(self, call: tuple[Ticket, float, float, float, int]) -> None:
        """A caller who was not answered tries once more, as patient as before; who hung up at once may wait now."""
        ticket, work, patience, chance, end = call
        if patience == 0.0:
            patience = ticket.need.patience(ticket.way, ticket.key, ticket.contacts + 1)
        if ticket.customer is not None and ticket.customer.left is not None:
            self._close(ticket, end)
        else:
            self._contact(ticket, _REDIAL, work, patience, chance)

    def _leave_unanswered(self, ticket: Ticket, attempt: int) -> None:
        """Nobody answers: felt as 0, once for every silence, however often he tries until somebody answers."""
        if not ticket.silent:
            ticket.silent = True
            self._feel(ticket, attempt, 0.0)
        if self.on_failure:
            self.on_failure(ticket)

    def _feel(self, ticket: Ticket, attempt: int, felt: float) -> None:
        """A customer remembers, and may complain."""
        customer = ticket.customer
        if customer is None:
            return
        if self.on_contact:
            self.on_contact(customer, felt, ticket.need.weight)
        if felt < self._bad:
            self._complaints.hear(ticket, customer, attempt, felt)

    def _close(self, ticket: Ticket, outcome: int) -> None:
        del self._open[ticket.number]
        self._records.ticket(ticket, self._env.now, outcome)
        customer, need = ticket.customer, ticket.need
        if customer is not None:
            if customer.waits_for_answer is not None:
                customer.waits_for_answer.discard(need.code)
            if outcome == _RESOLVED and customer.upkeep is not None and need.code in customer.upkeep:
                customer.upkeep[need.code] = self._env.now
        if outcome == _RESOLVED and self.on_success:
            self.on_success(ticket)
        if ticket.lead is not None and not ticket.late and self.on_answer:
            self.on_answer(ticket.lead, outcome == _RESOLVED)
        if need.settles and self.on_close:
            self.on_close(ticket)

    def close_books(self) -> None:
        """Write down what is still open at the horizon, and the promises made on deferred contacts."""
        for ticket in self._open.values():
            contact = ticket.contact
            self._records.ticket(ticket, NAN, _OPEN)
            if contact is not None:
                self._records.contact(contact, _WAITING, NAN, NAN)
        self._records.promises(self._needs.values())
