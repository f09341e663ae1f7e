"""One person's time in a job: since when, how good he is by himself, how he grows into it; it hires nobody."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.engine.units import WEEK
from sim.model.facts import NAN

if TYPE_CHECKING:
    from sim.engine.server import Server
    from sim.engine.streams import Streams
    from sim.model.rota import Position
    from sim.scenario.careers import Ramp, Spread

SLOWEST = 0.01
"""Least productivity: whoever is there gets something done."""

Talent = tuple[float, float]
"""What somebody brings by himself: his pace (1 is usual), and what he adds to log-odds."""


class Tenure:
    """Somebody in a position, from his first day on."""

    __slots__ = ("joined", "odds", "pace", "position", "productivity", "ramped", "server")

    def __init__(self, server: Server, position: Position, joined: float, talent: Talent, ramped: float = NAN) -> None:
        self.server = server
        self.position = position
        self.joined = joined
        """First day [h]."""
        self.pace, self.odds = talent
        self.ramped = ramped
        """When he was fully productive [h]; nan: not yet."""
        self.productivity = 1.0
        """How productive he is, against a colleague of his talent who knows the job."""

    @property
    def newcomer(self) -> bool:
        """Whether he is still growing into the job."""
        return math.isnan(self.ramped)

    def row(self, team: int, left: float, end: float = NAN) -> tuple[float, ...]:
        """What the journal says of him; `left` [h] and the code of how it ended are nan for who is still there."""
        return (
            team,
            self.server.index,
            self.position.place,
            self.joined,
            self.ramped,
            left,
            self.pace,
            self.odds,
            end,
        )


def talents(streams: Streams, stream: str, spread: Spread | None) -> Iterator[Talent]:
    """Those who fill one position, one after the other: the same people under every plan, whenever they come.

    Pace is lognormal with mean 1, odds are normal with mean 0; both are drawn even if only one of them varies, so that
    how much people differ in one respect changes nothing in the other. Without a spread nothing is drawn.
    """
    if spread is None:
        while True:
            yield 1.0, 0.0
    variance = math.log1p(spread.pace**2)
    generator = streams.generator(stream)
    while True:
        quick, able = generator.standard_normal(2).tolist()
        yield math.exp(math.sqrt(variance) * quick - variance / 2), spread.odds * able


def growth(ramp: Ramp | None) -> list[tuple[float, float]]:
    """Productivity by time in the job [h], as steps; who has reached the last one is no newcomer any more.

    A straight line is looked at once a week: each week works at its middle.
    """
    if ramp is not None and ramp.table:
        return [(float(step.from_), float(step.productivity)) for step in ramp.table]
    time = ramp.length() if ramp else 0.0
    start = ramp.start if ramp else 1.0
    weeks = [(WEEK * week, min(WEEK * (week + 1), time)) for week in range(math.ceil(time / WEEK))]
    return [*((begin, start + (1.0 - start) * ((begin + end) / 2) / time) for begin, end in weeks), (time, 1.0)]
