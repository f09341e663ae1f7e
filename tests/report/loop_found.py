"""A study of loops whose figures are made up by laws of known elasticity; nothing is simulated."""

from __future__ import annotations

import math
import random
from pathlib import Path

from sim.experiments.loop_study import LoopStudy, Subject, design, run_loops
from sim.experiments.manifest import Settings
from sim.experiments.outcome import Outcome
from sim.scenario.load import load_tree, scenario_of
from sim.scenario.scenario import Scenario

PLAN = """\
name: shop
clock: {horizon: 24 mo, report_at: [12 mo], hours: {mon-fri: "09:00-17:00"}}
teams: {reps: {headcount: 10, wage: 4000 EUR/mo}, agents: {headcount: 20, wage: 3500 EUR/mo}}
marketing: {sources: {web: {rate: 3 /d}}}
sales:
  stages: {closing: {team: reps, work: 2 h, pass_rate: 40 %}}
  deal: 300 EUR/mo
service:
  channels: {phone: {mode: live, target: {within: 60 s, share: 80 %}, tolerance: 3 min}}
  types: {request: {team: agents, channels: {phone: 1}, handle_time: 40 min, resolution: 75 %, per_customer: 1 /mo}}
customers: {initial: {count: 1000}, leaving: {base: 20 %/yr, beta: 4}, telling: {rate: 0.3 /mo}}
"""
LAWS = {
    ("sales_people", "new_customers"): 0.4,
    ("new_customers", "customers"): 0.6,
    ("churn", "customers"): -0.5,
    ("customers", "tickets"): 1.0,
    ("tickets", "service"): -0.9,
    ("service_people", "service"): 0.8,
    ("service", "churn"): -0.7,
    ("service", "new_customers"): 0.3 * 0.2,
}
"""Elasticity of every arrow but profit's; of referrals, their share in the wins times that of the leads they are."""
REFERRED, SHARE = 0.3, 0.2


def outcome(plan: Scenario, replication: int, seed: int, *, overhead: float = 0.0) -> Outcome:
    """One future by the laws above, all arrows at once; the luck of a replication is the same in every plan."""
    assert plan.sales is not None
    assert plan.customers is not None
    assert plan.service is not None
    luck = random.Random(f"{seed}/{replication}")
    on = {name: getattr(plan.loops, name).on for name in ("retention", "referral", "failure_demand")}
    people = plan.teams["reps"].positions() / 10, plan.teams["agents"].positions() / 20
    wins = people[0] ** LAWS["sales_people", "new_customers"] * plan.sales.stages["closing"].pass_rate / 0.4
    first, asks = plan.customers.initial.count / 1000, _ratio(plan.service.types["request"].per_customer, 730.5)
    leaves = _ratio(plan.customers.leaving.base, 8766.0) / 0.2
    # Round the loop until nothing moves: customers, tickets, service, churn, customers.
    customers = served = lost = 1.0
    for _ in range(60):
        tickets = customers * asks
        served = people[1] ** 0.8 * tickets**-0.9
        lost = leaves * served**-0.7
        customers = first * wins**0.6 * lost**-0.5
    noise = {name: math.exp(luck.gauss(0.0, 0.01)) for name in ("new", "customers", "tickets", "served", "lost")}
    live, churned = 1000 * customers * noise["customers"], 0.02 * lost * noise["lost"]
    worth = 9000.0 * on["referral"] - 7000.0 * on["retention"] + 2000.0 * (on["referral"] and on["retention"])
    small = random.Random(f"{seed}/{replication}/{plan.identity()}").gauss(0.0, 20.0)
    at_end = {
        "profit": 24 * (100 * live - overhead) + worth + small,
        "customers": live + 3.0 * on["referral"],
        "mrr": 300 * live,
        "new_customers": 24 * 40 * wins * noise["new"],
        "lost_customers": 24 * live * churned,
        "churn": churned,
        "tickets": 24 * 2000 * tickets * noise["tickets"],
        "service_level": 0.5 * served * noise["served"],
        "leads.referred": 24 * live * 0.1 * served**REFERRED,
        "wins_of.referred": SHARE * 1000.0,
        "wins": 1000.0,
    }
    return Outcome.of(plan.name, replication, {"12 mo": {k: v / 2 for k, v in at_end.items()}, "24 mo": at_end})


def _ratio(rate: object, hours: float) -> float:
    assert isinstance(rate, float)
    return float(rate) * hours


def found(place: Path, *versus: str, futures: int = 12, overhead: float = 0.0) -> LoopStudy:
    """A study of the plan, or of its difference from the same with some settings."""
    file = place / "shop.yaml"
    file.write_text(PLAN, encoding="utf-8")
    tree = load_tree(file)
    subjects = [Subject(tree, scenario_of(tree))]
    if versus:
        other = load_tree(file, sets=[*versus, "name=other"])
        subjects.append(Subject(other, scenario_of(other)))

    def work(plan: Scenario, replication: int, seed: int) -> Outcome:
        return outcome(plan, replication, seed, overhead=overhead)

    return run_loops(design(*subjects), Settings(futures, jobs=1), place / "results", work=work)
