"""How long contacts waited, and whether the promise was kept; each figure states whom it counts.

Contacts that arrived in the warm-up do not count, nor do those the company makes by itself. Waits are in clock time,
nights and weekends included.
"""

from __future__ import annotations

from sim.metrics.catalogue import kpi
from sim.metrics.desk import MINUTES, by_channel, by_type, contacts, desk, waits
from sim.metrics.view import View, count, derived, quantiles, ratio


@derived
def _wait_quantiles(view: View) -> tuple[float, ...]:
    return quantiles(waits(view), 0.5, 0.9)


@kpi(
    "wait",
    "min",
    "lower",
    "Mean clock time from arrival to the answer or to giving up. Denominator: contacts answered or abandoned; those "
    "turned away, cut off or met by nobody at home count in no wait; those still waiting count in the backlog.",
    headline=True,
    needs=("service",),
)
def wait(view: View) -> float:
    sums = desk(view)
    waited = sums.answered_wait.sum() + sums.abandoned_wait.sum()
    return ratio(waited, sums.answered.sum() + sums.abandoned.sum()) * MINUTES


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
    sums = desk(view)
    return by_channel(view, sums.answered_wait + sums.abandoned_wait, sums.answered + sums.abandoned, MINUTES)


@kpi(
    "wait_of",
    "min",
    "lower",
    "Mean clock time from arrival to the answer or to giving up, of contacts of this type that were answered or "
    "abandoned.",
    per="type",
    needs=("service",),
)
def wait_by_type(view: View) -> dict[str, float]:
    sums = desk(view)
    return by_type(view, sums.answered_wait + sums.abandoned_wait, sums.answered + sums.abandoned, MINUTES)


@kpi(
    "speed_of_answer",
    "min",
    "lower",
    "Mean clock time from arrival to the answer (average speed of answer). Denominator: contacts answered.",
    needs=("service",),
)
def speed_of_answer(view: View) -> float:
    return ratio(desk(view).answered_wait.sum(), desk(view).answered.sum()) * MINUTES


@kpi(
    "speed_of_answer",
    "min",
    "lower",
    "Mean clock time from arrival to the answer. Denominator: contacts answered that came by this channel.",
    per="channel",
    needs=("service",),
)
def speed_of_answer_by_channel(view: View) -> dict[str, float]:
    return by_channel(view, desk(view).answered_wait, desk(view).answered, MINUTES)


@kpi(
    "wait_abandoned",
    "min",
    "neutral",
    "Mean clock time from arrival to giving up. Denominator: contacts abandoned.",
    needs=("service",),
)
def wait_abandoned(view: View) -> float:
    return ratio(desk(view).abandoned_wait.sum(), desk(view).abandoned.sum()) * MINUTES


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
    "Contacts answered within the time promised by their type or else channel, as a share of those answered, given up "
    "after that time, left waiting beyond it, turned away or cut off. Who gives up sooner does not count.",
    headline=True,
    needs=("service",),
)
def service_level(view: View) -> float:
    sums = desk(view)
    return ratio(sums.kept.sum(), sums.kept.sum() + sums.missed.sum())


@kpi(
    "service_level",
    "share",
    "higher",
    "Contacts by this channel answered within the promised time, as a share of those answered, given up after that "
    "time, left waiting beyond it, turned away or cut off.",
    per="channel",
    needs=("service",),
)
def service_level_by_channel(view: View) -> dict[str, float]:
    return by_channel(view, desk(view).kept, desk(view).kept + desk(view).missed)


@kpi(
    "service_level_of",
    "share",
    "higher",
    "Contacts of this type answered within the promised time, as a share of those answered, given up after that time, "
    "left waiting beyond it, turned away or cut off.",
    per="type",
    needs=("service",),
)
def service_level_by_type(view: View) -> dict[str, float]:
    return by_type(view, desk(view).kept, desk(view).kept + desk(view).missed)


@kpi(
    "service_level_served",
    "share",
    "higher",
    "Contacts answered within the promised time, as a share of contacts answered: blind to all who were not.",
    needs=("service",),
)
def service_level_served(view: View) -> float:
    return ratio(desk(view).kept.sum(), desk(view).answered.sum())


@derived
def _soon(view: View) -> int:
    """Contacts given up before the promised instant had passed."""
    return count(contacts(view).abandoned & ~contacts(view).missed)


@kpi(
    "service_level_offered",
    "share",
    "higher",
    "Contacts answered within the promised time, as a share of all whose fate is known: those service_level counts, "
    "and those given up however soon.",
    needs=("service",),
)
def service_level_offered(view: View) -> float:
    kept = desk(view).kept.sum()
    return ratio(kept, kept + desk(view).missed.sum() + _soon(view))


@kpi(
    "service_level_lenient",
    "share",
    "higher",
    "Contacts answered or given up within the promised time, as a share of all whose fate is known, as for "
    "service_level_offered: the forgiving way, in which whoever gives up soon counts as well served.",
    needs=("service",),
)
def service_level_lenient(view: View) -> float:
    kept = desk(view).kept.sum() + _soon(view)
    return ratio(kept, kept + desk(view).missed.sum())
