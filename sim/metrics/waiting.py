"""How long contacts waited, and whether the promise was kept; each figure states whom it counts.

Contacts that arrived in the warm-up do not count. Waits are in clock time, nights and weekends included.
"""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.desk import MINUTES, contacts, per_channel, waits
from sim.metrics.view import View, count, derived, mean, quantiles, ratio


@derived
def _wait_quantiles(view: View) -> tuple[float, ...]:
    return quantiles(waits(view), 0.5, 0.9)


@kpi(
    "wait",
    "min",
    "lower",
    "Mean clock time from arrival to the answer or to giving up. Denominator: contacts answered or abandoned; those "
    "turned away did not wait, and those still waiting at the end count in the backlog.",
    headline=True,
    needs=("service",),
)
def wait(view: View) -> float:
    return mean(waits(view)) * MINUTES


@kpi(
    "wait",
    "min",
    "lower",
    "Mean clock time from arrival to the answer or to giving up, of contacts by this channel that were answered or "
    "abandoned.",
    per="channel",
    needs=("service",),
)
def wait_by_channel(view: View) -> dict[str, float]:
    waited = ~np.isnan(contacts(view).wait)
    totals, counts = per_channel(view, waited, waits(view)), per_channel(view, waited)
    names = view.run.words["channels"]
    return {name: ratio(total, n) * MINUTES for name, total, n in zip(names, totals, counts, strict=True)}


@kpi(
    "wait_served",
    "min",
    "lower",
    "Mean clock time from arrival to the answer (average speed of answer). Denominator: contacts answered.",
    needs=("service",),
)
def wait_served(view: View) -> float:
    return mean(contacts(view).wait[contacts(view).answered]) * MINUTES


@kpi(
    "wait_abandoned",
    "min",
    "neutral",
    "Mean clock time from arrival to giving up. Denominator: contacts abandoned.",
    needs=("service",),
)
def wait_abandoned(view: View) -> float:
    return mean(contacts(view).wait[contacts(view).abandoned]) * MINUTES


@kpi("wait_p50", "min", "lower", "Median of the waits of contacts answered or abandoned.", needs=("service",))
def wait_p50(view: View) -> float:
    return _wait_quantiles(view)[0] * MINUTES


@kpi("wait_p90", "min", "lower", "Wait within which 90 % of contacts are answered or abandoned.", needs=("service",))
def wait_p90(view: View) -> float:
    return _wait_quantiles(view)[1] * MINUTES


@kpi(
    "delayed",
    "share",
    "lower",
    "Contacts that were not answered at once, as a share of the contacts answered or abandoned.",
    needs=("service",),
)
def delayed(view: View) -> float:
    return ratio(count(waits(view) > 0.0), len(waits(view)))


@kpi(
    "service_level",
    "share",
    "higher",
    "Contacts answered within the promised time of their channel, as a share of those answered, abandoned after that "
    "time, left waiting beyond it, or turned away. Who gives up sooner than promised does not count.",
    headline=True,
    needs=("service",),
)
def service_level(view: View) -> float:
    seen = contacts(view)
    return ratio(count(seen.kept), count(seen.kept | seen.missed))


@kpi(
    "service_level",
    "share",
    "higher",
    "Contacts by this channel answered within its promised time, as a share of those answered, abandoned after that "
    "time, left waiting beyond it, or turned away.",
    per="channel",
    needs=("service",),
)
def service_level_by_channel(view: View) -> dict[str, float]:
    seen = contacts(view)
    kept, counted = per_channel(view, seen.kept), per_channel(view, seen.kept | seen.missed)
    return {name: ratio(k, n) for name, k, n in zip(view.run.words["channels"], kept, counted, strict=True)}


@kpi(
    "service_level_served",
    "share",
    "higher",
    "Contacts answered within the promised time, as a share of contacts answered: blind to all who were not.",
    needs=("service",),
)
def service_level_served(view: View) -> float:
    seen = contacts(view)
    return ratio(count(seen.kept), count(seen.answered))


@kpi(
    "service_level_offered",
    "share",
    "higher",
    "Contacts answered within the promised time, as a share of all whose fate is known: answered, abandoned however "
    "soon, left waiting beyond the promise, or turned away.",
    needs=("service",),
)
def service_level_offered(view: View) -> float:
    seen = contacts(view)
    return ratio(
        count(seen.kept), count(seen.answered | seen.abandoned | seen.blocked | seen.never)
    )
