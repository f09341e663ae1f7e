"""What a team costs, as ratios of CPU time to textbook SimPy in the same run; run me, or `make bench`.

Both sides of a ratio play customers of one kind; each is timed five times, in turn, and the ratio is the median of the
five pairs' ratios. The desk is timed twice: as each side is usually written (the textbook draws a chance from numpy
when it needs one, the engine draws columns), and with the same chances dealt to both beforehand, so that only the
queueing is compared. Where both have the same chances they must record the same facts. Exit code 1 when a goal is
missed.
"""

from __future__ import annotations

import argparse
import gc
import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable
from math import nan
from statistics import median
from time import process_time

import simpy
import textbook

from sim.engine.arrivals import Feed
from sim.engine.calendar import Calendar
from sim.engine.disciplines import Priority
from sim.engine.team import Job, Team
from sim.engine.timer import call_after

BLOCK = 24.0
"""Customers are fed by the day."""


def blocks(instants: list[float]) -> Callable[[int], tuple[list[float], list[int]]]:
    """The instants of a block of time, and the numbers of the customers who come then."""

    def draw(block: int) -> tuple[list[float], list[int]]:
        first, last = bisect_left(instants, block * BLOCK), bisect_left(instants, (block + 1) * BLOCK)
        return instants[first:last], list(range(first, last))

    return draw


class Counter:
    """The desk of a plain queue: writes down the facts."""

    def __init__(self, customers: textbook.Customers, servers: int) -> None:
        self.facts = array("d")
        self.note = self.facts.extend
        self.handle = customers.handle
        self.instants = textbook.arrivals(customers.gaps)
        self.env = simpy.Environment()
        self.team = Team(self.env, "counter", [Calendar.always()] * servers)

    def run(self) -> array[float]:
        """Play all customers; the facts of `textbook.queue`."""
        Feed(self.env, blocks(self.instants), self.take, BLOCK, self.instants[-1] + BLOCK)
        self.env.run()
        return self.facts

    def take(self, number: int) -> None:
        """A customer comes."""
        self.team.submit(Job(self, self.handle[number]))

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
        row = (ticket + visit * textbook.STEP) % len(tickets.gaps)
        super().__init__(desk, tickets.handle[row])
        self.patience = tickets.patience[row]
        self.priority = tickets.priority[ticket]
        self.ticket = ticket
        self.visit = visit
        self.row = row


class Helpdesk:
    """A desk with priorities, patience and reopening: writes down the facts."""

    def __init__(self, tickets: textbook.Tickets, agents: int) -> None:
        self.tickets = tickets
        self.facts = array("d")
        self.note = self.facts.extend
        self.instants = textbook.arrivals(tickets.gaps)
        self.env = simpy.Environment()
        self.team = Team(self.env, "desk", [Calendar.always()] * agents, discipline=Priority())

    def run(self) -> array[float]:
        """Play all tickets; the facts of `textbook.desk`."""
        Feed(self.env, blocks(self.instants), self.take, BLOCK, self.instants[-1] + BLOCK)
        self.env.run()
        return self.facts

    def take(self, ticket: int) -> None:
        """A ticket comes for the first time."""
        self.team.submit(Call(self, ticket, 0))

    def started(self, call: Call) -> None:
        """No news."""

    def finished(self, call: Call) -> None:
        """Write down what happened; some come again."""
        self.note((call.ticket, call.visit, call.arrived, call.started, call.ended))
        if self.tickets.reopened[call.row]:
            call_after(self.env, self.tickets.delay[call.row], self.reopen, call)

    def reopen(self, call: Call) -> None:
        """A ticket comes again."""
        self.team.submit(Call(self, call.ticket, call.visit + 1))

    def abandoned(self, call: Call) -> None:
        """Write down that nobody answered."""
        self.note((call.ticket, call.visit, call.arrived, nan, call.ended))


def seconds(play: Callable[[], array[float]]) -> tuple[float, array[float]]:
    """CPU time of one run, and its facts."""
    gc.collect()
    start = process_time()
    facts = play()
    return process_time() - start, facts


def same(ours: array[float], theirs: array[float], width: int) -> bool:
    """Whether two runs tell the same facts, but for the last bits that adding up gaps may cost."""
    if len(ours) != len(theirs):
        return False
    rows = [sorted(zip(*[iter(facts)] * width, strict=True), key=lambda row: row[:3]) for facts in (ours, theirs)]
    pairs = zip(*rows, strict=True)
    return all(a == b or (a != a and b != b) or abs(a - b) < 1e-6 for row in pairs for a, b in zip(*row, strict=True))


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
    n, pairs = chosen.tickets, chosen.pairs

    customers = textbook.Customers.draw(1, chosen.customers, 48.0, 1.0)
    tickets = textbook.Tickets.draw(2, n)
    known = textbook.Chances.known(tickets)
    visits = Helpdesk(tickets, 11).run()
    agree = same(visits, textbook.desk(known, n, 11), 5)
    agree &= same(Counter(customers, 50).run(), textbook.queue(customers, 50), 3)
    print("the facts agree" if agree else "THE FACTS DIFFER", flush=True)

    met = compare(
        "M/M/50, same chances", 1 / 3, chosen.customers, pairs,
        lambda: Counter(customers, 50).run(), lambda: textbook.queue(customers, 50),
    )  # fmt: skip
    met &= compare(
        "desk, each as usually written", 1 / 5, len(visits) // 5, pairs,
        lambda: Helpdesk(textbook.Tickets.draw(2, n), 11).run(),
        lambda: textbook.desk(textbook.Chances.fresh(2), n, 11),
    )  # fmt: skip
    compare(
        "desk, same chances", None, len(visits) // 5, pairs,
        lambda: Helpdesk(tickets, 11).run(), lambda: textbook.desk(known, n, 11),
    )  # fmt: skip
    return 0 if met and agree else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
