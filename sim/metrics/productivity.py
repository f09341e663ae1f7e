"""What paid time became: how much went into selling, how much into growing into the job; what it sold is quota's."""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.people import contract_hours
from sim.metrics.readings import so_far, teams
from sim.metrics.view import View, ratio
from sim.metrics.work import sold


@kpi(
    "selling_time",
    "share",
    "higher",
    "Person-hours of work on stages, prospecting and follow-up, as a share of paid person-hours: filled positions "
    "times their contract hours. Only teams that sell.",
    per="team",
    needs=("sales",),
)
def selling_time(view: View) -> dict[str, float]:
    clock, selling, shares = view.scenario.clock, view.scenario.selling_teams(), {}
    for code, team in enumerate(teams(view)):
        if team in selling:
            plan = view.scenario.teams[team]
            filled = ratio(so_far(view, team, "employed", view.end), plan.positions() * view.end)
            shares[team] = ratio(sold(view)[code], contract_hours(plan, clock, 0.0, view.end) * filled)
    return shares


@kpi(
    "ramping",
    "share",
    "lower",
    "Time that people of this team spent growing into the job, as a share of the time they were employed. Only teams "
    "with a ramp.",
    per="team",
)
def ramping(view: View) -> dict[str, float]:
    joined, left, ramped = (view.column("tenures", name) for name in ("joined", "left", "ramped"))
    until = np.fmin(left, view.end)
    codes, size = view.column("tenures", "team").astype(np.intp), len(teams(view))
    employed = np.bincount(codes, weights=until - joined, minlength=size)
    growing = np.bincount(codes, weights=np.fmin(ramped, until) - joined, minlength=size)
    return {
        team: ratio(growing[code], employed[code])
        for code, team in enumerate(teams(view))
        if view.scenario.teams[team].ramp is not None
    }
