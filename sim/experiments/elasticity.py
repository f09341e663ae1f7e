"""How strongly the parts of the company drive one another: measured elasticities of the loop picture; it runs nothing.

The elasticity of an arrow from a tail to a head says: 1 % more of the tail, and nothing else that points at the head
moved, gives so many % of the head. It is not read off from how the two move together, for in a loop everything moves
everything. It is the change of the logarithm of the head over that of the tail under a nudge (see nudge) that reaches
the head (nearly) only through that tail: an instrument (Wright 1928; Angrist and Krueger 2001), in an experiment under
common random numbers. Where two arrows point at a head, each nudge moves both tails, for it goes round the loop; two
nudges and two tails are two equations, and the elasticities are their solution. Why each nudge serves its arrow stands
at ARROWS.

Both logarithms are of means over the futures, and the interval is Tukey's jackknife over futures (Miller 1974). An
arrow whose nudge does not surely move its tail, or whose interval contains 0, makes no claim.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sim.experiments.files import strict, table
from sim.experiments.nudge import SIDES, Door, Nudge
from sim.experiments.readings import NODES, Figures, Level, referred
from sim.experiments.statistics import Interval, paired, t_interval, verdict

Unit = Literal["", "EUR/mo"]
ARROWS: tuple[tuple[str, str, Door], ...] = (
    # More sellers and nothing else: all that follows from it comes through them.
    ("sales_people", "new_customers", "sellers"),
    # More people say yes at the end of the same pipeline: no lead, meeting or call more, only customers.
    ("new_customers", "customers", "wins"),
    # Everybody leaves sooner whatever he feels: customers feel nothing of it but that they are fewer.
    ("churn", "customers", "leaving"),
    # More customers at the start, whom nobody had to win: no seller had less time for them.
    ("customers", "tickets", "base"),
    ("customers", "profit", "base"),
    # The same customers ask more often: the desk notices nothing but the tickets.
    ("tickets", "service", "tickets"),
    ("service_people", "service", "servers"),
    # More servers reach those who stay or leave, and those who tell others, by how they are served and not otherwise.
    # Both heads are per customer, so that having more of them is another arrow's.
    ("service", "churn", "servers"),
    ("service", "new_customers", "servers"),
)
"""Tail, head and the nudge that serves as an instrument."""

_SERVED = ("service_level", "satisfaction")

_REFERRAL = ("service", "new_customers")
_APART = {"new_customers"}
"""Heads whose arrows are measured apart: who is brought by referrals is known one by one."""

_HEAD = (
    "tail", "head", "unit", "elasticity", "half_width", "low", "high", "claim", "tail_change", "tail_change_low",
    "tail_change_high", "nudge", "replications", "confidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrow:
    """What 1 % more of the tail does to the head."""

    tail: str
    head: str
    nudge: str
    """The nudge in words."""
    value: Interval
    """% of the head for 1 % of the tail; in the unit below, if it has one."""
    unit: Unit
    """'EUR/mo' where the head is a profit that is not surely above 0, so that percents of it mean nothing."""
    tail_change: Interval
    """Change of the logarithm of the tail under the nudge."""

    @property
    def claim(self) -> bool:
        """Whether anything may be said: the nudge surely moved the tail, and the interval leaves 0 out."""
        return _sure(self.tail_change) and _sure(self.value)


@dataclass(frozen=True, slots=True)
class Effect:
    """What more people on one side do to profit over the whole horizon."""

    nudge: Nudge
    """Who is hired."""
    difference: Interval
    """Profit with them minus profit without, paired; simultaneous over the sides."""
    verdict: str


@dataclass(frozen=True)
class Loop:
    """The loop picture in figures."""

    nodes: Mapping[str, Interval]
    """Levels by the name of the part, in its unit (see readings)."""
    arrows: tuple[Arrow, ...]
    """Arrows between parts that the plan has, in the order of ARROWS."""
    effects: tuple[Effect, ...]
    """What more sellers and more servers do to profit."""
    served: Literal["service_level", "satisfaction"]
    """What stands for how well customers are served."""
    horizon: str

    def find(self, tail: str, head: str) -> Arrow | None:
        """The arrow from a tail to a head, if it could be measured."""
        return next((each for each in self.arrows if (each.tail, each.head) == (tail, head)), None)

    def to_csv(self) -> str:
        """One row for each arrow, figures to the last bit."""
        return table(_HEAD, (_row(each) for each in self.arrows))

    def to_json(self) -> dict[str, Any]:
        """Everything as dicts and lists, nan as None."""
        found: dict[str, Any] = strict(
            {
                "horizon": self.horizon,
                "served": self.served,
                "parts": {name: asdict(level) for name, level in self.nodes.items()},
                "arrows": [asdict(each) | {"claim": each.claim} for each in self.arrows],
                "more_people": [asdict(each) for each in self.effects],
            }
        )
        return found


def measured(
    plain: Sequence[Figures],
    nudged: Mapping[Door, Sequence[Figures]],
    nudges: Mapping[Door, Nudge],
    horizon: str,
    confidence: float,
) -> Loop:
    """The loop of a plan from its futures as they are and, by the same luck, under each nudge."""
    served: Literal["service_level", "satisfaction"] = (
        "service_level" if all(math.isfinite(each["service_level"]) for each in plain) else "satisfaction"
    )
    levels = {name: node.level for name, node in NODES.items() if name not in _SERVED}
    levels["service"] = NODES[served].level
    found = {name: _jackknife([plain], _level(level), confidence) for name, level in levels.items()}
    nodes = {name: level for name, level in found.items() if math.isfinite(level.mean) and level.mean != 0}
    # A company that starts without customers has to win them.
    doors: list[tuple[str, str, Door]] = [
        (tail, head, "wins" if door == "base" and "base" not in nudged else door) for tail, head, door in ARROWS
    ]
    known = [each for each in doors if each[2] in nudged and each[0] in nodes and each[1] in nodes]
    arrows = tuple(_arrow(levels, each, known, (plain, nudged), nudges, nodes, confidence) for each in known)
    return Loop(nodes, arrows, tuple(_effects(plain, nudged, nudges, confidence)), served, horizon)


def _arrow(
    levels: Mapping[str, Level],
    arrow: tuple[str, str, Door],
    known: Sequence[tuple[str, str, Door]],
    futures: tuple[Sequence[Figures], Mapping[Door, Sequence[Figures]]],
    nudges: Mapping[Door, Nudge],
    nodes: Mapping[str, Interval],
    confidence: float,
) -> Arrow:
    """One arrow, solved for together with the other arrows into its head."""
    tail, head, door = arrow
    plain, nudged = futures
    others = [
        (other, by)
        for other, into, by in known
        if into == head and other != tail and head not in _APART and _moved(levels[other], plain, nudged[by])
    ]
    unit: Unit = "EUR/mo" if head == "profit" and not nodes[head].low > 0 else ""
    measure = _slope(levels[tail], levels[head])
    if (tail, head) == _REFERRAL:
        measure = _by_referral(levels[tail])
    elif not unit:
        measure = _solved([levels[tail], *(levels[other] for other, _ in others)], levels[head])
    told = [plain, nudged[door], *(nudged[by] for _, by in others)]
    change = _jackknife(told[:2], lambda means: _change(levels[tail], means[0], means[1]), confidence)
    return Arrow(tail, head, nudges[door].told, _jackknife(told, measure, confidence), unit, change)


Means = Sequence[Figures]
"""Means over the futures: of the plan as it is, then of the plan under the nudge of each arrow into the head."""


def _level(level: Level) -> Callable[[Means], float]:
    return lambda means: level(means[0])


def _solved(tails: Sequence[Level], head: Level) -> Callable[[Means], float]:
    """% of the head for 1 % of the first tail, the other tails held still: as many nudges as there are tails."""

    def measure(means: Means) -> float:
        changes = [[_change(tail, means[0], each) for tail in tails] for each in means[1:]]
        effects = [_change(head, means[0], each) for each in means[1:]]
        if len(tails) == 1:
            return _over(effects[0], changes[0][0])
        (a, b), (c, d) = changes
        return _over(effects[0] * d - effects[1] * b, a * d - b * c)

    return measure


def _slope(tail: Level, head: Level) -> Callable[[Means], float]:
    """Units of the head for 1 % of the tail."""
    return lambda means: _over(head(means[1]) - head(means[0]), 100.0 * _change(tail, means[0], means[1]))


def _by_referral(tail: Level) -> Callable[[Means], float]:
    """% of all new customers for 1 % of the tail, by the leads that a customer sends.

    Leads, and not wins: they are ten times as many, so that their number says the same much more sharply; what they
    are worth in new customers is the share that referrals have in the wins of the plan as it is.
    """

    def measure(means: Means) -> float:
        share = _over(means[0]["wins_by_referral"], means[0]["wins"])
        return share * _over(_change(referred, means[0], means[1]), _change(tail, means[0], means[1]))

    return measure


def _change(level: Level, before: Figures, after: Figures) -> float:
    """Change of the logarithm; nan where there is none."""
    first, second = level(before), level(after)
    return math.log(second / first) if first > 0 and second > 0 else math.nan


def _over(part: float, whole: float) -> float:
    return part / whole if whole and math.isfinite(whole) else math.nan


def _moved(level: Level, plain: Sequence[Figures], nudged: Sequence[Figures]) -> bool:
    """Whether a part moved at all."""
    before, after = ([level(each) for each in part] for part in (plain, nudged))
    return before != after


def _jackknife(futures: Sequence[Sequence[Figures]], measure: Callable[[Means], float], confidence: float) -> Interval:
    """A function of means over futures with the interval of its pseudo-values; nan where any of them is."""
    count = len(futures[0])
    sums = [{name: math.fsum(each[name] for each in part) for name in part[0]} for part in futures]
    whole = measure([_divided(total, count) for total in sums])
    if count < 2:
        return t_interval([whole], confidence)
    pseudo = []
    for place in range(count):
        rest = [
            _divided({name: total[name] - part[place][name] for name in total}, count - 1)
            for total, part in zip(sums, futures, strict=True)
        ]
        pseudo.append(count * whole - (count - 1) * measure(rest))
    return t_interval(pseudo if all(map(math.isfinite, pseudo)) else [], confidence)


def _divided(total: Mapping[str, float], count: int) -> Figures:
    return {name: value / count for name, value in total.items()}


def _effects(
    plain: Sequence[Figures],
    nudged: Mapping[Door, Sequence[Figures]],
    nudges: Mapping[Door, Nudge],
    confidence: float,
) -> Iterable[Effect]:
    doors = [door for door in SIDES if door in nudged]
    for door in doors:
        more, less = ([each["profit"] for each in part] for part in (nudged[door], plain))
        difference = paired(more, less, confidence, len(doors))
        yield Effect(nudges[door], difference, verdict(difference, "higher"))


def _sure(interval: Interval) -> bool:
    return interval.low > 0 or interval.high < 0


def _row(each: Arrow) -> list[object]:
    value, tail = each.value, each.tail_change
    return [
        each.tail, each.head, each.unit or "% per %", value.mean, value.half_width, value.low, value.high,
        "yes" if each.claim else "no", tail.mean, tail.low, tail.high, each.nudge, value.n, value.confidence,
    ]  # fmt: skip
