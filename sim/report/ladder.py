"""Tables of several plans: a ladder by word and plan, a listing of single figures; it chooses none of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.experiments.statistics import NOT_APPLICABLE, SAME
from sim.report.figures import Cell, Row, rows_of, worth
from sim.report.labels import worded
from sim.report.reading import Reading

_NOT_ZERO, _ZERO = re.compile("[1-9]"), re.compile(r"0\.0+")


@dataclass(frozen=True)
class Ladder:
    """A table by word and plan: a group of rows for each word, in it a row for each plan."""

    caption: str
    corner: str
    """What the words are: 'Stage'."""
    heads: tuple[tuple[str, str], ...]
    """Name and definition of each column."""
    rows: tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...]
    """Word, then the cells of each plan in the order of the plans."""


@dataclass(frozen=True)
class Listing:
    """A table of single figures, a column for each plan."""

    caption: str
    rows: tuple[Row, ...]


def _dotted(name: str, word: str) -> str:
    return f"{name}.{word}"


def ladder_of(
    reading: Reading,
    caption: str,
    corner: str,
    words: Sequence[str],
    columns: Mapping[str, str],
    *,
    figure: Callable[[str, str], str] = _dotted,
    named: Callable[[str], str] = worded,
) -> Ladder | None:
    """A column for each figure that says anything of some word, and rows for each word that any figure is said of.

    `figure` makes the flat name of a column's figure for a word, `named` says what a word is called.
    """
    applying = {
        name: head for name, head in columns.items() if any(_worth(reading, figure(name, word)) for word in words)
    }
    rows = []
    for word in words:
        if not any(_worth(reading, figure(name, word)) for name in applying):
            continue
        cells = [_cells(reading, figure(name, word)) for name in applying]
        rows.append((named(word), tuple(tuple(column[place] for column in cells) for place in range(len(cells[0])))))
    if not rows:
        return None
    heads = tuple(
        (head, _definition(reading, [figure(name, word) for word in words])) for name, head in applying.items()
    )
    return Ladder(caption, corner, heads, tuple(rows))


def _worth(reading: Reading, kpi: str) -> bool:
    return kpi in reading.kpis and worth(reading, kpi)


def _cells(reading: Reading, kpi: str) -> tuple[Cell, ...]:
    """One cell a plan; dashes where the figure applies to none of them."""
    if kpi in reading.kpis:
        return tuple(_short(cell) for cell in rows_of(reading, reading.end, [kpi])[0].cells)
    return tuple(Cell(plan, "–", "", "", "", "", None) for plan in reading.plans)


def _short(cell: Cell) -> Cell:
    """The cell without decimals of nothing, without an error that is none, and without the size of no difference."""
    value = cell.value if _NOT_ZERO.search(cell.value) else _ZERO.sub("0", cell.value)
    error = cell.error if _NOT_ZERO.search(cell.error) else ""
    return replace(cell, value=value, error=error, change="" if cell.verdict in {SAME, NOT_APPLICABLE} else cell.change)


def _definition(reading: Reading, figures: Sequence[str]) -> str:
    return next(reading.kpi(kpi).definition for kpi in figures if kpi in reading.kpis)
