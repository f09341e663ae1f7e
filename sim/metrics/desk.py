"""What befell each contact after the warm-up: its wait, whether the promise was kept, whether it pleased.

Masks and columns only, worked out once per view; which figures are told from them is service's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.metrics.view import Floats, Mask, View, count, derived
from sim.scenario.customers import Experience

MINUTES = 60.0
"""Minutes per hour."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contacts that arrived at or after the end of the warm-up; every array has one entry per contact."""

    arrived: Floats
    """When each came [h]."""
    channel: Floats
    """Code of the channel."""
    ticket: Floats
    """Number of the ticket."""
    first: Mask
    """Whether it is the first of its ticket."""
    wait: Floats
    """Clock time to the answer, or to giving up [h]; nan for those turned away and those still waiting."""
    answered: Mask
    """Whether a person took it up, finished or not."""
    served: Mask
    """Whether it was handled to the end."""
    abandoned: Mask
    """Whether the customer gave up waiting."""
    blocked: Mask
    """Whether it was turned away."""
    open: Mask
    """Whether it was waiting or in hand at the end."""
    kept: Mask
    """Whether it was answered by the promised instant."""
    missed: Mask
    """Whether the promise is broken: answered late, given up or still waiting after the promised instant, blocked."""
    never: Mask
    """Whether it was still waiting at the end, after the promised instant."""
    live: Mask
    """Whether its channel is one on which customers wait on the line."""


@derived
def contacts(view: View) -> Contacts:
    """Return what befell each contact after the warm-up."""
    outcome = view.warm("contacts", "outcome")
    arrived, due = view.warm("contacts", "arrived"), view.warm("contacts", "due")
    started, ended = view.warm("contacts", "started"), view.warm("contacts", "ended")
    channel = view.warm("contacts", "channel")
    abandoned = outcome == view.code("contacts", "outcome", "abandoned")
    blocked = outcome == view.code("contacts", "outcome", "blocked")
    waiting = (outcome == view.code("contacts", "outcome", "open")) & np.isnan(started)
    answered = ~np.isnan(started)
    kept = started <= due
    never = waiting & (due < view.end)
    missed = (answered & ~kept) | (abandoned & (ended > due)) | never | blocked
    return Contacts(
        arrived=arrived,
        channel=channel,
        ticket=view.warm("contacts", "ticket"),
        first=view.warm("contacts", "attempt") == 1,
        wait=np.where(abandoned, ended, started) - arrived,
        answered=answered,
        served=outcome == view.code("contacts", "outcome", "served"),
        abandoned=abandoned,
        blocked=blocked,
        open=outcome == view.code("contacts", "outcome", "open"),
        kept=kept,
        missed=missed,
        never=never,
        live=_live_channels(view)[channel.astype(np.intp)],
    )


def _live_channels(view: View) -> Mask:
    plan = view.scenario.service
    modes = {name: channel.mode for name, channel in plan.channels.items()} if plan else {}
    return np.array([modes.get(name) == "live" for name in view.run.words["channels"]] or [False])


@derived
def waits(view: View) -> Floats:
    """Waits of contacts that were answered or given up [h]."""
    wait = contacts(view).wait
    return wait[~np.isnan(wait)]


def per_channel(view: View, mask: Mask | None = None, weights: Floats | None = None) -> Floats:
    """Count contacts of the mask, or add up their weights (one for each of the mask), by channel code."""
    codes = contacts(view).channel if mask is None else contacts(view).channel[mask]
    figures = np.bincount(codes.astype(np.intp), weights=weights, minlength=len(view.run.words["channels"]))
    return figures.astype(float)


@dataclass(frozen=True, slots=True)
class Pleased:
    """How contacts were felt, as counts for the two ways of asking."""

    satisfied: int
    """Contacts felt at or above the threshold."""
    felt: int
    """Contacts that are over and were felt, and those left waiting beyond the promise."""
    satisfied_closed: int
    """Satisfied ones among the served contacts of closed tickets."""
    closed: int
    """Served contacts of closed tickets that were felt."""


@derived
def pleased(view: View) -> Pleased:
    """Return the counts behind customer satisfaction."""
    seen, experience = contacts(view), view.warm("contacts", "experience")
    threshold = (view.scenario.customers.experience if view.scenario.customers else Experience()).satisfied
    happy, felt = experience >= threshold, ~np.isnan(experience)
    asked = seen.served & felt & _ticket_closed(view)
    return Pleased(
        satisfied=count(happy),
        felt=count(felt | seen.never),
        satisfied_closed=count(happy & asked),
        closed=count(asked),
    )


def _ticket_closed(view: View) -> Mask:
    """Whether the ticket of each contact is over."""
    tickets = view.column("tickets", "ticket").astype(np.intp)
    asked = contacts(view).ticket.astype(np.intp)
    closed = np.zeros(max(tickets.max(initial=-1), asked.max(initial=-1)) + 1, dtype=bool)
    closed[tickets] = view.column("tickets", "outcome") != view.code("tickets", "outcome", "open")
    mask: Mask = closed[asked]
    return mask


@derived
def returned(view: View) -> tuple[int, int]:
    """Count tickets that came back, and tickets whose first contact is over; first contacts of after the warm-up."""
    seen = contacts(view)
    over = seen.ticket[seen.first & ~seen.open].astype(np.intp)
    again = view.column("contacts", "ticket")[view.column("contacts", "attempt") == 2].astype(np.intp)
    back = np.zeros(max(over.max(initial=-1), again.max(initial=-1)) + 1, dtype=bool)
    back[again] = True
    return count(back[over]), len(over)
