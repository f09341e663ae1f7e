"""Which job goes to which server: a queue per kind of claim, free servers per set of skills; knows no clock.

Jobs wait in one queue if the same servers may take them at the same moments: the same skill, lane and reserve, the
same owner if they insist on him. So whatever stands first in a queue can be taken if anything in it can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count

from sim.engine.bench import Bench, IdleBench, RandomBench, RankedBench
from sim.engine.choice import give_from, take_beyond, take_from
from sim.engine.disciplines import Discipline, Takes, Ties
from sim.engine.job import Job
from sim.engine.lanes import Lane
from sim.engine.queues import FifoQueue, Queue, Rank, RankedQueue
from sim.engine.server import Server

__all__ = ["Routing"]

Door = tuple[str | None, str | None, int]
"""What is asked of those who take from a queue: skill, lane, and how many must stay free."""
Key = str | None | Door
"""A door, or the skill alone if there is neither lane nor reserve."""


def _least_given(server: Server) -> float:
    return server.given


def _nothing(server: Server) -> float:
    return 0.0


class Routing:
    """Finds a server for a job and a job for a server, in time that does not grow with how many wait.

    It grows only with the number of different doors (queues a server looks at) and of different sets of skills
    (benches a job looks at).
    """

    def __init__(
        self,
        discipline: Discipline,
        takes: Takes,
        ties: Ties,
        chance: Callable[[], float] | None,
        lanes: Mapping[str, Lane],
        free: Callable[[], int],
    ) -> None:
        """`chance` gives uniform numbers; `free` counts the servers on the roster with nothing in hand."""
        self._discipline = discipline
        self._takes = takes
        self._ties: Ties = ties if takes in ("owner_first", "own_skill_first") else takes  # type: ignore[assignment]
        if self._ties == "random" and chance is None:
            raise ValueError("to choose at random, a source of chance is needed")
        self._chance = chance
        self._lanes = lanes
        self._free = free
        self._turns = count()
        self._queues: dict[Key, Queue[Job]] = {}
        self._benches: dict[tuple[str, ...] | None, dict[str | None, Bench[Server]]] = {}
        self._takers: dict[Key, Callable[[], Server | None]] = {}
        self._servers: list[Server] = []
        self._plain = True
        """Whether every job so far had neither lane nor reserve."""
        self.reserves = False
        """Whether any job so far had a reserve."""

    def places_for(self, skills: tuple[str, ...] | None) -> Mapping[str | None, Bench[Server]]:
        """Where servers with these skills stand: with nothing in hand, and by lane of what they have in hand."""
        places = self._benches.get(skills)
        if places is None:
            places = self._benches[skills] = {None: self._new_bench(shared=False)}
            for lane in self._lanes:
                places[lane] = self._new_bench(shared=True)
            for key in self._takers:
                self._takers[key] = self._taker(_door(key))
        return places

    def add(self, server: Server) -> None:
        """Let a server be found from now on, whenever on its bench."""
        self._servers.append(server)
        self._show_queues(server)

    def remove(self, server: Server) -> None:
        """Forget a server who has left."""
        self._servers.remove(server)

    def release(self, server: Server) -> None:
        """Let the jobs that waited for nobody but this server, who has left or is away, wait for all."""
        if self._takes != "owner_first":
            self._move(list(server.own_queues.values()))

    def reclaim(self, server: Server) -> None:
        """Let the jobs of a server who is back wait for nobody else."""
        if self._takes != "owner_first":
            self._move([q for q in self._queues.values() if any(job.owner is server for job in q.waiting())])

    def _move(self, queues: list[Queue[Job]]) -> None:
        for job in [job for queue in queues for job in queue.drain()]:
            self.put_back(job)

    def find(self, job: Job) -> Server | None:
        """Take off the bench who does this job now; None if everybody who may is busy or away."""
        key: Key = job.skill
        if job.reserve or (self._lanes and job.lane in self._lanes):
            key = self._key(job)
        owner = job.owner
        if owner is not None:
            if not self._ours(owner) and job.state == "new":
                raise ValueError("the owner of a job must be a server of the team it is submitted to")
            if owner.rank is not None and self._ours(owner) and self._suits(owner, key):
                owner.bench.remove(owner)
                return owner
            if self._insists(owner):
                return None
        try:
            take = self._takers[key]
        except KeyError:
            self._open_queue(key)
            take = self._takers[key]
        return take()

    def put(self, job: Job) -> None:
        """Let a new job wait."""
        if job.owner is None:
            self._queues[job.skill if self._plain else self._key(job)].push(job)
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
        queues += [queue for server in servers for queue in server.own_queues.values()]
        heads = [(head[0], place) for place, queue in enumerate(queues) if (head := queue.head()) is not None]
        heapify(heads)
        passed: list[tuple[Rank, int]] = []
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
                passed.append(heappop(heads))
                continue
            queues[place].pop()
            yield head[1], server
            if server.lane is not None:
                # Who has begun to share himself may take what was passed over.
                for entry in passed:
                    heappush(heads, entry)
                passed.clear()

    def last_calls(self) -> list[Job]:
        """The jobs that wait and cannot be put down, those first that would be taken first."""
        queues = list(self._queues.values())
        queues += [queue for server in self._servers for queue in server.own_queues.values()]
        live = {id(job): job for queue in queues for job in queue.waiting() if not job.breakable}
        ordered = self._discipline.rule == "priority"
        key = self._discipline.key
        return sorted(live.values(), key=lambda job: (key(job) or 0.0, job.order if ordered else 0.0, job.number))

    def able(self, server: Server, job: Job) -> bool:
        """Whether a server may take a job with what he has in hand now, whoever else is free."""
        owner = job.owner
        if owner is not None and owner is not server and self._insists(owner):
            return False
        _, lane, _ = _door(self._key(job))
        room = server.in_hand == 0 or (
            lane is not None and server.lane == lane and server.in_hand < self._lanes[lane].at_once
        )
        known = owner is server or job.skill is None or server.skills is None or job.skill in server.skills
        return room and known

    def _key(self, job: Job) -> Key:
        lane = job.lane if job.lane in self._lanes else None
        return job.skill if lane is None and not job.reserve else (job.skill, lane, job.reserve)

    def _ours(self, owner: Server) -> bool:
        return self._benches.get(owner.skills) is owner.places

    def _insists(self, owner: Server) -> bool:
        """Whether the jobs of this owner are for nobody else."""
        return owner.employed and not owner.away and self._takes != "owner_first" and self._ours(owner)

    def _suits(self, owner: Server, key: Key) -> bool:
        """Whether an owner with a hand free may take a job that came through this door."""
        _, lane, reserve = _door(key)
        if owner.in_hand:
            return lane is not None and owner.lane == lane
        return not reserve or self._free() > reserve

    def _queues_for(self, job: Job) -> list[Queue[Job]]:
        owner = job.owner
        key = self._key(job)
        free = owner is not None and owner.away and self._takes != "owner_first"
        if owner is None or free or not owner.employed or not self._ours(owner):
            return [self._common(key)]
        _, lane, reserve = _door(key)
        own = owner.own_queues.get((lane, reserve))
        if own is None:
            own = owner.own_queues[lane, reserve] = self._new_queue()
            self.reserves = self.reserves or reserve > 0
            self._show_queues(owner)
        # Perhaps in two queues at once: whichever gives it out first, the other one finds that it waits no longer.
        return [self._common(key), own] if self._takes == "owner_first" else [own]

    def _common(self, key: Key) -> Queue[Job]:
        if key not in self._queues:
            self._open_queue(key)
        return self._queues[key]

    def _open_queue(self, key: Key) -> None:
        """Meet a claim for the first time."""
        self._queues[key] = self._new_queue()
        self._takers[key] = self._taker(_door(key))
        if isinstance(key, tuple):
            self._plain = False
            self.reserves = self.reserves or key[2] > 0
        for server in self._servers:
            self._show_queues(server)

    def _new_queue(self) -> Queue[Job]:
        rule = self._discipline.rule
        return FifoQueue() if rule == "fifo" else RankedQueue(self._discipline.key, ordered=rule == "priority")

    def _new_bench(self, *, shared: bool) -> Bench[Server]:
        if self._ties == "random" and self._chance is not None:
            return RandomBench(self._chance)
        if self._ties == "least_busy":
            return RankedBench(self._turns, _least_given)
        return RankedBench(self._turns, _nothing) if shared else IdleBench(self._turns)

    def _taker(self, door: Door) -> Callable[[], Server | None]:
        """The verb that takes off its bench who does next what comes through this door."""
        skill, lane, reserve = door
        able = [(skills, places) for skills, places in self._benches.items() if _knows(skills, skill)]
        first = []
        if skill is not None and self._takes == "own_skill_first":
            first = [places for skills, places in able if skills is not None and skills[0] == skill]
        groups = [first, [places for _, places in able if places not in first]]
        idle = [[places[None] for places in group] for group in groups]
        if lane is None:
            tiers, kept = idle, []
        else:
            sharing = [[places[lane] for places in group] for group in groups]
            # Of each group first who has nothing in hand, then who has fewest.
            tiers, kept = [tier for pair in zip(idle, sharing, strict=True) for tier in pair], sharing
        take = take_from(tiers)
        return partial(take_beyond, reserve, self._free, take, take_from(kept)) if reserve else take

    def _show_queues(self, server: Server) -> None:
        """Make the verbs that take out of the queues what this server does next."""
        server.next_job = self._giver(server, None)
        server.next_sharing = {lane: self._giver(server, lane) for lane in self._lanes}

    def _giver(self, server: Server, lane: str | None) -> Callable[[], Job | None]:
        """What he does next if he has jobs of this lane in hand; None: if he has nothing in hand."""
        skills = server.skills
        own = [(queue, door[1]) for door, queue in server.own_queues.items() if lane in (None, door[0])]
        first: list[tuple[Queue[Job], int]] = []
        rest: list[tuple[Queue[Job], int]] = []
        for key, queue in self._queues.items():
            skill, queue_lane, reserve = _door(key)
            if not _knows(skills, skill) or lane not in (None, queue_lane):
                continue
            second = self._takes == "owner_first" or (
                self._takes == "own_skill_first" and skills and skill != skills[0]
            )
            (rest if second else first).append((queue, reserve))
        if self._takes == "owner_first" and not own:
            first, rest = rest, []
        # Who has a lane in hand already is nobody who could be kept free.
        return give_from([own + first, rest], None if lane is not None else self._free)


def _door(key: Key) -> Door:
    return key if isinstance(key, tuple) else (key, None, 0)


def _knows(skills: tuple[str, ...] | None, skill: str | None) -> bool:
    return skill is None or skills is None or skill in skills
