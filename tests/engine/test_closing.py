"""Closing time: those on the line are served by people who stay, for so long, and then cut off; letters wait."""

from __future__ import annotations

import random

import pytest
from world import DAY, World, check_accounts, daily

from sim.engine.disciplines import Priority
from sim.engine.team import Lane, ServerSpec


def test_without_overtime_who_waits_is_cut_off_at_once():
    """At closing the line is dead for those who wait; who is being served is served to the end."""
    world = World([DAY], overtime=0.0)
    world.at(16.0, "talks", 2.0)
    world.at(16.5, "waits", 1.0, patience=9.0)
    world.at(16.6, "letter", 1.0, breakable=True)
    world.run(48.0)
    assert world.told("disconnected") == {"waits": 17.0}
    assert world.jobs["waits"].state == "disconnected"
    assert world.jobs["waits"].ended == 17.0
    assert world.told("finished") == {"talks": 18.0, "letter": 34.0}
    assert world.team.snapshot().queue_hours == pytest.approx(0.5 + 33.0 - 16.6)
    check_accounts(world)


def test_who_calls_while_closed_is_cut_off():
    """Also during overtime, and before the first opening; letters are taken in, as far as there is room."""
    world = World([DAY], overtime=2.0, waiting_room=1)
    world.at(1.0, "night", 1.0)
    world.at(1.0, "letter", 1.0, breakable=True)
    world.at(2.0, "second letter", 1.0, breakable=True)
    world.at(16.0, "talks", 2.0)
    world.at(17.5, "too late", 1.0)
    world.at(17.0, "at the stroke", 1.0)
    world.run(48.0)
    assert world.told("disconnected") == {"night": 1.0, "at the stroke": 17.0, "too late": 17.5}
    assert world.told("blocked") == {"second letter": 2.0}
    assert world.told("started") == {"letter": 9.0, "talks": 16.0}
    assert world.jobs["night"].started is None
    check_accounts(world)


def test_people_stay_for_those_on_the_line():
    """One after the other as they become free, until overtime is over; all of it is on duty and none of it rostered."""
    world = World([DAY, DAY], overtime=1.0)
    world.at(16.0, "x", 1.25)
    world.at(16.0, "y", 4.0)
    for n in range(4):
        world.at(16.5 + 0.1 * n, str(n), 0.5)
    world.run(24.0)
    assert world.told("started") == {"x": 16.0, "y": 16.0, "0": 17.25, "1": 17.75}
    assert world.told("disconnected") == {"2": 18.0, "3": 18.0}
    assert world.told("finished")["1"] == 18.25
    time = world.team.snapshot()
    assert time.paid_hours == pytest.approx(16.0)
    assert time.on_duty_hours == pytest.approx(16.0 + 1.25 + 3.0)
    assert not any(server.on_duty for server in world.team.servers)
    check_accounts(world)


def test_patience_goes_on_in_overtime():
    """Who gives up is not cut off any more; who is reached at the last instant is served."""
    world = World([DAY], overtime=1.0)
    world.at(16.0, "x", 2.0)
    world.at(16.5, "gives up", 1.0, patience=1.0)
    world.at(16.6, "reached", 1.0)
    world.run(24.0)
    assert world.told("abandoned") == {"gives up": 17.5}
    assert world.told("started")["reached"] == 18.0
    assert world.told("disconnected") == {}
    check_accounts(world)


def test_who_puts_a_letter_down_takes_a_call():
    """At closing a letter goes back into the tray, and who had it serves who waits on the line before going home."""
    world = World([DAY], overtime=1.0, discipline=Priority())
    world.at(16.0, "letter", 3.0, breakable=True, priority=1)
    world.at(16.5, "call", 0.5, priority=0)
    world.run(48.0)
    assert world.told("started") == {"letter": 16.0, "call": 17.0}
    assert world.told("finished") == {"call": 17.5, "letter": 35.0}
    assert world.team.snapshot().on_duty_hours == pytest.approx(16.5)
    check_accounts(world)


def test_the_last_who_goes_closes_the_team():
    """Not the first: his colleague is still there. Only those who go last stay on."""
    world = World([daily((9, 16)), DAY], overtime=1.0)
    world.at(15.5, "x", 2.2)
    world.at(15.5, "y", 1.8)
    world.at(15.6, "a", 0.5)
    world.at(15.7, "b", 0.5)
    world.run(24.0)
    assert world.told("started") == {"x": 15.5, "y": 15.5, "a": 17.3, "b": 17.8}
    assert [world.who(name) for name in "xyab"] == [0, 1, 1, 1]
    assert world.told("finished")["x"] == 17.7


def test_in_overtime_nobody_is_kept_free_but_skills_and_owners_hold():
    """What was kept waiting for more free people is served; who waits for somebody else is cut off."""
    specs = [ServerSpec(DAY, skills=("a",)), ServerSpec(DAY, skills=("b",))]
    world = World(specs, overtime=1.0)
    world.at(16.0, "b", 3.0, skill="b")
    world.at(16.5, "kept", 0.5, skill="a", reserve=1)
    world.at(16.6, "owned", 0.5, skill="a", owner=world.team.servers[1])
    world.at(16.7, "second b", 0.5, skill="b")
    world.run(24.0)
    assert world.told("started") == {"b": 16.0, "kept": 17.0}
    assert world.told("disconnected") == {"owned": 18.0, "second b": 18.0}


def test_chats_in_overtime():
    """Places that become free are given to chats on the line; a call waits until all are over."""
    world = World([DAY], overtime=2.0, lanes={"chat": Lane(2, 0.0)})
    world.at(16.0, "a", 1.5, lane="chat")
    world.at(16.0, "b", 2.0, lane="chat")
    world.at(16.2, "call", 0.5)
    world.at(16.3, "c", 1.5, lane="chat")
    world.at(16.4, "d", 0.5, lane="chat")
    world.run(24.0)
    assert world.told("started") == {"a": 16.0, "b": 16.0, "c": 17.5, "d": 18.0, "call": 19.0}
    assert world.team.snapshot().on_duty_hours == pytest.approx(8.0 + 2.5)
    check_accounts(world)


def test_a_team_that_opens_again_in_time_cuts_nobody_off():
    """A short break with a longer overtime: who waits is served after it by those who come back."""
    world = World([daily((9, 12), (12.5, 17))], overtime=1.0)
    world.at(11.5, "x", 0.25)
    world.at(11.6, "y", 0.75)
    world.at(11.7, "a", 2.0)
    world.at(12.4, "in the break", 1.0)
    world.at(11.8, "b", 3.0)
    world.at(12.6, "c", 1.0)
    world.run(24.0)
    assert world.told("disconnected") == {"in the break": 12.4}
    assert world.told("started") == {"x": 11.5, "y": 11.75, "a": 12.5, "b": 14.5, "c": 17.5}


def test_a_team_whose_last_member_leaves_is_closed():
    """Nobody stays; who waits is cut off when overtime is over, unless a successor comes before."""
    for comes, fate in ((17.0, "finished"), (19.0, "disconnected")):
        world = World([DAY], overtime=2.0)
        world.at(15.0, "x", 2.0)
        world.at(15.5, "a", 0.5)
        world.do(16.0, lambda w=world: w.team.leave(w.team.servers[0]))
        world.do(comes - 0.5, lambda w=world: w.team.join(daily((9, 20))))
        world.run(24.0)
        assert world.told(fate)["a"] == (17.0 if comes == 17.0 else 18.0)
        assert world.told("finished")["x"] == 17.0


def test_a_desk_may_hand_in_a_letter_for_a_call_that_was_cut_off():
    """What the desk does when it hears of it is done after everybody has been cut off who is not served."""
    world = World([DAY], overtime=0.0)
    world.at(16.0, "x", 2.0)
    world.at(16.1, "a", 1.0)
    world.at(16.2, "b", 1.0)
    world.then["disconnected", "a"] = lambda: world.come(("letter", 1.0, {"breakable": True}))
    world.run(48.0)
    assert world.told("disconnected") == {"a": 17.0, "b": 17.0}
    assert world.told("started")["letter"] == 33.0
    check_accounts(world)


@pytest.mark.parametrize("ties", ["longest_idle", "least_busy", "random"])
def test_who_stays_takes_turns(ties):
    """Among those who put letters down at closing, fewest in hand first; every one serves one before any serves two."""
    world = World([DAY] * 3, overtime=1.0, takes=ties, chance=random.Random(1).random, discipline=Priority())
    for n in range(3):
        world.at(16.0, f"letter {n}", 9.0, breakable=True, priority=1)
        world.at(16.5, f"call {n}", 0.75)
    world.run(24.0)
    assert {world.who(f"call {n}") for n in range(3)} == {0, 1, 2}
    check_accounts(world)
