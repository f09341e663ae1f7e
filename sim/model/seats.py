"""A place of a team and those who fill it one after the other: the same people, stays and gaps under every plan.

It employs nobody.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.model.tenures import talents

if TYPE_CHECKING:
    from sim.engine.distributions import DurationLaw
    from sim.engine.streams import Streams
    from sim.model.rota import Position
    from sim.model.tenures import Tenure
    from sim.scenario.teams import TeamPlan


class Opening:
    """A position for which somebody is sought."""

    __slots__ = ("seat",)

    def __init__(self, seat: Seat) -> None:
        self.seat = seat


class Seat:
    """One position over time. What comes next out of its streams depends on nothing but how many came before."""

    __slots__ = ("coming", "delays", "people", "position", "stays", "tenure", "vacancy")

    def __init__(
        self, streams: Streams, team: str, plan: TeamPlan, position: Position, delay: DurationLaw | None = None
    ) -> None:
        """`delay` is how long it takes to fill it when it is opened; None: as long as after somebody has quit."""
        stream = f"people.{team}.{position.place}"
        self.position = position
        self.people = talents(streams, f"{stream}.talent", plan.spread)
        """Talents of those who come."""
        self.stays = _stays(streams, stream, plan)
        """How long each of them stays unstrained, and how long the seat is empty if he quits [h]."""
        self.delays = _delays(streams, f"{stream}.delay", delay or plan.vacancy)
        """How long it takes to fill it each time it is opened [h]."""
        self.tenure: Tenure | None = None
        """Whoever fills it now."""
        self.vacancy = 0.0
        """How long it will be empty if he quits [h]."""
        self.coming: Opening | None = None
        """The search for somebody, if there is one."""

    @property
    def free(self) -> bool:
        """Whether nobody fills it or is sought for it."""
        return self.tenure is None and self.coming is None


def _stays(streams: Streams, stream: str, plan: TeamPlan) -> Iterator[tuple[float, float]]:
    """Constant quit rate: stays are exponential."""
    if plan.turnover <= 0:
        while True:
            yield math.inf, 0.0
    generator = streams.generator(stream)
    while True:
        stay = float(generator.exponential(1.0 / plan.turnover))
        yield stay, float(plan.vacancy.draw(generator, 1)[0])


def _delays(streams: Streams, stream: str, law: DurationLaw) -> Iterator[float]:
    generator = streams.generator(stream)
    while True:
        yield float(law.draw(generator, 1)[0])
