"""What it was worth: prices applied to facts after the clock has stopped; it asks the other departments for counts.

Money rates of a scenario are per hour inside the program; journaled customer values are per month.
"""

from __future__ import annotations

import numpy as np

from sim.engine.units import MONTH
from sim.metrics.catalogue import kpi
from sim.metrics.customers import churn, customer_months, months_lived, new_customers, new_mrr
from sim.metrics.readings import hired, so_far, teams
from sim.metrics.sales import won_values
from sim.metrics.service import contacts_served
from sim.metrics.view import Floats, View, derived, ratio

YEAR_IN_MONTHS = 12.0


def revenue_until(view: View, time: float) -> Floats:
    """Return what each customer has paid up to an instant [h]: value x months live; one amount per subscription."""
    return view.column("subscriptions", "value") * months_lived(view, time)


def payroll_until(view: View, team: str, time: float) -> float:
    """Return the wages of a team up to an instant [h]: filled positions x clock time x wage."""
    return so_far(view, team, "employed", time) * view.scenario.teams[team].wage


def hiring_until(view: View, team: str, time: float) -> float:
    """Return the cost of hiring successors into a team up to an instant [h]."""
    return hired(view, team, time) * view.scenario.teams[team].hire_cost


@derived
def lead_costs(view: View) -> Floats:
    """Media cost of one lead by source code; 0 for leads that customers sent."""
    plan = view.scenario.marketing
    prices = {name: source.cost_per_lead for name, source in plan.sources.items()} if plan else {}
    return np.array([prices.get(name, 0.0) for name in view.run.words["sources"]])


@derived
def selling_shares(view: View) -> dict[str, float]:
    """Team -> share of its payroll that is sales.

    1 for a team that only works stages, 0 for one that only handles tickets; for one that does both, the share of its
    worked hours that went into stages. A team that does neither, or both but has not worked, counts half and half.
    """
    selling, serving = view.scenario.selling_teams(), view.scenario.serving_teams()
    sold, served = _worked(view, "visits"), _worked(view, "contacts")
    shares = {}
    for code, team in enumerate(teams(view)):
        if (team in selling) != (team in serving):
            shares[team] = 1.0 if team in selling else 0.0
        else:
            hours = float(sold[code] + served[code])
            shares[team] = float(sold[code]) / hours if hours > 0 else 0.5
    return shares


def _worked(view: View, table: str) -> Floats:
    """Hours worked by team code: of contacts by the team that took them up, which need not be the one asked."""
    handled, team = view.column(table, "handled"), view.column(table, "team")
    if table == "contacts":
        by = view.column(table, "by")
        team = np.where(np.isnan(by), team, by)
    known = ~np.isnan(handled)
    codes = team[known].astype(np.intp)
    hours: Floats = np.bincount(codes, weights=handled[known], minlength=len(teams(view))).astype(float)
    return hours


@kpi(
    "revenue",
    "EUR",
    "higher",
    "Paid by customers: each one's monthly value times the months live, parts of a month counting in proportion.",
    headline=True,
)
def revenue(view: View) -> float:
    return sum(revenue_by_origin(view).values())


@kpi(
    "revenue",
    "EUR",
    "higher",
    "Paid by customers of this origin: the initial base, organic leads, or referrals (indirect revenue).",
    per="origin",
)
def revenue_by_origin(view: View) -> dict[str, float]:
    paid = revenue_until(view, view.end)
    origins = view.run.words_of("subscriptions", "origin")
    codes = view.column("subscriptions", "origin").astype(np.intp)
    totals = np.bincount(codes, weights=paid, minlength=len(origins))
    return dict(zip(origins, totals.tolist(), strict=True))


@kpi("gross_profit", "EUR", "higher", "Revenue times gross margin: what is left after delivering the product.")
def gross_profit(view: View) -> float:
    return revenue(view) * view.scenario.economics.gross_margin


@kpi("payroll", "EUR", "lower", "Wages of all filled positions, on duty or not, over clock time.")
def payroll(view: View) -> float:
    return sum(payroll_by_team(view).values())


@kpi("payroll", "EUR", "lower", "Wages of this team's filled positions over clock time.", per="team")
def payroll_by_team(view: View) -> dict[str, float]:
    return {team: payroll_until(view, team, view.end) for team in teams(view)}


@kpi(
    "payroll_sales",
    "EUR",
    "lower",
    "Wages of teams that work sales stages; a team that also handles tickets counts by its share of hours worked on "
    "stages, a team that does neither counts half.",
)
def payroll_sales(view: View) -> float:
    return sum(selling_shares(view)[team] * wages for team, wages in payroll_by_team(view).items())


@kpi(
    "payroll_service",
    "EUR",
    "lower",
    "The rest of the wages: payroll - payroll_sales, the teams that handle tickets.",
)
def payroll_service(view: View) -> float:
    return payroll(view) - payroll_sales(view)


@kpi(
    "cost_per_contact",
    "EUR",
    "lower",
    "Wages of the teams that handle tickets, divided by contacts served, both after the warm-up. Of a team that also "
    "sells, the share of its worked hours that went into contacts; its idle time is split in the same proportion.",
    needs=("service",),
)
def cost_per_contact(view: View) -> float:
    serving = view.scenario.serving_teams()
    wages = (
        (1.0 - selling_shares(view)[team])
        * (payroll_until(view, team, view.end) - payroll_until(view, team, view.warm_up))
        for team in teams(view)
        if team in serving
    )
    return ratio(sum(wages), contacts_served(view))


@kpi("hiring", "EUR", "lower", "One-off cost of successors: hires of each team times its hire_cost.")
def hiring(view: View) -> float:
    return sum(hiring_until(view, team, view.end) for team in teams(view))


@kpi("commission", "EUR", "lower", "Commission rate times the first year's value of all wins, due at the win.")
def commission(view: View) -> float:
    return view.scenario.economics.commission * YEAR_IN_MONTHS * float(won_values(view).sum())


@kpi("media", "EUR", "lower", "Cost per lead times leads, summed over sources; referred leads cost nothing.")
def media(view: View) -> float:
    codes = view.column("leads", "source").astype(np.intp)
    return float(lead_costs(view)[codes].sum()) if len(codes) else 0.0


@kpi("overhead", "EUR", "lower", "Fixed cost of the operation over the time simulated.")
def overhead(view: View) -> float:
    return view.scenario.economics.overhead * view.end


@kpi(
    "profit",
    "EUR",
    "higher",
    "gross_profit - payroll - hiring - commission - media - overhead.",
    headline=True,
)
def profit(view: View) -> float:
    return gross_profit(view) - payroll(view) - hiring(view) - commission(view) - media(view) - overhead(view)


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


@kpi(
    "ltv",
    "EUR",
    "higher",
    "Lifetime value: gross margin per customer-month divided by (churn + discount rate per month), the discounted "
    "value of a margin that flows until the customer leaves (Gupta and Lehmann 2003, in continuous time). Not "
    "applicable when nobody left and nothing is discounted.",
    needs=("customers",),
)
def ltv(view: View) -> float:
    margin = ratio(gross_profit(view), customer_months(view))
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
