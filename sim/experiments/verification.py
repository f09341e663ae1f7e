"""The simulation held against theory: exact, simulated with its interval, verdict; it knows no formula."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.errors import SimError, suggestion
from sim.experiments.outcome import Outcome
from sim.experiments.replicate import replicate
from sim.experiments.statistics import Interval, t_interval
from sim.experiments.theory import Case, cases

CONFIDENCE = 0.999
"""Of all findings of one call together: a right program is found deviating once in a thousand calls."""
REPLICATIONS = 20
"""Futures of each case."""
ROUNDING = 1e-9
"""Relative difference that is no deviation, where a figure does not vary at all."""


@dataclass(frozen=True)
class Finding:
    """One figure of one case."""

    case: Case
    """What was simulated."""
    figure: str
    """Flat name of the KPI."""
    unit: str
    """Its unit."""
    exact: float
    """What theory says."""
    simulated: Interval
    """Mean of the replications with its interval, simultaneous over all findings of the call."""

    @property
    def agrees(self) -> bool:
        """Whether the interval covers the exact value; a figure that does not vary must equal it."""
        slack = ROUNDING * max(abs(self.exact), abs(self.simulated.mean))
        return self.simulated.low - slack <= self.exact <= self.simulated.high + slack

    @property
    def verdict(self) -> str:
        """'agrees' or 'deviates'."""
        return "agrees" if self.agrees else "deviates"

    @property
    def precision(self) -> float:
        """Half-width as a share of the exact value; nan where that is 0."""
        return self.simulated.half_width / abs(self.exact) if self.exact else math.nan


def choose(names: Sequence[str] = ()) -> list[Case]:
    """Cases of these groups or names, all without any; raises SimError for a name that is neither."""
    known = list(cases())
    words = list(dict.fromkeys(word for case in known for word in (case.group, case.name)))
    for name in names:
        if name not in words:
            groups = ", ".join(dict.fromkeys(case.group for case in known))
            raise SimError(f"there is nothing called '{name}' to verify{suggestion(name, words)} (groups: {groups})")
    return [case for case in known if not names or case.group in names or case.name in names]


def verify(
    chosen: Sequence[Case],
    *,
    replications: int = REPLICATIONS,
    seed: int = 1,
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Finding]:
    """Simulate the cases and hold every figure against theory, in the order of the cases.

    Intervals hold simultaneously with confidence `CONFIDENCE` (Bonferroni), so that many figures are not found
    deviating by chance. Raises SimError with too few replications for an interval.
    """
    if replications < 5:
        raise SimError(f"verification needs at least 5 replications, found {replications}")
    plans = {case.name: case.scenario for case in chosen}
    outcomes = replicate(plans, replications, seed, jobs=jobs, progress=progress)
    count = sum(len(case.exact) for case in chosen)
    return [
        _finding(case, figure, exact, [o for o in outcomes if o.plan == case.name], count)
        for case in chosen
        for figure, exact in case.exact.items()
    ]


def _finding(case: Case, figure: str, exact: float, outcomes: Sequence[Outcome], family: int) -> Finding:
    from sim.metrics import kpi_of

    last = [list(outcome.kpis.values())[-1] for outcome in outcomes]
    if any(figure not in kpis for kpis in last):
        raise SimError(f"case '{case.name}' has no figure '{figure}'{suggestion(figure, last[0])}")
    interval = t_interval([kpis[figure] for kpis in last], CONFIDENCE, family)
    return Finding(case, figure, kpi_of(figure).unit_in(case.scenario.economics.currency), exact, interval)
