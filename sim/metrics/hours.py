"""When promises are kept: service level by weekday and hour of arrival, as counts that can be added over runs."""

from __future__ import annotations

import numpy as np

from sim.engine.units import DAY, WEEK
from sim.metrics.desk import contacts
from sim.metrics.view import Mask, View
from sim.model.journal import Run


def by_hour(run: Run) -> dict[str, list[list[float]]]:
    """Return counts of contacts that arrived after the warm-up, shape 7 x 24, Monday first, hour 0 first.

    `answered`: answered within the promised time; `total`: the denominator of the KPI service_level.
    """
    view = View(run)
    seen = contacts(view)
    start = run.scenario.clock.start.weekday() * DAY
    hour = np.floor((seen.arrived + start) % WEEK)

    def table(mask: Mask) -> list[list[float]]:
        counts: list[list[float]] = np.histogram(hour[mask], bins=np.arange(169))[0].reshape(7, 24).tolist()
        return counts

    return {"answered": table(seen.kept), "total": table(seen.kept | seen.missed)}
