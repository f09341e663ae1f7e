"""Kinds of need for help, made ready for the clock: laws, promises and draws of each ticket type; it queues nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.streams import keyed, keyed_uniform
from sim.model.traits import keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.engine.calendar import Calendar
    from sim.engine.deadlines import Deadlines
    from sim.engine.distributions import DurationLaw
    from sim.engine.streams import Streams
    from sim.engine.team import Team
    from sim.scenario.service import Channel, TicketType

POOL = 16384
"""Values drawn in advance for contacts after the first; each contact finds its own by the ticket's key."""

Traits = tuple[int, float, float, float, int]
"""Of one first contact: place of its channel, work [h], patience [h], chance of resolution, key."""


class Way:
    """One channel by which a kind of need can come."""

    __slots__ = ("channel", "code", "deadlines", "live", "place", "tolerance", "within")

    def __init__(self, place: int, code: int, channel: Channel) -> None:
        self.place = place
        """Place among the need's ways."""
        self.code = float(code)
        """Code of the channel in the journal."""
        self.channel = channel
        self.live = channel.mode == "live"
        self.tolerance = channel.tolerance
        self.within = channel.target.within
        self.deadlines: Deadlines | None = None
        """The alarm for contacts that must be answered by a deadline."""


class Need:
    """One ticket type: its plan, its team and everything that is drawn for it."""

    def __init__(
        self,
        code: int,
        name: str,
        plan: TicketType,
        team: Team,
        team_code: int,
        calendar: Calendar,
        ways: Sequence[Way],
        streams: Streams,
    ) -> None:
        self.code = code
        """Code of the type in the journal."""
        self.name = name
        self.plan = plan
        self.team = team
        self.team_code = float(team_code)
        self.calendar = calendar
        """Hours in which the team is open; promises on deferred work are measured in them."""
        self.ways = ways
        self.resolution = plan.resolution
        self.priority = plan.priority
        self.weight = plan.weight
        self.settles = plan.per_win is not None
        self._streams = streams
        self._shares = np.cumsum(list(plan.channels.values()))[:-1]
        self._pools: dict[str, list[float]] = {}

    def columns(self, generator: np.random.Generator, n: int) -> list[np.ndarray]:
        """Traits of n first contacts as columns: place of the channel, work, patience, chance."""
        places = np.searchsorted(self._shares, generator.random(n), side="right")
        patience = np.full(n, np.inf)
        for way in self.ways:
            if way.channel.patience is not None:
                chosen = np.flatnonzero(places == way.place)
                patience[chosen] = way.channel.patience.draw(generator, len(chosen))
        return [places, self.plan.handle_time.draw(generator, n), patience, generator.random(n)]

    def traits(self, generator: np.random.Generator, n: int) -> list[Traits]:
        """Traits of n first contacts as rows."""
        columns = [column.tolist() for column in self.columns(generator, n)]
        return list(zip(*columns, keys(generator, n), strict=True))

    def single(self, key: int) -> Traits:
        """Traits of one first contact that nobody drew in advance (a question, an onboarding), found by its key."""
        place = int(np.searchsorted(self._shares, keyed_uniform(key, 1), side="right"))
        return place, self.work(key, 1), self.patience(self.ways[place], key, 1), keyed_uniform(key, 2), key

    def work(self, key: int, attempt: int) -> float:
        """Work [h] of a later contact."""
        return self._find("work", self.plan.handle_time, key, 8 * attempt + 3)

    def patience(self, way: Way, key: int, attempt: int) -> float:
        """Patience [h] of a later contact, infinite where the channel knows none."""
        law = way.channel.patience
        return float("inf") if law is None else self._find(f"patience.{way.place}", law, key, 8 * attempt + 4)

    def delay(self, key: int, attempt: int) -> float:
        """Time [h] until an unresolved need comes back."""
        return self._find("returns", self.plan.returns_after, key, 8 * attempt + 5)

    def comes_back(self, key: int, attempt: int) -> bool:
        """Whether an unresolved need comes back."""
        return keyed_uniform(key, 8 * attempt + 6) < self.plan.returns

    def chance(self, key: int, attempt: int) -> float:
        """Uniform number that decides whether a later contact resolves the need."""
        return keyed_uniform(key, 8 * attempt + 7)

    def _find(self, what: str, law: DurationLaw, key: int, salt: int) -> float:
        pool = self._pools.get(what)
        if pool is None:
            pool = self._pools[what] = self._streams.pool(f"service.{self.name}.{what}", law, POOL)
        return pool[keyed(key, salt) & (POOL - 1)]
