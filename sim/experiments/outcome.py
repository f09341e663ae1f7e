"""What one replication of one plan amounts to: plain figures that travel, are stored and come back bit for bit.

It does not know which other replications there are.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.experiments.files import json_text

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures of one replication; floats are Python floats, nan where a figure does not apply."""

    plan: str
    """Name of the plan."""
    replication: int
    """Number of the future, from 0; the same number means the same luck under every plan."""
    kpis: dict[str, dict[str, float]]
    """Horizon ('12 mo') -> KPI -> value, horizons rising, KPIs in the order of the catalogue."""
    monthly: dict[str, list[float]] = field(default_factory=dict)
    """Series -> one value for each whole month."""
    hours: dict[str, list[list[float]]] = field(default_factory=dict)
    """'channel.type' -> a row for each hour of the week in which a contact came: the hour, Monday 00:00 being 0, and
    counts (see sim/metrics/hours)."""
    counts: dict[str, int] = field(default_factory=dict)
    """How much was simulated; for speed figures, not for results."""

    @classmethod
    def of(
        cls,
        plan: str,
        replication: int,
        kpis: Mapping[str, Mapping[str, float]],
        monthly: Mapping[str, Iterable[float]] | None = None,
        hours: Mapping[str, Iterable[Iterable[float]]] | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> Outcome:
        """Take figures of any numeric type (arrays too) as plain Python numbers."""
        return cls(
            plan,
            int(replication),
            {horizon: {name: float(value) for name, value in found.items()} for horizon, found in kpis.items()},
            {name: [float(value) for value in series] for name, series in (monthly or {}).items()},
            {name: [[float(value) for value in row] for row in week] for name, week in (hours or {}).items()},
            {name: int(value) for name, value in (counts or {}).items()},
        )

    def to_json(self) -> str:
        """The figures as one line of strict JSON, without plan and replication, which are its key in a store."""
        hours = {name: [[_brief(value) for value in row] for row in week] for name, week in self.hours.items()}
        return json_text({"kpis": self.kpis, "monthly": self.monthly, "hours": hours, "counts": self.counts})

    @classmethod
    def from_json(cls, plan: str, replication: int, text: str) -> Outcome:
        """Exactly what `to_json` was made of; raises ValueError if the text is something else."""
        try:
            tree = json.loads(text)
            return cls(
                plan,
                replication,
                {horizon: {name: _number(value) for name, value in k.items()} for horizon, k in tree["kpis"].items()},
                {name: [_number(value) for value in series] for name, series in tree["monthly"].items()},
                {name: [[_number(value) for value in row] for row in week] for name, week in tree["hours"].items()},
                {name: int(value) for name, value in tree["counts"].items()},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not an outcome: {error!r}") from error


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _brief(value: float) -> float:
    """The same number, written without '.0' where nothing is lost: most of what is stored are small counts."""
    whole = (value.is_integer() and 0 < value < 1e15) or str(value) == "0.0"
    return int(value) if whole else value


def observe(scenario: Scenario, replication: int, seed: int) -> Outcome:
    """Simulate one replication and say what it amounts to; the work that every replication is made of."""
    # Here and not above: whoever only reads stored results needs neither the model nor the engine.
    from sim.engine.units import show
    from sim.metrics import at_horizons
    from sim.metrics.hours import by_hour
    from sim.metrics.monthly import monthly
    from sim.model.company import simulate

    run = simulate(scenario, replication, seed)
    kpis = {show(at, "duration"): figures for at, figures in at_horizons(run).items()}
    return Outcome.of(scenario.name, replication, kpis, monthly(run), by_hour(run), run.counts)
