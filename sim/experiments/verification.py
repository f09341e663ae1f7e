"""The simulation held against theory and against what scenarios expect of themselves; it knows no formula."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.errors import SimError, suggestion
from sim.experiments.outcome import Outcome
from sim.experiments.replicate import replicate
from sim.experiments.statement import ROUNDING, Statement, Verdict, statement_of
from sim.experiments.statistics import Interval, t_interval
from sim.experiments.theory import Case, case_of, cases
from sim.scenario.scenario import Scenario

__all__ = ["CONFIDENCE", "REPLICATIONS", "ROUNDING", "Finding", "choose", "verify"]

CONFIDENCE = 0.999
"""Of all findings of one call together: a right program is found deviating once in a thousand calls."""
REPLICATIONS = 20
"""Futures of each case that does not say how many it needs."""


@dataclass(frozen=True)
class Finding:
    """One figure of one case."""

    case: Case
    """What was simulated."""
    statement: Statement
    """What theory says, or what the scenario expects."""
    unit: str
    """Unit of the figure."""
    simulated: Interval
    """Mean of the replications with its interval, simultaneous over all findings of the call."""

    @property
    def figure(self) -> str:
        """The figure as tables call it."""
        return self.statement.name

    @property
    def exact(self) -> float:
        """The value that it must be, lie above or lie below."""
        return self.statement.value

    @property
    def verdict(self) -> Verdict:
        """'agrees' if the interval bears the statement out, 'deviates' if it refutes it, else 'undecided'."""
        return self.statement.verdict(self.simulated)

    @property
    def agrees(self) -> bool:
        """Whether the interval bears the statement out."""
        return self.verdict == "agrees"

    @property
    def precision(self) -> float:
        """Half-width as a share of the exact value; nan where that is 0."""
        return self.simulated.half_width / abs(self.exact) if self.exact else math.nan


def choose(names: Sequence[str] = ()) -> list[Case]:
    """Cases of these groups, names or scenario files; all shipped without any. Raises SimError for what is none."""
    known = list(cases())
    words = list(dict.fromkeys(word for case in known for word in (case.group, case.name)))
    own = []
    for name in names:
        if name not in words:
            if not ("/" in name or name.endswith((".yaml", ".yml"))):
                groups = ", ".join(dict.fromkeys(case.group for case in known))
                raise SimError(
                    f"there is nothing called '{name}' to verify{suggestion(name, words)} (groups: {groups})"
                )
            own.append(case_of(name, "own"))
    chosen = [case for case in known if not names or case.group in names or case.name in names]
    return list({case.name: case for case in [*chosen, *own]}.values())


def statements(case: Case) -> list[Statement]:
    """Everything a case is held against: exact figures first, then what its scenario expects.

    Raises SimError for an expectation of a figure that does not exist, or in a unit that is not the figure's.
    """
    exact = [Statement(figure, "is", value) for figure, value in case.exact.items()]
    return exact + [statement_of(one, case.scenario) for one in case.scenario.expect]


def verify(
    chosen: Sequence[Case],
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Finding]:
    """Simulate the cases and hold every figure against what is stated, in the order of the cases.

    `replications` and `seed` are each case's own unless given. Intervals hold simultaneously with confidence
    `CONFIDENCE` (Bonferroni), so that many figures are not found deviating by chance. Raises SimError with too few
    replications for an interval, or for a statement about a figure that is not there.
    """
    stated = {case.name: statements(case) for case in chosen}
    batches: dict[tuple[int, int], list[Case]] = {}
    for case in chosen:
        count = (case.replications or REPLICATIONS) if replications is None else replications
        if count < 5:
            raise SimError(f"verification needs at least 5 replications, found {count}")
        batches.setdefault((count, case.seed if seed is None else seed), []).append(case)
    found = _simulated(batches, jobs, progress)
    family = sum(len(of_case) for of_case in stated.values())
    return [_finding(case, statement, found[case.name], family) for case in chosen for statement in stated[case.name]]


def _simulated(
    batches: dict[tuple[int, int], list[Case]], jobs: int | None, progress: Callable[[int, int], None] | None
) -> dict[str, dict[str, list[Outcome]]]:
    """Outcomes by case and variant; cases of equally many replications run together."""
    plans = {
        key: {(case.name, told): made for case in batch for told, made in _needed(case)}
        for key, batch in batches.items()
    }
    total = sum(count * len(needed) for (count, _), needed in plans.items())
    before = 0
    found: dict[str, dict[str, list[Outcome]]] = {}
    for (count, seed), needed in plans.items():

        def tell(finished: int, _: int, before: int = before) -> None:
            if progress is not None:
                progress(before + finished, total)

        # Plans of one call share their chance, future by future, so that variants differ by their settings alone.
        names = {f"{name} with {told}" if told else name: (name, told) for name, told in needed}
        chosen = {name: needed[key] for name, key in names.items()}
        for outcome in replicate(chosen, count, seed, jobs=jobs, progress=tell):
            name, told = names[outcome.plan]
            found.setdefault(name, {}).setdefault(told, []).append(outcome)
        before += count * len(needed)
    return found


def _needed(case: Case) -> Iterator[tuple[str, Scenario]]:
    """The scenarios that the statements of a case read, by how their changed settings are told."""
    for told in dict.fromkeys(variant for statement in statements(case) for variant in statement.variants):
        if told and told not in case.variants:
            raise SimError(f"'{case.name}' has no variant with {told}: settings can be changed in files only")
        yield told, case.variants[told] if told else case.scenario


def _finding(case: Case, statement: Statement, found: Mapping[str, Sequence[Outcome]], family: int) -> Finding:
    from sim.metrics import kpi_of

    interval = t_interval(statement.values(found, case.name), CONFIDENCE, family)
    return Finding(case, statement, kpi_of(statement.figure).unit_in(case.scenario.economics.currency), interval)
