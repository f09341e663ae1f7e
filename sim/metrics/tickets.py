"""What became of tickets: resolved or not, at which contact, how soon; what is still open is told by the backlog.

Tickets that were opened in the warm-up do not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.desk import by_channel, by_type, cells, contacts, outbound, ticket_numbers, types
from sim.metrics.view import Floats, Mask, View, count, derived, mean, ratio
from sim.model.facts import OUTCOMES
from sim.model.rota import opening

_FATES = {
    "resolved": ("higher", "Tickets resolved."),
    "unresolved": ("lower", "Tickets that ended unresolved, without coming back."),
    "abandoned": ("lower", "Tickets that ended because the customer gave up and did not try again."),
    "blocked": ("lower", "Tickets that ended because the customer was turned away and did not try again."),
    "disconnected": ("lower", "Tickets that ended because the customer was cut off at closing and did not try again."),
    "dropped": ("lower", "Outbound work that lapsed because the next one was due before anybody had come to it."),
    "open": (
        "lower",
        "Tickets not over at the end; tickets = tickets_resolved + _unresolved + _abandoned + _blocked + "
        "_disconnected + _dropped + _open.",
    ),
}


@dataclass(frozen=True, slots=True)
class Tickets:
    """Tickets opened at or after the end of the warm-up; every array has one entry per ticket."""

    type: np.ndarray
    """Code of the type."""
    fate: np.ndarray
    """Code of the outcome."""
    opened: Floats
    """When the need arose [h]."""
    closed: Floats
    """When it was over [h]."""
    resolved: Mask
    """Whether it was resolved."""
    wanted: Mask
    """Whether a customer has the need, and not the company."""


@derived
def tickets(view: View) -> Tickets:
    """Return the tickets after the warm-up."""
    kind = view.warm("tickets", "type")
    codes = np.where(np.isnan(kind), 0, kind).astype(np.intp)
    fate = view.warm("tickets", "outcome").astype(np.intp)
    return Tickets(
        type=codes,
        fate=fate,
        opened=view.warm("tickets", "opened"),
        closed=view.warm("tickets", "closed"),
        resolved=fate == OUTCOMES["tickets"].index("resolved"),
        wanted=~outbound(view)[codes] if len(codes) else np.zeros(0, dtype=bool),
    )


@kpi("tickets", "count", "neutral", "Needs for help that arose.", needs=("service",))
def tickets_opened(view: View) -> float:
    return float(len(tickets(view).fate))


@derived
def _fates(view: View) -> Floats:
    return np.bincount(tickets(view).fate, minlength=len(OUTCOMES["tickets"])).astype(float)


def _register_fates() -> None:
    for word, (better, definition) in _FATES.items():
        place = OUTCOMES["tickets"].index(word)

        def ended(view: View, place: int = place) -> float:
            return float(_fates(view)[place])

        kpi(f"tickets_{word}", "count", better, definition, needs=("service",))(ended)  # type: ignore[arg-type]


_register_fates()


@derived
def _first_served(view: View) -> Mask:
    """Contacts of after the warm-up that were the first of their ticket to be served, by the team asked first.

    A caller's tries that nobody answered, and visits that found nobody, are no contact in this sense.
    """
    served = view.column("contacts", "outcome") == view.code("contacts", "outcome", "served")
    served &= view.column("contacts", "tier") == 0
    ticket, attempt = ticket_numbers(view), view.column("contacts", "attempt")
    first = served & (attempt == 1)
    settled = np.zeros(ticket.max(initial=-1) + 1, dtype=bool)
    settled[ticket[first]] = True
    late = np.flatnonzero(served & ~first)
    late = late[~settled[ticket[late]]]
    late = late[np.argsort(attempt[late], kind="stable")]
    first[late[np.unique(ticket[late], return_index=True)[1]]] = True
    mask: Mask = first if view.warm_up <= 0 else first[view.column("contacts", "arrived") >= view.warm_up]
    return mask


@derived
def _at_first(view: View) -> tuple[Floats, Floats]:
    """First contacts that resolved the need, and all first contacts, by channel and type."""
    first = np.flatnonzero(_first_served(view) & contacts(view).inbound)
    return cells(view, first[view.warm("contacts", "resolved")[first] == 1.0]), cells(view, first)


@kpi(
    "first_contact_resolution",
    "share",
    "higher",
    "First contacts that resolved the need, as a share of first contacts served: of each ticket the first that the "
    "team asked first served. Redials before it do not count; help that takes a further tier or visit is no first one.",
    headline=True,
    needs=("service",),
)
def first_contact_resolution(view: View) -> float:
    done, first = _at_first(view)
    return ratio(done.sum(), first.sum())


@kpi(
    "first_contact_resolution",
    "share",
    "higher",
    "First contacts that resolved the need, as a share of the first contacts served that came by this channel.",
    per="channel",
    needs=("service",),
)
def first_contact_resolution_by_channel(view: View) -> dict[str, float]:
    return by_channel(view, *_at_first(view))


@kpi(
    "first_contact_resolution_of",
    "share",
    "higher",
    "First contacts that resolved the need, as a share of the first contacts of this type that were served.",
    per="type",
    needs=("service",),
)
def first_contact_resolution_by_type(view: View) -> dict[str, float]:
    return by_type(view, *_at_first(view))


@kpi(
    "resolution_rate",
    "share",
    "higher",
    "Tickets resolved, as a share of tickets closed: resolved, left unresolved, abandoned, turned away or cut off. The "
    "company's own calls do not count.",
    needs=("service",),
)
def resolution_rate(view: View) -> float:
    seen = tickets(view)
    closed = seen.wanted & (seen.fate != OUTCOMES["tickets"].index("open"))
    return ratio(count(seen.resolved & seen.wanted), count(closed))


@kpi(
    "resolution_time",
    "h",
    "lower",
    "Mean clock time from a ticket's opening to its resolution, returns included. Denominator: tickets resolved (but "
    "the company's own calls).",
    needs=("service",),
)
def resolution_time(view: View) -> float:
    seen = tickets(view)
    return mean((seen.closed - seen.opened)[seen.resolved & seen.wanted])


@kpi(
    "resolution_time_business",
    "h",
    "lower",
    "Mean time from a ticket's opening to its resolution, counted in opening hours of the team asked first. "
    "Denominator: tickets resolved (but the company's own calls).",
    needs=("service",),
)
def resolution_time_business(view: View) -> float:
    seen = tickets(view)
    done = seen.resolved & seen.wanted
    opened, closed, codes = seen.opened[done], seen.closed[done], seen.type[done]
    clock = view.scenario.clock
    calendars = [opening(view.scenario.teams[kind.team], clock) if kind else None for kind in types(view)]
    total = 0.0
    for calendar in dict.fromkeys(each for each in calendars if each is not None):
        mine = np.array([each == calendar for each in calendars])[codes]
        total += float(calendar.open_hours_each(opened[mine], closed[mine]).sum())
    return ratio(total, len(opened))


@kpi(
    "reopen_rate",
    "share",
    "lower",
    "Tickets that came back at least once because they were not resolved, as a share of tickets whose first contact "
    "is over.",
    needs=("service",),
)
def reopen_rate(view: View) -> float:
    cause, attempt, outcome = (view.column("contacts", name) for name in ("cause", "attempt", "outcome"))
    ticket = ticket_numbers(view)
    first = (attempt == 1) & (outcome != view.code("contacts", "outcome", "open"))
    first &= view.column("contacts", "arrived") >= view.warm_up
    back = np.zeros(ticket.max(initial=-1) + 1, dtype=bool)
    back[ticket[cause == view.code("contacts", "cause", "return")]] = True
    return ratio(count(back[ticket[first]]), count(first))
