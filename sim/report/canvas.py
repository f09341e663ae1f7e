"""The drawing board: style, colors, headings and files every picture shares; it knows no study and no finding."""

from __future__ import annotations

import io
import math
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.files import table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLE = Path(__file__).with_name("sim.mplstyle")
BLUE, ORANGE, GREEN, AMBER, SKY, PINK = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
GRAY, BLACK = "#B8B8B8", "#222222"
INKS = {BLUE: "#0067A3", ORANGE: "#A84A00", GREEN: "#006B4E", AMBER: "#7A5200", SKY: "#1F6F9F", PINK: "#94486F"}
"""A darker shade of each fill for text: contrast with white at least 4.5:1 (WCAG AA)."""
INKS |= {GRAY: "#595959", BLACK: BLACK}
SOFT_INK = "#555555"
"""Subtitles and notes."""

Cell = str | float | int | None


@dataclass(frozen=True)
class Picture:
    """One finished picture with everything that goes beside it."""

    name: str
    """File name without ending."""
    title: str
    """The finding, in words."""
    about: str
    """What is shown."""
    alt: str
    """What a reader who cannot see it should know."""
    svg: bytes
    png: bytes
    csv: str
    """The data drawn."""


@contextmanager
def styled() -> Iterator[None]:
    """Everything drawn inside follows the style sheet and nothing else, whatever the user's own settings are."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.style

    with matplotlib.rc_context(), matplotlib.style.context(["default", STYLE]):
        yield


def new_figure(width: float, height: float) -> Figure:
    """An empty sheet; sizes in inches. Made without pyplot, so that nothing is kept alive behind the scenes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def panel(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Axes placed by their distances [inches] from the sheet's four edges."""
    width, height = figure.get_size_inches()
    box = (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    return figure.add_axes(box)


def heading(figure: Figure, left: float, title: str, subtitle: str, *, columns: int, top: float = 0.22) -> None:
    """Title and subtitle, flush left at `left` inches; a title over `columns` characters takes a second line."""
    width, height = figure.get_size_inches()
    lines = _balanced(title, columns) or [""]
    x = left / width
    figure.text(
        x, 1 - top / height, "\n".join(lines), fontsize=14.5, fontweight="bold", va="top", linespacing=1.25, color=BLACK
    )
    below = top + 0.29 * len(lines) + 0.06
    wrapped = "\n".join(_wrapped(subtitle, round(columns * 1.34)))
    figure.text(x, 1 - below / height, wrapped, fontsize=11, va="top", color=SOFT_INK, linespacing=1.3)


def heading_height(title: str, subtitle: str, columns: int) -> float:
    """Room [inches] that `heading` takes."""
    titles = len(_balanced(title, columns) or [""])
    return 0.22 + 0.29 * titles + 0.06 + 0.21 * len(_wrapped(subtitle, round(columns * 1.34))) + 0.12


def _wrapped(text: str, columns: int) -> list[str]:
    """Lines of at most so many characters; a name with a hyphen stays whole."""
    return textwrap.wrap(text, columns, break_on_hyphens=False)


def _balanced(title: str, columns: int) -> list[str]:
    """At most two lines of nearly the same length."""
    lines = _wrapped(title, columns)
    if len(lines) == 2:
        lines = next(found for width in range(columns // 2, columns + 1) if len(found := _wrapped(title, width)) <= 2)
    return lines[:2]


def note(figure: Figure, left: float, text: str) -> None:
    """A line at the foot that says how to read the marks."""
    width, height = figure.get_size_inches()
    figure.text(left / width, 0.14 / height, text, fontsize=9.5, va="bottom", color="#5F5F5F")


def steps(low: float, high: float, most: int = 7) -> list[float]:
    """Round numbers that cover low..high, at most `most` of them (1, 2, 2.5 or 5 times a power of ten apart)."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low if math.isfinite(low) else 0.0]
    size = 10.0 ** math.floor(math.log10((high - low) / most))
    for factor in (1, 2, 2.5, 5, 10, 20):
        first, last = math.ceil(low / (size * factor) - 1e-9), math.floor(high / (size * factor) + 1e-9)
        if last - first < most:
            break
    return [count * size * factor for count in range(first, last + 1)]


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Positions as near to the wanted ones as possible, at least `gap` apart, in the same order of height."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    blocks: list[list[int]] = []
    centers: list[float] = []
    for place in order:
        blocks.append([place])
        centers.append(wanted[place])
        while len(blocks) > 1 and centers[-1] - centers[-2] < gap * (len(blocks[-1]) + len(blocks[-2])) / 2:
            merged = blocks[-2] + blocks[-1]
            center = sum(wanted[each] for each in merged) / len(merged)
            blocks[-2:], centers[-2:] = [merged], [center]
    placed = [0.0] * len(wanted)
    for block, center in zip(blocks, centers, strict=True):
        for rank, place in enumerate(block):
            placed[place] = center + gap * (rank - (len(block) - 1) / 2)
    return placed


def finish(
    figure: Figure, name: str, title: str, about: str, alt: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Picture:
    """The sheet as SVG and PNG: the same drawing gives the same bytes (fixed ids, no dates, no program version)."""
    svg, png = io.BytesIO(), io.BytesIO()
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    figure.savefig(png, format="png", metadata={"Software": None, "Title": title})
    return Picture(
        name, title, about, alt, _slim(svg.getvalue().decode()).encode(), png.getvalue(), csv_text(head, rows)
    )


_TEXT_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_GROUP_NAME = re.compile(r'<g id="[^"]*"')
_LONG_NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d{3,}(?!\d)")
_SCALE = re.compile(r"(scale\([^)]*\))")


def _slim(svg: str) -> str:
    """The same drawing in fewer bytes: no comments, no outside addresses of types, hundredths of a point."""
    head, start, body = svg.partition("<svg")
    body = _GROUP_NAME.sub("<g", _TEXT_COMMENT.sub("", body))
    parts = _SCALE.split(body)
    parts[::2] = [_LONG_NUMBER.sub(lambda found: f"{float(found[0]):.2f}", part) for part in parts[::2]]
    return f"{head.partition('<!')[0].rstrip()}\n{start}" + re.sub(r"\s*\n\s*", "\n", "".join(parts))


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as CSV in full precision; a text that a spreadsheet would run as a formula gets a quote before it."""
    return table(head, ([_harmless(value) for value in row] for row in rows))


def _harmless(value: Cell) -> Cell:
    risky = isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}
    return f"'{value}" if risky else value
