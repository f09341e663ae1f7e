"""Who brings the revenue, as tables: sales directly, service and the word of customers indirectly; it computes nothing.

It knows no layout; what applies to no plan is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.model.facts import ORIGINS
from sim.report.figures import Cell, rows_of
from sim.report.labels import ORIGINS as NAMES
from sim.report.labels import worded
from sim.report.ladder import Ladder, ladder_of
from sim.report.reading import Reading

SIDES = {"revenue_direct": "Direct (sales)", "revenue_indirect": "Indirect (service)"}
"""The two columns that the user asks for."""
_ALL = "all"
_COLUMNS: dict[str, tuple[str, str, str]] = {
    "direct": ("Direct", "revenue_direct.{}", "revenue_direct"),
    "base": ("Base", "", "revenue_base"),
    "indirect": ("Indirect", "revenue_indirect.{}", "revenue_indirect"),
    "new": ("New", "revenue_tag.{}.new", "revenue_kind.new"),
    "retained": ("Kept longer", "revenue_tag.{}.retained", "revenue_kind.retained"),
    "forgone": ("(Forgone)", "revenue_forgone.{}", "revenue_forgone"),
    "expansion": ("Upgrades", "revenue_tag.{}.expansion", "revenue_kind.expansion"),
    "follow_up": ("Follow-up", "revenue_tag.{}.follow_up", "revenue_kind.follow_up"),
    "revenue": ("Revenue", "revenue.{}", "revenue"),
}
"""Columns of the table by origin: head, figure of one origin, figure of all."""


@dataclass(frozen=True)
class Side:
    """One plan's direct and indirect revenue."""

    plan: str
    cells: tuple[Cell, ...]
    """Direct and indirect at the first horizon, at the second, ..."""


def sides(reading: Reading) -> tuple[Side, ...]:
    """Direct and indirect revenue of every plan at every horizon; nothing where nobody pays."""
    if any(not reading.known(kpi) for kpi in SIDES) or all(reading.empty(kpi) for kpi in SIDES):
        return ()
    rows = [row for at in reading.horizons for row in rows_of(reading, at, SIDES)]
    return tuple(Side(plan, tuple(row.cells[place] for row in rows)) for place, plan in enumerate(reading.plans))


def origins(reading: Reading) -> Ladder | None:
    """The same at the end by where customers came from, beside the reasons for which they paid."""
    words = [*ORIGINS, _ALL]
    return ladder_of(
        reading,
        "Revenue by what brought it",
        "Customers from",
        words,
        {name: head for name, (head, _, _) in _COLUMNS.items()},
        figure=_figure,
        named=lambda word: NAMES.get(word, worded(word)),
    )


def _figure(name: str, word: str) -> str:
    """The figure in a column for an origin, or for all of them."""
    _, one, every = _COLUMNS[name]
    if word == _ALL or (name == "base" and word == "initial"):
        return every
    return one.format(word)
