"""The company: builds the departments, wires the loop, runs the clock; the only file that knows all of them."""

from __future__ import annotations

import gc
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.engine.arrivals import Arrivals
from sim.engine.streams import Streams
from sim.engine.timer import call_after
from sim.engine.units import MONTH
from sim.model.candidates import Candidates
from sim.model.customers import Customers
from sim.model.journal import Journal, Run
from sim.model.marketing import Marketing
from sim.model.needs import Need, Way
from sim.model.people import People
from sim.model.rota import opening
from sim.model.sales import Sales
from sim.model.service import Service
from sim.model.traits import KEYS, lead_columns
from sim.scenario.customers import Experience
from sim.scenario.marketing import MarketingPlan

if TYPE_CHECKING:
    from sim.engine.arrivals import Profile
    from sim.scenario.scenario import Scenario

REFERRED = "referred"
"""Name of the source of leads that customers send."""


def simulate(scenario: Scenario, replication: int = 0, seed: int | None = None) -> Run:
    """One future of one scenario: a pure function of scenario, replication and seed (the scenario's, if not given)."""
    streams = Streams(scenario.run.seed if seed is None else seed, replication)
    # A run makes a great many objects and hardly any circles: looking for circles would cost a quarter of its time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return Company(scenario, streams).run(replication)
    finally:
        if collecting:
            gc.enable()


class Company:
    """All departments of one scenario on one clock."""

    def __init__(self, scenario: Scenario, streams: Streams) -> None:
        self.scenario = scenario
        self.env = simpy.Environment()
        self.journal = Journal()
        self.streams = streams
        self.until = float(scenario.clock.horizon)
        self.people = People(self.env, streams, scenario.teams, scenario.clock, self.journal)
        self.teams = self.people.teams
        self.sales: Sales | None = None
        self.service: Service | None = None
        self.customers: Customers | None = None
        self.needs = self._needs()
        if scenario.sales:
            self.sales = Sales(self.env, scenario.sales, scenario.loops, self.teams, self.journal)
        if scenario.service:
            feelings = scenario.customers.experience if scenario.customers else Experience()
            self.service = Service(self.env, self.needs, feelings, scenario.loops, self.journal)
        if scenario.customers:
            onboarding = [need for need in self.needs.values() if need.plan.per_win is not None]
            self.customers = Customers(
                self.env, scenario.customers, scenario.loops, onboarding, self.journal, self.until
            )
        self._wire()
        self._start()

    def _needs(self) -> dict[str, Need]:
        plan, teams = self.scenario.service, self.scenario.teams
        if plan is None:
            return {}
        codes = {name: code for code, name in enumerate(teams)}
        channels = {name: code for code, name in enumerate(plan.channels)}
        hours = {name: opening(team, self.scenario.clock) for name, team in teams.items()}
        return {
            name: Need(
                code,
                name,
                kind,
                self.teams[kind.team],
                codes[kind.team],
                hours[kind.team],
                [Way(place, channels[word], plan.channels[word]) for place, word in enumerate(kind.channels)],
                self.streams,
            )
            for code, (name, kind) in enumerate(plan.types.items())
        }

    def _wire(self) -> None:
        """The loop: who hears of whose doings."""
        sales, service, customers = self.sales, self.service, self.customers
        if sales and customers:
            sales.on_win = customers.welcome
        if sales and service and self.scenario.sales and self.scenario.sales.questions:
            ticket = self.scenario.sales.questions.ticket
            sales.on_question = lambda lead: service.ask(ticket, lead)
            service.on_answer = sales.hear
        if service and customers:
            customers.on_ticket = lambda need, traits, customer: service.accept(need, traits, customer, None)
            service.on_contact = customers.judge
            service.on_close = customers.settle

    def _start(self) -> None:
        """Open the sources: organic leads, contacts from outside, customers' needs and tellings."""
        scenario = self.scenario
        if self.service:
            for need in self.needs.values():
                demand = need.plan.arrivals
                if demand:
                    arrivals = self._arrivals(demand.rate, demand.profile, demand.busyness)
                    self.service.listen(need, demand, arrivals, self.streams, self.until)
        if self.sales and scenario.sales:
            marketing = Marketing(
                self.env,
                self.streams,
                scenario.marketing or MarketingPlan(),
                scenario.sales,
                lambda source: self._arrivals(source.rate, source.profile, source.busyness),
                self.until,
            )
            marketing.on_lead = self.sales.accept
            if self.customers:
                self.customers.on_referral = marketing.refer
        if self.customers:
            self._start_customers(self.customers)

    def _start_customers(self, customers: Customers) -> None:
        scenario = self.scenario
        plan = scenario.customers
        assert plan is not None
        customers.populate(self.streams, plan.initial.mrr or (scenario.sales.deal if scenario.sales else None))
        asking = [need for need in self.needs.values() if need.plan.per_customer]
        if asking and scenario.service:
            customers.candidates.append(self._need_candidates(customers, asking))
        if plan.telling and plan.telling.rate > 0 and scenario.loops.referral.on and scenario.sales:
            customers.candidates.append(self._telling_candidates(customers))

    def _need_candidates(self, customers: Customers, asking: list[Need]) -> Candidates:
        """Needs of customers: candidates at the highest rate a customer can have, thinned by his age."""
        service = self.scenario.service
        assert service is not None
        peaks = [(n.plan.per_customer or 0.0) * (1.0 + (n.plan.early.extra if n.plan.early else 0.0)) for n in asking]
        shares = np.cumsum(peaks)[:-1] / sum(peaks)

        def columns(generator: np.random.Generator, n: int) -> list[np.ndarray]:
            kinds = np.searchsorted(shares, generator.random(n), side="right")
            keep = generator.random(n)
            key = generator.integers(0, KEYS, n)
            parts = [np.empty(n) for _ in range(4)]
            parts[0] = np.empty(n, dtype=int)
            for place, need in enumerate(asking):
                chosen = np.flatnonzero(kinds == place)
                for part, values in zip(parts, need.columns(generator, len(chosen)), strict=True):
                    part[chosen] = values
            return [kinds, keep, key, *parts]

        env, accept = self.env, self.service.accept if self.service else None
        assert accept is not None

        settled = np.array([1.0 / (1.0 + (n.plan.early.extra if n.plan.early else 0.0)) for n in asking])

        def take(row: tuple[Any, ...]) -> None:
            customer = row[0]
            if customer.left is not None:
                return
            _, kind, keep, key, place, work, patience, chance = row
            need = asking[kind]
            early = need.plan.early
            # The initial base is taken to be old: only customers won since the start are new.
            if early is not None and customer.origin:
                age = env.now - customer.won
                if keep >= (1.0 + early.extra * math.exp(-age / early.fades)) / (1.0 + early.extra):
                    return
            accept(need, (place, work, patience, chance, key), customer, None)

        def sift(columns: list[np.ndarray]) -> np.ndarray:
            possible: np.ndarray = columns[1] < settled[columns[0]]
            return possible

        return Candidates(
            env,
            self.streams,
            "customers.needs",
            customers.everybody[:],
            sum(peaks),
            lambda rate: self._arrivals(rate, service.profile, service.busyness),
            columns,
            take,
            self.until,
            sift,
        )

    def _telling_candidates(self, customers: Customers) -> Candidates:
        """Moments at which a promoter would tell, each with the traits of the lead it would bring."""
        plan, sales = self.scenario.customers, self.scenario.sales
        assert plan is not None
        assert plan.telling is not None
        assert sales is not None
        telling = plan.telling
        referred = (self.scenario.marketing or MarketingPlan()).referred

        def columns(generator: np.random.Generator, n: int) -> list[np.ndarray]:
            front = [generator.random(n), telling.lag.draw(generator, n), generator.integers(0, KEYS, n)]
            return front + lead_columns(sales, generator, n, referred.fit, referred.value)

        return Candidates(
            self.env,
            self.streams,
            "customers.tellings",
            customers.everybody[:],
            telling.rate,
            lambda rate: self._arrivals(rate, None, 0.0),
            columns,
            customers.tell,
            self.until,
        )

    def _arrivals(self, rate: float, profile: Profile | None, busyness: float) -> Arrivals:
        start = self.scenario.clock.start
        return Arrivals(rate, profile, busyness, start_weekday=start.weekday(), start=start)

    def run(self, replication: int) -> Run:
        """Run the clock to the horizon, reading the meters at every month, at every horizon and after the warm-up."""
        clock = self.scenario.clock
        months = [MONTH * i for i in range(int(self.until // MONTH) + 1)]
        for time in sorted({*months, *clock.horizons(), float(clock.warm_up)}):
            if time < self.until:
                call_after(self.env, time, self._read, None)
        self.env.run(until=self.until)
        self._read(None)
        for department in (self.sales, self.service, self.customers):
            if department:
                department.close_books()
        return Run(
            self.scenario, replication, self.until, self.journal.tables(), self._words(), self._counts()
        )

    def _read(self, _: None) -> None:
        self.people.read_time()
        if self.customers:
            self.customers.read_pulse()

    def _counts(self) -> dict[str, int]:
        return {
            "contacts": self.service.contacts if self.service else 0,
            "visits": self.sales.visits if self.sales else 0,
        }

    def _words(self) -> dict[str, tuple[str, ...]]:
        scenario = self.scenario
        return {
            "sources": (*(scenario.marketing.sources if scenario.marketing else ()), REFERRED),
            "stages": tuple(scenario.sales.stages) if scenario.sales else (),
            "teams": tuple(scenario.teams),
            "types": tuple(scenario.service.types) if scenario.service else (),
            "channels": tuple(scenario.service.channels) if scenario.service else (),
        }
