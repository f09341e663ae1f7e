"""Word of mouth: who sends a lead, who keeps one away, and when; what becomes of leads is not its business."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.engine.timer import call_after
from sim.model.loyalty import telling

if TYPE_CHECKING:
    from simpy import Environment

    from sim.model.entities import Customer
    from sim.model.segments import Segments
    from sim.scenario.telling import Telling


class Word:
    """What customers tell others (loop referral). Outlets: on_referral (a lead with these traits and this key comes
    from him), on_warning (he keeps the next lead away)."""

    def __init__(self, env: Environment, plan: Telling, segments: Segments) -> None:
        self.on_referral: Callable[[Customer, tuple[float, ...], int], None]
        self.on_warning: Callable[[Customer], None]
        self.rate = plan.rate * segments.tells
        """Moments of telling of each customer, for the kind that tells most [1/h]."""
        self.against = plan.against.rate * segments.tells if plan.against else 0.0
        """Moments of warning of each customer, as dissatisfied as can be [1/h]."""
        self._env = env
        self._plan = plan
        self._shares = [kind.tells / segments.tells if segments.tells > 0 else 0.0 for kind in segments.kinds]

    def tell(self, row: tuple[Any, ...]) -> None:
        """A moment at which a promoter would tell: the less content tell less often, who has told much as well.

        The row: customer, uniform number, lag [h], key of the lead, its traits.
        """
        customer = row[0]
        if customer.left is not None:
            return
        plan = self._plan
        share = telling(plan, customer.satisfaction) * self._shares[customer.segment]
        if plan.fades and customer.told:
            share *= (1.0 - plan.fades) ** customer.told
        if row[1] < share:
            customer.told += 1
            lag = row[2]
            if lag > 0:
                call_after(self._env, lag, self._refer, row)
            else:
                self._refer(row)

    def _refer(self, row: tuple[Any, ...]) -> None:
        self.on_referral(row[0], row[4:], row[3])

    def warn(self, row: tuple[Any, ...]) -> None:
        """A moment at which somebody of satisfaction 0 would warn others.

        The row: customer, uniform number, lag [h]; of who has left, perhaps the customer alone.
        """
        if row[0].left is not None:
            return
        customer, chance, lag = row
        plan = self._plan
        assert plan.against is not None
        if customer.satisfaction >= plan.detractor:
            return
        anger = 1.0 - customer.satisfaction / plan.detractor
        if chance < plan.against.impact * anger * self._shares[customer.segment]:
            call_after(self._env, lag, self.on_warning, customer)
