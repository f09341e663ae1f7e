"""Risk and error side by side: how far single futures lie apart, and how well the mean of each plan is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.statistics import MINIMUM, TIED
from sim.report import canvas
from sim.report.canvas import BLUE, GREEN, INKS, ORANGE, Picture
from sim.report.labels import in_prose, label
from sim.report.numerals import Scale, axis_scale, scale_of
from sim.report.reading import Reading
from sim.report.wording import confidence_words, listed, people, quoted, spelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QUANTILES = (0.05, 0.25, 0.75, 0.95)
_COLUMNS = 72


def risk_and_error(reading: Reading) -> Picture | None:
    """The yardstick of every plan at the end: futures, their middle half and 9 in 10, and the interval of the mean."""
    kpi = reading.yardstick
    plans = [plan for plan in reading.ranking if np.isfinite(reading.values(plan, kpi, reading.end)).any()]
    if not plans or reading.replications < 2:
        return None
    title, about = _title(reading), _about(reading)
    with canvas.styled():
        left = min(3.1, 0.5 + 0.095 * max(len(name) for name in [*plans, "12 sales + 16"]))
        top = canvas.heading_height(title, about, _COLUMNS)
        figure = canvas.new_figure(10.0, top + 0.82 * len(plans) + 0.7)
        canvas.heading(figure, 0.35, title, about, columns=_COLUMNS)
        axes = canvas.panel(figure, left, 0.55, 0.35, top)
        scale = _axis(axes, reading, plans)
        for row, plan in enumerate(plans):
            _draw_plan(axes, reading, plan, row, scale)
        names = [f"{_tag(reading, plan)}\n{people(reading, plan)}" for plan in plans]
        axes.set_yticks(range(len(plans)), names, linespacing=1.3)
        unit = reading.kpi(kpi).unit.replace("EUR", reading.currency)
        head = ("plan", "replication", f"{kpi} [{unit}]")
        rows = [
            (plan, number, float(value))
            for plan in plans
            for number, value in enumerate(reading.values(plan, kpi, reading.end))
        ]
        return canvas.finish(figure, "risk_and_error", title, about, _alt(reading, plans, title), head, rows)


def _tag(reading: Reading, plan: str) -> str:
    name = plan if len(plan) <= 26 else plan[:25] + "…"
    return name if plan != reading.baseline or plan.lower() in {"baseline", "today"} else f"{name} (baseline)"


def _title(reading: Reading) -> str:
    what = in_prose(reading.yardstick)
    if len(reading.plans) == 1:
        return f"How far the futures of {quoted(reading.baseline)} lie apart in {what}"
    if reading.replications < MINIMUM:
        return f"Too few futures to rank the plans by {what}"
    better = "highest" if reading.kpi(reading.yardstick).better != "lower" else "lowest"
    if reading.rivals:
        both = listed([quoted(plan) for plan in (reading.best, *reading.rivals)])
        if len(reading.rivals) == len(reading.plans) - 1:
            return f"The plans {TIED} in mean {what}"
        return f"{both} have the {better} mean {what} and {TIED}"
    return f"{quoted(reading.best)} has the {better} mean {what}, and not by chance"


def _about(reading: Reading) -> str:
    return (
        f"{label(reading.yardstick)}, {spelled(reading.end)}. Risk: line = 9 in 10 futures, thick = middle half, "
        f"ticks = single futures. Error: black = mean and its {confidence_words(reading)} interval"
    )


def _axis(axes: Axes, reading: Reading, plans: list[str]) -> Scale:
    values = np.concatenate([reading.values(plan, reading.yardstick, reading.end) for plan in plans])
    means = [reading.mean(plan, reading.yardstick, reading.end) for plan in plans]
    low = float(np.nanmin([*values, *(mean.low for mean in means)]))
    high = float(np.nanmax([*values, *(mean.high for mean in means)]))
    room = 0.12 * (high - low or abs(high) or 1.0)
    low, high = low - room, high + room
    unit = reading.kpi(reading.yardstick).unit
    ticks = canvas.steps(low, high, 8)
    axes.set_xlim(low, high)
    marks = axis_scale(unit, ticks, reading.currency)
    axes.set_xticks(ticks, [marks.text(tick) if tick else "0" for tick in ticks])
    axes.set_ylim(len(plans) - 0.4, -0.65)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    if low < 0 < high:
        axes.axvline(0, color="#666666", linewidth=1.0, zorder=1)
    return scale_of(unit, [low, high], reading.currency, digits=2, error=(high - low) / 20)


def _draw_plan(axes: Axes, reading: Reading, plan: str, row: int, scale: Scale) -> None:
    values = reading.values(plan, reading.yardstick, reading.end)
    values = values[np.isfinite(values)]
    color = ORANGE if plan == reading.baseline else GREEN if plan == reading.best else BLUE
    low, lower, upper, high = (float(each) for each in np.quantile(values, QUANTILES))
    axes.plot([low, high], [row, row], color=color, linewidth=3, zorder=2)
    axes.fill_between([lower, upper], row - 0.085, row + 0.085, color=color, alpha=0.45, linewidth=0, zorder=2)
    # Two rows of ticks, taken in turn, so that neighbors can be told apart; the same for every run.
    for turn, value in enumerate(np.sort(values)[:: max(1, len(values) // 400)]):
        base = row - 0.34 + 0.05 * (turn % 2)
        axes.plot([value, value], [base, base + 0.11], color="#8FA3B3", linewidth=1.1, zorder=1, solid_capstyle="butt")
    mean = reading.mean(plan, reading.yardstick, reading.end)
    if mean.half_width >= 0:
        axes.errorbar(mean.mean, row, xerr=mean.half_width, color=canvas.BLACK, capsize=6, linewidth=1.6, capthick=1.6,
                      zorder=4)  # fmt: skip
    axes.scatter([mean.mean], [row], s=42, color=canvas.BLACK, zorder=5, linewidth=0)
    # Below the ends of the line they belong to: the whiskers of few futures reach further than the futures.
    width = axes.get_xlim()[1] - axes.get_xlim()[0]
    near = high - low < 0.12 * width
    for at, side in ((low, "right" if near else "center"), (high, "left" if near else "center")):
        axes.text(at, row + 0.15, scale.bare(at), ha=side, va="top", fontsize=10, color=INKS[color])


def _alt(reading: Reading, plans: list[str], title: str) -> str:
    unit = reading.kpi(reading.yardstick).unit
    parts = []
    for plan in plans:
        values = reading.values(plan, reading.yardstick, reading.end)
        mean = reading.mean(plan, reading.yardstick, reading.end)
        scale = scale_of(unit, [mean.mean], reading.currency)
        low, high = np.nanquantile(values, (0.05, 0.95))
        parts.append(f"{plan}: mean {scale.text(mean.mean)}, 9 in 10 futures {scale.span(float(low), float(high))}")
    return f"{title}. One row per plan. {'; '.join(parts)}."
