"""One alarm for many deadlines: it rings for every job still unanswered, at its deadline, and for no other."""

from __future__ import annotations

import simpy

from sim.engine.calendar import Calendar
from sim.engine.deadlines import Deadlines
from sim.engine.team import Job, Team

Heard = list[tuple[float, int]]
"""Instant and number of what was overdue."""


class Desk:
    """Hears of nothing but what is overdue."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.heard: Heard = []

    def started(self, job: Job) -> None:
        """Not looked at."""

    finished = abandoned = blocked = started

    def overdue(self, job: Job) -> None:
        """Take down when, and whose number."""
        self.heard.append((self.env.now, job.number))


def heard(arrivals: list[float], work: float, week: list[tuple[float, float]], allowed: float) -> Heard:
    """What one server with these hours leaves unanswered for longer than allowed."""
    env = simpy.Environment()
    desk = Desk(env)
    team = Team(env, "desk", [Calendar(week)])
    deadlines = Deadlines(env, lambda job: job.arrived + allowed, desk.overdue)

    def arrive() -> simpy.events.ProcessGenerator:
        for time in arrivals:
            yield env.timeout(time - env.now)
            job = Job(desk, work)
            team.submit(job)
            if job.state == "waiting":
                deadlines.watch(job)

    env.process(arrive())
    env.run(until=100)
    return desk.heard


def test_it_rings_for_those_who_wait_too_long_and_for_nobody_else() -> None:
    """Five jobs of two hours at once, three hours allowed: the third and those after it wait longer than that."""
    assert heard([1.0] * 5, 2.0, [(0, 168)], 3.0) == [(4.0, 3), (4.0, 4), (4.0, 5)]


def test_an_answer_at_the_deadline_is_in_time() -> None:
    """Taken up at the very instant of the deadline: not overdue."""
    assert heard([1.0] * 3, 2.0, [(0, 168)], 2.0) == [(3.0, 3)]


def test_it_rings_again_after_a_quiet_time() -> None:
    """Jobs that come while the doors are shut are overdue three hours later, on both days."""
    assert heard([1.0, 2.0, 30.0], 0.5, [(20, 22), (44, 46)], 3.0) == [(4.0, 1), (5.0, 2), (33.0, 3)]


def test_without_a_deadline_it_never_rings() -> None:
    """An infinite time is allowed."""
    assert heard([1.0, 2.0], 1.0, [(50, 60)], float("inf")) == []
