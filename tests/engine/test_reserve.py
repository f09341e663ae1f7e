"""Servers kept free: work that asks for more than a few free ones waits for them, and nobody waits for it."""

from __future__ import annotations

import random
from math import sqrt
from statistics import mean, stdev

import pytest
from world import ALWAYS, DAY, World, check_accounts, daily

from sim.engine.disciplines import Priority
from sim.engine.team import Lane, ServerSpec
from sim.engine.theory.birth_death import birth_death


def test_it_is_taken_up_only_while_more_are_free():
    """With a reserve of one, the second of two is kept free for others."""
    world = World([ALWAYS, ALWAYS])
    world.at(0.0, "a", 2.0, reserve=1)
    world.at(0.5, "b", 2.0, reserve=1)
    world.at(1.0, "call", 0.5)
    world.run()
    assert world.told("started") == {"a": 0.0, "call": 1.0, "b": 2.0}
    check_accounts(world)


def test_nobody_waits_for_what_may_not_be_taken():
    """However urgent it is, and however long it has waited: of what may be taken the first goes first."""
    world = World([ALWAYS, ALWAYS], discipline=Priority())
    world.at(0.0, "x", 2.0)
    world.at(0.0, "y", 3.0)
    world.at(0.5, "kept", 1.0, reserve=1, priority=-1)
    world.at(1.0, "call", 1.5)
    world.at(1.1, "second call", 1.0)
    world.run()
    assert world.told("started") == {"x": 0.0, "y": 0.0, "call": 2.0, "second call": 3.0, "kept": 4.0}
    check_accounts(world)


def test_one_more_who_is_free_lets_another_take_it():
    """Whoever becomes free need not be able to take it: it is enough that he is one more."""
    world = World([ServerSpec(ALWAYS, skills=("a",)), ServerSpec(ALWAYS, skills=("b",))])
    world.at(0.0, "b", 2.0, skill="b")
    world.at(1.0, "kept", 1.0, skill="a", reserve=1)
    world.run()
    assert world.told("started") == {"b": 0.0, "kept": 2.0}
    assert world.who("kept") == 0


def test_one_more_on_the_roster_lets_another_take_it():
    """The start of a shift counts, and so does a wrap-up that is over; one who finishes after hours is not free."""
    world = World([ServerSpec(ALWAYS, skills=("a",)), ServerSpec(DAY, skills=("b",)), ServerSpec(daily((9, 12)))])
    world.at(8.0, "kept", 1.0, skill="a", reserve=2)
    world.at(11.5, "long", 3.0, skill="c")
    world.at(11.5, "wrapped", 1.0, skill="b", wrap=0.5)
    world.at(11.7, "second", 1.0, skill="a", reserve=1)
    world.at(15.0, "third", 1.0, skill="a", reserve=2)
    world.run(32.0)
    assert world.told("started") == {"kept": 9.0, "long": 11.5, "wrapped": 11.5, "second": 13.0}
    check_accounts(world)


@pytest.mark.parametrize("takes", ["longest_idle", "owner_first"])
def test_owned_work_leaves_others_free_too(takes):
    """It is taken up once one more is free: by the owner, or under `owner_first` by whoever has become free."""
    world = World([ALWAYS, ALWAYS], takes=takes)
    first, second = world.team.servers
    world.at(0.0, "a", 2.0, owner=second)
    world.at(0.5, "kept", 1.0, owner=first, reserve=1)
    world.at(0.6, "mine", 0.5, owner=first)
    world.run()
    assert world.told("started") == {"a": 0.0, "mine": 0.6, "kept": 2.0}
    assert world.who("kept") == (0 if takes == "longest_idle" else 1)
    check_accounts(world)


def test_who_chats_is_not_kept_free():
    """A chat that must leave somebody free goes to who has one in hand already, even out of the queue."""
    world = World([ALWAYS, ALWAYS], lanes={"chat": Lane(3, 0.0)})
    world.at(0.0, "call", 9.0)
    world.at(0.5, "waits", 1.0, lane="chat", reserve=1)
    world.at(1.0, "plain", 4.0, lane="chat")
    world.at(2.0, "joins", 1.0, lane="chat", reserve=1)
    world.run()
    assert world.told("started") == {"call": 0.0, "plain": 1.0, "waits": 1.0, "joins": 2.0}
    check_accounts(world)


def test_when_people_come_chats_that_were_passed_over_join_others():
    """At opening the kept chat stands first and may not take the only free person, but may share her once she chats."""
    world = World([DAY], lanes={"chat": Lane(3, 0.0)})
    world.at(1.0, "kept", 1.0, lane="chat", reserve=4)
    world.at(2.0, "plain", 1.0, lane="chat")
    world.run()
    assert world.told("started") == {"kept": 9.0, "plain": 9.0}


def test_a_threshold_is_a_birth_death_chain():
    """Calls wait; a second class that does not wait is turned away while no more than the reserve are free."""
    servers, reserve, calls, others, until, most = 5, 2, 2.6, 1.5, 800.0, 300
    births = [calls + (others if k < servers - reserve else 0.0) for k in range(most)]
    exact = birth_death(births, [float(min(k, servers)) for k in range(1, most + 1)])
    lost, queues = [], []
    for seed in range(12):
        draw = random.Random(seed)
        world = World([ALWAYS] * servers)
        for rate, traits in ((calls, {}), (others, {"reserve": reserve, "patience": 0.0})):
            time = 0.0
            while (time := time + draw.expovariate(rate)) < until:
                world.at(time, f"{rate} {time}", draw.expovariate(1.0), **traits)
        world.run(until)
        second = [job for job in world.jobs.values() if job.reserve]
        lost.append(mean(job.state == "abandoned" for job in second))
        queues.append(world.team.snapshot().queue_hours / until)
    queue = sum(share * max(0, k - servers) for k, share in enumerate(exact))
    assert abs(mean(lost) - exact[servers - reserve :].sum()) < 4 * stdev(lost) / sqrt(12) < 0.03
    assert abs(mean(queues) - queue) < 4 * stdev(queues) / sqrt(12) < 0.3 * queue
