"""What joins people with work and business: skills that are trained, rules that hire; it counts no work."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.engine.units import show
from sim.scenario.hiring import ByBudget, ByRatio
from sim.scenario.missing import Joint, Path, hint, unknown

if TYPE_CHECKING:
    from sim.scenario.hiring import HiringRule
    from sim.scenario.scenario import Scenario


def training_joints(scenario: Scenario) -> Iterator[Joint]:
    """Faults of what teams learn."""
    for name in scenario.teams:
        yield from _training(scenario, name)


def hiring_joints(scenario: Scenario) -> Iterator[Joint]:
    """Faults of how headcounts are decided; they must be none even while nobody is hired by them."""
    for name, rule in scenario.loops.hiring.teams.items():
        path: Path = ("loops", "hiring", "teams", name)
        if name not in scenario.teams:
            yield path, unknown("team", name, scenario.teams)
            continue
        if scenario.teams[name].steps is not None:
            sentence = f"'steps' say how many of team '{name}' are on duty when; a team with a 'headcount' can follow a"
            yield path, f"{sentence} rule"
        yield from _seen(scenario, name, rule, path)


def _seen(scenario: Scenario, team: str, rule: HiringRule, path: Path) -> Iterator[Joint]:
    """What a rule looks at must be there."""
    if isinstance(rule, ByRatio):
        if rule.of == "customers" and scenario.customers is None:
            yield (*path, "of"), "'customers' is missing: there are none to be counted"
        if rule.of == "tickets" and scenario.service is None:
            yield (*path, "of"), "'service' is missing: there are no tickets to be counted"
    elif isinstance(rule, ByBudget):
        if scenario.customers is None:
            yield (*path, "rule"), "'customers' is missing: there is no revenue to spend"
        if scenario.teams[team].wage == 0:
            yield (*path, "rule"), f"team '{team}' has no wage, so any budget would pay for people without end"


def _training(scenario: Scenario, name: str) -> Iterator[Joint]:
    team = scenario.teams[name]
    if team.training is None:
        return
    path = ("teams", name, "training")
    used = _skills_used(scenario)
    had = [skill for skills in team.skill_sets() for skill in skills or ()]
    if team.training.skill not in (*had, *used):
        sentence = f"nobody of the team has the skill '{team.training.skill}', and no work uses it"
        known = dict.fromkeys([*had, *used])
        yield ((*path, "skill"), sentence + (hint(team.training.skill, known) if known else ""))
    week = math.fsum(end - start for start, end in team.hours or scenario.clock.hours)
    if team.steps is None and not team.shifts and team.training.hours >= week * (1.0 - team.shrinkage):
        left = show(week * (1.0 - team.shrinkage), "duration")
        yield ((*path, "hours"), f"training would take all of the time on duty that shrinkage leaves ({left} a week)")


def _skills_used(scenario: Scenario) -> list[str]:
    """Skills that tell in any work, each once."""
    used: list[str] = []
    for kind in scenario.service.types.values() if scenario.service else ():
        used += [skill for skill in (kind.skill, *kind.uses, *(tier.skill for tier in kind.escalation)) if skill]
    return list(dict.fromkeys([*used, *(scenario.sales.skills if scenario.sales else ())]))
