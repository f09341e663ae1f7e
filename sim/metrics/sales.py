"""What became of leads: conversion by stage, wins, cycle, bookings, quota; what wins are worth later is customers'."""

from __future__ import annotations

from sim.engine.units import DAY, MONTH
from sim.metrics.catalogue import kpi
from sim.metrics.marketing import referred
from sim.metrics.readings import so_far
from sim.metrics.view import NAN, Floats, Mask, View, count, derived, mean, ratio


@derived
def outcomes(view: View) -> dict[str, float]:
    """Number of leads by outcome: open, won, lost, expired."""
    return view.by_word("leads", "outcome")


@derived
def won(view: View) -> Mask:
    """Which leads were won."""
    mask: Mask = view.column("leads", "outcome") == view.code("leads", "outcome", "won")
    return mask


@derived
def won_values(view: View) -> Floats:
    """Monthly recurring revenue of each won lead [EUR/mo]."""
    return view.column("leads", "value")[won(view)]


@kpi(
    "conversion",
    "share",
    "higher",
    "Leads that passed this stage, as a share of the leads decided in it: passed, failed or expired. Undecided ones "
    "are left out.",
    per="stage",
    needs=("sales",),
)
def conversion(view: View) -> dict[str, float]:
    outcome = view.column("visits", "outcome")
    passed = view.by_word("visits", "stage", outcome == view.code("visits", "outcome", "passed"))
    decided = view.by_word("visits", "stage", outcome != view.code("visits", "outcome", "open"))
    return {stage: ratio(passed[stage], decided[stage]) for stage in passed}


@kpi("wins", "count", "higher", "Leads won.", headline=True, needs=("sales",))
def wins(view: View) -> float:
    return outcomes(view)["won"]


@kpi(
    "win_rate",
    "share",
    "higher",
    "Leads won, as a share of leads closed: won, lost or expired (open ones are left out).",
    headline=True,
    needs=("sales",),
)
def win_rate(view: View) -> float:
    counts = outcomes(view)
    return ratio(counts["won"], counts["won"] + counts["lost"] + counts["expired"])


@kpi(
    "referral_share",
    "share",
    "higher",
    "Wins that a customer's word brought, as a share of all wins.",
    headline=True,
    needs=("sales", "customers"),
)
def referral_share(view: View) -> float:
    return ratio(count(referred(view) & won(view)), wins(view))


@kpi("leads_lost", "count", "lower", "Leads that said no in some stage.", needs=("sales",))
def leads_lost(view: View) -> float:
    return outcomes(view)["lost"]


@kpi("leads_expired", "count", "lower", "Leads that were gone before a person answered.", needs=("sales",))
def leads_expired(view: View) -> float:
    return outcomes(view)["expired"]


@kpi(
    "leads_open",
    "count",
    "neutral",
    "Leads still in the pipeline at the end; leads = wins + leads_lost + leads_expired + leads_open.",
    needs=("sales",),
)
def leads_open(view: View) -> float:
    return outcomes(view)["open"]


@kpi(
    "sales_cycle",
    "d",
    "lower",
    "Mean clock time from a lead's coming in to its win. Denominator: leads won.",
    needs=("sales",),
)
def sales_cycle(view: View) -> float:
    lasted = view.column("leads", "closed") - view.column("leads", "created")
    return mean(lasted[won(view)]) / DAY


@kpi(
    "bookings",
    "EUR/mo",
    "higher",
    "New monthly recurring revenue signed: the sum of the values of all wins, whether or not they pay yet.",
    needs=("sales",),
)
def bookings(view: View) -> float:
    return float(won_values(view).sum())


@kpi(
    "quota_attainment",
    "share",
    "higher",
    "Bookings as a share of the quota: quota per filled position and month, times the months that positions of the "
    "first stage's team were filled. Not applicable without a quota.",
    needs=("sales",),
)
def quota_attainment(view: View) -> float:
    plan = view.scenario.sales
    if plan is None or plan.quota is None or not plan.stages:
        return NAN
    team = plan.quota_team()
    assert team is not None
    expected = plan.quota.amount * so_far(view, team, "employed", view.end) * (MONTH / plan.quota.period())
    return ratio(bookings(view), expected)
