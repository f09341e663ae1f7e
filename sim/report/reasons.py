"""The reason a waterfall may give in its title: the net of revenue or of costs that decides, never one step against it.

A reason is a group of steps that the test tells from zero; part of it is named only where it goes the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.experiments.statistics import BETTER, TIED, WORSE, paired
from sim.report.reading import Reading
from sim.report.wording import quoted

if TYPE_CHECKING:
    from sim.report.waterfall import Step

_KEPT, _NEW = "customers kept longer", "new customers"
_REVENUE: dict[str, tuple[str, str]] = {
    _KEPT: ("it keeps customers longer", "it loses customers sooner"),
    "referrals": ("referrals bring in more", "referrals bring in less"),
    "upgrades": ("customers upgrade more", "customers upgrade less"),
    "follow-up": ("follow-up brings in more", "follow-up brings in less"),
    _NEW: ("new customers bring in more", "new customers bring in less"),
    "prospecting": ("customers won by calling bring in more", "customers won by calling bring in less"),
    "won back": ("customers won back bring in more", "customers won back bring in less"),
    "initial base": ("the customers it began with bring in more", "the customers it began with bring in less"),
    "fees": ("fees bring in more", "fees bring in less"),
}
"""What a title may say of a step of the revenue, where the revenue as a whole goes the same way."""


class _Group(NamedTuple):
    """Steps that move together, and words for their sum."""

    steps: tuple[str, ...]
    gain: str
    loss: str
    saved: str
    paid: str


_GROUPS = {
    "revenue": _Group(
        (*_REVENUE, "cost of delivery"),
        "customers bring in more",
        "customers bring in less",
        "gains in revenue",
        "loses in revenue",
    ),
    "people": _Group(
        ("service wages", "sales wages", "hiring"),
        "it costs less in people",
        "it costs more in people",
        "saves in people",
        "pays in people",
    ),
    "selling": _Group(
        ("commission", "media"),
        "it pays less in commission and media",
        "it pays more in commission and media",
        "saves in commission and media",
        "pays in commission and media",
    ),
    "fixed": _Group(
        ("overhead",),
        "its fixed costs are lower",
        "its fixed costs are higher",
        "saves in fixed costs",
        "pays in fixed costs",
    ),
}
_STEPS = {"rest": ("rest",)} | {group: words.steps for group, words in _GROUPS.items()}
"""What a title weighs first: revenue as a whole against each kind of cost as a whole."""


def reason(reading: Reading, plan: str, steps: Sequence[Step]) -> str:
    """What the steps show and no more: the group that decides, and a part of it only where it goes the same way."""
    word = reading.verdict(plan, "profit", reading.end)
    sums = {group: _sum(reading, steps, keys) for group, keys in _STEPS.items()}
    gain, loss = max(sums, key=lambda group: sums[group]), min(sums, key=lambda group: sums[group])
    pair = f"{quoted(plan)} {{}} {quoted(reading.baseline)}"
    if "rest" in (gain, loss) and sums["rest"]:
        # Nothing is known of it, so nothing may be said.
        return f"Profit step by step, from {quoted(reading.baseline)} to {quoted(plan)}"
    if word == BETTER and sums[gain] > 0:
        return f"Why {pair.format('beats')}: {_because(reading, steps, sums, gain)}"
    if word == WORSE and sums[loss] < 0:
        return f"Why {pair.format('falls behind')}: {_because(reading, steps, sums, loss)}"
    if word == TIED:
        sides = _balance(reading, steps, sums, gain, loss)
        if sides:
            return f"{pair.format(f'{TIED} from')}: {sides}"
        return f"The profits of {quoted(plan)} and {quoted(reading.baseline)} {TIED}"
    return f"Profit step by step, from {quoted(reading.baseline)} to {quoted(plan)}"


def _sum(reading: Reading, steps: Sequence[Step], keys: Iterable[str]) -> float:
    """The sum of these steps where the test tells it from zero, else 0."""
    chosen = set(keys)
    gaps = sum((step.gaps for step in steps if step.key in chosen), np.zeros(reading.replications))
    gap = paired(gaps.tolist(), [0.0] * len(gaps), reading.confidence)
    return gap.mean if gap.low * gap.high > 0 or gap.half_width == 0 else 0.0


def _because(reading: Reading, steps: Sequence[Step], sums: dict[str, float], group: str) -> str:
    """Why the group that decides is what it is; and what the revenue does where costs decide."""
    more = sums[group] > 0
    if group == "revenue":
        parts = {key: size for key in _REVENUE if (size := _sum(reading, steps, [key])) * sums[group] > 0}
        largest = sorted(parts, key=lambda key: -abs(parts[key]))
        if set(largest[:2]) == {_KEPT, _NEW} and _matched(abs(parts[_KEPT]), -abs(parts[_NEW])):
            return f"{_REVENUE[_KEPT][0 if more else 1]}, and new ones bring in {'more' if more else 'less'}"
        if largest:
            return _REVENUE[largest[0]][0 if more else 1]
    words, revenue = _GROUPS[group], _GROUPS["revenue"]
    if group != "revenue" and sums["revenue"] * sums[group] < 0 and abs(sums["revenue"]) < abs(sums[group]):
        ours, theirs = (words.saved, revenue.paid) if more else (words.paid, revenue.saved)
        return f"it {ours.replace(' in', ' more in', 1)} than it {theirs}"
    return words.gain if more else words.loss


def _balance(reading: Reading, steps: Sequence[Step], sums: dict[str, float], gain: str, loss: str) -> str:
    """The two sides of a tie, if there are two of about one size; or else two parts of a revenue that stays."""
    if _matched(sums[gain], sums[loss]):
        return f"what it {_GROUPS[gain].saved}, it {_GROUPS[loss].paid}"
    parts = {key: _sum(reading, steps, [key]) for key in _REVENUE}
    most, least = max(parts, key=lambda key: parts[key]), min(parts, key=lambda key: parts[key])
    if not sums["revenue"] and _matched(parts[most], parts[least]):
        return f"{_REVENUE[most][0]}, but {_REVENUE[least][1]}"
    return ""


def _matched(gain: float, loss: float) -> bool:
    """Whether a gain and a loss weigh about the same: neither more than twice the other."""
    return gain > 0 > loss and 0.5 <= gain / -loss <= 2.0
