"""What befell each contact after the warm-up: its wait, whether the promise was kept, whether anybody tried again.

Masks and sums only, worked out once per view; which figures are told from them is others'. Contacts of types that the
company makes by itself (outbound) have no wait and no promise here: nobody waits for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.metrics.view import NAN, Floats, Mask, View, derived
from sim.model.facts import OUTCOMES

if TYPE_CHECKING:
    from sim.scenario.tickets import TicketType

Places = npt.NDArray[np.intp]

MINUTES = 60.0
"""Minutes per hour."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contacts that arrived at or after the end of the warm-up; every array has one entry per contact."""

    arrived: Floats
    """When each came [h]."""
    outcome: npt.NDArray[np.int8]
    """Code of the outcome."""
    pair: Places
    """Channel and type in one code: channel x number of types + type."""
    ticket: Places
    """Number of the ticket."""
    wait: Floats
    """Clock time to the answer, or to giving up [h]; nan for everybody else."""
    inbound: Mask
    """Whether a customer made it."""
    answered: Mask
    """Whether a person took up what a customer wanted, finished or not."""
    served: Mask
    """Whether it was handled to the end; the company's own calls too."""
    abandoned: Mask
    """Whether the customer gave up waiting."""
    blocked: Mask
    """Whether it was turned away."""
    disconnected: Mask
    """Whether it was cut off when the team closed, or came while it was closed."""
    open: Mask
    """Whether it was waiting or in hand at the end."""
    kept: Mask
    """Whether it was answered by the promised instant."""
    missed: Mask
    """Whether the promise is broken: answered late, given up or still waiting after the promised instant, turned away
    or cut off."""
    never: Mask
    """Whether it was still waiting at the end, after the promised instant."""


@derived
def types(view: View) -> tuple[TicketType | None, ...]:
    """Ticket types by code."""
    plan = view.scenario.service
    return tuple(plan.types.get(name) if plan else None for name in view.run.words["types"])


@derived
def outbound(view: View) -> Mask:
    """By type code: whether the company makes these contacts by itself."""
    return np.array([bool(each and each.outbound) for each in types(view)] or [False])


@derived
def live(view: View) -> Mask:
    """By channel code: whether customers wait on the line."""
    plan = view.scenario.service
    modes = {name: channel.mode for name, channel in plan.channels.items()} if plan else {}
    return np.array([modes.get(name) == "live" for name in view.run.words["channels"]] or [False])


@derived
def contacts(view: View) -> Contacts:
    """Return what befell each contact after the warm-up."""
    outcome, arrived, due, started, ended, channel, kind = (
        view.warm("contacts", name) for name in ("outcome", "arrived", "due", "started", "ended", "channel", "type")
    )
    coded, codes = outcome.astype(np.int8), kind.astype(np.intp)
    fate = {word: coded == code for code, word in enumerate(OUTCOMES["contacts"])}
    own = outbound(view)
    inbound = ~own[codes] if own.any() else np.ones(len(codes), dtype=bool)
    taken = ~np.isnan(started)
    answered = taken & inbound & ~fate["no_show"]
    abandoned = fate["abandoned"] & inbound
    kept = answered & (started <= due)
    never = fate["open"] & ~taken & inbound & (due < view.end)
    turned = (fate["blocked"] | fate["disconnected"]) & inbound
    return Contacts(
        arrived=arrived,
        outcome=coded,
        pair=channel.astype(np.intp) * len(view.run.words["types"]) + codes,
        ticket=ticket_numbers(view) if view.warm_up <= 0 else view.warm("contacts", "ticket").astype(np.intp),
        wait=_waits(answered, started - arrived, abandoned, ended - arrived),
        inbound=inbound,
        answered=answered,
        served=fate["served"],
        abandoned=abandoned,
        blocked=fate["blocked"],
        disconnected=fate["disconnected"],
        open=fate["open"],
        kept=kept,
        missed=(answered & ~kept) | (abandoned & (ended > due)) | never | turned,
        never=never,
    )


@derived
def ticket_numbers(view: View) -> Places:
    """Number of the ticket of every contact, those of the warm-up too."""
    return view.column("contacts", "ticket").astype(np.intp)


def _waits(answered: Mask, answer: Floats, abandoned: Mask, patience: Floats) -> Floats:
    wait = np.full(len(answered), NAN)
    np.copyto(wait, answer, where=answered)
    np.copyto(wait, patience, where=abandoned)
    return wait


@derived
def waits(view: View) -> Floats:
    """Waits of contacts that were answered or given up [h]."""
    wait = contacts(view).wait
    return wait[~np.isnan(wait)]


def cells(view: View, mask: Mask | Places, weights: Floats | None = None) -> Floats:
    """Count contacts of a mask or at places, or add up their weights (one for each); shape (channels, types)."""
    shape = len(view.run.words["channels"]), len(view.run.words["types"])
    sums = np.bincount(contacts(view).pair[mask], weights=weights, minlength=shape[0] * shape[1])
    return sums.astype(float).reshape(shape)


def parted(view: View, *parts: Mask) -> list[Floats]:
    """Count all contacts and those of up to eight masks in one go; each of shape (channels, types)."""
    shape = len(view.run.words["channels"]), len(view.run.words["types"])
    kind = np.zeros(len(contacts(view).pair), dtype=np.uint8)
    for place, part in enumerate(parts):
        kind |= part.view(np.uint8) << np.uint8(place)
    kinds = 1 << len(parts)
    code = contacts(view).pair * kinds
    code += kind
    sums = np.bincount(code, minlength=shape[0] * shape[1] * kinds).reshape(*shape, kinds).astype(float)
    counts = [sums[:, :, [bool(each >> place & 1) for each in range(kinds)]].sum(axis=2) for place in range(len(parts))]
    return [sums.sum(axis=2), *counts]


@dataclass(frozen=True, slots=True)
class Desk:
    """Counts and sums of the contacts after the warm-up, each of shape (channels, types)."""

    contacts: Floats
    """All of them."""
    served: Floats
    """Handled to the end."""
    handled: Floats
    """Work on those [h]."""
    answered: Floats
    """Taken up by a person; like all that follows without the company's own calls."""
    answered_wait: Floats
    """Waits of those [h]."""
    abandoned: Floats
    """Given up by the customer."""
    abandoned_wait: Floats
    """Waits of those [h]."""
    turned: Floats
    """Turned away or cut off."""
    kept: Floats
    """Answered by the promised instant."""
    missed: Floats
    """Whose promise is broken."""

    @property
    def settled(self) -> Floats:
        """Answered, given up, turned away or cut off: what abandonment is a share of."""
        return self.answered + self.abandoned + self.turned


@derived
def desk(view: View) -> Desk:
    """Return the sums that most figures are told from."""
    seen = contacts(view)
    turned = (seen.blocked | seen.disconnected) & seen.inbound
    parts = (seen.served, seen.answered, seen.abandoned, turned, seen.kept, seen.missed)
    arrived, served, answered, abandoned, lost, kept, missed = parted(view, *parts)
    return Desk(
        contacts=arrived,
        served=served,
        handled=cells(view, seen.served, view.warm("contacts", "handled")[seen.served]),
        answered=answered,
        answered_wait=cells(view, seen.answered, seen.wait[seen.answered]),
        abandoned=abandoned,
        abandoned_wait=cells(view, seen.abandoned, seen.wait[seen.abandoned]),
        turned=lost,
        kept=kept,
        missed=missed,
    )


def by_channel(
    view: View, part: Floats, whole: Floats, factor: float = 1.0, *, lines: bool = False
) -> dict[str, float]:
    """Return part / whole x factor by channel, nan where the whole is nothing; with `lines` live channels only."""
    ratios = _ratios(view.run.words["channels"], part.sum(axis=1), whole.sum(axis=1), factor)
    return {name: value for (name, value), on in zip(ratios.items(), live(view), strict=False) if on or not lines}


def by_type(view: View, part: Floats, whole: Floats, factor: float = 1.0, *, own: bool = False) -> dict[str, float]:
    """Return part / whole x factor by ticket type; those of the company's own calls only with `own`."""
    ratios = _ratios(view.run.words["types"], part.sum(axis=0), whole.sum(axis=0), factor)
    return {name: value for (name, value), out in zip(ratios.items(), outbound(view), strict=False) if own or not out}


def on_lines(view: View, sums: Floats) -> Floats:
    """Return the same sums with nothing but live channels in them."""
    return sums * live(view)[: len(sums), np.newaxis]


def _ratios(words: tuple[str, ...], part: Floats, whole: Floats, factor: float) -> dict[str, float]:
    ratios = np.divide(part, whole, out=np.full(len(whole), NAN), where=whole > 0) * factor
    return told(words, ratios)


def told(words: tuple[str, ...], figures: Floats) -> dict[str, float]:
    """Return figures by the word whose code is their place."""
    return dict(zip(words, figures.tolist(), strict=True))
