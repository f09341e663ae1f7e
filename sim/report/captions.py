"""What is written on a funnel: the line under its title, figures on the bars, words for who cannot see it, its data.

It chooses no finding (see stages) and knows no place on the sheet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from sim.experiments.statistics import BETTER, WORSE, Interval
from sim.report.canvas import Cell
from sim.report.labels import REASONS, worded
from sim.report.numerals import scale_of
from sim.report.reading import Reading
from sim.report.stages import ENDS, Funnel, Step, shares
from sim.report.wording import amount, bracket, percent, quoted, spelled


def about_of(reading: Reading, funnels: Sequence[Funnel]) -> str:
    """What is drawn, and how many leads more or fewer the best other plan wins, where that is sure."""
    futures = f"Means over {reading.replications} futures" if reading.replications > 1 else "One future"
    text = f"{futures} after {spelled(reading.end)}"
    if len(funnels) > 1:
        others = "other plan" if len(funnels) == 2 else "other plans"
        text += f"; bars = {quoted(funnels[0].plan)}, marks under them = the {others}"
    if not reading.others or reading.chosen not in [funnel.plan for funnel in funnels[1:]]:
        return text
    gap = reading.difference(reading.chosen, "wins", reading.end)
    word = reading.verdict(reading.chosen, "wins", reading.end)
    if word not in {BETTER, WORSE} or funnels[0].plan != reading.baseline:
        return text
    more, (low, high) = ("more", (gap.low, gap.high)) if gap.mean > 0 else ("fewer", (-gap.high, -gap.low))
    span = bracket(reading, gap, low, high, "count")
    return f"{text}. {quoted(reading.chosen)} wins {amount(reading, gap, 'count')} {more} leads ({span})"


def said(reading: Reading, step: Step | None) -> str:
    """A stage's leads, the share that passes and the time in it: '1,991 · 31% pass · 6.5 d'."""
    if step is None:
        return ""
    passing = f"{percent(step.conversion.mean)} pass" if math.isfinite(step.conversion.mean) else ""
    return _joined(counted(step.reached.mean), passing, _days(reading, step.time, f"stage_time.{step.stage}"))


def won(reading: Reading, funnel: Funnel) -> str:
    """Wins, their share of the leads decided and the time from lead to win."""
    rate = f"{percent(funnel.win_rate.mean)} of those decided" if math.isfinite(funnel.win_rate.mean) else ""
    days = _days(reading, funnel.cycle, "sales_cycle")
    return _joined(counted(funnel.wins.mean), rate, f"{days} in all" if days else "")


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _days(reading: Reading, time: Interval, kpi: str) -> str:
    """A time in two figures, in the unit of the longest that a plan has unless that is of another order."""
    if not math.isfinite(time.mean):
        return ""
    means = [reading.mean(plan, kpi, reading.end).mean for plan in reading.plans]
    longest = max(mean for mean in means if math.isfinite(mean))
    scale = scale_of("d", [longest if longest < 10 * time.mean else time.mean], reading.currency)
    return replace(scale, decimals=1 if abs(time.mean) / scale.divisor < 9.95 else 0).text(time.mean)


def counted(mean: float) -> str:
    """A mean number of leads, no finer than it can matter: 12,300, 418, 2.5, <0.1."""
    if 0 < mean < 0.095:
        return "<0.1"
    return f"{mean:,.0f}" if mean >= 9.95 else f"{mean:.1f}".removesuffix(".0")


def ended(step: Step) -> dict[str, str]:
    """What became of those that went no further, in words: '120 lost'; what never happens is left out."""
    means = {end: float(step.ends[end].mean()) for end in ENDS}
    return {end: f"{counted(mean)} {end}" for end, mean in means.items() if mean > 0}


def because(word: str, share: float) -> str:
    """A reason with its share of the lost: '20% answered too late'."""
    return f"{percent(share) if share >= 0.005 else 'under 1%'} {REASONS[word]}"


def alt_of(reading: Reading, title: str, funnels: Sequence[Funnel]) -> str:
    """The whole picture in words, every plan stage by stage."""
    text = f"{title}. Funnel chart of the sales pipeline after {spelled(reading.end)}."
    for place, funnel in enumerate(funnels):
        stages = []
        for step in funnel.steps:
            ends = ", ".join(ended(step).values())
            stages.append(f"{worded(step.stage)} {said(reading, step)}" + (f" ({ends})" if ends and not place else ""))
        text += f" {funnel.plan}: {'; '.join(stages)}; won {won(reading, funnel)}."
    told = [because(word, share.mean) for word, share in shares(reading, funnels[0]).items()]
    return f"{text} Of the lost leads: {', '.join(told)}." if told else text


def table_of(reading: Reading, funnels: Sequence[Funnel]) -> list[list[Cell]]:
    """Everything drawn, one figure a row; days are days, shares lie between 0 and 1."""
    rows: list[list[Cell]] = []
    for funnel in funnels:
        for step in funnel.steps:
            kpis = {"reached": "count", "conversion": "share", "stage_time": "d"}
            kpis |= {f"stage_{end}": "count" for end in ENDS}
            for kpi, unit in kpis.items():
                rows.append([funnel.plan, step.stage, kpi, unit, *_ends(reading, funnel, f"{kpi}.{step.stage}")])
        for kpi, unit in {"wins": "count", "win_rate": "share", "sales_cycle": "d"}.items():
            rows.append([funnel.plan, "won", kpi, unit, *_ends(reading, funnel, kpi)])
        rows += [
            [funnel.plan, "all", f"lost_because {word}", "count", *_ends(reading, funnel, f"lost_because.{word}")]
            for word in funnel.reasons
        ]
    return [row for row in rows if isinstance(row[4], float) and math.isfinite(row[4])]


def _ends(reading: Reading, funnel: Funnel, kpi: str) -> tuple[float, float, float]:
    mean = reading.mean(funnel.plan, kpi, reading.end)
    return mean.mean, mean.low, mean.high
