"""The stages as they are worked: who does them, what a meeting takes, and chance found by key; it decides nothing."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from sim.engine.streams import keyed, keyed_uniform
from sim.model.entities import Lead, variant
from sim.model.visits import Appointment, Visit

if TYPE_CHECKING:
    from sim.engine.calendar import Calendar
    from sim.engine.distributions import DurationLaw
    from sim.engine.server import Server
    from sim.engine.streams import Streams
    from sim.engine.team import Team
    from sim.scenario.sales import SalesPlan

POOL = 4096
"""Values of a law that are drawn in advance, to be picked by key."""
_FIRST = 1 << 40
"""Numbers from here on are the pipeline's, of all that is drawn by a lead's key."""
_WORK, _THINKING, _DECISION, _NOTICE, _NO_SHOW, _AGAIN = range(6)
_PREPARATION, _TRAVEL, _BETWEEN, _QUALIFIES, _HANDOVER, _DATE = range(6, 12)


class Step:
    """One stage of the pipeline."""

    def __init__(
        self,
        place: int,
        name: str,
        plan: SalesPlan,
        team: Team,
        code: int,
        kind: int,
        hours: Calendar,
        streams: Streams,
    ) -> None:
        """`code` is the team's in the journal, `kind` says how skills tell, `hours` are the team's opening hours."""
        self.place = place
        self.name = name
        self.plan = stage = plan.stages[name]
        self.team = team
        self.team_code = code
        self.kind = kind
        self.hours = hours
        self.way = plan.interactions[stage.interaction] if stage.interaction else None
        way = self.way
        # A lead is not on the line: where a team serves as well, a caller of the same priority goes first.
        rank = stage.priority + 0.5
        if way is not None and way.notice is not None:
            rank -= 0.1  # A date that was agreed upon goes before what has none.
        self.outing = way is not None and bool(way.no_show or way.travel or way.preparation)
        base = Appointment if self.outing else Visit
        self.make: Any = variant(base, priority=rank, reserve=stage.reserve, kind=kind)
        self._streams = streams
        self._pools: dict[int, list[float]] = {}

    # The first meeting of the first round is drawn at the lead's birth, everything rarer by his key.

    def decision(self, lead: Lead) -> float:
        """Uniform number that decides whether the lead passes."""
        if lead.rounds:
            return keyed_uniform(lead.key, self._number(lead, _DECISION))
        return lead.steps[3 * self.place]

    def work(self, lead: Lead) -> float:
        """Work on the meeting that comes now [h]."""
        if lead.rounds or lead.meeting > 1:
            return self._find(_WORK, self.plan.work, lead)
        return lead.steps[3 * self.place + 1]

    def thinking(self, lead: Lead) -> float:
        """Time the buyer thinks about it [h]."""
        if lead.rounds:
            return self._find(_THINKING, self.plan.thinking, lead)
        return lead.steps[3 * self.place + 2]

    def qualifies(self, lead: Lead) -> float:
        """Uniform number that decides whether the lead is none."""
        return keyed_uniform(lead.key, self._number(lead, _QUALIFIES))

    def between(self, lead: Lead) -> float:
        """Time until the next meeting [h]."""
        return self._find(_BETWEEN, self.plan.between, lead)

    def notice(self, lead: Lead) -> float:
        """Time until the buyer has a date free, or can be tried again [h]."""
        if self.way is None:
            return 0.0
        if lead.tries and self.way.again is not None:
            return self._find(_AGAIN, self.way.again, lead)
        return self._find(_NOTICE, self.way.notice, lead)

    def date(self, lead: Lead, wish: float, keeper: Server | None) -> float:
        """When a buyer is met who has time at an instant [h]: then, or sometime in the next hours of whoever keeps him
        (of the team, if nobody does)."""
        hours = self.hours if keeper is None else keeper.calendar
        opens = hours.next_open(wish)
        if opens in (wish, inf):
            return opens
        # Nights and weekends are spread over the day that follows, or everybody would come at its first stroke.
        return opens + keyed_uniform(lead.key, self._number(lead, _DATE)) * (hours.next_close(opens) - opens)

    def handover(self, lead: Lead, law: DurationLaw | None) -> float:
        """Work of getting to know the case [h]."""
        return self._find(_HANDOVER, law, lead)

    def prepare(self, visit: Any, lead: Lead) -> None:
        """Settle what an outing takes: whether anybody is there, the road, preparation."""
        way = self.way
        assert way is not None
        visit.missed = keyed_uniform(lead.key, self._number(lead, _NO_SHOW)) < way.no_show
        visit.travel = self._find(_TRAVEL, way.travel, lead)
        task = way.wasted if visit.missed else visit.work
        visit.work = task + self._find(_PREPARATION, way.preparation, lead)

    def _number(self, lead: Lead, purpose: int) -> int:
        return _FIRST + (((lead.rounds << 8 | self.place) << 8 | lead.meeting) << 8 | lead.tries) * 16 + purpose

    def _find(self, purpose: int, law: DurationLaw | None, lead: Lead) -> float:
        """The value of a law that belongs to the lead, his round, meeting and try; 0 without a law."""
        if law is None:
            return 0.0
        pool = self._pools.get(purpose)
        if pool is None:
            pool = self._pools[purpose] = self._streams.pool(f"sales.{self.name}.{_NAMES[purpose]}", law, POOL)
        return pool[keyed(lead.key, self._number(lead, purpose)) & (POOL - 1)]


_NAMES = (
    "work", "thinking", "decision", "notice", "no_show", "again", "preparation", "travel", "between", "qualifies",
    "handover",
)  # fmt: skip
