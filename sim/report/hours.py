"""Service level by weekday and hour of arrival: where the promise is missed, and how sure that is.

It does not know why; contacts of all channels are counted together, each against the promise made to its ticket type
or else on its channel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.statistics import t_quantile
from sim.report import canvas
from sim.report.canvas import ORANGE, Picture
from sim.report.reading import Reading
from sim.report.wording import confidence_words, people, percent, quoted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.scenario.scenario import Scenario

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FEW = 20
"""Fewer contacts than this (all futures together) make no percentage worth printing."""
_COLUMNS = 72


@dataclass(frozen=True)
class Week:
    """Service level of one plan over the hours of the week; arrays of shape (7, 24)."""

    level: np.ndarray
    """Share answered in time; nan where (almost) nobody came."""
    total: np.ndarray
    """Contacts that the level is a share of, by hour of arrival, all futures together."""
    high: np.ndarray
    """Upper end of the interval of the level."""
    open: np.ndarray
    """Whether the desk is open in that hour (for part of it at least)."""
    target: float | None
    """The promise: the lowest share promised to any contacts; None if nothing is promised."""
    mixed: bool
    """Whether different shares are promised, by channel or by ticket type."""

    @property
    def rows(self) -> list[int]:
        """Days worth a row: the desk is open, or a hundredth of the contacts comes."""
        worth = self.open.any(axis=1) | (self.total.sum(axis=1) >= 0.01 * self.total.sum())
        return [day for day in range(7) if worth[day]]

    @property
    def columns(self) -> list[int]:
        """Hours worth a column, without gaps: the desk is open, or a hundredth of the contacts comes."""
        worth = self.open.any(axis=0) | (self.total.sum(axis=0) >= 0.01 * self.total.sum())
        hours = [hour for hour in range(24) if worth[hour]]
        return list(range(hours[0], hours[-1] + 1))

    @property
    def shown(self) -> np.ndarray:
        """Hours that the picture shows."""
        grid = np.zeros((7, 24), dtype=bool)
        grid[np.ix_(self.rows, self.columns)] = True
        return grid

    @property
    def missed(self) -> np.ndarray:
        """Hours shown whose level is below the promise."""
        return np.asarray((np.nan_to_num(self.level, nan=1.0) < (self.target or 0.0)) & self.shown)

    @property
    def surely_missed(self) -> np.ndarray:
        """Hours whose whole interval is below the promise."""
        return np.asarray(self.missed & (self.high < (self.target or 0.0)))


def week_of(reading: Reading, plan: str) -> Week | None:
    """What the contacts of all futures say of each hour of the week; None where no hour has enough of them."""
    answered, total = reading.hours(plan)
    if not total.size or total.sum(axis=0).max() < FEW:
        return None
    scenario = reading.scenarios[plan]
    targets = _shares(scenario)
    sums = total.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        level = np.where(sums >= FEW, answered.sum(axis=0) / sums, np.nan)
    high = level + _half_width(answered, total, level, reading.confidence)
    return Week(level, sums, high, _open_hours(scenario), min(targets, default=None), len(targets) > 1)


def _shares(scenario: Scenario) -> set[float]:
    """Shares promised to be in time, by channels or by ticket types with a promise of their own."""
    if scenario.service is None:
        return set()
    kinds = [kind for kind in scenario.service.types.values() if not kind.outbound]
    own = {float(kind.target.share) for kind in kinds if kind.target is not None}
    asked = {name for kind in kinds if kind.target is None for name in kind.channels}
    return own | {float(channel.target.share) for name, channel in scenario.service.channels.items() if name in asked}


def service_hours(reading: Reading, plan: str) -> Picture | None:
    """Heat map of one plan's service level; misses boxed, closed hours marked; None for a plan without contacts."""
    week = week_of(reading, plan)
    if week is None:
        return None
    title, about = _title(plan, week), _about(reading, week)
    rows, columns = week.rows, week.columns
    left = 0.75
    with canvas.styled():
        top = canvas.heading_height(title, about, _COLUMNS)
        figure = canvas.new_figure(10.0, top + 0.56 * len(rows) + 0.78)
        canvas.heading(figure, left, title, about, columns=_COLUMNS)
        axes = canvas.panel(figure, left, 0.72, 0.15, top)
        _draw_cells(axes, week, rows, columns)
        foot = "Colors run from 0% (dark blue) to 100% (yellow)."
        if not all(week.open[day, hour] for day in rows for hour in columns):
            foot += " Dots: outside opening hours."
        if (week.total[np.ix_(rows, columns)] < FEW).any():
            foot += f" –: fewer than {FEW} contacts."
        canvas.note(figure, left, foot + _elsewhere(reading, plan, week))
        table = [
            (_LONG[day], hour, float(week.total[day, hour]), float(week.level[day, hour]), float(week.high[day, hour]),
             int(week.open[day, hour]), int(week.surely_missed[day, hour]))
            for day in range(7)
            for hour in range(24)
        ]  # fmt: skip
        head = ("weekday", "hour", "contacts", "service_level", "upper_end", "open", "surely_missed")
        return canvas.finish(
            figure, f"hours_{reading.file_words[plan]}", title, about, _alt(reading, plan, title, week), head, table
        )


def _elsewhere(reading: Reading, plan: str, week: Week) -> str:
    """What became of contacts at hours that are not shown, if there are any to speak of."""
    answered, total = (each.sum(axis=0) for each in reading.hours(plan))
    outside = float(total[~week.shown].sum())
    if outside < max(FEW, 0.01 * float(total.sum())):
        return ""
    share = percent(outside / float(total.sum()))
    return f" At other hours: {share} of contacts, {percent(float(answered[~week.shown].sum()) / outside)} in time."


def _half_width(answered: np.ndarray, total: np.ndarray, level: np.ndarray, confidence: float) -> np.ndarray:
    """Half-width of a ratio of sums over replications (Cochran 1977), shape (7, 24); nan if they are too few."""
    count = total.shape[0]
    if count < 3:
        return np.full(level.shape, np.nan)
    residuals = answered - level * total
    mean_total = total.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt((residuals**2).sum(axis=0) / (count - 1) / count) / mean_total
    return np.asarray(t_quantile(confidence, count - 1) * error)


def _open_hours(scenario: Scenario) -> np.ndarray:
    """Hours of the week in which some serving team is on duty for at least a minute."""
    grid = np.zeros((7, 24), dtype=bool)
    for name in scenario.serving_teams():
        for begin, end in scenario.teams[name].open_hours(scenario.clock.hours):
            grid.reshape(-1)[int(begin) : max(int(begin) + 1, math.ceil(end - 1e-9))] = True
    return grid


def _draw_cells(axes: Axes, week: Week, rows: list[int], columns: list[int]) -> None:
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    colors = colormaps["cividis"]
    size = 10.5 if len(columns) <= 14 else 8.5
    for y, day in enumerate(rows):
        for x, hour in enumerate(columns):
            level, is_open = float(week.level[day, hour]), bool(week.open[day, hour])
            known = math.isfinite(level)
            fill = colors(level) if known else (1.0, 1.0, 1.0, 1.0)
            axes.add_patch(Rectangle((x + 0.025, y + 0.035), 0.95, 0.93, facecolor=fill, linewidth=0))
            missed = bool(week.missed[day, hour])
            ink = _ink_on(fill) if known else "#6A6A6A"
            text = _whole(level, down=missed) if known else "closed" if not is_open and len(columns) <= 14 else "–"
            weight, points = ("bold" if missed else "normal"), (size if known else size - 1.5)
            axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", color=ink, fontsize=points, fontweight=weight)
            if not is_open and text != "closed":
                axes.scatter([x + 0.14, x + 0.86], [y + 0.86] * 2, s=5, color=ink, linewidth=0)
            if missed:
                sure = bool(week.surely_missed[day, hour])
                box = Rectangle((x + 0.045, y + 0.065), 0.91, 0.87, fill=False, edgecolor=ORANGE)
                box.set_linewidth(2.6 if sure else 1.6)
                box.set_linestyle("-" if sure else (0, (2, 1.6)))
                axes.add_patch(box)
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows), 0)
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(length=0)
    axes.set_yticks([y + 0.5 for y in range(len(rows))], [DAYS[day] for day in rows])
    labels = [f"{hour}:00" if len(columns) <= 14 else str(hour) for hour in columns]
    axes.set_xticks([x + 0.5 for x in range(len(columns))], labels)


def _whole(level: float, *, down: bool = False) -> str:
    """A percentage that never rounds up to 100 or down to 0, nor a miss up to its target."""
    if level in (0.0, 1.0):
        return str(round(level * 100))
    return str(min(99, max(1, math.floor(level * 100) if down else round(level * 100))))


def _ink_on(fill: tuple[float, float, float, float]) -> str:
    """Black or white, whichever stands out more from the fill (WCAG contrast)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in fill[:3]]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#FFFFFF" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else "#000000"


def _title(plan: str, week: Week) -> str:
    """Names the day and half-day that miss most, from hours that are surely missed."""
    counted = (week.total >= FEW) & week.shown
    if week.target is None or not np.isfinite(week.high[counted]).any():
        return f"{quoted(plan)}: service level by hour of arrival"
    sure, inside = week.surely_missed, counted & week.open
    if not (sure & inside).any():
        if (sure & ~inside).any():
            return f"{quoted(plan)} keeps the promise while open, not outside opening hours"
        chance = "" if not week.missed.any() else ", as far as can be told"
        return f"{quoted(plan)} keeps the promise at every hour{chance}"
    if sure[inside].mean() > 0.9:
        return f"{quoted(plan)} misses the promise all week"
    share = float(week.total[sure & inside].sum() / week.total[inside].sum())
    where = _worst(week)
    if share > 0.5 or where is None:
        return f"{quoted(plan)} misses the promise in {int(sure[inside].sum())} of {int(inside.sum())} opening hours"
    return f"{quoted(plan)}: {where} miss the promise"


def _worst(week: Week) -> str | None:
    """The day's half, or the half of all days, that holds at least half of the surely missed hours' contacts."""
    short = np.maximum(0.0, (week.target or 0.0) - np.nan_to_num(week.level, nan=1.0))
    late = short * week.total * week.surely_missed * week.open
    everything = late.sum()
    halves = {"mornings": slice(0, 12), "afternoons": slice(12, 24)}
    days = {_LONG[day]: day for day in range(7)}
    for name, day in sorted(days.items(), key=lambda item: -late[item[1]].sum()):
        for half, hours in halves.items():
            if late[day, hours].sum() >= 0.6 * everything:
                return f"{name} {half}"
        if late[day].sum() >= 0.6 * everything:
            return f"{name}s"
    for half, hours in halves.items():
        if late[:, hours].sum() >= 0.7 * everything:
            return half
    return None


def _about(reading: Reading, week: Week) -> str:
    text = "% of contacts answered in time, by hour of arrival"
    if week.target is None:
        return text
    promise = f"{'lowest ' if week.mixed else ''}{round(week.target * 100)}% target"
    if not np.isfinite(week.high).any():
        return f"{text}; dashed = below the {promise}, with too few futures to be sure"
    about = f"{text}; boxed = below the {promise} ({confidence_words(reading)} sure)"
    if (week.missed & ~week.surely_missed).any():
        about += ", dashed = below, but perhaps by chance"
    return about


def _alt(reading: Reading, plan: str, title: str, week: Week) -> str:
    overall = float(np.nansum(week.level * week.total) / week.total[np.isfinite(week.level)].sum())
    text = (
        f"{title}. Heat map of the service level by weekday and hour of arrival under {plan} ({people(reading, plan)})."
    )
    text += f" Over the whole week {_whole(overall)}% of contacts are answered in time."
    sure = week.surely_missed
    if sure.any():
        day, hour = np.unravel_index(np.nanargmin(np.where(sure, week.level, np.nan)), (7, 24))
        text += f" Surely missed: {int(sure.sum())} hours of the week; worst {_LONG[day]} {hour}:00 with "
        text += f"{_whole(float(week.level[day, hour]))}%."
    return text
