"""What sales does for customers after the win: whose turn it is, who calls, what comes of it; it sells to no lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.engine.job import Job
from sim.engine.streams import keyed, keyed_uniform
from sim.engine.timer import call_after
from sim.model.carrying import stands_in
from sim.model.entities import variant
from sim.model.facts import NAN, OUTCOMES
from sim.model.loyalty import odds

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.calendar import Calendar
    from sim.engine.server import Server
    from sim.engine.streams import Streams
    from sim.engine.team import Desk, Team
    from sim.model.entities import Customer
    from sim.model.journal import Journal
    from sim.model.skills import Profile
    from sim.scenario.followup import FollowUp

POOL = 4096
_EXPANDS = 5.0
"""Log-odds of expansion for each unit that skill adds to how follow-up is felt."""
_OPEN, _DONE, _MISSED, _LAPSED, _EXPANSION = range(len(OUTCOMES["activities"]))
_NUMBERS = 1 << 56


class Turn(Job):
    """A piece of work on one customer."""

    __slots__ = ("_task", "customer", "owner", "patience", "turn")
    breakable = True

    def __init__(self, desk: Desk, customer: Customer, turn: int, work: float) -> None:
        self.desk = desk
        self.customer = customer
        self.work = work
        self.state = "new"
        self.turn = turn
        """Number of the customer's turn."""

    @property
    def work(self) -> float:
        """Work [h of a standard person]: none on somebody who has left meanwhile."""
        return self._task if self.customer.left is None else 0.0

    @work.setter
    def work(self, task: float) -> None:
        self._task = task


class Care:
    """One kind of follow-up. Inlets: admit (a customer is live), expect (a term ends then). Outlets: on_care (it is
    felt), on_growth (he pays so much of it more from now on), on_work. It is the desk of its turns."""

    def __init__(
        self,
        env: Environment,
        streams: Streams,
        plan: FollowUp,
        name: str,
        code: int,
        place: int,
        team: Team,
        team_code: int,
        hours: Calendar,
        kind: int,
        profiles: Mapping[Server, Profile],
        references: Sequence[float],
        journal: Journal,
        until: float,
    ) -> None:
        """`code` is the journal's, `place` the number among follow-ups; `references` are neutral satisfaction by kind
        of customer, none where it moves nothing."""
        self.on_care: Callable[[Customer, float, float], None]
        self.on_growth: Callable[[Customer, float, int], None]
        self.on_work: Callable[[str, int, float, float], None] | None = None
        self._env = env
        self._plan = plan
        self._code = code
        self._team = team
        self._team_code = team_code
        self._hours = hours
        self._kind = kind
        self._profiles = profiles
        self._references = references
        self._until = until
        self._make: Any = variant(Turn, priority=plan.priority + 0.5, reserve=plan.reserve, kind=kind)
        self._work = streams.pool(f"sales.follow_up.{name}.work", plan.work, POOL)
        self._grows = streams.pool(f"sales.follow_up.{name}.grows", plan.grows, POOL) if plan.grows else []
        self._first = _NUMBERS + (place << 40)
        self._write = journal.writer("activities")
        self._open: dict[Customer, Turn] = {}

    def admit(self, customer: Customer) -> None:
        """A customer is live: plan for him from now on."""
        plan = self._plan
        if plan.after is not None and customer.origin:
            self._plan_turn(customer, 0, self._env.now + plan.after)
        elif plan.every is not None:
            first = plan.every * keyed_uniform(customer.key, self._first)
            self._plan_turn(customer, 0, self._env.now + first)

    def expect(self, customer: Customer, end: float) -> None:
        """A term of his has begun and will end then [h]."""
        if self._plan.before_renewal is not None:
            review = end - self._plan.before_renewal
            if review >= self._env.now:
                self._plan_turn(customer, round(end), review)

    def _plan_turn(self, customer: Customer, turn: int, time: float) -> None:
        """Plan a turn that would be at `time` [h]: it is due when the team is there next."""
        due = self._hours.next_open(time)
        if due < self._until:
            call_after(self._env, due - self._env.now, self._due, (customer, turn, time))

    def _due(self, appointment: tuple[Customer, int, float]) -> None:
        """A customer's turn has come: skipped if he is content, or his last one is still to be done."""
        customer, turn, time = appointment
        if customer.left is not None:
            return
        plan = self._plan
        if plan.every is not None:
            # Counted from turn to turn as they should be, so that closed days delay none but their own; turns that the
            # team sleeps through are one.
            ahead = 1
            while self._hours.next_open(time + ahead * plan.every) <= self._env.now:
                ahead += 1
            self._plan_turn(customer, turn + ahead, time + ahead * plan.every)
        if customer in self._open or (plan.below is not None and customer.satisfaction >= plan.below):
            return
        job = self._make(self, customer, turn, self._work[self._drawn(customer, turn, 1) & (POOL - 1)])
        job.patience = plan.lapses
        keeper = (customer.keepers or {}).get(self._team)
        job.owner = keeper if keeper is not None and keeper.employed else None
        self._open[customer] = job
        if self.on_work:
            self.on_work(self._team.name, self._kind, job.work, 0.0)
        self._team.submit(job)

    def _drawn(self, customer: Customer, turn: int, what: int) -> int:
        return keyed(customer.key, self._first + (turn << 4) + what)

    def started(self, job: Turn) -> None:
        """Somebody takes the customer's turn up: the account is his from now on."""
        assert job.server is not None
        if job.customer.keepers is None:
            job.customer.keepers = {}
        if not stands_in(job.customer.keepers.get(self._team)):
            job.customer.keepers[self._team] = job.server

    def finished(self, job: Turn) -> None:
        """The call is made: it is felt, and may find that the customer wants more."""
        customer, turn, plan = job.customer, job.turn, self._plan
        del self._open[customer]
        first = self._first + (turn << 4)
        if customer.left is not None and not job.handled:
            self._record(job, _LAPSED, 0)
            return
        if customer.left is not None or keyed_uniform(customer.key, first + 2) >= plan.reach:
            self._record(job, _MISSED, 0)
            return
        profile = self._profiles.get(job.server) if self._profiles and job.server is not None else None
        warmth = profile.follow_up[self._kind] if profile is not None else 0.0
        outcome = _DONE
        if self._grows:
            neutral = self._references[customer.segment] if self._references else 0.0
            base = plan.expansion * (min(1.0, customer.satisfaction / neutral) if neutral else 1.0)
            if keyed_uniform(customer.key, first + 3) < odds(base, _EXPANDS * warmth):
                outcome = _EXPANSION
                self.on_growth(customer, self._grows[self._drawn(customer, turn, 4) & (POOL - 1)], self._code)
        self._record(job, outcome, 1)
        if plan.weight > 0:
            self.on_care(customer, min(1.0, max(0.0, plan.felt + warmth)), plan.weight)

    def abandoned(self, job: Turn) -> None:
        """Nobody found time: dropped."""
        del self._open[job.customer]
        self._record(job, _LAPSED, 0)

    def blocked(self, job: Turn) -> None:
        """No room in the team's queue: dropped."""
        del self._open[job.customer]
        self._record(job, _LAPSED, 0)

    def overdue(self, job: Turn) -> None:
        """Turns have no deadline."""

    def disconnected(self, job: Turn) -> None:
        """Nobody is on the line for a turn."""

    def _record(self, job: Turn, outcome: int, conversations: int) -> None:
        started, over = job.started, outcome != _OPEN
        called = outcome in (_DONE, _MISSED, _EXPANSION)
        self._write(
            (
                self._code,
                self._team_code,
                job.customer.number,
                job.arrived,
                NAN if started is None else started,
                job.ended if over and job.ended is not None else NAN,
                job.handled if called else NAN,
                outcome,
                NAN if job.server is None or not over else job.server.index,
                int(called),
                conversations,
                0,
            )
        )

    def close_books(self) -> None:
        """Write down what is still to be done at the horizon."""
        for job in self._open.values():
            self._record(job, _OPEN, 0)
