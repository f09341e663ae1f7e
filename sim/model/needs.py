"""Kinds of need for help, made ready for the clock: laws, promises and draws of each ticket type; it queues nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.streams import keyed, keyed_uniform
from sim.model.posts import POOL
from sim.model.traits import keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.engine.distributions import DurationLaw
    from sim.engine.streams import Streams
    from sim.model.posts import Post, Way
    from sim.scenario.tickets import TicketType

Traits = tuple[int, float, float, float, int]
"""Of one first contact: place of its channel, work [h], patience [h], chance of resolution, key."""

_CHANNEL, _FIRST_CHANCE = 1, 2
_STEP = 16
"""Numbers kept for each contact of a ticket, from `_STEP` x (number of the contact) on:"""
_WORK, _PATIENCE, _RETURN, _COMES_BACK, _CHANCE, _WRAP, _REDIALS, _REDIAL = range(8)
_TRAVEL, _NO_SHOW, _REASON, _COMPLAINS, _ANSWERS, _ANSWER, _COMPLAINT = range(8, 15)


class Need:
    """One ticket type: its plan, its posts and everything that is drawn for it.

    What befalls a ticket after its first contact is keyed to the ticket and the number of the contact, so that it is
    the same under every plan.
    """

    def __init__(
        self, code: int, name: str, plan: TicketType, posts: Sequence[Post], ways: Sequence[Way], streams: Streams
    ) -> None:
        self.code = code
        """Code of the type in the journal."""
        self.name = name
        self.plan = plan
        self.posts = posts
        """Who handles it: the team asked first, then the tiers of its escalation."""
        self.ways = ways
        """Channels it comes by, then those it goes on by."""
        self.weight = plan.weight
        self.settles = plan.per_win is not None
        self._streams = streams
        self._shares = np.cumsum(list(plan.channels.values()))[:-1]
        self._pools: dict[str, list[float]] = {}

    def columns(self, generator: np.random.Generator, n: int) -> list[np.ndarray]:
        """Traits of n first contacts as columns: place of the channel, work, patience, chance."""
        places = np.searchsorted(self._shares, generator.random(n), side="right")
        work = self.plan.handle_time.draw(generator, n)
        patience = np.full(n, np.inf)
        for place, way in enumerate(self.ways[: len(self.plan.channels)]):
            if way.impatient:
                chosen = np.flatnonzero(places == place)
                patience[chosen] = way.patience_of(generator, len(chosen))
        return [places, work, patience, generator.random(n)]

    def traits(self, generator: np.random.Generator, n: int) -> list[Traits]:
        """Traits of n first contacts as rows."""
        columns = [column.tolist() for column in self.columns(generator, n)]
        return list(zip(*columns, keys(generator, n), strict=True))

    def single(self, key: int) -> Traits:
        """Traits of one first contact that nobody drew in advance (a question, an onboarding), found by its key."""
        place = int(np.searchsorted(self._shares, keyed_uniform(key, _CHANNEL), side="right"))
        patience = self.patience(self.ways[place], key, 1)
        return place, self.work(self.posts[0], key, 1), patience, keyed_uniform(key, _FIRST_CHANCE), key

    def work(self, post: Post, key: int, attempt: int) -> float:
        """Work [h] of a contact that nobody drew in advance."""
        return self._find(f"work.{post.tier}" if post.tier else "work", post.handle_time, key, attempt, _WORK)

    def patience(self, way: Way, key: int, attempt: int) -> float:
        """Patience [h] of a contact that nobody drew in advance, infinite where the channel knows none."""
        if not way.impatient:
            return float("inf")
        chance = keyed_uniform(key, _STEP * attempt + _PATIENCE)
        if chance < way.balk:
            return 0.0
        if way.patience is None:
            return float("inf")
        return self._find(f"patience.{way.name}", way.patience, key, attempt, _PATIENCE)

    def wrap(self, way: Way, key: int, attempt: int) -> float:
        """Work [h] after the customer has gone."""
        return self._find(f"wrap.{way.name}", way.wrap_up, key, attempt, _WRAP) if way.wrap_up else 0.0

    def travel(self, way: Way, key: int, attempt: int) -> float:
        """Time on the road [h], there and back."""
        return self._find(f"travel.{way.name}", way.travel, key, attempt, _TRAVEL) if way.travel else 0.0

    def nobody_home(self, way: Way, key: int, attempt: int) -> bool:
        """Whether a visit finds nobody."""
        return keyed_uniform(key, _STEP * attempt + _NO_SHOW) < way.no_show

    def delay(self, key: int, attempt: int) -> float:
        """Time [h] until an unresolved need comes back."""
        return self._find("returns", self.plan.returns_after, key, attempt, _RETURN)

    def comes_back(self, key: int, attempt: int) -> bool:
        """Whether an unresolved need comes back."""
        return keyed_uniform(key, _STEP * attempt + _COMES_BACK) < self.plan.returns

    def chance(self, key: int, attempt: int) -> float:
        """Uniform number that decides whether a later contact resolves the need."""
        return keyed_uniform(key, _STEP * attempt + _CHANCE)

    def redials(self, way: Way, key: int, attempt: int) -> float | None:
        """Time [h] after which a caller who was not answered tries again; None if he does not."""
        if way.redial is None or keyed_uniform(key, _STEP * attempt + _REDIALS) >= way.redial.share:
            return None
        return self._find(f"redial.{way.name}", way.redial.after, key, attempt, _REDIAL)

    def reason(self, post: Post, key: int, attempt: int) -> float | None:
        """Code of the reason for which an unresolved contact is passed on; None if it is not."""
        if not post.reasons:
            return None
        chance = keyed_uniform(key, _STEP * attempt + _REASON)
        return next((code for share, code in post.reasons if chance < share), None)

    def complains(self, key: int, attempt: int) -> float:
        """Uniform number that decides whether a bad contact becomes a complaint."""
        return keyed_uniform(key, _STEP * attempt + _COMPLAINS)

    def complaint(self, key: int, attempt: int) -> int:
        """Key of the complaint that a contact becomes."""
        return keyed(key, _STEP * attempt + _COMPLAINT) >> 2

    def answers(self, key: int, attempt: int) -> float:
        """Uniform number that decides whether a customer answers when asked."""
        return keyed_uniform(key, _STEP * attempt + _ANSWERS)

    def answer(self, key: int, attempt: int) -> float:
        """Uniform number that decides how far his answer is from what he felt."""
        return keyed_uniform(key, _STEP * attempt + _ANSWER)

    def complaint_delay(self, key: int) -> float:
        """Time [h] until a complaint of this type comes."""
        assert self.plan.complaints is not None
        return self._find("complaints", self.plan.complaints.after, key, 0, _RETURN)

    def _find(self, what: str, law: DurationLaw, key: int, attempt: int, number: int) -> float:
        """The value of a law that belongs to a key: it is picked from values drawn in advance."""
        pool = self._pools.get(what)
        if pool is None:
            pool = self._pools[what] = self._streams.pool(f"service.{self.name}.{what}", law, POOL)
        return pool[keyed(key, _STEP * attempt + number) & (POOL - 1)]
