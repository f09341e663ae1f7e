"""What leads and customers cost to win, and how soon they earn it back; the sums themselves are economics'."""

from __future__ import annotations

import numpy as np

from sim.engine.units import MONTH
from sim.metrics.catalogue import kpi
from sim.metrics.commission import YEAR_IN_MONTHS, commission, commissions
from sim.metrics.customers import churn, customer_months, joined, new_customers, new_mrr
from sim.metrics.deals import bookings
from sim.metrics.desk import told
from sim.metrics.economics import (
    hiring_until,
    media,
    media_by_source,
    payroll_by_team,
    payroll_sales,
    selling_shares,
)
from sim.metrics.marketing import leads, leads_by_source
from sim.metrics.readings import teams
from sim.metrics.revenue import recurring_margin
from sim.metrics.sales import by_source, won
from sim.metrics.view import NAN, Floats, View, derived, ratio
from sim.metrics.work import prospected, pursued, served, sold


@derived
def _lead_spending(view: View) -> Floats:
    """Media and the wages of prospecting by source code [EUR]."""
    hours, wages = sold(view) + served(view), np.array([payroll_by_team(view)[team] for team in teams(view)])
    per_hour = np.divide(wages, hours, out=np.zeros(len(hours)), where=hours > 0)
    spent: Floats = media_by_source(view) + per_hour @ prospected(view)
    return spent


@kpi(
    "cost_per_lead",
    "EUR",
    "lower",
    "Media and the wages of prospecting, divided by all leads. A team's wages are prospecting's by the share of its "
    "worked hours that went into it, idle time split in the same proportion.",
    needs=("marketing", "sales"),
)
def cost_per_lead(view: View) -> float:
    return ratio(_lead_spending(view).sum(), leads(view))


@kpi(
    "cost_per_lead_of",
    "EUR",
    "lower",
    "Media, and of prospecting the wages of the hours it took (see cost_per_lead), divided by leads of this source.",
    per="source",
    needs=("marketing", "sales"),
)
def cost_per_lead_by_source(view: View) -> dict[str, float]:
    spent, counts = told(view.run.words["sources"], _lead_spending(view)), leads_by_source(view)
    return {source: ratio(spent[source], counts[source]) for source in counts}


@kpi(
    "cost_of_sale",
    "share",
    "lower",
    "payroll_sales + commission + media + the hiring of selling teams, as a share of the first year's value of "
    "bookings. A team that sells and serves counts as in payroll_sales.",
    needs=("sales",),
)
def cost_of_sale(view: View) -> float:
    hires = sum(share * hiring_until(view, team, view.end) for team, share in selling_shares(view).items())
    spent = payroll_sales(view) + commission(view) + media(view) + hires
    return ratio(spent, YEAR_IN_MONTHS * bookings(view))


@kpi(
    "cac",
    "EUR",
    "lower",
    "Customer acquisition cost: payroll_sales + commission + media, divided by new_customers.",
    headline=True,
    needs=("sales", "customers"),
)
def cac(view: View) -> float:
    return ratio(payroll_sales(view) + commission(view) + media(view), new_customers(view))


@derived
def acquisition_costs(view: View) -> Floats:
    """payroll_sales + commission + media by source code [EUR].

    Each team's sales wages are split by its hours on leads of each source, prospecting included; those of a team that
    works on no leads are split as the others' hours are.
    """
    hours = pursued(view)
    wages = np.array([selling_shares(view)[team] * payroll_by_team(view)[team] for team in teams(view)])
    everybody = np.where(hours.sum(axis=1, keepdims=True) > 0, hours, hours.sum(axis=0))
    total = everybody.sum(axis=1, keepdims=True)
    shares = np.divide(everybody, total, out=np.full(everybody.shape, NAN), where=total > 0)
    paid = wages > 0
    spent: Floats = wages[paid] @ shares[paid] + by_source(view, won(view), commissions(view)) + media_by_source(view)
    return spent


@kpi(
    "cac_of",
    "EUR",
    "lower",
    "payroll_sales + commission + media of this source, divided by its customers who went live. Each team's sales "
    "wages are split over the sources by its hours on their leads, prospecting included.",
    per="source",
    needs=("sales", "customers"),
)
def cac_by_source(view: View) -> dict[str, float]:
    new = view.column("subscriptions", "source")[joined(view)]
    counts = np.bincount(new[~np.isnan(new)].astype(np.intp), minlength=len(view.run.words["sources"]))
    costs = told(view.run.words["sources"], acquisition_costs(view))
    return {source: ratio(cost, n) for (source, cost), n in zip(costs.items(), counts.tolist(), strict=True)}


@kpi(
    "ltv",
    "EUR",
    "higher",
    "Lifetime value: gross margin per customer-month, fees left out, divided by (churn + discount rate per month), the "
    "discounted value of a margin that flows until the customer leaves (Gupta and Lehmann 2003, in continuous time). "
    "Not applicable when nobody left and nothing is discounted.",
    needs=("customers",),
)
def ltv(view: View) -> float:
    margin = ratio(recurring_margin(view), customer_months(view))
    return margin * ratio(1.0, churn(view) + view.scenario.economics.discount * MONTH)


@kpi(
    "payback",
    "months",
    "lower",
    "Months of gross margin that return the acquisition cost: cac divided by (new_mrr per new customer times gross "
    "margin).",
    needs=("sales", "customers"),
)
def payback(view: View) -> float:
    monthly = ratio(new_mrr(view), new_customers(view)) * view.scenario.economics.gross_margin
    return ratio(cac(view), monthly)
