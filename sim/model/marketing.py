"""The department that brings leads in: plays organic sources and takes up referrals; it works no lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.arrivals import Feed
from sim.model.entities import Customer, Lead
from sim.model.traits import keys, lead_columns, rows

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.arrivals import Arrivals
    from sim.engine.streams import Streams
    from sim.scenario.marketing import MarketingPlan, Source
    from sim.scenario.sales import SalesPlan

Row = tuple[float, tuple[float, ...], int]


class Marketing:
    """Sources of leads. Outlet: on_lead."""

    def __init__(
        self,
        env: Environment,
        streams: Streams,
        plan: MarketingPlan,
        sales: SalesPlan,
        arrivals: Callable[[Source], Arrivals],
        until: float,
    ) -> None:
        self.on_lead: Callable[[Lead], None]
        self.count = 0
        self._organic = 0
        self._env = env
        self._referred = len(plan.sources)
        for code, (name, source) in enumerate(plan.sources.items()):
            if source.rate > 0:
                self._open(streams, code, name, source, sales, arrivals(source), until)

    def _open(
        self, streams: Streams, code: int, name: str, source: Source, sales: SalesPlan, arrivals: Arrivals, until: float
    ) -> None:
        def draw(block: int) -> tuple[list[float], list[Row]]:
            generator = streams.generator(f"marketing.{name}", block)
            times = arrivals.times(generator, block)
            traits = rows(lead_columns(sales, generator, len(times), source.fit, 1.0))
            moments = times.tolist()
            return moments, list(zip(moments, traits, keys(generator, len(times)), strict=True))

        def take(row: Row) -> None:
            self._arrive(code, row[0], row[1], row[2], None)

        Feed(self._env, draw, take, arrivals.block_hours, until)

    def refer(self, customer: Customer, traits: tuple[float, ...], key: int) -> None:
        """Take up a lead that a customer sent, now."""
        self._arrive(self._referred, self._env.now, traits, key, customer)

    def _arrive(
        self, source: int, time: float, traits: tuple[float, ...], key: int, referrer: Customer | None
    ) -> None:
        lead = Lead(self.count, source, time, traits, key, referrer)
        self.count += 1
        if referrer is None:
            lead.rank = self._organic
            self._organic += 1
        self.on_lead(lead)
