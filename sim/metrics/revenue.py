"""What customers paid, by where they came from; why they paid it is tags', what it cost to win them acquisition's."""

from __future__ import annotations

from sim.metrics.catalogue import kpi
from sim.metrics.desk import told
from sim.metrics.tags import tagged
from sim.metrics.view import View, derived
from sim.model.facts import ORIGINS


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
    return told(ORIGINS, tagged(view).paid.sum(axis=1))


@kpi(
    "revenue",
    "EUR",
    "higher",
    "Paid by customers of this origin: the initial base, organic leads, referrals, prospecting, or customers won back. "
    "Only origins that the scenario has; they add up to revenue.",
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
    return (revenue(view) - float(tagged(view).fees.sum())) * view.scenario.economics.gross_margin
