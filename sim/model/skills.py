"""What people's skills do to each kind of work: pace, chances, how it is felt, what buyers do; it knows no person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.scenario.selling import SellingSkill
from sim.scenario.service import Skill

if TYPE_CHECKING:
    from sim.scenario.marketing import MarketingPlan
    from sim.scenario.sales import SalesPlan
    from sim.scenario.service import ServicePlan

Skills = Mapping[str, float]
"""Proficiency by skill; 1 is standard."""

Selling = Literal["stage", "prospecting", "follow_up"]
"""What selling work is part of; each has names of its own."""

_UNPRICED = Skill()
"""A skill that service does not price acts on speed alone."""
_NEUTRAL = (1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0)
"""What no skill at all does to a kind of work, in the order of the profile."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What one set of skills does, by kind of work; place 0 is work that uses no skill.

    `resolution` and `experience` are of service work, 0 elsewhere; the four after them of selling, neutral elsewhere.
    """

    paces: tuple[float, ...]
    """Speed against the standard."""
    resolution: tuple[float, ...]
    """Added to the log-odds of resolution."""
    experience: tuple[float, ...]
    """Added to how a contact is felt."""
    odds: tuple[float, ...]
    """Added to the log-odds of passing a stage, or of a conversation that brings a lead."""
    cycle: tuple[float, ...]
    """Factor of the time a buyer thinks."""
    discount: tuple[float, ...]
    """Factor of the discount he gets."""
    follow_up: tuple[float, ...]
    """Added to how follow-up is felt (and, five-fold, to the log-odds of expansion)."""
    plain: bool
    """Whether it changes nothing."""


class Kinds:
    """Every kind of work that skills tell in, numbered: service first, then selling."""

    def __init__(
        self, service: ServicePlan | None, sales: SalesPlan | None = None, marketing: MarketingPlan | None = None
    ) -> None:
        """Service work is a ticket type at one of its tiers; selling work is a stage, a prospecting, a follow-up."""
        self._worth: Mapping[str, Skill] = service.skills if service else {}
        self._weights: list[dict[str, float]] = [{}]
        self._codes: dict[tuple[str, int], int] = {}
        for name, kind in service.types.items() if service else ():
            for tier, skill in enumerate([kind.skill, *(tier.skill for tier in kind.escalation)]):
                self._codes[name, tier] = len(self._weights)
                self._weights.append({**kind.uses, **({skill: 1.0} if skill else {})})
        self.first_selling = len(self._weights)
        """Number of the first kind of selling work; service work has those from 1 to below it."""
        names: dict[Selling, Mapping[str, object]] = {
            "stage": sales.stages if sales else {},
            "prospecting": marketing.prospecting if marketing else {},
            "follow_up": sales.follow_up if sales else {},
        }
        works = [(part, name) for part, plans in names.items() for name in plans]
        self._selling = {work: self.first_selling + place for place, work in enumerate(works)}
        skills = sales.skills if sales else {}
        self._sellers: list[dict[str, SellingSkill]] = [_telling(skills, part, name) for part, name in works]

    def code(self, name: str, tier: int) -> int:
        """Number of a kind of service work; 0 is work in which no skill tells."""
        return self._codes[name, tier]

    def selling(self, part: Selling, name: str) -> int:
        """Number of a kind of selling work: a stage, a prospecting or a follow-up, by name."""
        return self._selling[part, name]

    def profile(self, skills: Skills | None) -> Profile:
        """What these skills do. A skill that somebody does not name is there at standard.

        Service: time is multiplied by p ^ (-elasticity x weight); log-odds of resolution and experience gain by p - 1.
        Selling: work, the buyer's thinking and the discount are multiplied by p ^ -activity, p ^ -cycle and
        p ^ -discount; log-odds and the feeling of follow-up gain by p - 1.
        """
        known = skills or {}
        rows = [self._service(weights, known) for weights in self._weights]
        rows += [_selling(told, known) for told in self._sellers]
        paces, resolution, experience, odds, cycle, discount, follow_up = zip(*rows, strict=True)
        plain = all(row == _NEUTRAL for row in rows)
        return Profile(paces, resolution, experience, odds, cycle, discount, follow_up, plain)

    def _service(self, weights: Mapping[str, float], known: Skills) -> tuple[float, ...]:
        pace, gain, warmth = 1.0, 0.0, 0.0
        for skill, weight in weights.items():
            p, worth = known.get(skill, 1.0), self._worth.get(skill) or _UNPRICED
            pace *= p ** (worth.handle_time * weight)
            gain += worth.resolution * weight * (p - 1.0)
            warmth += worth.experience * weight * (p - 1.0)
        return pace, gain, warmth, 0.0, 1.0, 1.0, 0.0


def _telling(skills: Mapping[str, SellingSkill], part: Selling, name: str) -> dict[str, SellingSkill]:
    """The skills that tell in one kind of selling work: those tied to stages in these alone."""
    return {
        skill: worth
        for skill, worth in skills.items()
        if not worth.stages or (part == "stage" and name in worth.stages)
    }


def _selling(told: Mapping[str, SellingSkill], known: Skills) -> tuple[float, ...]:
    pace, odds, cycle, discount, follow_up = 1.0, 0.0, 1.0, 1.0, 0.0
    for skill, worth in told.items():
        p = known.get(skill, 1.0)
        pace *= p**worth.activity
        odds += worth.odds * (p - 1.0)
        cycle *= p**-worth.cycle
        discount *= p**-worth.discount
        follow_up += worth.follow_up * (p - 1.0)
    return pace, 0.0, 0.0, odds, cycle, discount, follow_up
