"""One event of a story: when, what kind, the sentence, and the rows of the facts that it reads aloud."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report.trace_facts import Fact

Told = tuple[tuple[Fact, str], ...]
"""Rows with the column of the time at which each is told; the first one dates the event."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a story."""

    kind: str
    """lead, stage, win, live, ticket, contact, follow_up, change, purchase, referral, comeback, neutral or left."""
    text: str
    """What happened, as one or a few sentences."""
    told: Told
    tone: str = ""
    """good, bad, or empty."""
    order: int = 0
    """Of events at one instant the lowest comes first."""

    @property
    def time(self) -> float:
        """When it happened, or began [h]."""
        fact, moment = self.told[0]
        return fact[moment]
