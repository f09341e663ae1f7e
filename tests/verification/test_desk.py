"""What the parts of a desk do that need no theory of queues: who calls again, who is turned away, who is visited."""

from __future__ import annotations

import numpy as np
import pytest
from yardstick import loaded, misses, runs, table

from sim.model.journal import Run

DESK = table("desk.yaml")
MINUTE = 1 / 60


def rows(run: Run, **words: str) -> np.ndarray:
    """Which contacts have these words."""
    return np.logical_and.reduce([run.is_word("contacts", column, word) for column, word in words.items()])


def columns(run: Run, *names: str) -> list[np.ndarray]:
    """Columns of the contacts, in order of their arrival."""
    order = np.argsort(run.column("contacts", "arrived"), kind="stable")
    return [run.column("contacts", name)[order] for name in names]


@pytest.fixture(scope="module")
def redials(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """Days of an overloaded phone whose callers try again."""
    return runs(loaded(DESK["redial"], tmp_path_factory.mktemp("redial")), 15)


def test_callers_who_try_again_are_conserved(redials: list[Run]) -> None:
    """Whoever gave up or found no line either calls again or is lost; six of ten call again."""
    shares = []
    for run in redials:
        lost = rows(run, outcome="abandoned").sum() + rows(run, outcome="blocked").sum()
        again = rows(run, cause="redial").sum()
        given_up = sum(run.is_word("tickets", "outcome", word).sum() for word in ("abandoned", "blocked"))
        assert lost == again + given_up
        assert len(run.tables["contacts"]) == len(run.tables["tickets"]) + again
        shares.append(float(again / lost))
    assert not misses("tried again", shares, 0.6, "2 %")


def test_callers_keep_their_patience_and_their_time(redials: list[Run]) -> None:
    """Two tries of one caller that both ended by giving up waited equally long; tries are 5 to 25 minutes apart."""
    gaps = []
    pairs = 0
    for run in redials:
        ticket, attempt = run.column("contacts", "ticket"), run.column("contacts", "attempt")
        order = np.lexsort((attempt, ticket))
        arrived, ended = run.column("contacts", "arrived")[order], run.column("contacts", "ended")[order]
        gave_up, same = rows(run, outcome="abandoned")[order], np.diff(ticket[order]) == 0
        waits = ended - arrived
        both = same & gave_up[1:] & gave_up[:-1]
        assert np.allclose(waits[1:][both], waits[:-1][both], atol=1e-9)
        between = (arrived[1:] - ended[:-1])[same]
        assert between.min() >= 5 * MINUTE - 1e-9
        assert between.max() <= 25 * MINUTE + 1e-9
        gaps.append(float(between.mean()))
        pairs += int(both.sum())
    assert pairs > 1000
    assert not misses("time until the next try", gaps, 15 * MINUTE, "2 %")


def test_nobody_is_turned_away_while_a_line_is_free(redials: list[Run]) -> None:
    """There are never more than eight on the lines, and exactly eight whenever somebody finds none."""
    for run in redials[:5]:
        arrived, ended = run.column("contacts", "arrived"), run.column("contacts", "ended")
        turned_away = rows(run, outcome="blocked")
        on, off = np.sort(arrived[~turned_away]), np.sort(ended[~turned_away])
        inside = np.searchsorted(on, on, side="right") - np.searchsorted(off, on, side="right")
        assert inside.max() == 8
        full = np.searchsorted(on, arrived[turned_away]) - np.searchsorted(off, arrived[turned_away], side="right")
        assert set(full.tolist()) == {8}


def test_with_slots_enough_everybody_gets_the_next_one(tmp_path) -> None:
    """Visits begin with the first slot after the notice, so they are waited for 4 hours on average; one in five is in
    vain, costs the travel, and is booked anew."""
    waits, vain = [], []
    for run in runs(loaded(DESK["visits"], tmp_path), 12):
        arrived, started, handled = columns(run, "arrived", "started", "handled")
        missed = columns_mask(run, outcome="no_show")
        assert np.allclose(started % 2, 0)
        assert np.all((started - arrived >= 3 - 1e-9) & (started - arrived < 5 + 1e-9))
        assert np.allclose(handled, np.where(missed, 0.5, 1.5))
        assert missed.sum() == rows(run, cause="rebooking").sum()
        fresh = columns_mask(run, cause="need")
        waits.append(float((started - arrived)[fresh].mean()))
        vain.append(float(missed.mean()))
    assert not misses("wait", waits, 4.0, "2 %")
    assert not misses("in vain", vain, 0.2, "0.02 abs")


def columns_mask(run: Run, **words: str) -> np.ndarray:
    """Which contacts have these words, in order of their arrival."""
    return rows(run, **words)[np.argsort(run.column("contacts", "arrived"), kind="stable")]


def test_a_slot_is_booked_for_as_many_as_there_are_people(tmp_path) -> None:
    """Two people, two visits a slot: in order of asking, and no place is left free before a later one is taken."""
    for run in runs(loaded(DESK["crowded"], tmp_path), 5):
        arrived, started = columns(run, "arrived", "started")
        assert np.allclose(started % 2, 0)
        assert np.all(np.diff(started) >= 0)
        slots, visits = np.unique(started, return_counts=True)
        assert visits.max() == 2
        for came, begin in zip(arrived, started, strict=True):
            earlier = np.arange(np.ceil(came / 2) * 2, begin, 2)
            assert all(visits[slots == slot].sum() == 2 for slot in earlier)
