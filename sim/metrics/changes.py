"""What customers pay at any instant, and how it changed: expansion, contraction, renewals; who they are is customers'.

A customer pays what he signed for and the sum of his changes so far, from going live until he leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.units import MONTH
from sim.metrics.catalogue import kpi
from sim.metrics.stays import Places, places_of
from sim.metrics.view import NAN, Floats, Mask, View, count, derived, ratio


def live_at(view: View, time: float) -> Mask:
    """Which customers are live at an instant [h]: began to pay at or before it and have not left by then."""
    mask: Mask = (view.column("subscriptions", "live") <= time) & ~(view.column("subscriptions", "left") <= time)
    return mask


@derived
def gone(view: View) -> Mask:
    """Which customers were live and have left by the end."""
    live, left = view.column("subscriptions", "live"), view.column("subscriptions", "left")
    mask: Mask = (left <= view.end) & (live <= left)
    return mask


@derived
def customer_rows(view: View) -> Places:
    """Row of each customer by his number; -1 for a number without a row."""
    numbers = view.column("subscriptions", "customer")
    return places_of(numbers, int(np.nanmax(numbers, initial=-1.0)))


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes in what customers pay; every array has one entry per change."""

    row: Places
    """Row of the customer among the subscriptions."""
    time: Floats
    """When it happened [h]."""
    change: Floats
    """What he pays more from then on [EUR/mo]."""
    own: Mask
    """Whether it came by itself, and not by a follow-up."""


@derived
def changes(view: View) -> Changes:
    """Return all changes that move what somebody pays."""
    change = view.column("changes", "change")
    moving = np.flatnonzero(change)
    rows = customer_rows(view)[view.column("changes", "customer")[moving].astype(np.intp)]
    own = np.isnan(view.column("changes", "cause")[moving])
    return Changes(rows, view.column("changes", "time")[moving], change[moving], own)


def changed_by(view: View, time: float) -> Floats | float:
    """Return what each customer pays more at an instant [h] than he signed for [EUR/mo]; 0 if nobody does."""
    each = changes(view)
    if not len(each.row):
        return 0.0
    so_far = each.time <= time
    size = len(view.column("subscriptions", "value"))
    return np.bincount(each.row[so_far], weights=each.change[so_far], minlength=size).astype(float)


def worth_at(view: View, time: float) -> Floats:
    """Return what each customer pays per month at an instant [EUR/mo], 0 if not live; one number per subscription."""
    return np.where(live_at(view, time), view.column("subscriptions", "value") + changed_by(view, time), 0.0)


@derived
def last_worth(view: View) -> Floats:
    """Return what each customer pays, or paid when he left [EUR/mo]."""
    worth: Floats = view.column("subscriptions", "value") + changed_by(view, view.end)
    return worth


def months_lived(view: View, time: float) -> Floats:
    """Return how long each customer has been live up to an instant [months]; one number per subscription."""
    live, left = view.column("subscriptions", "live"), view.column("subscriptions", "left")
    lived = np.fmin(left, time) - live
    return np.where(lived > 0.0, lived, 0.0) / MONTH


@kpi(
    "expansion_mrr",
    "EUR/mo",
    "higher",
    "What customers came to pay more during the run, each expansion by its size; initial MRR + new_mrr + expansion_mrr "
    "- contraction_mrr - churned_mrr = mrr.",
    needs=("customers",),
)
def expansion_mrr(view: View) -> float:
    return float(np.maximum(changes(view).change, 0.0).sum())


@kpi(
    "contraction_mrr",
    "EUR/mo",
    "lower",
    "What customers came to pay less during the run while they stayed, each contraction by its size.",
    needs=("customers",),
)
def contraction_mrr(view: View) -> float:
    return float(np.maximum(-changes(view).change, 0.0).sum())


@kpi(
    "expansion_own_mrr",
    "EUR/mo",
    "higher",
    "What customers came to pay more by themselves during the run; the rest of expansion_mrr was found by follow-up.",
    needs=("customers",),
)
def expansion_own_mrr(view: View) -> float:
    each = changes(view)
    return float(np.maximum(each.change[each.own], 0.0).sum())


@kpi(
    "expansion_follow_up_mrr",
    "EUR/mo",
    "higher",
    "What customers came to pay more because a follow-up found it; expansion_mrr without expansion_own_mrr.",
    needs=("sales", "customers"),
)
def expansion_follow_up_mrr(view: View) -> float:
    each = changes(view)
    return float(np.maximum(each.change[~each.own], 0.0).sum())


@derived
def bound(view: View) -> Mask:
    """Which customers have a contract."""
    mask: Mask = ~np.isnan(view.column("subscriptions", "term"))
    return mask


def _contracts(view: View) -> bool:
    """Whether there are contracts, be it for one segment alone."""
    plan = view.scenario.customers
    return plan is not None and any(plan.contract_of(segment) is not None for segment in plan.kinds().values())


@kpi(
    "renewals",
    "count",
    "higher",
    "Terms that ended with the customer staying, at the old price or for less. Not applicable without contracts.",
    needs=("customers",),
)
def renewals(view: View) -> float:
    if not _contracts(view):
        return NAN
    ended = view.column("changes", "kind") != view.code("changes", "kind", "expansion")
    whose = customer_rows(view)[view.column("changes", "customer").astype(np.intp)]
    return float(count(ended & bound(view)[whose]))


@kpi(
    "renewal_rate",
    "share",
    "higher",
    "Renewals as a share of the terms that ended: renewals and customers with a contract who left, for they leave at "
    "no other time. Not applicable without contracts.",
    needs=("customers",),
)
def renewal_rate(view: View) -> float:
    return ratio(renewals(view), renewals(view) + count(gone(view) & bound(view)))
