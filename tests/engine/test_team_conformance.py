"""A team and a textbook SimPy model that are dealt the same chances tell the same facts, to the last bit."""

from __future__ import annotations

import sys
from array import array
from importlib.util import module_from_spec, spec_from_file_location
from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest
import simpy

from sim.engine.calendar import Calendar
from sim.engine.disciplines import Priority
from sim.engine.team import Job, Team
from sim.engine.timer import call_after

_spec = spec_from_file_location("textbook", Path(__file__).parents[1] / "benchmarks" / "textbook.py")
textbook = sys.modules["textbook"] = module_from_spec(_spec)
_spec.loader.exec_module(textbook)


class Visit(Job):
    """A job that knows its ticket."""

    ticket = 0
    visit = 0
    row = 0


class Desk:
    """Feeds a team the way the textbook feeds a resource, and writes down the same facts."""

    def __init__(self) -> None:
        self.env = simpy.Environment()
        self.facts = array("d")
        self.team: Team
        self.tickets: textbook.Tickets | None = None

    def play(self, gaps, come, until=None) -> list[tuple[float, ...]]:
        """Let customers come after each gap; the facts in order of their ends."""

        def source():
            for number, gap in enumerate(gaps):
                yield self.env.timeout(gap)
                come(number)

        self.env.process(source())
        self.env.run(until)
        return self.facts

    def ticket(self, number: int, visit: int = 0) -> None:
        """One visit of a ticket."""
        tickets = self.tickets
        row = (number + visit * textbook.STEP) % len(tickets.gap)
        job = Visit(self, tickets.handle[row])
        job.patience, job.priority = tickets.patience[row], tickets.priority[number]
        job.ticket, job.visit, job.row = number, visit, row
        self.team.submit(job)

    def started(self, job: Job) -> None:
        """No news."""

    def finished(self, job: Job) -> None:
        """A customer is served; a ticket may come again."""
        if self.tickets is None:
            self.facts.extend((job.arrived, job.started, job.ended))
            return
        self.facts.extend((job.ticket, job.visit, job.arrived, job.started, job.ended))
        if self.tickets.reopened[job.row]:
            call_after(self.env, self.tickets.delay[job.row], lambda j: self.ticket(j.ticket, j.visit + 1), job)

    def abandoned(self, job: Job) -> None:
        """A ticket gave up."""
        self.facts.extend((job.ticket, job.visit, job.arrived, nan, job.ended))


def rows(facts, width: int) -> list[tuple[float, ...]]:
    """Facts as rows, in the order in which they came in, with None for nan."""
    table = sorted(zip(*[iter(facts)] * width, strict=True), key=lambda row: row[: width - 2])
    return [tuple(None if isnan(x) else x for x in row) for row in table]


@pytest.mark.parametrize(("servers", "rate"), [(1, 0.9), (3, 2.5), (50, 48.0), (4, 6.0)])
def test_plain_queue(servers, rate):
    """One queue and identical servers: exactly the textbook's waits, even when overloaded."""
    customers = textbook.Customers.draw(3, 4_000, rate)
    desk = Desk()
    desk.team = Team(desk.env, "team", [Calendar.always()] * servers)
    ours = desk.play(customers.gap, lambda n: desk.team.submit(Job(desk, customers.handle[n])))
    assert ours == textbook.queue(customers.gap.__getitem__, customers.handle.__getitem__, 4_000, servers)


@pytest.mark.parametrize("agents", [5, 11, 14])
def test_desk(agents):
    """Priorities, patience and reopening: exactly the textbook's facts, abandonments included."""
    desk = Desk()
    desk.tickets = tickets = textbook.Tickets.draw(5, 4_000)
    desk.team = Team(desk.env, "team", [Calendar.always()] * agents, discipline=Priority())
    ours = desk.play(tickets.gap, desk.ticket)
    theirs = textbook.desk(textbook.Chances.known(tickets), 4_000, agents)
    assert rows(ours, 5) == rows(theirs, 5)
    assert any(isnan(x) for x in ours)


@pytest.mark.parametrize("takes", ["longest_idle", "least_busy", "owner_first", "own_skill_first"])
@pytest.mark.parametrize("skilled", [False, True])
def test_who_takes_it_does_not_matter_among_equals(takes, skilled):
    """Identical servers give the textbook's facts whoever takes what, and however the team keeps them apart."""
    desk = Desk()
    desk.tickets = tickets = textbook.Tickets.draw(6, 2_000)
    desk.team = Team(desk.env, "team", [], discipline=Priority(), takes=takes)
    for n in range(11):
        desk.team.join(Calendar.always(), skills=[("a", "b")[n % 2]] if skilled else None)
    ours = desk.play(tickets.gap, desk.ticket)
    assert rows(ours, 5) == rows(textbook.desk(textbook.Chances.known(tickets), 2_000, 11), 5)


@pytest.mark.parametrize("breakable", [False, True])
def test_shifts(breakable):
    """With nights off: work in hand at closing is finished, or put down and resumed, exactly as in the textbook."""
    customers = textbook.Customers.draw(7, 1_500, 1.0)
    desk = Desk()
    day = Calendar([(24.0 * d + 9.0, 24.0 * d + 17.5) for d in range(7)])
    desk.team = Team(desk.env, "team", [day] * 4)

    def come(number: int) -> None:
        job = Job(desk, customers.handle[number])
        job.breakable = breakable
        desk.team.submit(job)

    ours = desk.play(customers.gap, come, sum(customers.gap) + 24.0 * 30)
    theirs = textbook.shifts(customers, 4, 9.0, 17.5, breakable)
    assert len(ours) == len(theirs) == 3 * 1_500
    np.testing.assert_allclose(rows(ours, 3), rows(theirs, 3), rtol=1e-12)
    ends = np.array(theirs[2::3]) % 24.0
    assert (ends > 17.5 + 1e-9).any() is np.bool_(not breakable)
