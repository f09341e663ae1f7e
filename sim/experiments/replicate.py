"""Replications of plans on the processors of this machine, stored at once and given back in order of their number.

It knows neither what a replication does nor what is concluded from it. Order of completion shows nowhere.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from sim.errors import SimError
from sim.experiments.ledger import GIVE_UP, SUSPECT, Batch, Failure, Ledger, Task, Work, failure
from sim.experiments.outcome import Outcome, observe
from sim.experiments.pool import Pool, processors
from sim.experiments.store import Store

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

Landing: TypeAlias = "Future[tuple[list[Outcome | Failure], float]]"
"""What a batch will bring: an outcome or a failure for each task, and the seconds it took."""


def run_batch(batch: Batch) -> tuple[list[Outcome | Failure], float]:
    """Work off a batch, in a worker or here; return what came out, and the seconds it took."""
    begun = time.perf_counter()
    found: list[Outcome | Failure] = []
    for task in batch.tasks:
        try:
            outcome = batch.work(batch.scenarios[task.plan], task.replication, batch.seed)
            found.append(replace(outcome, plan=task.plan, replication=task.replication))
        except Exception as error:
            found.append(failure(task, error))
    return found, time.perf_counter() - begun


def replicate(
    plans: Mapping[str, Scenario],
    replications: int = 20,
    seed: int = 1,
    *,
    jobs: int | None = None,
    store: Store | None = None,
    progress: Callable[[int, int], None] | None = None,
    work: Work = observe,
) -> list[Outcome]:
    """Simulate replications 0 to `replications` - 1 of every plan; replication i shares its luck across the plans.

    `jobs` worker processes (as many as there are processors unless given; 1 works in this process). What `store`
    has is not simulated again, and what finishes is stored at once. `progress` is told (finished, total).
    Outcomes come in order of the plans, then by replication, whatever the number of jobs.
    Raises ReplicationError if replications failed, after all others are done; SimError if nothing can be stored or
    started; KeyboardInterrupt within a moment of Ctrl-C.
    """
    if replications < 1 or (jobs is not None and jobs < 1):
        raise SimError("there must be at least one replication and one job")
    ledger = Ledger(plans, replications, seed, store, progress, work)
    missing = len(ledger.open())
    if store is not None:
        store.need(missing)
    width = min(jobs or processors(), max(missing, 1))
    if width == 1:
        _here(ledger)
    else:
        _in_processes(ledger, width)
    return ledger.close()


def _here(ledger: Ledger) -> None:
    """Work without other processes."""
    queue = deque(ledger.open())
    while queue and ledger.open():
        ledger.take(*run_batch(ledger.cut(queue, 1)))


def _in_processes(ledger: Ledger, width: int) -> None:
    """Work in a pool, and in a new one whenever a worker has died, until nothing is open."""
    while tasks := ledger.open():
        suspects = [task for task in tasks if ledger.crashes[task] >= SUSPECT]
        if suspects:
            _drive(ledger, suspects[:1], 1)
        else:
            _drive(ledger, tasks, min(width, len(tasks)))


def _drive(ledger: Ledger, tasks: Sequence[Task], width: int) -> None:
    """Run tasks in a pool of their own until they are done or a worker dies."""
    queue = deque(tasks)
    flying: dict[Landing, Batch] = {}
    lost: list[Task] = []
    pool = Pool(width)
    try:
        while (queue or flying) and not lost and len(ledger.failures) < GIVE_UP:
            lost += _fill(ledger, pool, flying, queue)
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                lost += _land(ledger, future, flying[future], queue)
                # Forgotten only when it is kept, so that Ctrl-C in between finds it here.
                del flying[future]
    except BaseException as error:
        landed = [future for future in flying if future.done()]
        pool.abandon()
        if isinstance(error, KeyboardInterrupt):
            for future in landed:
                _land(ledger, future, flying[future], queue)
        raise
    if not lost and not flying:
        pool.close()
        return
    pool.abandon()
    for future, batch in flying.items():
        lost += _land(ledger, future, batch, queue)
    if len(ledger.failures) < GIVE_UP:
        ledger.died(lost, alone=len(tasks) == 1)


def _fill(ledger: Ledger, pool: Pool, flying: dict[Landing, Batch], queue: deque[Task]) -> tuple[Task, ...]:
    """Keep every worker busy; return the tasks that found a broken pool."""
    # A few more than there are workers, so that none waits; not many, as all of them are suspect after a death.
    while queue and len(flying) < pool.width + 2:
        batch = ledger.cut(queue, pool.width)
        try:
            flying[pool.submit(run_batch, batch)] = batch
        except BrokenProcessPool:
            return batch.tasks
    return ()


def _land(ledger: Ledger, future: Landing, batch: Batch, queue: deque[Task]) -> tuple[Task, ...]:
    """Keep what a batch brought; return its tasks if they went down with a worker."""
    error = future.exception() if future.done() and not future.cancelled() else CancelledError()
    if error is None:
        ledger.take(*future.result())
    elif isinstance(error, BrokenProcessPool | CancelledError):
        return batch.tasks
    elif len(batch.tasks) > 1:
        # Something in it could not travel; alone, each will tell whether it was the one.
        ledger.crashes.update(batch.tasks)
        queue.extend(batch.tasks)
    else:
        ledger.take([failure(batch.tasks[0], error)], 0.0)
    return ()
