"""Findings as sentences, worded from the tests: better, worse, or a tie that is called a tie.

It computes nothing but the choice of words; figures come from the reading of a study.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.experiments.statistics import BETTER, MINIMUM, SAME, TIED, WORSE, Interval
from sim.report.assumptions import differences
from sim.report.labels import in_prose
from sim.report.numerals import scale_of
from sim.report.reading import Reading

_SPECK = 1e-9
"""Share of a mean below which an error is only the rounding of sums."""
_TIME_WORDS = {"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week"}
_TIME_WORDS |= {"mo": "month", "q": "quarter", "yr": "year"}


def spelled(horizon: str) -> str:
    """A horizon in full words: '24 mo' is '24 months'."""
    number, _, unit = horizon.partition(" ")
    if unit not in _TIME_WORDS:
        return horizon
    return f"{number} {_TIME_WORDS[unit]}{'' if number == '1' else 's'}"


def percent(share: float) -> str:
    """A share as a whole percentage, and never 0% or 100% unless it is exactly that."""
    if not math.isfinite(share):
        return "–"
    whole = round(share * 100)
    return f"{min(max(whole, 1), 99) if 0 < share < 1 else whole}%"


def quoted(plan: str) -> str:
    """A plan's name in quotation marks."""
    return f"“{plan}”"


def listed(names: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""


def people(reading: Reading, plan: str) -> str:
    """Headcounts in short: '12 sales + 16 service'; teams that do both, or neither, are counted apart."""
    heads = reading.heads(plan)
    parts = [(heads.sales, "sales"), (heads.service, "service"), (heads.both, "in both"), (heads.neither, "other")]
    named = [f"{count} {word}" for count, word in parts if count]
    return " + ".join(named) or "nobody"


def step(reading: Reading, plan: str) -> str:
    """What one does to get from the baseline to the plan, as the subject of a sentence.

    A plan that changes more than headcounts is told by its name: no part of it may be named as the cause.
    """
    place = reading.plans.index(plan)
    changed = [each.key for each in differences(reading) if each.values[place] != each.values[0]]
    if not all(key.startswith("teams.") and key.endswith(".headcount") for key in changed):
        return f"The plan {quoted(plan)}"
    before, after = reading.heads(reading.baseline), reading.heads(plan)
    sales, service, other = after.sales - before.sales, after.service - before.service, after.other - before.other
    if other or not (sales or service):
        return f"The plan {quoted(plan)}"
    if sales == -service:
        source, target = ("sales", "service") if service > 0 else ("service", "sales")
        return f"Moving {_persons(abs(sales))} from {source} to {target}"
    parts = []
    for verb, preposition, sign in (("hiring", "for", 1), ("cutting", "in", -1)):
        sides = [(abs(n), side) for n, side in ((sales, "sales"), (service, "service")) if n * sign > 0]
        if sides:
            more = " more" if sign > 0 else ""
            first = (
                f"{verb} {sides[0][0]}{more} {'person' if sides[0][0] == 1 else 'people'} {preposition} {sides[0][1]}"
            )
            parts.append(" and ".join([first] + [f"{n} {preposition} {other}" for n, other in sides[1:]]))
    text = " and ".join(parts)
    return text[0].upper() + text[1:]


def _persons(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def confidence_words(reading: Reading) -> str:
    """The confidence of intervals: '95%'."""
    return f"{reading.confidence * 100:g}%"


def bracket(reading: Reading, interval: Interval, low: float, high: float, unit: str) -> str:
    """An interval in words: '95% interval 0.30 to 0.52', in the scale of its mean."""
    if not math.isfinite(interval.half_width):
        return f"no interval: only {interval.n} replication{'' if interval.n == 1 else 's'}"
    if interval.half_width <= _SPECK * abs(interval.mean):
        return "the same in every future"
    scale = scale_of(unit, [interval.mean, low, high], reading.currency, error=interval.half_width)
    return f"{confidence_words(reading)} interval {scale.span(low, high)}"


def amount(reading: Reading, interval: Interval, unit: str) -> str:
    """The size of a difference, without its sign: '€0.41m', '12 points'."""
    ends = [interval.mean, interval.low, interval.high]
    scale = scale_of(unit, ends, reading.currency, error=interval.half_width)
    return scale.change(abs(interval.mean)).removeprefix("+")


def signed(reading: Reading, interval: Interval, unit: str) -> str:
    """A difference with sign and unit: '+€0.41m'."""
    ends = [interval.mean, interval.low, interval.high]
    return scale_of(unit, ends, reading.currency).change(interval.mean)


def plan_sentence(reading: Reading, plan: str, horizon: str, subject: str | None = None) -> str:
    """The verdict on one plan against the baseline at one horizon, as one sentence."""
    kpi = reading.yardstick
    unit, gap = reading.kpi(kpi).unit, reading.difference(plan, kpi, horizon)
    word = reading.verdict(plan, kpi, horizon)
    subject = subject or step(reading, plan)
    span = bracket(reading, gap, *_ends(gap), unit)
    within = f"in {spelled(horizon)}" if kpi == "profit" else f"after {spelled(horizon)}"
    if word == SAME:
        return f"{subject} changes nothing in {in_prose(kpi)} {within} ({span})."
    if word in {BETTER, WORSE} or gap.low * gap.high > 0:
        return f"{subject} {_effect(reading, gap)} {within} ({span})."
    what = in_prose(kpi)
    if not math.isfinite(gap.half_width):
        return (
            f"{subject}: too few replications to tell what it does to {what} "
            f"{within} (mean difference {signed(reading, gap, unit)}; {span})."
        )
    middle = f"the difference in {what} is {signed(reading, gap, unit)}"
    return f"{subject} {TIED} from {quoted(reading.baseline)} {within}: {middle} ({span})."


def _effect(reading: Reading, gap: Interval) -> str:
    """What a plan does, beyond doubt: 'earns €0.41m more', 'makes the service level 12 points higher'."""
    kpi = reading.yardstick
    size = amount(reading, gap, reading.kpi(kpi).unit)
    if kpi == "profit":
        return f"earns {size} {'more' if gap.mean > 0 else 'less'}"
    if reading.kpi(kpi).unit == "count":
        return f"brings {size} {'more' if gap.mean > 0 else 'fewer'} {in_prose(kpi)}"
    return f"makes the {in_prose(kpi)} {size} {'higher' if gap.mean > 0 else 'lower'}"


def _ends(gap: Interval) -> tuple[float, float]:
    """The interval told in the direction of the sentence: of 'less', both ends are counted downward."""
    return (gap.low, gap.high) if gap.mean > 0 or gap.low * gap.high <= 0 else (-gap.high, -gap.low)


def headline(reading: Reading) -> str:
    """The verdict of the whole study in one sentence."""
    if not reading.others:
        return single_sentence(reading, reading.baseline, reading.end)
    best, base = reading.best, reading.baseline
    if reading.replications < MINIMUM and len(reading.others) > 1:
        futures = f"{reading.replications} future{'' if reading.replications == 1 else 's'}"
        return (
            f"Too few replications to rank the plans: only {futures} of each, and no interval can be drawn from them."
        )
    if best != base and base not in reading.rivals:
        return plan_sentence(reading, best, reading.end)
    if len(reading.others) == 1:
        return plan_sentence(reading, reading.others[0], reading.end)
    if best == base and not reading.rivals:
        unit = reading.kpi(reading.yardstick).unit
        nearest = reading.difference(reading.ranking[1], reading.yardstick, reading.end)
        return (
            f"None of the {len(reading.others)} other plans does better than {quoted(base)}: the nearest, "
            f"{quoted(reading.ranking[1])}, is {amount(reading, nearest, unit)} behind after {spelled(reading.end)} "
            f"({bracket(reading, nearest, *_ends(nearest), unit)})."
        )
    tied = [plan for plan in (best, *reading.rivals) if plan != base]
    return (
        f"No plan is shown to do better than {quoted(base)} in {spelled(reading.end)}: {listed([*map(quoted, tied)])} "
        f"{TIED} from it by {in_prose(reading.yardstick)}."
    )


def second_sentence(reading: Reading) -> str:
    """What has to be said right after the headline: a tie at the top, or another verdict at an earlier horizon."""
    if reading.replications < MINIMUM:
        return ""
    parts = []
    best, base = reading.best, reading.baseline
    ties = [plan for plan in reading.rivals if plan != base]
    if best != base and base not in reading.rivals:
        if len(reading.others) > 1 and ties:
            parts.append(f"It is the best of {len(reading.plans)} plans by its mean, but {TIED} from {_names(ties)}.")
        elif len(reading.others) > 1:
            parts.append(f"It beats each of the other {len(reading.plans) - 1} plans.")
    if reading.others:
        shown = best if best != base else reading.chosen
        parts += [earlier_sentence(reading, shown), _still_a_loss(reading, best), _wages(reading, shown)]
    return " ".join(part for part in parts if part)


def _still_a_loss(reading: Reading, plan: str) -> str:
    """Said when even the best plan loses money, which a difference alone would hide."""
    mean = reading.mean(plan, reading.yardstick, reading.end)
    if reading.yardstick != "profit" or not mean.high < 0:
        return ""
    size = amount(reading, mean, "EUR")
    return f"Even {quoted(plan)} does not earn its costs: it loses {size} in {spelled(reading.end)}."


def _wages(reading: Reading, plan: str) -> str:
    """What a plan costs, where the yardstick is not money and so does not say it."""
    if reading.yardstick == "profit" or not reading.known("payroll"):
        return ""
    gap = reading.difference(plan, "payroll", reading.end)
    if not gap.mean or gap.low * gap.high < 0:
        return ""
    return f"It costs {amount(reading, gap, 'EUR')} {'more' if gap.mean > 0 else 'less'} in wages."


def _names(plans: Sequence[str]) -> str:
    return listed([quoted(plan) for plan in plans])


def earlier_sentence(reading: Reading, plan: str) -> str:
    """How the verdict on a plan looks at the first horizon, where that differs from (or confirms) the last."""
    if len(reading.horizons) < 2:
        return ""
    kpi, early = reading.yardstick, reading.horizons[0]
    unit, gap = reading.kpi(kpi).unit, reading.difference(plan, kpi, early)
    first, last = reading.verdict(plan, kpi, early), reading.verdict(plan, kpi, reading.end)
    ahead = "ahead" if first == BETTER else "behind"
    span = bracket(reading, gap, *_ends(gap), unit)
    if first == SAME:
        both = "either" if last == SAME else "yet"
        return f"After {spelled(early)} there is no difference {both}."
    if first not in {BETTER, WORSE}:
        verb = "the two cannot yet be told apart" if last in {BETTER, WORSE} else "the two cannot be told apart either"
        return f"After {spelled(early)} {verb} ({signed(reading, gap, unit)}; {span})."
    adverb = "already" if first == last else "still" if last == BETTER else "even"
    if last in {BETTER, WORSE} and first != last:
        return f"Mind the horizon: after {spelled(early)} it is {adverb} {amount(reading, gap, unit)} {ahead} ({span})."
    return f"After {spelled(early)} it is {adverb} {amount(reading, gap, unit)} {ahead} ({span})."


def single_sentence(reading: Reading, plan: str, horizon: str) -> str:
    """What one plan alone comes to, where there is nothing to compare it with."""
    kpi = reading.yardstick
    unit, mean = reading.kpi(kpi).unit, reading.mean(plan, kpi, horizon)
    scale = scale_of(unit, [mean.mean], reading.currency, error=mean.half_width)
    span = bracket(reading, mean, mean.low, mean.high, unit)
    if unit == "count":
        return f"{quoted(plan)} has {scale.text(mean.mean)} {in_prose(kpi)} after {spelled(horizon)} ({span})."
    if kpi == "profit" and mean.high < 0:
        span = bracket(reading, mean, *_ends(mean), unit)
        return f"{quoted(plan)} loses {scale.text(-mean.mean)} in {spelled(horizon)} ({span})."
    verb = "earns" if kpi == "profit" else f"has a {in_prose(kpi)} of"
    within = f"in {spelled(horizon)}" if kpi == "profit" else f"after {spelled(horizon)}"
    return f"{quoted(plan)} {verb} {scale.text(mean.mean)} {within} ({span})."
