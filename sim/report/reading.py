"""What words, tables and pictures ask of a finished study: figures by plan, paired differences, who is best.

It judges by the tests of the experiments storey alone, and knows neither words nor colors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.statistics import BETTER, WORSE, Interval, paired, share_ahead, t_interval, verdict
from sim.experiments.week import ALL, week_of
from sim.metrics.catalogue import Kpi, kpi_of

if TYPE_CHECKING:
    from sim.experiments.study import Study
    from sim.scenario.scenario import Scenario

YARDSTICKS = ("profit", "mrr", "service_level", "wins")
"""What plans are judged by: the first of these that the scenarios have."""


@dataclass(frozen=True)
class Heads:
    """How many people a plan employs, by what they do."""

    sales: int
    service: int
    both: int
    """People whose team sells and serves."""
    neither: int
    """People whose team does neither."""

    @property
    def other(self) -> int:
        """People who both sell and serve, or do neither."""
        return self.both + self.neither

    @property
    def total(self) -> int:
        """Everybody."""
        return self.sales + self.service + self.other


class Reading:
    """One study, asked the same way by everything that tells of it."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.plans: tuple[str, ...] = tuple(study.plans)
        self.baseline = self.plans[0]
        self.others = self.plans[1:]
        self.horizons: tuple[str, ...] = tuple(study.horizons)
        self.end = self.horizons[-1]
        self.currency: str = study.currency
        self.confidence: float = study.confidence
        # Only futures that every plan has: whatever stands side by side rests on the same luck.
        found = {plan: {each.replication: each for each in study.outcomes if each.plan == plan} for plan in self.plans}
        shared = sorted(set.intersection(*(set(each) for each in found.values())))
        self._outcomes = {plan: [found[plan][number] for number in shared] for plan in self.plans}

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """The plans as they were simulated."""
        return self.study.plans

    @cached_property
    def replications(self) -> int:
        """Futures simulated of each plan and told of here."""
        return len(self._outcomes[self.baseline])

    @cached_property
    def kpis(self) -> tuple[str, ...]:
        """Flat names of all figures of the study, in the order of the register."""
        names: dict[str, None] = {}
        for outcomes in self._outcomes.values():
            for outcome in outcomes[:1]:
                names.update(dict.fromkeys(outcome.kpis[self.end]))
        return tuple(name for name in names if self.known(name))

    def known(self, kpi: str) -> bool:
        """Whether some plan has a value of this figure."""
        return any(bool(np.isfinite(self.values(plan, kpi, self.end)).any()) for plan in self.plans)

    def empty(self, kpi: str) -> bool:
        """Whether a figure is zero (or not there) in every future of every plan: a part the scenarios do not have."""
        return not any(np.nan_to_num(self.values(plan, kpi, at)).any() for plan in self.plans for at in self.horizons)

    def kpi(self, name: str) -> Kpi:
        """What the register says about a figure: 'occupancy.agents' is looked up as 'occupancy'."""
        return kpi_of(name)

    def values(self, plan: str, kpi: str, horizon: str) -> np.ndarray:
        """One value for each replication, shape (replications,); nan where it does not apply."""
        found = [outcome.kpis[horizon].get(kpi, math.nan) for outcome in self._outcomes[plan]]
        return np.array([math.nan if value is None else value for value in found], dtype=float)

    def mean(self, plan: str, kpi: str, horizon: str) -> Interval:
        """Mean over the replications with its interval."""
        return t_interval(self.values(plan, kpi, horizon).tolist(), self.confidence)

    def difference(self, plan: str, kpi: str, horizon: str, against: str | None = None) -> Interval:
        """Plan minus the other (the baseline unless named), replication by replication under the same luck.

        The intervals of all plans against one other hold simultaneously (see experiments/compare).
        """
        other = self.values(against or self.baseline, kpi, horizon)
        family = max(1, len(self.others))
        return paired(self.values(plan, kpi, horizon).tolist(), other.tolist(), self.confidence, family)

    def verdict(self, plan: str, kpi: str, horizon: str, against: str | None = None) -> str:
        """What the test says of the plan against the other, in the words of the experiments storey."""
        return verdict(self.difference(plan, kpi, horizon, against), self.kpi(kpi).better)

    def ahead(self, plan: str, kpi: str, horizon: str) -> float:
        """Share of the replications in which the plan is ahead of the baseline."""
        ours, theirs = self.values(plan, kpi, horizon), self.values(self.baseline, kpi, horizon)
        return share_ahead(ours.tolist(), theirs.tolist(), self.kpi(kpi).better)

    @cached_property
    def yardstick(self) -> str:
        """The figure that plans are judged by: profit where money is earned, else what the scenarios are about."""
        if self.known("profit") and not self.empty("revenue"):
            return "profit"
        return next((name for name in YARDSTICKS[1:] if self.known(name) and not self.empty(name)), self.kpis[0])

    @cached_property
    def ranking(self) -> tuple[str, ...]:
        """All plans by the mean of the yardstick at the end, best first; neighbors may well be tied."""
        sign = -1.0 if self.kpi(self.yardstick).better == "lower" else 1.0
        return tuple(sorted(self.plans, key=lambda plan: -sign * self.mean(plan, self.yardstick, self.end).mean))

    @property
    def best(self) -> str:
        """The plan with the best mean; say it only together with `rivals`."""
        return self.ranking[0]

    @cached_property
    def rivals(self) -> tuple[str, ...]:
        """Plans that the tests cannot tell apart from the best one."""
        return tuple(
            plan
            for plan in self.ranking[1:]
            if self.verdict(self.best, self.yardstick, self.end, plan) not in {BETTER, WORSE}
        )

    @property
    def chosen(self) -> str:
        """The plan to be shown beside the baseline: the best of the others."""
        return next(plan for plan in self.ranking if plan != self.baseline)

    def monthly(self, plan: str, series: str) -> np.ndarray:
        """A monthly series over the months that all plans have, shape (replications, months)."""
        found = [_floats(each.monthly.get(series, ())) for each in self._outcomes[plan]]
        return np.array([months[: self._months(series)] for months in found], dtype=float)

    def _months(self, series: str) -> int:
        return min(len(each.monthly.get(series, ())) for outcomes in self._outcomes.values() for each in outcomes)

    def hours(self, plan: str) -> tuple[np.ndarray, np.ndarray]:
        """Numerator and denominator of the service level by weekday and hour of arrival, each (replications, 7, 24)."""
        weeks = [week_of([each])[ALL, ""] for each in self._outcomes[plan]]
        kept, counted = np.zeros((len(weeks), 168)), np.zeros((len(weeks), 168))
        for place, week in enumerate(weeks):
            for hour, sums in week.items():
                kept[place, hour], counted[place, hour] = sums.kept, sums.counted
        return kept.reshape(-1, 7, 24), counted.reshape(-1, 7, 24)

    @cached_property
    def file_words(self) -> Mapping[str, str]:
        """Each plan's name as a part of a file name: ASCII letters, digits, '-' and '_' only, no two alike."""
        words: dict[str, str] = {}
        for plan in self.plans:
            word = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "_" for char in plan)
            taken = {each.casefold() for each in words.values()}
            tries = (word if number == 1 else f"{word}-{number}" for number in range(1, len(self.plans) + 1))
            words[plan] = next(each for each in tries if each.casefold() not in taken)
        return words

    def heads(self, plan: str) -> Heads:
        """Positions of a plan by what their teams do."""
        scenario = self.scenarios[plan]
        selling, serving = set(scenario.selling_teams()), set(scenario.serving_teams())
        counts = {"sales": 0, "service": 0, "both": 0, "neither": 0}
        for name, team in scenario.teams.items():
            sells, serves = name in selling, name in serving
            word = ("both" if serves else "sales") if sells else "service" if serves else "neither"
            counts[word] += team.positions()
        return Heads(**counts)


def _floats(values: object) -> list[float]:
    return [math.nan if value is None else float(value) for value in values]  # type: ignore[attr-defined]
