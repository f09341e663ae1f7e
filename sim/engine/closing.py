"""Who is still waiting when a team closes, and who of those going home takes them first; knows no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.engine.job import Job
from sim.engine.server import Server

__all__ = ["LastCalls"]


class LastCalls:
    """The jobs on the line at closing time and the servers who stay for them."""

    def __init__(self, jobs: list[Job], staying: list[Server], able: Callable[[Server, Job], bool]) -> None:
        """Jobs and servers in the order in which they are taken; `able` tells who may take what now."""
        self._jobs = jobs
        self._staying = staying
        self._able = able

    def next_for(self, server: Server) -> Job | None:
        """What a server who has a hand free takes; None if he goes home, or finishes what he has."""
        if server not in self._staying:
            return None
        return next((job for job in self.waiting() if self._able(server, job)), None)

    def matches(self) -> Iterator[tuple[Job, Server]]:
        """What can be taken at once, and by whom: fewest in hand first.

        The caller must let the server take the job before asking for the next pair.
        """
        for job in self.waiting():
            able = [server for server in self._staying if self._able(server, job)]
            if able:
                yield job, min(able, key=_in_hand)

    def let_go(self, server: Server) -> None:
        """A server, who need not have stayed, takes nothing more."""
        if server in self._staying:
            self._staying.remove(server)

    def waiting(self) -> list[Job]:
        """Who still waits."""
        self._jobs = [job for job in self._jobs if job.state == "waiting"]
        return self._jobs


def _in_hand(server: Server) -> int:
    return server.in_hand
