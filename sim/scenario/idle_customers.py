"""Parts of the customer base that cannot show: segments, leaving, payments, word of mouth; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario.idle_selling import Idle
from sim.scenario.kinds import mix

if TYPE_CHECKING:
    from sim.scenario.customers import CustomersPlan, Drift
    from sim.scenario.leaving import Leaving
    from sim.scenario.scenario import Scenario

_LACKS = {
    "fit": "nothing is sold in stages, so nobody decides",
    "needs": "no ticket type comes at a rate of each customer (per_customer)",
    "tells": "customers tell nobody (customers.telling, loop referral)",
}


def idle_customers(scenario: Scenario) -> Iterator[Idle]:
    """Everything about customers that is given but cannot show."""
    base = scenario.customers
    if base is None:
        return
    yield from _segments(scenario, base)
    yield from _mixes(scenario, base)
    yield from _satisfaction(scenario, base)
    if base.purchases is None:
        for key, leaving in _leavings(base).items():
            yield from _leaving(scenario, leaving, key)
    yield from _initial(scenario, base)
    for name, plan in (("expansion", base.expansion), ("contraction", base.contraction)):
        if plan is not None:
            yield from _drift(scenario, plan, name)
    yield from _telling(scenario, base)


def _leavings(base: CustomersPlan) -> dict[str, Leaving]:
    """How customers leave, by its key: what all segments replace is not among them."""
    own = {f"customers.segments.{name}.leaving": each.leaving for name, each in base.segments.items() if each.leaving}
    shared = {} if base.segments and len(own) == len(base.segments) else {"customers.leaving": base.leaving}
    return {**shared, **own}


def _segments(scenario: Scenario, base: CustomersPlan) -> Iterator[Idle]:
    segments, key = base.segments, "customers.segments"
    if not segments:
        return
    alike = {segment.model_copy(update={"share": 1.0}).model_dump_json() for segment in segments.values()}
    if len(segments) == 1:
        yield key, "there is one alone, so all customers are of one kind", "note"
    elif len(alike) == 1:
        yield key, "all of them are alike: no effect", "warning"
    if base.purchases is None and all(segment.leaving for segment in segments.values()):
        yield "customers.leaving", "every segment leaves in a way of its own, so this is nobody's", "note"
    if base.contract is not None and all(segment.contract for segment in segments.values()):
        yield "customers.contract", "every segment has a contract of its own, so this is nobody's", "note"
    mixes = [leads.mix or {} for leads in scenario.demand().origins().values()]
    kinds = scenario.service.types.values() if scenario.service else ()
    can = {
        "fit": scenario.sales is not None and len(scenario.sales.stages) > 0,
        "needs": any(kind.per_customer for kind in kinds),
        "tells": base.telling is not None and scenario.loops.referral.on,
    }
    for name, segment in segments.items():
        if segment.share == 0 and not any(shares.get(name) for shares in mixes):
            yield f"{key}.{name}.share", "nobody is of this kind: it is 0, and no mix has any", "warning"
        for each, usual in (("fit", 0.0), ("needs", 1.0), ("tells", 1.0)):
            if getattr(segment, each) != usual and not can[each]:
                yield f"{key}.{name}.{each}", _LACKS[each], "warning"


def _mixes(scenario: Scenario, base: CustomersPlan) -> Iterator[Idle]:
    plan = scenario.demand()
    for name, leads in plan.origins().items():
        if leads.mix and leads is not plan.win_back and mix(scenario, leads) == mix(scenario):
            part = "referred" if leads is plan.referred else f"prospecting.{name}"
            part = f"sources.{name}" if name in plan.sources else part
            yield f"marketing.{part}.mix", "these are the shares of customers.segments anyway", "note"


def _satisfaction(scenario: Scenario, base: CustomersPlan) -> Iterator[Idle]:
    """What satisfaction moves, and what moves satisfaction."""
    on = scenario.loops.retention.on
    plans = {"customers.purchases": base.purchases} if base.purchases else _leavings(base)
    driven = [key for key, plan in plans.items() if plan.beta > 0]
    leavings = () if base.purchases else _leavings(base).values()
    pained = any(plan.issues is not None and plan.issues.factor > 1 for plan in leavings)
    drifts = {"customers.expansion": base.expansion, "customers.contraction": base.contraction}
    moved = driven + [key for key, plan in drifts.items() if plan and plan.beta > 0]
    if moved and not on:
        yield "loops.retention.on", f"{moved[0]}.beta is given, but the loop is off", "note"
    if not driven and not pained and on:
        sentence = "satisfaction does not move the rate of leaving, so better service keeps nobody"
        yield f"{next(iter(plans))}.beta", sentence, "note"
    memory = base.memory
    if memory.steadies is not None and memory.up == memory.down == 0:
        yield "customers.memory.steadies", "nothing is remembered anyway ('up' and 'down' are 0)", "warning"
    elif memory.steadies is not None and scenario.service is None and not (scenario.sales and scenario.sales.follow_up):
        yield "customers.memory.steadies", "there is no contact that could be remembered", "warning"


def _leaving(scenario: Scenario, plan: Leaving, key: str) -> Iterator[Idle]:
    if plan.varies is not None and plan.base == 0:
        yield f"{key}.varies", "nobody leaves ('base' is 0), so nobody's own rate can differ", "warning"
    if plan.issues is None:
        return
    if plan.issues.factor == 1:
        yield f"{key}.issues.factor", "1 changes nothing", "warning"
    elif not scenario.loops.retention.on:
        yield f"{key}.issues", "what happens to customers moves nobody: loops.retention is off", "warning"
    elif plan.base == plan.floor:
        yield f"{key}.issues", "all leaving is out of service's reach ('floor' is 'base')", "warning"
    elif scenario.service is None or not _fails(scenario):
        yield f"{key}.issues", "no need of a customer is left unresolved", "warning"


def _fails(scenario: Scenario) -> bool:
    """Whether any contact of customers can leave a need unresolved, by its rules or because nobody answers in time."""
    return scenario.service is not None and any(
        kind.resolution < 1 or any(scenario.service.channels[by].mode == "live" for by in kind.channels)
        for kind in scenario.service.types.values()
    )


def _initial(scenario: Scenario, base: CustomersPlan) -> Iterator[Idle]:
    varies = base.purchases is None and any(plan.varies for plan in _leavings(base).values())
    key = "customers.initial.age"
    if base.initial.age is None:
        if base.initial.count and (varies or base.memory.steadies is not None):
            what = "own rates of leaving vary" if varies else "tenure steadies"
            yield key, f"left out: whoever is there at the start counts as new, though {what}", "note"
    elif base.initial.count == 0:
        yield key, "there is nobody at the start", "warning"
    elif not varies and base.memory.steadies is None:
        yield key, "nothing depends on it: neither do own rates of leaving vary nor does tenure steady", "note"


def _drift(scenario: Scenario, plan: Drift, name: str) -> Iterator[Idle]:
    if plan.rate == 0:
        yield f"customers.{name}.rate", "it never happens: the rate is 0", "warning"
    elif plan.size.expectation() == 0:
        yield f"customers.{name}.size", "nobody pays more or less: it is 0", "warning"


def _telling(scenario: Scenario, base: CustomersPlan) -> Iterator[Idle]:
    plan, key = base.telling, "customers.telling"
    if plan is None:
        return
    against = plan.against
    if not scenario.loops.referral.on:
        if plan.rate > 0:
            yield "loops.referral.on", f"{key} is given, but the loop is off", "note"
        elif against is not None:
            yield "loops.referral.on", f"{key}.against is given, but the loop is off", "note"
        return
    if plan.fades > 0 and plan.rate == 0:
        yield f"{key}.fades", "nobody tells anybody: the rate is 0", "warning"
    if against is None:
        return
    if against.rate == 0 or against.impact == 0:
        yield f"{key}.against", f"'{'rate' if against.rate == 0 else 'impact'}' is 0, so nobody is kept away", "warning"
    elif plan.detractor == 0:
        yield f"{key}.against", "nobody is less satisfied than 0 ('detractor')", "warning"
    elif not scenario.demand().sources:
        yield f"{key}.against", "no lead comes by itself (marketing.sources), so none can be kept away", "warning"
