"""Which feedback loops of a plan can act, why the others cannot, and how they are switched; it runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.customers import CustomersPlan
    from sim.scenario.scenario import Scenario

OFF = "off"
"""Why a loop is left out that the plan does not switch on."""


@dataclass(frozen=True)
class Switches:
    """The loops of one plan."""

    acting: tuple[str, ...]
    """Loops that are on and can act, in the order of the scenario language."""
    idle: Mapping[str, str]
    """The others, each with the reason."""
    order: tuple[str, ...]
    """All loops in the order of the language."""


def switches(scenario: Scenario) -> Switches:
    """Tell loops that can act from those that surely cannot: a loop in doubt acts, and may then be worth nothing."""
    from sim.scenario.loops import LoopsPlan

    acting: list[str] = []
    idle: dict[str, str] = {}
    for name in LoopsPlan.model_fields:
        reason = OFF if not getattr(scenario.loops, name).on else _hindered(scenario, name)
        if reason:
            idle[name] = reason
        else:
            acting.append(name)
    return Switches(tuple(acting), idle, tuple(LoopsPlan.model_fields))


def turned_off(loops: Iterable[str]) -> list[str]:
    """Settings under which these loops do nothing.

    Reputation stays on and moves nothing. The law is the same as with the loop off, but then other leads would come: it
    draws more of them than there are, to have some to add, and what a loop is worth shows best on the same leads.
    """
    return [setting for name in loops for setting in _OFF.get(name, (f"loops.{name}.on=false",))]


def _hindered(scenario: Scenario, name: str) -> str:
    """Why a loop that is on cannot act; empty if it can, or if nothing is known against it."""
    judge = _HINDRANCES.get(name)
    return judge(scenario) if judge else ""


def _retention(scenario: Scenario) -> str:
    base = scenario.customers
    if base is None:
        return "there are no customers"
    return "" if any(_moods(base)) else "nothing that customers do depends on how content they are"


def _moods(base: CustomersPlan) -> Iterator[bool]:
    """Ways in which contentment could move what customers do."""
    if base.purchases is not None:
        yield base.purchases.beta > 0
    else:
        for kind in base.kinds().values():
            plan = base.leaving_of(kind)
            yield (plan.beta > 0 or plan.issues is not None) and plan.base > 0
            contract = base.contract_of(kind)
            yield plan.beta > 0 and contract is not None and contract.downgrade > 0
    yield from (drift.beta > 0 for drift in (base.expansion, base.contraction) if drift is not None)


def _referral(scenario: Scenario) -> str:
    telling = scenario.customers.telling if scenario.customers else None
    if telling is None or scenario.sales is None:
        return "customers tell nobody"
    warns = telling.against is not None and telling.against.rate > 0 and telling.against.impact > 0
    return "" if telling.rate > 0 or warns else "customers tell nobody"


def _presale(scenario: Scenario) -> str:
    asked = scenario.sales.questions if scenario.sales else None
    if asked is None or asked.share == 0:
        return "buyers ask no questions"
    return "" if asked.answered or asked.unanswered else "answers to buyers' questions change nothing"


def _failure_demand(scenario: Scenario) -> str:
    kinds = scenario.service.types.values() if scenario.service else ()
    if any(kind.complaints or (kind.returns > 0 and kind.resolution < 1) for kind in kinds):
        return ""
    return "nothing comes back to the desk"


def _overselling(scenario: Scenario) -> str:
    plan = scenario.loops.overselling
    if scenario.sales is None or scenario.sales.quota is None or not scenario.sales.stages:
        return "nobody has a quota"
    return "" if plan.bar or plan.promise else "pressure of the quota changes nothing"


def _reputation(scenario: Scenario) -> str:
    plan = scenario.loops.reputation
    if scenario.customers is None:
        return "there are no customers"
    moves = (plan.strength and scenario.demand().sources) or (plan.odds and scenario.sales)
    return "" if moves else "there is nothing that reputation could move"


def _shortcuts(scenario: Scenario) -> str:
    if scenario.service is None:
        return "there is no desk"
    return "" if scenario.loops.shortcuts.exponent else "pressure does not shorten handling"


def _burnout(scenario: Scenario) -> str:
    plan = scenario.loops.burnout
    quits = plan.quits and any(team.turnover > 0 for team in scenario.teams.values())
    return "" if quits or plan.slower or plan.errors else "being tired changes nothing"


def _hiring(scenario: Scenario) -> str:
    return "" if scenario.loops.hiring.teams else "no team has a hiring rule"


_OFF = {"reputation": ("loops.reputation.strength=0", "loops.reputation.odds=0")}
_HINDRANCES: Mapping[str, Callable[[Scenario], str]] = {
    "retention": _retention,
    "referral": _referral,
    "presale": _presale,
    "failure_demand": _failure_demand,
    "overselling": _overselling,
    "reputation": _reputation,
    "shortcuts": _shortcuts,
    "burnout": _burnout,
    "hiring": _hiring,
}
