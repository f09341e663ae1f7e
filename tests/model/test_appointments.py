"""The appointment book: slots cut from opening windows, as many in each as there are people."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim.engine.calendar import Calendar
from sim.model.appointments import Book

WEEK = tuple((day * 24 + 9.0, day * 24 + 17.0) for day in range(5))


def _book(*weeks: Any, slot: float = 2.0, until: float = 500.0) -> Book:
    team: Any = SimpleNamespace(servers=[SimpleNamespace(calendar=Calendar(week)) for week in weeks])
    return Book(team, Calendar(WEEK), slot, until)


def test_slots_follow_each_other_and_one_is_had_at_a_time() -> None:
    """One person, slots of two hours from 09:00: four on Monday, then Tuesday."""
    book = _book(WEEK)
    assert [book.take(0.0) for _ in range(5)] == [9.0, 11.0, 13.0, 15.0, 33.0]


def test_a_slot_takes_as_many_as_are_there_throughout() -> None:
    """Two people, one of whom comes at noon: he cannot have the slot that began at eleven."""
    late = tuple((start + 3.0, end) for start, end in WEEK)
    book = _book(WEEK, late)
    assert [book.take(0.0) for _ in range(6)] == [9.0, 11.0, 13.0, 13.0, 15.0, 15.0]


def test_whoever_asks_for_later_gets_later_and_leaves_the_rest() -> None:
    """A request for Tuesday leaves Monday free; the weekend has no slots."""
    book = _book(WEEK)
    assert book.take(30.0) == 33.0
    assert book.take(0.0) == 9.0
    assert book.take(4 * 24 + 16.0) == 7 * 24 + 9.0


def test_a_long_run_of_full_slots_is_passed_over() -> None:
    """A thousand requests for the same day are given out in order, none twice."""
    book = _book(WEEK, until=100_000.0)
    given = [book.take(0.0) for _ in range(1000)]
    assert given == sorted(given)
    assert len(set(given)) == 1000


def test_nobody_there_means_no_appointment() -> None:
    """Without people, or with slots longer than a day, the book has nothing to give before the horizon."""
    assert _book().take(0.0) is None
    assert _book(WEEK, slot=9.0).take(0.0) is None


@pytest.mark.parametrize("slot", [0.5, 1.0, 3.0])
def test_slots_never_run_over_closing(slot: float) -> None:
    """What does not fit before 17:00 is not offered."""
    book = _book(WEEK, slot=slot)
    count = int(8 / slot)
    assert [book.take(0.0) for _ in range(count + 1)][-2:] == [9.0 + slot * (count - 1), 33.0]
