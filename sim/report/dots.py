"""Counted dots: every future of two plans under the same luck shown once, by how far apart the plans end.

It does not know what the difference is a difference of, apart from its being money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.report import canvas
from sim.report.canvas import GREEN, ORANGE
from sim.report.numerals import axis_scale
from sim.report.wording import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_DOTS = 50
"""More futures than this are shown by so many dots of equal chance (quantile dots, Kay and others 2016)."""
_LARGEST, _SMALLEST = 0.23, 0.05
"""Dot sizes [inches]."""


def draw_pairs(figure: Figure, axes: Axes, differences: np.ndarray, plan: str, currency: str) -> None:
    """Fill a panel with dots, one for each difference: filled where the plan is ahead, hollow where it is not."""
    gaps = np.sort(differences)
    if len(gaps) > MOST_DOTS:
        gaps = np.quantile(gaps, (np.arange(MOST_DOTS) + 0.5) / MOST_DOTS)
    low, high = min(0.0, float(gaps[0])), max(0.0, float(gaps[-1]))
    margin = 0.1 * (high - low or 1.0)
    low, high = low - margin, high + margin
    box, (sheet_width, sheet_height) = axes.get_position(), figure.get_size_inches()
    height = sheet_height * box.height
    dot, columns, levels = _stacked(gaps, (high - low) / (sheet_width * box.width), height)
    for mask, face, edge, line in ((gaps > 0, GREEN, GREEN, 0.0), (gaps <= 0, "white", ORANGE, 1.4)):
        size = (dot * 72 * 0.84) ** 2
        axes.scatter(
            columns[mask], levels[mask], s=size, facecolor=face, edgecolor=edge, linewidth=line, clip_on=False, zorder=3
        )
    axes.set_xlim(low, high)
    axes.set_ylim(0, height / dot)
    axes.set_yticks([])
    axes.grid(False)
    axes.axvline(0, color=canvas.BLACK, linewidth=1.1)
    ticks = canvas.steps(low, high, 4)
    money = axis_scale("EUR", ticks, currency)
    axes.set_xticks(ticks, [money.bare_change(tick) if tick else "0" for tick in ticks])
    axes.set_xlabel(f"MRR in the last month, difference ({money.unit()})", fontsize=10.5)
    share = percent(float(np.mean(differences > 0)))
    about = f"each dot = 1 in {len(gaps)};\n{short_name(plan)} ahead in {share}"
    x, y = float(box.x0), 1 - 0.22 / sheet_height
    figure.text(x, y, "Same luck, both plans", fontsize=14.5, fontweight="bold", va="top", linespacing=1.25)
    figure.text(x, y - 0.35 / sheet_height, about, fontsize=11, va="top", color=canvas.SOFT_INK, linespacing=1.3)


def short_name(plan: str, most: int = 19) -> str:
    """A plan's name where room is tight."""
    return plan if len(plan) <= most else plan[: most - 1] + "…"


def _stacked(gaps: np.ndarray, per_inch: float, height: float) -> tuple[float, np.ndarray, np.ndarray]:
    """Dot size [inches] and place of every dot, as large as the panel allows; no column straddles zero."""
    dot = _LARGEST
    while True:
        places = np.floor(gaps / (dot * per_inch))
        counts: dict[float, int] = {}
        levels = np.empty(len(gaps))
        for index, place in enumerate(places.tolist()):
            counts[place] = counts.get(place, 0) + 1
            levels[index] = counts[place] - 0.5
        if max(counts.values()) * dot <= height * 0.92 or dot <= _SMALLEST:
            return dot, (places + 0.5) * dot * per_inch, levels
        dot -= 0.01
