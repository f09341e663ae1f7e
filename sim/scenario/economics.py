"""What things are worth: prices applied to facts after the clock has stopped, so that re-pricing needs no re-run."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.engine.quantities import Hazard, MoneyRate, Share
from sim.scenario.deals import Accelerators
from sim.scenario.plan import Plan


class EconomicsPlan(Plan):
    """Margins, commission and overhead."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    """Three letters; every amount of the scenario is in this currency."""
    gross_margin: Share = 1.0
    """Share of revenue left after the cost of delivering the product."""
    commission: Share = 0.0
    """Paid on a win, as a share of the first year's revenue."""
    accelerators: Accelerators = []
    """Better rates beyond a quota attainment (sales.quota), person by person and period by period."""
    overhead: MoneyRate = 0.0
    """Fixed cost of the operation beside wages, commission and media."""
    discount: Hazard = 0.0
    """Yearly rate at which future money counts less; used for lifetime value only."""
