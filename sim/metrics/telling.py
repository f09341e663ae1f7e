"""What the word of customers did to demand: who came by it, who was kept away, who is still on his way."""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.customers import lost_customers
from sim.metrics.marketing import referral_leads, referred
from sim.metrics.sales import won
from sim.metrics.view import NAN, View, count, ratio


@kpi(
    "reproduction",
    "ratio",
    "higher",
    "Reproduction number as measured: wins by referral per customer-month, as a share of customers lost per "
    "customer-month. What one customer brings in his place; from 1 on customers would grow by their word alone. Not "
    "applicable where nobody left.",
    needs=("sales", "customers"),
)
def reproduction(view: View) -> float:
    return ratio(count(referred(view) & won(view)), lost_customers(view))


@kpi(
    "referrals_in_flight",
    "count",
    "neutral",
    "Leads that customers have sent but who have not come yet (telling.lag), at the end of the run; not known at "
    "earlier horizons. Not applicable in a finite market, where some of them never come.",
    needs=("sales", "customers"),
)
def referrals_in_flight(view: View) -> float:
    base, plan = view.scenario.customers, view.scenario.marketing
    if base is None or base.telling is None or (plan is not None and plan.market is not None):
        return NAN
    return float(np.sum(view.column("subscriptions", "told"))) - referral_leads(view)


@kpi(
    "leads_kept_away",
    "count",
    "lower",
    "Leads that did not come because a detractor warned them, by the end of the run; not known at earlier horizons. "
    "Not applicable where nobody warns (telling.against).",
    needs=("sales", "customers"),
)
def leads_kept_away(view: View) -> float:
    base = view.scenario.customers
    if base is None or base.telling is None or base.telling.against is None:
        return NAN
    return float(np.sum(view.column("subscriptions", "warned")))
