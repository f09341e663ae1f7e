"""What it was worth: prices applied to facts after the clock has stopped; it asks the other departments for counts.

Money rates of a scenario are per hour inside the program; journaled customer values are per month.
"""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.commission import commission
from sim.metrics.readings import hired, laid_off, so_far, teams
from sim.metrics.revenue import gross_profit
from sim.metrics.service import contacts_served
from sim.metrics.view import Floats, View, derived, ratio
from sim.metrics.work import served, sold


def payroll_until(view: View, team: str, time: float) -> float:
    """Return the wages of a team up to an instant [h]: filled positions x clock time x wage."""
    return so_far(view, team, "employed", time) * view.scenario.teams[team].wage


def hiring_until(view: View, team: str, time: float) -> float:
    """Return the cost of hiring into a team, and of laying people off, up to an instant [h]."""
    plan = view.scenario.teams[team]
    return hired(view, team, time) * plan.hire_cost + laid_off(view, team, time) * plan.layoff_cost


@derived
def lead_costs(view: View) -> Floats:
    """Media cost of one lead by source code [EUR]; 0 for those whom customers sent and who came back."""
    plan = view.scenario.marketing
    prices = {name: source.cost_per_lead for name, source in plan.sources.items()} if plan else {}
    prices |= {name: calls.cost_per_lead for name, calls in plan.prospecting.items()} if plan else {}
    return np.array([prices.get(name, 0.0) for name in view.run.words["sources"]])


@derived
def selling_shares(view: View) -> dict[str, float]:
    """Team -> share of its payroll that is sales.

    1 for a team that only sells (works stages, prospects, follows up), 0 for one that only handles tickets; for one
    that does both, the share of its worked hours that went into selling. A team that does neither, or both but has not
    worked, counts half and half.
    """
    selling, serving = view.scenario.selling_teams(), view.scenario.serving_teams()
    shares = {}
    for code, team in enumerate(teams(view)):
        if (team in selling) != (team in serving):
            shares[team] = 1.0 if team in selling else 0.0
        else:
            hours = float(sold(view)[code] + served(view)[code])
            shares[team] = float(sold(view)[code]) / hours if hours > 0 else 0.5
    return shares


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
    "Wages of teams that sell: work stages, prospect or follow up. A team that also handles tickets counts by the "
    "share of its worked hours that went into selling, a team that does neither counts half.",
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


@kpi(
    "hiring",
    "EUR",
    "lower",
    "One-off cost of hiring and of laying off: hires of each team times its hire_cost, and layoffs times layoff_cost.",
)
def hiring(view: View) -> float:
    return sum(hiring_until(view, team, view.end) for team in teams(view))


@derived
def media_by_source(view: View) -> Floats:
    """Cost of leads by source code [EUR]."""
    codes = view.column("leads", "source").astype(np.intp)
    return lead_costs(view) * np.bincount(codes, minlength=len(lead_costs(view)))


@kpi(
    "media",
    "EUR",
    "lower",
    "Cost per lead times leads, summed over sources and prospecting; referred leads and those who come back cost "
    "nothing.",
)
def media(view: View) -> float:
    return float(media_by_source(view).sum())


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
