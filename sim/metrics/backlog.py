"""What was promised to be resolved and when, and what is still open: how much, how old, how late.

Promises are of tickets opened at or after the end of the warm-up; the backlog is of all.
"""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.desk import by_type, told, types
from sim.metrics.tickets import tickets
from sim.metrics.view import NAN, Floats, Mask, View, count, derived, mean, ratio
from sim.model.facts import OUTCOMES


@derived
def _promised(view: View) -> tuple[Floats, Floats]:
    """Tickets resolved by the promised instant, and those whose promise is settled, by type code."""
    seen, due = tickets(view), view.warm("tickets", "due")
    open_ = seen.fate == OUTCOMES["tickets"].index("open")
    settled = np.isfinite(due) & (~open_ | (due < view.end))
    kept = settled & seen.resolved & (seen.closed <= due)
    size = len(view.run.words["types"])
    return tuple(np.bincount(seen.type[mask], minlength=size).astype(float) for mask in (kept, settled))  # type: ignore[return-value]


@kpi(
    "sla_attainment",
    "share",
    "higher",
    "Tickets resolved by the instant promised for their type (resolve_within), as a share of the tickets with such a "
    "promise that were closed, however, or are open beyond it.",
    headline=True,
    needs=("service",),
)
def sla_attainment(view: View) -> float:
    kept, settled = _promised(view)
    return ratio(kept.sum(), settled.sum())


@kpi(
    "sla_attainment_of",
    "share",
    "higher",
    "Tickets of this type resolved by the promised instant, as a share of those that were closed, however, or are open "
    "beyond it. Only types with such a promise.",
    per="type",
    needs=("service",),
)
def sla_attainment_by_type(view: View) -> dict[str, float]:
    kept, settled = _promised(view)
    figures = by_type(view, kept[np.newaxis], settled[np.newaxis], own=True)
    return {
        name: figures[name]
        for name, kind in zip(view.run.words["types"], types(view), strict=True)
        if kind is not None and kind.resolve_within is not None
    }


@derived
def _backlog(view: View) -> Mask:
    """Tickets that are open at the end, those of the warm-up too."""
    mask: Mask = view.column("tickets", "outcome") == view.code("tickets", "outcome", "open")
    return mask


@kpi(
    "backlog",
    "count",
    "lower",
    "Tickets open at the end, those that will come back included; the warm-up cuts nothing here.",
    needs=("service",),
)
def backlog(view: View) -> float:
    return float(count(_backlog(view)))


@kpi("backlog_of", "count", "lower", "Tickets of this type open at the end.", per="type", needs=("service",))
def backlog_by_type(view: View) -> dict[str, float]:
    kinds = view.column("tickets", "type")[_backlog(view)]
    counts = np.bincount(kinds[~np.isnan(kinds)].astype(np.intp), minlength=len(view.run.words["types"]))
    return told(view.run.words["types"], counts.astype(float))


@kpi(
    "backlog_age",
    "h",
    "lower",
    "Mean clock time since tickets were opened. Denominator: tickets open at the end.",
    needs=("service",),
)
def backlog_age(view: View) -> float:
    return view.end - mean(view.column("tickets", "opened")[_backlog(view)]) if backlog(view) else NAN


@kpi(
    "backlog_overdue",
    "count",
    "lower",
    "Tickets open at the end although they were promised to be resolved before (resolve_within).",
    needs=("service",),
)
def backlog_overdue(view: View) -> float:
    return float(count(view.column("tickets", "due")[_backlog(view)] < view.end))
