"""The verbs that choose: the first of several benches' servers, of several queues' jobs; they know no clock.

What can be decided beforehand is decided when the verb is made, so that a team with one bench and one queue asks them
directly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sim.engine.bench import Bench, RandomBench
from sim.engine.job import Job
from sim.engine.queues import Queue, Rank
from sim.engine.server import Server

__all__ = ["give_from", "take_beyond", "take_from"]

Kept = tuple[Queue[Job], int]
"""A queue, and how many servers must stay free beside the one who takes from it."""


def take_from(tiers: list[list[Bench[Server]]]) -> Callable[[], Server | None]:
    """The verb that takes the server with the best place off the first tier of benches where anybody can be had."""
    tiers = [tier for tier in tiers if tier]
    if len(tiers) == 1 and len(tiers[0]) == 1:
        return tiers[0][0].take
    random = [[bench for bench in tier if isinstance(bench, RandomBench)] for tier in tiers]
    if any(random):
        return partial(_draw, random)
    return partial(_take, tiers)


def take_beyond(
    reserve: int,
    free: Callable[[], int],
    take: Callable[[], Server | None],
    take_sharing: Callable[[], Server | None],
) -> Server | None:
    """Take anybody if more than the reserve are free, else at most somebody who is not free anyway."""
    return take() if free() > reserve else take_sharing()


def give_from(tiers: list[list[Kept]], free: Callable[[], int] | None) -> Callable[[], Job | None]:
    """The verb that takes the next job out of the first tier of queues where any may be taken.

    `free` counts the free servers beside the one who takes; without it no reserve is looked at.
    """
    tiers = [tier for tier in tiers if tier]
    if free is not None and any(reserve for tier in tiers for _, reserve in tier):
        return partial(_give_beyond, tiers, free)
    queues = [[queue for queue, _ in tier] for tier in tiers]
    if len(queues) == 1 and len(queues[0]) == 1:
        return queues[0][0].pop
    return partial(_give, queues)


def _take(tiers: list[list[Bench[Server]]]) -> Server | None:
    for benches in tiers:
        best: Server | None = None
        for bench in benches:
            server = bench.first() if not isinstance(bench, RandomBench) else None
            if server is not None and (best is None or server.rank < best.rank):
                best = server
        if best is not None:
            return best.bench.take()
    return None


def _draw(tiers: list[list[RandomBench[Server]]]) -> Server | None:
    for benches in tiers:
        server = benches[0].draw(benches)
        if server is not None:
            server.bench.remove(server)
            return server
    return None


def _give(tiers: list[list[Queue[Job]]]) -> Job | None:
    for queues in tiers:
        found = _first(queues)
        if found is not None:
            return found.pop()
    return None


def _give_beyond(tiers: list[list[Kept]], free: Callable[[], int]) -> Job | None:
    others = free()
    return _give([[queue for queue, reserve in tier if reserve <= others] for tier in tiers])


def _first(queues: list[Queue[Job]]) -> Queue[Job] | None:
    """The queue whose next job goes before that of all the others."""
    best: Rank | None = None
    found = None
    for queue in queues:
        head = queue.head()
        if head is not None and (best is None or head[0] < best):
            best = head[0]
            found = queue
    return found
