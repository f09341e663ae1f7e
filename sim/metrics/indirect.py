"""Who brought the revenue: sales directly, service and the word of customers indirectly; the sums themselves are tags'.

Direct, indirect and what the initial base would have paid anyway add up to revenue, whenever one looks.
"""

from __future__ import annotations

from sim.metrics.catalogue import kpi
from sim.metrics.customers import buys_repeatedly
from sim.metrics.desk import told
from sim.metrics.tags import KINDS, tagged
from sim.metrics.view import NAN, Floats, View, derived
from sim.model.facts import ORIGINS

_RETAINED = KINDS.index("retained")


@derived
def _origins(view: View) -> tuple[str, ...]:
    """Where customers of this scenario can come from, whichever loops are on."""
    plan, base = view.scenario.marketing, view.scenario.customers
    there = {
        "initial": bool(base and base.initial.count),
        "organic": bool(plan and plan.sources),
        "referral": bool(base and base.telling and view.scenario.sales),
        "prospecting": bool(plan and plan.prospecting),
        "won_back": bool(base and plan and plan.win_back),
    }
    return tuple(origin for origin in ORIGINS if there[origin])


@derived
def feels(view: View) -> bool:
    """Whether what customers feel can move when they leave, if the loop of retention is on."""
    plan = view.scenario.customers
    if plan is None:
        return False
    if plan.purchases is not None:
        return plan.purchases.beta > 0
    kinds = [plan.leaving_of(segment) for segment in plan.kinds().values()]
    return any(kind.beta > 0 or kind.issues is not None for kind in kinds)


@derived
def _kinds(view: View) -> tuple[str, ...]:
    """Why customers of this scenario can pay."""
    plan, sales = view.scenario.customers, view.scenario.sales
    contracts = [plan.contract_of(segment) for segment in plan.kinds().values()] if plan else []
    there = {
        "new": True,
        "retained": feels(view),
        "expansion": bool(plan and (plan.expansion or plan.contraction)) or any(c and c.downgrade for c in contracts),
        "follow_up": bool(plan and sales and any(care.expansion for care in sales.follow_up.values())),
    }
    return tuple(kind for kind in KINDS if there[kind])


def _by_origin(view: View, figures: Floats, without: str = "") -> dict[str, float]:
    return {name: paid for name, paid in told(ORIGINS, figures).items() if name in _origins(view) and name != without}


@kpi(
    "fees",
    "EUR",
    "higher",
    "One-off fees of customers of this origin, due at the win; part of what is new. Only where there are any.",
    per="origin",
    needs=("sales",),
)
def fees_by_origin(view: View) -> dict[str, float]:
    plan = view.scenario.sales
    return _by_origin(view, tagged(view).fees, without="initial") if plan and plan.fee is not None else {}


@kpi(
    "revenue_tag",
    "EUR",
    "neutral",
    "Paid by customers of this origin, by why: new (as signed, until they would have left feeling neutral all along, "
    "and fees), retained (as signed, beyond that), expansion (what they came to pay more or less by themselves) or "
    "follow_up (more, found by it). They add up to revenue.",
    per="tag",
)
def revenue_by_tag(view: View) -> dict[str, float]:
    paid = tagged(view).paid
    return {
        f"{origin}.{kind}": float(paid[ORIGINS.index(origin), KINDS.index(kind)])
        for origin in _origins(view)
        for kind in _kinds(view)
    }


@kpi(
    "revenue_kind",
    "EUR",
    "neutral",
    "Paid for this reason by customers of all origins (see revenue_tag). The reasons add up to revenue.",
    per="kind",
)
def revenue_by_kind(view: View) -> dict[str, float]:
    sums = told(KINDS, tagged(view).paid.sum(axis=0))
    return {kind: sums[kind] for kind in _kinds(view)}


@kpi(
    "revenue_forgone",
    "EUR",
    "lower",
    "What customers would have paid, as signed, from when they left until they would have left feeling neutral all "
    "along; paid by nobody and no part of revenue. Not applicable to customers who buy repeatedly: nobody knows.",
    needs=("customers",),
)
def revenue_forgone(view: View) -> float:
    return NAN if buys_repeatedly(view) else float(tagged(view).forgone.sum())


@kpi(
    "revenue_forgone",
    "EUR",
    "lower",
    "Of customers of this origin, what those who left too soon would have paid, as signed, until they would have left "
    "feeling neutral all along.",
    per="origin",
    needs=("customers",),
)
def revenue_forgone_by_origin(view: View) -> dict[str, float]:
    return {} if buys_repeatedly(view) else _by_origin(view, tagged(view).forgone)


@kpi(
    "service_effect",
    "EUR",
    "higher",
    "What service did to revenue by who stays: retained - forgone, against customers who feel neutral all along. Not "
    "applicable to customers who buy repeatedly.",
    needs=("customers",),
)
def service_effect(view: View) -> float:
    return float(tagged(view).paid[:, _RETAINED].sum()) - revenue_forgone(view)


@kpi(
    "revenue_direct",
    "EUR",
    "higher",
    "What sales brought: what customers of marketing, prospecting and win-back would have paid feeling neutral all "
    "along (new + forgone, fees included), and what follow-up found with any customer. revenue_direct + revenue_base + "
    "revenue_indirect = revenue. Of repeat buyers nobody knows what is forgone.",
)
def revenue_direct(view: View) -> float:
    return float(tagged(view).direct.sum())


@kpi(
    "revenue_direct",
    "EUR",
    "higher",
    "What sales brought of customers of this origin (see revenue_direct): of those who were referred, and of the "
    "initial base, what follow-up found.",
    per="origin",
)
def revenue_direct_by_origin(view: View) -> dict[str, float]:
    return _by_origin(view, tagged(view).direct)


@kpi(
    "revenue_base",
    "EUR",
    "higher",
    "What the initial base would have paid feeling neutral all along (new + forgone): neither direct nor indirect, and "
    "the same whatever is done.",
)
def revenue_base(view: View) -> float:
    return tagged(view).base


@kpi(
    "revenue_indirect",
    "EUR",
    "higher",
    "What service and the word of customers brought: retained - forgone and expansion of all customers, and what "
    "those who were referred would have paid feeling neutral all along. Below 0 where service drives more away than it "
    "brings.",
    headline=True,
)
def revenue_indirect(view: View) -> float:
    return float(tagged(view).indirect.sum())


@kpi(
    "revenue_indirect",
    "EUR",
    "higher",
    "What service and the word of customers brought of customers of this origin (see revenue_indirect).",
    per="origin",
)
def revenue_indirect_by_origin(view: View) -> dict[str, float]:
    return _by_origin(view, tagged(view).indirect)
