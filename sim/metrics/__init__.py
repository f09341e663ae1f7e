"""What a run amounts to: pure functions of facts, each KPI registered with its unit, direction and definition."""

# The order of these imports is the order of the catalogue, so it must not be sorted.
from sim.metrics import marketing, sales, service, passing, waiting, tickets, backlog, csat, people  # noqa: F401, I001
from sim.metrics import customers, economics  # noqa: F401
from sim.metrics.catalogue import REGISTER, Kpi, at_horizons, evaluate, kpi_of

__all__ = ["REGISTER", "Kpi", "at_horizons", "evaluate", "kpi_of"]
