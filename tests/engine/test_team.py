"""A team at work: who waits and for how long, who joins and leaves, told by hand-made days with known answers."""

from __future__ import annotations

from math import inf

import pytest
import simpy
from world import ALWAYS, DAY, World, check_accounts

from sim.engine.disciplines import Priority
from sim.engine.team import Job, Lane, Team


def test_patience_runs_out_once_and_exactly():
    """Who waits longer than patience leaves at that instant, is told once, and is never served."""
    world = World([ALWAYS])
    world.at(0.0, "long", 10.0)
    world.at(1.0, "a", 1.0, patience=2.5)
    world.at(2.0, "b", 1.0, patience=50.0)
    world.run()
    assert [entry for entry in world.diary if entry[2] == "a"] == [(3.5, "abandoned", "a")]
    assert world.jobs["a"].started is None
    assert world.jobs["a"].ended == 3.5
    assert world.told("started")["b"] == 10.0
    assert world.team.snapshot().queue_hours == pytest.approx(2.5 + 8.0)
    check_accounts(world)


def test_who_is_reached_at_the_last_instant_is_served():
    """A server who becomes free at the very instant patience ends takes the job, in whichever order it was planned."""
    world = World([ALWAYS])
    world.at(0.0, "one", 2.0)
    world.at(1.0, "a", 1.0, patience=1.0)
    world.at(1.5, "two", 1.5, priority=1, patience=1.5)
    world.run()
    assert world.told("started") == {"one": 0.0, "a": 2.0, "two": 3.0}
    assert world.told("abandoned") == {}


def test_patience_that_ends_at_opening_is_served():
    """Opening comes before the end of patience at one instant."""
    world = World([DAY])
    world.at(8.0, "a", 1.0, patience=1.0)
    world.run()
    assert world.told("started") == {"a": 9.0}


def test_no_patience_at_all():
    """Patience 0 is served if somebody is free and else leaves at once."""
    world = World([ALWAYS])
    world.at(1.0, "a", 1.0, patience=0.0)
    world.at(1.0, "b", 1.0, patience=0.0)
    world.at(3.0, "c", 1.0, patience=inf)
    world.run()
    assert world.told("abandoned") == {"b": 1.0}
    assert world.told("finished") == {"a": 2.0, "c": 4.0}


def test_overdue_jobs_stay():
    """A deadline that passes is told once, and the job is done all the same."""
    world = World([ALWAYS])
    world.at(0.0, "long", 10.0)
    world.at(1.0, "mail", 1.0, patience=4.0, leaves=False)
    world.at(9.5, "quick", 1.0, patience=4.0, leaves=False)
    world.run()
    assert world.told("overdue") == {"mail": 5.0}
    assert world.told("finished")["mail"] == 11.0
    check_accounts(world)


def test_a_full_waiting_room_turns_away():
    """Only the waiting fill the room; who gives up makes room; a place in line is not taken from anybody."""
    world = World([ALWAYS], waiting_room=1, discipline=Priority())
    world.at(0.0, "served", 10.0)
    world.at(1.0, "waits", 1.0, priority=5, patience=3.0)
    world.at(2.0, "urgent", 1.0, priority=0)
    world.at(5.0, "later", 1.0, priority=1)
    world.run()
    assert world.told("blocked") == {"urgent": 2.0}
    assert world.jobs["urgent"].state == "blocked"
    assert world.jobs["urgent"].ended == 2.0
    assert world.told("finished") == {"served": 10.0, "later": 11.0}
    check_accounts(world)


def test_without_a_waiting_room_nobody_waits_but_interrupted_work():
    """Room 0 is a loss system; work put down at closing is not lost."""
    world = World([DAY], waiting_room=0)
    world.at(8.0, "early", 1.0)
    world.at(16.0, "a", 2.0, breakable=True)
    world.at(16.5, "b", 1.0)
    world.run()
    assert world.told("blocked") == {"early": 8.0, "b": 16.5}
    assert world.told("finished") == {"a": 34.0}
    check_accounts(world)


def test_a_newcomer_takes_what_waits_at_once():
    """Joining in the middle of a shift is the start of work; joining before it is not."""
    world = World([ALWAYS])
    for n in range(3):
        world.at(0.0, str(n), 20.0)
    world.do(2.0, lambda: world.team.join(DAY))
    world.do(10.5, lambda: world.team.join(DAY, speed=2.0))
    world.run(24.0)
    assert world.told("started") == {"0": 0.0, "1": 9.0, "2": 10.5}
    assert world.told("finished") == {"0": 20.0, "2": 20.5}
    time = world.team.snapshot()
    assert time.headcount == 3
    assert time.paid_hours == pytest.approx(24.0 + 8.0 + 6.5)
    assert time.on_duty_hours == pytest.approx(24.0 + 15.0 + 10.0)
    check_accounts(world)


def test_a_leaver_finishes_the_job_in_hand():
    """And takes no other; what is breakable goes to a colleague instead."""
    world = World([ALWAYS, ALWAYS])
    one, two = world.team.servers
    world.at(0.0, "a", 5.0)
    world.at(0.0, "b", 5.0, breakable=True)
    world.at(1.0, "c", 1.0)
    world.do(2.0, lambda: world.team.leave(one))
    world.do(3.0, lambda: world.team.leave(two))
    world.do(6.0, lambda: world.team.join(ALWAYS))
    world.run(20.0)
    assert world.told("finished") == {"a": 5.0, "b": 8.0, "c": 9.0}
    time = world.team.snapshot()
    assert time.paid_hours == pytest.approx(2.0 + 3.0 + 14.0)
    assert time.on_duty_hours == pytest.approx(5.0 + 3.0 + 14.0)
    assert time.headcount == 1
    assert world.team.servers[0].index == 2
    check_accounts(world)


def test_nobody_leaves_twice():
    """A second farewell is a mistake, and so is one from a stranger."""
    world = World([ALWAYS, ALWAYS])
    one = world.team.servers[0]
    world.team.leave(one)
    for server in (one, World([ALWAYS]).team.servers[0]):
        with pytest.raises(ValueError, match="not employed"):
            world.team.leave(server)


def test_what_a_desk_does_in_a_callback_comes_after_those_who_wait():
    """The next in line is served before a follow-up handed in when the previous job is done; and desks may sack."""
    world = World([ALWAYS])
    world.at(0.0, "a", 1.0)
    world.at(0.5, "b", 1.0)
    world.then["finished", "a"] = lambda: world.come(("a again", 1.0, {}))
    world.then["started", "a again"] = lambda: world.team.leave(world.team.servers[0])
    world.run()
    assert world.told("finished") == {"a": 1.0, "b": 2.0, "a again": 3.0}
    assert world.team.snapshot().on_duty_hours == pytest.approx(3.0)


def test_a_clock_that_does_not_start_at_zero():
    """Integrals count from the moment the team is set up."""
    env = simpy.Environment(initial_time=10.0)
    team = Team(env, "late", [DAY, ALWAYS])
    env.run(34.0)
    assert team.snapshot() == (pytest.approx(7 + 1 + 24), 0.0, 0.0, pytest.approx(7 + 1 + 24), 2)


def test_mistakes_are_refused():
    """Time must not run backward, and a job is handed in once, to the team of its owner."""
    world = World([ALWAYS])
    job = Job(world, 1.0)
    job.name = "a"
    world.team.submit(job)
    with pytest.raises(ValueError, match="submitted once"):
        world.team.submit(job)
    impatient = Job(world, 1.0)
    impatient.patience = -1.0
    with pytest.raises(ValueError, match="patience"):
        world.team.submit(impatient)
    with pytest.raises(ValueError, match="work"):
        World([ALWAYS]).team.submit(Job(world, -1.0))
    with pytest.raises(ValueError, match="work"):
        World([ALWAYS]).team.submit(Job(world, float("nan")))
    foreign = Job(world, 1.0)
    foreign.owner = World([ALWAYS]).team.servers[0]
    with pytest.raises(ValueError, match="owner"):
        world.team.submit(foreign)
    with pytest.raises(ValueError, match="speed"):
        world.team.join(ALWAYS, speed=0.0)
    for settings in ({"overtime": -0.1}, {"waiting_room": -1}):
        with pytest.raises(ValueError, match="at least"):
            World([ALWAYS], **settings)
    for lane in ({"at_once": 0}, {"stretch": -0.1}):
        with pytest.raises(ValueError, match="at least"):
            Lane(**lane)
    with pytest.raises(ValueError, match="chance"):
        World([ALWAYS], takes="random")
