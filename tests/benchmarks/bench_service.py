"""What a contact costs with everything on: skills, priorities, tiers, phone, chat and email before three teams.

Run as `python tests/benchmarks/bench_service.py`; figures are CPU time, ratios within pairs of one run. The textbook is
SimPy's own way with a desk of priorities, patience and reopening (a process per ticket, draws made when needed), and
with a plain M/M/50, which is the yardstick of `bench_replication.py`.
"""

from __future__ import annotations

import statistics
import sys
from random import Random
from time import process_time
from typing import Any

import textbook

from sim.model.company import simulate
from sim.scenario.scenario import Scenario

PAIRS = 5
GOAL = 1.0


def _exponential(mean: str) -> dict[str, str]:
    return {"dist": "exponential", "mean": mean}


def _kind(skill: str, channels: dict[str, float], **more: Any) -> dict[str, Any]:
    law = {"dist": "lognormal", "mean": "12 min", "cv": 0.8}
    back = {"resolution": 0.8, "returns": 0.7, "returns_after": _exponential("3 h")}
    usual = {"team": "desk", "handle_time": law, "arrivals": {"rate": "60 /h"}, **back}
    return {"skill": skill, "channels": channels, **usual, **more}


PROMISE = {"target": {"within": "1 min", "share": 0.8}, "tolerance": "3 min"}
PATIENCE = {"patience": _exponential("10 min"), "redial": {"share": 0.5, "after": _exponential("20 min")}}
SCENARIO = {
    "name": "bench",
    "clock": {"horizon": "14 d", "report_at": ["14 d"]},
    "teams": {
        "desk": {
            "groups": {
                "north": {"headcount": 14, "skills": {"north": 1.1, "south": 0.9}},
                "south": {"headcount": 14, "skills": {"south": 1.1}},
                "both": {"headcount": 6, "skills": {"north": 1.0, "south": 1.0}},
            },
            "takes": "own_skill_first",
        },
        "experts": {"headcount": 8},
    },
    "service": {
        "channels": {
            "phone": {"mode": "live", "wrap_up": "1 min", "lines": 80, **PROMISE, **PATIENCE},
            "chat": {"mode": "live", "concurrency": 3, **PROMISE, **PATIENCE},
            "email": {"mode": "deferred", "deadline": "24 h", **PROMISE},
        },
        "types": {
            "urgent": _kind("north", {"phone": 0.7, "chat": 0.3}, priority=2),
            "question": _kind("south", {"phone": 0.3, "chat": 0.3, "email": 0.4}, uses={"empathy": 1}),
            "problem": _kind(
                "south",
                {"phone": 0.5, "email": 0.5},
                priority=4,
                arrivals={"rate": "20 /h"},
                escalation=[{"team": "experts", "reasons": {"hard": 0.5}, "handle_time": _exponential("20 min")}],
            ),
        },
        "skills": {"north": {"handle_time": 1, "resolution": 1}, "south": {"handle_time": 1, "resolution": 1}},
        "survey": {},
    },
}


def main() -> int:
    """Print the ratios; 0 if the goal is met."""
    scenario = Scenario.model_validate(SCENARIO)
    simulate(scenario, 0)
    draw = Random(1).expovariate
    ours, plain, desk = [], [], []
    for replication in range(PAIRS):
        started = process_time()
        contacts = simulate(scenario, replication).counts["contacts"]
        ours.append((process_time() - started) / contacts)
        started = process_time()
        textbook.queue(lambda _: draw(48.0), lambda _: draw(1.0), contacts, 50)
        plain.append((process_time() - started) / contacts)
        started = process_time()
        visits = len(textbook.desk(textbook.Chances.fresh(replication), contacts, 11)) / 5
        desk.append((process_time() - started) / visits)
    ratio = statistics.median(mine / other for mine, other in zip(ours, plain, strict=True))
    against = statistics.median(mine / other for mine, other in zip(ours, desk, strict=True))
    print(
        f"the desk in full, 14 days           {ratio:.2f} of textbook SimPy's M/M/50 (goal {GOAL:.2f}: "
        f"{'met' if ratio <= GOAL else 'missed'}), {against:.2f} of its desk with priorities, patience and reopening"
    )
    us = [f"{statistics.median(each) * 1e6:.1f}" for each in (ours, plain, desk)]
    print(f"                                   {us[0]} against {us[1]} and {us[2]} us for each contact")
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
