"""Customers who come to pay more or less by themselves, as they feel; what follow-up and renewals bring is theirs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.model.entities import Customer
    from sim.scenario.customers import Drift as DriftPlan

MOST = 10.0
"""Most by which feelings multiply the rate."""


class Drift:
    """Expansion, or contraction. Outlet: on_change (he pays so much of it more, or less, from now on)."""

    def __init__(self, plan: DriftPlan, sign: int, references: list[float], retains: bool) -> None:
        """`sign` is 1 for expansion and -1 for contraction, `references` are neutral satisfaction by kind of customer;
        `retains` tells whether satisfaction moves anything."""
        self.on_change: Callable[[Customer, float], None]
        self._push = sign * plan.beta if retains else 0.0
        self._references = references
        # Whether or how strongly feelings count must not deal the moments anew: they come at the highest rate there is.
        self.rate = plan.rate * MOST
        """Moments of each customer, as content (or discontent) as can be [1/h]."""

    def take(self, row: tuple[Any, ...]) -> None:
        """A moment has come: it counts as often as he feels like it.

        The row: customer, uniform number, share of what he pays; of who has left, perhaps the customer alone.
        """
        if row[0].left is not None:
            return
        customer, chance, share = row
        beyond = customer.satisfaction - self._references[customer.segment]
        if chance * MOST >= min(MOST, math.exp(self._push * beyond)):
            return
        self.on_change(customer, share)
