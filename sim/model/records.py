"""What the desk writes down: a row for every ticket and every contact; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.model.facts import NAN, OUTCOMES, index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.engine.team import Team
    from sim.model.entities import Ticket
    from sim.model.journal import Journal
    from sim.model.needs import Need

_WAITING = OUTCOMES["contacts"].index("open")


class Records:
    """The desk's rows in the journal."""

    def __init__(self, journal: Journal, codes: Mapping[Team, float]) -> None:
        """`codes` are the teams' codes in the journal."""
        self._journal = journal
        self._codes = codes
        self._write_ticket = journal.writer("tickets")
        self._write_contact = journal.writer("contacts")

    def ticket(self, ticket: Ticket, closed: float, outcome: int) -> None:
        """Take down a ticket that is over, or (closed: nan) still open at the horizon."""
        customer, lead = ticket.customer, ticket.lead
        self._write_ticket(
            (
                ticket.number,
                ticket.need.code,
                ticket.came.code,
                NAN if customer is None else customer.number,
                NAN if lead is None else lead.number,
                ticket.opened,
                closed,
                outcome,
                ticket.contacts,
                NAN,
            )
        )

    def contact(
        self, contact: Any, outcome: int, resolved: float, felt: float, reason: float = NAN, answer: float = NAN
    ) -> None:
        """Take down a contact that is over, or still open at the horizon; a booked one came when it was asked for."""
        ticket, server = contact.ticket, contact.server
        need, way, post = ticket.need, ticket.way, ticket.need.posts[ticket.tier]
        customer, taker = ticket.customer, None if server is None else server.team
        started, ended = contact.started, contact.ended
        arrived = contact.asked if way.booked else contact.arrived
        over = outcome != _WAITING
        ticket.contact = None
        self._write_contact(
            (
                ticket.number,
                contact.attempt,
                contact.cause,
                ticket.tier,
                need.code,
                way.code,
                post.team_code,
                NAN if customer is None else customer.number,
                arrived,
                arrived + way.within,
                NAN if started is None else started,
                ended if over and ended is not None else NAN,
                contact.handled if over else NAN,
                outcome,
                resolved,
                felt,
                NAN if taker is None else self._codes[taker],
                NAN if server is None else server.index,
                reason,
                answer,
            )
        )

    def promises(self, needs: Iterable[Need]) -> None:
        """Work out, at the end, the promises that are measured in opening hours."""
        tickets, contacts = self._journal.rows("tickets"), self._journal.rows("contacts")
        for need in needs:
            within = need.plan.resolve_within
            if within is not None:
                chosen = tickets[:, _TICKET_TYPE] == need.code
                tickets[chosen, _TICKET_DUE] = need.posts[0].calendar.after_each(tickets[chosen, _OPENED], within)
            mine = contacts[:, _TYPE] == need.code
            for post in need.posts:
                for way in need.ways:
                    if not way.live:
                        chosen = mine & (contacts[:, _CHANNEL] == way.code) & (contacts[:, _TIER] == post.tier)
                        contacts[chosen, _DUE] = post.calendar.after_each(contacts[chosen, _ARRIVED], way.within)


_TYPE, _CHANNEL, _TIER, _ARRIVED, _DUE = (
    index("contacts", name) for name in ("type", "channel", "tier", "arrived", "due")
)
_TICKET_TYPE, _OPENED, _TICKET_DUE = (index("tickets", name) for name in ("type", "opened", "due"))
