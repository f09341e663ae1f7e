"""Customers of each kind: how many, what they pay, how they leave and feel; of customers as a whole see customers."""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.changes import gone, live_at, months_lived, worth_at
from sim.metrics.desk import told
from sim.metrics.view import NAN, Floats, Mask, View


def _sums(view: View, weights: Floats | Mask) -> Floats:
    """A weight of every customer added up by segment."""
    words, codes = view.run.words.get("segments", ()), view.column("subscriptions", "segment")
    known = ~np.isnan(codes)
    sums = np.bincount(codes[known].astype(np.intp), weights=weights[known], minlength=len(words))
    return sums[: len(words)].astype(float)


def _told(view: View, figures: Floats) -> dict[str, float]:
    return told(view.run.words.get("segments", ()), figures)


def _ratios(view: View, part: Floats, whole: Floats) -> dict[str, float]:
    return _told(view, np.divide(part, whole, out=np.full(len(whole), NAN), where=whole > 0))


@kpi(
    "customers",
    "count",
    "higher",
    "Customers of this segment live at the end.",
    per="segment",
    needs=("customers",),
)
def customers_by_segment(view: View) -> dict[str, float]:
    return _told(view, _sums(view, live_at(view, view.end)))


@kpi(
    "mrr",
    "EUR/mo",
    "higher",
    "Monthly recurring revenue of the customers of this segment live at the end.",
    per="segment",
    needs=("customers",),
)
def mrr_by_segment(view: View) -> dict[str, float]:
    return _told(view, _sums(view, worth_at(view, view.end)))


@kpi(
    "churn",
    "share/mo",
    "lower",
    "Customers of this segment lost per month, as a share of its average number of live customers.",
    per="segment",
    needs=("customers",),
)
def churn_by_segment(view: View) -> dict[str, float]:
    return _ratios(view, _sums(view, gone(view)), _sums(view, months_lived(view, view.end)))


@kpi(
    "satisfaction",
    "share",
    "higher",
    "Mean satisfaction of the customers of this segment live at the end of the run; not known at earlier horizons.",
    per="segment",
    needs=("customers",),
)
def satisfaction_by_segment(view: View) -> dict[str, float]:
    live = live_at(view, view.end)
    felt = np.where(live, view.column("subscriptions", "satisfaction"), 0.0)
    return _ratios(view, _sums(view, felt), _sums(view, live))
