"""Jobs that share a server: as slow as their number makes them at every moment, and nothing beside them."""

from __future__ import annotations

import random
from math import sqrt
from statistics import mean, stdev

import pytest
import simpy
from world import ALWAYS, DAY, World, check_accounts

from sim.engine.calendar import Calendar
from sim.engine.disciplines import Priority
from sim.engine.team import Job, Lane, ServerSpec, Team
from sim.engine.theory.birth_death import birth_death
from sim.engine.theory.sharing import shared
from sim.engine.timer import call_after

CHATS = {"chat": Lane(at_once=2, stretch=0.5)}


def chats(*servers: Calendar | ServerSpec, **settings) -> World:
    """A team of people who chat with two at once, half as fast again with each."""
    return World(list(servers), **{"lanes": CHATS, **settings})


def test_all_in_hand_slow_down_from_the_moment_another_comes():
    """Half done when the second comes, the other half takes 1.5 times as long; alone again the other is quick."""
    world = chats(ALWAYS)
    world.at(0.0, "a", 1.0, lane="chat")
    world.at(0.5, "b", 1.0, lane="chat")
    world.run(10.0)
    assert world.told("started") == {"a": 0.0, "b": 0.5}
    # From 0.5 on both advance at 2/3: a is over at 0.5 + 0.5 * 1.5, then b has 0.5 left and is alone.
    assert world.told("finished") == pytest.approx({"a": 1.25, "b": 1.75})
    assert world.jobs["a"].handled == pytest.approx(1.25)
    assert world.jobs["b"].handled == pytest.approx(1.25)
    assert world.team.snapshot().busy_hours == pytest.approx(1.75)
    assert world.team.servers[0].given == pytest.approx(2.0)


def test_fewest_in_hand_first_and_who_finds_no_room_waits():
    """Chats spread over people before they pile up; the fifth waits for the first place that becomes free."""
    world = chats(ALWAYS, ALWAYS)
    for n, name in enumerate("abcde"):
        world.at(0.1 * n, name, 1.0, lane="chat")
    world.run(10.0)
    assert {name: world.who(name) for name in "abcd"} == {"a": 0, "b": 1, "c": 0, "d": 1}
    done = world.told("finished")
    # a: 0.2 alone, then at 2/3 until 1.4, when e takes its place; c and e go on at 2/3, likewise b and d.
    assert done["a"] == pytest.approx(0.2 + 0.8 * 1.5)
    assert world.told("started")["e"] == done["a"]
    assert done["b"] == pytest.approx(0.3 + 0.8 * 1.5)
    assert done["c"] == pytest.approx(0.2 + 1.0 * 1.5)
    assert done["d"] == pytest.approx(1.5 + (1.0 - 1.2 / 1.5))
    assert done["e"] == pytest.approx(1.7 + (1.0 - 0.3 / 1.5))
    check_accounts(world)


def test_who_has_a_chat_takes_nothing_else():
    """A call waits though there is room for another chat; who has a call in hand takes no chat; lanes do not mix."""
    world = chats(ALWAYS, lanes={"chat": Lane(3, 0.0), "video": Lane(3, 0.0)})
    world.at(0.0, "chat", 3.0, lane="chat")
    world.at(1.0, "call", 2.0)
    world.at(1.5, "video", 1.0, lane="video")
    world.at(2.0, "another chat", 2.5, lane="chat")
    world.at(4.6, "late chat", 1.0, lane="chat")
    world.run(20.0)
    assert world.told("started") == {"chat": 0.0, "another chat": 2.0, "call": 4.5, "video": 6.5, "late chat": 7.5}
    check_accounts(world)


def test_who_becomes_free_takes_all_there_is_room_for():
    """After a call three chats wait: two are taken at once, and the call that came between them waits on."""
    world = chats(ALWAYS)
    world.at(0.0, "call", 1.0)
    for n, (name, lane) in enumerate([("a", "chat"), ("second call", None), ("b", "chat"), ("c", "chat")]):
        world.at(0.1 + 0.1 * n, name, 1.0, lane=lane)
    world.run(20.0)
    assert world.told("started") == pytest.approx({"call": 0.0, "a": 1.0, "b": 1.0, "c": 2.5, "second call": 3.5})


def test_at_opening_chats_spread_before_they_pile_up():
    """What came in the night is handed out fewest first, and only as much as there is room for."""
    world = chats(DAY, DAY)
    for n in range(5):
        world.at(1.0 + n, str(n), 1.0, lane="chat")
    world.run(48.0)
    assert [world.who(str(n)) for n in range(4)] == [0, 1, 0, 1]
    assert world.told("started") == pytest.approx({"0": 9.0, "1": 9.0, "2": 9.0, "3": 9.0, "4": 10.5})
    check_accounts(world)


def test_chats_at_closing():
    """What cannot be put down is finished, faster once the rest is put down; what can is resumed next day."""
    world = chats(DAY)
    world.at(16.0, "live", 2.0, lane="chat")
    world.at(16.0, "breakable", 2.0, lane="chat", breakable=True)
    world.run(72.0)
    # By closing each has had 1 / 1.5 of the two hours done.
    left = 2.0 - 1.0 / 1.5
    assert world.told("finished") == pytest.approx({"live": 17.0 + left, "breakable": 33.0 + left})
    time = world.team.snapshot()
    assert time.on_duty_hours == pytest.approx(3 * 8.0 + left)
    assert time.busy_hours == pytest.approx(1.0 + 2 * left)
    assert world.jobs["breakable"].handled == pytest.approx(1.0 + left)
    assert world.team.servers[0].given == pytest.approx(4.0)
    check_accounts(world)


def test_a_chat_that_is_over_at_closing_is_done():
    """It is not put down with nothing left to do."""
    world = chats(DAY, lanes={"chat": Lane(2, 1.0)})
    for name in "ab":
        world.at(16.0, name, 0.5, lane="chat", breakable=True)
    world.run(48.0)
    assert world.told("finished") == pytest.approx({"a": 17.0, "b": 17.0})
    assert world.team.snapshot().on_duty_hours == pytest.approx(16.0)


def test_speed_and_pace_hold_for_each_chat():
    """Twice as fast at one kind, and slowed down by the other chat all the same."""
    world = chats(ServerSpec(ALWAYS, speed=0.5, paces=(1.0, 4.0)))
    world.at(0.0, "slow", 1.0, lane="chat")
    world.at(0.0, "quick", 1.0, lane="chat", kind=1)
    world.run(10.0)
    assert world.told("finished") == pytest.approx({"quick": 0.75, "slow": 0.75 + (2.0 - 0.5)})


def test_owners_and_skills_hold_for_chats():
    """An owner with room takes his chat, one who is on the telephone lets it wait, and so does who lacks the skill."""
    world = chats(ServerSpec(ALWAYS, skills=("a",)), ServerSpec(ALWAYS, skills=("b",)))
    first, second = world.team.servers
    world.at(0.0, "call", 5.0, skill="b")
    world.at(0.0, "mine", 5.0, lane="chat", owner=first)
    world.at(1.0, "mine too", 2.0, lane="chat", owner=first)
    world.at(1.0, "theirs", 1.0, lane="chat", owner=second)
    world.at(2.0, "b", 1.0, lane="chat", skill="b")
    world.run(20.0)
    assert world.told("started") == {"call": 0.0, "mine": 0.0, "mine too": 1.0, "theirs": 5.0, "b": 5.0}
    assert [world.who(name) for name in ("mine too", "theirs", "b")] == [0, 1, 1]


def test_a_lane_the_team_does_not_have_is_none():
    """So is one that takes one at a time."""
    world = chats(ALWAYS, lanes={"single": Lane()})
    for n, lane in enumerate(["single", "single", "unheard of"]):
        world.at(0.1 * n, str(n), 1.0, lane=lane)
    world.run(10.0)
    assert world.told("started") == {"0": 0.0, "1": 1.0, "2": 2.0}


def test_a_leaver_finishes_his_chats():
    """And takes no more, though there is room."""
    world = chats(ALWAYS)
    world.at(0.0, "a", 2.0, lane="chat")
    world.do(1.0, lambda: world.team.leave(world.team.servers[0]))
    world.at(1.5, "b", 2.0, lane="chat")
    world.run(10.0)
    assert world.told("finished") == {"a": 2.0}
    assert world.jobs["b"].state == "waiting"
    assert world.team.snapshot().on_duty_hours == pytest.approx(2.0)


def test_mistakes_in_chats_are_refused():
    """Time must not run backward here either."""
    with pytest.raises(ValueError, match="work"):
        chats(ALWAYS).come(("a", -1.0, {"lane": "chat"}))


class Desk:
    """Chats that come at random and take random work; sums up what becomes of them."""

    def __init__(self, seed: int, servers: int, lane: Lane, rate: float, until: float) -> None:
        draw = random.Random(seed)
        self.env = simpy.Environment()
        self.team = Team(self.env, "chats", [ALWAYS] * servers, lanes={"chat": lane}, discipline=Priority())
        self.spent: list[tuple[float, float]] = []
        time = 0.0
        while (time := time + draw.expovariate(rate)) < until:
            call_after(self.env, time, self.come, draw.expovariate(1.0))
        self.env.run(until)

    def come(self, work: float) -> None:
        """A chat comes."""
        job = Job(self, work)
        job.lane = "chat"
        self.team.submit(job)

    def started(self, job: Job) -> None:
        """No news."""

    def finished(self, job: Job) -> None:
        """Write down wait and time in hand."""
        assert job.handled == pytest.approx(job.ended - job.started)
        self.spent.append((job.started - job.arrived, job.handled))


def near(values: list[float], exact: float, within: float) -> bool:
    """Whether a mean over replications agrees with theory, by four standard errors that are small enough to tell."""
    error = stdev(values) / sqrt(len(values))
    assert error < within * exact
    return abs(mean(values) - exact) < 4.0 * error


def test_one_server_who_shares_himself_is_a_birth_death_chain():
    """With k in hand one ends at the rate k / (1 + stretch (k - 1)), whatever came before: shares of time are exact."""
    lane, rate, until, most = Lane(3, 0.4), 1.1, 3000.0, 400
    in_hand = [min(k, lane.at_once) for k in range(1, most + 1)]
    exact = birth_death([rate] * most, [k / (1.0 + lane.stretch * (k - 1)) for k in in_hand])
    desks = [Desk(seed, 1, lane, rate, until) for seed in range(12)]
    assert near([1.0 - d.team.snapshot().busy_hours / until for d in desks], exact[0], 0.02)
    queue = sum(share * max(0, k - lane.at_once) for k, share in enumerate(exact))
    assert near([d.team.snapshot().queue_hours / until for d in desks], queue, 0.06)
    handled = sum(share * min(k, lane.at_once) for k, share in enumerate(exact)) / rate
    assert near([mean(h for _, h in d.spent) for d in desks], handled, 0.02)


def test_several_servers_who_share_themselves_agree_with_theory():
    """Three people with three chats each, fewest in hand first: waits and times in hand as theory says."""
    lane, rate, until = Lane(3, 0.25), 4.0, 1000.0
    exact = shared(rate, 1.0, 3, at_once=lane.at_once, stretch=lane.stretch)
    desks = [Desk(seed, 3, lane, rate, until) for seed in range(100, 112)]
    assert near([mean(h for _, h in d.spent) for d in desks], exact.mean_contact, 0.01)
    assert near([mean(w for w, _ in d.spent) for d in desks], exact.mean_wait, 0.1)
    assert near([mean(w > 0 for w, _ in d.spent) for d in desks], exact.p_wait, 0.1)
    assert near([d.team.snapshot().busy_hours / 3 / until for d in desks], exact.occupancy, 0.02)


def test_without_stretch_three_at_once_are_three_servers():
    """Then sharing is nothing but having more hands."""
    shared = Desk(5, 2, Lane(3, 0.0), 5.0, 500.0)
    plain = World([ALWAYS] * 6)
    draw = random.Random(5)
    time = 0.0
    while (time := time + draw.expovariate(5.0)) < 500.0:
        plain.at(time, str(time), draw.expovariate(1.0))
    plain.run(500.0)
    assert shared.team.snapshot().queue_hours == pytest.approx(plain.team.snapshot().queue_hours)
