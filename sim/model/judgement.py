"""Whether a contact resolves the need, how it is felt, what the customer says when asked; it changes nothing."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from sim.engine.streams import keyed_uniform
from sim.model.facts import NAN
from sim.model.loyalty import experience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.server import Server
    from sim.model.entities import Ticket
    from sim.model.posts import Post
    from sim.model.skills import Profile
    from sim.scenario.customers import Experience
    from sim.scenario.service import Survey

_HARD = 3
"""Number under which a ticket's difficulty is drawn by its key."""
_LEAST = 2.0**-54
"""What a chance of 0 is taken for: it has no normal quantile."""
_quantile = NormalDist().inv_cdf


class Judgement:
    """How handled contacts turn out, by skill, difficulty, pressure and wait."""

    def __init__(
        self,
        feelings: Experience,
        survey: Survey | None,
        profiles: Mapping[Server, Profile],
        talents: Mapping[Server, float] | None = None,
    ) -> None:
        """`profiles` say what people's skills do, `talents` what they add to log-odds by themselves; who is not in one
        of them is standard."""
        self._feelings = feelings
        self._survey = survey
        self._profiles = profiles
        self._talents: Mapping[Server, float] = {} if talents is None else talents
        self.asks = survey is not None and survey.response > 0
        """Whether customers are asked how it was."""

    def outcome(self, contact: Any, post: Post) -> tuple[bool, float]:
        """Whether a contact that was handled resolved the need, and how it is felt (0 to 1)."""
        way = contact.ticket.way
        profile = self._profiles.get(contact.server) if self._profiles else None
        talent = self._talents.get(contact.server, 0.0) if self._talents else 0.0
        chance = post.resolution
        if profile is not None or talent or post.difficulty or post.pressure is not None:
            effect = talent if profile is None else talent + profile.resolution[post.kind]
            if post.difficulty:
                effect -= post.difficulty * _quantile(keyed_uniform(contact.ticket.key, _HARD) or _LEAST)
            if post.pressure is not None:
                effect += post.pressure.resolution()
            chance = post.chance(effect)
        resolved = contact.chance < chance
        since: float = contact.asked if way.booked else contact.arrived
        wait: float = contact.started - since
        if wait > 0.0 and not way.live:
            wait = 0.0 if post.outbound else post.calendar.open_hours(since, contact.started)
        felt = experience(self._feelings, resolved, wait, way.tolerance)
        if profile is not None:
            warmth = profile.experience[post.kind]
            if warmth:
                felt = min(1.0, max(0.0, felt + warmth))
        return resolved, felt

    def answer(self, ticket: Ticket, attempt: int, felt: float) -> float:
        """What the customer says about the contact that ended his ticket; nan if nobody asks or he does not answer."""
        survey = self._survey
        if survey is None:
            return NAN
        need, key = ticket.need, ticket.key
        if need.answers(key, attempt) >= survey.response:
            return NAN
        noise = _quantile(need.answer(key, attempt) or _LEAST)
        said = 1 + (survey.scale - 1) * felt + survey.noise * noise
        return float(min(survey.scale, max(1, round(said))))
