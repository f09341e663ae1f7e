"""Every euro by where its customer came from and why it was paid: arithmetic on facts; what is told of it is others'.

A customer would have left at some instant feeling neutral all along (`neutral`, see facts). What he signed for is new
money until then and retained money after it; what he would have paid and did not, for he left before, is forgone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.units import MONTH
from sim.metrics.changes import changes, customer_rows
from sim.metrics.customers import buys_repeatedly
from sim.metrics.deals import won_fees
from sim.metrics.sales import won
from sim.metrics.stays import Places
from sim.metrics.view import Floats, View, derived
from sim.model.facts import ORIGINS

KINDS = ("new", "retained", "expansion", "follow_up")
"""Why money is paid: as signed, until the customer would have left anyway; as signed, beyond that; for what he came to
pay more or less by himself; for what a follow-up found."""
_NEW, _RETAINED, _EXPANSION, _FOLLOW_UP, _FEE, _FORGONE = range(6)
_WIDTH = 6
_REFERRAL, _INITIAL = ORIGINS.index("referral"), ORIGINS.index("initial")
_WON = [place for place in range(len(ORIGINS)) if place not in (_INITIAL, _REFERRAL)]
_MOMENT = 1e-6
"""Instants that lie no further apart [h] are one: the clock's sums are rounded."""
_LONG = 1e7
"""More hours than any clock runs."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """Money up to an instant [EUR] by origin, in the order of ORIGINS."""

    paid: Floats
    """What was paid, shape (origins, kinds); fees are new."""
    fees: Floats
    """One-off fees among it, shape (origins,)."""
    forgone: Floats
    """What those who left before their neutral time would have paid until then, shape (origins,)."""

    @property
    def neutral(self) -> Floats:
        """What customers feeling neutral all along would have paid by themselves, and fees."""
        money: Floats = self.paid[:, _NEW] + self.forgone
        return money

    @property
    def direct(self) -> Floats:
        """What sales did: the neutral money of those it won, and what follow-up found with anybody."""
        money = self.paid[:, _FOLLOW_UP].copy()
        money[_WON] += self.neutral[_WON]
        return money

    @property
    def indirect(self) -> Floats:
        """What service and the word of customers did: retained - forgone, expansion, and the neutral money of those
        who were referred."""
        money = self.paid[:, _RETAINED] - self.forgone + self.paid[:, _EXPANSION]
        money[_REFERRAL] += self.neutral[_REFERRAL]
        return money

    @property
    def base(self) -> float:
        """What the initial base would have paid feeling neutral all along: nobody's doing."""
        return float(self.neutral[_INITIAL])


@dataclass(frozen=True, slots=True)
class _Payments:
    """Money that flows by the month, and money due at an instant; a cell is an origin and a kind in one code."""

    begin: Floats
    end: Floats
    rate: Floats
    """EUR/mo."""
    flowing: Places
    """Cell of each flow."""
    due: Floats
    amount: Floats
    """EUR."""
    falling: Places
    """Cell of each amount."""


def tagged_until(view: View, time: float) -> Tagged:
    """Return all money up to an instant [h] that lies within the run."""
    every = _payments(view)
    months = np.maximum(np.minimum(every.end, time) - every.begin, 0.0) / MONTH
    size = len(ORIGINS) * _WIDTH
    cells: Floats = np.bincount(every.flowing, weights=every.rate * months, minlength=size).astype(float)
    if len(every.due):
        owed = every.due <= time
        cells += np.bincount(every.falling[owed], weights=every.amount[owed], minlength=size)
    cells = cells.reshape(len(ORIGINS), _WIDTH)
    paid = cells[:, : len(KINDS)].copy()
    paid[:, _NEW] += cells[:, _FEE]
    return Tagged(paid, cells[:, _FEE], cells[:, _FORGONE])


@derived
def tagged(view: View) -> Tagged:
    """All money up to the end."""
    return tagged_until(view, view.end)


@derived
def _payments(view: View) -> _Payments:
    flows = [] if buys_repeatedly(view) else [*_subscribed(view), _changed(view)]
    sums = [_fees(view), *(_bought(view) if buys_repeatedly(view) else [])]
    begin, end, rate, flowing = (np.concatenate([np.empty(0), *(each[n] for each in flows)]) for n in range(4))
    due, amount, falling = (np.concatenate([each[n] for each in sums]) for n in range(3))
    return _Payments(begin, end, rate, flowing.astype(np.intp), due, amount, falling.astype(np.intp))


def _cells(view: View, kind: int) -> Floats:
    """Cell of each customer's money of a kind."""
    return view.column("subscriptions", "origin") * _WIDTH + kind


def _subscribed(view: View) -> list[tuple[Floats, Floats, Floats, Floats]]:
    """What customers signed for: new until they left or would have left, then retained or forgone."""
    live, left, neutral, value = (view.column("subscriptions", name) for name in ("live", "left", "neutral", "value"))
    stays = np.where(np.isnan(left), np.inf, left)
    free = np.where(np.isnan(neutral), np.inf, neutral)
    free = np.maximum(np.where((free < stays - _MOMENT) | (free > stays + _MOMENT), free, stays), live)
    begun = stays >= live
    flows = []
    for rows, begin, end, kind in (
        (np.flatnonzero(begun), live, np.minimum(stays, free), _NEW),
        (np.flatnonzero(begun & (free < stays)), free, stays, _RETAINED),
        (np.flatnonzero(begun & (stays < free)), stays, free, _FORGONE),
    ):
        flows.append((begin[rows], end[rows], value[rows], _cells(view, kind)[rows]))
    return flows


def _changed(view: View) -> tuple[Floats, Floats, Floats, Floats]:
    """What customers came to pay more or less, from then on as long as they stay."""
    each = changes(view)
    live, left = view.column("subscriptions", "live")[each.row], view.column("subscriptions", "left")[each.row]
    paying = ~np.isnan(live)
    begin, end = np.maximum(each.time, live), np.where(np.isnan(left), np.inf, left)
    cells = np.where(each.own, _cells(view, _EXPANSION)[each.row], _cells(view, _FOLLOW_UP)[each.row])
    return begin[paying], end[paying], each.change[paying], cells[paying]


@derived
def _lead_origins(view: View) -> Floats:
    """Origin code of customers by source code of the lead they were."""
    plan = view.scenario.marketing
    words = dict.fromkeys(plan.prospecting, "prospecting") if plan else {}
    words |= {"referred": "referral", "won_back": "won_back"}
    return np.array([ORIGINS.index(words.get(source, "organic")) for source in view.run.words["sources"]], dtype=float)


def _fees(view: View) -> tuple[Floats, Floats, Floats]:
    """One-off fees, due at the win."""
    if not won_fees(view).any():
        return np.empty(0), np.empty(0), np.empty(0)
    source = view.column("leads", "source")[won(view)].astype(np.intp)
    return view.column("leads", "closed")[won(view)], won_fees(view), _lead_origins(view)[source] * _WIDTH + _FEE


def _bought(view: View) -> list[tuple[Floats, Floats, Floats]]:
    """Purchases: each for the part that the customer came for, and the parts that changes have made of it."""
    time, amount = view.column("purchases", "time"), view.column("purchases", "amount")
    rows = customer_rows(view)[view.column("purchases", "customer").astype(np.intp)]
    signed, neutral = view.column("subscriptions", "value")[rows], view.column("subscriptions", "neutral")[rows]
    own, found = _moved(view, rows, time, own=True), _moved(view, rows, time, own=False)
    whole = signed + own + found
    each = np.divide(amount, whole, out=np.zeros(len(amount)), where=whole > 0)
    kept = np.where(time > neutral + _MOMENT, _cells(view, _RETAINED)[rows], _cells(view, _NEW)[rows])
    return [
        (time, amount - each * (own + found), kept),
        (time, each * own, _cells(view, _EXPANSION)[rows]),
        (time, each * found, _cells(view, _FOLLOW_UP)[rows]),
    ]


def _moved(view: View, rows: Places, time: Floats, *, own: bool) -> Floats:
    """By how much customers' changes had moved what they pay [EUR/mo] at instants [h]; one number for each instant."""
    every = changes(view)
    chosen = every.own == own
    places = every.row[chosen] * _LONG + every.time[chosen]
    order = np.argsort(places, kind="stable")
    total = np.append(0.0, np.cumsum(every.change[chosen][order]))
    until, before = (np.searchsorted(places[order], at, side="right") for at in (rows * _LONG + time, rows * _LONG))
    moved: Floats = total[until] - total[before]
    return moved
