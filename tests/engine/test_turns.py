"""Who is next and who takes it: disciplines, idle servers, skills and owners."""

from __future__ import annotations

import pytest
from world import ALWAYS, DAY, World, check_accounts, daily

from sim.engine.disciplines import EarliestDue, Freshest, Priority
from sim.engine.team import ServerSpec


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
