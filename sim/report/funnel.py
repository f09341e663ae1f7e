"""The funnel: a bar for each stage with count, rate and days, beside it the leads that went no further and why.

Bars are means over all futures, whiskers the error of these means and never the spread of futures; it counts nothing.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiments.statistics import Interval
from sim.report import canvas
from sim.report.canvas import AMBER, BLACK, BLUE, GRAY, GREEN, INKS, ORANGE, PINK, SKY, SOFT_INK, Picture
from sim.report.captions import about_of, alt_of, because, ended, said, table_of, won
from sim.report.labels import worded
from sim.report.paper import Fill, Paper
from sim.report.reading import Reading
from sim.report.stages import ENDS, Funnel, Step, finding, funnel_of, shares, stages_of
from sim.report.wording import confidence_words

_WIDTH, _EDGE, _GUTTER = 10.6, 0.3, 0.42
"""Width of the sheet, of its margins, and of the space between the columns [inches]."""
_BAR, _LINE, _LANE, _APART, _HEAD, _FOOT = 0.36, 0.22, 0.25, 0.2, 0.34, 0.46
"""Heights [inches]: of a bar, of words under it, of another plan's marks; between rows, over and under them."""
_COLUMNS = 80
_STAGE, _WON, _REASON = Fill(SKY), Fill(GREEN), Fill(ORANGE)
_FILLS = {
    "lost": Fill(ORANGE),
    "expired": Fill(AMBER, "////"),
    "disqualified": Fill(GRAY, "|||"),
    "open": Fill(BLACK, hollow=True),
}
"""How leads that go no further are filled, by what became of them; the word stands beside it in the same ink."""
_MARKS = ((BLUE, "o"), (PINK, "s"), (GREEN, "^"), (BLACK, "D"), (AMBER, "v"), (ORANGE, "P"))
"""Color and shape of the other plans' marks."""

Parts = list[tuple[str, Fill]]


@dataclass(frozen=True)
class _Row:
    """One stage, or the wins, with room for every plan that has it."""

    name: str
    counts: tuple[Interval | None, ...]
    """How many leads came so far, by plan; None for a plan without the stage."""
    texts: tuple[str, ...]
    """What is written on the bar and beside the marks."""
    steps: tuple[Step | None, ...]
    """By plan; none of the wins."""
    lines: tuple[list[Parts], ...]
    """Words on those that went no further, by plan, in lines."""
    won: bool = False

    def heights(self) -> list[float]:
        """Height of each plan's lane, the first with its bar [inches]; 0 for a plan without the stage."""
        first = _BAR + _LINE * max(len(self.lines[0]), 0 if self.won else 1)
        others = [_LANE + _LINE * max(0, len(lines) - 1) if count else 0.0
                  for count, lines in zip(self.counts[1:], self.lines[1:], strict=True)]  # fmt: skip
        return [first, *others]


def pipeline_funnel(reading: Reading) -> Picture | None:
    """The funnel of the baseline with marks for the other plans; None where no plan's leads go through stages.

    If the baseline has no leads, the first plan that has some is drawn in its place.
    """
    found = [funnel_of(reading, plan) for plan in reading.plans]
    funnels = [funnel for funnel in found if funnel is not None]
    if not funnels:
        return None
    title, about = finding(reading, funnels[0]), about_of(reading, funnels)
    with canvas.styled():
        ruler = Paper(_WIDTH, 1.0)
        left = _EDGE + _names_width(ruler, reading, funnels) + 0.12
        column = (_WIDTH - left - _EDGE - _GUTTER) / 2
        rows = _rows(reading, funnels, ruler, column)
        top = canvas.heading_height(title, about, _COLUMNS)
        reasons = shares(reading, funnels[0])
        wins = max(sum(rows[-1].heights()), 0.3 + 0.24 * len(reasons) if reasons else 0.0)
        height = top + _HEAD + sum(sum(row.heights()) + _APART for row in rows[:-1]) + wins + _FOOT
        paper = Paper(_WIDTH, height)
        canvas.heading(paper.figure, _EDGE, title, about, columns=_COLUMNS)
        below = _draw(paper, reading, funnels, rows, left, column, top)
        if reasons:
            _draw_reasons(paper, reasons, left + column + _GUTTER, below, column)
        canvas.note(paper.figure, _EDGE, _foot(reading))
        head = ("plan", "stage", "figure", "unit", "mean", "low", "high")
        alt = alt_of(reading, title, funnels)
        return canvas.finish(paper.figure, "funnel", title, about, alt, head, table_of(reading, funnels))


def _foot(reading: Reading) -> str:
    text = "Both columns are drawn to the same scale."
    if reading.replications > 2:
        text += f" Whiskers: {confidence_words(reading)} interval of the mean, not the spread of futures."
    return text


def _names_width(ruler: Paper, reading: Reading, funnels: Sequence[Funnel]) -> float:
    names = [line for stage in (*stages_of(reading), "won") for line in _name(stage).split("\n")]
    plans = [ruler.measure(_short(funnel.plan), 9) for funnel in funnels[1:]]
    return max([*plans, *(ruler.measure(name, 10.5, bold=True) for name in names)])


def _name(stage: str) -> str:
    return textwrap.fill(worded(stage), 18)


def _short(plan: str) -> str:
    """Both ends of a long name: plans are often called alike at the beginning."""
    return plan if len(plan) <= 20 else f"{plan[:9].rstrip()}…{plan[-10:].lstrip()}"


def _rows(reading: Reading, funnels: Sequence[Funnel], ruler: Paper, column: float) -> list[_Row]:
    rows = []
    for stage in stages_of(reading):
        steps = tuple(next((step for step in funnel.steps if step.stage == stage), None) for funnel in funnels)
        lines = tuple(
            ruler.broken(_parts(step) if step else [], column, size=9 if place else 9.5, swatches=place == 0)
            for place, step in enumerate(steps)
        )
        counts = tuple(step.reached if step else None for step in steps)
        rows.append(_Row(_name(stage), counts, tuple(said(reading, step) for step in steps), steps, lines))
    wins, texts = tuple(funnel.wins for funnel in funnels), tuple(won(reading, funnel) for funnel in funnels)
    rows.append(_Row("won", wins, texts, (None,) * len(funnels), tuple([] for _ in funnels), won=True))
    return rows


def _parts(step: Step) -> Parts:
    return [(text, _FILLS[end]) for end, text in ended(step).items()]


def _draw(paper: Paper, reading: Reading, funnels: Sequence[Funnel], rows: Sequence[_Row], left: float, column: float,
          top: float) -> float:  # fmt: skip
    """All rows; return where the last one begins."""
    right = left + column + _GUTTER
    per_lead = column / _longest(rows)
    paper.words(left, top + 0.1, "Leads · share that passes · time in it", color=SOFT_INK, bold=True)
    paper.words(right, top + 0.1, "Leads that go no further", color=SOFT_INK, bold=True)
    y = begin = top + _HEAD
    for row in rows:
        begin = y
        paper.words(left - 0.12, y + _BAR / 2, row.name, size=10.5, align="right", bold=True)
        for place, height in enumerate(row.heights()):
            count = row.counts[place]
            if count is not None:
                if place:
                    _draw_mark(paper, row, place, funnels[place].plan, count, per_lead, (left, right, y))
                else:
                    _draw_bar(paper, row, count, per_lead, (left, right, y))
            y += height
        y += _APART
    return begin


def _longest(rows: Sequence[_Row]) -> float:
    """Leads that fill a column: the longest bar with its whisker, unless that is out of all proportion."""
    counts = [count for row in rows for count in row.counts if count is not None]
    mean = max(count.mean for count in counts if math.isfinite(count.mean))
    whisker = max((count.high for count in counts if math.isfinite(count.high)), default=0.0)
    firsts = [row.steps[0] for row in rows]
    ended = max((sum(float(values.mean()) for values in step.ends.values()) for step in firsts if step), default=0.0)
    return max(mean, min(whisker, 1.25 * mean), ended)


def _draw_bar(paper: Paper, row: _Row, count: Interval, per_lead: float, place: tuple[float, float, float]) -> None:
    """The first plan's bar, what is written on it, and beside it what became of those that went no further."""
    left, right, y = place
    length = per_lead * count.mean
    paper.bar(left, y, length, _BAR, _WON if row.won else _STAGE)
    paper.whisker(y + _BAR - 0.08, left + per_lead * max(0.0, count.low), left + per_lead * count.high, BLACK,
                  right - _GUTTER)  # fmt: skip
    text = row.texts[0]
    wide = paper.measure(text, 10, bold=True)
    at = left + 0.08 if wide + 0.16 <= length else left + length + 0.08
    size = 10.0 if at + wide <= right - 0.1 else 10.0 * (right - 0.1 - at) / wide
    paper.words(at, y + 0.135, text, size=size, bold=True)
    step, x = row.steps[0], right
    for end in ENDS if step else ():
        ended = per_lead * float(step.ends[end].mean()) if step else 0.0
        paper.bar(x, y, ended, _BAR, _FILLS[end])
        x += ended
    for number, line in enumerate(row.lines[0]):
        paper.listed(right, y + _BAR + _LINE * (number + 0.6), line, size=9.5, swatches=True)


def _draw_mark(paper: Paper, row: _Row, number: int, plan: str, count: Interval, per_lead: float,
               place: tuple[float, float, float]) -> None:  # fmt: skip
    """Another plan's mean with its interval, its name and figures in its own color."""
    left, right, y = place
    color, shape = _MARKS[(number - 1) % len(_MARKS)]
    middle, x = y + _LANE / 2, left + per_lead * count.mean
    low = high = x
    if count.half_width > 0:
        low, high = (left + per_lead * max(0.0, each) for each in (count.low, count.high))
    paper.whisker(middle, low, high, color, right - _GUTTER, least=0.16)
    paper.mark(x, middle, color, shape)
    paper.words(left - 0.12, middle, _short(plan), color=INKS[color], size=9, align="right")
    wide = paper.measure(row.texts[number], 9)
    after, before = max(high, x + 0.03) + 0.12, min(low, x - 0.03) - 0.12 - wide
    at = after if after + wide <= right - 0.1 else before if before >= left else right - 0.1 - wide
    paper.words(at, middle, row.texts[number], color=INKS[color], size=9)
    for line_number, line in enumerate(row.lines[number]):
        paper.listed(right, middle + _LINE * line_number, line, size=9, swatches=False)


def _draw_reasons(paper: Paper, reasons: dict[str, Interval], x: float, y: float, column: float) -> None:
    """Why leads are lost in all stages together, as shares of the lost: a scale of its own."""
    paper.words(x, y + 0.08, "Why leads are lost, all stages together", color=SOFT_INK, size=10, bold=True)
    full = column - max(paper.measure(because(word, share.mean), 9.5) for word, share in reasons.items()) - 0.1
    for number, (word, share) in enumerate(reasons.items()):
        middle = y + 0.34 + 0.24 * number
        length = max(full, 0.2) * float(np.nan_to_num(share.mean))
        paper.bar(x, middle - 0.075, length, 0.15, _REASON)
        paper.words(x + length + 0.08, middle, because(word, share.mean), color=INKS[ORANGE], size=9.5)
