"""When contacts come and what becomes of them: counts by hour of the week that can be added over runs."""

from __future__ import annotations

import numpy as np

from sim.engine.units import DAY, WEEK
from sim.metrics.desk import contacts, live
from sim.metrics.view import Mask, View
from sim.model.journal import Run

COLUMNS = ("hour", "contacts", "kept", "counted", "waited", "wait", "abandoned", "settled")
"""What a row of `by_hour` holds.

`hour` of the week of arrival, Monday 00:00 being 0; `contacts` that arrived; `kept` and `counted`: numerator and
denominator of the KPI service_level; `waited`: answered or abandoned, and `wait` the sum of their waits [h];
`abandoned` and `settled`: numerator and denominator of the KPI abandonment, for live channels.
"""
_DIGITS = 5
"""Decimals kept of a sum of waits [h]: 36 milliseconds."""


def by_hour(run: Run) -> dict[str, list[list[float]]]:
    """Return rows of counts by 'channel.type', for contacts that arrived after the warm-up.

    Only hours in which any came have a row, and only channels and types that ever met.
    """
    view = View(run)
    seen = contacts(view)
    if not len(seen.arrived):
        return {}
    channels, types = run.words["channels"], run.words["types"]
    start = run.scenario.clock.start.weekday() * DAY
    hour = np.floor((seen.arrived + start) % WEEK).astype(np.intp)
    cell = seen.pair * int(WEEK) + hour
    size = len(channels) * len(types) * int(WEEK)

    def table(mask: Mask, weights: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(cell[mask], weights=weights, minlength=size).reshape(-1, int(WEEK))

    waited = seen.answered | seen.abandoned
    turned = (seen.blocked | seen.disconnected) & seen.inbound
    rings = np.repeat(live(view)[: len(channels)], len(types))[seen.pair]
    tables = [
        np.broadcast_to(np.arange(WEEK), (size // int(WEEK), int(WEEK))),
        np.bincount(cell, minlength=size).reshape(-1, int(WEEK)),
        table(seen.kept),
        table(seen.kept | seen.missed),
        table(waited),
        np.round(table(waited, seen.wait[waited]), _DIGITS),
        table(seen.abandoned & rings),
        table((waited | turned) & rings),
    ]
    rows = np.stack(tables, axis=2)
    found = {}
    for place in np.unique(seen.pair).tolist():
        channel, kind = divmod(place, len(types))
        week = rows[place]
        found[f"{channels[channel]}.{types[kind]}"] = week[week[:, 1] > 0].tolist()
    return found
