"""The funnel in numbers: how many leads reach each stage, what becomes of them there, and the finding this allows.

It draws nothing, and says nothing that the futures do not show beyond chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.experiments.statistics import MINIMUM, Interval, paired, t_interval
from sim.model.facts import LOSSES
from sim.report.labels import worded
from sim.report.reading import Reading
from sim.report.wording import listed, quoted

ENDS = ("lost", "expired", "disqualified", "open")
"""What becomes of a lead in a stage that it does not pass; the open ones may still pass."""
_PORTIONS = {
    1 / 10: "one of ten leads dies", 1 / 5: "one of five leads dies", 1 / 4: "one of four leads dies",
    1 / 3: "one of three leads dies", 2 / 5: "two of five leads die", 1 / 2: "half of all leads die",
    3 / 5: "three of five leads die", 2 / 3: "two of three leads die", 3 / 4: "three of four leads die",
    4 / 5: "four of five leads die", 9 / 10: "nine of ten leads die",
}  # fmt: skip
_NEAR, _VAGUE = 0.02, 0.05
"""How far a share may be from a fraction that is told in words; half-width from which on it is 'about' that."""
_CAUSES = {
    "expired": "most because nobody answered in time",
    "disqualified": "most because they are no buyers",
}
_WHY = {
    "declined": "most of the lost say no whatever is done",
    "too_late": "most of the lost were answered too late",
    "question": "most of the lost had a question that nobody answered well",
    "handover": "most of the lost had changed hands",
    "workload": "most of the lost were with somebody whose load was not right",
    "unreached": "most of the lost were never reached",
    "no_room": "most of the lost found no room",
}


@dataclass(frozen=True)
class Step:
    """One stage of one plan's funnel."""

    stage: str
    reached: Interval
    """Leads that came to it."""
    conversion: Interval
    """Share of the decided that passed."""
    time: Interval
    """Days from entry to decision."""
    ends: dict[str, np.ndarray]
    """Leads that went no further, by what became of them, future by future: shape (replications,)."""

    @property
    def died(self) -> np.ndarray:
        """Leads that ended here, future by future."""
        return np.asarray(self.ends["lost"] + self.ends["expired"] + self.ends["disqualified"])


@dataclass(frozen=True)
class Funnel:
    """One plan's pipeline from the first stage to the win."""

    plan: str
    steps: tuple[Step, ...]
    wins: Interval
    won: np.ndarray
    """Wins future by future, shape (replications,)."""
    win_rate: Interval
    cycle: Interval
    """Days from lead to win."""
    reasons: dict[str, np.ndarray]
    """Lost leads of all stages by reason, future by future; those that never occur are left out."""


def stages_of(reading: Reading) -> tuple[str, ...]:
    """Stages of all plans in order; one that only some have stands behind its predecessor there."""
    found: list[str] = []
    for scenario in reading.scenarios.values():
        before = 0
        for stage in scenario.sales.stages if scenario.sales else ():
            if stage not in found:
                found.insert(before, stage)
            before = found.index(stage) + 1
    return tuple(found)


def funnel_of(reading: Reading, plan: str) -> Funnel | None:
    """What became of a plan's leads by the last horizon; None without stages, and where no lead ever came to one."""
    sales = reading.scenarios[plan].sales
    steps = tuple(_step(reading, plan, stage) for stage in (sales.stages if sales else ()))
    if not any(step.reached.mean > 0 for step in steps):
        return None
    at = reading.end
    reasons = {word: _known(reading, plan, f"lost_because.{word}") for word in LOSSES}
    return Funnel(
        plan,
        steps,
        reading.mean(plan, "wins", at),
        _known(reading, plan, "wins"),
        reading.mean(plan, "win_rate", at),
        reading.mean(plan, "sales_cycle", at),
        {word: values for word, values in reasons.items() if values.any()},
    )


def _step(reading: Reading, plan: str, stage: str) -> Step:
    mean: Callable[[str], Interval] = lambda kpi: reading.mean(plan, f"{kpi}.{stage}", reading.end)  # noqa: E731
    ends = {end: _known(reading, plan, f"stage_{end}.{stage}") for end in ENDS}
    return Step(stage, mean("reached"), mean("conversion"), mean("stage_time"), ends)


def _known(reading: Reading, plan: str, kpi: str) -> np.ndarray:
    return np.asarray(np.nan_to_num(reading.values(plan, kpi, reading.end)))


def shares(reading: Reading, funnel: Funnel) -> dict[str, Interval]:
    """Share of each reason in the lost leads of all stages, with its interval."""
    total = sum(funnel.reasons.values(), np.zeros(reading.replications))
    return {
        word: t_interval(_share(values, total).tolist(), reading.confidence)
        for word, values in sorted(funnel.reasons.items(), key=lambda item: -item[1].mean())
    }


def finding(reading: Reading, funnel: Funnel) -> str:
    """Where the leads of a plan die and why, as the title of a picture; nothing is claimed from too few futures."""
    neutral = f"The pipeline of {quoted(funnel.plan)}: how far leads come"
    deaths = {step.stage: step.died for step in funnel.steps if step.died.any()}
    if reading.replications < MINIMUM or not deaths:
        return neutral
    order = sorted(deaths, key=lambda stage: -deaths[stage].mean())
    # A stage belongs to the worst unless the paired test says that fewer leads die in it.
    worst = [
        stage
        for stage in order
        if stage == order[0] or not _gap(reading, deaths[order[0]], deaths[stage], len(order) - 1).low > 0
    ]
    total = sum(deaths.values(), funnel.won)
    share = t_interval(_share(sum((deaths[stage] for stage in worst), 0 * total), total).tolist(), reading.confidence)
    if len(worst) > 3 or (len(worst) > 1 and len(worst) == len(order)):
        text = "leads die in all stages alike"
    else:
        stages = listed([worded(stage) for stage in sorted(worst, key=list(deaths).index)])
        text = f"{_portion(share)} in {stages}"
    cause = _cause(reading, funnel, worst)
    text = f"{text}; {cause}" if cause else text
    return f"{quoted(funnel.plan)}: {text}" if reading.others else text[0].upper() + text[1:]


def _cause(reading: Reading, funnel: Funnel, worst: Sequence[str]) -> str:
    """What surely holds for more than half: of those who die in the worst stages, or else of all who are lost."""
    steps = [step for step in funnel.steps if step.stage in worst]
    died = sum((step.died for step in steps), np.zeros(reading.replications))
    for end, words in _CAUSES.items():
        if _majority(reading, sum((step.ends[end] for step in steps), 0 * died), died):
            return words
    total = sum(funnel.reasons.values(), np.zeros(reading.replications))
    for word, values in funnel.reasons.items():
        if len(funnel.reasons) > 1 and _majority(reading, values, total):
            return _WHY[word]
    return ""


def _majority(reading: Reading, part: np.ndarray, whole: np.ndarray) -> bool:
    return t_interval(_share(part, whole).tolist(), reading.confidence).low > 0.5


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0))


def _gap(reading: Reading, first: np.ndarray, second: np.ndarray, family: int) -> Interval:
    return paired(first.tolist(), second.tolist(), reading.confidence, max(1, family))


def _portion(share: Interval) -> str:
    """A share of all leads as the beginning of a sentence."""
    about = "about " if share.half_width > _VAGUE else ""
    near = min(_PORTIONS, key=lambda fraction: abs(fraction - share.mean))
    if abs(near - share.mean) <= _NEAR:
        return about + _PORTIONS[near]
    return f"{about}{share.mean * 100:.0f}% of leads die" if share.mean >= 0.005 else "few leads die, most of them"
