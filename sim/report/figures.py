"""Figures as rows ready to be told: value, difference, interval and verdict word of each, in one scale a row.

Tables of the terminal and of the document are made of the same rows; it knows no layout.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.experiments.statistics import NOT_APPLICABLE, Interval
from sim.report.labels import label
from sim.report.numerals import Scale, scale_of
from sim.report.reading import Reading

_DESK = (
    "contacts",
    "wait",
    "wait_p90",
    "speed_of_answer",
    "service_level",
    "abandonment",
    "blocked",
    "redial_rate",
    "handle_time",
    "first_contact_resolution",
    "reopen_rate",
    "transfer_rate",
    "sla_attainment",
    "backlog",
    "csat",
    "csat_survey",
)
"""What the head of a desk reads first, where there is nothing but a desk."""
_DETAILS = {"channel", "type", "reason", "source", "stage", "loss", "interaction", "activity"}
_DETAILS |= {"origin", "tag", "kind", "leaving", "segment", "tenure"}
"""What figures are told apart by in tables of their own."""
_CERTAINTIES = {"first_contact_resolution", "touched"}
"""Shares that say nothing where they are whole."""
_LINES = 2
"""Most live channels whose waits are told among the first figures."""


@dataclass(frozen=True)
class Cell:
    """One figure of one plan at one horizon."""

    plan: str
    value: str
    """The mean with its unit."""
    error: str
    """Half-width of the mean's interval in the scale of the value, or empty."""
    change: str
    """Difference from the baseline with sign and unit, or empty for the baseline."""
    span: str
    """Interval of the difference: '0.30 to 0.52', or empty."""
    verdict: str
    """Word of the test, or empty for the baseline."""
    better: bool | None
    """Whether the verdict is good (True) or bad (False) news; None if it is neither."""


@dataclass(frozen=True)
class Row:
    """One KPI of all plans at one horizon."""

    kpi: str
    label: str
    definition: str
    unit: str
    """Unit of the numbers as printed, such as €m or %."""
    cells: tuple[Cell, ...]
    """One for each plan, the baseline first."""


def rows_of(reading: Reading, horizon: str, kpis: Iterable[str]) -> list[Row]:
    """Rows for these figures at a horizon; every plan has a cell in every row."""
    return [_row(reading, horizon, kpi) for kpi in kpis]


def headline_kpis(reading: Reading) -> list[str]:
    """The figures a planner reads first, the yardstick at the top; of a desk alone, those its head reads first."""
    if alone(reading):
        wanted = set(_DESK) | {name for name in reading.kpis if reading.kpi(name).name == "standard"}
    else:
        wanted = {name for name in reading.kpis if reading.kpi(name).headline and "." not in name}
    chosen = [name for name in reading.kpis if name in _apart(reading, wanted) and worth(reading, name)]
    return list(dict.fromkeys([reading.yardstick, *chosen]))


def _apart(reading: Reading, wanted: set[str]) -> set[str]:
    """The same figures, but waits by live channel where a mean of calls and letters would be neither's."""
    lines = line_waits(reading)
    return (wanted - {"wait", "wait_p90", "speed_of_answer"}) | set(lines) if lines else wanted


def line_waits(reading: Reading) -> list[str]:
    """Waits of the first live channels, where there are others to which people write or come; else nothing."""
    modes: dict[str, str] = {}
    for plan in reading.scenarios.values():
        modes |= {name: way.mode for name, way in plan.service.channels.items()} if plan.service else {}
    if len(set(modes.values())) < 2:
        return []
    lines = [f"wait.{name}" for name, mode in modes.items() if mode == "live" and reading.known(f"wait.{name}")]
    return lines[:_LINES]


def worth(reading: Reading, kpi: str) -> bool:
    """Whether a figure says anything: it is there, and not nothing, and not a certainty that was assumed."""
    if reading.kpi(kpi).name.removesuffix("_of") in _CERTAINTIES:
        values = [reading.values(plan, kpi, reading.end) for plan in reading.plans]
        return reading.known(kpi) and any((each < 1.0).any() for each in values)
    return reading.known(kpi) and not reading.empty(kpi)


def alone(reading: Reading) -> bool:
    """Whether the scenarios are of a desk without sales and without customers of its own."""
    plans = reading.scenarios.values()
    return all(plan.service and plan.sales is None and plan.customers is None for plan in plans)


def shared_kpis(reading: Reading) -> list[str]:
    """All figures but those by channel, ticket type, stage, source and the like, which have tables of their own."""
    return [name for name in reading.kpis if reading.kpi(name).per not in _DETAILS]


def value_scale(reading: Reading, kpi: str, means: Sequence[Interval]) -> Scale:
    """The scale in which the means of one KPI are written side by side."""
    errors = [each.half_width for each in means if each.half_width > 0]
    unit = reading.kpi(kpi).unit
    return scale_of(unit, [each.mean for each in means], reading.currency, error=max(errors, default=None))


def _row(reading: Reading, horizon: str, kpi: str) -> Row:
    means = [reading.mean(plan, kpi, horizon) for plan in reading.plans]
    scale = value_scale(reading, kpi, means)
    about = reading.kpi(kpi)
    cells = []
    for plan, mean in zip(reading.plans, means, strict=True):
        # Minutes beside weeks: where times lie far apart each is written in its own unit.
        own = value_scale(reading, kpi, [mean]) if _far_apart(about.unit, means) else scale
        cells.append(_cell(reading, plan, kpi, horizon, mean, own))
    return Row(kpi, label(kpi), about.definition, scale.unit(), tuple(cells))


def _far_apart(unit: str, means: Sequence[Interval]) -> bool:
    sizes = [abs(each.mean) for each in means if each.mean]
    return unit in {"s", "min", "h", "d"} and bool(sizes) and max(sizes) > 10 * min(sizes)


def _cell(reading: Reading, plan: str, kpi: str, horizon: str, mean: Interval, scale: Scale) -> Cell:
    value = scale.text(mean.mean)
    error = scale.bare(mean.half_width) if math.isfinite(mean.half_width) else ""
    if plan == reading.baseline:
        return Cell(plan, value, error, "", "", "", None)
    gap = reading.difference(plan, kpi, horizon)
    word = reading.verdict(plan, kpi, horizon)
    if word == NOT_APPLICABLE:
        return Cell(plan, value, error, "–", "", word, None)
    fine = difference_scale(reading, kpi, gap)
    span = fine.span(gap.low, gap.high) if gap.half_width > 0 else ""
    good = {"better": True, "worse": False}.get(word)
    return Cell(plan, value, error, fine.change(gap.mean), span, word, good)


def difference_scale(reading: Reading, kpi: str, gap: Interval) -> Scale:
    """The scale in which one difference and its interval are written."""
    unit = reading.kpi(kpi).unit
    return scale_of(unit, [gap.mean, gap.low, gap.high], reading.currency, error=gap.half_width)
