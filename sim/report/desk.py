"""The service desk as tables: by channel, by ticket type, by team, by reason of passing on; one plan at a time.

It computes no figure, and knows no layout: page and terminal print the same grids.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.figures import line_waits, value_scale, worth
from sim.report.reading import Reading
from sim.report.wording import percent

if TYPE_CHECKING:
    from sim.scenario.service import ServicePlan

Promise = Callable[[str], str]

_CHANNEL = {
    "contacts": "Contacts",
    "wait": "Wait",
    "service_level": "In time",
    "abandonment": "Gave up",
    "blocked": "No line",
    "redial_rate": "Tried again",
    "handle_time": "Handle time",
    "first_contact_resolution": "First contact resolves",
    "csat": "CSAT, all",
}
_TYPE = {
    "contacts_of": "Contacts",
    "wait_of": "Wait",
    "service_level_of": "In time",
    "abandonment_of": "Gave up",
    "handle_time_of": "Handle time",
    "first_contact_resolution_of": "First contact resolves",
    "sla_attainment_of": "Resolved as promised",
    "backlog_of": "Backlog",
    "csat_of": "CSAT, all",
    "csat_survey_of": "CSAT, survey",
}
_TEAM = {
    "occupancy": "Occupancy",
    "utilization": "Use of paid time",
    "queue_length": "Waiting",
    "overtime": "Overtime",
    "standard": "Usual time per contact",
    "pressure": "Pressure",
}
_RARE = ("blocked.", "redial_rate.")
"""Figures that most channels do not know: there nothing is told instead of 0%."""
_REASON = {"escalation_rate": "Of contacts served"}
OVERALL = (
    "speed_of_answer",
    "wait_p90",
    "service_level_offered",
    "service_level_lenient",
    "blocked",
    "redial_rate",
    "handle_time",
    "resolution_rate",
    "resolution_time",
    "resolution_time_business",
    "reopen_rate",
    "transfer_rate",
    "no_show_rate",
    "backlog",
    "backlog_age",
    "backlog_overdue",
    "csat_closed",
    "csat_survey",
    "cost_per_contact",
)
"""Figures of the desk as a whole, beside those that a planner reads first."""


@dataclass(frozen=True)
class Entry:
    """One figure in a grid."""

    value: str
    """The mean with its unit; empty where the figure does not apply."""
    error: str = ""
    """Half-width of its interval in the scale of the value, or empty."""
    note: str = ""
    """What it is held against, such as a promise."""


@dataclass(frozen=True)
class Grid:
    """A table of one plan: a row for each word, a column for each figure that applies to any of them."""

    caption: str
    corner: str
    """What the rows are: 'Channel'."""
    heads: tuple[tuple[str, str], ...]
    """Name and definition of each column."""
    rows: tuple[tuple[str, tuple[Entry, ...]], ...]
    """Word and figures of each row."""


def grids(reading: Reading, plan: str) -> tuple[Grid, ...]:
    """Return the grids that a plan's desk needs: a lone channel or type, and a split told already, are left out."""
    scenario = reading.scenarios[plan]
    service = scenario.service
    if service is None:
        return ()
    used = [name for name in service.channels if _mean(reading, plan, f"contacts.{name}")]
    kinds = [name for name in service.types if _mean(reading, plan, f"contacts_of.{name}")]
    own = {name for name in kinds if service.types[name].outbound}
    serving = [name for name in scenario.teams if name in scenario.serving_teams()]
    by_channel = _grid(
        reading, plan, "By channel", "Channel", used, _CHANNEL, lambda name: _channel_promise(service, name)
    )
    by_type = _grid(
        reading, plan, "By ticket type", "Ticket type", kinds, _TYPE, lambda name: _promise(service, name), own
    )
    by_team = _grid(reading, plan, "Load of the teams", "Team", serving, _TEAM)
    by_reason = _grid(reading, plan, "Passed on to the next tier, by reason", "Reason", service.reasons(), _REASON)
    if _same_split(service, used, kinds) or (len(kinds) == 1 and len(used) > 1):
        by_type = None
    elif len(used) == 1:
        by_channel = None
    return tuple(grid for grid in (by_channel, by_type, by_team, by_reason) if grid is not None)


def overall(reading: Reading, told: Sequence[str]) -> list[str]:
    """Figures of the desk as a whole that the studied plans have, but those told elsewhere."""
    if all(scenario.service is None for scenario in reading.scenarios.values()):
        return []
    left = {*told, "speed_of_answer", "wait_p90"} if line_waits(reading) else set(told)
    return [kpi for kpi in OVERALL if kpi in reading.kpis and kpi not in left and worth(reading, kpi)]


def _same_split(service: ServicePlan, channels: Sequence[str], kinds: Sequence[str]) -> bool:
    """Whether each ticket type has a channel of its own, so that both grids would say the same."""
    ways = [tuple(service.types[name].channels) for name in kinds]
    return len(set(ways)) == len(kinds) == len(channels) and all(len(way) == 1 for way in ways)


def _grid(
    reading: Reading,
    plan: str,
    caption: str,
    corner: str,
    words: Sequence[str],
    columns: dict[str, str],
    promise: Promise | None = None,
    own: Collection[str] = (),
) -> Grid | None:
    """A row for each word; the company's `own` calls are marked. None if no figure applies to any of them."""
    applying = {
        name: head
        for name, head in columns.items()
        if any(worth(reading, f"{name}.{word}") and _told(reading, plan, f"{name}.{word}") for word in words)
    }
    if not applying:
        return None
    rows = []
    for word in words:
        entries = []
        for name in applying:
            note = promise(word) if promise and name.startswith("service_level") else ""
            entries.append(_entry(reading, plan, f"{name}.{word}", note))
        rows.append((word.replace("_", " ") + (" (outbound)" if word in own else ""), tuple(entries)))
    heads = tuple((head, reading.kpi(f"{name}.{words[0]}").definition) for name, head in applying.items())
    return Grid(caption, corner, heads, tuple(rows))


def _entry(reading: Reading, plan: str, kpi: str, note: str) -> Entry:
    mean = reading.mean(plan, kpi, reading.end)
    if not math.isfinite(mean.mean):
        return Entry("–")
    if kpi.startswith(_RARE) and reading.empty(kpi):
        return Entry("–")
    scale = value_scale(reading, kpi, [mean])
    sure = not math.isfinite(mean.half_width) or mean.half_width == 0
    return Entry(scale.text(mean.mean), "" if sure else scale.bare(mean.half_width), note)


def _told(reading: Reading, plan: str, kpi: str) -> bool:
    """Whether this plan has a value of the figure, whatever the others have."""
    return math.isfinite(reading.mean(plan, kpi, reading.end).mean)


def _mean(reading: Reading, plan: str, kpi: str) -> float:
    mean = reading.mean(plan, kpi, reading.end).mean
    return mean if math.isfinite(mean) else 0.0


def _promise(service: ServicePlan, kind: str) -> str:
    """What is promised to a ticket type: its own share, or those of its channels."""
    plan = service.types[kind]
    if plan.outbound:
        return ""
    targets = [plan.target] if plan.target else [service.channels[name].target for name in plan.channels]
    return _promised([float(target.share) for target in targets])


def _channel_promise(service: ServicePlan, channel: str) -> str:
    """What is promised on a channel: its own share, and those of types with a promise of their own."""
    kinds = [kind for kind in service.types.values() if channel in kind.channels and not kind.outbound]
    return _promised([float((kind.target or service.channels[channel].target).share) for kind in kinds])


def _promised(shares: Sequence[float]) -> str:
    if not shares:
        return ""
    low, high = percent(min(shares)), percent(max(shares))
    return f"promised {low}" if low == high else f"promised {low.removesuffix('%')} to {high}"
