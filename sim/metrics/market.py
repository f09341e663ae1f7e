"""What is said of the company and who could still be won, as last read; what comes of it is marketing's."""

from __future__ import annotations

from sim.metrics.catalogue import kpi
from sim.metrics.customers import customers
from sim.metrics.view import NAN, View, ratio


def _last(view: View, column: str) -> float:
    """The last reading; nan if there was none."""
    times = view.column("pulse", "time")
    return float(view.column("pulse", column)[times.argmax()]) if len(times) else NAN


@kpi(
    "reputation",
    "share",
    "higher",
    "What is said of the company, from 0 to 1, at the last reading. Not applicable without the loop of reputation.",
    needs=("customers",),
)
def reputation(view: View) -> float:
    return _last(view, "reputation") if view.scenario.loops.reputation.on else NAN


@kpi(
    "prospects",
    "count",
    "neutral",
    "Those in the market who could be won now, at the last reading: neither customers, nor in the pipeline, nor "
    "cooling off. Not applicable in an endless market.",
    needs=("marketing", "customers"),
)
def prospects(view: View) -> float:
    plan = view.scenario.marketing
    return _last(view, "prospects") if plan and plan.market else NAN


@kpi(
    "penetration",
    "share",
    "higher",
    "Customers live at the end, as a share of the size of the market. Not applicable in an endless market.",
    needs=("marketing", "customers"),
)
def penetration(view: View) -> float:
    plan = view.scenario.marketing
    return ratio(customers(view), plan.market.size) if plan and plan.market else NAN
