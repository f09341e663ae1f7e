"""Which replications are finished, open or given up; it starts nothing and knows no process."""

from __future__ import annotations

import traceback
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sim.errors import SimError
from sim.experiments.outcome import Outcome
from sim.experiments.program import program
from sim.experiments.store import Key, Store

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

Work: TypeAlias = "Callable[[Scenario, int, int], Outcome]"
"""Scenario, replication and seed to an outcome: a function a worker process can import, free of side effects."""

BATCH_SECONDS = 0.3
"""Short replications travel together for about so long, so that travel and storing cost little."""
BATCH_LARGEST = 256
SUSPECT = 2
"""Crashes in company after which a replication runs alone."""
POISON = 3
"""Crashes alone after which a replication is given up; a user who kills workers should not poison anything."""
GIVE_UP = 10
"""Failures, or deaths of workers with nothing finished in between, after which the rest is not tried."""


class Task(NamedTuple):
    """One replication of one plan."""

    plan: str
    replication: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A replication that cannot be had."""

    task: Task
    reason: str
    """One sentence."""
    trace: str = ""
    """Where it happened, for whoever mends the program."""


class ReplicationError(SimError):
    """Replications that failed; all others are stored, if there is a store."""

    exit_code = 1

    def __init__(self, failures: Sequence[Failure], finished: int, total: int, command: str = "") -> None:
        self.failures = tuple(failures)
        """In order of plan and replication."""
        self.finished, self.total = finished, total
        self.command = command
        """What makes the first failure happen again."""
        super().__init__(self.failures, finished, total, command)

    def with_command(self, command: str) -> ReplicationError:
        """The same with the command that makes the first failure happen again."""
        return ReplicationError(self.failures, self.finished, self.total, command)

    def __str__(self) -> str:
        """Name the first failures, what is kept, and how to see the first failure again."""
        lines = [f"replication {f.task.replication} of plan '{f.task.plan}' failed: {f.reason}" for f in self.failures]
        more = [f"... and {len(lines) - 3} more"] if len(lines) > 3 else []
        kept = f"{self.finished} of {self.total} replications are finished"
        again = [f"see it again: {self.command}"] if self.command else []
        return "\n".join([*lines[:3], *more, kept, *again])


@dataclass(frozen=True, slots=True)
class Batch:
    """What travels to a worker: everything it needs and nothing it could share."""

    scenarios: Mapping[str, Scenario]
    tasks: tuple[Task, ...]
    seed: int
    work: Work


def failure(task: Task, error: BaseException) -> Failure:
    """Say in one sentence what a replication stumbled over."""
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, SimError):
        return Failure(task, str(error), trace)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    text = " ".join(str(error).split())[:200]
    return Failure(task, f"{type(error).__name__}: {text}{place}" if text else f"{type(error).__name__}{place}", trace)


def keys(plans: Mapping[str, Scenario], seed: int) -> dict[str, Key]:
    """Under what the outcomes of each plan are stored."""
    return {name: Key(name, plan.identity(), seed, program()) for name, plan in plans.items()}


class Ledger:
    """Which replications are finished, open or given up, and how often workers died over them."""

    def __init__(
        self,
        plans: Mapping[str, Scenario],
        replications: int,
        seed: int,
        store: Store | None,
        progress: Callable[[int, int], None] | None,
        work: Work,
    ) -> None:
        self._plans, self._seed, self._store, self._work = dict(plans), seed, store, work
        self._progress = progress or (lambda done, total: None)
        # By replication, then plan: whenever it is stopped, what is finished can be compared in pairs.
        self._tasks = [Task(plan, number) for number in range(replications) for plan in self._plans]
        self._finished: dict[Task, Outcome] = {}
        self._keys = keys(plans, seed)
        self.failures: dict[Task, Failure] = {}
        self.crashes: Counter[Task] = Counter()
        self._alone: Counter[Task] = Counter()
        self._barren = 0
        self._seconds, self._timed = 0.0, 0
        if store is not None:
            for key in self._keys.values():
                self._finished |= {Task(key.plan, o.replication): o for o in store.finished(key, replications)}
        self._progress(len(self._finished), len(self._tasks))

    def open(self) -> list[Task]:
        """What is still to be done, in order; nothing once too much has failed."""
        if len(self.failures) >= GIVE_UP:
            return []
        return [task for task in self._tasks if task not in self._finished and task not in self.failures]

    def cut(self, queue: deque[Task], width: int) -> Batch:
        """Take the next batch off a queue: as many as fill the time, but leave enough for the other workers."""
        mean = self._seconds / self._timed if self._timed else BATCH_SECONDS
        fitting = int(BATCH_SECONDS / mean) if mean > 0 else BATCH_LARGEST
        size = max(min(fitting, BATCH_LARGEST, len(queue) // (2 * width)), 1)
        tasks = [queue.popleft()]
        # Whoever was there when a worker died travels alone, so that the next death tells more.
        while len(tasks) < size and not self.crashes[tasks[0]] and queue and not self.crashes[queue[0]]:
            tasks.append(queue.popleft())
        scenarios = {task.plan: self._plans[task.plan] for task in tasks}
        return Batch(scenarios, tuple(tasks), self._seed, self._work)

    def take(self, found: Sequence[Outcome | Failure], seconds: float) -> None:
        """Keep what came out of a batch, on disk first."""
        outcomes = [each for each in found if isinstance(each, Outcome)]
        if self._store is not None and outcomes:
            self._store.save((self._keys[each.plan], each) for each in outcomes)
        self._finished |= {Task(each.plan, each.replication): each for each in outcomes}
        self.failures |= {each.task: each for each in found if isinstance(each, Failure)}
        self._seconds += seconds
        self._timed += len(found)
        self._barren = 0
        self._progress(len(self._finished), len(self._tasks))

    def died(self, tasks: Sequence[Task], alone: bool) -> None:
        """Note over which replications a worker died; give up one over which it died alone more than once."""
        self._barren += 1
        for task in tasks:
            self.crashes[task] += 1
            self._alone[task] += alone
            if self._alone[task] >= POISON:
                self.failures[task] = Failure(task, f"its worker process died, {self.crashes[task]} times")
                self._barren = 0
        if self._barren >= GIVE_UP:
            raise SimError(
                f"worker processes died {self._barren} times in a row with nothing finished in between; "
                "'-j 1' works without them"
            )

    def close(self) -> list[Outcome]:
        """All outcomes in order of plan and replication; raises ReplicationError if some could not be had."""
        place = {plan: number for number, plan in enumerate(self._plans)}
        in_order = sorted(self._tasks, key=lambda task: (place[task.plan], task.replication))
        if self.failures:
            failures = [self.failures[task] for task in in_order if task in self.failures]
            raise ReplicationError(failures, len(self._finished), len(self._tasks))
        return [self._finished[task] for task in in_order]
