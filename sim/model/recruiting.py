"""How a team's headcount is decided over time (loop hiring): what the company sees of itself, and when it decides.

It employs nobody: careers seek people and let them go.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.engine.timer import call_after
from sim.engine.units import MONTH
from sim.scenario.hiring import Business, ByPlan

if TYPE_CHECKING:
    from simpy import Environment

    from sim.model.careers import Careers
    from sim.scenario.hiring import ByBudget, ByRatio, HiringRule


@dataclass(frozen=True, slots=True)
class Books:
    """What a company can count of itself at an instant."""

    customers: int
    """Live customers."""
    tickets: int
    """Tickets that have come so far."""
    mrr: float
    """Monthly recurring revenue."""


class Recruiting:
    """One team under loop `hiring`."""

    def __init__(
        self, env: Environment, rule: HiringRule, careers: Careers, wage: float, books: Callable[[], Books]
    ) -> None:
        """`wage` is that of one position per month."""
        self._env = env
        self._careers = careers
        self._wage = wage
        self._books = books
        self._seen: Business | None = None
        self._tickets = 0
        if isinstance(rule, ByPlan):
            for step in rule.steps:
                call_after(env, step.from_, self._follow, (rule, step.headcount))
        else:
            call_after(env, rule.every, self._review, rule)

    def _follow(self, step: tuple[ByPlan, int]) -> None:
        rule, headcount = step
        # A plan is carried out: who is too many is told to go.
        self._careers.want(headcount, True, rule.notice)

    def _review(self, rule: ByRatio | ByBudget) -> None:
        call_after(self._env, rule.every, self._review, rule)
        self._careers.want(rule.wanted(self._perceive(rule)), rule.layoffs, rule.notice)

    def _perceive(self, rule: ByRatio | ByBudget) -> Business:
        """How the business is seen now: what was seen first is taken to have been so for long."""
        books = self._books()
        tickets = (books.tickets - self._tickets) * MONTH / rule.every
        self._tickets = books.tickets
        now = Business(float(books.customers), tickets, books.mrr, self._wage)
        if self._seen is None or rule.recognition <= 0:
            self._seen = now
        else:
            closed, seen = -math.expm1(-rule.every / rule.recognition), self._seen
            self._seen = replace(
                now,
                customers=seen.customers + (now.customers - seen.customers) * closed,
                tickets=seen.tickets + (now.tickets - seen.tickets) * closed,
                revenue=seen.revenue + (now.revenue - seen.revenue) * closed,
            )
        return self._seen
