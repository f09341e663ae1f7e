"""What people's skills do to each kind of work: pace, chance of resolution, how it is felt; it knows no person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.scenario.service import Skill

if TYPE_CHECKING:
    from sim.scenario.service import ServicePlan

Skills = Mapping[str, float]
"""Proficiency by skill; 1 is standard."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What one set of skills does, by kind of work; place 0 is work that uses no skill."""

    paces: tuple[float, ...]
    """Speed against the standard."""
    resolution: tuple[float, ...]
    """Added to the log-odds of resolution."""
    experience: tuple[float, ...]
    """Added to how a contact is felt."""

    @property
    def plain(self) -> bool:
        """Whether it changes nothing."""
        return set(self.paces) == {1.0} and not any(self.resolution) and not any(self.experience)


class Kinds:
    """Every kind of service work: a ticket type at one of its tiers, with the weights of the skills it draws on."""

    def __init__(self, plan: ServicePlan | None) -> None:
        self._worth: Mapping[str, Skill] = plan.skills if plan else {}
        self._weights: list[dict[str, float]] = [{}]
        self._codes: dict[tuple[str, int], int] = {}
        for name, kind in plan.types.items() if plan else ():
            for tier, skill in enumerate([kind.skill, *(tier.skill for tier in kind.escalation)]):
                self._codes[name, tier] = len(self._weights)
                self._weights.append({**kind.uses, **({skill: 1.0} if skill else {})})

    def code(self, name: str, tier: int) -> int:
        """Number of a kind of work; 0 is work outside service."""
        return self._codes[name, tier]

    def profile(self, skills: Skills | None) -> Profile:
        """What these skills do. A skill that somebody does not name is there at standard.

        Time is multiplied by p ^ (-elasticity x weight); log-odds of resolution and experience gain by p - 1.
        """
        known = skills or {}
        paces, resolution, experience = [], [], []
        for weights in self._weights:
            pace, gain, warmth = 1.0, 0.0, 0.0
            for skill, weight in weights.items():
                p, worth = known.get(skill, 1.0), self._worth.get(skill) or Skill()
                pace *= p ** (worth.handle_time * weight)
                gain += worth.resolution * weight * (p - 1.0)
                warmth += worth.experience * weight * (p - 1.0)
            paces.append(pace)
            resolution.append(gain)
            experience.append(warmth)
        return Profile(tuple(paces), tuple(resolution), tuple(experience))
