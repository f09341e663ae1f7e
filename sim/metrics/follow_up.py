"""What sales did after the win: calls and reviews done, and those that lapsed; what they changed is changes'."""

from __future__ import annotations

from sim.metrics.catalogue import kpi
from sim.metrics.view import View


def _ended(view: View, *outcomes: str) -> dict[str, float]:
    """Follow-ups by name that ended in one of these ways."""
    plan = view.scenario.sales
    if plan is None or not plan.follow_up:
        return {}
    outcome = view.column("activities", "outcome")
    totals = dict.fromkeys(plan.follow_up, 0.0)
    for word in outcomes:
        counts = view.by_word("activities", "kind", outcome == view.code("activities", "outcome", word))
        totals = {name: total + counts[name] for name, total in totals.items()}
    return totals


@kpi(
    "follow_ups",
    "count",
    "higher",
    "Follow-ups of this kind in which the customer was reached, whether or not expansion was found.",
    per="activity",
    needs=("sales", "customers"),
)
def follow_ups(view: View) -> dict[str, float]:
    return _ended(view, "done", "expansion")


@kpi(
    "follow_ups_lapsed",
    "count",
    "lower",
    "Follow-ups of this kind that were dropped because nobody found time for them.",
    per="activity",
    needs=("sales", "customers"),
)
def follow_ups_lapsed(view: View) -> dict[str, float]:
    return _ended(view, "lapsed")
