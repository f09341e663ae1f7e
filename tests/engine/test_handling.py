"""How long work takes, what follows it, and who of several equals takes it: kinds, wrap-up, places in line, chance."""

from __future__ import annotations

import random
from collections import Counter
from itertools import count
from math import sqrt
from statistics import mean, stdev

import pytest
from world import ALWAYS, DAY, World, check_accounts

from sim.engine.disciplines import Priority
from sim.engine.team import Lane, ServerSpec

# kinds of work


def test_a_server_is_as_fast_as_he_is_at_this_kind_of_work():
    """Speed times pace of the kind, looked at when the job is taken in hand; new paces count from then on."""
    world = World([ServerSpec(ALWAYS, speed=2.0, paces=(1.0, 0.5))])
    server = world.team.servers[0]
    world.at(0.0, "plain", 2.0)
    world.at(0.0, "hard", 2.0, kind=1)
    world.do(1.5, lambda: setattr(server, "paces", (1.0, 4.0)))
    world.at(2.0, "learned", 2.0, kind=1)
    world.do(3.1, lambda: setattr(server, "paces", None))
    world.at(4.0, "standard", 2.0, kind=1)
    world.run(10.0)
    assert world.told("finished") == pytest.approx({"plain": 1.0, "hard": 3.0, "learned": 3.25, "standard": 5.0})
    assert server.given == pytest.approx(4.25)
    check_accounts(world)


def test_what_is_left_is_done_at_the_pace_of_whoever_resumes_it():
    """Half of it done by somebody quick at it, the other half by somebody who is not."""
    world = World([DAY])
    world.team.join(DAY, paces=[1.0, 4.0])
    world.at(9.0, "call", 7.0, owner=world.team.servers[0])
    world.at(16.0, "letter", 8.0, kind=1, breakable=True, owner=world.team.servers[1])
    world.do(20.0, lambda: world.team.leave(world.team.servers[1]))
    world.run(48.0)
    assert world.told("finished")["letter"] == pytest.approx(33.0 + 4.0)
    check_accounts(world)


# wrap-up


def test_the_customer_goes_before_the_wrap_up_and_the_next_comes_after_it():
    """The job is done when the talk is over; the server is busy for the wrap-up, which counts as handling."""
    world = World([ServerSpec(ALWAYS, speed=0.5, paces=(1.0, 2.0))])
    world.at(0.0, "a", 1.0, wrap=0.25)
    world.at(0.5, "b", 1.0, wrap=0.5, kind=1, patience=2.0)
    world.at(0.6, "c", 1.0, patience=1.7)
    world.run(3.0)
    assert world.told("finished") == pytest.approx({"a": 2.0})
    assert world.jobs["a"].handled == pytest.approx(2.5)
    assert world.told("abandoned") == pytest.approx({"c": 2.3})
    assert world.told("started")["b"] == pytest.approx(2.5)
    world.run(10.0)
    assert world.jobs["b"].ended == pytest.approx(3.5)
    assert world.jobs["b"].handled == pytest.approx(1.5)
    assert world.team.snapshot().busy_hours == pytest.approx(4.0)
    assert world.team.servers[0].given == pytest.approx(4.0)
    check_accounts(world)


def test_the_wrap_up_is_finished_after_hours():
    """Who wraps up at closing stays for it and is free for nothing else; the next job waits for the morning."""
    world = World([DAY])
    world.at(16.0, "a", 0.5, wrap=1.5)
    world.at(16.6, "b", 1.0, wrap=0.5)
    world.run(48.0)
    assert world.told("finished") == {"a": 16.5, "b": 34.0}
    assert world.team.snapshot().on_duty_hours == pytest.approx(17.0)
    assert world.team.snapshot().busy_hours == pytest.approx(3.5)


def test_breakable_work_has_no_wrap_up():
    """What can be put down and resumed is over when it is done."""
    world = World([ALWAYS])
    world.at(0.0, "letter", 1.0, wrap=1.0, breakable=True)
    world.at(0.0, "next", 1.0)
    world.run(5.0)
    assert world.told("started")["next"] == 1.0


def test_a_chat_is_wrapped_up_beside_the_others():
    """The wrap-up takes its share of the server and keeps its place; handling is right once it is over."""
    world = World([ALWAYS], lanes={"chat": Lane(2, 1.0)})
    world.at(0.0, "a", 1.0, lane="chat", wrap=1.0)
    world.at(0.0, "b", 2.5, lane="chat")
    world.at(0.5, "c", 1.0, lane="chat")
    world.run(3.0)
    # Both at half speed: a is over at 2 and would be wrapped up at 4 if b stayed.
    assert world.told("finished") == pytest.approx({"a": 2.0})
    assert world.jobs["a"].handled == pytest.approx(4.0)
    world.run(20.0)
    # At 4 the wrap-up is over and c comes in; b has 0.5 left then and is over at 5, c with 0.5 left alone at 5.5.
    assert world.told("started")["c"] == pytest.approx(4.0)
    assert world.told("finished") == pytest.approx({"a": 2.0, "b": 5.0, "c": 5.5})
    assert world.jobs["a"].handled == pytest.approx(4.0)
    assert world.team.snapshot().busy_hours == pytest.approx(5.5)


def test_a_wrap_up_that_is_left_alone_is_shorter_than_foreseen():
    """What handling was counted as is put right when the wrap-up is over."""
    world = World([ALWAYS], lanes={"chat": Lane(2, 1.0)})
    world.at(0.0, "a", 1.0, lane="chat", wrap=1.0)
    world.at(0.0, "b", 1.25, lane="chat")
    world.run(10.0)
    assert world.told("finished") == pytest.approx({"a": 2.0, "b": 2.5})
    assert world.jobs["a"].handled == pytest.approx(2.5 + 0.75)
    assert world.team.snapshot().busy_hours == pytest.approx(3.25)


def test_wrap_up_is_handle_time_to_those_who_wait():
    """One server with work and wrap-up of exponential length: waits by Pollaczek and Khinchine, interval by runs."""
    rate, work, wrap, until = 0.5, 0.7, 0.5, 3000.0
    waits, busy = [], []
    for seed in range(12):
        draw = random.Random(seed)
        world = World([ALWAYS])
        time = 0.0
        while (time := time + draw.expovariate(rate)) < until:
            world.at(time, str(time), draw.expovariate(1 / work), wrap=draw.expovariate(1 / wrap))
        world.run(until)
        waits.append(world.team.snapshot().queue_hours / until / rate)
        busy.append(world.team.snapshot().busy_hours / until)
    second = 2 * work**2 + 2 * wrap**2 + 2 * work * wrap
    exact = rate * second / 2 / (1 - rate * (work + wrap))
    assert abs(mean(waits) - exact) < 4 * stdev(waits) / sqrt(len(waits)) < 0.25 * exact
    assert abs(mean(busy) - rate * (work + wrap)) < 4 * stdev(busy) / sqrt(len(busy)) < 0.05


def test_work_to_wrap_up_is_not_negative():
    """Time does not run backward after a talk either."""
    world = World([ALWAYS])
    world.at(0.0, "a", 1.0, wrap=-0.5)
    with pytest.raises(ValueError, match="wrap up"):
        world.run()


# places in line


def test_jobs_of_one_priority_go_by_their_order():
    """What is due first goes first among equals of one rank; without an order, and by any other rule, by arrival."""
    for settings, expected in (({"discipline": Priority()}, ["x", "now", "soon", "late", "low"]), ({}, None)):
        world = World([ALWAYS], **settings)
        world.at(0.0, "x", 1.0)
        world.at(0.1, "late", 1.0, priority=1, order=9.0)
        world.at(0.2, "low", 1.0, priority=2, order=-5.0)
        world.at(0.3, "soon", 1.0, priority=1, order=3.0)
        world.at(0.4, "now", 1.0, priority=1)
        world.run()
        told = world.told("started")
        assert sorted(told, key=told.get) == (expected or ["x", "late", "low", "soon", "now"])


def test_teams_can_share_their_numbers():
    """Then who came first is known across teams."""
    numbers = count(1)
    one, two = World([ALWAYS], numbers=numbers), World([ALWAYS], numbers=numbers)
    one.come(("a", 1.0, {}))
    two.come(("b", 1.0, {}))
    one.come(("c", 1.0, {}))
    assert (one.jobs["a"].number, two.jobs["b"].number, one.jobs["c"].number) == (1, 2, 3)
    assert one.jobs["a"].taker is one.team
    assert one.jobs["c"].taker is None


# chance


def tally(settings: dict, servers: list, traits: dict, trials: int) -> Counter:
    """How often each server takes a job when all are free."""
    world = World(servers, chance=random.Random(7).random, **settings)
    for n in range(trials):
        world.at(float(n), str(n), 0.5, **traits)
    world.run(trials + 1.0)
    return Counter(world.who(str(n)) for n in range(trials))


def even(found: Counter, able: list[int], trials: int) -> bool:
    """Whether those able, and nobody else, took equally many, by four standard errors."""
    share = 1 / len(able)
    error = 4 * sqrt(trials * share * (1 - share))
    return set(found) == set(able) and all(abs(found[n] - trials * share) < error for n in able)


SKILLED = [ServerSpec(ALWAYS, skills=s) for s in (("a",), ("b",), ("a", "b"), ("a", "b"), ("a", "b"), ("b", "a"))]


@pytest.mark.parametrize("takes", ["random", "owner_first"])
def test_at_random_everybody_able_is_as_likely(takes):
    """However their sets of skills divide them, each free server who knows how is taken equally often."""
    settings = {"takes": takes, "ties": "random"}
    assert even(tally(settings, [ALWAYS] * 5, {}, 3000), [0, 1, 2, 3, 4], 3000)
    assert even(tally(settings, SKILLED, {"skill": "a"}, 3000), [0, 2, 3, 4, 5], 3000)
    assert even(tally(settings, SKILLED, {}, 3000), [0, 1, 2, 3, 4, 5], 3000)


def test_at_random_among_those_whose_own_skill_it_is():
    """Specialists first, each as likely; ties fall to chance only where the rule leaves a choice."""
    settings = {"takes": "own_skill_first", "ties": "random"}
    assert even(tally(settings, SKILLED, {"skill": "b"}, 3000), [1, 5], 3000)
    assert even(tally(settings, SKILLED, {"skill": "a"}, 3000), [0, 2, 3, 4], 3000)


def test_at_random_among_those_with_fewest_in_hand():
    """Chats: the third goes to either of two who have one, the fourth to the other; nobody gets two before all have."""
    counts: Counter = Counter()
    for seed in range(600):
        world = World([*[ALWAYS] * 2, ServerSpec(ALWAYS, skills=("a",))], takes="random", lanes={"chat": Lane(2)},
                      chance=random.Random(seed).random)  # fmt: skip
        for n in range(6):
            world.come((str(n), 1.0, {"lane": "chat"}))
        taken = [world.who(str(n)) for n in range(6)]
        assert set(taken[:3]) == set(taken[3:]) == {0, 1, 2}
        counts[tuple(taken)] += 1
    assert len(counts) == 36
    assert max(counts.values()) < 600 / 36 + 5 * sqrt(600 / 36)


def test_chance_is_asked_only_when_there_is_a_choice():
    """One who is free is taken without a throw, so that chance is not used up by trifles."""

    def refuse() -> float:
        raise AssertionError("nothing to choose")

    world = World([ALWAYS, ServerSpec(ALWAYS, skills=("a",))], takes="random", chance=refuse)
    world.at(0.0, "a", 1.0, skill="b")
    world.at(0.5, "b", 1.0)
    world.run()
    assert [world.who(name) for name in "ab"] == [0, 1]
