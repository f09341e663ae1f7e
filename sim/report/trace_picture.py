"""The journey of one customer as a picture: stages, tickets, what he felt, what he paid, on one axis of dates.

It works nothing out: the story knows everything that is drawn here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.files import write_whole
from sim.report import canvas
from sim.report.canvas import BLACK, SOFT_INK, Picture
from sim.report.paper import Paper
from sim.report.trace import Story, summary
from sim.report.trace_curves import Feelings, Payments
from sim.report.trace_dates import Dates
from sim.report.trace_rows import Row, Sent, Stages, Tickets, Work

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "journey"
_WIDTH, _EDGE, _LEFT, _RIGHT = 11.0, 0.3, 1.34, 0.78
"""Width of the sheet and its margin, room for the rows' names and for the words after the last date [inches]."""
_APART, _FOOT, _SIGN = 0.26, 0.86, 0.24
"""Space between rows, under the last one, and for what stands under a line across all rows [inches]."""
_COLUMNS = 84
_HEAD = ("row", "what", "from", "to", "value", "unit")


def journey(story: Story, about: str) -> Picture:
    """The picture of one story; `about` says which plan, future and seed it is from."""
    title = story.gist()
    with canvas.styled():
        ruler, dates = Paper(_WIDTH, 1.0), Dates(story, _LEFT, _WIDTH - _RIGHT)
        rows = [row for row in (kind(story, dates, ruler) for kind in _KINDS) if row.there]
        told = "; ".join([about, *(row.about for row in rows if row.about)])
        top = canvas.heading_height(title, told, _COLUMNS) + 0.22
        foot = _FOOT + (_SIGN if dates.neutral is not None else 0.0)
        height = top + sum(row.height + _APART for row in rows) - _APART + foot
        paper = Paper(_WIDTH, height)
        canvas.heading(paper.figure, _EDGE, title, told, columns=_COLUMNS)
        _draw_dates(paper, dates, top - 0.1, height - foot + 0.14)
        y = top
        for row in rows:
            paper.words(_EDGE, y + row.middle, row.name, color=SOFT_INK, size=10.5, bold=True)
            row.draw(paper, y)
            y += row.height + _APART
        canvas.note(paper.figure, _EDGE, " ".join(row.reads for row in rows if row.reads))
        data = [line for row in rows for line in row.table()]
        return canvas.finish(paper.figure, NAME, title, told, _alt(story, title), _HEAD, data)


def write_journey(story: Story, about: str, folder: Path) -> list[Path]:
    """Write the picture as SVG and PNG, and what is drawn as CSV; return the paths, SVG first."""
    picture, written = journey(story, about), []
    for ending, content in ((".svg", picture.svg), (".png", picture.png), (".csv", picture.csv)):
        path = folder / f"{NAME}{ending}"
        write_whole(path, content)
        written.append(path)
    return written


_KINDS: tuple[type[Row], ...] = (Stages, Work, Tickets, Feelings, Payments, Sent)
"""Rows from top to bottom; those of which there is nothing are left out."""


def _draw_dates(paper: Paper, dates: Dates, top: float, bottom: float) -> None:
    """The axis with its ticks, a line where he left, and one where a neutral customer would have left."""
    paper.axes.plot([dates.left, dates.right], [bottom, bottom], color="#888888", linewidth=1.0, zorder=1)
    for time, label in dates.ticks():
        x = dates.x(time)
        paper.axes.plot([x, x], [top, bottom], color="#EDEDED", linewidth=0.9, zorder=0)
        paper.axes.plot([x, x], [bottom, bottom + 0.06], color="#888888", linewidth=1.0, zorder=1)
        paper.words(x, bottom + 0.2, label, color="#3A3A3A", size=10, align="center")
    for x, text, align in _signs(paper, dates):
        paper.axes.plot([x, x], [top, bottom], color=BLACK, linewidth=1.1, linestyle=(0, (3, 2.2)), zorder=3)
        paper.words(x, bottom + 0.44, text, color=BLACK, size=9.5, align=align)


def _signs(paper: Paper, dates: Dates) -> Iterable[tuple[float, str, str]]:
    """Where a line goes across all rows, and what stands under it."""
    if dates.neutral is None:
        return
    x, text = dates.x(dates.neutral), "a neutral customer would have left here"
    half = paper.measure(text, 9.5) / 2
    yield x, text, "right" if x + half > paper.width - 0.1 else "left" if x - half < 0.1 else "center"


def _alt(story: Story, title: str) -> str:
    lines = "; ".join(f"{name} {value}".strip() for name, value in summary(story))
    return f"{title}. Timeline with rows for stages, tickets, what he felt and what he paid. {lines}."
