"""How help was given: waits, promises kept, contacts lost, needs resolved; what it does to customers is theirs.

Every figure but the backlog counts contacts that arrived, and tickets that were opened, at or after the end of the
warm-up. Waits are in clock time, nights and weekends included.
"""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.desk import contacts, pleased, returned, waits
from sim.metrics.view import Floats, Mask, View, count, derived, mean, quantiles, ratio

MINUTES = 60.0
"""Minutes per hour."""


def per_channel(view: View, mask: Mask) -> Floats:
    """Count contacts of the mask by channel code."""
    codes = contacts(view).channel[mask].astype(np.intp)
    return np.bincount(codes, minlength=len(view.run.words["channels"])).astype(float)


def _named(view: View, figures: Floats) -> dict[str, float]:
    return dict(zip(view.run.words["channels"], figures.tolist(), strict=True))


def _ratios(view: View, part: Mask, whole: Mask) -> dict[str, float]:
    """Ratio of two counts by channel; channels without any of the whole are not applicable."""
    parts, wholes = per_channel(view, part), per_channel(view, whole)
    return {name: ratio(p, w) for name, p, w in zip(view.run.words["channels"], parts, wholes, strict=True)}


@derived
def _wait_quantiles(view: View) -> tuple[float, ...]:
    return quantiles(waits(view), 0.5, 0.9)


@kpi("contacts", "count", "neutral", "Contacts that arrived at the desk, returns included.", needs=("service",))
def contacts_arrived(view: View) -> float:
    return float(len(contacts(view).arrived))


@kpi("contacts", "count", "neutral", "Contacts that arrived by this channel.", per="channel", needs=("service",))
def contacts_by_channel(view: View) -> dict[str, float]:
    return _named(view, per_channel(view, np.ones(len(contacts(view).arrived), dtype=bool)))


@kpi("contacts_served", "count", "higher", "Contacts handled to the end.", needs=("service",))
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
    "wait",
    "min",
    "lower",
    "Mean clock time from arrival to the answer or to giving up. Denominator: contacts answered or abandoned; those "
    "turned away did not wait, and those still waiting at the end count in the backlog.",
    headline=True,
    needs=("service",),
)
def wait(view: View) -> float:
    return mean(waits(view)) * MINUTES


@kpi(
    "wait",
    "min",
    "lower",
    "Mean clock time from arrival to the answer or to giving up, of contacts by this channel that were answered or "
    "abandoned.",
    per="channel",
    needs=("service",),
)
def wait_by_channel(view: View) -> dict[str, float]:
    seen = contacts(view)
    known = ~np.isnan(seen.wait)
    codes, names = seen.channel[known].astype(np.intp), view.run.words["channels"]
    totals = np.bincount(codes, weights=waits(view), minlength=len(names))
    counts = np.bincount(codes, minlength=len(names))
    return {name: ratio(t, n) * MINUTES for name, t, n in zip(names, totals, counts, strict=True)}


@kpi(
    "wait_served",
    "min",
    "lower",
    "Mean clock time from arrival to the answer (average speed of answer). Denominator: contacts answered.",
    needs=("service",),
)
def wait_served(view: View) -> float:
    return mean(contacts(view).wait[contacts(view).answered]) * MINUTES


@kpi(
    "wait_abandoned",
    "min",
    "neutral",
    "Mean clock time from arrival to giving up. Denominator: contacts abandoned.",
    needs=("service",),
)
def wait_abandoned(view: View) -> float:
    return mean(contacts(view).wait[contacts(view).abandoned]) * MINUTES


@kpi("wait_p50", "min", "lower", "Wait within which half of the contacts are answered or abandoned (median).", needs=("service",))
def wait_p50(view: View) -> float:
    return _wait_quantiles(view)[0] * MINUTES


@kpi("wait_p90", "min", "lower", "Wait within which 90 % of contacts are answered or abandoned.", needs=("service",))
def wait_p90(view: View) -> float:
    return _wait_quantiles(view)[1] * MINUTES


@kpi(
    "delayed",
    "share",
    "lower",
    "Contacts that were not answered at once, as a share of the contacts answered or abandoned.",
    needs=("service",),
)
def delayed(view: View) -> float:
    return ratio(count(waits(view) > 0.0), len(waits(view)))


@kpi(
    "service_level",
    "share",
    "higher",
    "Contacts answered within the promised time of their channel, as a share of those answered, abandoned after that "
    "time, left waiting beyond it, or turned away. Who gives up sooner than promised does not count.",
    headline=True,
    needs=("service",),
)
def service_level(view: View) -> float:
    seen = contacts(view)
    return ratio(count(seen.kept), count(seen.kept | seen.missed))


@kpi(
    "service_level",
    "share",
    "higher",
    "Contacts by this channel answered within its promised time, as a share of those answered, abandoned after that "
    "time, left waiting beyond it, or turned away.",
    per="channel",
    needs=("service",),
)
def service_level_by_channel(view: View) -> dict[str, float]:
    seen = contacts(view)
    return _ratios(view, seen.kept, seen.kept | seen.missed)


@kpi(
    "service_level_served",
    "share",
    "higher",
    "Contacts answered within the promised time, as a share of contacts answered: blind to all who were not.",
    needs=("service",),
)
def service_level_served(view: View) -> float:
    seen = contacts(view)
    return ratio(count(seen.kept), count(seen.answered))


@kpi(
    "service_level_offered",
    "share",
    "higher",
    "Contacts answered within the promised time, as a share of all whose fate is known: answered, abandoned however "
    "soon, left waiting beyond the promise, or turned away.",
    needs=("service",),
)
def service_level_offered(view: View) -> float:
    seen = contacts(view)
    return ratio(
        count(seen.kept), count(seen.answered | seen.abandoned | seen.blocked | seen.never)
    )


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
