"""The loop picture: how a head becomes profit, part by part, with the measured elasticity on every arrow.

Where parts stand is fixed, so that two pictures can be laid side by side; a part that a plan does not have is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.experiments.elasticity import Arrow, Loop
from sim.experiments.loop_study import LoopStudy
from sim.experiments.statistics import Interval
from sim.report import canvas
from sim.report.canvas import BLUE, GRAY, INKS, ORANGE, Cell, Picture
from sim.report.loop_sketch import Box, Point, Stroke, draw_arrow, draw_box, draw_label, middle
from sim.report.loop_wording import finding, part_name, strength
from sim.report.numerals import scale_of
from sim.report.paper import Paper
from sim.report.wording import quoted, spelled

NAME = "loop"
_WIDTH, _HEIGHT, _EDGE, _COLUMNS = 10.5, 5.0, 0.3, 78
"""Size of the sheet below its heading, its margin [inches], and characters of a title."""
_BOXES = {
    "sales_people": Box(1.18, 0.6),
    "new_customers": Box(3.92, 0.6),
    "customers": Box(6.66, 1.72),
    "profit": Box(9.32, 1.72),
    "churn": Box(3.92, 2.32),
    "service_people": Box(1.18, 4.0),
    "service": Box(3.92, 4.0),
    "tickets": Box(6.66, 4.0),
}
"""Parts by their middle, from the upper left corner of what is below the heading."""
_DECIDED = {"sales_people", "service_people"}
_GAP = 0.06
"""Room between a box and an arrow [inches]."""


@dataclass(frozen=True)
class _Route:
    """Where an arrow runs, in boxes' own coordinates, and where its label stands beside its middle [inches]."""

    leaves: tuple[float, float]
    enters: tuple[float, float]
    label: tuple[float, float]
    align: str
    bend: Point | None = None
    """Where it is pulled to, if it is bent."""


_ROUTES: Mapping[tuple[str, str], _Route] = {
    ("sales_people", "new_customers"): _Route((1, 0), (-1, 0), (-0.03, -0.34), "center"),
    ("new_customers", "customers"): _Route((1, 0), (0, -1), (0.14, -0.22), "left", (6.2, 0.62)),
    ("churn", "customers"): _Route((1, 0), (-1, 0.35), (0.1, 0.28), "left"),
    ("customers", "tickets"): _Route((0, 1), (0, -1), (0.14, 0), "left"),
    ("customers", "profit"): _Route((1, 0), (-1, 0), (-0.03, -0.34), "center"),
    ("tickets", "service"): _Route((-1, 0), (1, 0), (0.03, -0.34), "center"),
    ("service_people", "service"): _Route((1, 0), (-1, 0), (-0.03, -0.34), "center"),
    ("service", "churn"): _Route((0, -1), (0, 1), (0.14, 0), "left"),
    ("service", "new_customers"): _Route((-0.92, -1), (-0.92, 1), (-0.12, 0), "right", (2.02, 2.3)),
}


def loop_picture(found: LoopStudy) -> Picture | None:
    """The picture of a study of loops; None where nothing could be measured."""
    loop = found.loop
    if loop is None or not loop.arrows:
        return None
    currency = found.study.currency
    title, about = finding(loop, currency), _about(found, loop)
    with canvas.styled():
        top = canvas.heading_height(title, about, _COLUMNS)
        paper = Paper(_WIDTH, top + _HEIGHT)
        canvas.heading(paper.figure, _EDGE, title, about, columns=_COLUMNS)
        for name, level in loop.nodes.items():
            text = level_text(name, level, currency)
            draw_box(paper, _box(name, top), part_name(name, loop), text, heavy=name in _DECIDED,
                     fill="#E3F2EC" if name == "profit" and level.low > 0 else "#F4F6F8")  # fmt: skip
        for arrow in loop.arrows:
            _draw(paper, arrow, top, currency)
        canvas.note(paper.figure, _EDGE, _foot(loop))
        head = ("from", "to", "unit", "mean", "low", "high", "claim", "measured_by")
        return canvas.finish(paper.figure, NAME, title, about, _alt(loop, title, about, currency), head, _rows(loop))


def _box(name: str, top: float) -> Box:
    box = _BOXES[name]
    return Box(box.x, box.y + top)


def _draw(paper: Paper, arrow: Arrow, top: float, currency: str) -> None:
    route = _ROUTES[arrow.tail, arrow.head]
    start = _outside(_box(arrow.tail, top), route.leaves)
    end = _outside(_box(arrow.head, top), route.enters)
    bend = (route.bend[0], route.bend[1] + top) if route.bend else None
    draw_arrow(paper, start, end, _stroke(arrow), bend)
    x, y = middle(start, end, bend)
    value, error = strength(arrow, currency)
    if not arrow.claim:
        value, error = "unclear", ""
    ink = INKS[GRAY] if not arrow.claim else INKS[BLUE if arrow.value.mean > 0 else ORANGE]
    draw_label(paper, (x + route.label[0], y + route.label[1]), value, error, ink, route.align)
    if (arrow.tail, arrow.head) == ("service", "new_customers"):
        wide = max(paper.measure(value, 11, bold=True), paper.measure(error or " ", 8.5))
        paper.words(x + route.label[0] - wide - 0.12, y, "referrals", color=ink, size=9.5, align="right")


def _outside(box: Box, side: tuple[float, float]) -> Point:
    """A point just outside of a box's edge."""
    x, y = box.at(*side)
    across, down = side
    return (x, y + _GAP * down) if abs(down) == 1 else (x + _GAP * across, y)


def _stroke(arrow: Arrow) -> Stroke:
    """Color and dashes by the sign, thickness by the size; pale where nothing may be said."""
    if not arrow.claim:
        return Stroke("#CDD1D5", 1.5)
    size = 1.0 if arrow.unit else min(abs(arrow.value.mean), 2.0)
    down = arrow.value.mean < 0
    return Stroke(ORANGE if down else BLUE, 1.6 + 2.4 * size**0.7, dashed=down)


def level_text(name: str, level: Interval, currency: str) -> str:
    """What stands in a box under its name: '27 a month', '2.5% a month', '€39k a month', '941 on average'."""
    if name == "profit":
        return f"{scale_of('EUR', [level.mean], currency, digits=2).text(level.mean)} a month"
    if name == "churn":
        return f"{level.mean * 100:.2g}% a month"
    if name == "service":
        return f"{level.mean * 100:.0f}%"
    if name in _DECIDED and level.mean == round(level.mean):
        return f"{level.mean:,.0f}"
    number = f"{level.mean:,.0f}" if level.mean >= 9.95 else f"{level.mean:.1f}"
    return f"{number} a month" if name in {"new_customers", "tickets"} else f"{number} on average"


def _about(found: LoopStudy, loop: Loop) -> str:
    sure, futures = f"{found.study.confidence:.0%}", len(found.study.outcomes_of(found.plan))
    return (
        f"% change of an arrow's head for 1% more of its tail, ± {sure} interval; {quoted(found.plan)}, "
        f"{spelled(loop.horizon)}, {futures} futures"
    )


def _foot(loop: Loop) -> str:
    text = "Blue solid: the same way. Orange dashed: the opposite way. Thicker: stronger. Heavy boxes: what you decide."
    more = [] if all(arrow.claim for arrow in loop.arrows) else ["Gray: cannot be told apart from 0."]
    if any(arrow.unit for arrow in loop.arrows):
        more.append("Profit is no gain for sure, so its change is in money a month.")
    return "\n".join([text, " ".join(more)]) if more else text


def _alt(loop: Loop, title: str, about: str, currency: str) -> str:
    boxes = ", ".join(f"{part_name(name, loop)} {level_text(name, at, currency)}" for name, at in loop.nodes.items())
    told = "; ".join(_said(arrow, loop, currency) for arrow in loop.arrows)
    return f"{title}. Diagram of boxes and arrows. {about}. Boxes: {boxes}. Arrows: {told}."


def _said(arrow: Arrow, loop: Loop, currency: str) -> str:
    by = " by referrals" if (arrow.tail, arrow.head) == ("service", "new_customers") else ""
    ends = f"{part_name(arrow.tail, loop)} to {part_name(arrow.head, loop).lower()}{by}"
    return f"{ends} {' '.join(strength(arrow, currency))}" if arrow.claim else f"{ends} unclear"


def _rows(loop: Loop) -> list[list[Cell]]:
    rows: list[list[Cell]] = [["", name, "", at.mean, at.low, at.high, "", ""] for name, at in loop.nodes.items()]
    for arrow in loop.arrows:
        value = arrow.value
        rows.append([arrow.tail, arrow.head, arrow.unit or "% per %", value.mean, value.low, value.high,
                     "yes" if arrow.claim else "no", arrow.nudge])  # fmt: skip
    return rows
