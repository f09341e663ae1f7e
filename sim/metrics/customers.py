"""Who pays, who came, who left; a customer counts from going live, not from signing.

What the same customers come to pay more or less is changes', why they leave is leavings'.
"""

from __future__ import annotations

import numpy as np

from sim.engine.units import YEAR
from sim.metrics.catalogue import kpi
from sim.metrics.changes import gone, last_worth, live_at, months_lived, worth_at
from sim.metrics.view import NAN, Floats, Mask, View, count, derived, mean, ratio


@derived
def joined(view: View) -> Mask:
    """Which customers went live during the run: all that ever did but the initial base."""
    origin = view.column("subscriptions", "origin")
    live = view.column("subscriptions", "live") <= view.end
    mask: Mask = live & (origin != view.code("subscriptions", "origin", "initial"))
    return mask


@derived
def customer_months(view: View) -> float:
    """Months lived by all customers together [customer-months], exact."""
    return float(months_lived(view, view.end).sum())


@derived
def cohort(view: View) -> tuple[Floats, Floats]:
    """What customers live twelve months ago (or at the start) paid then, and what the same ones pay now [EUR/mo]."""
    then = max(0.0, view.end - YEAR)
    chosen = live_at(view, then)
    return worth_at(view, then)[chosen], worth_at(view, view.end)[chosen]


@kpi(
    "customers",
    "count",
    "higher",
    "Customers live at the end: they began to pay and have not left. Those who signed but have not begun to pay do not "
    "count.",
    headline=True,
    needs=("customers",),
)
def customers(view: View) -> float:
    return float(count(live_at(view, view.end)))


@kpi(
    "new_customers",
    "count",
    "higher",
    "Customers who went live during the run; the initial base does not count.",
    needs=("customers",),
)
def new_customers(view: View) -> float:
    return float(count(joined(view)))


@kpi(
    "lost_customers",
    "count",
    "lower",
    "Live customers who left during the run; initial base + new_customers - lost_customers = customers.",
    needs=("customers",),
)
def lost_customers(view: View) -> float:
    return float(count(gone(view)))


@kpi(
    "pending_customers",
    "count",
    "neutral",
    "Customers who have signed but do not pay yet at the end (onboarding).",
    needs=("customers",),
)
def pending_customers(view: View) -> float:
    live, left = view.column("subscriptions", "live"), view.column("subscriptions", "left")
    return float(count(~(live <= view.end) & ~(left <= view.end)))


@kpi(
    "churn",
    "share/mo",
    "lower",
    "Customers lost per month, as a share of the average number of live customers: lost_customers divided by the "
    "customer-months lived in the run.",
    headline=True,
    needs=("customers",),
)
def churn(view: View) -> float:
    return ratio(lost_customers(view), customer_months(view))


@kpi(
    "grr",
    "ratio",
    "higher",
    "Gross revenue retention: MRR kept from the customers live twelve months ago (since the start if the run is "
    "shorter), as a share of their MRR then; what they pay more does not count. Not annualized.",
    needs=("customers",),
)
def grr(view: View) -> float:
    then, now = cohort(view)
    return ratio(float(np.minimum(then, now).sum()), float(then.sum()))


@kpi(
    "nrr",
    "ratio",
    "higher",
    "Net revenue retention: MRR now of the customers live twelve months ago (since the start if the run is shorter), "
    "expansion and contraction included, new customers excluded, as a share of their MRR then. Not annualized.",
    headline=True,
    needs=("customers",),
)
def nrr(view: View) -> float:
    then, now = cohort(view)
    return ratio(float(now.sum()), float(then.sum()))


@kpi(
    "mrr",
    "EUR/mo",
    "higher",
    "Monthly recurring revenue of the customers live at the end, as they then pay. Of customers who buy repeatedly, "
    "what they spend per month on average.",
    headline=True,
    needs=("customers",),
)
def mrr(view: View) -> float:
    return float(worth_at(view, view.end).sum())


@kpi(
    "new_mrr",
    "EUR/mo",
    "higher",
    "Monthly recurring revenue that went live during the run, as it was signed.",
    needs=("customers",),
)
def new_mrr(view: View) -> float:
    return float(view.column("subscriptions", "value")[joined(view)].sum())


@kpi(
    "churned_mrr",
    "EUR/mo",
    "lower",
    "Monthly recurring revenue that left during the run: what customers paid when they left.",
    needs=("customers",),
)
def churned_mrr(view: View) -> float:
    return float(last_worth(view)[gone(view)].sum())


@kpi(
    "misfits",
    "share",
    "lower",
    "Poor fits that only the pressure of the quota let through, as a share of all customers who signed during the run. "
    "Not applicable without the loop of overselling.",
    needs=("sales", "customers"),
)
def misfits(view: View) -> float:
    if not view.scenario.loops.overselling.on:
        return NAN
    initial = view.column("subscriptions", "origin") == view.code("subscriptions", "origin", "initial")
    return mean(view.column("subscriptions", "misfit")[~initial])


def buys_repeatedly(view: View) -> bool:
    """Whether customers buy again and again instead of paying by the month."""
    plan = view.scenario.customers
    return plan is not None and plan.purchases is not None


@kpi(
    "purchases",
    "count",
    "higher",
    "Purchases, first ones included. Only of customers who buy repeatedly.",
    needs=("customers",),
)
def purchases(view: View) -> float:
    return float(len(view.column("purchases", "time"))) if buys_repeatedly(view) else NAN


@kpi(
    "purchases_per_customer",
    "count",
    "higher",
    "Mean number of purchases during the run. Denominator: all customers who were ever live, the initial base "
    "included. Only of customers who buy repeatedly.",
    needs=("customers",),
)
def purchases_per_customer(view: View) -> float:
    return ratio(purchases(view), count(view.column("subscriptions", "live") <= view.end))
