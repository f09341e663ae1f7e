"""Kinds of customers, made ready for the clock: rates, own factors, who is of which; it follows nobody."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from sim.engine.streams import keyed, keyed_uniform
from sim.model.loyalty import hazard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.streams import Streams
    from sim.model.departures import Ending
    from sim.model.entities import Customer
    from sim.scenario.customers import CustomersPlan, Segment
    from sim.scenario.leaving import Leaving

POOL = 16384
_SEGMENT, _FACTOR = (1 << 53), (1 << 53) + 1


class Kind:
    """What customers of one segment have in common."""

    def __init__(
        self, code: int, segment: Segment, leaving: Leaving, retains: bool, factors: list[float], own: str = ""
    ) -> None:
        """`retains` tells whether satisfaction moves the rate of leaving, `factors` are own factors to pick from, `own`
        is what ends the names of their streams."""
        self.code = code
        self.own = own
        self.value = segment.value
        self.fit = segment.fit
        self.needs = segment.needs
        self.tells = segment.tells
        self.leaving = leaving
        self.ending: Ending
        """How they can leave."""
        driven = leaving.beta > 0 or (leaving.issues is not None and leaving.issues.factor > 1)
        self.moves = retains and driven and leaving.base > leaving.floor
        """Whether what they feel moves their rate of leaving."""
        self.issues = leaving.issues if self.moves and leaving.issues and leaving.issues.factor > 1 else None
        """What an open issue does to them."""
        self._factors = factors

    def endure(self, customer: Customer) -> None:
        """Let his own factor of the rate of leaving count: it stands in his endurance."""
        if self._factors:
            customer.threshold /= self._factors[keyed(customer.key, _FACTOR) & (POOL - 1)]

    def hazard(self, customer: Customer) -> float:
        """His rate of leaving now [1/h], his own factor left out."""
        if not self.moves:
            return self.leaving.base
        rate = hazard(self.leaving, customer.satisfaction)
        if customer.sore and self.issues is not None:
            rate = self.leaving.floor + (rate - self.leaving.floor) * self.issues.factor
        return rate


class Segments:
    """All kinds of customers, and who is of which: by his key, the same under every plan."""

    def __init__(self, streams: Streams, plan: CustomersPlan, retains: bool) -> None:
        self.kinds: list[Kind] = []
        self.named = bool(plan.segments)
        """Whether there is more than everybody."""
        names = plan.kinds()
        # Segments that leave like everybody share one pool: naming them moves nobody's factor.
        pools: dict[str, list[float]] = {}
        for code, (name, segment) in enumerate(names.items()):
            leaving, own = plan.leaving_of(segment), f".{name}" if segment.leaving else ""
            if leaving.varies is not None and own not in pools:
                generator = streams.generator(f"customers.factor{own}")
                pools[own] = leaving.varies.draw(generator, POOL, leaving.base).tolist()
            self.kinds.append(Kind(code, segment, leaving, retains, pools.get(own, []), own))
        self._codes = {name: code for code, name in enumerate(names)}
        self.base = self.mix({name: segment.share for name, segment in names.items()})
        """Shares of the initial base, added up."""
        self.needs = max(kind.needs for kind in self.kinds)
        """Most by which a kind needs more help than usual, as a factor."""
        self.tells = max(kind.tells for kind in self.kinds)
        """Most by which a kind tells more than usual, as a factor."""

    def mix(self, shares: Mapping[str, float]) -> list[float]:
        """Shares of all kinds in order, added up; without any given, those of the scenario."""
        return list(accumulate(shares.get(name, 0.0) for name in self._codes))[:-1] if shares else self.base

    def pick(self, key: int, mix: list[float]) -> int:
        """Code of the kind to which whoever has this key belongs, by a mix."""
        return bisect_right(mix, keyed_uniform(key, _SEGMENT)) if mix else 0
