"""Why customers leave and after how long; how many they are is customers', what it costs is indirect's."""

from __future__ import annotations

import numpy as np

from sim.engine.units import MONTH, YEAR
from sim.metrics.catalogue import kpi
from sim.metrics.changes import gone
from sim.metrics.indirect import feels
from sim.metrics.view import NAN, Floats, View, derived, ratio
from sim.model.facts import LEAVINGS

TENURES = (1, 3, 6, 9, 12, 18, 24, 36, 48, 60)
"""Months as a customer after which those who stayed are counted."""
_MOMENT = 1e-6
"""Instants that lie no further apart [h] are one: who leaves at the end of a year's term leaves within the year."""


def _known(view: View) -> set[str]:
    """Reasons for which customers of this scenario can leave."""
    loops = view.scenario.loops
    return {"price"} | ({"fit"} if loops.overselling.on else set()) | ({"service"} if feels(view) else set())


@kpi(
    "lost",
    "share",
    "neutral",
    "Customers who left for this reason, as a share of lost_customers: price (they would have left by then anyway), "
    "fit (a poor fit, who as a good one would have stayed) or service (they would have stayed, had they felt neutral). "
    "Only reasons that the scenario knows.",
    per="leaving",
    needs=("customers",),
)
def lost_by_reason(view: View) -> dict[str, float]:
    counts, possible = view.by_word("subscriptions", "reason", gone(view)), _known(view)
    total = float(np.count_nonzero(gone(view)))
    return {word: ratio(counts[word], total) for word in LEAVINGS if word in possible}


@derived
def _lives(view: View) -> tuple[Floats, Floats, Floats]:
    """How long customers had been customers when first watched, and when last watched [h], and who left then."""
    live, left = view.column("subscriptions", "live"), view.column("subscriptions", "left")
    begun = live <= np.where(np.isnan(left), view.end, left)
    first = np.nan_to_num(view.column("subscriptions", "age")[begun])
    return first, first + np.fmin(left, view.end)[begun] - live[begun], gone(view)[begun].astype(float)


@derived
def _first_year(view: View) -> tuple[float, float, float, float]:
    """Customers lost within their first year and later, and the customer-months of both."""
    first, last, lost = _lives(view)
    young = float(np.maximum(np.minimum(last, YEAR) - first, 0.0).sum())
    early = float(lost[last <= YEAR + _MOMENT].sum())
    return early, float(lost.sum()) - early, young / MONTH, (float((last - first).sum()) - young) / MONTH


@kpi(
    "churn_first_year",
    "share/mo",
    "lower",
    "Customers lost per month within their first year as customers, as a share of the average number of live customers "
    "in their first year. The age that the initial base has counts.",
    needs=("customers",),
)
def churn_first_year(view: View) -> float:
    lost, _, months, _ = _first_year(view)
    return ratio(lost, months)


@kpi(
    "churn_later",
    "share/mo",
    "lower",
    "Customers lost per month after their first year as customers, as a share of the average number of live customers "
    "beyond it. Where customers differ (leaving.varies) it is below churn_first_year, for the loyal are left.",
    needs=("customers",),
)
def churn_later(view: View) -> float:
    _, lost, _, months = _first_year(view)
    return ratio(lost, months)


@kpi(
    "staying",
    "share",
    "higher",
    "Customers who stay longer than this, as a share of those who become customers: 1 - those who left / those live at "
    "that age, over all leavings (Kaplan and Meier 1958). The initial base is watched from the age it has. Not "
    "applicable beyond the age of all, and where nobody was watched from the start.",
    per="tenure",
    needs=("customers",),
)
def staying(view: View) -> dict[str, float]:
    plan = view.scenario.customers
    assert plan is not None
    aged = plan.initial.count > 0 and plan.initial.age is not None
    told = [months for months in TENURES if aged or months * MONTH <= view.scenario.clock.horizon + _MOMENT]
    ages, stayed = _survival(view)
    first, last, _ = _lives(view)
    # Who was cut off by the end at just some age was watched long enough.
    oldest = float(last.max()) + _MOMENT if len(first) and first.min() <= _MOMENT else -1.0
    figures = {}
    for months in told:
        age = months * MONTH
        share = stayed[np.searchsorted(ages, age + _MOMENT, side="right")]
        figures[f"{months}_month{'' if months == 1 else 's'}"] = float(share) if age <= oldest else NAN
    return figures


@derived
def _survival(view: View) -> tuple[Floats, Floats]:
    """Ages at which customers left [h], rising, and the shares that stay until the first and longer than each."""
    first, last, lost = _lives(view)
    ages, leavers = np.unique(last[lost > 0], return_counts=True)
    entered, ended = np.sort(first), np.sort(last)
    watched = np.searchsorted(entered, ages, side="right") - np.searchsorted(ended, ages, side="left")
    return ages, np.append(1.0, np.cumprod(1.0 - leavers / watched))
