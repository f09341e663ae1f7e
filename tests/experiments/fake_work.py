"""Stand-ins for a simulation, importable by worker processes: quick figures, sleepers, crashers and liars."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from sim.errors import SimError
from sim.experiments.outcome import Outcome
from sim.scenario.scenario import Scenario

NAN = float("nan")


def scenario(name: str = "baseline", heads: int = 5, **changes: object) -> Scenario:
    """A small hotline; `heads` is what plans differ in."""
    tree = {
        "name": name,
        "clock": {"horizon": "24 mo", "report_at": ["12 mo"]},
        "teams": {"agents": {"headcount": heads, "wage": "4200 EUR/mo"}},
    }
    return Scenario.model_validate(tree | changes)


def text(name: str = "baseline", heads: int = 5) -> str:
    """The same as YAML."""
    return (
        f"name: {name}\nclock:\n  horizon: 24 mo\n  report_at: [12 mo]\n"
        f"teams:\n  agents:\n    headcount: {heads}\n    wage: 4200 EUR/mo\n"
    )


def meaning(kpi: str) -> tuple[str, str]:
    """Units and directions of the figures below."""
    return {"profit": ("EUR", "higher"), "wait": ("min", "lower")}.get(kpi, ("count", "neutral"))


def quick(plan: Scenario, replication: int, seed: int) -> Outcome:
    """Figures with common luck: the plan adds a little to what the replication brings."""
    luck = random.Random(f"{seed}/{replication}")
    heads = plan.teams["agents"].headcount
    base = luck.gauss(1000.0, 100.0)
    own = random.Random(f"{seed}/{replication}/{heads}").gauss(0.0, 5.0)
    end = {
        "profit": base + 20.0 * heads + own,
        "wait": 5.0 / heads + luck.random() / 3,
        "wait_abandoned": NAN if replication % 4 == 0 else luck.random(),
        "occupancy.agents": luck.random(),
        "payback": NAN,
        "payroll": 4200.0 * heads,
    }
    months = [float(month) for month in range(1, 25)]
    week = []
    for hour in range(168):
        kept = luck.randrange(9)
        if kept:
            week.append([hour, kept + 2, kept, kept + 1, kept + 1, luck.random(), 1, kept + 1])
    monthly = {"month": months, "mrr": [luck.gauss(100.0, 10.0) for _ in months], "satisfaction": [NAN, *months[1:]]}
    kpis = {"12 mo": {name: value / 2 for name, value in end.items()}, "24 mo": end}
    return Outcome.of(plan.name, replication, kpis, monthly, {"phone.request": week}, {"contacts": 7})


def shuffled(plan: Scenario, replication: int, seed: int) -> Outcome:
    """The same, done in an order of completion that changes from run to run."""
    time.sleep(random.SystemRandom().random() / 100)
    return quick(plan, replication, seed)


def counted(plan: Scenario, replication: int, seed: int) -> Outcome:
    """The same, leaving a line behind for each call, in the file the scenario's description names."""
    with Path(plan.description).open("a") as log:
        log.write(f"{plan.name} {replication}\n")
    return quick(plan, replication, seed)


def poisoned(plan: Scenario, replication: int, seed: int) -> Outcome:
    """Replication 3 kills its process, always."""
    if replication == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(plan, replication, seed)


def fragile(plan: Scenario, replication: int, seed: int) -> Outcome:
    """Replication 2 kills its process the first time, when the file the description names is not there."""
    mark = Path(plan.description)
    if replication == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(plan, replication, seed)


def doomed(plan: Scenario, replication: int, seed: int) -> Outcome:
    """Every replication kills its process."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def faulty(plan: Scenario, replication: int, seed: int) -> Outcome:
    """Replications 1 and 4 fail: one by a fault of the program, one by a refusal."""
    if replication == 1:
        raise ZeroDivisionError("division by zero")
    if replication == 4:
        raise SimError("more events than the machine can take")
    return quick(plan, replication, seed)


def unsendable(plan: Scenario, replication: int, seed: int) -> Outcome:
    """Replication 2 brings something that cannot travel."""
    outcome = quick(plan, replication, seed)
    if replication == 2:
        outcome.counts["contacts"] = lambda: None  # type: ignore[assignment]
    return outcome


def signed(plan: Scenario, replication: int, seed: int) -> Outcome:
    """The same, a twentieth of a second of hard work by a process that leaves its id in the file described."""
    with Path(plan.description).open("a") as log:
        log.write(f"{os.getpid()}\n")
    end = time.perf_counter() + 0.05
    while time.perf_counter() < end:
        sum(range(1000))
    return quick(plan, replication, seed)
