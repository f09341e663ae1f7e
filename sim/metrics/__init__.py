"""What a run amounts to: pure functions of facts, each KPI registered with its unit, direction and definition."""

# The order of these imports is the order of the catalogue, so it must not be sorted.
from sim.metrics import marketing, pipeline, sales, deals, quota, follow_up  # noqa: F401, I001
from sim.metrics import service, passing, waiting, tickets, backlog, csat, people, staffing, productivity  # noqa: F401
from sim.metrics import changes, customers, mood, segments, telling, market  # noqa: F401
from sim.metrics import revenue, indirect, leavings, commission, economics, acquisition  # noqa: F401
from sim.metrics.catalogue import REGISTER, Kpi, at_horizons, evaluate, kpi_of

__all__ = ["REGISTER", "Kpi", "at_horizons", "evaluate", "kpi_of"]
