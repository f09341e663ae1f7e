"""What customers paid, by where they came from; who they are is customers', what it cost to win them acquisition's.

Money rates of a scenario are per hour inside the program; journaled customer values are per month.
"""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.changes import customer_rows, subscribed_until
from sim.metrics.customers import buys_repeatedly
from sim.metrics.deals import won_fees
from sim.metrics.desk import told
from sim.metrics.sales import won
from sim.metrics.view import Floats, View, derived
from sim.model.facts import ORIGINS


@derived
def _lead_origins(view: View) -> Floats:
    """Origin code of customers by source code of the lead they were."""
    plan = view.scenario.marketing
    words = dict.fromkeys(plan.prospecting, "prospecting") if plan else {}
    words |= {"referred": "referral", "won_back": "won_back"}
    return np.array([ORIGINS.index(words.get(source, "organic")) for source in view.run.words["sources"]], dtype=float)


@derived
def _fees(view: View) -> tuple[Floats, Floats, Floats]:
    """When each fee was due [h], the origin code of who owes it, and the fee [EUR]."""
    if not won_fees(view).any():
        return np.empty(0), np.empty(0), np.empty(0)
    source = view.column("leads", "source")[won(view)].astype(np.intp)
    return view.column("leads", "closed")[won(view)], _lead_origins(view)[source], won_fees(view)


def revenue_until(view: View, time: float) -> Floats:
    """Return what was paid up to an instant [EUR] by origin code: by the month or by the purchase, and in fees."""
    origin = view.column("subscriptions", "origin").astype(np.intp)
    if buys_repeatedly(view):
        bought = view.column("purchases", "time") <= time
        buyers = view.column("purchases", "customer")[bought].astype(np.intp)
        codes, paid = origin[customer_rows(view)[buyers]], view.column("purchases", "amount")[bought]
    else:
        codes, paid = origin, subscribed_until(view, time)
    due, debtors, fees = _fees(view)
    total = np.bincount(codes, weights=paid, minlength=len(ORIGINS)).astype(float)
    if len(fees):
        owed = due <= time
        total += np.bincount(debtors[owed].astype(np.intp), weights=fees[owed], minlength=len(ORIGINS))
    return total


@kpi(
    "revenue",
    "EUR",
    "higher",
    "Paid by customers: each one's monthly value times the months live, parts of a month and changes counting in "
    "proportion, and one-off fees. Of customers who buy repeatedly, the sum of their purchases, and fees.",
    headline=True,
)
def revenue(view: View) -> float:
    return sum(_by_origin(view).values())


@derived
def _by_origin(view: View) -> dict[str, float]:
    return told(ORIGINS, revenue_until(view, view.end))


@kpi(
    "revenue",
    "EUR",
    "higher",
    "Paid by customers of this origin: the initial base, organic leads, referrals (indirect revenue), prospecting, or "
    "customers won back. Only origins that the scenario has; they add up to revenue.",
    per="origin",
)
def revenue_by_origin(view: View) -> dict[str, float]:
    plan = view.scenario.marketing
    there = {"prospecting": bool(plan and plan.prospecting), "won_back": bool(plan and plan.win_back)}
    return {origin: paid for origin, paid in _by_origin(view).items() if there.get(origin, True)}


@kpi(
    "gross_profit",
    "EUR",
    "higher",
    "Revenue, fees included, times gross margin: what is left after delivering the product.",
)
def gross_profit(view: View) -> float:
    return revenue(view) * view.scenario.economics.gross_margin


def recurring_margin(view: View) -> float:
    """Gross profit without that of one-off fees [EUR]."""
    _, _, fees = _fees(view)
    return (revenue(view) - float(fees.sum())) * view.scenario.economics.gross_margin
