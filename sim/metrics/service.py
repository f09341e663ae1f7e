"""How help was given: contacts by fate, work, needs resolved, satisfaction; how long it took to answer is waiting's.

Every figure but the backlog counts contacts that arrived, and tickets that were opened, at or after the end of the
warm-up.
"""

from __future__ import annotations

from sim.metrics.catalogue import kpi
from sim.metrics.desk import MINUTES, contacts, per_channel, pleased, returned
from sim.metrics.view import View, count, mean, ratio


@kpi("contacts", "count", "neutral", "Contacts that arrived at the desk, returns included.", needs=("service",))
def contacts_arrived(view: View) -> float:
    return float(len(contacts(view).arrived))


@kpi("contacts", "count", "neutral", "Contacts that arrived by this channel.", per="channel", needs=("service",))
def contacts_by_channel(view: View) -> dict[str, float]:
    return dict(zip(view.run.words["channels"], per_channel(view).tolist(), strict=True))


@kpi("contacts_served", "count", "neutral", "Contacts handled to the end.", needs=("service",))
def contacts_served(view: View) -> float:
    return float(count(contacts(view).served))


@kpi("contacts_abandoned", "count", "lower", "Contacts given up by the customer while waiting.", needs=("service",))
def contacts_abandoned(view: View) -> float:
    return float(count(contacts(view).abandoned))


@kpi("contacts_blocked", "count", "lower", "Contacts turned away for lack of waiting room.", needs=("service",))
def contacts_blocked(view: View) -> float:
    return float(count(contacts(view).blocked))


@kpi(
    "contacts_open",
    "count",
    "lower",
    "Contacts waiting or in hand at the end; contacts = contacts_served + contacts_abandoned + contacts_blocked + "
    "contacts_open.",
    needs=("service",),
)
def contacts_open(view: View) -> float:
    return float(count(contacts(view).open))


@kpi(
    "abandonment",
    "share",
    "lower",
    "Contacts given up while waiting, as a share of contacts by live channels that were answered, abandoned or turned "
    "away. Not applicable without a live channel.",
    headline=True,
    needs=("service",),
)
def abandonment(view: View) -> float:
    seen = contacts(view)
    return ratio(
        count(seen.abandoned & seen.live),
        count((seen.answered | seen.abandoned | seen.blocked) & seen.live),
    )


@kpi(
    "blocked",
    "share",
    "lower",
    "Contacts turned away for lack of waiting room, as a share of all contacts that arrived.",
    needs=("service",),
)
def blocked(view: View) -> float:
    return ratio(count(contacts(view).blocked), len(contacts(view).arrived))


@kpi(
    "handle_time",
    "min",
    "neutral",
    "Mean time a person worked on a contact. Denominator: contacts served.",
    needs=("service",),
)
def handle_time(view: View) -> float:
    return mean(view.warm("contacts", "handled")[contacts(view).served]) * MINUTES


@kpi(
    "first_contact_resolution",
    "share",
    "higher",
    "First contacts that resolved the need, as a share of the first contacts that were served.",
    needs=("service",),
)
def first_contact_resolution(view: View) -> float:
    first = contacts(view).first & contacts(view).served
    return ratio(count(view.warm("contacts", "resolved")[first] == 1.0), count(first))


@kpi(
    "resolution_rate",
    "share",
    "higher",
    "Tickets resolved, as a share of tickets closed: resolved, left unresolved, abandoned or turned away.",
    needs=("service",),
)
def resolution_rate(view: View) -> float:
    outcome = view.warm("tickets", "outcome")
    closed = count(outcome != view.code("tickets", "outcome", "open"))
    return ratio(count(outcome == view.code("tickets", "outcome", "resolved")), closed)


@kpi(
    "resolution_time",
    "h",
    "lower",
    "Mean clock time from a ticket's opening to its resolution, returns included. Denominator: tickets resolved.",
    needs=("service",),
)
def resolution_time(view: View) -> float:
    done = view.warm("tickets", "outcome") == view.code("tickets", "outcome", "resolved")
    return mean((view.warm("tickets", "closed") - view.warm("tickets", "opened"))[done])


@kpi(
    "reopen_rate",
    "share",
    "lower",
    "Tickets that came back at least once, as a share of tickets whose first contact is over.",
    needs=("service",),
)
def reopen_rate(view: View) -> float:
    return ratio(*returned(view))


@kpi(
    "backlog",
    "count",
    "lower",
    "Tickets open at the end, those that will come back included; the warm-up cuts nothing here.",
    needs=("service",),
)
def backlog(view: View) -> float:
    return view.by_word("tickets", "outcome")["open"]


@kpi(
    "csat",
    "share",
    "higher",
    "Contacts that satisfied the customer, as a share of all contacts that are over, abandoned and turned-away ones "
    "included, and of those left waiting beyond the promise, which count as not satisfied.",
    headline=True,
    needs=("service",),
)
def csat(view: View) -> float:
    return ratio(pleased(view).satisfied, pleased(view).felt)


@kpi(
    "csat_closed",
    "share",
    "higher",
    "Contacts that satisfied the customer, as a share of served contacts of closed tickets: the figure a help desk's "
    "survey shows, blind to those it lost and those it keeps waiting.",
    needs=("service",),
)
def csat_closed(view: View) -> float:
    return ratio(pleased(view).satisfied_closed, pleased(view).closed)
