"""A clock, a team and a desk with a diary: a stage on which tests let hand-made days happen."""

from __future__ import annotations

import pytest
import simpy

from sim.engine.calendar import Calendar
from sim.engine.team import Job, Team
from sim.engine.timer import call_after

ALWAYS = Calendar.always()


def daily(*windows: tuple[float, float]) -> Calendar:
    """The same windows [h of the day] every day."""
    return Calendar([(24.0 * d + a, 24.0 * d + b) for d in range(7) for a, b in windows])


DAY = daily((9, 17))


class World:
    """A clock, a team, and a desk that keeps a diary of (time, what, job)."""

    def __init__(self, servers, **settings) -> None:
        self.env = simpy.Environment()
        self.team = Team(self.env, "team", servers, **settings)
        self.diary: list[tuple[float, str, str]] = []
        self.jobs: dict[str, Job] = {}
        self.then = {}

    def at(self, time: float, name: str, work: float, **traits) -> None:
        """Plan that a job comes."""
        call_after(self.env, time, self.come, (name, work, traits))

    def come(self, plan) -> None:
        """A job comes now."""
        name, work, traits = plan
        job = self.jobs[name] = Job(self, work)
        job.name = name
        for trait, value in traits.items():
            setattr(job, trait, value)
        self.team.submit(job)

    def do(self, time: float, act) -> None:
        """Plan something else."""
        call_after(self.env, time, lambda _: act(), None)

    def run(self, until: float = 240.0) -> list[tuple[float, str, str]]:
        """Let time pass."""
        self.env.run(until)
        return self.diary

    def told(self, what: str) -> dict[str, float]:
        """When each job had this happen to it."""
        return {name: time for time, found, name in self.diary if found == what}

    def who(self, name: str) -> int:
        """The index of the server who has, or had, the job."""
        return self.jobs[name].server.index

    def __getattr__(self, what: str):
        if what not in ("started", "finished", "abandoned", "overdue", "blocked", "disconnected"):
            raise AttributeError(what)

        def write(job: Job) -> None:
            self.diary.append((self.env.now, what, job.name))
            if (what, job.name) in self.then:
                self.then[what, job.name]()

        return write


def check_accounts(world: World) -> None:
    """Time integrals agree with the facts of the jobs, whatever happened."""
    now = world.env.now
    time = world.team.snapshot()
    assert time.busy_hours <= time.on_duty_hours + 1e-9
    assert time.paid_hours <= time.on_duty_hours + 1e-9
    assert world.team.waiting == sum(job.state == "waiting" for job in world.jobs.values())
    serving = [job for job in world.jobs.values() if job.state == "serving"]
    if all(server.bundle is None for server in world.team.servers):
        in_hand = sum(now - server.hand.since for server in world.team.servers if server.in_hand)
        assert len(serving) == world.team.busy
        assert time.busy_hours == pytest.approx(sum(job.handled for job in world.jobs.values()) + in_hand)
