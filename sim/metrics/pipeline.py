"""Where leads are in the pipeline, how long they stay and where they die; what deals are worth is deals'.

Counts are of stays: a lead that comes back into the pipeline goes through its stages once more. Nothing is cut off by
the warm-up.
"""

from __future__ import annotations

import numpy as np

from sim.engine.units import DAY
from sim.metrics.catalogue import kpi
from sim.metrics.desk import told
from sim.metrics.stays import DISQUALIFIED, EXPIRED, FAILED, OPEN, PASSED, stays, visit_stages, visited
from sim.metrics.view import NAN, Floats, Mask, View, count, derived, ratio
from sim.scenario.sales import Stage


def stage_plans(view: View) -> dict[str, Stage]:
    """Stages of the scenario by name, in order."""
    return view.scenario.sales.stages if view.scenario.sales else {}


@derived
def _fates(view: View) -> Floats:
    """Number of stays by stage and fate, shape (stages, fates)."""
    seen, stages = stays(view), view.run.words["stages"]
    fates = DISQUALIFIED + 1
    counts = np.bincount(seen.stage * fates + seen.fate, minlength=len(stages) * fates)
    return counts.reshape(-1, fates)[: len(stages)].astype(float)


def _ending(view: View, fate: int) -> dict[str, float]:
    return told(view.run.words["stages"], _fates(view)[:, fate])


def _shares(view: View, part: Floats, whole: Floats) -> dict[str, float]:
    return told(view.run.words["stages"], np.divide(part, whole, out=np.full(len(whole), NAN), where=whole > 0))


@kpi(
    "reached",
    "count",
    "higher",
    "Leads that reached this stage: work was asked for or a meeting was due. Who comes back into the pipeline counts "
    "once more. They are those who passed it, and stage_lost, stage_disqualified, stage_expired and stage_open.",
    per="stage",
    needs=("sales",),
)
def reached(view: View) -> dict[str, float]:
    return told(view.run.words["stages"], _fates(view).sum(axis=1))


@kpi(
    "conversion",
    "share",
    "higher",
    "Leads that passed this stage, as a share of the leads decided in it: passed, failed (never reached included), "
    "expired or disqualified. Undecided ones are left out.",
    per="stage",
    needs=("sales",),
)
def conversion(view: View) -> dict[str, float]:
    fates = _fates(view)
    return _shares(view, fates[:, PASSED], fates.sum(axis=1) - fates[:, OPEN])


@kpi(
    "stage_time",
    "d",
    "lower",
    "Mean clock time from coming to this stage to the decision: dates, waiting, meetings and the buyer's thinking. "
    "Denominator: leads decided in it, however.",
    per="stage",
    needs=("sales",),
)
def stage_time(view: View) -> dict[str, float]:
    seen, stages = stays(view), view.run.words["stages"]
    settled = seen.fate != OPEN
    where = seen.stage[settled]
    days = np.bincount(where, weights=(seen.over - seen.entered)[settled], minlength=len(stages)) / DAY
    return _shares(view, days, np.bincount(where, minlength=len(stages)).astype(float))


@kpi(
    "stage_lost",
    "count",
    "neutral",
    "Leads lost in this stage: they said no, were never reached, or found no room.",
    per="stage",
    needs=("sales",),
)
def stage_lost(view: View) -> dict[str, float]:
    return _ending(view, FAILED)


@kpi(
    "stage_disqualified",
    "count",
    "neutral",
    "Leads that turned out to be none in this stage and were let go. Only where some stage disqualifies.",
    per="stage",
    needs=("sales",),
)
def stage_disqualified(view: View) -> dict[str, float]:
    return _ending(view, DISQUALIFIED) if disqualifies(view) else {}


@kpi(
    "stage_expired",
    "count",
    "neutral",
    "Leads that were gone in this stage before a person answered. Only where leads expire.",
    per="stage",
    needs=("sales",),
)
def stage_expired(view: View) -> dict[str, float]:
    plan = view.scenario.sales
    return _ending(view, EXPIRED) if plan and plan.expiry is not None else {}


@kpi(
    "stage_open",
    "count",
    "neutral",
    "Leads in this stage at the end, undecided.",
    per="stage",
    needs=("sales",),
)
def stage_open(view: View) -> dict[str, float]:
    return _ending(view, OPEN)


def disqualifies(view: View) -> bool:
    """Whether some stage lets leads go that turn out to be none."""
    return any(stage.disqualified > 0 for stage in stage_plans(view).values())


@derived
def done(view: View) -> Mask:
    """Which rows of work are done: a meeting was held, or nobody was there."""
    mask: Mask = ~np.isnan(view.column("visits", "ended"))
    return mask


@derived
def missed(view: View) -> Mask:
    """Which rows of work nobody came to."""
    mask: Mask = view.column("visits", "outcome") == view.code("visits", "outcome", "missed")
    return mask


@derived
def _by_stage(view: View) -> tuple[Floats, Floats]:
    """Tries that were over, and those of them that nobody came to, by stage."""
    size = len(view.run.words["stages"])
    over, vain = (np.bincount(visit_stages(view)[mask], minlength=size) for mask in (done(view), missed(view)))
    return over.astype(float), vain.astype(float)


@kpi(
    "no_show_rate",
    "share",
    "lower",
    "Tries of this stage at which nobody was there, as a share of all tries that are over. Only stages in which the "
    "buyer has to be there (interaction).",
    per="stage",
    needs=("sales",),
)
def no_show_rate(view: View) -> dict[str, float]:
    tries, vain = _by_stage(view)
    plans = stage_plans(view)
    shares = _shares(view, vain, tries)
    return {stage: share for stage, share in shares.items() if plans[stage].interaction is not None}


@kpi(
    "meetings",
    "count",
    "neutral",
    "Dealings with buyers of this kind that took place; those that nobody came to are not counted.",
    per="interaction",
    needs=("sales",),
)
def meetings(view: View) -> dict[str, float]:
    plan, (tries, vain) = view.scenario.sales, _by_stage(view)
    assert plan is not None
    held = told(view.run.words["stages"], tries - vain)
    return {
        name: sum(held[stage] for stage, each in plan.stages.items() if each.interaction == name)
        for name in plan.interactions
    }


@kpi(
    "contact_rate",
    "share",
    "higher",
    "Leads that were reached (some try did not miss them), as a share of the leads tried at least once. Not applicable "
    "where no stage has an interaction.",
    needs=("sales",),
)
def contact_rate(view: View) -> float:
    if all(stage.interaction is None for stage in stage_plans(view).values()):
        return NAN
    tried, reached_ = (np.bincount(visited(view)[mask]) > 0 for mask in (done(view), done(view) & ~missed(view)))
    return ratio(count(reached_), count(tried))
