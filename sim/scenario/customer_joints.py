"""What joins customers with the rest: segments to be a mix of, payments, word of mouth; it judges no figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.scenario.missing import Joint, Path, unknown

if TYPE_CHECKING:
    from sim.scenario.customers import CustomersPlan
    from sim.scenario.marketing import Leads
    from sim.scenario.scenario import Scenario


def customer_joints(scenario: Scenario) -> Iterator[Joint]:
    """Faults between the customer base and the other parts."""
    base, plan = scenario.customers, scenario.marketing
    if plan:
        for part, origins in (("sources", plan.sources), ("prospecting", plan.prospecting)):
            for name, leads in origins.items():
                yield from _mix(base, leads, ("marketing", part, name, "mix"))
        yield from _mix(base, plan.referred, ("marketing", "referred", "mix"))
        if plan.win_back and plan.win_back.mix:
            sentence = "who comes back is of the segment he was: leave the mix out"
            yield ("marketing", "win_back", "mix"), sentence
    if base and base.initial.count and base.initial.mrr is None and scenario.sales is None:
        yield ("customers", "initial", "mrr"), "'mrr' is missing: there is no sales plan whose deals could say it"
    if base and base.telling and scenario.sales is None:
        yield ("customers", "telling"), "referred leads need a pipeline: 'sales' is missing"


def _mix(base: CustomersPlan | None, leads: Leads, path: Path) -> Iterator[Joint]:
    if leads.mix and (base is None or not base.segments):
        missing = "'customers.segments' is missing" if base else "'customers' is missing"
        yield path, f"there are no segments to be a mix of: {missing}"
        return
    for name in leads.mix:
        if base and name not in base.segments:
            yield (*path, name), unknown("segment", name, base.segments)
