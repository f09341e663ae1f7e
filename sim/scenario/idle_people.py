"""Parts of careers that cannot show: growing in, differing, being away, tiring, being hired; it hires nobody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.scenario.hiring import ByPlan
from sim.scenario.idle_selling import Idle
from sim.scenario.staffed import rule_of

if TYPE_CHECKING:
    from sim.scenario.hiring import HiringRule
    from sim.scenario.scenario import Scenario
    from sim.scenario.teams import TeamPlan


def idle_people(scenario: Scenario) -> Iterator[Idle]:
    """Everything about careers that is given but cannot show."""
    for name, team in scenario.teams.items():
        yield from _career(scenario, name, team)
    yield from _burnout(scenario)
    yield from _hiring(scenario)


def _career(scenario: Scenario, name: str, team: TeamPlan) -> Iterator[Idle]:
    key, rule = f"teams.{name}", rule_of(scenario, name)
    if team.ramp is not None and team.turnover == 0 and not _hires(rule, team.positions()):
        hired = " and nobody is hired (loops.hiring)" if scenario.loops.hiring.teams else ""
        part = "ramp.mentoring" if team.ramp.mentoring > 0 else "ramp"
        yield f"{key}.{part}", f"nobody quits (turnover){hired}, so nobody is new", "note"
    elif team.ramp is not None and team.ramp.mentoring > 0 and team.ramp.length() == 0:
        yield f"{key}.ramp.mentoring", "nobody is new for any time", "warning"
    if team.spread is not None and team.spread.pace == team.spread.odds == 0:
        yield f"{key}.spread", "both are 0, so people do not differ", "warning"
    if team.absence is not None and team.absence.length.expectation() == 0:
        yield f"{key}.absence.length", "spells of no length keep nobody away", "warning"
    if team.layoff_cost > 0 and not _lays_off(rule, team.positions()):
        yield f"{key}.layoff_cost", "nobody is laid off: no rule of loops.hiring says so", "warning"


def _hires(rule: HiringRule | None, positions: int) -> bool:
    """Whether a rule may ever add somebody."""
    if isinstance(rule, ByPlan):
        return any(after > before for before, after in _steps(rule, positions))
    return rule is not None


def _lays_off(rule: HiringRule | None, positions: int) -> bool:
    """Whether a rule may ever lay somebody off."""
    if isinstance(rule, ByPlan):
        return any(after < before for before, after in _steps(rule, positions))
    return rule is not None and rule.layoffs


def _steps(rule: ByPlan, positions: int) -> Iterator[tuple[int, int]]:
    return pairwise([positions, *(step.headcount for step in rule.steps)])


def _burnout(scenario: Scenario) -> Iterator[Idle]:
    loop, key = scenario.loops.burnout, "loops.burnout"
    if not loop.on:
        if loop.model_fields_set - {"on"}:
            yield f"{key}.on", "the loop is described, but it is off", "note"
        return
    if loop.quits == loop.slower == loop.errors == 0:
        yield key, "'quits', 'slower' and 'errors' are 0, so strain changes nothing", "warning"
    elif loop.quits > 0 and all(team.turnover == 0 for team in scenario.teams.values()):
        yield f"{key}.quits", "nobody quits (turnover), however tired", "note"


def _hiring(scenario: Scenario) -> Iterator[Idle]:
    loop, key = scenario.loops.hiring, "loops.hiring"
    if loop.teams and not loop.on:
        yield f"{key}.on", "the loop is described, but it is off", "note"
        return
    if not loop.teams and loop.on and "hiring" in scenario.loops.model_fields_set:
        yield f"{key}.teams", "no team is named, so all keep their headcount", "note"
    for name, rule in loop.teams.items():
        here, positions = f"{key}.teams.{name}", scenario.teams[name].positions()
        if isinstance(rule, ByPlan):
            yield from _planned(scenario, rule, here, positions)
            continue
        if rule.every >= scenario.clock.horizon:
            yield f"{here}.every", "not before the horizon: nothing is ever decided", "warning"
        if rule.least == rule.most:
            yield f"{here}.most", f"'least' and 'most' leave no choice: always {rule.most}", "note"
        if rule.notice > 0 and not rule.layoffs:
            yield f"{here}.notice", "nobody is laid off ('layoffs')", "warning"


def _planned(scenario: Scenario, rule: ByPlan, key: str, positions: int) -> Iterator[Idle]:
    if all(before == after for before, after in _steps(rule, positions)):
        yield f"{key}.steps", "all of them are the headcount that there is", "warning"
    for place, step in enumerate(rule.steps):
        if step.from_ >= scenario.clock.horizon:
            yield f"{key}.steps[{place}].from", "not before the horizon", "warning"
            break
    if rule.notice > 0 and not _lays_off(rule, positions):
        yield f"{key}.notice", "nobody is laid off: no step is below the one before", "warning"
    if rule.delay is not None and not _hires(rule, positions):
        yield f"{key}.delay", "nobody is hired: no step is above the one before", "warning"
