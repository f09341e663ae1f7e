"""A week's loads as a small table, weekdays down and hours across, in plain characters; it computes no load."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.engine.opening import DAYS

if TYPE_CHECKING:
    from sim.scenario.loads import HourLoads

MOST = 14
"""Hours side by side: with the names of the days they fit into 80 columns."""
_LABEL = 7
_HIGHEST = 999


def week_table(hours: HourLoads) -> Iterator[str]:
    """Lines of the table: per cent of the people there, '!' above 100, '-' off duty; only hours somebody works."""
    here = [hour for hour in range(24) if hours.open[:, hour].any()]
    blocks = math.ceil(len(here) / MOST)
    size = math.ceil(len(here) / blocks) if blocks else 1
    days = list(_alike(hours))
    for first in range(0, len(here), size):
        block = here[first : first + size]
        yield " " * _LABEL + "".join(f"{hour:>4} " for hour in block).rstrip()
        for label, day in days:
            cells = "".join(_cell(hours, day, hour) for hour in block)
            yield f"{label:<{_LABEL}}{cells}".rstrip()


def level(hours: HourLoads) -> bool:
    """Whether all hours on duty show the same figure, so that a table would tell nothing more."""
    return len({_cell(hours, *divmod(place, 24)) for place in range(168) if hours.open.flat[place]}) <= 1


def _alike(hours: HourLoads) -> Iterator[tuple[str, int]]:
    """Days with anybody on duty, those next to each other that show the same figures as one."""
    rows = [tuple(_cell(hours, day, hour) for hour in range(24)) for day in range(7)]
    first = 0
    for day in range(1, 8):
        if day == 7 or rows[day] != rows[first]:
            if hours.open[first].any():
                yield DAYS[first] if day - first == 1 else f"{DAYS[first]}-{DAYS[day - 1]}", first
            first = day


def _cell(hours: HourLoads, day: int, hour: int) -> str:
    """Five characters."""
    if not hours.open[day, hour]:
        return "   - "
    share = float(hours.share[day, hour])
    text = f">{_HIGHEST}" if share > _HIGHEST / 100 else f"{share * 100:.0f}"
    return f"{text:>4}{'!' if round(share, 2) > 1 else ' '}"
