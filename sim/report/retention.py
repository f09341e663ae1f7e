"""How long customers stay: the share that is still there by age, plan by plan; whiskers are errors of means.

It works out no figure: ages are those at which the metrics tell `staying`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.experiments.statistics import BETTER, MINIMUM, SAME, TIED, WORSE, Interval, paired
from sim.report import canvas
from sim.report.canvas import BLUE, GREEN, INKS, ORANGE, Cell, Picture
from sim.report.dots import short_name
from sim.report.reading import Reading
from sim.report.wording import confidence_words, percent, quoted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "staying"
_COLUMNS = 60
_FEWEST = 3
"""Ages that make a curve."""
_YEAR = 12
_MARKS = 22
"""Numbers for which an axis has room."""
Look = tuple[str, str | tuple[int, tuple[float, ...]]]


def staying(reading: Reading) -> Picture | None:
    """The share of customers who stay by age, for all plans; None where too little was watched to draw a curve."""
    ages = ages_of(reading)
    if len(ages) < _FEWEST:
        return None
    curves = {plan: [reading.mean(plan, kpi, reading.end) for _, kpi in ages] for plan in reading.plans}
    months = [age for age, _ in ages]
    title, about = _title(reading, ages), _about(reading)
    with canvas.styled():
        top = canvas.heading_height(title, about, _COLUMNS)
        figure = canvas.new_figure(9.6, top + 3.9)
        axes = canvas.panel(figure, 0.78, 0.85, 0.3, top)
        canvas.heading(figure, 0.78, title, about, columns=_COLUMNS)
        floor = _draw(axes, reading, months, curves)
        foot = f"Whiskers: {confidence_words(reading)} interval of each mean."
        canvas.note(figure, 0.78, foot if not floor else f"{foot} The axis starts at {floor}%, not at zero.")
        rows: list[list[Cell]] = [
            [plan, age, found.mean, found.low, found.high]
            for plan, curve in curves.items()
            for age, found in zip(months, curve, strict=True)
        ]
        head = ("plan", "month", "share_staying", "low", "high")
        return canvas.finish(figure, NAME, title, about, _alt(title, months, curves), head, rows)


def ages_of(reading: Reading) -> list[tuple[int, str]]:
    """Ages [months] at which every plan knows the share that stays, rising, each with its figure."""
    ages = [
        (int(kpi.partition(".")[2].partition("_")[0]), kpi)
        for kpi in reading.kpis
        if kpi.startswith("staying.")
        and all(math.isfinite(reading.mean(plan, kpi, reading.end).mean) for plan in reading.plans)
    ]
    return sorted(ages)


def _title(reading: Reading, ages: list[tuple[int, str]]) -> str:
    """Who keeps more of a cohort at the age of a year or the last one before; alone, whether the young leave faster."""
    age, kpi = [each for each in ages if each[0] <= _YEAR][-1]
    lasting = "a year" if age == _YEAR else f"{age} months" if age > 1 else "a month"
    base = _hundred(reading.mean(reading.baseline, kpi, reading.end))
    if not reading.others:
        return _alone(reading) or f"Of 100 who become customers {base} stay {lasting}"
    if reading.replications < MINIMUM:
        return "How long customers stay: too few futures to tell the plans apart"
    plan = reading.chosen
    word, theirs = reading.verdict(plan, kpi, reading.end), _hundred(reading.mean(plan, kpi, reading.end))
    if word == SAME:
        return f"How long customers stay: {quoted(plan)} changes nothing"
    if word not in {BETTER, WORSE}:
        return f"How long customers stay: {quoted(plan)} {TIED} from {quoted(reading.baseline)}"
    if theirs == base:
        return f"{'More' if word == BETTER else 'Fewer'} customers stay {lasting} under {quoted(plan)}"
    who = f"{theirs} stay {lasting} under {quoted(plan)}, {base} under {quoted(reading.baseline)}"
    return f"Of 100 who become customers {who}"


def _hundred(mean: Interval) -> int:
    return round(100 * mean.mean)


def _alone(reading: Reading) -> str:
    """Said of one plan if the young are shown to leave faster than the old, or slower; terms would say it for them."""
    plan = reading.scenarios[reading.baseline].customers
    if plan is None or any(plan.contract_of(segment) for segment in plan.kinds().values()):
        return ""
    first, later = (reading.values(reading.baseline, kpi, reading.end) for kpi in ("churn_first_year", "churn_later"))
    gap = paired(first.tolist(), later.tolist(), reading.confidence)
    if not gap.low * gap.high > 0:
        return ""
    when = "in their first year than later" if gap.mean > 0 else "after their first year than in it"
    return f"Customers leave faster {when}"


def _about(reading: Reading) -> str:
    lines = "thick = the two plans compared; " if len(reading.others) > 1 else ""
    return (
        f"Customers who stay longer than so many months, as a share of those who begin ({lines}each age tells of those "
        "who were watched at it)"
    )


def _looks(reading: Reading) -> dict[str, Look]:
    """Color and dash of each plan's line, as in the picture of revenue."""
    looks: dict[str, Look] = {}
    spare = iter([GREEN, canvas.PINK, canvas.AMBER, canvas.SKY] * len(reading.plans))
    chosen = reading.chosen if reading.others else None
    for plan in reading.plans:
        if plan in (reading.baseline, chosen):
            looks[plan] = (ORANGE if plan == reading.baseline else BLUE, "solid")
        else:
            looks[plan] = (next(spare), (0, (3.5, 2.0)))
    return looks


def _draw(axes: Axes, reading: Reading, months: list[int], curves: dict[str, list[Interval]]) -> int:
    """Draw all curves; return where the axis starts [%]."""
    looks, last = _looks(reading), months[-1]
    lowest = min(
        min(found.mean, found.low) if found.half_width >= 0 else found.mean for c in curves.values() for found in c
    )
    floor = 0 if lowest < 0.5 else 10 * int(10 * lowest)
    for plan in sorted(reading.plans, key=lambda name: looks[name][1] == "solid"):
        color, dash = looks[plan]
        shares = [1.0, *(found.mean for found in curves[plan])]
        main = dash == "solid"
        axes.plot([0, *months], shares, color=color, linestyle=dash, linewidth=2.4 if main else 1.3,
                  marker="o", markersize=5 if main else 3.5)  # fmt: skip
        errors = [found.half_width if found.half_width > 0 else 0.0 for found in curves[plan]]
        if main and any(errors):
            axes.errorbar(months, shares[1:], yerr=errors, fmt="none", color=color, capsize=4, linewidth=1.4)
    axes.set_ylim(floor / 100, 1.02)
    ticks = canvas.steps(floor, 100, 6)
    axes.set_yticks([tick / 100 for tick in ticks], [f"{tick:.0f}%" for tick in ticks])
    axes.set_xlim(-last * 0.012, last * 1.35)
    marks = [0]
    for age in months:
        marks += [age] if age - marks[-1] >= last / _MARKS else []
    axes.set_xticks(marks, [str(mark) for mark in marks])
    axes.set_xlabel("months as a customer", x=0.37)
    ends = [curves[plan][-1].mean for plan in reading.plans]
    gap = (1.02 - floor / 100) * min(0.085, 0.9 / len(ends))
    for plan, end, at in zip(reading.plans, ends, canvas.spread(ends, gap), strict=True):
        color, dash = looks[plan]
        axes.text(last * 1.03, at, f"{short_name(plan)}, {percent(end)}", color=INKS[color], fontsize=10, va="center",
                  fontweight="bold" if dash == "solid" else "normal")  # fmt: skip
    return floor


def _alt(title: str, months: list[int], curves: dict[str, list[Interval]]) -> str:
    told = "; ".join(
        f"{plan}: " + ", ".join(f"{percent(found.mean)} after {age}" for age, found in zip(months, curve, strict=True))
        for plan, curve in curves.items()
    )
    return f"{title}. Line chart of the share of customers who stay, by months as a customer. {told}."
