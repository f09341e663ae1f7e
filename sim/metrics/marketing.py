"""What demand came in: leads by source, the calls behind them and how fast they were answered; sales says what became.

What leads cost is acquisition's.
"""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.view import NAN, Floats, Mask, View, count, derived, mean, quantiles, ratio


@derived
def referred(view: View) -> Mask:
    """Which leads a customer sent; who comes back himself is no referral."""
    mask: Mask = view.column("leads", "source") == view.code("leads", "source", "referred")
    return mask


@derived
def touch_waits(view: View) -> Floats:
    """Time from coming in to the first touch by a person [h], of leads of after the warm-up that were touched.

    Whoever was found by a call has asked for no answer.
    """
    waits = view.warm("leads", "first_touch") - view.warm("leads", "created")
    plan = view.scenario.marketing
    called = [view.code("leads", "source", name) for name in (plan.prospecting if plan else ())]
    if called:
        waits = waits[~np.isin(view.warm("leads", "source"), called)]
    return waits[~np.isnan(waits)]


@derived
def _touch_quantiles(view: View) -> tuple[float, ...]:
    return quantiles(touch_waits(view), 0.5, 0.9)


@kpi("leads", "count", "higher", "Leads that came in, of whatever origin.", needs=("sales",))
def leads(view: View) -> float:
    return float(len(view.column("leads", "created")))


@kpi("leads", "count", "higher", "Leads that came in from this source.", per="source", needs=("sales",))
def leads_by_source(view: View) -> dict[str, float]:
    return view.by_word("leads", "source")


@kpi(
    "referral_leads",
    "count",
    "higher",
    "Leads that a customer sent.",
    needs=("sales", "customers"),
)
def referral_leads(view: View) -> float:
    return float(count(referred(view)))


@kpi(
    "leads_won_back",
    "count",
    "higher",
    "Lost customers who came back as leads. Not applicable where nobody does.",
    needs=("marketing", "sales", "customers"),
)
def leads_won_back(view: View) -> float:
    plan = view.scenario.marketing
    return leads_by_source(view)["won_back"] if plan and plan.win_back else NAN


def _dialed(view: View, column: str) -> float:
    """Calls, or conversations, of all prospecting; nan where nobody prospects."""
    plan = view.scenario.marketing
    kinds = [view.code("activities", "kind", name) for name in plan.prospecting] if plan else []
    made = view.column("activities", column)[np.isin(view.column("activities", "kind"), kinds)]
    return float(np.nansum(made)) if kinds else NAN


@kpi(
    "calls",
    "count",
    "higher",
    "Calls that prospecting made, in sessions that are over. Not applicable where nobody prospects.",
    needs=("marketing", "sales"),
)
def calls(view: View) -> float:
    return _dialed(view, "calls")


@kpi(
    "conversations",
    "count",
    "higher",
    "Prospecting calls that reached somebody. Not applicable where nobody prospects.",
    needs=("marketing", "sales"),
)
def conversations(view: View) -> float:
    return _dialed(view, "conversations")


@kpi(
    "prospecting_reach",
    "share",
    "higher",
    "Conversations as a share of prospecting calls. Not applicable where nobody prospects.",
    needs=("marketing", "sales"),
)
def prospecting_reach(view: View) -> float:
    return ratio(conversations(view), calls(view))


@kpi(
    "speed_to_lead",
    "h",
    "lower",
    "Mean clock time from a lead's coming in to the first work on it by a person. Denominator: leads that came after "
    "the warm-up and were touched; those never touched are left out and appear as leads_expired and leads_open, and "
    "those found by prospecting wait for no answer.",
    needs=("sales",),
)
def speed_to_lead(view: View) -> float:
    return mean(touch_waits(view))


@kpi(
    "speed_to_lead_p50",
    "h",
    "lower",
    "Clock time within which half of the touched leads were first worked by a person (median of speed_to_lead's "
    "waits).",
    headline=True,
    needs=("sales",),
)
def speed_to_lead_p50(view: View) -> float:
    return _touch_quantiles(view)[0]


@kpi(
    "speed_to_lead_p90",
    "h",
    "lower",
    "Clock time within which 90 % of the touched leads were first worked by a person (90 % quantile of "
    "speed_to_lead's waits).",
    needs=("sales",),
)
def speed_to_lead_p90(view: View) -> float:
    return _touch_quantiles(view)[1]


@kpi(
    "touched",
    "share",
    "higher",
    "Leads that a person worked, as a share of the leads after the warm-up whose first answer is settled: touched, or "
    "ended untouched (leads still waiting are left out).",
    needs=("sales",),
)
def touched(view: View) -> float:
    ended = ~np.isnan(view.warm("leads", "closed"))
    seen = ~np.isnan(view.warm("leads", "first_touch"))
    return ratio(count(seen), count(seen | ended))
