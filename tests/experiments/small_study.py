"""A study of stand-ins as a process of its own, to be killed: FOLDER JOBS REPLICATIONS LOG."""

from __future__ import annotations

import sys

import fake_work

from sim.experiments import ledger
from sim.experiments.study import Settings, run_study


def main() -> int:
    """Run two plans; 130 when interrupted."""
    folder, jobs, replications, log = sys.argv[1:5]
    plans = {
        "baseline": fake_work.scenario(description=log),
        "more": fake_work.scenario("more", 7, description=log),
    }
    texts = {"baseline": fake_work.text(), "more": fake_work.text("more", 7)}
    # Somebody may be editing the program while this is tested.
    ledger.program = lambda: "test"
    settings = Settings(int(replications), 5, jobs=int(jobs))
    try:
        run_study(plans, texts, settings, folder, work=fake_work.signed, meaning=fake_work.meaning)
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
