"""The moments at which something may happen in a scenario, as streams on its clock; what then happens is others'."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.arrivals import Arrivals
from sim.model.candidates import Candidates
from sim.model.traits import KEYS, Drawing, lead_columns
from sim.scenario.marketing import MarketingPlan

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.arrivals import Profile
    from sim.engine.streams import Streams
    from sim.model.asking import Asking
    from sim.model.customers import Customers
    from sim.model.drift import Drift
    from sim.model.word import Word
    from sim.scenario.customers import Drift as DriftPlan
    from sim.scenario.demand import Demand
    from sim.scenario.scenario import Scenario


class Moments:
    """Streams from outside, and the candidates of customers."""

    def __init__(self, env: Environment, streams: Streams, scenario: Scenario) -> None:
        self._env = env
        self._streams = streams
        self._scenario = scenario
        self._until = float(scenario.clock.horizon)

    def needs(self, customers: Customers, asking: Asking) -> Candidates:
        """Moments at which customers may need help."""
        service = self._scenario.service
        assert service is not None
        return Candidates(
            self._env,
            self._streams,
            "customers.needs",
            customers.everybody[:],
            asking.rate,
            lambda rate: self._arrivals(rate, service.profile, service.busyness),
            asking.columns,
            asking.take,
            self._until,
            asking.sift,
        )

    def tellings(self, customers: Customers, word: Word) -> Candidates:
        """Moments at which a promoter would tell, each with the traits of the lead it would bring."""
        plan, sales = self._scenario.customers, self._scenario.sales
        assert plan is not None
        assert plan.telling is not None
        assert sales is not None
        telling = plan.telling
        referred = (self._scenario.marketing or MarketingPlan()).referred
        drawing = Drawing(sales, plan.purchases)

        def columns(generator: np.random.Generator, n: int) -> list[np.ndarray]:
            front = [generator.random(n), telling.lag.draw(generator, n), generator.integers(0, KEYS, n)]
            return front + lead_columns(drawing, generator, n, referred)

        return self._even("tellings", customers, word.rate, columns, word.tell)

    def warnings(self, customers: Customers, word: Word) -> Candidates:
        """Moments at which somebody of satisfaction 0 would warn others."""
        plan = self._scenario.customers
        assert plan is not None
        assert plan.telling is not None
        lag = plan.telling.lag

        def columns(generator: np.random.Generator, n: int) -> list[np.ndarray]:
            return [generator.random(n), lag.draw(generator, n)]

        return self._even("warnings", customers, word.against, columns, word.warn)

    def drifts(self, name: str, customers: Customers, plan: DriftPlan, drift: Drift) -> Candidates:
        """Moments at which customers may come to pay more, or less."""

        def columns(generator: np.random.Generator, n: int) -> list[np.ndarray]:
            return [generator.random(n), plan.size.draw(generator, n)]

        return self._even(name, customers, drift.rate, columns, drift.take)

    def _even(
        self,
        name: str,
        customers: Customers,
        rate: float,
        columns: Callable[[np.random.Generator, int], list[np.ndarray]],
        take: Callable[[tuple[Any, ...]], None],
    ) -> Candidates:
        """Moments of customers evenly around the clock, at so many per time [1/h] for each."""
        return Candidates(
            self._env,
            self._streams,
            f"customers.{name}",
            customers.everybody[:],
            rate,
            lambda each: self._arrivals(each, None, 0.0),
            columns,
            take,
            self._until,
        )

    def stream(self, demand: Demand, most: float = 1.0) -> Arrivals:
        """A stream from outside, at so many times its rate."""
        begin, end = demand.span(self._scenario.clock)
        return self._arrivals(demand.rate * most, demand.profile, demand.busyness, begin, end)

    def _arrivals(
        self, rate: float, profile: Profile | None, busyness: float, begin: float = 0.0, end: float = math.inf
    ) -> Arrivals:
        start = self._scenario.clock.start
        weekday = start.weekday()
        return Arrivals(rate, profile, busyness, start_weekday=weekday, start=start, begin=begin, end=end)
