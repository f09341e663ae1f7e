"""The revenue fan: recurring revenue month by month with the spread of futures, and the plans paired under one luck.

Bands show risk (the spread of futures), never the error of a mean; the paired dots show every future once.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.statistics import MINIMUM, TIED, paired
from sim.report import canvas
from sim.report.canvas import BLUE, GREEN, INKS, ORANGE, Cell, Picture
from sim.report.dots import draw_pairs, short_name
from sim.report.numerals import Scale, axis_scale, scale_of
from sim.report.reading import Reading
from sim.report.wording import people, percent, quoted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_COLUMNS = 54
Look = tuple[str, str | tuple[int, tuple[float, ...]], float]
"""Color, dash and width of a line."""


def revenue_fan(reading: Reading) -> Picture | None:
    """Monthly recurring revenue of all plans, bands for the baseline and the plan chosen.

    None without revenue, and where there are not two months to draw a line between.
    """
    bands = {plan: _quantiles(reading.monthly(plan, "mrr")) for plan in reading.plans}
    if not all(band.shape[1] > 1 and np.nanmax(band) > 0 for band in bands.values()):
        return None
    title, about = _title(reading), _about(reading)
    paired_dots = bool(reading.others)
    with canvas.styled():
        top = canvas.heading_height(title, about, _COLUMNS)
        figure = canvas.new_figure(10.6, top + 4.75)
        left = canvas.panel(figure, 0.78, 0.8, 3.5 if paired_dots else 0.35, top)
        canvas.heading(figure, 0.78, title, about, columns=_COLUMNS)
        money = _draw_bands(left, reading, bands)
        if left.get_ylim()[0] > 0:
            canvas.note(figure, 0.78, f"The money axis starts at {money.text(left.get_ylim()[0])}, not at zero.")
        if paired_dots:
            axes = canvas.panel(figure, 7.55, 0.8, 0.3, top)
            draw_pairs(figure, axes, _final_gap(reading, reading.chosen), reading.chosen, reading.currency)
        rows: list[list[Cell]] = [
            [plan, month + 1, *map(float, bands[plan][:, month])]
            for plan in reading.plans
            for month in range(bands[plan].shape[1])
        ]
        head = ("plan", "month", *(f"mrr_p{round(q * 100):02d}" for q in QUANTILES))
        return canvas.finish(figure, "revenue_fan", title, about, _alt(reading, bands, title, money), head, rows)


def parting_month(reading: Reading, plan: str) -> int | None:
    """The first month from which on, to the end, the paired test tells the plan from the baseline in one direction."""
    ours, theirs = reading.monthly(plan, "mrr"), reading.monthly(reading.baseline, "mrr")
    first, sign = None, 0.0
    for month in range(ours.shape[1] - 1, -1, -1):
        gap = paired(ours[:, month].tolist(), theirs[:, month].tolist(), reading.confidence)
        if not gap.low * gap.high > 0 or (sign and sign * gap.mean < 0):
            break
        first, sign = month + 1, math.copysign(1.0, gap.mean)
    return first


def _title(reading: Reading) -> str:
    if not reading.others:
        return f"Recurring revenue of {quoted(reading.baseline)}"
    if reading.replications < MINIMUM:
        return "Recurring revenue: too few futures to tell the plans apart"
    plan = reading.chosen
    month, months = parting_month(reading, plan), reading.monthly(plan, "mrr").shape[1]
    if month is None:
        return f"Recurring revenue: {quoted(plan)} {TIED} from {quoted(reading.baseline)}"
    above = _final_gap(reading, plan).mean() > 0
    if month <= 2 and months > 6:
        verb = "leads from the start" if above else "trails from the start"
    else:
        verb = f"{'pulls ahead' if above else 'falls behind'} from month {month} on"
    return f"Recurring revenue: {quoted(plan)} {verb}"


def _about(reading: Reading) -> str:
    names = f" of {reading.replications} futures" if reading.replications > 1 else ""
    thin = "; thin dashes = medians of the other plans" if len(reading.others) > 1 else ""
    return f"Monthly recurring revenue (MRR); line = median, bands = middle 50% and 90%{names}{thin}"


def _final_gap(reading: Reading, plan: str) -> np.ndarray:
    gap: np.ndarray = reading.monthly(plan, "mrr")[:, -1] - reading.monthly(reading.baseline, "mrr")[:, -1]
    return gap


def _quantiles(series: np.ndarray) -> np.ndarray:
    """Order statistics by month, shape (quantiles, months)."""
    return np.quantile(series, QUANTILES, axis=0) if series.size else np.empty((0, 0))


def _looks(reading: Reading) -> dict[str, Look]:
    """Color, dash and width of each plan's line: the second cue beside color is the dash."""
    looks: dict[str, Look] = {}
    spare = iter([GREEN, canvas.PINK, canvas.AMBER, canvas.SKY] * len(reading.plans))
    for plan in reading.plans:
        if plan == reading.baseline:
            looks[plan] = (ORANGE, "solid", 2.4)
        elif plan == reading.chosen:
            looks[plan] = (BLUE, "solid", 2.4)
        else:
            looks[plan] = (next(spare), (0, (3.5, 2.0)), 1.3)
    return looks


def _draw_bands(axes: Axes, reading: Reading, bands: dict[str, np.ndarray]) -> Scale:
    months = {plan: np.arange(1, band.shape[1] + 1) for plan, band in bands.items()}
    looks = _looks(reading)
    shaded = [plan for plan in reading.plans if looks[plan][1] == "solid"]
    for plan in shaded:
        band, color = bands[plan], looks[plan][0]
        axes.fill_between(months[plan], band[0], band[4], color=color, alpha=0.14, linewidth=0)
        axes.fill_between(months[plan], band[1], band[3], color=color, alpha=0.25, linewidth=0)
    for plan in sorted(reading.plans, key=lambda name: name in shaded):
        color, dash, width = looks[plan]
        axes.plot(months[plan], bands[plan][2], color=color, linestyle=dash, linewidth=width)
    low = min(float(bands[plan][0].min()) for plan in shaded)
    high = max(float(bands[plan][4].max()) for plan in reading.plans)
    low = 0.0 if low < 0.55 * high else min(low, *(float(band[2].min()) for band in bands.values()))
    ticks = canvas.steps(low, high * 1.02, 8)
    if low and ticks[0] > low and len(ticks) > 1:
        ticks = [2 * ticks[0] - ticks[1], *ticks]
    axes.set_ylim(ticks[0], max(high * 1.02, ticks[-1]))
    money = axis_scale("EUR", ticks, reading.currency)
    axes.set_yticks(ticks, [money.text(tick) if tick else "0" for tick in ticks])
    last = max(int(each[-1]) for each in months.values())
    axes.set_xlim(1, last * 1.0 + (last - 1) * 0.42)
    marks = [1, *range(6, last + 1, 6)] if last >= 12 else [int(each) for each in canvas.steps(1, last, 8)]
    axes.set_xticks(marks, [str(mark) for mark in marks])
    axes.set_xlabel("month", x=0.35)
    _label_ends(axes, reading, bands, looks, last)
    return money


def _label_ends(axes: Axes, reading: Reading, bands: dict[str, np.ndarray], looks: dict[str, Look], last: int) -> None:
    """Plan names right of the lines, moved apart just enough to be read."""
    span = axes.get_ylim()[1] - axes.get_ylim()[0]
    ends = [float(bands[plan][2, -1]) for plan in reading.plans]
    gap = span * min(0.115, 0.9 / len(ends))
    finals = scale_of("EUR", ends, reading.currency)
    for plan, end, at in zip(reading.plans, ends, canvas.spread(ends, gap), strict=True):
        color, dash, _ = looks[plan]
        main = dash == "solid"
        text = f"{short_name(plan)}\n{finals.text(end)} a month" if main else f"{short_name(plan)}\n{finals.text(end)}"
        x = last + (last - 1) * 0.035
        if abs(at - end) > gap * 0.15:
            axes.plot([last + (last - 1) * 0.005, x - 0.1], [end, at], color=color, linewidth=0.8, alpha=0.8)
        axes.text(x, at, text, color=INKS[color], fontsize=10, va="center", linespacing=1.15,
                  fontweight="bold" if main else "normal")  # fmt: skip


def _alt(reading: Reading, bands: dict[str, np.ndarray], title: str, money: Scale) -> str:
    fine = scale_of("EUR/mo", [money.divisor], reading.currency)
    ends = "; ".join(
        f"{plan} ({people(reading, plan)}): median {fine.text(float(band[2, -1]))}, 9 in 10 futures between "
        f"{fine.text(float(band[0, -1]))} and {fine.text(float(band[4, -1]))}"
        for plan, band in bands.items()
    )
    months = next(iter(bands.values())).shape[1]
    text = f"{title}. Line chart of monthly recurring revenue over {months} months. At the end: {ends}."
    if reading.others:
        share = percent(float(np.mean(_final_gap(reading, reading.chosen) > 0)))
        text += f" Under the same luck {reading.chosen} ends ahead of {reading.baseline} in {share} of futures."
    return text
