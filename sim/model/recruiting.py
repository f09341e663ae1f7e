"""How a team's headcount is decided over time (loop hiring): what the company sees of itself, and when it decides.

It employs nobody: careers seek people and let them go.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.engine.timer import call_after
from sim.engine.units import DAY, MONTH
from sim.scenario.hiring import Business, ByPlan

if TYPE_CHECKING:
    from simpy import Environment

    from sim.model.careers import Careers
    from sim.scenario.hiring import ByBudget, ByRatio, HiringRule

_ROUNDING = 1e-6
"""Instants nearer than this [h] are the same."""


@dataclass(frozen=True, slots=True)
class Books:
    """What a company can count of itself at an instant."""

    customers: int
    """Live customers."""
    tickets: int
    """Tickets that have come so far."""
    mrr: float
    """Monthly recurring revenue."""


class Sight:
    """The business as a company sees it: what it sees follows what is, with a lag.

    What was there at the start was seen long ago. How many tickets come per month can only be counted: at first it is
    the mean so far, later ones weighing more.
    """

    def __init__(self, books: Books, recognition: float) -> None:
        """`recognition` is the time [h] in which what is seen follows what is; 0: at once."""
        self._recognition = recognition
        self._last = books
        self._customers, self._revenue = float(books.customers), books.mrr
        self._tickets = self._weight = 0.0

    def look(self, books: Books, span: float) -> None:
        """So long [h] after the last look the books say this."""
        closed = -math.expm1(-span / self._recognition) if self._recognition > 0 else 1.0
        came = (books.tickets - self._last.tickets) * MONTH / span
        self._customers += (books.customers - self._customers) * closed
        self._revenue += (books.mrr - self._revenue) * closed
        self._tickets += (came - self._tickets) * closed
        self._weight += (1.0 - self._weight) * closed
        self._last = books

    def business(self, wage: float) -> Business:
        """What is seen, for a team with this wage [per month]."""
        return Business(self._customers, self._tickets / self._weight, self._revenue, wage)


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
        if isinstance(rule, ByPlan):
            for step in rule.steps:
                call_after(env, step.from_, self._follow, (rule, step.headcount))
        else:
            env.process(self._review(rule))

    def _follow(self, step: tuple[ByPlan, int]) -> None:
        rule, headcount = step
        # A plan is carried out: who is too many is told to go.
        self._careers.want(headcount, True, rule.notice)

    def _review(self, rule: ByRatio | ByBudget) -> Generator[Any, Any, None]:
        """Look at the business, every day where seeing takes time, and decide again and again."""
        env, due = self._env, self._env.now
        sight = Sight(self._books(), rule.recognition)
        while True:
            due += rule.every
            while due - env.now > _ROUNDING:
                span = min(DAY, due - env.now) if rule.recognition > 0 else due - env.now
                yield env.timeout(span)
                sight.look(self._books(), span)
            self._careers.want(rule.wanted(sight.business(self._wage)), rule.layoffs, rule.notice)
