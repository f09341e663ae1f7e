"""Shifts begin and end: what is put down, what is finished after hours, and who resumes it."""

from __future__ import annotations

import pytest
from world import DAY, World, check_accounts, daily

from sim.engine.team import ServerSpec


def test_a_job_at_opening_time_is_taken_at_closing_time_it_is_not():
    """Doors are open at the opening instant and shut at the closing instant."""
    world = World([DAY])
    world.at(9.0, "early", 1.0)
    world.at(17.0, "late", 1.0)
    world.run()
    assert world.told("started") == {"early": 9.0, "late": 33.0}
    check_accounts(world)


def test_what_waits_is_taken_at_opening_in_order():
    """A night's backlog starts at opening, one job per server, in order of arrival."""
    world = World([DAY, DAY])
    for n in range(3):
        world.at(1.0 + n, str(n), 2.0)
    world.run()
    assert world.told("started") == {"0": 9.0, "1": 9.0, "2": 11.0}
    check_accounts(world)


def test_work_in_hand_at_closing_is_finished_and_counts_as_on_duty():
    """A call in progress goes on after closing: overtime is on duty and busy, but not rostered."""
    world = World([DAY])
    world.at(16.0, "long", 3.0)
    world.at(16.5, "next", 1.0)
    world.run(48.0)
    assert world.told("finished") == {"long": 19.0, "next": 34.0}
    time = world.team.snapshot()
    assert time.paid_hours == pytest.approx(16.0)
    assert time.on_duty_hours == pytest.approx(18.0)
    assert time.busy_hours == pytest.approx(4.0)
    assert time.queue_hours == pytest.approx(33.0 - 16.5)
    assert not world.team.servers[0].on_duty
    check_accounts(world)


def test_work_that_outlasts_the_night_never_leaves_duty():
    """Who still works when the next shift starts simply stays, and takes the next job when done."""
    world = World([DAY])
    world.at(16.0, "endless", 20.0)
    world.at(20.0, "next", 1.0)
    world.run(48.0)
    assert world.told("started") == {"endless": 16.0, "next": 36.0}
    assert world.team.snapshot().on_duty_hours == pytest.approx(8.0 + 16.0 + 8.0)
    check_accounts(world)


@pytest.mark.parametrize("breakable", [False, True])
def test_work_that_ends_exactly_at_closing_is_done(breakable):
    """It is neither put down with nothing left to do, nor followed by another job."""
    world = World([DAY])
    world.at(16.0, "exact", 1.0, breakable=breakable)
    world.at(16.5, "next", 1.0, breakable=breakable)
    world.run()
    assert world.told("finished") == {"exact": 17.0, "next": 34.0}
    assert world.jobs["exact"].left is None
    check_accounts(world)


def test_breakable_work_is_put_down_at_closing_and_resumed_first():
    """The remaining work is kept, the start is told once, and nobody who came later is served before."""
    world = World([DAY])
    world.at(16.0, "first", 3.0, breakable=True)
    world.at(16.5, "second", 1.0)
    world.run()
    assert world.diary == [
        (16.0, "started", "first"),
        (35.0, "started", "second"),
        (35.0, "finished", "first"),
        (36.0, "finished", "second"),
    ]
    assert world.jobs["first"].handled == pytest.approx(3.0)
    check_accounts(world)


def test_breaks_inside_the_day_put_breakable_work_down_too():
    """A lunch break is the end of one shift step and the start of the next."""
    world = World([daily((9, 12), (13, 17))])
    world.at(11.0, "a", 8.0, breakable=True)
    world.run()
    assert world.told("finished") == {"a": 36.0}
    assert world.team.snapshot().on_duty_hours == pytest.approx(world.team.snapshot().paid_hours)
    check_accounts(world)


def test_remaining_work_is_resumed_at_the_pace_of_whoever_resumes_it():
    """Half done by a server of speed 2, the rest takes one of speed 1/2 four times as long."""
    quick = ServerSpec(daily((9, 12)), speed=2.0)
    slow = ServerSpec(daily((14, 24)), speed=0.5)
    world = World([quick, slow])
    world.at(10.0, "a", 8.0, breakable=True)
    world.run()
    assert world.told("finished") == {"a": 14.0 + 4.0 / 0.5}
    assert world.jobs["a"].handled == pytest.approx(2.0 + 8.0)
    check_accounts(world)


def test_at_a_change_of_shifts_breakable_work_passes_on_without_a_gap():
    """Those who go put their work down before those who come look for some."""
    world = World([daily((13, 20)), daily((9, 13))])
    world.at(12.0, "a", 2.0, breakable=True)
    world.at(12.5, "b", 1.0)
    world.run()
    assert world.told("finished") == {"a": 14.0, "b": 15.0}
    assert world.who("a") == 0
    check_accounts(world)


def test_interrupted_jobs_keep_their_order_among_themselves():
    """Two jobs put down at once, and one put down the day after, are resumed in order of arrival."""
    world = World([DAY, DAY])
    world.at(15.0, "a", 12.0, breakable=True)
    world.at(16.0, "b", 12.0, breakable=True)
    world.at(16.5, "c", 1.0)
    world.run()
    assert world.told("finished") == {"a": 24 + 24 + 9 + 2, "b": 24 + 24 + 9 + 3, "c": 24 + 24 + 9 + 3}
    check_accounts(world)


def test_an_answered_job_does_not_lose_patience_over_an_interruption():
    """Patience is for the first answer: put down at closing, the job waits as long as it takes."""
    world = World([DAY])
    world.at(9.0, "before", 7.5)
    world.at(16.0, "a", 2.0, breakable=True, patience=3.0)
    world.run()
    assert world.told("started")["a"] == 16.5
    assert world.told("finished")["a"] == 34.5
    assert "a" not in world.told("abandoned")
    check_accounts(world)
