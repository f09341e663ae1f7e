"""A story told instant by instant, with a look at the teams after each and books kept the slow way."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pytest
import simpy
from stories import Story, Work

from sim.engine.team import Job, Lane, Server, ServerSpec, Team
from sim.engine.timer import call_after

HORIZON = 60.0


@dataclass
class Books:
    """What a team's time comes to, counted the slow way."""

    waited: float = 0.0
    on_duty: float = 0.0
    busy: float = 0.0
    paid: float = 0.0


@dataclass
class Telling:
    """A story being told: plays it instant by instant and looks at the teams after each."""

    story: Story
    told: dict[int, list[str]] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    held: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    done: dict[int, float] = field(default_factory=lambda: defaultdict(float))

    def __post_init__(self) -> None:
        self.env = simpy.Environment()
        self.teams: list[Team] = []
        self.everybody: dict[Team, list[Server]] = {}
        self.books: dict[Team, Books] = {}
        self.rules: dict[Team, dict] = {}
        self.closed: dict[Team, float] = {}
        self.last: dict[Team, set[Server]] = {}
        self.staying: dict[Team, set[Server]] = {}
        self.late: set[int] = set()
        self.kept: dict[Server, set[int]] = {}
        numbers, chance = count(1), random.Random(3).random
        for crew in self.story.crews:
            team = Team(self.env, "team", crew.servers, numbers=numbers, chance=chance, **crew.rules)
            self.teams.append(team)
            self.everybody[team], self.rules[team], self.books[team] = list(team.servers), crew.rules, Books()
        for work in self.story.work:
            call_after(self.env, work.at, self.come, work)
        for at, team, spec in self.story.joins:
            call_after(self.env, at, self.join, (team, spec))
        for at, team, index in self.story.leaves:
            call_after(self.env, at, self.leave, (team, index))
        for at, team, index, span in self.story.absences:
            call_after(self.env, at, self.pause, (team, index, span))

    def team(self, number: int) -> Team:
        """A team by its number, if there are so many."""
        return self.teams[number % len(self.teams)]

    def come(self, work: Work) -> None:
        """A job comes, perhaps with an owner, who may have left; perhaps it is offered to the other team later."""
        job = Job(self, work.work)
        for trait, value in work.traits.items():
            setattr(job, trait, value)
        team = self.team(work.team)
        if work.owner is not None:
            everybody = self.everybody[team]
            job.owner = everybody[work.owner % len(everybody)]
        self.jobs.append(job)
        self.told[id(job)] = []
        team.submit(job)
        if work.offered is not None:
            call_after(self.env, work.offered, self.offer, (job, self.team(work.team + 1)))

    def offer(self, what: tuple[Job, Team]) -> None:
        """A job that still waits is offered to the other team."""
        job, team = what
        if job.state == "waiting":
            team.offer(job)

    def join(self, what: tuple[int, ServerSpec]) -> None:
        """Somebody is hired."""
        team, spec = self.team(what[0]), what[1]
        self.everybody[team].append(
            team.join(spec.calendar, speed=spec.speed, skills=spec.skills, paces=spec.paces),
        )

    def leave(self, what: tuple[int, int]) -> None:
        """Somebody leaves, if there is anybody."""
        team = self.team(what[0])
        if team.servers:
            self.see_off(team, team.leave, team.servers[what[1] % len(team.servers)])

    def pause(self, what: tuple[int, int, float]) -> None:
        """Somebody is away for a while, if there is anybody who is not."""
        team = self.team(what[0])
        there = [server for server in team.servers if not server.away]
        if there:
            server = there[what[1] % len(there)]
            self.see_off(team, team.pause, server)
            call_after(self.env, what[2], self.resume, server)

    def resume(self, server: Server) -> None:
        """Somebody is back, if he has not left meanwhile."""
        if server.employed:
            server.team.resume(server)

    def see_off(self, team: Team, go: Callable[[Server], None], server: Server) -> None:
        """Let somebody go; if nobody is left on the roster the team is closed, and nobody stays for that.

        Those who have gone home at closing time do not come back for what he alone could have taken until now.
        """
        was_open = any(each.rostered for each in team.servers)
        if not was_open:
            self.late |= {id(job) for job in self.waiting(team) if job.owner is server}
        go(server)
        self.kept[server] = {id(job) for job in server.jobs}
        if was_open and not any(each.rostered for each in team.servers):
            self.closed[team], self.staying[team] = self.env.now, set()
        for staying in (self.staying, self.last):
            staying.get(team, set()).discard(server)

    def started(self, job: Job) -> None:
        assert job.state == "serving"
        assert job.started == self.env.now
        assert job.taker is job.server.team
        self.told[id(job)].append("started")

    def finished(self, job: Job) -> None:
        assert job.state == "done"
        assert job.ended == self.env.now
        self.told[id(job)].append("finished")

    def abandoned(self, job: Job) -> None:
        assert job.state == "abandoned"
        assert self.env.now == pytest.approx(job.arrived + job.patience)
        self.told[id(job)].append("abandoned")

    def overdue(self, job: Job) -> None:
        assert job.state == "waiting"
        self.told[id(job)].append("overdue")

    def blocked(self, job: Job) -> None:
        assert job.state == "blocked"
        self.told[id(job)].append("blocked")

    def disconnected(self, job: Job) -> None:
        assert job.state == "disconnected"
        assert job.ended == self.env.now
        assert not job.breakable
        self.told[id(job)].append("disconnected")

    def play(self) -> None:
        """Let time pass instant by instant, with a look at the end of each."""
        while self.env.peek() < HORIZON:
            self.count(min(self.env.peek(), HORIZON) - self.env.now)
            self.env.step()
            if self.env.peek() > self.env.now + 1e-9:
                self.look()
        self.count(HORIZON - self.env.now)
        self.env.run(HORIZON)

    def count(self, span: float) -> None:
        """The slow way to integrate, until the next event."""
        if span <= 0.0:
            return
        for team, books in self.books.items():
            books.waited += span * len(self.waiting(team))
            for server in self.everybody[team]:
                held = server.jobs
                books.on_duty += span * server.on_duty
                books.busy += span * bool(held)
                books.paid += span * server.rostered
                lane = self.lane(team, held[0]) if held else None
                slower = 1.0 + lane.stretch * (len(held) - 1) if lane else 1.0
                for job in held:
                    self.held[id(job)] += span
                    self.done[id(job)] += span * server.pace(job) / slower

    def waiting(self, team: Team) -> list[Job]:
        """The jobs that wait for a team, those offered to it not included."""
        return [job for job in self.jobs if job.state == "waiting" and job.home.floor is team]

    def lane(self, team: Team, job: Job) -> Lane | None:
        """How a job is shared, if it is."""
        lane = self.rules[team].get("lanes", {}).get(job.lane)
        return lane if lane is not None and lane.at_once > 1 else None

    def may_take(self, team: Team, server: Server, job: Job, free: int | None) -> bool:
        """Whether a server should have taken a waiting job; `free` is None when nobody need stay free."""
        held = server.jobs
        if held:
            lane = self.lane(team, job)
            if lane is None or held[0].lane != job.lane or len(held) >= lane.at_once:
                return False
        elif free is not None and job.reserve and free <= job.reserve:
            return False
        owner = job.owner
        if owner is not None and owner.employed and owner in self.everybody[team]:
            if owner is server:
                return True
            if self.rules[team].get("takes") != "owner_first" and not owner.away:
                return False
        return job.skill is None or server.skills is None or job.skill in server.skills

    def look(self) -> None:
        """What must hold between any two instants."""
        for team in self.teams:
            self.look_at(team)
        held = [id(job) for team in self.teams for server in self.everybody[team] for job in server.jobs]
        assert len(held) == len(set(held))
        assert {id(job) for job in self.jobs if job.state == "serving"} <= set(held)

    def look_at(self, team: Team) -> None:
        """What must hold in one team."""
        home = self.waiting(team)
        around = [job for job in self.jobs if job.state == "waiting" and (job in home or team in job.helpers)]
        everybody = self.everybody[team]
        assert team.waiting == len(home)
        assert team.busy == sum(bool(server.jobs) for server in everybody)
        free = sum(server.rostered and not server.jobs for server in everybody)
        for server in everybody:
            held = server.jobs
            lane = self.lane(team, held[0]) if held else None
            assert server.in_hand == len(held) <= (lane.at_once if lane else 1)
            assert len({job.lane for job in held}) <= 1
            assert all(job.state == "serving" or (job.state == "done" and job.wrap) for job in held)
            assert all(job.server is server and job.taker is team for job in held)
            there = server.employed and not server.away
            assert server.rostered == (there and server.calendar.is_open(self.env.now + 1e-9))
            assert there or {id(job) for job in held} <= self.kept[server]
            assert server.on_duty == (server.rostered or bool(held))
            if not server.rostered:
                assert not any(job.breakable for job in held)
            else:
                assert not [job for job in around if self.may_take(team, server, job, free)]
        if "overtime" in self.rules[team]:
            self.look_at_doors(team, [job for job in home if not job.breakable and id(job) not in self.late])

    def look_at_doors(self, team: Team, calls: list[Job]) -> None:
        """After closing those who stay are busy while anybody waits whom they can serve, and then nobody waits."""
        rostered = {server for server in self.everybody[team] if server.rostered}
        if rostered:
            self.closed.pop(team, None)
        elif team not in self.closed:
            self.closed[team] = self.env.now
            self.staying[team] = self.last.get(team, set())
        else:
            assert self.env.now < self.closed[team] + self.rules[team]["overtime"] + 1e-6 or not calls
        if not rostered:
            for server in self.staying[team]:
                assert not server.employed or not [job for job in calls if self.may_take(team, server, job, None)]
        self.last[team] = rostered
