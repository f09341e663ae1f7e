"""What live customers feel, as last read: content, or not, or of those who tell others; what comes of it is others'."""

from __future__ import annotations

from sim.metrics.catalogue import kpi
from sim.metrics.view import NAN, View, derived

POINTS = 100.0
"""Points of a net promoter score per share."""


@derived
def _last_pulse(view: View) -> dict[str, float]:
    """The last reading of the customers' mood; nan if there was none, or nobody to feel it."""
    times, names = view.column("pulse", "time"), ("satisfaction", "promoters", "detractors")
    place = int(times.argmax()) if len(times) else None
    if place is None or view.column("pulse", "customers")[place] == 0:
        return dict.fromkeys(names, NAN)
    return {name: float(view.column("pulse", name)[place]) for name in names}


@kpi(
    "satisfaction",
    "share",
    "higher",
    "Mean of what live customers remember of their contacts, from 0 to 1, at the last reading.",
    needs=("customers",),
)
def satisfaction(view: View) -> float:
    return _last_pulse(view)["satisfaction"]


@kpi(
    "promoters",
    "share",
    "higher",
    "Live customers content enough to tell others at the full rate, as a share of all live customers, at the last "
    "reading.",
    needs=("customers",),
)
def promoters(view: View) -> float:
    return _last_pulse(view)["promoters"]


@kpi(
    "passives",
    "share",
    "neutral",
    "Live customers who are neither promoters nor detractors, as a share of all live customers, at the last reading.",
    needs=("customers",),
)
def passives(view: View) -> float:
    # Where all are one or the other, rounding must not leave less than nobody.
    return max(0.0, 1.0 - promoters(view) - detractors(view)) if promoters(view) >= 0 else NAN


@kpi(
    "detractors",
    "share",
    "lower",
    "Live customers below the satisfaction at which anybody recommends (telling.detractor), as a share of all live "
    "customers, at the last reading.",
    needs=("customers",),
)
def detractors(view: View) -> float:
    return _last_pulse(view)["detractors"]


@kpi(
    "nps",
    "points",
    "higher",
    "Net promoter score at the last reading: promoters less detractors, in points of 100 live customers, from -100 to "
    "100. Of all customers, not only of those who would answer a survey.",
    needs=("customers",),
)
def nps(view: View) -> float:
    return POINTS * (promoters(view) - detractors(view))
