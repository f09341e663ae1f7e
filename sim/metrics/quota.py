"""Who sold how much of what he was expected to; what it pays him is commission's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.units import MONTH
from sim.metrics.catalogue import kpi
from sim.metrics.deals import bookings, won_values
from sim.metrics.pipeline import stage_plans
from sim.metrics.readings import so_far
from sim.metrics.sales import wins, won
from sim.metrics.stays import PASSED, lead_rows, visit_stages, visited
from sim.metrics.view import NAN, Floats, View, count, derived, ratio

_ROUNDING = 1e-9
"""Relative error that sums of money may have."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the people of a team are expected to sell."""

    team: str
    """Who carries the quota."""
    amount: float
    """Monthly recurring revenue expected of each position in each period [EUR/mo]."""
    period: float
    """Length of a period [h]."""


def quota_terms(view: View) -> Terms | None:
    """The quota in units of the facts; None where nobody carries one, or nobody who works a stage."""
    plan = view.scenario.sales
    team = plan.quota_team() if plan else None
    if plan is None or plan.quota is None or team is None:
        return None
    if plan.stages and team not in {stage.team for stage in plan.stages.values()}:
        return None
    return Terms(team, plan.quota.amount * MONTH, plan.quota.period())


def closing_team(view: View) -> str | None:
    """Name of the team that closes deals: the one that carries the quota, or else works the last stage."""
    terms, stages = quota_terms(view), list(stage_plans(view).values())
    return terms.team if terms else stages[-1].team if stages else None


@derived
def closers(view: View) -> Floats:
    """Person of the closing team who worked the last stage that each won lead passed with this team; nan for none."""
    code, teams = closing_team(view), view.run.words["teams"]
    if code is None:
        return np.full(count(won(view)), NAN)
    rows = (view.column("visits", "outcome") == PASSED) & (view.column("visits", "team") == teams.index(code))
    rows &= ~np.isnan(view.column("visits", "server"))
    chosen = np.flatnonzero(rows)
    # The last one written stays, so later rounds and later stages go last.
    rank = view.column("visits", "round")[chosen] * len(stage_plans(view)) + visit_stages(view)[chosen]
    chosen = chosen[np.argsort(rank, kind="stable")]
    person = np.full(len(lead_rows(view)), NAN)
    person[visited(view)[chosen]] = view.column("visits", "server")[chosen]
    return person[view.column("leads", "lead")[won(view)].astype(np.intp)]


@derived
def win_periods(view: View) -> Floats:
    """Quota period in which each lead was won, the first being 0."""
    terms = quota_terms(view)
    closed = view.column("leads", "closed")[won(view)]
    return np.floor(closed / terms.period) if terms else np.zeros(len(closed))


@kpi(
    "quota_attainment",
    "share",
    "higher",
    "Bookings as a share of the quota: the quota of a position and period, times the periods that positions of the "
    "team that carries it were filled. Not applicable without a quota.",
    needs=("sales",),
)
def quota_attainment(view: View) -> float:
    terms = quota_terms(view)
    if terms is None:
        return NAN
    return ratio(bookings(view), terms.amount * so_far(view, terms.team, "employed", view.end) / terms.period)


@derived
def _made(view: View) -> tuple[int, int]:
    """Whole periods that people were employed throughout, and those of them in which they made the quota."""
    terms = quota_terms(view)
    mine = np.flatnonzero(view.column("tenures", "team") == view.code("tenures", "team", terms.team if terms else ""))
    if terms is None or not len(mine):
        return 0, 0
    joined, left, server = (view.column("tenures", name)[mine] for name in ("joined", "left", "server"))
    periods = int(np.floor(view.end / terms.period + _ROUNDING))
    first = np.ceil(joined / terms.period - _ROUNDING)
    last = np.floor(np.fmin(left, view.end) / terms.period + _ROUNDING)
    period = np.arange(periods)
    there = (period >= first[:, np.newaxis]) & (period < last[:, np.newaxis])
    people = int(max(server.max(), np.nan_to_num(closers(view)).max(initial=0.0))) + 1
    known = ~np.isnan(closers(view)) & (win_periods(view) < periods)
    place = closers(view)[known].astype(np.intp) * periods + win_periods(view)[known].astype(np.intp)
    sold = np.bincount(place, weights=won_values(view)[known], minlength=people * periods).reshape(people, periods)
    made = sold[server.astype(np.intp)] >= terms.amount * (1.0 - _ROUNDING)
    return count(there), count(there & made)


@kpi(
    "reps_at_quota",
    "share",
    "higher",
    "Periods in which a person signed his quota or more, as a share of all whole quota periods of people employed "
    "throughout them. A deal is his who worked the last stage it passed with the quota's team.",
    needs=("sales",),
)
def reps_at_quota(view: View) -> float:
    everybody, made = _made(view)
    return ratio(made, everybody)


def _months_filled(view: View) -> float:
    """Person-months of the closing team so far."""
    team = closing_team(view)
    return so_far(view, team, "employed", view.end) / MONTH if team else 0.0


@kpi(
    "wins_per_rep",
    "count",
    "higher",
    "Wins per filled position and month of the team that closes (carries the quota, or works the last stage).",
    needs=("sales",),
)
def wins_per_rep(view: View) -> float:
    return ratio(wins(view), _months_filled(view))


@kpi(
    "bookings_per_rep",
    "EUR/mo",
    "higher",
    "Monthly recurring revenue signed per filled position and month of the team that closes (carries the quota, or "
    "works the last stage).",
    needs=("sales",),
)
def bookings_per_rep(view: View) -> float:
    return ratio(bookings(view), _months_filled(view))
