"""How often customers need help: candidates at the highest rate one can have, thinned by what holds for him then."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.traits import KEYS

if TYPE_CHECKING:
    from simpy import Environment

    from sim.model.entities import Customer, Lead
    from sim.model.needs import Need, Traits


class Asking:
    """The needs of customers: columns of candidates, and what is taken of them."""

    def __init__(
        self,
        env: Environment,
        needs: list[Need],
        codes: dict[str, int],
        accept: Callable[[Need, Traits, Customer | None, Lead | None], None],
        misfit: float = 1.0,
        factors: Sequence[float] = (1.0,),
    ) -> None:
        """`needs` have a rate per customer; `codes` are those of all ticket types; a poor fit needs help `misfit` times
        as often, a customer of each kind as often as `factors` say."""
        self._env = env
        self._needs = needs
        self._codes = codes
        self._accept = accept
        self._misfit = misfit
        self._factors = factors
        self._most = max(1.0, *factors)
        self._least = min(factors)
        self._peaks = [_peak(need) * misfit * self._most for need in needs]
        rates = [float(need.plan.per_customer or 0.0) * peak for need, peak in zip(needs, self._peaks, strict=True)]
        self.rate = sum(rates)
        """Candidates for each customer [1/h]."""
        self._shares = np.cumsum(rates)[:-1] / self.rate
        # The initial base is taken to be old: only customers won since the start are new.
        settled = [_neglected(need) * self._most / peak for need, peak in zip(needs, self._peaks, strict=True)]
        self._settled = np.array(settled)

    def columns(self, generator: np.random.Generator, n: int) -> list[np.ndarray]:
        """Attributes of n candidates: kind, uniform number for thinning, key, and the traits of a first contact."""
        kinds = np.searchsorted(self._shares, generator.random(n), side="right")
        keep = generator.random(n)
        key = generator.integers(0, KEYS, n)
        parts = [np.empty(n, dtype=int), *(np.empty(n) for _ in range(3))]
        for place, need in enumerate(self._needs):
            chosen = np.flatnonzero(kinds == place)
            for part, values in zip(parts, need.columns(generator, len(chosen)), strict=True):
                part[chosen] = values
        return [kinds, keep, key, *parts]

    def sift(self, columns: list[np.ndarray]) -> np.ndarray:
        """Which candidates can count for somebody of the initial base at all."""
        possible: np.ndarray = columns[1] < self._settled[columns[0]]
        return possible

    def take(self, row: tuple[Any, ...]) -> None:
        """A candidate's moment has come: the row is customer, kind, keep, key, and traits."""
        customer = row[0]
        if customer.left is not None:
            return
        _, kind, keep, key, place, work, patience, chance = row
        need = self._needs[kind]
        if (self._peaks[kind] > 1.0 or self._least < 1.0) and keep * self._peaks[kind] >= self._now(need, customer):
            return
        if need.plan.one_at_a_time:
            asked = customer.waits_for_answer
            if asked is None:
                customer.waits_for_answer = set()
            elif need.code in asked:
                return
        self._accept(need, (place, work, patience, chance, key), customer, None)

    def _now(self, need: Need, customer: Customer) -> float:
        """This customer's rate now, against the settled one."""
        early, neglect, now = need.plan.early, need.plan.neglect, self._env.now
        rate = 1.0
        if early is not None and customer.origin:
            rate += early.extra * math.exp(-(now - customer.won) / early.fades)
        if neglect is not None:
            done = (customer.upkeep or {}).get(self._codes[neglect.of])
            if done is None or now - done > neglect.after:
                rate *= 1.0 + neglect.extra
        rate *= self._factors[customer.segment]
        return rate * self._misfit if customer.misfit else rate


def _neglected(need: Need) -> float:
    return 1.0 + (need.plan.neglect.extra if need.plan.neglect else 0.0)


def _peak(need: Need) -> float:
    """Highest rate that a customer can have, against the settled one."""
    return (1.0 + (need.plan.early.extra if need.plan.early else 0.0)) * _neglected(need)
