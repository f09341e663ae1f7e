"""What chance says about a lead at its birth, drawn in columns so that no plan can reshuffle it; it wins nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.units import MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.customers import Purchases
    from sim.scenario.marketing import Leads
    from sim.scenario.sales import SalesPlan

KEYS = 2**62
"""Keys are random whole numbers below this."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn for every lead."""

    sales: SalesPlan
    purchases: Purchases | None = None
    """How customers buy, if they buy repeatedly."""


def lead_columns(drawing: Drawing, generator: np.random.Generator, n: int, origin: Leads) -> list[np.ndarray]:
    """Traits of n leads as columns: value [money a month], fit, expiry, asks, threshold; per stage decision, work,
    thinking; and of customers who buy repeatedly, what `habits` says."""
    plan = drawing.sales
    columns = [
        plan.deal.draw(generator, n) * (MONTH * origin.value),
        origin.fit.draw(generator, n),
        plan.expiry.draw(generator, n) if plan.expiry else np.full(n, np.inf),
        generator.random(n),
        generator.standard_exponential(n) * origin.loyalty,
    ]
    for stage in plan.stages.values():
        columns.append(generator.random(n))
        columns.append(stage.work.draw(generator, n))
        columns.append(stage.thinking.draw(generator, n) if stage.thinking else np.zeros(n))
    if drawing.purchases is not None:
        rate, dropout = habits(drawing.purchases, generator, n)
        columns += [rate, dropout / origin.loyalty]
    return columns


def habits(plan: Purchases, generator: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Rates of purchase [1/h] and chances to stop of n customers: gamma and beta over customers, independent."""
    rate, dropout = np.full(n, float(plan.rate)), np.full(n, float(plan.dropout))
    if plan.rate_cv > 0:
        rate = generator.gamma(plan.rate_cv**-2, plan.rate * plan.rate_cv**2, n)
    if plan.dropout_cv > 0:
        mean = plan.dropout
        # Mean a / (a + b) and variance mean (1 - mean) / (a + b + 1), solved for a + b.
        both = (1.0 - mean) / (mean * plan.dropout_cv**2) - 1.0
        dropout = generator.beta(mean * both, (1.0 - mean) * both, n)
    return rate, dropout


def keys(generator: np.random.Generator, n: int) -> list[int]:
    """n random keys."""
    drawn: list[int] = generator.integers(0, KEYS, n).tolist()
    return drawn


def rows(columns: list[np.ndarray]) -> Iterator[tuple[float, ...]]:
    """Columns as rows of plain Python numbers."""
    return zip(*(column.tolist() for column in columns), strict=True)
