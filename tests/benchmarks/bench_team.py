"""What a team costs, as ratios of CPU time to textbook SimPy in the same run; run me, or `make bench`.

Both sides of a ratio play customers of one kind; each is timed five times, in turn, and the ratio is the median of the
five pairs' ratios. Every model is timed twice: as each side is usually written (the textbook draws a chance when it
needs one, the engine draws columns), and with the same chances dealt to both beforehand, so that only the queueing is
compared; then both must also record the same facts. Exit code 1 when they differ or a goal is missed.
"""

from __future__ import annotations

import argparse
import gc
import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from math import nan
from random import Random
from statistics import median
from time import process_time
from typing import TypeVar

import simpy
import textbook

from sim.engine.arrivals import Feed
from sim.engine.calendar import Calendar
from sim.engine.disciplines import Priority
from sim.engine.lanes import Lane
from sim.engine.server import ServerSpec
from sim.engine.team import Job, Team
from sim.engine.timer import call_after

T = TypeVar("T")
BLOCK = 24.0
"""Customers are fed by the day."""


def blocks(instants: list[float], items: Sequence[T]) -> Callable[[int], tuple[list[float], list[T]]]:
    """The instants of a block of time, and what comes then."""

    def draw(block: int) -> tuple[list[float], list[T]]:
        first, last = bisect_left(instants, block * BLOCK), bisect_left(instants, (block + 1) * BLOCK)
        return instants[first:last], list(items[first:last])

    return draw


class Counter:
    """The desk of a plain queue: writes down the facts."""

    def __init__(self, customers: textbook.Customers, servers: int) -> None:
        self.facts = array("d")
        self.note = self.facts.extend
        self.handle = customers.handle
        self.instants = textbook.arrivals(customers.gap)
        self.env = simpy.Environment()
        self.team = Team(self.env, "counter", [Calendar.always()] * servers)

    def run(self) -> array[float]:
        """Play all customers; the facts of `textbook.queue`."""
        Feed(self.env, blocks(self.instants, self.handle), self.take, BLOCK, self.instants[-1] + BLOCK)
        self.env.run()
        return self.facts

    def take(self, handle: float) -> None:
        """A customer comes."""
        self.team.submit(Job(self, handle))

    def started(self, job: Job) -> None:
        """No news."""

    def finished(self, job: Job) -> None:
        """Write down what happened to the customer."""
        self.note((job.arrived, job.started, job.ended))


class Call(Job):
    """One visit of a ticket."""

    __slots__ = ("patience", "priority", "row", "ticket", "visit")

    def __init__(self, desk: Helpdesk, ticket: int, visit: int) -> None:
        tickets = desk.tickets
        row = (ticket + visit * textbook.STEP) % len(tickets.gap)
        super().__init__(desk, tickets.handle[row])
        self.patience = tickets.patience[row]
        self.priority = tickets.priority[ticket]
        self.ticket = ticket
        self.visit = visit
        self.row = row


class Helpdesk:
    """A desk with priorities, patience and reopening: writes down the facts."""

    visit = Call

    def __init__(self, tickets: textbook.Tickets, agents: int) -> None:
        self.tickets = tickets
        self.facts = array("d")
        self.note = self.facts.extend
        self.instants = textbook.arrivals(tickets.gap)
        self.env = simpy.Environment()
        self.team = Team(self.env, "desk", [Calendar.always()] * agents, discipline=Priority())

    def run(self) -> array[float]:
        """Play all tickets; the facts of `textbook.desk`."""
        Feed(self.env, blocks(self.instants, range(len(self.instants))), self.take, BLOCK, self.instants[-1] + BLOCK)
        self.env.run()
        return self.facts

    def take(self, ticket: int) -> None:
        """A ticket comes for the first time."""
        self.team.submit(self.visit(self, ticket, 0))

    def started(self, call: Call) -> None:
        """No news."""

    def finished(self, call: Call) -> None:
        """Write down what happened; some come again."""
        self.note((call.ticket, call.visit, call.arrived, call.started, call.ended))
        if self.tickets.reopened[call.row]:
            call_after(self.env, self.tickets.delay[call.row], self.reopen, call)

    def reopen(self, call: Call) -> None:
        """A ticket comes again."""
        self.team.submit(self.visit(self, call.ticket, call.visit + 1))

    def abandoned(self, call: Call) -> None:
        """Write down that nobody answered."""
        self.note((call.ticket, call.visit, call.arrived, nan, call.ended))


class Contact(Call):
    """One visit of a ticket that needs a skill, and may be a chat."""

    __slots__ = ("kind", "lane", "skill")

    def __init__(self, desk: Helpdesk, ticket: int, visit: int) -> None:
        super().__init__(desk, ticket, visit)
        self.kind = 1 + ticket % 2
        self.skill = "north" if ticket % 2 else "south"
        self.lane = "chat" if ticket % 3 == 0 else None


class Center(Helpdesk):
    """The same desk with skills, proficiency and chats: two groups of specialists, and some who can do both."""

    visit = Contact

    def __init__(self, tickets: textbook.Tickets, agents: int) -> None:
        super().__init__(tickets, agents)
        crews = (("north",), ("south",), ("north", "south"))
        paces = ((1.0, 1.0, 1.1), (1.0, 1.1, 1.0), (1.0, 1.0, 1.0))
        servers = [ServerSpec(Calendar.always(), 1.0, crews[i % 3], paces[i % 3]) for i in range(agents)]
        rules = {"discipline": Priority(), "takes": "own_skill_first", "lanes": {"chat": Lane(2, 0.5)}}
        self.team = Team(self.env, "center", servers, **rules)


def seconds(play: Callable[[], array[float]]) -> tuple[float, array[float]]:
    """CPU time of one run, and its facts."""
    gc.collect()
    start = process_time()
    facts = play()
    return process_time() - start, facts


def same(ours: array[float], theirs: array[float], width: int) -> bool:
    """Whether two runs tell the same facts, but for the last bits that adding up gaps may cost."""
    if len(ours) != len(theirs):
        print("THE FACTS DIFFER", flush=True)
        return False
    rows = [sorted(zip(*[iter(facts)] * width, strict=True), key=lambda row: row[:3]) for facts in (ours, theirs)]
    pairs = zip(*rows, strict=True)
    agree = all(a == b or (a != a and b != b) or abs(a - b) < 1e-6 for row in pairs for a, b in zip(*row, strict=True))
    print("the facts agree" if agree else "THE FACTS DIFFER", flush=True)
    return agree


Play = Callable[[], "array[float]"]


def compare(title: str, goal: float | None, visits: int, pairs: int, ours: Play, theirs: Play) -> bool:
    """Time both in turn, print the ratio, tell whether the goal is met."""
    costs = [(seconds(ours)[0], seconds(theirs)[0]) for _ in range(pairs)]
    ratios = sorted(mine / textbooks for mine, textbooks in costs)
    ratio = median(ratios)
    mine, textbooks = (1e6 * median(side) / visits for side in zip(*costs, strict=True))
    met = goal is None or ratio <= goal
    verdict = "for information" if goal is None else f"goal {goal:.3f}: {'met' if met else 'MISSED'}"
    print(f"{title:34} {ratio:.3f} of textbook SimPy ({verdict}); {mine:.2f} against {textbooks:.2f} us each")
    print(f"{'':34} the pairs: {' '.join(f'{r:.3f}' for r in ratios)}", flush=True)
    return met


def main(arguments: list[str]) -> int:
    """Run the comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=200_000, help="of the plain queue")
    parser.add_argument("--tickets", type=int, default=50_000, help="of the desk")
    parser.add_argument("--pairs", type=int, default=5)
    chosen = parser.parse_args(arguments)
    fine = compare_queues(chosen.customers, chosen.pairs), compare_desks(chosen.tickets, chosen.pairs)
    return 0 if all(fine) else 1


def compare_queues(n: int, pairs: int) -> bool:
    """M/M/50, 48 arrivals per handling time."""
    customers = textbook.Customers.draw(1, n, 48.0)
    known = [column.__getitem__ for column in customers]
    agree = same(Counter(customers, 50).run(), textbook.queue(*known, n, 50), 3)
    draw = Random(1).expovariate
    met = compare(
        "M/M/50, each as usually written", 1 / 3, n, pairs,
        lambda: Counter(textbook.Customers.draw(1, n, 48.0), 50).run(),
        lambda: textbook.queue(lambda _: draw(48.0), lambda _: draw(1.0), n, 50),
    )  # fmt: skip
    compare(
        "M/M/50, same chances", None, n, pairs,
        lambda: Counter(customers, 50).run(), lambda: textbook.queue(*known, n, 50),
    )  # fmt: skip
    return met and agree


def compare_desks(n: int, pairs: int) -> bool:
    """11 agents, 10 arrivals per handling time, patience, priorities, reopening."""
    tickets = textbook.Tickets.draw(2, n)
    known = textbook.Chances.known(tickets)
    facts = Helpdesk(tickets, 11).run()
    agree = same(facts, textbook.desk(known, n, 11), 5)
    visits = len(facts) // 5
    met = compare(
        "desk, each as usually written", 1 / 5, visits, pairs,
        lambda: Helpdesk(textbook.Tickets.draw(2, n), 11).run(),
        lambda: textbook.desk(textbook.Chances.fresh(2), n, 11),
    )  # fmt: skip
    compare(
        "desk, same chances", None, visits, pairs,
        lambda: Helpdesk(tickets, 11).run(), lambda: textbook.desk(known, n, 11),
    )  # fmt: skip
    # The textbook has neither skills nor chats: it is its plain desk that this one is held against.
    full = len(Center(tickets, 11).run()) // 5
    fully = compare(
        "desk with skills and chats", 1 / 5 * full / visits, full, pairs,
        lambda: Center(textbook.Tickets.draw(2, n), 11).run(),
        lambda: textbook.desk(textbook.Chances.fresh(2), n, 11),
    )  # fmt: skip
    return met and fully and agree


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
