"""The study of loops: a plan with loops switched off and with small nudges, as plans of one study in one folder.

It does not know how anything is drawn or worded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import SimError
from sim.experiments.elasticity import Loop, measured
from sim.experiments.files import reason, write_whole
from sim.experiments.knockout import Attribution, of_difference, of_plan, roles
from sim.experiments.ledger import Work
from sim.experiments.manifest import Settings
from sim.experiments.nudge import Door, Nudge, nudges, permitted
from sim.experiments.outcome import observe
from sim.experiments.readings import figures_of
from sim.experiments.store import NAME as JOURNAL
from sim.experiments.study import Study, run_study
from sim.experiments.switches import OFF, Switches, switches, turned_off
from sim.experiments.variation import Variation, varied

if TYPE_CHECKING:
    from sim.scenario.load import Tree
    from sim.scenario.scenario import Scenario

LOOPS, ELASTICITIES = "loops.csv", "elasticities.csv"
"""Tables of a study of loops, beside those of every study."""
_WORDS = {
    "none": "without loops",
    "sellers": "with more sellers",
    "servers": "with more servers",
    "wins": "with more wins",
    "base": "with more customers",
    "leaving": "with more leaving",
    "tickets": "with more tickets",
}
LONGEST = 64
"""Characters that a plan's name may have."""


@dataclass(frozen=True)
class Subject:
    """A plan whose loops are asked about."""

    tree: Tree
    scenario: Scenario

    @property
    def name(self) -> str:
        """The plan's own name."""
        return self.scenario.name


@dataclass(frozen=True)
class Design:
    """What is to be run, and why: equal scenarios are run once."""

    subjects: tuple[Subject, ...]
    """The plan, and the one it is compared with if there is one."""
    loops: tuple[str, ...]
    """Loops that can act in any of the plans."""
    idle: Mapping[str, str]
    """Loops that cannot act in any, with the reason in the plan."""
    variations: Mapping[str, Variation]
    """Scenarios by the name under which they are run; the plan as it is comes first."""
    places: Mapping[tuple[str, str], str]
    """Plan and role ('without referral', or the door of a nudge) to the name under which it is run."""
    nudges: Mapping[Door, Nudge]


@dataclass(frozen=True)
class LoopStudy:
    """What a study of loops found."""

    design: Design
    study: Study
    attribution: Attribution
    loop: Loop | None
    """The loop picture of the plan; None for a plan without customers."""

    @property
    def plan(self) -> str:
        """The plan asked about."""
        return self.design.subjects[0].name

    @property
    def versus(self) -> str | None:
        """The plan that it is compared with."""
        return self.design.subjects[1].name if len(self.design.subjects) > 1 else None


def design(plan: Subject, versus: Subject | None = None) -> Design:
    """What has to be run to know what each loop of a plan, or of the difference of two, is worth.

    Raises SimError if no loop can act.
    """
    subjects = (plan,) if versus is None else (plan, versus)
    found = [switches(subject.scenario) for subject in subjects]
    loops, idle = _merged(found)
    if not loops:
        told = "; ".join(f"{name}: {why}" for name, why in idle.items() if why != OFF)
        names = " and ".join(f"'{subject.name}'" for subject in subjects)
        why = f" ({told})" if told else ""
        raise SimError(f"there is no loop to look at in {names}: none is on and can act{why}")
    ledger = _Places(subjects)
    for subject in subjects:
        for role, off in roles(loops, alone=versus is None).items():
            ledger.enter(subject, role, _words(role), turned_off(off))
    chosen = permitted(plan.tree, nudges(plan.tree, plan.scenario)) if plan.scenario.customers else {}
    for door, nudge in chosen.items():
        ledger.enter(plan, door, _words(door), nudge.settings)
    return Design(subjects, loops, idle, ledger.variations, ledger.places, chosen)


def run_loops(
    asked: Design,
    settings: Settings,
    folder: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    say: Callable[[str], None] | None = None,
    work: Work = observe,
) -> LoopStudy:
    """Simulate what is missing in a folder and write its tables; raises what `run_study` raises."""
    _clear(folder)
    plans = {name: variation.scenario for name, variation in asked.variations.items()}
    texts = {name: variation.text for name, variation in asked.variations.items()}
    study = run_study(plans, texts, settings, folder, progress=progress, say=say, work=work)
    found = LoopStudy(asked, study, _attributed(asked, study), _measured(asked, study))
    write_whole(folder / LOOPS, found.attribution.to_csv())
    if found.loop is not None:
        write_whole(folder / ELASTICITIES, found.loop.to_csv())
    return found


class _Places:
    """Names of the scenarios that are run, each scenario once."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._reserved = {subject.name.casefold() for subject in subjects}
        self.variations: dict[str, Variation] = {}
        self.places: dict[tuple[str, str], str] = {}
        self._names: dict[str, str] = {}

    def enter(self, subject: Subject, role: str, words: str, settings: Sequence[str]) -> None:
        """Enter what a plan is under some settings, unless an equal scenario is there already."""
        plain = not settings
        name = subject.name if plain else self._free(subject.name, words)
        made = Variation(subject.scenario, subject.tree.to_yaml()) if plain else varied(subject.tree, name, settings)
        identity = made.scenario.identity()
        if identity not in self._names:
            self._names[identity] = name
            self.variations[name] = made
        self.places[subject.name, role] = self._names[identity]

    def _free(self, plan: str, words: str) -> str:
        """A name for a variation of a plan: it becomes the name of a file, so that capitals do not tell names apart."""
        taken = self._reserved | {name.casefold() for name in self.variations}
        for number in range(1, len(taken) + 2):
            tail = f" {words.replace('_', ' ')}" + (f" {number}" if number > 1 else "")
            name = plan[: LONGEST - len(tail)].rstrip(" .-_") + tail
            if name.casefold() not in taken:
                return name
        raise AssertionError("of so many names one is free")


def _words(role: str) -> str:
    """How a role is called in the name of what is run."""
    return _WORDS.get(role) or (f"with {role}" if role.endswith(" alone") else role)


def _merged(found: Sequence[Switches]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Loops that act in any plan, in the order of the language, and the reasons of the others in the first plan."""
    acting = {name for each in found for name in each.acting}
    order = [name for name in found[0].order if name in acting]
    return tuple(order), {name: why for name, why in found[0].idle.items() if name not in acting}


def _attributed(asked: Design, study: Study) -> Attribution:
    def ask(subject: Subject, role: str, figure: str, horizon: str) -> list[float]:
        return study.values(asked.places[subject.name, role], figure, horizon)

    first, *others = asked.subjects
    if not others:
        return of_plan(lambda *what: ask(first, *what), asked.loops, study.horizons, study.confidence)
    return of_difference(
        lambda *what: ask(first, *what),
        lambda *what: ask(others[0], *what),
        asked.loops,
        study.horizons,
        study.confidence,
    )


def _measured(asked: Design, study: Study) -> Loop | None:
    """The loop picture at the last horizon of the plan."""
    plan = asked.subjects[0]
    if not asked.nudges:
        return None
    end = study.horizons[-1]

    def figures(role: str) -> list[Mapping[str, float]]:
        name = asked.places[plan.name, role]
        return [figures_of(outcome, study.plans[name], end) for outcome in study.outcomes_of(name)]

    nudged = {door: figures(door) for door in asked.nudges}
    return measured(figures("all"), nudged, asked.nudges, end, study.confidence)


def _clear(folder: Path) -> None:
    """Take away tables of an earlier study, which would pass for this one's if it were stopped half-way.

    Only where results are: in any other folder nothing is ours.
    """
    if not (folder / JOURNAL).exists():
        return
    try:
        for name in (LOOPS, ELASTICITIES):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise SimError(f"cannot replace '{error.filename}': {reason(error)}") from error
