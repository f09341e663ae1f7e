"""What became of leads: won, lost and why, how soon and of which source; what deals are worth is deals'."""

from __future__ import annotations

import numpy as np

from sim.engine.units import DAY
from sim.metrics.catalogue import kpi
from sim.metrics.desk import told
from sim.metrics.marketing import referred
from sim.metrics.pipeline import disqualifies, stage_plans
from sim.metrics.stays import opportunities
from sim.metrics.view import NAN, Floats, Mask, View, count, derived, mean, ratio
from sim.model.facts import LOSSES
from sim.scenario.response import ConstantResponse


@derived
def outcomes(view: View) -> dict[str, float]:
    """Number of leads by outcome: open, won, lost, expired, disqualified."""
    return view.by_word("leads", "outcome")


@derived
def won(view: View) -> Mask:
    """Which leads were won."""
    mask: Mask = view.column("leads", "outcome") == view.code("leads", "outcome", "won")
    return mask


@derived
def closed(view: View) -> Mask:
    """Which leads are closed, however."""
    mask: Mask = view.column("leads", "outcome") != view.code("leads", "outcome", "open")
    return mask


def by_source(view: View, chosen: Mask, weights: Floats | None = None) -> Floats:
    """Count the chosen leads by source code, or add up their weights (one for each chosen lead)."""
    codes = view.column("leads", "source")[chosen].astype(np.intp)
    return np.bincount(codes, weights=weights, minlength=len(view.run.words["sources"])).astype(float)


@kpi("wins", "count", "higher", "Leads won.", headline=True, needs=("sales",))
def wins(view: View) -> float:
    return outcomes(view)["won"]


@kpi("wins_of", "count", "higher", "Leads of this source won.", per="source", needs=("sales",))
def wins_by_source(view: View) -> dict[str, float]:
    return told(view.run.words["sources"], by_source(view, won(view)))


@kpi(
    "win_rate",
    "share",
    "higher",
    "Leads won, as a share of leads closed: won, lost, expired or disqualified (open ones are left out).",
    headline=True,
    needs=("sales",),
)
def win_rate(view: View) -> float:
    return ratio(wins(view), count(closed(view)))


@kpi(
    "win_rate_opportunity",
    "share",
    "higher",
    "Leads won, as a share of the leads closed that had passed the first stage or came in beyond it (opportunities). "
    "In a pipeline of one stage, of all leads closed.",
    needs=("sales",),
)
def win_rate_opportunity(view: View) -> float:
    return ratio(wins(view), count(closed(view) & (opportunities(view) | won(view))))


@kpi(
    "win_rate_value",
    "share",
    "higher",
    "List value of the leads won, as a share of the list value of all leads closed.",
    needs=("sales",),
)
def win_rate_value(view: View) -> float:
    value = view.column("leads", "value")
    return ratio(value[won(view)].sum(), value[closed(view)].sum())


@kpi(
    "win_rate_of",
    "share",
    "higher",
    "Leads of this source won, as a share of leads of this source closed.",
    per="source",
    needs=("sales",),
)
def win_rate_by_source(view: View) -> dict[str, float]:
    over = told(view.run.words["sources"], by_source(view, closed(view)))
    return {source: ratio(n, over[source]) for source, n in wins_by_source(view).items()}


@kpi(
    "referral_share",
    "share",
    "higher",
    "Wins that a customer's word brought, as a share of all wins.",
    needs=("sales", "customers"),
)
def referral_share(view: View) -> float:
    return ratio(count(referred(view) & won(view)), wins(view))


@kpi("leads_lost", "count", "lower", "Leads that said no in some stage, or were never reached.", needs=("sales",))
def leads_lost(view: View) -> float:
    return outcomes(view)["lost"]


@kpi(
    "lost_because",
    "count",
    "lower",
    "Leads lost for this reason, the first of those without which they would have been won; the reasons add up to "
    "leads_lost. Only reasons that the scenario knows.",
    per="loss",
    needs=("sales",),
)
def lost_because(view: View) -> dict[str, float]:
    counts, possible = view.by_word("leads", "reason"), _reasons(view)
    return {word: counts[word] for word in LOSSES if word in possible}


def _reasons(view: View) -> set[str]:
    """Reasons for which a lead can be lost in this scenario."""
    scenario, plan, stages = view.scenario, view.scenario.sales, stage_plans(view).values()
    if plan is None or not stages:
        return set()
    known = {
        "too_late": not isinstance(plan.response, ConstantResponse),
        "question": plan.questions is not None and scenario.loops.presale.on,
        "handover": plan.handover is not None,
        "workload": plan.workload is not None,
        "unreached": any(s.interaction and plan.interactions[s.interaction].no_show > 0 for s in stages),
        "no_room": any(scenario.teams[stage.team].waiting_room is not None for stage in stages),
    }
    return {"declined", *(word for word, can in known.items() if can)}


@kpi("leads_expired", "count", "lower", "Leads that were gone before a person answered.", needs=("sales",))
def leads_expired(view: View) -> float:
    return outcomes(view)["expired"]


@kpi(
    "leads_disqualified",
    "count",
    "neutral",
    "Leads that turned out to be none and were let go. Not applicable where no stage disqualifies.",
    needs=("sales",),
)
def leads_disqualified(view: View) -> float:
    return outcomes(view)["disqualified"] if disqualifies(view) else NAN


@kpi(
    "leads_recycled",
    "count",
    "neutral",
    "Times that a lost or expired lead came back into the pipeline, counted when work on it is asked for again. Not "
    "applicable without nurture.",
    needs=("sales",),
)
def leads_recycled(view: View) -> float:
    plan = view.scenario.sales
    if plan is None or plan.nurture is None:
        return NAN
    back = view.column("visits", "round") > 0
    rounds = np.stack([view.column("visits", name)[back] for name in ("lead", "round")])
    return float(np.unique(rounds, axis=1).shape[1])


@kpi(
    "leads_open",
    "count",
    "neutral",
    "Leads that are neither won nor given up at the end, those being nurtured included; leads = wins + leads_lost + "
    "leads_expired + leads_disqualified + leads_open.",
    needs=("sales",),
)
def leads_open(view: View) -> float:
    return outcomes(view)["open"]


@kpi(
    "sales_cycle",
    "d",
    "lower",
    "Mean clock time from a lead's coming in (for the first time) to its win. Denominator: leads won.",
    needs=("sales",),
)
def sales_cycle(view: View) -> float:
    lasted = view.column("leads", "closed") - view.column("leads", "created")
    return mean(lasted[won(view)]) / DAY
