"""A team at work: who does what and when, told by hand-made days with known answers."""

from __future__ import annotations

from math import inf

import pytest
import simpy
from world import ALWAYS, DAY, World, check_accounts, daily

from sim.engine.disciplines import EarliestDue, Freshest, Priority
from sim.engine.team import Job, Lane, ServerSpec, Team

# shifts


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


# patience and the waiting room


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


# who is next, who takes it


def test_priorities_do_not_put_work_down():
    """The urgent go first in the queue, and wait for the job in hand."""
    world = World([ALWAYS], discipline=Priority())
    world.at(0.0, "low", 5.0, priority=2)
    world.at(1.0, "mid", 1.0, priority=1)
    world.at(2.0, "high", 1.0, priority=0)
    world.run()
    assert world.told("started") == {"low": 0.0, "high": 5.0, "mid": 6.0}


@pytest.mark.parametrize(("rule", "expected"), [(EarliestDue(), ["a", "c", "b"]), (Freshest(), ["a", "c", "b"])])
def test_other_rules_reach_the_queue(rule, expected):
    """The nearest due, or the last come, goes first."""
    world = World([ALWAYS], discipline=rule)
    world.at(0.0, "a", 5.0)
    world.at(1.0, "b", 1.0, due=30.0)
    world.at(2.0, "c", 1.0, due=20.0)
    world.run()
    assert sorted(world.told("started"), key=world.told("started").get) == expected


def test_longest_idle_takes_it():
    """Work goes round: first whoever has been without work for longest."""
    world = World([ALWAYS] * 3)
    for n, (time, work) in enumerate([(0.0, 5.0), (1.0, 1.0), (2.0, 1.0), (4.0, 1.0), (7.0, 1.0)]):
        world.at(time, str(n), work)
    world.run()
    assert [world.who(str(n)) for n in range(5)] == [0, 1, 2, 1, 2]


def test_least_busy_takes_it():
    """Work goes to whoever was given the fewest hours."""
    world = World([ALWAYS] * 3, takes="least_busy")
    for n, (time, work) in enumerate([(0.0, 5.0), (1.0, 1.0), (2.0, 3.0), (6.0, 1.0), (8.0, 1.5), (10.0, 1.0)]):
        world.at(time, str(n), work)
    world.run()
    assert [world.who(str(n)) for n in range(6)] == [0, 1, 2, 1, 1, 2]


def test_least_busy_counts_the_hours_that_were_really_given():
    """Work put down counts for those who did it, not for whoever had planned to."""
    world = World([ServerSpec(daily((9, 10), (12, 24))), ServerSpec(ALWAYS)], takes="least_busy")
    world.at(8.0, "b", 3.0)
    world.at(9.0, "a", 8.0, breakable=True)
    world.at(20.0, "c", 1.0)
    world.run()
    assert [world.who(name) for name in "bac"] == [1, 1, 0]
    assert [server.given for server in world.team.servers] == [2.0, 10.0]


def test_a_newcomer_is_not_swamped():
    """Under least busy a newcomer starts level with the least busy of the others."""
    world = World([ALWAYS] * 2, takes="least_busy")
    world.at(0.0, "a", 5.0)
    world.at(0.0, "b", 4.0)
    world.do(6.0, lambda: world.team.join(ALWAYS))
    for n in range(4):
        world.at(7.0 + 2 * n, str(n), 1.0)
    world.run()
    assert [world.who(str(n)) for n in range(4)] == [1, 2, 0, 1]


def test_skills_decide_who_can():
    """A job waits for somebody who knows how, even if others are idle; without a skill anybody will do."""
    world = World([ServerSpec(ALWAYS, skills=("a",)), ServerSpec(ALWAYS, skills=("b", "a"))])
    world.at(0.0, "b1", 5.0, skill="b")
    world.at(1.0, "b2", 1.0, skill="b")
    world.at(2.0, "a1", 1.0, skill="a")
    world.at(2.5, "any", 4.0)
    world.at(2.6, "c", 1.0, skill="c")
    world.run()
    assert world.told("started") == {"b1": 0.0, "a1": 2.0, "any": 3.0, "b2": 5.0}
    assert [world.who(name) for name in ("b1", "a1", "any", "b2")] == [1, 0, 0, 1]
    assert world.jobs["c"].state == "waiting"
    check_accounts(world)


def test_a_freed_generalist_takes_the_oldest_of_all_queues():
    """With a queue per skill the order of arrival still holds across those a server can take."""
    world = World([ServerSpec(ALWAYS)])
    world.at(0.0, "x", 5.0, skill="x")
    for n, skill in enumerate(["b", "a", None, "b"]):
        world.at(1.0 + n, str(n), 1.0, skill=skill)
    world.run()
    assert world.told("started") == {"x": 0.0, "0": 5.0, "1": 6.0, "2": 7.0, "3": 8.0}


def test_own_skill_first():
    """A job goes to a specialist before a helper, and a specialist looks at the own queue first."""
    helper, specialist = ServerSpec(ALWAYS, skills=("b", "a")), ServerSpec(ALWAYS, skills=("a", "b"))
    world = World([helper, specialist], takes="own_skill_first")
    world.at(0.0, "a1", 4.0, skill="a")
    world.at(1.0, "a2", 4.0, skill="a")
    world.at(2.0, "b1", 1.0, skill="b")
    world.at(3.0, "a3", 1.0, skill="a")
    world.at(3.5, "b2", 1.0, skill="b")
    world.run()
    assert [world.who(name) for name in ("a1", "a2")] == [1, 0]
    assert world.told("started") == {"a1": 0.0, "a2": 1.0, "a3": 4.0, "b1": 5.0, "b2": 5.0}
    assert {world.who("b1"), world.who("b2")} == {0, 1}
    check_accounts(world)


def test_owned_jobs_wait_for_their_owner():
    """Ownership is strict: an idle colleague leaves the job alone, the owner takes it in order of arrival."""
    world = World([ALWAYS, ALWAYS])
    first, _ = world.team.servers
    world.at(0.0, "a", 5.0, owner=first)
    world.at(1.0, "owned", 1.0, owner=first)
    world.at(2.0, "free", 1.0)
    world.at(4.0, "b", 2.0)
    world.at(4.5, "c", 1.0)
    world.run()
    assert world.told("started") == {"a": 0.0, "free": 2.0, "b": 4.0, "owned": 5.0, "c": 6.0}
    assert [world.who(name) for name in ("a", "owned", "free", "b")] == [0, 0, 1, 1]
    check_accounts(world)


def test_owned_jobs_wait_for_the_owners_next_shift():
    """Off duty is no reason to pass a job on; at the owner's opening it is taken."""
    world = World([daily((9, 12)), ALWAYS])
    world.at(13.0, "owned", 1.0, owner=world.team.servers[0])
    world.run()
    assert world.told("started") == {"owned": 33.0}


def test_when_an_owner_leaves_what_waits_for_him_is_open_to_all():
    """It keeps its place by order of arrival among what others wait with."""
    world = World([ALWAYS, ALWAYS])
    leaver, _ = world.team.servers
    world.at(0.0, "a", 9.0)
    world.at(0.5, "b", 4.0)
    world.at(1.0, "owned", 1.0, owner=leaver)
    world.at(2.0, "other", 1.0)
    world.do(3.0, lambda: world.team.leave(leaver))
    world.at(3.5, "too late", 1.0, owner=leaver)
    world.run()
    assert world.told("started") == {"a": 0.0, "b": 0.5, "owned": 4.5, "other": 5.5, "too late": 6.5}
    assert world.told("finished")["a"] == 9.0
    assert world.team.snapshot().headcount == 1
    assert not leaver.on_duty
    check_accounts(world)


def test_what_waits_for_a_leaver_is_taken_at_once_by_who_is_idle():
    """No job stays behind a closed door while a colleague has nothing to do."""
    world = World([daily((9, 12)), ALWAYS])
    leaver = world.team.servers[0]
    world.at(13.0, "owned", 1.0, owner=leaver, skill="x")
    world.do(14.0, lambda: world.team.leave(leaver))
    world.run()
    assert world.told("started") == {"owned": 14.0}


def test_owner_first_prefers_but_does_not_insist():
    """The owner if free, else anybody; a freed owner looks at the own jobs before older ones of others."""
    world = World([ALWAYS, ALWAYS], takes="owner_first")
    first, second = world.team.servers
    world.at(0.0, "a", 5.0, owner=second)
    world.at(1.0, "b", 2.0, owner=second)
    world.at(2.0, "c", 1.0)
    world.at(2.5, "d", 9.0, owner=first)
    world.at(2.6, "e", 1.0, owner=first)
    world.run()
    assert world.told("started") == {"a": 0.0, "b": 1.0, "d": 3.0, "c": 5.0, "e": 6.0}
    assert [world.who(name) for name in "abcde"] == [1, 0, 1, 0, 1]
    check_accounts(world)


def test_a_preferred_job_is_served_once_however_often_it_is_put_down():
    """Standing in two queues, interrupted and resumed, it is still one job."""
    world = World([DAY, DAY], takes="owner_first")
    first, _ = world.team.servers
    world.at(9.0, "x", 1.0)
    world.at(9.0, "y", 1.5)
    world.at(9.5, "a", 30.0, owner=first, breakable=True)
    world.at(9.6, "b", 30.0, owner=first, breakable=True)
    world.run()
    assert [entry[1] for entry in world.diary if entry[2] == "a"] == ["started", "finished"]
    assert world.jobs["a"].handled == pytest.approx(30.0)
    assert world.jobs["b"].handled == pytest.approx(30.0)
    assert world.team.waiting == 0
    check_accounts(world)


# people come and go


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


# mistakes


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
