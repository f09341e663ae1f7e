"""Free servers, in the order in which work is offered to them; knows no job, queue or clock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

__all__ = ["Bench", "IdleBench", "RankedBench"]

SWEEP = 64
"""Heaps shorter than this are never swept: it would not pay."""


class _Sitter(Protocol):
    in_hand: int
    rank: Any


S = TypeVar("S", bound=_Sitter)


class IdleBench(Generic[S]):
    """Servers without work, the longest idle first; for servers who handle one job at a time."""

    __slots__ = ("_line", "_turn")

    def __init__(self, turns: count[int]) -> None:
        self._line: OrderedDict[S, None] = OrderedDict()
        self._turn = turns.__next__

    def add(self, server: S) -> None:
        """Let a server who has just become free stand at the end."""
        self._line[server] = None
        server.rank = self._turn()

    def remove(self, server: S) -> None:
        """Take a server out, who need not be in."""
        if server.rank is not None:
            del self._line[server]
            server.rank = None

    def first(self) -> S | None:
        """Who is offered work next; None if nobody is free."""
        for server in self._line:
            return server
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

    def first(self) -> S | None:
        """Who is offered work next; None if nobody is free."""
        heap = self._heap
        while heap:
            rank, server = heap[0]
            if server.rank is rank:
                return server
            heappop(heap)
        return None


Bench = IdleBench[S] | RankedBench[S]
