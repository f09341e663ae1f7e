"""Who is away for a while: takes nothing new, finishes or lays aside what is in hand, and is found again afterwards."""

from __future__ import annotations

import pytest
from world import ALWAYS, DAY, World, check_accounts, daily

from sim.engine.disciplines import Priority
from sim.engine.team import Lane, ServerSpec, Team


def away(world: World, server, since: float, until: float) -> None:
    """Plan an absence."""
    world.do(since, lambda: world.team.pause(server))
    world.do(until, lambda: world.team.resume(server))


def test_who_is_away_takes_nothing_new():
    """What comes meanwhile waits, and is taken the moment he is back; his time off is neither on duty nor rostered."""
    world = World([ALWAYS])
    away(world, world.team.servers[0], 2.0, 10.0)
    world.at(1.0, "before", 0.5)
    world.at(3.0, "meanwhile", 1.0)
    world.run(24.0)
    assert world.told("started") == {"before": 1.0, "meanwhile": 10.0}
    time = world.team.snapshot()
    assert (time.paid_hours, time.on_duty_hours, time.busy_hours, time.headcount) == (16.0, 16.0, 1.5, 1)
    check_accounts(world)


def test_a_call_in_hand_is_finished_and_a_letter_is_laid_aside():
    """As at the end of a shift: who is called away hangs up on nobody, and his letter is a colleague's."""
    world = World([ALWAYS, ALWAYS, daily((5, 6))])
    first, second, _ = world.team.servers
    world.at(0.0, "call", 4.0, wrap=1.0)
    world.at(0.5, "letter", 4.0, breakable=True)
    away(world, first, 1.0, 20.0)
    away(world, second, 1.5, 20.0)
    world.run(24.0)
    assert world.told("finished") == {"call": 4.0, "letter": 22.0}
    assert world.jobs["letter"].handled == pytest.approx(4.0)
    time = world.team.snapshot()
    assert time.paid_hours == pytest.approx(1.0 + 1.5 + 1.0 + 8.0)
    assert time.on_duty_hours == pytest.approx(time.paid_hours + 4.0)
    check_accounts(world)


def test_shifts_turn_without_who_is_away():
    """He misses the ones in between; back in the middle of a shift he starts at once, after it with the next."""
    world = World([daily((9, 17)), daily((9, 17))])
    first, second = world.team.servers
    away(world, first, 12.0, 36.0)
    away(world, second, 20.0, 42.0)
    world.run(72.0)
    time = world.team.snapshot()
    assert time.paid_hours == time.on_duty_hours == pytest.approx(3.0 + 5.0 + 8.0 + 8.0 + 8.0)
    check_accounts(world)


def test_a_calendar_nobody_uses_for_a_while_is_taken_up_again():
    """With its only user away over many turns; his shift goes on as if it had never stopped."""
    world = World([DAY, ALWAYS])
    away(world, world.team.servers[0], 10.0, 105.0)
    world.run(240.0)
    assert world.team.snapshot().paid_hours == pytest.approx(240.0 + 1.0 + 8.0 + 5 * 8.0)
    check_accounts(world)


def test_back_before_the_next_turn_changes_nothing_about_it():
    """Away and back within one shift, the shift ends when it ends."""
    world = World([DAY])
    away(world, world.team.servers[0], 10.0, 11.0)
    away(world, world.team.servers[0], 18.0, 19.0)
    world.at(16.0, "letter", 2.0, breakable=True)
    world.run(48.0)
    assert world.told("finished") == {"letter": 34.0}
    assert world.team.snapshot().paid_hours == pytest.approx(15.0)


def test_what_waits_for_an_owner_who_is_away_is_open_to_all():
    """Both what waited and what comes meanwhile; what still waits when he is back is his alone again."""
    world = World([ALWAYS, ALWAYS])
    owner, _ = world.team.servers
    world.at(0.0, "his", 9.0, owner=owner)
    world.at(0.5, "other's", 2.0)
    world.at(1.0, "waited", 2.0, owner=owner)
    away(world, owner, 2.0, 7.0)
    world.at(3.0, "came", 2.5, owner=owner)
    world.at(3.5, "still waits", 1.0, owner=owner)
    world.at(6.0, "fourth", 3.5)
    world.at(7.5, "after", 1.0, owner=owner)
    world.run(24.0)
    assert world.told("started") == {
        "his": 0.0, "other's": 0.5, "waited": 2.5, "came": 4.5, "fourth": 7.0, "still waits": 9.0, "after": 10.0
    }
    assert [world.who(name) for name in ("waited", "came", "fourth", "still waits", "after")] == [1, 1, 1, 0, 0]
    check_accounts(world)


def test_what_waits_for_an_owner_off_shift_is_taken_at_once_by_who_is_idle():
    """Whether it waited before he fell ill or comes then."""
    world = World([daily((9, 12)), ALWAYS])
    owner = world.team.servers[0]
    world.at(13.0, "owned", 1.0, owner=owner, skill="x")
    away(world, owner, 14.0, 60.0)
    world.at(20.0, "second", 1.0, owner=owner)
    world.run(72.0)
    assert world.told("started") == {"owned": 14.0, "second": 20.0}


def test_owner_first_needs_nothing_of_the_kind():
    """He is preferred when he is there, and again when he is back."""
    world = World([ALWAYS, ALWAYS], takes="owner_first")
    owner, _ = world.team.servers
    away(world, owner, 1.0, 6.0)
    world.at(2.0, "a", 3.0, owner=owner)
    world.at(3.0, "b", 4.0)
    world.at(4.0, "c", 4.0, owner=owner)
    world.at(6.5, "d", 1.0, owner=owner)
    world.run(24.0)
    assert world.told("started") == {"a": 2.0, "b": 5.0, "c": 6.0, "d": 9.0}
    assert [world.who(name) for name in "abcd"] == [1, 1, 0, 1]
    check_accounts(world)


@pytest.mark.parametrize("how", ["shift", "pause", "leave"])
def test_what_a_colleague_lays_aside_goes_to_the_owner_who_is_back(how):
    """It was begun while he was away; he has nothing to do, and takes it the moment it is put down."""
    world = World([ALWAYS, daily((0, 8)) if how == "shift" else ALWAYS])
    owner, colleague = world.team.servers
    away(world, owner, 1.0, 5.0)
    world.at(2.0, "his", 20.0, owner=owner, breakable=True)
    if how != "shift":
        world.do(8.0, lambda: getattr(world.team, how)(colleague))
    world.run(7.0)
    assert world.who("his") == 1
    world.run(48.0)
    assert world.who("his") == 0
    assert world.told("finished") == {"his": 22.0}
    check_accounts(world)


def test_a_helping_team_keeps_offered_work_when_the_owner_is_away():
    """It waits in both teams, whoever is away; once, and for whoever is free first."""
    world = World([ALWAYS])
    other = Team(world.env, "other", [daily((6, 24))])
    owner = world.team.servers[0]
    away(world, owner, 1.0, 12.0)
    world.at(2.0, "his", 1.0, owner=owner)
    world.do(3.0, lambda: other.offer(world.jobs["his"]))
    world.run(24.0)
    assert world.told("started") == {"his": 6.0}
    assert world.jobs["his"].taker is other
    assert (world.team.waiting, other.waiting) == (0, 0)


def test_what_a_helper_lays_aside_opens_nobody_elses_queue():
    """The owner chats, and has room for more of that alone; what of his work was not offered stays with him, however
    many are free in the team that helps."""
    world = World([ALWAYS], lanes={"chat": Lane(3, 0.0)})
    other = Team(world.env, "other", [daily((0, 4)), daily((4, 24)), daily((4, 24))])
    owner = world.team.servers[0]
    world.at(0.0, "chat", 20.0, lane="chat")
    world.at(1.0, "offered", 8.0, owner=owner, breakable=True)
    world.at(2.0, "his", 1.0, owner=owner)
    world.do(3.0, lambda: other.offer(world.jobs["offered"]))
    world.run(24.0)
    assert world.told("started") == {"chat": 0.0, "offered": 3.0, "his": 20.0}
    assert world.told("finished")["offered"] == 11.0


def test_who_was_away_is_not_swamped():
    """Under least busy he comes back level with the least busy of those who were there."""
    world = World([ALWAYS] * 3, takes="least_busy")
    third = world.team.servers[2]
    away(world, third, 0.0, 20.0)
    world.at(1.0, "a", 5.0)
    world.at(1.0, "b", 4.0)
    for n in range(4):
        world.at(21.0 + 2 * n, str(n), 1.0)
    world.run()
    assert [world.who(str(n)) for n in range(4)] == [1, 2, 0, 1]


def test_chats_in_hand_are_finished_and_no_more_are_taken():
    """With a share of himself free he takes none while away; back with two in hand he has room for a third."""
    world = World([ALWAYS, daily((20, 24))], lanes={"chat": Lane(3, 0.0)})
    first = world.team.servers[0]
    for name in "ab":
        world.at(0.0, name, 8.0, lane="chat")
    away(world, first, 1.0, 5.0)
    world.at(2.0, "c", 1.0, lane="chat")
    world.at(2.0, "d", 1.0, lane="chat")
    world.run(24.0)
    assert world.told("started") == {"a": 0.0, "b": 0.0, "c": 5.0, "d": 6.0}
    assert world.told("finished") == {"a": 8.0, "b": 8.0, "c": 6.0, "d": 7.0}
    assert world.team.snapshot().on_duty_hours == pytest.approx(24.0 + 4.0)


def test_chats_that_can_be_put_down_are_put_down():
    """One of two; the other one is finished alone, at full speed."""
    world = World([ALWAYS, daily((3, 24))], lanes={"chat": Lane(2, 1.0)})
    first = world.team.servers[0]
    world.at(0.0, "call", 2.0, lane="chat")
    world.at(0.0, "letter", 2.0, lane="chat", breakable=True)
    away(world, first, 1.0, 20.0)
    world.run(24.0)
    assert world.told("finished") == {"call": 2.5, "letter": 4.5}
    assert world.who("letter") == 1
    assert world.jobs["letter"].handled == pytest.approx(2.5)


def test_the_last_to_fall_ill_closes_the_team():
    """Nobody stays for those on the line; they are cut off when overtime is over, later ones at once."""
    world = World([DAY, daily((9, 12))], overtime=1.0)
    world.at(10.0, "in hand", 5.0)
    world.at(13.0, "waits", 1.0)
    world.at(13.2, "letter", 1.0, breakable=True)
    away(world, world.team.servers[0], 13.5, 16.0)
    world.at(14.0, "too late", 1.0)
    world.run(24.0)
    assert world.who("in hand") == 0
    assert world.told("disconnected") == {"too late": 14.0, "waits": 14.5}
    assert world.told("finished") == {"in hand": 15.0, "letter": 17.0}
    check_accounts(world)


def test_who_comes_back_opens_the_team_again():
    """In time for those who wait: they are served, and nobody is cut off."""
    world = World([DAY], overtime=2.0)
    world.at(10.0, "in hand", 1.0)
    world.at(10.2, "waits", 1.0)
    away(world, world.team.servers[0], 10.5, 11.5)
    world.run(24.0)
    assert world.told("started") == {"in hand": 10.0, "waits": 11.5}
    assert world.told("disconnected") == {}
    check_accounts(world)


def test_who_stays_after_closing_can_fall_ill():
    """He finishes what he has and takes nobody else from the line, even if he is back before he has finished it."""
    world = World([DAY], overtime=5.0)
    world.at(16.0, "in hand", 3.0)
    world.at(16.5, "waits", 1.0)
    away(world, world.team.servers[0], 17.5, 18.0)
    world.run(24.0)
    assert world.told("finished") == {"in hand": 19.0}
    assert world.told("disconnected") == {"waits": 22.0}
    check_accounts(world)


def test_who_is_away_can_leave_for_good():
    """Once gone nobody can come back, and what was his is everybody's."""
    world = World([ALWAYS, DAY])
    gone, _ = world.team.servers
    world.do(1.0, lambda: world.team.pause(gone))
    world.at(2.0, "his", 1.0, owner=gone)
    world.do(3.0, lambda: world.team.leave(gone))
    world.run(24.0)
    assert world.told("started") == {"his": 9.0}
    assert world.team.snapshot().headcount == 1
    with pytest.raises(ValueError, match="not employed here"):
        world.team.resume(gone)
    with pytest.raises(ValueError, match="not employed here"):
        world.team.pause(gone)
    check_accounts(world)


def test_nobody_goes_twice_or_comes_back_twice():
    """A mistake in the books of absences shows at once."""
    world = World([ALWAYS])
    server = world.team.servers[0]
    with pytest.raises(ValueError, match="not away"):
        world.team.resume(server)
    world.team.pause(server)
    with pytest.raises(ValueError, match="away already"):
        world.team.pause(server)
    world.team.resume(server)
    assert server.rostered


def test_gone_and_back_at_one_instant_puts_a_letter_down_and_takes_it_up():
    """An absence of no time is no loss."""
    world = World([ALWAYS], discipline=Priority())
    world.at(0.0, "letter", 4.0, breakable=True)
    away(world, world.team.servers[0], 1.0, 1.0)
    world.run(24.0)
    assert world.told("started") == {"letter": 0.0}
    assert world.told("finished") == {"letter": 4.0}
    assert world.jobs["letter"].handled == pytest.approx(4.0)
    check_accounts(world)


def test_skills_still_decide_who_steps_in():
    """Work that needs to be known how waits for somebody who knows, owner or not."""
    world = World([ServerSpec(ALWAYS, skills=("a",)), ServerSpec(ALWAYS, skills=("b",)), ServerSpec(daily((8, 24)))])
    owner = world.team.servers[0]
    away(world, owner, 1.0, 20.0)
    world.at(2.0, "his", 1.0, owner=owner, skill="a")
    world.run(24.0)
    assert world.told("started") == {"his": 8.0}
    assert world.who("his") == 2
