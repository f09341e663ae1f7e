"""Boxes and arrows on a sheet measured in inches: straight or bent lines with a head, labels beside them.

It knows no study and no finding; what a box or an arrow means is up to whoever draws it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.report import canvas
from sim.report.paper import Paper

Point = tuple[float, float]
"""Inches from the left and from the top."""


@dataclass(frozen=True)
class Box:
    """A rounded box by its middle."""

    x: float
    y: float
    width: float = 1.76
    height: float = 0.74

    def at(self, across: float, down: float) -> Point:
        """A point of the edge or beyond it: (-1, 0) is the middle of the left edge, (0, 1) of the lower one."""
        return self.x + across * self.width / 2, self.y + down * self.height / 2


@dataclass(frozen=True)
class Stroke:
    """How an arrow is drawn."""

    color: str
    width: float
    """Thickness of the line [points]."""
    dashed: bool = False


def draw_box(paper: Paper, box: Box, name: str, value: str, *, heavy: bool = False, fill: str = "#F4F6F8") -> None:
    """A box with a name and a value in it; a heavy one is what somebody decides."""
    from matplotlib.patches import FancyBboxPatch

    left, top = box.at(-1, -1)
    edge, line = (canvas.BLACK, 2.2) if heavy else ("#9AA3AB", 1.2)
    style = "round,pad=0,rounding_size=0.11"
    paper.axes.add_patch(
        FancyBboxPatch((left, top), box.width, box.height, boxstyle=style, facecolor=fill, edgecolor=edge,
                       linewidth=line, zorder=3)
    )  # fmt: skip
    paper.words(box.x, box.y - 0.155, name, align="center", size=10.5)
    size = min(11.5, 11.5 * (box.width - 0.16) / paper.measure(value, 11.5, bold=True))
    paper.words(box.x, box.y + 0.155, value, align="center", size=size, bold=True)


def draw_arrow(paper: Paper, start: Point, end: Point, stroke: Stroke, bend: Point | None = None) -> None:
    """A line with a head at its end, straight or bent towards a point (a quadratic Bezier curve)."""
    from matplotlib.patches import Polygon

    path = _path(start, end, bend)
    length = 0.11 + 0.022 * stroke.width
    neck = _before_end(path, length * 0.8)
    shaft = np.vstack([path[: neck.place], [neck.point]])
    # Dashes are told in units of the line's width; without them, thin lines would look like dots and thick ones solid.
    dashes = (0, (7.5 / stroke.width, 4.0 / stroke.width)) if stroke.dashed else "solid"
    paper.axes.plot(shaft[:, 0], shaft[:, 1], color=stroke.color, linewidth=stroke.width, linestyle=dashes,
                    solid_capstyle="butt", dash_capstyle="butt", zorder=2)  # fmt: skip
    tip, back = path[-1], _before_end(path, length).point
    along = (tip - back) / math.dist(tip, back)
    side = np.array([-along[1], along[0]]) * (0.055 + 0.014 * stroke.width)
    paper.axes.add_patch(Polygon([tip, back + side, back - side], closed=True, facecolor=stroke.color, linewidth=0,
                                 zorder=2))  # fmt: skip


def draw_label(paper: Paper, place: Point, value: str, error: str, color: str, align: str) -> None:
    """A figure with its error below it; 'left' and 'right' stand beside the place, 'center' around it."""
    x, y = place
    if error:
        paper.words(x, y - 0.085, value, color=color, size=11, align=align, bold=True)
        paper.words(x, y + 0.095, error, color=canvas.SOFT_INK, size=8.5, align=align)
    else:
        paper.words(x, y + (0.12 if align == "center" else 0.0), value, color=color, size=9.5, align=align)


def middle(start: Point, end: Point, bend: Point | None = None) -> Point:
    """The point half-way of a line."""
    path = _path(start, end, bend)
    x, y = path[len(path) // 2]
    return float(x), float(y)


def _path(start: Point, end: Point, bend: Point | None) -> np.ndarray:
    """Points of a line, shape (81, 2)."""
    way = np.linspace(0.0, 1.0, 81)[:, None]
    first, last = np.array(start), np.array(end)
    pull = (first + last) / 2 if bend is None else np.array(bend)
    path: np.ndarray = (1 - way) ** 2 * first + 2 * way * (1 - way) * pull + way**2 * last
    return path


@dataclass(frozen=True)
class _Neck:
    place: int
    """Points of the path before it."""
    point: np.ndarray


def _before_end(path: np.ndarray, length: float) -> _Neck:
    """The point so many inches before the end, along the path."""
    steps: Sequence[float] = [math.dist(a, b) for a, b in pairwise(path)]
    left = length
    for place in range(len(steps) - 1, -1, -1):
        if steps[place] >= left:
            share = 1 - left / steps[place]
            return _Neck(place + 1, path[place] + share * (path[place + 1] - path[place]))
        left -= steps[place]
    return _Neck(1, path[0])
