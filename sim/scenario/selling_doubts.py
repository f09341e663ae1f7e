"""What a head of sales would doubt: quotas, time for calls, discounts, a market that runs dry; on paper alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.engine.units import MONTH, WEEK, YEAR, show
from sim.scenario.duty import duties
from sim.scenario.funnel import Funnel, interest
from sim.scenario.idle_selling import Idle, origins_coming
from sim.scenario.staffed import filled

if TYPE_CHECKING:
    from sim.scenario.loads import HourLoads
    from sim.scenario.sales import SalesPlan
    from sim.scenario.scenario import Scenario
    from sim.scenario.volume import Volume

LOW, HIGH = 0.5, 2.0
"""Bookings as a share of the quota below and above which it is doubted."""
MOST_GROWTH = 2.0
"""Yearly growth by expansion of a customer who stays, above which it is doubted."""
DRY, WIDE = 0.05, 0.95
"""Share of the market that is free at the horizon, below which it has run dry and above which it limits nothing."""


def selling_doubts(scenario: Scenario, volume: Volume, hours: Mapping[str, HourLoads]) -> Iterator[Idle]:
    """Everything about selling that is legal but doubtful, judged by what it comes to on paper."""
    yield from _market(scenario, volume)
    yield from _calls(scenario, volume)
    if scenario.sales:
        yield from _blocked(scenario, scenario.sales)
        yield from _discount(scenario.sales)
        yield from _expansion(scenario, scenario.sales)
        yield from _quota(scenario, scenario.sales, volume, hours)


def _market(scenario: Scenario, volume: Volume) -> Iterator[Idle]:
    market = scenario.demand().market
    if market is None:
        return
    free = f"on paper {volume.free * 100:.0f} % of it are free at the horizon"
    if volume.free > WIDE:
        yield "marketing.market.size", f"it limits hardly anything: {free}", "note"
    elif volume.free < DRY and market.cooling is None:
        sentence = f"the market runs dry: {free}, and whoever is lost stays so ('cooling' is not given)"
        yield "marketing.market.cooling", sentence, "warning"
    elif volume.free < DRY:
        yield "marketing.market.size", f"hardly anybody is left to be won: {free}", "note"


def _calls(scenario: Scenario, volume: Volume) -> Iterator[Idle]:
    plans, weeks = scenario.demand().prospecting, scenario.clock.horizon / WEEK
    for name, plan in plans.items():
        rule = scenario.teams[plan.team].discipline.rule
        if rule != "priority":
            sentence = f"'{plan.team}' serves by rule '{rule}', so calls do not come last: the rule 'priority' would"
            yield f"marketing.prospecting.{name}.priority", sentence, "note"
    for team in dict.fromkeys(plan.team for plan in plans.values()):
        bound = {name: plan.hours for name, plan in plans.items() if plan.team == team and plan.hours is not None}
        people, weeks_of = scenario.teams[team].positions(), duties(scenario.teams[team], scenario.clock.hours)
        there = sum(end - start for duty in weeks_of for start, end in duty.week)
        if bound and people and sum(bound.values()) >= there / people:
            asked, each = show(sum(bound.values()), "duration"), show(there / people, "duration")
            sentence = f"{asked} a week of each, but after absences each is there for {each}: no time for anything else"
            yield f"marketing.prospecting.{next(iter(bound))}.hours", sentence, "warning"
    for flow in volume.flows:
        if flow.yields and flow.kind in plans:
            plan, key = plans[flow.kind], f"marketing.prospecting.{flow.kind}"
            if flow.count == 0:
                yield key, f"other work leaves team '{flow.team}' no time for calls", "warning"
                continue
            calls = flow.count * plan.session / weeks
            leads = calls * plan.reach * interest(scenario, flow.kind)
            sentence = (
                f"other work leaves team '{flow.team}' about {flow.work / weeks:.0f} h a week for it: "
                f"{calls:.0f} calls, {leads:.{0 if leads > 10 else 1}f} leads"
            )
            yield key, sentence, "note"


def _blocked(scenario: Scenario, sales: SalesPlan) -> Iterator[Idle]:
    """Stages that nobody passes, and those that therefore nobody reaches."""
    funnel, blocked = Funnel(scenario), None
    entries = {funnel.entry(scenario.demand().origins()[name]) for name in origins_coming(scenario)}
    for place, (name, stage) in enumerate(sales.stages.items()):
        if blocked is not None and place in entries:
            blocked = None
        if blocked is not None:
            yield f"sales.stages.{name}", f"no lead gets here: stage '{blocked}' passes nobody", "warning"
        elif stage.pass_rate == 0 or stage.disqualified == 1:
            blocked, key = name, "pass_rate" if stage.pass_rate == 0 else "disqualified"
            later = any(entry > place for entry in entries)
            told = "nobody passes this stage" + ("" if later else ", so nothing is ever won")
            yield f"sales.stages.{name}.{key}", told, "warning"


def _expansion(scenario: Scenario, plan: SalesPlan) -> Iterator[Idle]:
    contract = scenario.customers.contract if scenario.customers else None
    term = contract.length.expectation() if contract else math.inf
    for name, each in plan.follow_up.items():
        every = each.every if each.every is not None else term if each.before_renewal is not None else math.inf
        if each.grows is None or math.isinf(every):
            continue
        # As a logarithm: a call every hour would be too much for a number.
        growth = each.reach * math.log1p(each.expansion * each.grows.expectation()) * YEAR / every
        if growth > math.log(MOST_GROWTH):
            times = f"{math.exp(growth):.3g}" if growth < 300 else "endlessly many"
            sentence = f"on paper a customer who stays pays {times} times as much after a year"
            yield f"sales.follow_up.{name}.expansion", sentence, "warning"


def _discount(sales: SalesPlan) -> Iterator[Idle]:
    plan = sales.discount
    if plan is not None and plan.most < plan.usual.expectation():
        usual, most = (show(round(float(share), 3), "share") for share in (plan.usual.expectation(), plan.most))
        yield "sales.discount.most", f"{most} is less than the usual discount ({usual}), which it cuts", "warning"


def _quota(scenario: Scenario, sales: SalesPlan, volume: Volume, hours: Mapping[str, HourLoads]) -> Iterator[Idle]:
    """What the team would sell, were leads and hands the only limits, against what is expected of it."""
    quota, team = sales.quota, sales.quota_team()
    people = filled(scenario, team) if team else 0.0
    if quota is None or people == 0 or quota.amount == 0:
        return
    limit = max((hours[stage.team].total().share for stage in sales.stages.values()), default=0.0)
    sold = volume.bookings / max(1.0, limit) if math.isfinite(limit) else 0.0
    each = sold / people / (scenario.clock.horizon / quota.period())
    share, key = each / quota.amount, "sales.quota.amount"
    sells = f"{each * MONTH:.0f} {scenario.economics.currency}/mo of new revenue each {quota.per}"
    paper = f"on paper a position sells {sells}, {share * 100:.0f} % of it"
    if share < LOW:
        yield key, f"hardly anybody could reach it: {paper}", "warning"
    elif share > HIGH:
        yield key, f"it asks for little: {paper}", "note"
    else:
        yield key, paper, "note"
