"""The department that brings leads in: plays sources, takes up referrals and win-backs; it works no lead."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.engine.arrivals import Feed
from sim.engine.streams import keyed, keyed_uniform
from sim.engine.timer import call_after
from sim.engine.units import MONTH
from sim.model.entities import Customer, Lead
from sim.model.facts import ORIGINS
from sim.model.traits import keys, lead_columns, rows

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.arrivals import Arrivals
    from sim.engine.server import Server
    from sim.engine.streams import Streams
    from sim.model.market import Market
    from sim.model.reputation import Reputation
    from sim.model.segments import Segments
    from sim.model.traits import Drawing
    from sim.scenario.demand import Demand
    from sim.scenario.marketing import MarketingPlan, Source

Row = tuple[float, tuple[float, ...], int]
POOL = 4096
_REMEMBERED = MONTH
"""How long a warning keeps a lead away at most [h]: whoever would have come later never heard of it."""
"""Times until win-back that are drawn in advance."""
_, _ORGANIC, _REFERRAL, _PROSPECTING, _WON_BACK = range(len(ORIGINS))
_KEEP, _ROOM, _COMES_BACK, _WHEN, _AGAIN = range(1 << 51, (1 << 51) + 5)


class Marketing:
    """Sources of leads. Inlets: refer, warn, call (a conversation has brought a lead), lose (a customer has left),
    release (a lead is lost for good). Outlet: on_lead."""

    def __init__(
        self,
        env: Environment,
        streams: Streams,
        plan: MarketingPlan,
        drawing: Drawing,
        arrivals: Callable[[Demand, float], Arrivals],
        until: float,
        market: Market | None = None,
        reputation: Reputation | None = None,
        segments: Segments | None = None,
    ) -> None:
        """`arrivals` makes the stream of a source at so many times its rate."""
        self.on_lead: Callable[[Lead], None]
        self.count = 0
        self._candidates = 0
        self._env = env
        self._streams = streams
        self._plan = plan
        self._drawing = drawing
        self._market = market
        self._reputation = reputation
        self._origins = plan.origins()
        self._segments = segments if segments is not None and segments.named else None
        self._mixes = [segments.mix(leads.mix) for leads in self._origins.values()] if segments else []
        self._warned: deque[tuple[Customer, float]] = deque()
        self._codes = {name: code for code, name in enumerate(self._origins)}
        back = plan.win_back
        self._back = streams.pool("marketing.won_back", back.after, POOL) if back else []
        most = reputation.most if reputation else 1.0
        for code, (name, source) in enumerate(plan.sources.items()):
            if source.rate > 0:
                self._open(code, name, source, arrivals(source, most), until)

    def _open(self, code: int, name: str, source: Source, arrivals: Arrivals, until: float) -> None:
        begin, end = arrivals.begin, arrivals.end
        # Leads out of season are drawn and counted as well: a longer campaign changes no other lead, nor his rank.
        endless = replace(arrivals, begin=0.0, end=math.inf)

        def draw(block: int) -> tuple[list[float], list[Row]]:
            generator = self._streams.generator(f"marketing.{name}", block)
            times = endless.times(generator, block)
            traits = rows(lead_columns(self._drawing, generator, len(times), source))
            moments = times.tolist()
            return moments, list(zip(moments, traits, keys(generator, len(times)), strict=True))

        def take(row: Row) -> None:
            rank = self._candidates
            self._candidates = rank + 1
            if begin <= row[0] < end and self._comes(row[2]):
                lead = self._lead(code, _ORGANIC, row[0], row[1], row[2], None)
                lead.rank = rank
                self.on_lead(lead)

        Feed(self._env, draw, take, arrivals.block_hours, until)

    def _comes(self, key: int) -> bool:
        """Whether a candidate of a source becomes a lead: sources are played at the highest rate they can have."""
        if self._reputation is not None:
            reputation = self._reputation
            if keyed_uniform(key, _KEEP) * reputation.most >= reputation.factor:
                return False
        if not self._room(key):
            return False
        while self._warned:
            customer, told = self._warned.popleft()
            if told >= self._env.now - _REMEMBERED:
                customer.warned += 1
                return False
        return True

    def warn(self, customer: Customer) -> None:
        """A customer has warned somebody: the next lead that would have come by itself does not."""
        self._warned.append((customer, self._env.now))

    def _room(self, key: int) -> bool:
        """Whether a lead meets somebody of the market who is free."""
        return self._market is None or keyed_uniform(key, _ROOM) < self._market.share

    def refer(self, customer: Customer, traits: tuple[float, ...], key: int) -> None:
        """Take up a lead that a customer sent, now."""
        if self._room(key):
            self.on_lead(self._lead(self._codes["referred"], _REFERRAL, self._env.now, traits, key, customer))

    def call(self, caller: Server, name: str, key: int) -> bool:
        """A call by prospecting has found interest: whether it brings a lead, now; he is the caller's."""
        if not self._room(key):
            return False
        traits = self._traits(name, key)
        lead = self._lead(self._codes[name], _PROSPECTING, self._env.now, traits, key, None)
        lead.owner = caller
        self.on_lead(lead)
        return True

    def lose(self, customer: Customer) -> None:
        """A customer has left: he may come back as a lead, or cools off."""
        key, back = customer.key, self._plan.win_back
        if back is not None and keyed_uniform(key, _COMES_BACK) < back.share:
            call_after(self._env, self._back[keyed(key, _WHEN) & (POOL - 1)], self._win_back, customer)
        else:
            self.release(key)

    def release(self, key: int) -> None:
        """A lead or customer with this key is lost for good."""
        if self._market is not None:
            self._market.release(key)

    def _win_back(self, customer: Customer) -> None:
        key = keyed(customer.key, _AGAIN) >> 2
        if self._market is not None:
            # He has never been free meanwhile.
            self._market.free += 1
        traits = self._traits("won_back", key)
        self.on_lead(self._lead(self._codes["won_back"], _WON_BACK, self._env.now, traits, key, customer))

    def _traits(self, name: str, key: int) -> tuple[float, ...]:
        """Traits of one lead that nobody drew in advance."""
        generator = self._streams.generator(f"marketing.{name}.{key}")
        return next(rows(lead_columns(self._drawing, generator, 1, self._origins[name])))

    def _lead(
        self, source: int, origin: int, time: float, traits: tuple[float, ...], key: int, referrer: Customer | None
    ) -> Lead:
        lead = Lead(self.count, source, origin, time, traits, key, referrer)
        self.count += 1
        if self._segments is not None:
            # Who comes back is of the kind he was.
            back = referrer is not None and origin == _WON_BACK
            code = referrer.segment if referrer and back else self._segments.pick(key, self._mixes[source])
            kind = self._segments.kinds[code]
            lead.segment = code
            lead.value *= kind.value
            lead.fit += kind.fit
        if self._market is not None:
            self._market.enter()
        return lead
