"""Whatever comes, whoever is on shift: nothing is lost, nobody idles beside work, and the accounts add up."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import simpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine.calendar import Calendar
from sim.engine.disciplines import EarliestDue, Fifo, Freshest, LargestValue, Priority
from sim.engine.team import Job, Server, ServerSpec, Team
from sim.engine.timer import call_after

SKILLS = ("a", "b", "c")
HORIZON = 60.0
# Halves of hours make simultaneous events the rule, thirds make rounding errors.
TIMES = st.one_of(st.integers(0, 100).map(lambda n: n / 2), st.integers(0, 150).map(lambda n: n / 3))
SPANS = st.one_of(st.integers(0, 16).map(lambda n: n / 2), st.integers(1, 20).map(lambda n: n / 3))
WEEKS = [
    Calendar.always(),
    Calendar([(24.0 * d + 9, 24.0 * d + 17) for d in range(7)]),
    Calendar([(24.0 * d + 17, 24.0 * d + 23) for d in range(7)]),
    Calendar([(24.0 * d + a, 24.0 * d + b) for d in range(7) for a, b in ((8, 12), (12.5, 16))]),
    Calendar([(24.0 * d + 1 / 3, 24.0 * d + 10 / 3) for d in range(7)]),
]


@dataclass
class Work:
    """A job that will come."""

    at: float
    work: float
    traits: dict
    owner: int | None


@dataclass
class Story:
    """A team, and all that will happen to it."""

    servers: list[ServerSpec]
    rules: dict
    work: list[Work]
    joins: list[tuple[float, ServerSpec]]
    leaves: list[tuple[float, int]]


KNOWN = st.permutations(SKILLS).flatmap(lambda skills: st.integers(1, 2).map(lambda n: tuple(skills[:n])))
SPECS = st.builds(
    ServerSpec,
    st.sampled_from(WEEKS),
    speed=st.sampled_from([0.5, 1.0, 1.0, 3.0]),
    skills=st.one_of(st.none(), KNOWN),
)
TRAITS = st.fixed_dictionaries(
    {},
    optional={
        "priority": st.integers(0, 2),
        "patience": SPANS,
        "leaves": st.booleans(),
        "due": TIMES,
        "value": st.integers(0, 3),
        "skill": st.sampled_from(SKILLS),
        "breakable": st.booleans(),
    },
)
STORIES = st.builds(
    Story,
    st.lists(SPECS, min_size=1, max_size=4),
    st.fixed_dictionaries(
        {},
        optional={
            "discipline": st.sampled_from([Fifo(), Priority(), EarliestDue(), Freshest(), LargestValue()]),
            "takes": st.sampled_from(["longest_idle", "least_busy", "owner_first", "own_skill_first"]),
            "waiting_room": st.integers(0, 4),
        },
    ),
    st.lists(st.builds(Work, TIMES, SPANS, TRAITS, st.one_of(st.none(), st.integers(0, 5))), max_size=25),
    st.lists(st.tuples(TIMES, SPECS), max_size=2),
    st.lists(st.tuples(TIMES, st.integers(0, 5)), max_size=2),
)


@dataclass
class Telling:
    """A story being told: plays it instant by instant and looks at the team after each."""

    story: Story
    told: dict[int, list[str]] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    waited: float = 0.0
    on_duty: float = 0.0
    busy: float = 0.0
    paid: float = 0.0

    def __post_init__(self) -> None:
        self.env = simpy.Environment()
        self.team = Team(self.env, "team", self.story.servers, **self.story.rules)
        self.concurrency = 1
        self.strict = self.story.rules.get("takes") != "owner_first"
        self.everybody: list[Server] = list(self.team.servers)
        for work in self.story.work:
            call_after(self.env, work.at, self.come, work)
        for at, spec in self.story.joins:
            call_after(self.env, at, self.join, spec)
        for at, index in self.story.leaves:
            call_after(self.env, at, self.leave, index)

    def come(self, work: Work) -> None:
        """A job comes, perhaps with an owner, who may have left."""
        job = Job(self, work.work)
        for trait, value in work.traits.items():
            setattr(job, trait, value)
        if work.owner is not None:
            job.owner = self.everybody[work.owner % len(self.everybody)]
        self.jobs.append(job)
        self.told[id(job)] = []
        self.team.submit(job)

    def join(self, spec: ServerSpec) -> None:
        """Somebody is hired."""
        self.everybody.append(self.team.join(spec.calendar, speed=spec.speed, skills=spec.skills))

    def leave(self, index: int) -> None:
        """Somebody leaves, if there is anybody."""
        if self.team.servers:
            self.team.leave(self.team.servers[index % len(self.team.servers)])

    def started(self, job: Job) -> None:
        assert job.state == "serving"
        assert job.started == self.env.now
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

    def play(self) -> None:
        """Let time pass instant by instant, with a look at the end of each."""
        while self.env.peek() < HORIZON:
            before = self.env.now
            counts = self.counts()
            self.env.step()
            if self.env.now > before:
                self.add(counts, self.env.now - before)
            if self.env.peek() > self.env.now + 1e-9:
                self.look()
        before = self.env.now
        counts = self.counts()
        self.env.run(HORIZON)
        self.add(counts, HORIZON - before)

    def counts(self) -> tuple[int, int, int, int]:
        """Jobs waiting; servers on duty, busy and on the pay roll, counted one by one."""
        return (
            sum(job.state == "waiting" for job in self.jobs),
            sum(server.on_duty for server in self.everybody),
            sum(bool(server.jobs) for server in self.everybody),
            sum(server.rostered for server in self.everybody),
        )

    def add(self, counts: tuple[int, int, int, int], span: float) -> None:
        """The slow way to integrate."""
        self.waited += counts[0] * span
        self.on_duty += counts[1] * span
        self.busy += counts[2] * span
        self.paid += counts[3] * span

    def may_take(self, server: Server, job: Job) -> bool:
        """Whether a server with a hand free should have taken a waiting job."""
        owner = job.owner
        if owner is not None and owner.employed:
            if owner is server:
                return True
            if self.strict:
                return False
        return job.skill is None or server.skills is None or job.skill in server.skills

    def look(self) -> None:
        """What must hold between any two instants."""
        waiting = [job for job in self.jobs if job.state == "waiting"]
        assert self.team.waiting == len(waiting)
        assert self.team.busy == self.counts()[2]
        for server in self.everybody:
            held = server.jobs
            assert server.in_hand == len(held) <= self.concurrency
            assert all(job.state == "serving" and job.server is server for job in held)
            assert server.rostered == (server.employed and server.calendar.is_open(self.env.now + 1e-9))
            assert server.on_duty == (server.rostered or bool(held))
            if not server.rostered:
                assert not any(job.breakable for job in held)
            elif len(held) < self.concurrency:
                assert not [job for job in waiting if self.may_take(server, job)]
        serving = sum(job.state == "serving" for job in self.jobs)
        assert serving == sum(server.in_hand for server in self.everybody)


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(STORIES)
def test_any_story(story: Story):
    """No server idles beside a job he may take, every job has one fate told once, and the accounts add up."""
    check(story)


def check(story: Story) -> None:
    """Tell a story and look at how it ends."""
    telling = Telling(story)
    telling.play()
    time = telling.team.snapshot()
    assert time.queue_hours == pytest.approx(telling.waited, abs=1e-6)
    assert time.on_duty_hours == pytest.approx(telling.on_duty, abs=1e-6)
    assert time.busy_hours == pytest.approx(telling.busy, abs=1e-6)
    assert time.paid_hours == pytest.approx(telling.paid, abs=1e-6)
    assert time.busy_hours <= time.on_duty_hours + 1e-9
    fates = {
        "done": (["started", "finished"],),
        "abandoned": (["abandoned"],),
        "blocked": (["blocked"],),
        "serving": (["started"],),
        "waiting": ([], ["started"]),
    }
    spent = 0.0
    for job in telling.jobs:
        told = telling.told[id(job)]
        assert told.count("overdue") <= (not job.leaves)
        assert [word for word in told if word != "overdue"] in fates[job.state]
        if job.state == "done" and all(s.speed == 1 for s in telling.everybody):
            assert job.handled == pytest.approx(job.work, abs=1e-6)
        if job.state == "abandoned":
            assert job.handled == 0.0
        stint = sum(HORIZON - h.since for s in telling.everybody for h in [s.hand] if h.job is job)
        spent += (HORIZON if job.state in ("waiting", "serving") else job.ended) - job.arrived - job.handled - stint
    assert time.queue_hours == pytest.approx(spent, abs=1e-6)
