"""Who is next: every rule orders a crowd as its sentence says, and a queue keeps that order whoever gives up."""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import inf

import pytest
from pydantic import TypeAdapter, ValidationError

from sim.engine.disciplines import Discipline, EarliestDue, Fifo, Freshest, LargestValue, Priority
from sim.engine.queues import FifoQueue, RankedQueue

RULES = TypeAdapter(Discipline)


@dataclass(eq=False)
class Waiter:
    """A waiting job, reduced to what queues look at."""

    number: int
    priority: float = 0
    due: float = inf
    value: float = 0.0
    order: float = 0.0
    state: str = "waiting"


def order(queue, jobs: list[Waiter]) -> list[int]:
    """The numbers of the jobs in the order in which the queue gives them out."""
    for job in jobs:
        queue.push(job)
    return [job.number for job in queue.drain()]


def test_fifo_goes_by_arrival():
    """First come, first served, whatever else is known of the jobs."""
    jobs = [Waiter(n, priority=-n, due=-n, value=n) for n in range(1, 6)]
    assert Fifo().key(jobs[0]) is None
    assert order(FifoQueue(), jobs) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("rule", "jobs", "expected"),
    [
        (Priority(), [{"priority": 2}, {"priority": 1}, {"priority": 2}, {"priority": 0}], [4, 2, 1, 3]),
        (EarliestDue(), [{}, {"due": 9.0}, {"due": 8.0}, {}, {"due": 9.0}], [3, 2, 5, 1, 4]),
        (Freshest(), [{}, {}, {}], [3, 2, 1]),
        (LargestValue(), [{"value": 5}, {"value": 7}, {"value": 5}, {}], [2, 1, 3, 4]),
    ],
    ids=["priority", "earliest_due", "freshest", "largest_value"],
)
def test_ranked_rules(rule, jobs, expected):
    """The rule's best first, equals in order of arrival."""
    crowd = [Waiter(number, **traits) for number, traits in enumerate(jobs, 1)]
    assert order(RankedQueue(rule.key), crowd) == expected


@pytest.mark.parametrize("word", ["fifo", "priority", "earliest_due", "freshest", "largest_value"])
def test_rules_are_told_apart_by_their_word(word):
    """A scenario names a rule by one plain word, and gets a frozen value back."""
    rule = RULES.validate_python({"rule": word})
    assert rule.rule == word
    with pytest.raises(ValidationError):
        rule.rule = "fifo"


@pytest.mark.parametrize("found", [{"rule": "lifo"}, {"rule": "fifo", "speed": 2}, {}])
def test_unknown_rules_and_keys_are_refused(found):
    """Neither an unknown rule nor an unknown key goes through."""
    with pytest.raises(ValidationError):
        RULES.validate_python(found)


@pytest.mark.parametrize("make", [FifoQueue, lambda: RankedQueue(Priority().key)], ids=["fifo", "ranked"])
def test_who_gave_up_is_passed_over(make):
    """Those who no longer wait are neither given out nor seen at the head."""
    queue = make()
    jobs = [Waiter(n) for n in range(1, 7)]
    for job in jobs:
        queue.push(job)
    for gone in (0, 1, 3, 5):
        jobs[gone].state = "abandoned"
    assert queue.head()[1] is jobs[2]
    assert [job.number for job in queue.drain()] == [3, 5]
    assert queue.head() is None
    assert queue.pop() is None


@pytest.mark.parametrize("make", [FifoQueue, lambda: RankedQueue(Priority().key)], ids=["fifo", "ranked"])
def test_restored_jobs_get_their_place_back(make):
    """Work put down goes back to the place its number entitles it to, also among others put down before."""
    queue = make()
    for number in (4, 6, 8):
        queue.push(Waiter(number))
    for number in (3, 7, 1):
        queue.restore(Waiter(number))
    assert queue.head()[0][-1] == 1
    assert [job.number for job in queue.drain()] == [1, 3, 4, 6, 7, 8]


@pytest.mark.parametrize("make", [FifoQueue, lambda: RankedQueue(Priority().key)], ids=["fifo", "ranked"])
def test_the_dead_are_swept_out(make):
    """A queue nobody serves does not grow with those who gave up: at most twice the living, and a few."""
    queue = make()
    living: list[Waiter] = []
    for number in range(1, 20_001):
        job = Waiter(number, priority=number % 3)
        queue.push(job)
        living.append(job)
        if len(living) > 50:
            living.pop(0).state = "abandoned"
    held = queue._line if isinstance(queue, FifoQueue) else queue._heap
    assert len(held) <= 2 * 50 + 64 + 1
    assert sorted(job.number for job in queue.drain()) == [job.number for job in living]


@pytest.mark.parametrize("rule", [Fifo(), Priority(), EarliestDue(), Freshest(), LargestValue()], ids=lambda r: r.rule)
def test_against_sorting(rule):
    """Any mixture of coming, being served, giving up and being put back gives out what sorting the crowd would."""
    chance = random.Random(4)
    queue = FifoQueue() if rule.rule == "fifo" else RankedQueue(rule.key)
    crowd: list[Waiter] = []
    served: list[Waiter] = []
    number = 0
    for _ in range(5_000):
        act = chance.random()
        if act < 0.45 or not crowd:
            number += 1
            job = Waiter(number, chance.randrange(3), float(chance.randrange(50)), float(chance.randrange(9)))
            crowd.append(job)
            queue.push(job)
        elif act < 0.75:
            best = min(crowd, key=lambda job: (rule.key(job) or 0.0, job.number))
            assert queue.head()[1] is best
            assert queue.pop() is best
            crowd.remove(best)
            best.state = "serving"
            served.append(best)
        elif act < 0.9:
            crowd.pop(chance.randrange(len(crowd))).state = "abandoned"
        elif served:
            job = served.pop(chance.randrange(len(served)))
            job.state = "waiting"
            crowd.append(job)
            queue.restore(job)
