"""A sheet measured in inches from its upper left corner, on which words, bars and whiskers are put where they belong.

It knows no study; what the marks mean is up to whoever draws them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.report import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Fill:
    """How an area is filled: the hatch is the second cue beside color."""

    color: str
    hatch: str = ""
    hollow: bool = False
    """White with a dashed edge instead."""

    @property
    def ink(self) -> str:
        """The color of words about it."""
        return canvas.INKS[self.color]


class Paper:
    """An empty sheet; sizes and places in inches, font sizes in points."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.figure: Figure = canvas.new_figure(width, height)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(height, 0)
        self.axes.set_axis_off()

    def measure(self, text: str, size: float = 10, *, bold: bool = False) -> float:
        """Width of a line of words."""
        drawn = self.figure.text(0, 0, text, fontsize=size, fontweight="bold" if bold else "normal")
        box = drawn.get_window_extent(self.figure.canvas.get_renderer())  # type: ignore[attr-defined]
        drawn.remove()
        return float(box.width / self.figure.dpi)

    def words(
        self, x: float, y: float, text: str, *, color: str = canvas.BLACK, size: float = 10, align: str = "left",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """Words at a point, centered in height: a line by its capitals, so that words side by side stand level."""
        several = "\n" in text
        weight, y = ("bold" if bold else "normal"), y if several else y + 0.365 * size / 72
        self.axes.text(x, y, text, color=color, fontsize=size, ha=align, va="center" if several else "baseline",
                       fontweight=weight, linespacing=1.12, zorder=5)  # fmt: skip

    def bar(self, x: float, y: float, length: float, height: float, fill: Fill) -> None:
        """A bar by its upper left corner; nothing is drawn for nothing."""
        from matplotlib.patches import Rectangle

        if not length > 0:
            return
        look: dict[str, Any] = {
            "facecolor": fill.color,
            "edgecolor": "white",
            "hatch": fill.hatch or None,
            "linewidth": 0.0,
        }
        if fill.hollow:
            inset = min(0.012, length / 4)
            x, y, length, height = x + inset, y + 0.012, length - 2 * inset, height - 0.024
            look = {"facecolor": "white", "edgecolor": fill.ink, "linewidth": 1.0, "linestyle": (0, (2, 1.4))}
        self.axes.add_patch(Rectangle((x, y), length, height, zorder=2, **look))

    def whisker(self, y: float, low: float, high: float, color: str, end: float, *, least: float = 0.02) -> None:
        """An interval from `low` to `high`; what lies beyond `end` is cut off, and has no cap there.

        One shorter than `least` is too short to be seen, and left out.
        """
        if not (math.isfinite(low) and high - low > least):
            return
        self.axes.plot([min(low, end), min(high, end)], [y, y], color=color, linewidth=1.5, zorder=4,
                       solid_capstyle="butt")  # fmt: skip
        for x in (low, high):
            if x <= end:
                self.axes.plot([x, x], [y - 0.045, y + 0.045], color=color, linewidth=1.5, zorder=4)

    def mark(self, x: float, y: float, color: str, shape: str) -> None:
        """A point of some shape."""
        self.axes.plot([x], [y], marker=shape, markersize=7.5, color=color, markeredgecolor="white",
                       markeredgewidth=0.8, zorder=5)  # fmt: skip

    def listed(self, x: float, y: float, parts: Sequence[tuple[str, Fill]], *, size: float, swatches: bool) -> None:
        """Words side by side, each in the ink of its fill and, if asked for, behind a small square of it."""
        for text, fill in parts:
            if swatches:
                self.bar(x, y - 0.055, 0.13, 0.11, fill)
                x += 0.18
            self.words(x, y, text, color=fill.ink, size=size)
            x += self.measure(text, size) + _APART

    def broken(
        self, parts: Sequence[tuple[str, Fill]], width: float, *, size: float, swatches: bool
    ) -> list[list[tuple[str, Fill]]]:
        """The same words in as many lines as the width asks for."""
        lines: list[list[tuple[str, Fill]]] = []
        room = 0.0
        for part in parts:
            needed = self.measure(part[0], size) + _APART + (0.18 if swatches else 0.0)
            if not lines or needed - _APART > room:
                lines.append([])
                room = width
            lines[-1].append(part)
            room -= needed
        return lines


_APART = 0.14
"""Space between words that stand side by side."""
