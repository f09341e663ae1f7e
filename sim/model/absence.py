"""Who is away when: spells of every seat of a team, the same at the same instants under every plan; it replaces nobody.

Spells belong to the seat and to the clock: whoever fills it when one begins is away until it is over, or until he
leaves. One that begins while the seat is empty is nobody's, and whoever comes meanwhile is there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.streams import Streams
    from sim.model.seats import Seat
    from sim.model.staff import Staff
    from sim.scenario.careers import Absence


class Absences:
    """The spells of absence of one team."""

    def __init__(self, env: Environment, streams: Streams, plan: Absence, staff: Staff) -> None:
        self._env = env
        self._streams = streams
        self._plan = plan
        self._staff = staff

    def watch(self, seat: Seat) -> None:
        """From now on whoever fills this seat is away in its spells."""
        self._env.process(self._go_and_come(seat))

    def _go_and_come(self, seat: Seat) -> Generator[Any, Any, None]:
        env, staff = self._env, self._staff
        stream = f"people.{staff.team.name}.{seat.position.place}.absence"
        for begin, end in spells(self._streams, stream, self._plan):
            if begin < env.now:
                continue
            yield env.timeout(begin - env.now)
            tenure = seat.tenure
            if tenure is not None:
                staff.pause(tenure, env.now)
            yield env.timeout(max(0.0, end - env.now))
            if tenure is not None and tenure.server.employed:
                staff.resume(tenure, env.now)


def spells(streams: Streams, stream: str, plan: Absence) -> Iterator[tuple[float, float]]:
    """When each spell begins and ends [h]; time at work is exponential, and everybody begins with it."""
    generator, end = streams.generator(stream), 0.0
    while True:
        begin = end + float(generator.exponential(1.0 / plan.rate))
        end = begin + float(plan.length.draw(generator, 1)[0])
        yield begin, end
