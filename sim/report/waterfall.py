"""Where the profit difference of two plans comes from: steps that add up exactly, each with the error of its mean.

A step is a part of the profit's own sum, plan minus baseline. Revenue is told apart customer by customer: what those
who feel neutral all along would pay, what was kept or lost beside it, what referrals, upgrades and follow-up brought.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.statistics import BETTER, WORSE, Interval, paired
from sim.report import canvas
from sim.report.canvas import BLUE, GREEN, INKS, ORANGE, Picture
from sim.report.numerals import Scale, axis_scale, scale_of
from sim.report.reading import Reading
from sim.report.reasons import reason
from sim.report.wording import confidence_words, people, spelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Terms = tuple[tuple[float, str], ...]
"""Figures with their signs in a sum."""
_THEIRS = ("initial", "organic", "prospecting", "won_back")
"""Origins of all customers but those whom others sent."""


def _of_all(sign: float, figure: str) -> Terms:
    return tuple((sign, figure.format(origin)) for origin in _THEIRS)


def _neutral(origin: str) -> Terms:
    """What customers of an origin would have paid feeling neutral all along, without fees."""
    return (
        (1.0, f"revenue_tag.{origin}.new"),
        (1.0, f"revenue_forgone.{origin}"),
        (-1.0, f"fees.{origin}"),
    )


PARTS: tuple[tuple[str, str, Terms], ...] = (
    (
        "customers kept longer",
        "Customers kept longer",
        (*_of_all(1.0, "revenue_tag.{}.retained"), *_of_all(-1.0, "revenue_forgone.{}")),
    ),
    ("referrals", "Referrals", ((1.0, "revenue.referral"),)),
    ("upgrades", "Upgrades", _of_all(1.0, "revenue_tag.{}.expansion")),
    ("follow-up", "Follow-up", _of_all(1.0, "revenue_tag.{}.follow_up")),
    ("new customers", "New customers", _neutral("organic")),
    ("prospecting", "Prospec- ting", _neutral("prospecting")),
    ("won back", "Won back", _neutral("won_back")),
    ("initial base", "Initial base", _neutral("initial")),
    ("fees", "Fees", _of_all(1.0, "fees.{}")),
    ("cost of delivery", "Cost of delivery", ((1.0, "gross_profit"), (-1.0, "revenue"))),
    ("service wages", "Service wages", ((-1.0, "payroll_service"),)),
    ("sales wages", "Sales wages", ((-1.0, "payroll_sales"),)),
    ("hiring", "Hiring", ((-1.0, "hiring"),)),
    ("commission", "Commis- sion", ((-1.0, "commission"),)),
    ("media", "Media", ((-1.0, "media"),)),
    ("overhead", "Overhead", ((-1.0, "overhead"),)),
)
"""Steps of the profit: key, name under the bar, and the figures it is made of with their signs in the profit's sum."""

_COLUMNS = 74
_BAR = 0.78
"""Least width for a bar and its name [inches]."""


@dataclass(frozen=True)
class Step:
    """One part of the difference of two profits."""

    key: str
    name: str
    gap: Interval
    """Plan minus baseline, paired; currency; positive adds profit."""
    gaps: np.ndarray
    """The same future by future, shape (replications,)."""


def steps_of(reading: Reading, plan: str, horizon: str | None = None) -> list[Step]:
    """The parts of the paired profit difference; parts that are zero in every future are left out.

    The means add up to the mean difference of profits: whatever the parts leave over is a step of its own, 'rest'.
    """
    at = horizon or reading.end
    steps, explained = [], np.zeros(reading.replications)
    for key, name, terms in PARTS:
        gaps = sum(
            (
                sign * (_known(reading, plan, kpi, at) - _known(reading, reading.baseline, kpi, at))
                for sign, kpi in terms
            ),
            np.zeros(reading.replications),
        )
        explained = explained + gaps
        if np.any(np.abs(gaps) > _speck(reading, plan, at)):
            steps.append(Step(key, name, _interval(reading, gaps), gaps))
    whole = _known(reading, plan, "profit", at) - _known(reading, reading.baseline, "profit", at)
    rest = whole - explained
    if np.any(np.abs(rest) > _speck(reading, plan, at)):
        steps.append(Step("rest", "Other", _interval(reading, rest), rest))
    return steps


def waterfall(reading: Reading, plan: str) -> Picture | None:
    """From the baseline's profit to the plan's, step by step; None where nothing differs or no money is earned."""
    if reading.yardstick != "profit":
        return None
    steps = steps_of(reading, plan)
    if not steps:
        return None
    whole = reading.difference(plan, "profit", reading.end)
    title, about = reason(reading, plan, steps), _about(reading, plan, whole)
    start = reading.mean(reading.baseline, "profit", reading.end).mean
    final = start + whole.mean
    from_zero = _reach(steps) >= 0.3 * max(abs(start), abs(final))
    base = start if from_zero else 0.0
    with canvas.styled():
        top = canvas.heading_height(title, about, _COLUMNS) + 0.1
        bars = len(steps) + (2 if from_zero else 1)
        figure = canvas.new_figure(max(10.0, 1.1 + _BAR * bars), top + 4.6)
        canvas.heading(figure, 0.8, title, about, columns=_COLUMNS)
        axes = canvas.panel(figure, 0.8, 1.0, 0.3, top)
        ends = [base, base + whole.mean]
        money = _axis(axes, reading, steps, base, from_zero)
        _draw_steps(axes, steps, base, money, offset=1 if from_zero else 0)
        _draw_ends(axes, reading, plan, ends, money, len(steps), from_zero)
        foot = (
            f"Whiskers: {confidence_words(reading)} interval of each step. Solid = adds profit, hatched = costs profit."
        )
        canvas.note(figure, 0.3, f"{foot} Steps add up exactly to the difference.")
        rows = [("start", start, None, None), *((s.key, s.gap.mean, s.gap.low, s.gap.high) for s in steps)]
        rows.append(("difference", whole.mean, whole.low, whole.high))
        rows.append(("end", final, None, None))
        name = f"waterfall_{reading.file_words[plan]}"
        head = ("step", f"mean_{reading.currency}", "low", "high")
        return canvas.finish(figure, name, title, about, _alt(reading, plan, title, about, steps), head, rows)


def _known(reading: Reading, plan: str, kpi: str, at: str) -> np.ndarray:
    return np.asarray(np.nan_to_num(reading.values(plan, kpi, at)))


def _speck(reading: Reading, plan: str, at: str) -> float:
    """Money too small to be anything but rounding: a billionth of the revenue."""
    return 1e-9 * (1.0 + float(np.abs(_known(reading, plan, "revenue", at)).max(initial=0.0)))


def _interval(reading: Reading, gaps: np.ndarray) -> Interval:
    return paired(gaps.tolist(), [0.0] * len(gaps), reading.confidence)


def _reach(steps: list[Step]) -> float:
    """Distance between the highest and the lowest point of the staircase."""
    levels = np.concatenate([[0.0], np.cumsum([step.gap.mean for step in steps])])
    return float(levels.max() - levels.min())


def _about(reading: Reading, plan: str, whole: Interval) -> str:
    money = scale_of("EUR", [whole.mean, whole.low, whole.high], reading.currency, error=whole.half_width)
    error = f" ± {money.bare(whole.half_width)} ({confidence_words(reading)}, paired)" if whole.half_width >= 0 else ""
    return f"Profit in {spelled(reading.end)}, {plan} − {reading.baseline} = {money.change(whole.mean)}{error}"


def _axis(axes: Axes, reading: Reading, steps: list[Step], base: float, from_zero: bool) -> Scale:
    levels = base + np.concatenate([[0.0], np.cumsum([step.gap.mean for step in steps])])
    errors = [0.0, *(np.nan_to_num(step.gap.half_width) for step in steps)]
    low = min(0.0, float((levels - errors).min()))
    high = max(0.0, float((levels + errors).max()))
    ticks = canvas.steps(low, high, 8)
    room = (high - low) * 0.09
    axes.set_ylim(low - (room if low < 0 else 0), high + room)
    money = axis_scale("EUR", ticks, reading.currency)
    write = money.text if from_zero else money.change
    axes.set_yticks(ticks, [write(tick) if tick else "0" for tick in ticks])
    if low < 0:
        axes.axhline(0, color="#888888", linewidth=1)
        axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    return scale_of("EUR", ticks, reading.currency)


def _draw_steps(axes: Axes, steps: list[Step], base: float, money: Scale, offset: int) -> None:
    level, pad = base, (axes.get_ylim()[1] - axes.get_ylim()[0]) * 0.018
    for place, step in enumerate(steps, start=offset):
        change, after = step.gap.mean, level + step.gap.mean
        gains = change >= 0
        color = BLUE if gains else ORANGE
        axes.bar(
            place, change, 0.62, bottom=level, color=color, hatch=None if gains else "///", edgecolor="white", zorder=2
        )
        axes.plot([place - 0.31, place + 1.31], [after, after], color="#808080", linewidth=1.1, zorder=1)
        error = float(np.nan_to_num(step.gap.half_width))
        if error > 0:
            axes.errorbar(
                place, after, yerr=error, color=canvas.BLACK, capsize=5, linewidth=1.5, capthick=1.5, zorder=4
            )
        top = max(level, after, after + error)
        text = money.bare_change(change)
        text = text if any(char in "123456789" for char in text) else "≈ 0"
        axes.text(place, top + pad, text, ha="center", va="bottom", fontsize=11, fontweight="bold",
                  color=INKS[color])  # fmt: skip
        level = after


def _draw_ends(
    axes: Axes, reading: Reading, plan: str, ends: list[float], money: Scale, count: int, from_zero: bool
) -> None:
    pad = (axes.get_ylim()[1] - axes.get_ylim()[0]) * 0.018
    last = count + (1 if from_zero else 0)
    word = reading.verdict(plan, "profit", reading.end)
    color = GREEN if word == BETTER else ORANGE if word == WORSE else canvas.GRAY
    bars = [(0, ends[0], canvas.GRAY)] if from_zero else []
    for place, height, fill in [*bars, (last, ends[1], color)]:
        hatch = "///" if fill == ORANGE else None
        axes.bar(place, height, 0.62, color=fill, hatch=hatch, edgecolor="white", zorder=2)
        text = money.text(height) if from_zero else money.change(height)
        ink = canvas.BLACK if fill == canvas.GRAY else INKS[fill]
        at, side = (height + pad, "bottom") if height >= 0 else (height - pad, "top")
        axes.text(place, at, text, ha="center", va=side, fontsize=11, fontweight="bold", color=ink)
    if from_zero:
        axes.plot([-0.31, 1.31], [ends[0]] * 2, color="#808080", linewidth=1.1, zorder=1)
    names = [_under(plan, reading) if from_zero else f"Difference\n{_under(plan, reading)}"]
    first = [_under(reading.baseline, reading)] if from_zero else []
    width = max(9, round(92 / (last + 1)))
    middle = [
        textwrap.fill(step.name, width).replace("- \n", "-\n").replace("- ", "") for step in steps_of(reading, plan)
    ]
    axes.set_xticks(range(last + 1), [*first, *middle, *names], fontsize=10.5 if last < 9 else 9.5, linespacing=1.3)
    axes.set_xlim(-0.5 if from_zero else -0.7, last + 0.5)


def _under(plan: str, reading: Reading) -> str:
    heads = reading.heads(plan)
    name = textwrap.fill(plan if len(plan) <= 26 else plan[:25] + "…", 13)
    return f"{name}\n{heads.sales} + {heads.service}" + (f" + {heads.other}" if heads.other else "")


def _alt(reading: Reading, plan: str, title: str, about: str, steps: list[Step]) -> str:
    money = scale_of("EUR", [step.gap.mean for step in steps], reading.currency)
    parts = "; ".join(f"{step.key} {money.change(step.gap.mean)}" for step in steps)
    both = f"{reading.baseline} employs {people(reading, reading.baseline)}, {plan} {people(reading, plan)}"
    return f"{title}. Waterfall chart. {about}. Steps: {parts}. {both}."
