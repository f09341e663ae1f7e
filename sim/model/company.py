"""The company: builds the departments, wires the loop, runs the clock; the only file that knows all of them."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import simpy

from sim.engine.streams import Streams
from sim.engine.timer import call_after
from sim.engine.units import MONTH
from sim.model.asking import Asking
from sim.model.customers_fitting import CustomersFitting
from sim.model.facts import NAN
from sim.model.fitting import Fitting
from sim.model.journal import Journal, Run
from sim.model.judgement import Judgement
from sim.model.market import Market
from sim.model.marketing import Marketing
from sim.model.moments import Moments
from sim.model.people import People
from sim.model.records import Records
from sim.model.recruiting import Books
from sim.model.reputation import Reputation
from sim.model.sales_fitting import SalesFitting
from sim.model.service import Service
from sim.model.skills import Kinds
from sim.model.traits import Drawing
from sim.model.upkeep import Upkeep
from sim.scenario.customers import Experience
from sim.scenario.marketing import MarketingPlan

if TYPE_CHECKING:
    from sim.model.care import Care
    from sim.model.customers import Customers
    from sim.model.entities import Customer
    from sim.model.needs import Need, Traits
    from sim.model.prospecting import Prospecting
    from sim.model.sales import Sales
    from sim.scenario.scenario import Scenario

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
        self.moments = Moments(self.env, streams, scenario)
        kinds = Kinds(scenario.service, scenario.sales, scenario.marketing)
        clock, service = scenario.clock, scenario.service
        self.people = People(
            self.env, streams, scenario.teams, clock, kinds, service, self.journal, scenario.loops, self._books
        )
        self.teams = self.people.teams
        self.sales: Sales | None = None
        self.service: Service | None = None
        self.customers: Customers | None = None
        self.desk = Fitting(scenario, self.teams, kinds, streams)
        self.needs = self.desk.needs
        self.people.press(self.desk.pressures)
        self.market = self._market()
        self.reputation: Reputation | None = None
        if scenario.loops.reputation.on and scenario.customers:
            self.reputation = Reputation(self.env, scenario.loops.reputation, self._feeling)
        fitting = SalesFitting(self.env, streams, scenario, self.people, kinds, self.journal)
        self.cares: list[Care] = []
        self.calling: list[Prospecting] = []
        if scenario.sales:
            self.sales = fitting.sales(scenario.sales, self.reputation)
            self.calling = fitting.prospecting()
            self.cares = fitting.cares(scenario.sales, self.until) if scenario.customers else []
        if scenario.service:
            feelings = scenario.customers.experience if scenario.customers else Experience()
            judgement = Judgement(feelings, scenario.service.survey, self.people.profiles, self.people.talents)
            records = Records(self.journal, self.desk.team_codes)
            self.service = Service(self.env, self.needs, scenario.loops, self.teams, judgement, records)
        self.base: CustomersFitting | None = None
        if scenario.customers:
            onboarding = [need for need in self.needs.values() if need.plan.per_win is not None]
            self.base = CustomersFitting(self.env, streams, scenario, self.journal)
            self.customers = self.base.customers(onboarding, self.cares)
        self.word = self.base.word() if self.base and scenario.sales else None
        self._wire()
        self._start()

    def _market(self) -> Market | None:
        plan = self.scenario.marketing.market if self.scenario.marketing else None
        if plan is None:
            return None
        base = self.scenario.customers.initial.count if self.scenario.customers else 0
        return Market(self.env, self.streams, plan, base)

    def _books(self) -> Books:
        """What the company can count of itself now."""
        customers, service = self.customers, self.service
        return Books(
            customers.live if customers else 0, service.tickets if service else 0, customers.mrr if customers else 0.0
        )

    def _feeling(self) -> float | None:
        return self.customers.feeling() if self.customers else None

    def _wire(self) -> None:
        """The loop: who hears of whose doings."""
        sales, service, customers = self.sales, self.service, self.customers
        if sales and customers:
            sales.on_win = customers.welcome
        if sales and any(team in self.desk.pressures for team in self.scenario.selling_teams()):
            sales.on_work = self._press
            for care in self.cares:
                care.on_work = self._press
            for calling in self.calling:
                calling.on_work = self._press
        for care in self.cares:
            assert customers is not None
            care.on_care, care.on_growth = customers.judge, customers.grow
        if sales and service and self.scenario.sales and self.scenario.sales.questions:
            ticket = self.scenario.sales.questions.ticket
            sales.on_question = lambda lead: service.ask(ticket, lead)
            service.on_answer = sales.hear
        if service and customers:
            customers.on_ticket = self._ask
            service.on_contact = customers.judge
            service.on_close = customers.settle
            sores = self.base.sores(customers) if self.base else None
            if sores:
                service.on_failure, service.on_success = sores.fail, sores.mend

    def _press(self, team: str, kind: int, work: float, road: float) -> None:
        """A team that also serves has been given work to sell: it takes time, whatever the pressure."""
        pressure = self.desk.pressures.get(team)
        if pressure is not None:
            pressure.sell(kind, work, road)

    def _ask(self, need: Need, traits: Traits, customer: Customer) -> None:
        """A customer needs help."""
        assert self.service is not None
        self.service.accept(need, traits, customer, None)

    def _start(self) -> None:
        """Open the sources: organic leads, contacts from outside, customers' needs and tellings."""
        scenario = self.scenario
        if self.service:
            for need in self.needs.values():
                demand = need.plan.arrivals
                if demand:
                    arrivals = self.moments.stream(demand)
                    self.service.listen(need, demand, arrivals, self.streams, self.until)
        if self.sales and scenario.sales:
            marketing = Marketing(
                self.env,
                self.streams,
                scenario.marketing or MarketingPlan(),
                Drawing(scenario.sales, scenario.customers.purchases if scenario.customers else None),
                self.moments.stream,
                self.until,
                self.market,
                self.reputation,
                self.base.segments if self.base else None,
            )
            marketing.on_lead = self.sales.accept
            self.sales.on_loss = lambda lead: marketing.release(lead.key)
            if self.customers:
                self.customers.on_leave = marketing.lose
            if self.word:
                self.word.on_referral, self.word.on_warning = marketing.refer, marketing.warn
            for calling in self.calling:
                calling.on_interest = marketing.call
                calling.open()
        if self.customers:
            self._start_customers(self.customers)

    def _start_customers(self, customers: Customers) -> None:
        scenario = self.scenario
        plan = scenario.customers
        assert plan is not None
        customers.populate(self.streams, plan.initial.mrr or (scenario.sales.deal if scenario.sales else None))
        for care in self.cares:
            for customer in customers.everybody:
                care.admit(customer)
            customers.purposes.append(care)
        if self.service:
            # Planned work first: what was neglected is known before anybody asks.
            planned = [need for need in self.needs.values() if need.plan.schedule]
            for place, need in enumerate(planned):
                ask = self._ask
                customers.purposes.append(Upkeep(self.env, need, place, customers.everybody, ask, self.until))
            wanting = [need for need in self.needs.values() if need.plan.per_customer]
            if wanting:
                codes = {name: need.code for name, need in self.needs.items()}
                pushes = scenario.loops.overselling
                poor = pushes.tickets if pushes.on and self.sales and self.sales.pushes else 1.0
                factors = [kind.needs for kind in self.base.segments.kinds] if self.base else [1.0]
                asking = Asking(self.env, wanting, codes, self.service.accept, poor, factors)
                customers.purposes.append(self.moments.needs(customers, asking))
        if self.word and self.word.rate > 0:
            customers.purposes.append(self.moments.tellings(customers, self.word))
        if self.word and self.word.against > 0:
            customers.purposes.append(self.moments.warnings(customers, self.word))
        for name, change, drift in self.base.drifts(customers) if self.base else ():
            customers.purposes.append(self.moments.drifts(name, customers, change, drift))

    def run(self, replication: int) -> Run:
        """Run the clock to the horizon, reading the meters at every month, at every horizon and after the warm-up."""
        clock = self.scenario.clock
        months = [MONTH * i for i in range(int(self.until // MONTH) + 1)]
        for time in sorted({*months, *clock.horizons(), float(clock.warm_up)}):
            if time < self.until:
                call_after(self.env, time, self._read, None)
        self.env.run(until=self.until)
        self._read(None)
        for department in (self.people, self.sales, *self.calling, *self.cares, self.service, self.customers):
            if department:
                department.close_books()
        return Run(
            self.scenario, replication, self.until, self.journal.tables(), self._words(), self._counts()
        )

    def _read(self, _: None) -> None:
        self.people.read_time()
        if self.customers:
            reputation = NAN if self.reputation is None else self.reputation.value
            prospects = NAN if self.market is None else float(self.market.free)
            self.customers.read_pulse(reputation, prospects)

    def _counts(self) -> dict[str, int]:
        return {
            "contacts": self.service.contacts if self.service else 0,
            "visits": self.sales.visits if self.sales else 0,
            "activities": len(self.journal.rows("activities")),
        }

    def _words(self) -> dict[str, tuple[str, ...]]:
        scenario = self.scenario
        return {
            "sources": tuple((scenario.marketing or MarketingPlan()).origins()),
            "stages": tuple(scenario.sales.stages) if scenario.sales else (),
            "activities": (
                *(scenario.marketing.prospecting if scenario.marketing else ()),
                *(scenario.sales.follow_up if scenario.sales else ()),
            ),
            "teams": tuple(scenario.teams),
            "types": tuple(scenario.service.types) if scenario.service else (),
            "channels": tuple(scenario.service.channels) if scenario.service else (),
            "reasons": self.desk.reasons,
            "segments": tuple(scenario.customers.segments) if scenario.customers else (),
        }
