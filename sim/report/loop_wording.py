"""What a study of loops found, in sentences worded from its tests; it draws nothing and prints nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiments.elasticity import Arrow, Effect, Loop
from sim.experiments.knockout import TOGETHER, Attribution, Measure, Part
from sim.experiments.loop_study import LoopStudy
from sim.experiments.nudge import STEP
from sim.experiments.statistics import BETTER, MINIMUM, SAME, TIED, TOO_FEW, WORSE, Interval
from sim.experiments.switches import OFF
from sim.report.labels import in_prose, worded
from sim.report.numerals import Scale, scale_of
from sim.report.wording import listed, quoted, spelled

PARTS = {
    "sales_people": "Sales people",
    "new_customers": "New customers",
    "customers": "Customers",
    "churn": "Customers lost",
    "service_people": "Service people",
    "service_level": "Service level",
    "satisfaction": "Satisfaction",
    "tickets": "Tickets",
    "profit": "Profit",
}
"""What the parts of the loop picture are called."""
_SIDES = {"sellers": "sales", "servers": "service"}


def part_name(name: str, loop: Loop) -> str:
    """A part's name as the picture has it."""
    return PARTS[loop.served if name == "service" else name]


def money(interval: Interval, currency: str) -> str:
    """An amount without its sign: '€0.18m'."""
    return scale_of("EUR", [interval.mean], currency, digits=2).text(abs(interval.mean))


def signed(part: Part, currency: str) -> str:
    """A figure with its sign and interval: '−€185k ± €27k'."""
    text, half = _signed(part, currency), part.interval.half_width
    return f"{text} ± {_scale(part, currency).text(half)}" if half >= 0 else text


def _signed(part: Part, currency: str) -> str:
    return _scale(part, currency).change(part.interval.mean)


def _scale(part: Part, currency: str) -> Scale:
    interval = part.interval
    return scale_of(part.unit, [interval.mean, interval.low, interval.high], currency, error=interval.half_width)


def finding(loop: Loop, currency: str) -> str:
    """What the picture shows, as its title: whether the next people pay for themselves."""
    effects = loop.effects
    if not effects or any(each.difference.n < MINIMUM for each in effects):
        return "How sales people and service people become profit"
    sure = [each for each in effects if each.verdict in {BETTER, WORSE}]
    within = f"in {spelled(loop.horizon)}"
    if len(sure) == len(effects) == 2 and sure[0].verdict == sure[1].verdict == WORSE:
        both = " nor ".join(f"{_who(each)} (−{money(each.difference, currency)})" for each in effects)
        return f"Neither {both} {_pay(effects[-1])} {within}"
    told = [f"{_who(each)} {_earn(each, currency)}" for each in sorted(sure, key=lambda each: each.verdict == WORSE)]
    if not sure:
        both = " or ".join(_who(each) for each in effects)
        return f"Whether {both} {_pay(effects[-1])} {within} cannot be told"
    text = f"{' and '.join(told)} {within}" if len(sure) == 2 else f"{told[0]} {within}"
    rest = [each for each in effects if each not in sure]
    return text + (f"; whether {_who(rest[0])} {_pay(rest[0])} cannot be told" if rest else "")


def _who(effect: Effect) -> str:
    count = effect.nudge.people
    if not count:
        return f"{STEP:.0%} more {_SIDES[effect.nudge.door]} people"
    return f"{count} more {_SIDES[effect.nudge.door]} {'person' if count == 1 else 'people'}"


def _pay(effect: Effect) -> str:
    return "earns its cost" if effect.nudge.people == 1 else "earn their cost"


def _earn(effect: Effect, currency: str) -> str:
    ending = "s" if effect.nudge.people == 1 else ""
    verb = "earn" if effect.verdict == BETTER else "lose"
    return f"{verb}{ending} {money(effect.difference, currency)}"


def strength(arrow: Arrow, currency: str) -> tuple[str, str]:
    """What stands on an arrow: '+0.37' and '± 0.03'; two empty texts where nothing could be measured."""
    value = arrow.value
    if not value.half_width >= 0:
        return "", ""
    if arrow.unit:
        scale = scale_of("EUR", [value.mean, value.low, value.high], currency, error=value.half_width)
        return scale.change(value.mean), f"± {scale.bare(value.half_width)}"
    size = max(abs(value.mean), value.half_width)
    decimals = 2 if size < 2 else 1 if size < 20 else 0
    text = f"{abs(value.mean):.{decimals}f}"
    sign = "" if not any(char in "123456789" for char in text) else "−" if value.mean < 0 else "+"
    return f"{sign}{text}", f"± {value.half_width:.{decimals}f}"


def headline(found: LoopStudy) -> str:
    """The most that can be said of the loops in one short sentence."""
    attribution, currency = found.attribution, found.study.currency
    if not attribution.figures:
        return f"The loops of {quoted(found.plan)}"
    figure, end = attribution.figures[0], attribution.horizons[-1]
    within = f"{in_prose(figure)} {_within(figure, end)}"
    if found.versus is None:
        sure = _sure([attribution.find(loop, "worth", figure, end) for loop in attribution.loops])[:2]
        if not sure:
            return f"No loop of {quoted(found.plan)} can be told apart from nothing in {within}"
        told = [f"{worded(part.loop)} {_moves(part, currency)}" for part in sure]
        return _capital(f"{listed(told)} of {within}")
    indirect = attribution.find(TOGETHER, "indirect", figure, end)
    between = f"the difference of {quoted(found.versus)} from {quoted(found.plan)}"
    if indirect.verdict in {BETTER, WORSE}:
        size = _signed(indirect, currency)
        return f"The loops make {size} of {between} in {within}"
    return f"What the loops make of {between} cannot be told apart from nothing in {within}"


def _moves(part: Part, currency: str) -> str:
    """'adds €162k' or 'costs €185k'."""
    return f"{'adds' if part.verdict == BETTER else 'costs'} {_signed(part, currency).lstrip('+−')}"


def verdict(found: LoopStudy) -> str:
    """What the loops amount to in the first figure, at the last horizon."""
    attribution = found.attribution
    if not attribution.figures:
        return "The loops move none of the figures that plans are judged by."
    figure, end = attribution.figures[0], attribution.horizons[-1]
    return (_of_plan if found.versus is None else _of_difference)(found, attribution, figure, end)


def _of_plan(found: LoopStudy, attribution: Attribution, figure: str, end: str) -> str:
    parts = [attribution.find(loop, "worth", figure, end) for loop in attribution.loops]
    together = attribution.find(TOGETHER, "worth", figure, end)
    currency = found.study.currency
    told = [
        f"{worded(part.loop)} {'adds' if part.verdict == BETTER else 'costs'} {signed(part, currency).lstrip('+−')}"
        for part in _sure(parts)
    ]
    sentences = [f"{_capital(in_prose(figure))} {_within(figure, end)}: {', '.join(told)}."] if told else []
    sentences += _unsure(parts)
    if len(parts) > 1:
        sentences.append(f"All loops together: {signed(together, currency)} ({_word(together)}).")
    return " ".join(sentences)


def _of_difference(found: LoopStudy, attribution: Attribution, figure: str, end: str) -> str:
    measures: tuple[Measure, ...] = ("difference", "direct", "indirect")
    whole, direct, indirect = (attribution.find(TOGETHER, measure, figure, end) for measure in measures)
    currency, within = found.study.currency, _within(figure, end)
    plan, versus = quoted(found.plan), quoted(found.versus or "")
    if whole.verdict == SAME:
        return f"{versus} and {plan} are the same in {in_prose(figure)} {within}."
    parts = [attribution.find(loop, "carried", figure, end) for loop in attribution.loops]
    told = [f"{worded(part.loop)} {signed(part, currency)}" for part in _sure(parts)]
    sentences = [
        f"{_capital(in_prose(figure))} {within}, {versus} against {plan}: {signed(whole, currency)} ({_word(whole)}).",
        f"With all loops off it would be {signed(direct, currency)} ({_word(direct)}); the loops make "
        f"{signed(indirect, currency)} of it ({_word(indirect)}).",
        *([f"Carried by {', '.join(told)}."] if told else []),
    ]
    return " ".join(sentences + _unsure(parts))


def _sure(parts: Sequence[Part]) -> list[Part]:
    """The loops whose sign is known, the largest first."""
    known = [part for part in parts if part.verdict in {BETTER, WORSE}]
    return sorted(known, key=lambda part: -abs(part.interval.mean))


def _unsure(parts: Sequence[Part]) -> list[str]:
    """What may be said of the others."""
    sentences = []
    if tied := [worded(part.loop) for part in parts if part.verdict == TIED]:
        sentences.append(f"{_capital(listed(tied))} cannot be told apart from nothing.")
    if same := [worded(part.loop) for part in parts if part.verdict == SAME]:
        sentences.append(f"{_capital(listed(same))} changed nothing in any future.")
    if few := [worded(part.loop) for part in parts if part.verdict == TOO_FEW]:
        sentences.append(f"Too few replications to judge {listed(few)}.")
    return sentences


def _word(part: Part) -> str:
    return f"{TIED} from 0" if part.verdict == TIED else part.verdict


def _within(figure: str, end: str) -> str:
    return f"in {spelled(end)}" if figure == "profit" else f"after {spelled(end)}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def left_out(found: LoopStudy) -> str:
    """Loops that are not in the tables, and why; empty if all are."""
    idle = found.design.idle
    if not idle:
        return ""
    off = [worded(name) for name, why in idle.items() if why == OFF]
    others = [f"{worded(name)} ({why})" for name, why in idle.items() if why != OFF]
    return f"Left out: {'; '.join([*([f'{listed(off)} ({OFF})'] if off else []), *others])}."


def meaning(found: LoopStudy) -> str:
    """What the figures of the tables are, in two or three sentences."""
    count, sure = len(found.attribution.loops), f"{found.attribution.confidence:.0%}"
    family = f"Intervals hold with {sure} for the {count} loops of a column together (Bonferroni)."
    if found.versus is None:
        neutral = ""
        if "retention" in found.attribution.loops:
            neutral = (
                " With retention off, all stay as long as the neutral customer, so that it costs where customers are "
                "less content than that (leaving.reference) and pays where they are more."
            )
        return (
            "Worth: the plan minus the plan with this loop off. Direct: this loop alone on minus no loop at all. "
            f"Indirect, the rest: what it does through the other loops. {family}{neutral}"
        )
    return (
        f"D: {quoted(found.versus)} minus {quoted(found.plan)}. A loop carries D minus D with this loop off in both "
        f"plans. Direct: D with all loops off; indirect: the rest of D. {family}"
    )


def measured_how(loop: Loop) -> str:
    """What the arrows say, and how it was measured."""
    return (
        f"Each is measured over {spelled(loop.horizon)} by small changes that come in by one door alone, under the "
        "same luck; whatever else drives the same part is held still. Each interval stands alone (jackknife); unclear "
        "is what cannot be told apart from 0."
    )
