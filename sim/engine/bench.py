"""Free servers, in the order in which work is offered to them; knows no job, queue or clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

__all__ = ["Bench", "IdleBench", "RandomBench", "RankedBench"]

SWEEP = 64
"""Heaps shorter than this are never swept: it would not pay."""


class _Sitter(Protocol):
    in_hand: int
    rank: Any


S = TypeVar("S", bound=_Sitter)


class IdleBench(Generic[S]):
    """Servers without work, the longest idle first; for servers who handle one job at a time."""

    __slots__ = ("_limit", "_line", "_turn")

    def __init__(self, turns: count[int]) -> None:
        self._line: deque[tuple[int, S]] = deque()
        self._limit = SWEEP
        self._turn = turns.__next__

    def add(self, server: S) -> None:
        """Let a server who has just become free stand at the end."""
        server.rank = turn = self._turn()
        line = self._line
        line.append((turn, server))
        if len(line) > self._limit:
            self._line = deque(entry for entry in line if entry[1].rank == entry[0])
            self._limit = 2 * len(self._line) + SWEEP

    def remove(self, server: S) -> None:
        """Take a server out, who need not be in."""
        server.rank = None

    def take(self) -> S | None:
        """Take out who is offered work next; None if nobody is free."""
        line = self._line
        while line:
            turn, server = line.popleft()
            if server.rank == turn:
                server.rank = None
                return server
        return None

    def first(self) -> S | None:
        """Look at who is offered work next; None if nobody is free."""
        line = self._line
        while line:
            turn, server = line[0]
            if server.rank == turn:
                return server
            line.popleft()
        return None


class RankedBench(Generic[S]):
    """Servers with a hand free: fewest jobs in hand first, then by a measure of their own, then longest so."""

    __slots__ = ("_heap", "_limit", "_measure", "_turn")

    def __init__(self, turns: count[int], measure: Callable[[S], float]) -> None:
        self._heap: list[tuple[tuple[int, float, int], S]] = []
        self._limit = SWEEP
        self._turn = turns.__next__
        self._measure = measure

    def add(self, server: S) -> None:
        """Give a server with a hand free the place due now; a place held before is lost."""
        heap = self._heap
        server.rank = rank = (server.in_hand, self._measure(server), self._turn())
        heappush(heap, (rank, server))
        if len(heap) > self._limit:
            heap[:] = [entry for entry in heap if entry[1].rank is entry[0]]
            heapify(heap)
            self._limit = 2 * len(heap) + SWEEP

    def remove(self, server: S) -> None:
        """Take a server out, who need not be in."""
        server.rank = None

    def take(self) -> S | None:
        """Take out who is offered work next; None if nobody is free."""
        server = self.first()
        if server is not None:
            server.rank = None
        return server

    def first(self) -> S | None:
        """Look at who is offered work next; None if nobody is free."""
        heap = self._heap
        while heap:
            rank, server = heap[0]
            if server.rank is rank:
                return server
            heappop(heap)
        return None


class RandomBench(Generic[S]):
    """Servers with a hand free: fewest jobs in hand first, and of those each equally likely."""

    __slots__ = ("_chance", "_levels")

    def __init__(self, chance: Callable[[], float]) -> None:
        """`chance` gives uniform numbers from 0 up to, not including, 1."""
        self._chance = chance
        self._levels: list[list[S]] = []

    def add(self, server: S) -> None:
        """Let a server with a hand free be found; a place held before is lost."""
        self.remove(server)
        levels = self._levels
        while len(levels) <= server.in_hand:
            levels.append([])
        level = levels[server.in_hand]
        server.rank = (server.in_hand, len(level))
        level.append(server)

    def remove(self, server: S) -> None:
        """Take a server out, who need not be in."""
        if server.rank is None:
            return
        depth, place = server.rank
        level = self._levels[depth]
        last = level.pop()
        if last is not server:
            level[place] = last
            last.rank = server.rank
        server.rank = None

    def take(self) -> S | None:
        """Take out one of those with fewest in hand; None if nobody is free."""
        server = self.draw([self])
        if server is not None:
            self.remove(server)
        return server

    def fewest(self) -> list[S]:
        """Those with fewest in hand; empty if nobody is free."""
        return next((level for level in self._levels if level), [])

    def draw(self, benches: list[RandomBench[S]]) -> S | None:
        """Point at one of those with fewest in hand on several benches, each equally likely; None if nobody is free."""
        crowds = [crowd for bench in benches if (crowd := bench.fewest())]
        if not crowds:
            return None
        if len(crowds) > 1:
            least = min(crowd[0].in_hand for crowd in crowds)
            crowds = [crowd for crowd in crowds if crowd[0].in_hand == least]
        number = sum(len(crowd) for crowd in crowds)
        place = min(int(self._chance() * number), number - 1) if number > 1 else 0
        for crowd in crowds:
            if place < len(crowd):
                return crowd[place]
            place -= len(crowd)
        return None


Bench = IdleBench[S] | RankedBench[S] | RandomBench[S]
