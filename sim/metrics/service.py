"""What became of contacts, by fate and by work; how long they waited is waiting's, who passed them on passing's.

Contacts that arrived in the warm-up do not count.
"""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.desk import MINUTES, by_channel, by_type, cells, contacts, desk, live, on_lines, told, types
from sim.metrics.view import Floats, View, derived, ratio


@derived
def fates(view: View) -> dict[str, float]:
    """Contacts by outcome."""
    outcome = contacts(view).outcome
    words = view.run.words_of("contacts", "outcome")
    return told(words, np.bincount(outcome, minlength=len(words)).astype(float))


@kpi("contacts", "count", "neutral", "Contacts that arrived at the desk, returns included.", needs=("service",))
def contacts_arrived(view: View) -> float:
    return float(len(contacts(view).arrived))


@kpi("contacts", "count", "neutral", "Contacts that arrived by this channel.", per="channel", needs=("service",))
def contacts_by_channel(view: View) -> dict[str, float]:
    return told(view.run.words["channels"], desk(view).contacts.sum(axis=1))


@kpi("contacts_of", "count", "neutral", "Contacts of this ticket type that arrived.", per="type", needs=("service",))
def contacts_by_type(view: View) -> dict[str, float]:
    return told(view.run.words["types"], desk(view).contacts.sum(axis=0))


@kpi("contacts_served", "count", "neutral", "Contacts handled to the end.", needs=("service",))
def contacts_served(view: View) -> float:
    return fates(view)["served"]


@kpi("contacts_abandoned", "count", "lower", "Contacts given up by the customer while waiting.", needs=("service",))
def contacts_abandoned(view: View) -> float:
    return fates(view)["abandoned"]


@kpi(
    "contacts_blocked",
    "count",
    "lower",
    "Contacts turned away for lack of a line or of waiting room.",
    needs=("service",),
)
def contacts_blocked(view: View) -> float:
    return fates(view)["blocked"]


@kpi(
    "contacts_disconnected",
    "count",
    "lower",
    "Contacts cut off because the team closed while they waited, or was closed when they came.",
    needs=("service",),
)
def contacts_disconnected(view: View) -> float:
    return fates(view)["disconnected"]


@kpi("contacts_no_show", "count", "lower", "Visits by appointment that found nobody at home.", needs=("service",))
def contacts_no_show(view: View) -> float:
    return fates(view)["no_show"]


@kpi(
    "contacts_dropped",
    "count",
    "lower",
    "Contacts the company meant to make by itself (outbound) that lapsed because the next one was due.",
    needs=("service",),
)
def contacts_dropped(view: View) -> float:
    return fates(view)["dropped"]


@kpi(
    "contacts_open",
    "count",
    "lower",
    "Contacts waiting or in hand at the end; contacts = contacts_served + _abandoned + _blocked + _disconnected + "
    "_no_show + _dropped + _open.",
    needs=("service",),
)
def contacts_open(view: View) -> float:
    return fates(view)["open"]


@kpi(
    "abandonment",
    "share",
    "lower",
    "Contacts given up while waiting, as a share of contacts by live channels that were answered, abandoned, turned "
    "away or cut off. Not applicable without a live channel.",
    headline=True,
    needs=("service",),
)
def abandonment(view: View) -> float:
    return ratio(on_lines(view, desk(view).abandoned).sum(), on_lines(view, desk(view).settled).sum())


@kpi(
    "abandonment",
    "share",
    "lower",
    "Contacts given up while waiting, as a share of those by this live channel that were answered, abandoned, turned "
    "away or cut off.",
    per="channel",
    needs=("service",),
)
def abandonment_by_channel(view: View) -> dict[str, float]:
    return by_channel(view, desk(view).abandoned, desk(view).settled, lines=True)


@kpi(
    "abandonment_of",
    "share",
    "lower",
    "Contacts given up while waiting, as a share of those of this type by live channels that were answered, abandoned, "
    "turned away or cut off.",
    per="type",
    needs=("service",),
)
def abandonment_by_type(view: View) -> dict[str, float]:
    figures = by_type(view, on_lines(view, desk(view).abandoned), on_lines(view, desk(view).settled))
    return {name: value for name, value in figures.items() if name in _rung(view)}


@derived
def _rung(view: View) -> set[str]:
    """Types that come by a live channel, or go on by one."""
    lines = {name for name, on in zip(view.run.words["channels"], live(view), strict=False) if on}
    found = set()
    for name, each in zip(view.run.words["types"], types(view), strict=True):
        if each is not None and lines & {*each.channels, *(tier.channel for tier in each.escalation)}:
            found.add(name)
    return found


@kpi(
    "blocked",
    "share",
    "lower",
    "Contacts turned away for lack of a line or of waiting room, as a share of all contacts that arrived.",
    needs=("service",),
)
def blocked(view: View) -> float:
    return ratio(contacts_blocked(view), contacts_arrived(view))


@derived
def _blocked(view: View) -> Floats:
    return cells(view, contacts(view).blocked)


@kpi(
    "blocked",
    "share",
    "lower",
    "Contacts turned away for lack of a line or of waiting room, as a share of those that arrived by this channel.",
    per="channel",
    needs=("service",),
)
def blocked_by_channel(view: View) -> dict[str, float]:
    return by_channel(view, _blocked(view), desk(view).contacts)


@derived
def _lost_and_redialed(view: View) -> tuple[Floats, Floats]:
    """Callers who gave up or found no line, and those of them who tried again, by channel and type."""
    seen = contacts(view)
    lost = (seen.abandoned | seen.blocked) & seen.inbound
    again = np.flatnonzero(view.column("contacts", "cause") == view.code("contacts", "cause", "redial"))
    if not len(again):
        return on_lines(view, cells(view, lost)), np.zeros_like(desk(view).contacts)
    attempt, ticket = view.column("contacts", "attempt"), view.column("contacts", "ticket")
    step = attempt.max() + 1.0
    places = np.flatnonzero(lost)
    tried = seen.ticket[places] * step + view.warm("contacts", "attempt")[places]
    back = places[np.isin(tried, ticket[again] * step + attempt[again] - 1.0)]
    return on_lines(view, cells(view, lost)), on_lines(view, cells(view, back))


@kpi(
    "redial_rate",
    "share",
    "neutral",
    "Callers who tried again (so far), as a share of contacts by live channels that gave up or found no line.",
    needs=("service",),
)
def redial_rate(view: View) -> float:
    lost, back = _lost_and_redialed(view)
    return ratio(back.sum(), lost.sum())


@kpi(
    "redial_rate",
    "share",
    "neutral",
    "Callers who tried again (so far), as a share of contacts by this live channel that gave up or found no line.",
    per="channel",
    needs=("service",),
)
def redial_rate_by_channel(view: View) -> dict[str, float]:
    lost, back = _lost_and_redialed(view)
    return by_channel(view, back, lost, lines=True)


@kpi(
    "no_show_rate",
    "share",
    "lower",
    "Visits that found nobody at home, as a share of visits by appointment that were made.",
    needs=("service",),
)
def no_show_rate(view: View) -> float:
    plan = view.scenario.service
    kinds = [plan.channels[name].mode if plan else "" for name in view.run.words["channels"]]
    made = desk(view).served[[mode == "appointment" for mode in kinds]].sum()
    return ratio(contacts_no_show(view), made + contacts_no_show(view))


@kpi(
    "handle_time",
    "min",
    "neutral",
    "Mean time a person worked on a contact, wrap-up and travel included (AHT). Denominator: contacts served.",
    needs=("service",),
)
def handle_time(view: View) -> float:
    return ratio(desk(view).handled.sum(), desk(view).served.sum()) * MINUTES


@kpi(
    "handle_time",
    "min",
    "neutral",
    "Mean time a person worked on a contact, wrap-up and travel included. Denominator: contacts served that came by "
    "this channel.",
    per="channel",
    needs=("service",),
)
def handle_time_by_channel(view: View) -> dict[str, float]:
    return by_channel(view, desk(view).handled, desk(view).served, MINUTES)


@kpi(
    "handle_time_of",
    "min",
    "neutral",
    "Mean time a person worked on a contact, wrap-up and travel included. Denominator: contacts of this type served.",
    per="type",
    needs=("service",),
)
def handle_time_by_type(view: View) -> dict[str, float]:
    return by_type(view, desk(view).handled, desk(view).served, MINUTES, own=True)
