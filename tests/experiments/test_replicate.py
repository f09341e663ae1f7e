"""Replications come in order whatever the processes do, and one that fails takes no other with it."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import fake_work
import pytest

from sim.errors import SimError
from sim.experiments.ledger import ReplicationError, keys
from sim.experiments.replicate import replicate
from sim.experiments.store import Key, Store
from sim.scenario.scenario import Scenario

PLANS = {"baseline": fake_work.scenario(), "more": fake_work.scenario("more", 7)}


def logged(path: Path) -> dict[str, Scenario]:
    """The plans with the path of a file for the stand-ins to write."""
    return {
        "baseline": fake_work.scenario(description=str(path)),
        "more": fake_work.scenario("more", 7, description=str(path)),
    }


def test_outcomes_are_equal_for_any_number_of_jobs() -> None:
    """One process, two or three, whoever finishes first: the same outcomes in the same order."""
    alone = replicate(PLANS, 12, 5, jobs=1, work=fake_work.quick)
    assert [(each.plan, each.replication) for each in alone] == [(p, i) for p in PLANS for i in range(12)]
    for jobs in (2, 3):
        assert repr(replicate(PLANS, 12, 5, jobs=jobs, work=fake_work.shuffled)) == repr(alone)


def test_the_name_of_the_plan_is_its_key() -> None:
    """A plan may be run under another name than its scenario gives itself."""
    (outcome,) = replicate({"other": PLANS["more"]}, 1, 5, jobs=1, work=fake_work.quick)
    assert outcome.plan == "other"


def test_progress_counts_to_the_end() -> None:
    """It begins with what is stored and ends with everything, never going back."""
    told: list[tuple[int, int]] = []
    replicate(PLANS, 6, 5, jobs=2, work=fake_work.shuffled, progress=lambda *each: told.append(each))
    assert told == sorted(told)
    assert (told[0], told[-1]) == ((0, 12), (12, 12))


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_stored_is_not_simulated_again(jobs: int, tmp_path: Path) -> None:
    """More replications of the same plans add to those that are there, and each is simulated once."""
    log = tmp_path / "log"
    plans = logged(log)
    for replications in (3, 7, 5):
        store = Store(tmp_path / "results")
        found = replicate(plans, replications, 5, jobs=jobs, store=store, work=fake_work.counted)
        store.close()
        assert repr(found) == repr(replicate(PLANS, replications, 5, jobs=1, work=fake_work.quick))
    calls = log.read_text().split("\n")[:-1]
    assert len(calls) == len(set(calls)) == 14


@pytest.mark.parametrize("jobs", [1, 2])
def test_failures_are_told_and_the_others_kept(jobs: int, tmp_path: Path) -> None:
    """A fault and a refusal are named with plan and number after everything else is done and stored."""
    store = Store(tmp_path / "results")
    with pytest.raises(ReplicationError) as caught:
        replicate({"baseline": PLANS["baseline"]}, 8, 5, jobs=jobs, store=store, work=fake_work.faulty)
    store.close()
    told = str(caught.value)
    assert "replication 1 of plan 'baseline' failed: ZeroDivisionError: division by zero" in told
    assert "replication 4 of plan 'baseline' failed: more events than the machine can take" in told
    assert "6 of 8 replications are finished" in told
    assert "Traceback" in caught.value.failures[0].trace
    again = Store(tmp_path / "results")
    assert [each.replication for each in again.finished(baseline_key(), 8)] == [0, 2, 3, 5, 6, 7]
    again.close()


def baseline_key() -> Key:
    """Key of the baseline at seed 5."""
    return keys(PLANS, 5)["baseline"]


def test_a_poison_replication_is_found_alone(tmp_path: Path) -> None:
    """Replication 3 kills every worker it meets: it alone is given up, all others are finished and stored."""
    store = Store(tmp_path / "results")
    with pytest.raises(ReplicationError, match="replication 3 of plan 'baseline' failed: its worker process died"):
        replicate({"baseline": PLANS["baseline"]}, 9, 5, jobs=2, store=store, work=fake_work.poisoned)
    assert [each.replication for each in store.finished(baseline_key(), 9)] == [0, 1, 2, 4, 5, 6, 7, 8]
    store.close()


def test_a_worker_that_dies_once_costs_nothing(tmp_path: Path) -> None:
    """The pool is built anew and what is missing done again; the outcomes are those of an undisturbed run."""
    found = replicate(logged(tmp_path / "mark"), 8, 5, jobs=2, work=fake_work.fragile)
    assert (tmp_path / "mark").exists()
    assert repr(found) == repr(replicate(PLANS, 8, 5, jobs=1, work=fake_work.quick))


def test_workers_that_always_die_end_the_run() -> None:
    """If nothing can be had at all, the run ends with a sentence and not with endless tries."""
    with pytest.raises(SimError, match=r"its worker process died|died \d+ times in a row"):
        replicate(PLANS, 1, 5, jobs=2, work=fake_work.doomed)


def test_what_cannot_travel_is_a_failure_of_its_own() -> None:
    """An outcome that cannot be sent home fails alone, whoever shared its batch."""
    with pytest.raises(ReplicationError) as caught:
        replicate({"baseline": PLANS["baseline"]}, 6, 5, jobs=2, work=fake_work.unsendable)
    assert [each.task.replication for each in caught.value.failures] == [2]
    assert caught.value.finished == 5


def test_no_process_is_left_behind() -> None:
    """After a run there are no workers."""
    replicate(PLANS, 4, 5, jobs=2, work=fake_work.quick)
    end = time.monotonic() + 5
    while multiprocessing.active_children() and time.monotonic() < end:
        time.sleep(0.02)
    assert multiprocessing.active_children() == []


def test_senseless_numbers_are_refused() -> None:
    """At least one replication, at least one job."""
    for replications, jobs in ((0, 1), (3, 0)):
        with pytest.raises(SimError, match="at least one"):
            replicate(PLANS, replications, 5, jobs=jobs, work=fake_work.quick)
