"""What chance says about a lead at its birth, drawn in columns so that no plan can reshuffle it; it wins nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.units import MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.engine.distributions import NumberLaw
    from sim.scenario.sales import SalesPlan

KEYS = 2**62
"""Keys are random whole numbers below this."""


def lead_columns(
    plan: SalesPlan, generator: np.random.Generator, n: int, fit: NumberLaw, scale: float
) -> list[np.ndarray]:
    """Traits of n leads as columns: value [money a month], fit, expiry, asks, threshold; per stage decision, work,
    thinking."""
    columns = [
        plan.deal.draw(generator, n) * (MONTH * scale),
        fit.draw(generator, n),
        plan.expiry.draw(generator, n) if plan.expiry else np.full(n, np.inf),
        generator.random(n),
        generator.standard_exponential(n),
    ]
    for stage in plan.stages.values():
        columns.append(generator.random(n))
        columns.append(stage.work.draw(generator, n))
        columns.append(stage.thinking.draw(generator, n) if stage.thinking else np.zeros(n))
    return columns


def keys(generator: np.random.Generator, n: int) -> list[int]:
    """n random keys."""
    drawn: list[int] = generator.integers(0, KEYS, n).tolist()
    return drawn


def rows(columns: list[np.ndarray]) -> Iterator[tuple[float, ...]]:
    """Columns as rows of plain Python numbers."""
    return zip(*(column.tolist() for column in columns), strict=True)
