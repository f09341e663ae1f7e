"""The service desk: its channels and ticket types, what skills are worth, and whom it asks how it was."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.engine.arrivals import Profile
from sim.engine.quantities import Measure, NonNegative, Share
from sim.scenario.channels import Channel
from sim.scenario.plan import Name, Plan
from sim.scenario.tickets import TicketType


class Skill(Plan):
    """What a skill is worth, by proficiency p (1 is standard) and by the weight w it has in a ticket type.

    Time is multiplied by p ^ (-handle_time x w), resolution x w x (p - 1) is added to the log-odds of resolving the
    need, experience x w x (p - 1) to how the contact is felt. A ticket type's own `skill` has weight 1.
    """

    handle_time: Annotated[float, Measure("number", low=-2, high=2)] = 1.0
    """Elasticity of speed: at 1, whoever is 4/3 as proficient needs 3/4 of the time; 0: no effect."""
    resolution: Annotated[float, Measure("number", low=-5, high=5)] = 0.0
    """Log-odds of resolution gained per unit of proficiency above standard."""
    experience: Annotated[float, Measure("number", low=-1, high=1)] = 0.0
    """Experience gained per unit of proficiency above standard."""


class Survey(Plan):
    """Asking customers how it was: what a help desk believes, beside what the simulation knows."""

    response: Share = 0.2
    """Share of customers asked who answer; everybody is asked whose ticket was closed by a person."""
    scale: int = Field(default=5, ge=2, le=11)
    """Answers go from 1 to this."""
    satisfied: int = Field(default=4, ge=2, le=11)
    """Least answer that counts as satisfied (CSAT)."""
    noise: NonNegative = 0.5
    """Standard deviation of an answer about 1 + (scale - 1) x experience, before it is rounded and cut to the scale."""


class ServicePlan(Plan):
    """The service desk."""

    channels: dict[Name, Channel] = Field(min_length=1, max_length=20)
    """Channels by name."""
    types: dict[Name, TicketType] = Field(min_length=1, max_length=50)
    """Ticket types by name."""
    skills: dict[Name, Skill] = Field(default={}, max_length=50)
    """What skills are worth, by name; a skill not named here acts on speed alone."""
    survey: Survey | None = None
    """How customers are asked; left out, nobody is."""
    profile: Profile | None = None
    """Rhythm of the week of customers' tickets; left out, evenly around the clock."""
    busyness: Annotated[float, Measure("number", low=0, high=3)] = 0.0
    """Coefficient of variation of the day factor of customers' tickets."""

    def reasons(self) -> tuple[str, ...]:
        """Why contacts are passed on to the next tier: each word once, in order of first mention."""
        tiers = (tier for kind in self.types.values() for tier in kind.escalation)
        return tuple(dict.fromkeys(reason for tier in tiers for reason in tier.reasons))
