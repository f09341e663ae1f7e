"""Which job goes to which server: one queue per skill, free servers per set of skills; knows no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count

from sim.engine.bench import Bench, IdleBench, RankedBench
from sim.engine.disciplines import Discipline, Takes
from sim.engine.queues import FifoQueue, Queue, Rank, RankedQueue
from sim.engine.server import Job, Server

__all__ = ["Routing"]


def _least_given(server: Server) -> float:
    return server.given


def _nothing(server: Server) -> float:
    return 0.0


class Routing:
    """Finds a server for a job and a job for a server, in time that does not grow with how many wait.

    It grows only with the number of different skills (queues a server looks at) and of different sets of skills
    (benches a job looks at).
    """

    def __init__(self, discipline: Discipline, takes: Takes, concurrency: int) -> None:
        self._discipline = discipline
        self._takes = takes
        self._concurrency = concurrency
        self._turns = count()
        self._queues: dict[str | None, Queue[Job]] = {}
        self._benches: dict[tuple[str, ...] | None, Bench[Server]] = {}
        self._takers: dict[str | None, Callable[[], Server | None]] = {}
        self._servers: list[Server] = []

    def bench_for(self, skills: tuple[str, ...] | None) -> Bench[Server]:
        """Where servers with these skills stand when free."""
        bench = self._benches.get(skills)
        if bench is None:
            if self._takes == "least_busy":
                bench = RankedBench(self._turns, _least_given)
            elif self._concurrency > 1:
                bench = RankedBench(self._turns, _nothing)
            else:
                bench = IdleBench(self._turns)
            self._benches[skills] = bench
            for skill in self._takers:
                self._takers[skill] = self._taker(skill)
        return bench

    def add(self, server: Server) -> None:
        """Let a server be found from now on, whenever on its bench."""
        self._servers.append(server)
        server.next_job = self._giver(server)

    def remove(self, server: Server) -> list[Job]:
        """Forget a server who has left; returns the jobs that waited for nobody else."""
        self._servers.remove(server)
        if server.own_queue is None or self._takes == "owner_first":
            return []
        return server.own_queue.drain()

    def find(self, job: Job) -> Server | None:
        """Take off the bench who does this job now; None if everybody who may is busy or away."""
        owner = job.owner
        if owner is not None:
            if self._benches.get(owner.skills) is not owner.bench:
                raise ValueError("the owner of a job must be a server of the team it is submitted to")
            if owner.rank is not None:
                owner.bench.remove(owner)
                return owner
            if owner.employed and self._takes != "owner_first":
                return None
        try:
            take = self._takers[job.skill]
        except KeyError:
            self._open_queue(job.skill)
            take = self._takers[job.skill]
        return take()

    def put(self, job: Job) -> None:
        """Let a new job wait."""
        if job.owner is None:
            self._queues[job.skill].push(job)
        else:
            for queue in self._queues_for(job):
                queue.push(job)

    def put_back(self, job: Job) -> None:
        """Let a job wait that has a claim to a place before later ones."""
        for queue in self._queues_for(job):
            queue.restore(job)

    def matches(self, servers: Iterable[Server]) -> Iterator[tuple[Job, Server]]:
        """Take out of the queues, one by one, what free servers can do; of private queues only those of `servers`.

        The caller must let the server take the job before asking for the next pair.
        """
        queues = list(self._queues.values())
        queues += [server.own_queue for server in servers if server.own_queue is not None]
        heads = [(head[0], place) for place, queue in enumerate(queues) if (head := queue.head()) is not None]
        heapify(heads)
        while heads:
            rank, place = heads[0]
            head = queues[place].head()
            if head is None or head[0] != rank:
                # Taken out through another queue, or by the pair before: look again at what stands there now.
                heappop(heads)
                if head is not None:
                    heappush(heads, (head[0], place))
                continue
            server = self.find(head[1])
            if server is None:
                heappop(heads)
            else:
                queues[place].pop()
                yield head[1], server

    def _queues_for(self, job: Job) -> list[Queue[Job]]:
        owner = job.owner
        if owner is None or not owner.employed:
            return [self._common(job.skill)]
        if owner.own_queue is None:
            owner.own_queue = self._new_queue()
            owner.next_job = self._giver(owner)
        if self._takes == "owner_first":
            # In two queues at once: whichever gives it out first, the other one finds that it waits no longer.
            return [self._common(job.skill), owner.own_queue]
        return [owner.own_queue]

    def _common(self, skill: str | None) -> Queue[Job]:
        if skill not in self._queues:
            self._open_queue(skill)
        return self._queues[skill]

    def _open_queue(self, skill: str | None) -> None:
        """Meet a skill for the first time."""
        self._queues[skill] = self._new_queue()
        self._takers[skill] = self._taker(skill)
        for server in self._servers:
            server.next_job = self._giver(server)

    def _new_queue(self) -> Queue[Job]:
        return FifoQueue() if self._discipline.rule == "fifo" else RankedQueue(self._discipline.key)

    def _taker(self, skill: str | None) -> Callable[[], Server | None]:
        """The verb that takes off its bench who does a job of this skill next."""
        able = {skills: b for skills, b in self._benches.items() if skill is None or skills is None or skill in skills}
        if len(able) == 1:
            return next(iter(able.values())).take
        own: list[Bench[Server]] = []
        if skill is not None and self._takes == "own_skill_first":
            own = [bench for skills, bench in able.items() if skills is not None and skills[0] == skill]
        others = [bench for bench in able.values() if bench not in own]
        return partial(_take_from, own, others)

    def _giver(self, server: Server) -> Callable[[], Job | None]:
        """The verb that takes out of the queues what this server does next."""
        skills = server.skills
        able = {s: q for s, q in self._queues.items() if s is None or skills is None or s in skills}
        mine: list[Queue[Job]] = [] if server.own_queue is None else [server.own_queue]
        if not mine and len(able) == 1:
            return next(iter(able.values())).pop
        if self._takes == "own_skill_first" and skills:
            mine += [queue for skill, queue in able.items() if skill is None or skill == skills[0]]
        elif self._takes != "owner_first":
            mine += able.values()
        return partial(_give_from, mine, [queue for queue in able.values() if queue not in mine])


def _take_from(*tiers: list[Bench[Server]]) -> Server | None:
    """Take the server with the best place off the first tier of benches where anybody is free."""
    for benches in tiers:
        best: Server | None = None
        for bench in benches:
            server = bench.first()
            if server is not None and (best is None or server.rank < best.rank):
                best = server
        if best is not None:
            return best.bench.take()
    return None


def _give_from(*tiers: list[Queue[Job]]) -> Job | None:
    """Take the next job out of the first tier of queues where any waits."""
    for queues in tiers:
        found = _first(queues)
        if found is not None:
            return found[0].pop()
    return None


def _first(queues: list[Queue[Job]]) -> tuple[Queue[Job], Job] | None:
    """The queue whose next job goes before that of all the others, and that job."""
    best: Rank | None = None
    found = None
    for queue in queues:
        head = queue.head()
        if head is not None and (best is None or head[0] < best):
            best = head[0]
            found = queue, head[1]
    return found
