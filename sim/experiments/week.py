"""The week of a plan: contacts by hour of arrival, added up over replications, for all, by channel and by ticket type.

It does not know how the counts came about; see sim/metrics/hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sim.experiments.outcome import Outcome

ALL, CHANNEL, TYPE = "all", "channel", "type"


@dataclass(slots=True)
class Hour:
    """What became of the contacts that arrived in one hour of the week."""

    contacts: float = 0.0
    """Contacts that arrived."""
    kept: float = 0.0
    """Answered within the promised time."""
    counted: float = 0.0
    """Those that the service level is a share of."""
    waited: float = 0.0
    """Answered or given up."""
    wait: float = 0.0
    """Sum of their waits [h]."""
    abandoned: float = 0.0
    """Given up, by live channels."""
    settled: float = 0.0
    """Those that abandonment is a share of."""

    def add(self, row: Iterable[float]) -> None:
        """Add a row of counts in the order of the attributes."""
        contacts, kept, counted, waited, wait, abandoned, settled = row
        self.contacts += contacts
        self.kept += kept
        self.counted += counted
        self.waited += waited
        self.wait += wait
        self.abandoned += abandoned
        self.settled += settled


def week_of(outcomes: Iterable[Outcome]) -> dict[tuple[str, str], dict[int, Hour]]:
    """Return hour of the week -> sums, for ('all', ''), each ('channel', name) and each ('type', name).

    Only hours in which any contact came are there, Monday 00:00 being hour 0.
    """
    found: dict[tuple[str, str], dict[int, Hour]] = {(ALL, ""): {}}
    for outcome in outcomes:
        for cell, rows in outcome.hours.items():
            for group in _groups(cell):
                hours = found.setdefault(group, {})
                for hour, *counts in rows:
                    hours.setdefault(int(hour), Hour()).add(counts)
    order = (ALL, CHANNEL, TYPE)
    return {
        group: dict(sorted(hours.items())) for group, hours in sorted(found.items(), key=lambda i: order.index(i[0][0]))
    }


def _groups(cell: str) -> Iterator[tuple[str, str]]:
    channel, _, kind = cell.partition(".")
    yield ALL, ""
    yield CHANNEL, channel
    yield TYPE, kind
