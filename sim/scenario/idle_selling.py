"""Parts of demand, pipeline and follow-up that cannot show: nobody uses them, or they have no effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sim.scenario.clock import Clock
    from sim.scenario.demand import Demand
    from sim.scenario.sales import SalesPlan
    from sim.scenario.scenario import Scenario

Idle = tuple[str, str, Literal["note", "warning"]]
"""Dotted key path, sentence without a full stop, severity."""

_EFFECTS = ("activity", "odds", "cycle", "discount", "follow_up")


def idle_selling(scenario: Scenario) -> Iterator[Idle]:
    """Everything about selling that is given but cannot show."""
    yield from _demand(scenario)
    if scenario.sales:
        yield from _pipeline(scenario, scenario.sales)
        yield from _interactions(scenario.sales)
        yield from _skills(scenario, scenario.sales)
        yield from _rules(scenario, scenario.sales)
        yield from _follow_up(scenario, scenario.sales)
    yield from _loops(scenario)


def origins_coming(scenario: Scenario) -> list[str]:
    """Names of the origins of which leads can come at all."""
    base, loops = scenario.customers, scenario.loops
    tells = base is not None and base.telling is not None and base.telling.rate > 0 and loops.referral.on
    return [name for name in scenario.demand().origins() if name != "referred" or tells]


def idle_span(plan: Demand, clock: Clock, key: str) -> Iterator[Idle]:
    """A stream of arrivals of which nothing falls between start and horizon."""
    begin, end = plan.span(clock)
    if begin >= clock.horizon:
        yield f"{key}.begin", "not before the horizon: none of these will come", "warning"
    if end <= 0:
        yield f"{key}.end", "before the start of the clock: none of these will come", "warning"


def _demand(scenario: Scenario) -> Iterator[Idle]:
    plan, base, clock = scenario.marketing, scenario.customers, scenario.clock
    if plan is None:
        return
    for name, source in plan.sources.items():
        yield from idle_span(source, clock, f"marketing.sources.{name}")
    for name, calls in plan.prospecting.items():
        if calls.reach == 0 or calls.interest == 0:
            key = "reach" if calls.reach == 0 else "interest"
            yield f"marketing.prospecting.{name}.{key}", "calls are made, but none brings a lead", "warning"
    if "referred" in plan.model_fields_set and "referred" not in origins_coming(scenario):
        yield "marketing.referred", "customers send nobody (customers.telling, loop referral)", "note"
    if base is None:
        for name, leads in plan.origins().items():
            if leads.loyalty != 1:
                where = {"referred": "referred", "won_back": "win_back"}
                part = "prospecting" if name in plan.prospecting else "sources"
                key = where.get(name, f"{part}.{name}")
                yield f"marketing.{key}.loyalty", "without 'customers' nobody can be loyal", "warning"
    back = plan.win_back
    if back and back.share == 0:
        yield "marketing.win_back.share", "nobody comes back: it is 0", "warning"
    elif back and back.after.expectation() >= clock.horizon:
        yield "marketing.win_back.after", "on average not before the horizon, so hardly anybody comes back", "note"


def _pipeline(scenario: Scenario, sales: SalesPlan) -> Iterator[Idle]:
    stages, plan = list(sales.stages), scenario.demand()
    coming = origins_coming(scenario)
    places = [stages.index(plan.origins()[name].enters or stages[0]) for name in coming] if stages else []
    for name in stages[: min(places, default=0)]:
        yield f"sales.stages.{name}", "all leads come in at a later stage", "warning"
    if sales.quota and sales.quota.team and stages and sales.quota.team not in {s.team for s in sales.stages.values()}:
        sentence = f"team '{sales.quota.team}' works no stage, so none of it can win anything"
        yield "sales.quota.team", sentence, "warning"
    called = [name for name in coming if name not in plan.prospecting]
    for key in ("response", "expiry"):
        given = key in sales.model_fields_set and getattr(sales, key) is not None
        if given and coming and not called:
            yield f"sales.{key}", "all leads come from prospecting, and they wait for no answer", "note"


def _interactions(sales: SalesPlan) -> Iterator[Idle]:
    used = {stage.interaction for stage in sales.stages.values()}
    for name, way in sales.interactions.items():
        key = f"sales.interactions.{name}"
        if name not in used:
            yield key, "no stage names this interaction", "warning"
        for each in ("wasted", "again", "attempts"):
            if way.no_show == 0 and each in way.model_fields_set:
                yield f"{key}.{each}", "everybody is there ('no_show' is 0), so it never tells", "warning"


def _skills(scenario: Scenario, sales: SalesPlan) -> Iterator[Idle]:
    teams = [scenario.teams[name] for name in scenario.selling_teams() if name in scenario.teams]
    had = {skill for team in teams for skills in team.skill_sets() for skill in skills or ()}
    had |= {team.training.skill for team in teams if team.training}
    waits = any(stage.thinking for stage in sales.stages.values())
    shows = {"cycle": waits, "discount": sales.discount is not None, "follow_up": bool(sales.follow_up)}
    lacks = {"cycle": "no buyer thinks", "discount": "nothing is negotiated", "follow_up": "nobody follows up"}
    for name, skill in sales.skills.items():
        key = f"sales.skills.{name}"
        if all(getattr(skill, effect) == 0 for effect in _EFFECTS):
            yield key, "all its effects are 0", "warning"
        elif name not in had:
            yield key, "nobody who sells has a proficiency in it: no effect", "warning"
        for effect, can in shows.items():
            if getattr(skill, effect) != 0 and not can:
                yield f"{key}.{effect}", f"{lacks[effect]}: no effect", "note"


def _rules(scenario: Scenario, sales: SalesPlan) -> Iterator[Idle]:
    nurture, given, load = sales.nurture, sales.handover, sales.workload
    if nurture and nurture.lost == nurture.expired == 0:
        yield "sales.nurture", "both shares are 0, so nobody comes back", "warning"
    elif nurture and nurture.expired > 0 and sales.expiry is None:
        yield "sales.nurture.expired", "no lead expires: 'sales.expiry' is not given", "warning"
    if load and load.loss * load.most == 0:
        yield "sales.workload", "carrying many costs nothing: no effect", "warning"
    if sales.discount and sales.discount.pressure > 0 and sales.quota is None:
        yield "sales.discount.pressure", "without 'sales.quota' there is none", "warning"
    if given is None:
        return
    teams = [stage.team for stage in sales.stages.values()]
    quits = any(scenario.teams[name].turnover > 0 for name in teams)
    left = sales.owned and quits
    if given.work is None and given.between_teams == given.owner_left == 0:
        yield "sales.handover", "handing over costs nothing: no effect", "warning"
    elif len(set(teams)) == 1 and not left:
        why = "nobody of it quits" if sales.owned else "nobody owns an opportunity ('owned')"
        yield "sales.handover", f"one team does it all, and {why}: nothing is handed over", "warning"
    elif given.between_teams != 0 and len(set(teams)) == 1:
        yield "sales.handover.between_teams", "one team does it all", "warning"
    elif given.owner_left != 0 and not left:
        why = "nobody who sells quits" if sales.owned else "nobody owns an opportunity ('owned')"
        yield "sales.handover.owner_left", f"{why}: no effect", "warning"


def _follow_up(scenario: Scenario, sales: SalesPlan) -> Iterator[Idle]:
    base, horizon = scenario.customers, scenario.clock.horizon
    contract = base.contract if base else None
    for name, plan in sales.follow_up.items():
        key = f"sales.follow_up.{name}"
        if plan.after is not None and plan.after >= horizon:
            yield f"{key}.after", "not before the horizon: it never comes due", "warning"
        if plan.every is not None and plan.every > horizon:
            yield f"{key}.every", "longer than the horizon: most customers' turns never come", "note"
        if plan.before_renewal is not None and contract is not None:
            term = contract.length.expectation()
            if plan.before_renewal >= term:
                yield f"{key}.before_renewal", "as long as a term or longer: it never comes due", "warning"
            elif base and base.initial.count == 0 and term - plan.before_renewal >= horizon:
                yield f"{key}.before_renewal", "no term is that far within the horizon: it never comes due", "warning"
        if plan.below == 0:
            yield f"{key}.below", "nobody is less satisfied than 0: it is never done", "warning"
        if plan.weight == 0 and plan.expansion == 0:
            yield key, "it is not remembered ('weight') and finds no expansion: only work", "warning"


def _loops(scenario: Scenario) -> Iterator[Idle]:
    pushes, heard = scenario.loops.overselling, scenario.loops.reputation
    for name, loop in (("overselling", pushes), ("reputation", heard), ("shortcuts", scenario.loops.shortcuts)):
        if not loop.on and loop.model_fields_set - {"on"}:
            yield f"loops.{name}.on", "the loop is described, but it is off", "note"
    quota = scenario.sales.quota if scenario.sales else None
    if pushes.on and quota is None:
        yield "loops.overselling.on", "without 'sales.quota' nobody feels any pressure", "warning"
    elif pushes.on and pushes.bar == pushes.promise == 0:
        yield "loops.overselling", "'bar' and 'promise' are 0, so pressure changes nothing", "warning"
    elif pushes.on and pushes.tickets == pushes.leaving == 1:
        yield "loops.overselling", "a poor fit behaves like everybody: it only brings wins", "note"
    if not heard.on:
        return
    sources = scenario.marketing.sources if scenario.marketing else {}
    if scenario.customers is None:
        yield "loops.reputation.on", "without 'customers' nobody can be content or not", "warning"
    elif heard.strength == heard.odds == 0:
        yield "loops.reputation", "'strength' and 'odds' are 0, so it moves nothing", "warning"
    elif not sources and heard.odds == 0:
        yield "loops.reputation.strength", "there are no sources whose rate it could move", "warning"
