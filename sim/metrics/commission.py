"""What wins pay those who sell: a share of the first year, at better rates beyond the quota; wages are economics'."""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.deals import won_values
from sim.metrics.quota import closers, quota_terms, win_periods
from sim.metrics.sales import won
from sim.metrics.view import Floats, View, derived

YEAR_IN_MONTHS = 12.0


@derived
def commissions(view: View) -> Floats:
    """Return the commission on each won lead [EUR].

    A win that carries its person beyond an attainment is paid at both rates, each for its part, so that what has been
    paid by any instant depends on nothing later.
    """
    prices, terms = view.scenario.economics, quota_terms(view)
    net = won_values(view)
    paid = prices.commission * YEAR_IN_MONTHS * net
    if not prices.accelerators or terms is None:
        return paid
    person, period = closers(view), win_periods(view)
    known = np.flatnonzero(~np.isnan(person))
    closed = view.column("leads", "closed")[won(view)]
    order = known[np.lexsort((closed[known], period[known], person[known]))]
    before = _sold_before(net[order], person[order], period[order])
    after = before + net[order]
    edges = [step.beyond * terms.amount for step in prices.accelerators]
    rates = [prices.commission, *(step.rate for step in prices.accelerators)]
    paid[order] = 0.0
    for low, high, rate in zip([0.0, *edges], [*edges, np.inf], rates, strict=True):
        paid[order] += rate * YEAR_IN_MONTHS * (np.clip(after, low, high) - np.clip(before, low, high))
    return paid


def _sold_before(net: Floats, person: Floats, period: Floats) -> Floats:
    """What the same person had sold in the same period before each win; wins in order of person, period and time."""
    total = np.cumsum(net) - net
    if not len(net):
        return total
    begins = np.append(True, (np.diff(person) != 0) | (np.diff(period) != 0))
    starts = np.flatnonzero(begins)
    before: Floats = np.maximum(total - total[starts][np.cumsum(begins) - 1], 0.0)
    return before


@kpi(
    "commission",
    "EUR",
    "lower",
    "Commission rate times the first year's value of each win after discount, due at the win; fees bear none. With "
    "accelerators, what a person signs in a quota period beyond an attainment is paid at its rate; whose deal it is, "
    "see reps_at_quota.",
)
def commission(view: View) -> float:
    return float(commissions(view).sum())
