"""Work that two teams can take: whoever is free first, and it counts where it came to until then."""

from __future__ import annotations

from itertools import count

import pytest
from world import ALWAYS, DAY, World, check_accounts, daily

from sim.engine.disciplines import Priority
from sim.engine.team import Lane, ServerSpec, Team


class Pair(World):
    """A team with a desk, and another team that helps."""

    def __init__(self, servers, helpers, helps=None, **settings) -> None:
        numbers = count(1)
        super().__init__(servers, numbers=numbers, **settings)
        self.helper = Team(self.env, "helper", helpers, numbers=numbers, **(helps or {}))

    def offer(self, time: float, *names: str) -> None:
        """Plan that waiting jobs are offered to the helpers."""
        self.do(time, lambda: [self.helper.offer(self.jobs[name]) for name in names])

    def help(self, time: float, name: str, work: float, **traits) -> None:
        """Plan that a job comes to the helpers as their own."""

        def come() -> None:
            team, self.team = self.team, self.helper
            self.come((name, work, traits))
            self.team = team

        self.do(time, come)

    def takers(self) -> dict[str, str]:
        """By which team each job was taken."""
        return {name: job.taker.name for name, job in self.jobs.items() if job.taker}


def test_somebody_free_takes_it_at_once():
    """The wait ends with the offer, and the helper is busy with it."""
    pair = Pair([ALWAYS], [ALWAYS])
    pair.at(0.0, "x", 5.0)
    pair.at(1.0, "a", 2.0)
    pair.offer(1.5, "a")
    pair.run(10.0)
    assert pair.told("started") == {"x": 0.0, "a": 1.5}
    assert pair.told("finished") == {"a": 3.5, "x": 5.0}
    assert pair.takers() == {"x": "team", "a": "helper"}
    assert pair.team.snapshot().queue_hours == pytest.approx(0.5)
    assert pair.team.snapshot().busy_hours == pytest.approx(5.0)
    assert pair.helper.snapshot()[:3] == (pytest.approx(10.0), pytest.approx(2.0), 0.0)


@pytest.mark.parametrize(("mine", "theirs", "taker"), [(3.0, 4.0, "team"), (4.0, 3.0, "helper")])
def test_else_whoever_is_free_first_takes_it(mine, theirs, taker):
    """It waits in both queues, is served once, and counts in the queue it came to."""
    pair = Pair([ALWAYS], [ALWAYS])
    pair.at(0.0, "x", mine)
    pair.help(0.0, "y", theirs)
    pair.at(1.0, "a", 1.0)
    pair.offer(2.0, "a")
    pair.run(10.0)
    assert pair.told("started") == {"x": 0.0, "y": 0.0, "a": 3.0}
    assert pair.takers()["a"] == taker
    assert pair.team.snapshot().queue_hours == pytest.approx(2.0)
    assert pair.helper.snapshot().queue_hours == 0.0
    assert pair.team.waiting == pair.helper.waiting == 0
    assert [entry for entry in pair.diary if entry[2] == "a"] == [(3.0, "started", "a"), (4.0, "finished", "a")]


def test_guests_stand_where_their_rank_puts_them():
    """Who came first is known across the teams, and by the helpers' own rule."""
    pair = Pair([ALWAYS], [ALWAYS])
    pair.at(0.0, "x", 20.0)
    pair.help(0.0, "y", 3.0)
    for time, name in ((1.0, "a"), (1.2, "b")):
        pair.at(time, name, 1.0)
    pair.help(1.1, "own", 1.0)
    pair.offer(2.0, "b", "a")
    pair.run(20.0)
    assert pair.told("started") == {"x": 0.0, "y": 0.0, "a": 3.0, "own": 4.0, "b": 5.0}
    by_rank = Pair([ALWAYS], [ALWAYS], {"discipline": Priority()})
    by_rank.at(0.0, "x", 20.0)
    by_rank.help(0.0, "y", 3.0)
    by_rank.at(1.0, "a", 1.0, priority=2)
    by_rank.help(1.1, "own", 1.0, priority=1)
    by_rank.offer(2.0, "a")
    by_rank.run(20.0)
    assert by_rank.told("started") == {"x": 0.0, "y": 0.0, "own": 3.0, "a": 4.0}


def test_patience_goes_on_and_the_desk_hears_once():
    """Who gives up has left both queues."""
    pair = Pair([ALWAYS], [ALWAYS])
    pair.at(0.0, "x", 9.0)
    pair.help(0.0, "y", 9.0)
    pair.at(1.0, "a", 1.0, patience=4.0)
    pair.offer(2.0, "a")
    pair.run(20.0)
    assert pair.diary[2:3] == [(5.0, "abandoned", "a")]
    assert pair.jobs["a"].taker is None
    assert pair.team.snapshot().queue_hours == pytest.approx(4.0)


def test_what_is_asked_of_helpers():
    """Skill, lane and reserve hold among the helpers; whose it is in the other team does not matter to them."""
    specs = [ServerSpec(ALWAYS, skills=("a",)), ServerSpec(ALWAYS, skills=("b",))]
    pair = Pair([ALWAYS], specs, {"lanes": {"chat": Lane(2, 0.0)}}, waiting_room=9)
    pair.at(0.0, "x", 9.0)
    for name, traits in (
        ("kept", {"reserve": 2}),
        ("owned", {"owner": pair.team.servers[0], "skill": "b"}),
        ("chat", {"lane": "chat", "skill": "a"}),
        ("second chat", {"lane": "chat", "skill": "a"}),
        ("call", {"skill": "a"}),
    ):
        pair.at(1.0, name, 2.0, **traits)
    pair.offer(2.0, "kept", "owned", "chat", "second chat", "call")
    pair.run(8.0)
    assert pair.told("started") == {"x": 0.0, "owned": 2.0, "chat": 2.0, "second chat": 2.0, "call": 4.0}
    assert [pair.who(name) for name in ("owned", "chat", "second chat", "call")] == [1, 0, 0, 0]


def test_guests_are_taken_when_helpers_come_on_duty():
    """A helper's opening is as good as becoming free."""
    pair = Pair([ALWAYS], [DAY], waiting_room=2)
    pair.at(0.0, "x", 20.0)
    pair.at(1.0, "a", 1.0)
    pair.offer(2.0, "a")
    pair.run(24.0)
    assert pair.told("started")["a"] == 9.0


def test_a_guest_that_is_put_down_waits_in_both_again():
    """Half done by a helper who goes home, the rest is done by whoever is free first, here by those it came to."""
    pair = Pair([daily((9, 12), (17.5, 24))], [DAY])
    pair.at(9.0, "x", 2.0)
    pair.at(15.0, "a", 4.0, breakable=True)
    pair.offer(16.0, "a")
    pair.run(48.0)
    assert pair.told("started") == {"x": 9.0, "a": 16.0}
    assert pair.told("finished")["a"] == pytest.approx(20.5)
    assert pair.jobs["a"].handled == pytest.approx(4.0)
    assert pair.takers()["a"] == "team"
    assert pair.team.snapshot().queue_hours == pytest.approx(1.0 + 0.5)
    assert pair.helper.snapshot().queue_hours == 0.0
    check_accounts_of_both(pair)


def test_a_guest_that_is_put_down_is_taken_at_once_by_who_is_idle_at_home():
    """Those it came to look at what is put down elsewhere."""
    pair = Pair([ALWAYS], [daily((9, 10))])
    pair.at(9.0, "x", 0.75)
    pair.at(9.25, "a", 2.0, breakable=True)
    pair.offer(9.5, "a")
    pair.run(48.0)
    assert pair.told("finished") == {"x": 9.75, "a": 11.5}


def test_only_what_waits_can_be_offered():
    """And not to the team where it waits anyway."""
    pair = Pair([ALWAYS], [ALWAYS])
    pair.come(("a", 1.0, {}))
    pair.come(("b", 1.0, {}))
    with pytest.raises(ValueError, match="only a job that waits"):
        pair.helper.offer(pair.jobs["a"])
    pair.team.offer(pair.jobs["b"])
    assert pair.jobs["b"].state == "waiting"
    pair.run(5.0)
    check_accounts(pair)


def check_accounts_of_both(pair: Pair) -> None:
    """Busy time of both teams together is what was handled."""
    busy = pair.team.snapshot().busy_hours + pair.helper.snapshot().busy_hours
    assert busy == pytest.approx(sum(job.handled for job in pair.jobs.values()))
