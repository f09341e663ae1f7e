"""What a whole replication costs: 24 months of the baseline against as many customers of a textbook M/M/50.

Once as it is shipped and once with every loop on. Run as `python tests/benchmarks/bench_replication.py`; figures are
CPU time, ratios within pairs of one run.
"""

from __future__ import annotations

import statistics
import sys
from random import Random
from time import process_time

import textbook

from sim.model.company import simulate
from sim.scenario.load import load

PAIRS = 5
GOAL = 1.0
LOOPS = (
    *(f"loops.{name}.on=true" for name in ("overselling", "reputation", "shortcuts", "burnout")),
    "loops.hiring.teams={agents: {rule: ratio, of: customers, per_head: 70, recognition: 2 mo},"
    " reps: {rule: budget, share: 32 %, recognition: 2 mo, least: 15}}",
)
"""What turns on every loop that the baseline has off."""


def main() -> int:
    """Print the ratios; 0 if the goal is met by both."""
    draw = Random(1).expovariate
    missed = 0
    for name, sets in (("baseline, 24 months", ()), ("the same with every loop on", LOOPS)):
        scenario = load("baseline", sets=sets)
        simulate(scenario, 0)
        ratios, ours, theirs = [], [], []
        for replication in range(PAIRS):
            started = process_time()
            run = simulate(scenario, replication)
            ours.append((process_time() - started) / sum(run.counts.values()))
            started = process_time()
            textbook.queue(lambda _: draw(48.0), lambda _: draw(1.0), sum(run.counts.values()), 50)
            theirs.append((process_time() - started) / sum(run.counts.values()))
            ratios.append(ours[-1] / theirs[-1])
        ratio = statistics.median(ratios)
        missed += ratio > GOAL
        print(
            f"{name:<34} {ratio:.2f} of textbook SimPy's M/M/50 (goal {GOAL:.2f}: "
            f"{'met' if ratio <= GOAL else 'missed'}); {statistics.median(ours) * 1e6:.1f} against "
            f"{statistics.median(theirs) * 1e6:.1f} us for each contact, visit or activity"
        )
        print("                                   the pairs: " + " ".join(f"{each:.2f}" for each in sorted(ratios)))
    return missed


if __name__ == "__main__":
    sys.exit(main())
