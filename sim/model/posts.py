"""Where and how tickets are handled: the tiers of each ticket type, and the channels by which contacts reach them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.deadlines import Deadlines
from sim.model.contacts import Call, Letter, Meeting, Outreach
from sim.model.entities import variant
from sim.scenario.channels import Appointment, Deferred, Live

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simpy import Environment

    from sim.engine.calendar import Calendar
    from sim.engine.distributions import DurationLaw
    from sim.engine.team import Team
    from sim.model.appointments import Book
    from sim.model.contacts import Contact
    from sim.model.pressure import Pressure
    from sim.scenario.channels import Channel
    from sim.scenario.tickets import TicketType, Tier

POOL = 16384
"""Values drawn in advance for contacts after the first; each contact finds its own by the ticket's key."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)


class Trunks:
    """The lines of one channel, shared by all ticket types that come by it."""

    __slots__ = ("free",)

    def __init__(self, lines: int) -> None:
        self.free = lines
        """Lines that nobody waits or talks on."""


class Way:
    """One channel by which a ticket type can come."""

    def __init__(self, name: str, code: int, channel: Channel, plan: TicketType, trunks: Trunks | None) -> None:
        self.name = name
        self.code = float(code)
        """Code of the channel in the journal."""
        self.live = isinstance(channel, Live) and not plan.outbound
        """Whether somebody waits on the line."""
        self.booked = isinstance(channel, Appointment) and not plan.outbound
        """Whether it needs an appointment."""
        self.tolerance = channel.tolerance
        # What a type promises holds for the channels it comes by, not for those it goes on by.
        promise = plan.target if plan.target and name in plan.channels else channel.target
        self.within = promise.within
        """Time in which an answer is promised [h]."""
        self.deadline = channel.deadline if isinstance(channel, Deferred) and not plan.outbound else None
        line = channel if isinstance(channel, Live) and self.live else None
        self.patience = (plan.patience or line.patience) if line else None
        self.balk = line.balk if line else 0.0
        self.impatient = self.patience is not None or self.balk > 0
        self.redial = line.redial if line else None
        self.wrap_up = line.wrap_up if line else None
        self.lane = name if line and line.concurrency > 1 else None
        self.trunks = trunks if line else None
        visit = channel if isinstance(channel, Appointment) else None
        self.travel = visit.travel if visit else None
        self.mean_travel = visit.travel.expectation() if visit else 0.0
        self.no_show = visit.no_show if visit else 0.0
        self.notice = visit.notice if visit else 0.0
        self.slot = visit.slot if visit else 0.0

    def patience_of(self, generator: np.random.Generator, n: int) -> np.ndarray:
        """Patience of n callers [h]."""
        drawn = np.full(n, np.inf) if self.patience is None else self.patience.draw(generator, n)
        if self.balk > 0:
            drawn[generator.random(n) < self.balk] = 0.0
        return drawn


class Post:
    """One tier of a ticket type: who handles it there, and how likely it is resolved."""

    def __init__(
        self,
        tier: int,
        plan: TicketType,
        step: Tier | None,
        kind: int,
        team: Team,
        team_code: int,
        calendar: Calendar,
        ways: list[Way],
    ) -> None:
        """`step` is the tier's plan (None for the team asked first), `kind` the number of this kind of work."""
        self.tier = tier
        self.kind = kind
        self.team = team
        self.team_code = float(team_code)
        self.calendar = calendar
        """Hours in which the team is open; promises on deferred work are measured in them."""
        self.handle_time: DurationLaw = step.handle_time if step else plan.handle_time
        work = self.handle_time.expectation()
        self.mean_work = {way: work + (way.wrap_up.expectation() if way.wrap_up else 0.0) for way in ways}
        """Work [h] of a contact on average, by each way, the journey left out."""
        self.resolution: float = step.resolution if step else plan.resolution
        self.outbound = plan.outbound
        self.difficulty = plan.difficulty
        self.base = calibrated(self.resolution, plan.difficulty)
        """Chance to resolve a ticket of middling difficulty."""
        self._against = (1.0 - self.base) / self.base if 0.0 < self.base < 1.0 else None
        self.reasons: list[tuple[float, float]] = []
        """Why contacts are passed on from here: shares added up, and codes."""
        self.onward: Way | None = None
        """Channel by which they are passed on; None: the one they came by."""
        self.pressure: Pressure | None = None
        """What pressure does to the team; None without the loop."""
        self.overflow: Deadlines | None = None
        """The alarm after which another team helps."""
        self.books: dict[Way, Book] = {}
        self.deadlines: dict[Way, Deadlines] = {}
        """Alarms for contacts that must be answered by a deadline."""
        shared = {"kind": kind, "skill": step.skill if step else plan.skill, "reserve": 0 if step else plan.reserve}
        self.contacts = {way: self._variant(way, plan, shared) for way in ways}
        """The class of contacts by each way."""

    def _variant(self, way: Way, plan: TicketType, shared: Mapping[str, object]) -> type[Contact]:
        if plan.outbound:
            return variant(Outreach, priority=plan.priority + 0.5, calendar=self.calendar, within=way.within, **shared)
        if way.live:
            return variant(Call, priority=plan.priority, lane=way.lane, **shared)
        if way.booked:
            return variant(Meeting, priority=plan.priority - 0.5, **shared)
        return variant(Letter, priority=plan.priority + 0.5, calendar=self.calendar, within=way.within, **shared)

    def sort_letters(self) -> None:
        """Let letters be worked in order of what is due: needed where a team answers under different promises."""
        for way, kind in self.contacts.items():
            if issubclass(kind, Letter):
                self.contacts[way] = variant(kind, order=Letter.due)

    def set_alarms(self, env: Environment, overdue: Callable[[Any], None], helper: Team | None, wait: float) -> None:
        """Have those told who miss a deadline; after `wait` [h] have a helping team told, if there is one."""
        for way in self.contacts:
            if way.deadline is not None:
                self.deadlines[way] = Deadlines(env, _after(self.calendar, way.deadline), overdue)
        if helper is not None:
            self.overflow = Deadlines(env, lambda contact: contact.arrived + wait, helper.offer)

    def chance(self, effect: float) -> float:
        """Chance of resolution when so much is added to its log-odds; 0 and 1 stay what they are.

        This is `loyalty.odds` with what never changes worked out beforehand: it is asked for at every contact.
        """
        against = self._against
        return self.base if against is None else 1.0 / (1.0 + against * math.exp(min(-effect, 700.0)))


def _after(calendar: Calendar, allowed: float) -> Callable[[Any], float]:
    """The instant by which a contact must be answered, if so much opening time [h] is allowed for it."""
    return lambda contact: calendar.after(contact.arrived, allowed)


def calibrated(share: float, spread: float) -> float:
    """Chance for a middling ticket such that over all tickets this share is resolved.

    The log-odds of tickets are normal with standard deviation `spread`; solved by bisection, integrals by
    Gauss-Hermite quadrature.
    """
    if spread == 0.0 or not 0.0 < share < 1.0:
        return share
    low, high = -40.0, 40.0
    while high - low > 1e-12 * max(1.0, abs(low)):
        middle = (low + high) / 2
        mean = float(_WEIGHTS @ (1.0 / (1.0 + np.exp(-(middle + spread * _NODES))))) / math.sqrt(2 * math.pi)
        low, high = (middle, high) if mean < share else (low, middle)
    return 1.0 / (1.0 + math.exp(-low))
