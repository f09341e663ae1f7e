"""Small changes of a plan, each of which reaches the rest of the company (nearly) through one door; it runs nothing.

They are the instruments by which the loop picture is measured: what a change of contentment, of customers or of tickets
does cannot be seen by looking on, where everything moves everything; it can be seen where a change comes in from
outside by one door only. Each nudge is a tenth, because a hundredth of 13 people is nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sim.errors import ScenarioError
from sim.experiments.variation import flow

if TYPE_CHECKING:
    from sim.scenario.load import Tree
    from sim.scenario.scenario import Scenario
    from sim.scenario.teams import TeamPlan

STEP = 0.10
"""Share by which things are nudged."""
Door = Literal["sellers", "servers", "wins", "base", "leaving", "tickets"]
SIDES: tuple[Door, ...] = ("sellers", "servers")
"""Doors by which people come in: what a company decides."""


@dataclass(frozen=True)
class Nudge:
    """One small change."""

    door: Door
    """Where it comes in."""
    settings: tuple[str, ...]
    """What is typed to make it."""
    told: str
    """What is done, in words: 'agents +1, specialists +1'."""
    people: int = 0
    """How many people more that are; 0 where a rule of hiring decides it."""


def side(scenario: Scenario, door: Door) -> tuple[str, ...]:
    """Teams whose people are the company's sellers or servers.

    A team that does both is counted only where nobody does the one thing alone: more of its people would move both
    sides at once.
    """
    selling, serving = scenario.selling_teams(), scenario.serving_teams()
    ours, others = (selling, serving) if door == "sellers" else (serving, selling)
    return tuple(team for team in ours if team not in others) or ours


def nudges(tree: Tree, scenario: Scenario) -> dict[Door, Nudge]:
    """Every nudge that the plan allows, by its door."""
    found: dict[Door, tuple[list[str], str]] = {
        "wins": _wins(scenario),
        "base": _base(scenario),
        "leaving": _leaving(scenario),
        "tickets": _tickets(scenario),
    }
    sides = {door: _people(tree, scenario, door) for door in SIDES}
    made = {door: Nudge(door, tuple(settings), told) for door, (settings, told) in found.items() if settings}
    return {door: nudge for door, nudge in sides.items() if nudge is not None} | made


def permitted(tree: Tree, found: Mapping[Door, Nudge]) -> dict[Door, Nudge]:
    """Those that make a valid scenario: a plan at the edge of what is allowed cannot be nudged beyond it."""
    from sim.experiments.variation import varied

    kept = {}
    for door, nudge in found.items():
        try:
            varied(tree, door, nudge.settings)
        except ScenarioError:
            continue
        kept[door] = nudge
    return kept


def _people(tree: Tree, scenario: Scenario, door: Door) -> Nudge | None:
    """A tenth more people of one side, at least one, spread over its teams by largest remainder."""
    heads = {name: scenario.teams[name].positions() for name in side(scenario, door)}
    if not sum(heads.values()) and not any(True for name in heads for _ in _rule(tree, scenario, name)):
        return None
    count = max(1, round(STEP * sum(heads.values())))
    more = _spread(count, heads)
    settings = [text for name in heads if more[name] for text in _heads(tree, name, scenario.teams[name], more[name])]
    rules = [text for name in heads for text in _rule(tree, scenario, name)]
    told = ", ".join(f"{name.replace('_', ' ')} +{extra}" for name, extra in more.items() if extra)
    if rules:
        told += f", hiring rules +{STEP:.0%}"
    return Nudge(door, (*settings, *rules), told, 0 if rules else count)


def _spread(count: int, heads: Mapping[str, int]) -> dict[str, int]:
    """So many people over teams in proportion to their heads."""
    total = sum(heads.values())
    exact = {name: count * size / total if total else 0.0 for name, size in heads.items()}
    found = {name: int(share) for name, share in exact.items()}
    if not total:
        return found
    by_remainder = sorted(heads, key=lambda name: (found[name] - exact[name], list(heads).index(name)))
    for name in by_remainder[: count - sum(found.values())]:
        found[name] += 1
    return found


def _heads(tree: Tree, name: str, team: TeamPlan, more: int) -> list[str]:
    """So many more people in one team, whichever way its headcount is given."""
    if team.headcount is not None:
        return [f"teams.{name}.headcount=+{more}"]
    if team.steps is not None:
        return [f"teams.{name}.steps={flow(_stepped(_raw(tree, 'teams', name, 'steps'), more, team.positions()))}"]
    word = "shifts" if team.shifts else "groups"
    return [
        f"teams.{name}.{word}.{part}.headcount=+{count}"
        for part, count in _spread(more, team.heads_by_part()).items()
        if count
    ]


def _stepped(steps: Any, more: int, most: int) -> Any:
    """People on duty by time of day, raised in proportion; who is nowhere stays nowhere."""
    if isinstance(steps, dict):
        return {key: _stepped(below, more, most) for key, below in steps.items()}
    return steps + max(1, round(more * steps / most)) if steps else steps


def _rule(tree: Tree, scenario: Scenario, name: str) -> Iterator[str]:
    """The same for a team whose headcount moves by itself: its rule asks for a tenth more."""
    loop = scenario.loops.hiring
    rule = loop.teams.get(name) if loop.on else None
    if rule is None:
        return
    path = f"loops.hiring.teams.{name}"
    if rule.rule == "plan":
        steps = [
            step | {"headcount": step["headcount"] + max(1, round(STEP * step["headcount"]))}
            for step in _raw(tree, "loops", "hiring", "teams", name, "steps")
        ]
        yield f"{path}.steps={flow(steps)}"
        return
    yield f"{path}.per_head=*{1 / (1 + STEP):.6f}" if rule.rule == "ratio" else f"{path}.share=+{STEP:.0%}"
    if rule.least:
        yield f"{path}.least={rule.least + max(1, round(STEP * rule.least))}"
    if "most" in rule.model_fields_set:
        yield f"{path}.most={rule.most + max(1, round(STEP * rule.most))}"


def _wins(scenario: Scenario) -> tuple[list[str], str]:
    """A tenth more of the last decisions are a yes: the same leads, the same work, more wins.

    Where there is no such decision, or nearly all are a yes already, a tenth more leads come by themselves.
    """
    stages = scenario.sales.stages if scenario.sales else {}
    if stages:
        name, stage = list(stages.items())[-1]
        if stage.pass_rate > 0 and stage.pass_rate * (1 + STEP) <= 0.98:
            return [f"sales.stages.{name}.pass_rate=+{STEP:.0%}"], f"pass rate of {name.replace('_', ' ')} +{STEP:.0%}"
    sources = scenario.demand().sources if scenario.sales else {}
    settings = [f"marketing.sources.{name}.rate=+{STEP:.0%}" for name, source in sources.items() if source.rate > 0]
    return settings, f"leads +{STEP:.0%}"


def _base(scenario: Scenario) -> tuple[list[str], str]:
    """A tenth more customers at the start, who cost nothing to win."""
    count = scenario.customers.initial.count if scenario.customers else 0
    more = max(1, round(STEP * count))
    return ([f"customers.initial.count={count + more}"], f"customers at the start +{more}") if count else ([], "")


def _leaving(scenario: Scenario) -> tuple[list[str], str]:
    """Everybody leaves sooner, whatever he feels."""
    base = scenario.customers
    if base is None:
        return [], ""
    if base.purchases is not None:
        settings = [f"customers.purchases.dropout=+{STEP:.0%}"] if base.purchases.dropout > 0 else []
        return settings, f"chance to stop after a purchase +{STEP:.0%}"
    paths = ["customers.leaving.base"] if base.leaving.base > 0 else []
    paths += [
        f"customers.segments.{name}.leaving.base"
        for name, kind in base.segments.items()
        if kind.leaving is not None and kind.leaving.base > 0
    ]
    return [f"{path}=+{STEP:.0%}" for path in paths], f"rates of leaving +{STEP:.0%}"


def _tickets(scenario: Scenario) -> tuple[list[str], str]:
    """The same customers need help a tenth more often, and a tenth more contacts come from outside."""
    settings: list[str] = []
    for name, kind in scenario.service.types.items() if scenario.service else ():
        if kind.per_customer:
            settings.append(f"service.types.{name}.per_customer=+{STEP:.0%}")
        if kind.arrivals is not None and kind.arrivals.rate > 0:
            settings.append(f"service.types.{name}.arrivals.rate=+{STEP:.0%}")
    return settings, f"needs for help +{STEP:.0%}"


def _raw(tree: Tree, *path: str) -> Any:
    """A bare value of the tree; the settings that this file rewrites as a whole are known to be there."""
    node = tree.root.at(tuple(path))
    assert node is not None
    return node.raw()
