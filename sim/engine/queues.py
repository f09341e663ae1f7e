"""Lines of waiting jobs: in order of arrival, or by rank; knows no server, and no clock.

A job that gives up is not looked for: it stays in the line until it is met at the front or swept out, so that every
operation takes constant or logarithmic time however long the line is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Generic, Protocol, TypeVar

from sim.engine.disciplines import Rankable

__all__ = ["FifoQueue", "Queue", "Rank", "RankedQueue"]

Rank = tuple[float, float, int]
"""(key of the rule, place among equals, number of arrival): the smaller goes first."""

SWEEP = 64
"""Lines shorter than this are never swept: it would not pay."""


class _Waiting(Rankable, Protocol):
    @property
    def state(self) -> str:
        """The word "waiting" while it waits."""


J = TypeVar("J", bound=_Waiting)


class Queue(Protocol[J]):
    """What a team asks of a line of waiting jobs."""

    def push(self, job: J) -> None:
        """Let a job wait; jobs come in the order of their numbers."""

    def restore(self, job: J) -> None:
        """Let a job wait at the place its number entitles it to, though later ones may stand there already."""

    def pop(self) -> J | None:
        """Take the next job that still waits out of the line; None if there is none."""

    def head(self) -> tuple[Rank, J] | None:
        """Look at the next job that still waits and leave it there; None if there is none."""

    def drain(self) -> list[J]:
        """Take out every job that still waits, in order."""

    def waiting(self) -> list[J]:
        """Look at every job that still waits, in any order; one that was put back may be there twice."""


class FifoQueue(Generic[J]):
    """A line in order of arrival."""

    __slots__ = ("_limit", "_line", "_restored")

    def __init__(self) -> None:
        self._line: deque[J] = deque()
        self._restored: list[tuple[int, J]] = []
        self._limit = SWEEP

    def push(self, job: J) -> None:
        line = self._line
        line.append(job)
        if len(line) > self._limit:
            self._line = deque(j for j in line if j.state == "waiting")
            self._limit = 2 * len(self._line) + SWEEP

    def restore(self, job: J) -> None:
        heappush(self._restored, (job.number, job))

    def pop(self) -> J | None:
        if self._restored:
            return self._pop_either()
        line = self._line
        while line:
            job = line.popleft()
            if job.state == "waiting":
                return job
        return None

    def head(self) -> tuple[Rank, J] | None:
        restored = self._restored
        while restored and restored[0][1].state != "waiting":
            heappop(restored)
        line = self._line
        while line and line[0].state != "waiting":
            line.popleft()
        if restored and (not line or restored[0][0] <= line[0].number):
            number, job = restored[0]
            return (0.0, 0.0, number), job
        if line:
            return (0.0, 0.0, line[0].number), line[0]
        return None

    def drain(self) -> list[J]:
        jobs: list[J] = []
        while (job := self.pop()) is not None:
            jobs.append(job)
        return jobs

    def waiting(self) -> list[J]:
        everybody = [*self._line, *(job for _, job in self._restored)]
        return [job for job in everybody if job.state == "waiting"]

    def _pop_either(self) -> J | None:
        found = self.head()
        if found is None:
            return None
        job = found[1]
        if self._restored and self._restored[0][1] is job:
            heappop(self._restored)
        else:
            self._line.popleft()
        return job


class RankedQueue(Generic[J]):
    """A heap of jobs in order of a rule's key, equals by their `order` if it counts, then in order of arrival."""

    __slots__ = ("_heap", "_key", "_limit", "_ordered")

    def __init__(self, key: Callable[[J], float | None], *, ordered: bool = False) -> None:
        self._heap: list[tuple[float, float, int, J]] = []
        self._key = key
        self._ordered = ordered
        self._limit = SWEEP

    def push(self, job: J) -> None:
        heap = self._heap
        heappush(heap, (self._key(job) or 0.0, job.order if self._ordered else 0.0, job.number, job))
        if len(heap) > self._limit:
            heap[:] = [entry for entry in heap if entry[3].state == "waiting"]
            heapify(heap)
            self._limit = 2 * len(heap) + SWEEP

    restore = push

    def pop(self) -> J | None:
        heap = self._heap
        while heap:
            job = heappop(heap)[3]
            if job.state == "waiting":
                return job
        return None

    def head(self) -> tuple[Rank, J] | None:
        heap = self._heap
        while heap:
            key, order, number, job = heap[0]
            if job.state == "waiting":
                return (key, order, number), job
            heappop(heap)
        return None

    def drain(self) -> list[J]:
        jobs: list[J] = []
        while (job := self.pop()) is not None:
            jobs.append(job)
        return jobs

    def waiting(self) -> list[J]:
        return [entry[3] for entry in self._heap if entry[3].state == "waiting"]
