"""Simulated studies for the tests of this folder: companies of several kinds, each with one agent and with three."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from sim.experiments.compare import compare
from sim.experiments.outcome import observe
from sim.experiments.study import Study
from sim.report.reading import Reading
from sim.scenario.scenario import Scenario

CONTRACT = {"contract": {"length": "3 mo", "downgrade": "20 %", "cut": "25 %"}}
SEGMENTS = {
    "firms": {"share": "30 %", "value": 3.0, "contract": {"length": "2 mo"}},
    "homes": {"share": "70 %", "leaving": {"base": "120 %/yr", "beta": 6, "issues": {"factor": 3, "lasts": "2 wk"}}},
}
BUYERS = {"purchases": {"rate": "2 /mo", "dropout": "15 %", "beta": 3}}
HIRING = {"hiring": {"teams": {"agents": {"rule": "ratio", "of": "customers", "per_head": 60, "layoffs": True}}}}
COMPANIES: dict[str, dict[str, Any]] = {
    "subscription": {},
    "contracts": {"customers": CONTRACT},
    "segments": {"customers": {"segments": SEGMENTS}},
    "repeat purchase": {"customers": BUYERS},
    "nobody is kept": {"loops": {"retention": {"on": False}}},
    "nobody tells": {"customers": {"telling": None}, "loops": HIRING},
    "a base alone": {"marketing": None, "sales": None, "customers": {"telling": None}},
}
"""What makes a company another one than the first."""


def company(changes: dict[str, Any], agents: int) -> Scenario:
    """Half a year of a company that does all it can to earn money, with so many agents, who help to win as well."""
    customers: dict[str, Any] = {
        "initial": {"count": 200, "mrr": "250 EUR/mo", "age": {"dist": "exponential", "mean": "1 yr"}},
        "leaving": {"base": "90 %/yr", "floor": "20 %/yr", "beta": 6, "varies": {"law": "gamma", "cv": 0.7}},
        "telling": {"rate": "0.15 /mo", "lag": "1 wk", "against": {"rate": "0.2 /mo"}},
        "expansion": {"rate": "40 %/yr", "size": "20 %", "beta": 1},
    }
    customers |= changes.get("customers", {})
    if "purchases" in customers:
        del customers["leaving"]
    tree: dict[str, Any] = {
        "name": "company",
        "clock": {"horizon": "6 mo", "report_at": ["2 mo"]},
        "teams": {
            "reps": {"headcount": 2, "wage": "5000 EUR/mo"},
            "agents": {"headcount": agents, "wage": "4000 EUR/mo", "turnover": "100 %/yr", "hire_cost": "3000 EUR"},
        },
        "marketing": {
            "sources": {"website": {"rate": "3 /d", "cost_per_lead": "40 EUR"}},
            "prospecting": {
                "calls": {"team": "reps", "hours": "8 h", "call": "5 min", "reach": "20 %", "interest": "20 %"}
            },
            "win_back": {"share": "50 %", "after": "2 wk"},
        },
        "sales": {
            "stages": {"closing": {"team": "reps", "work": "1 h", "pass_rate": 0.25 + 0.05 * agents}},
            "deal": {"dist": "lognormal", "mean": "300 EUR/mo", "cv": 0.5},
            "fee": "400 EUR",
            "follow_up": {
                "review": {"team": "reps", "work": "30 min", "after": "1 mo", "expansion": "40 %", "grows": "20 %"}
            },
        },
        "service": {
            "channels": {
                "email": {"mode": "deferred", "target": {"within": "4 h", "share": "80 %"}, "tolerance": "8 h"}
            },
            "types": {
                "request": {
                    "team": "agents",
                    "channels": {"email": "100 %"},
                    "handle_time": "50 min",
                    "resolution": "75 %",
                    "per_customer": "0.8 /mo",
                }
            },
        },
        "customers": {key: value for key, value in customers.items() if value is not None},
        "economics": {"gross_margin": "75 %", "commission": "10 %", "overhead": "3000 EUR/mo"},
        "loops": changes.get("loops", {}),
    }
    left_out = [key for key in ("marketing", "sales") if key in changes]
    return Scenario.model_validate({key: value for key, value in tree.items() if key not in left_out})


@cache
def studied(name: str) -> Reading:
    """Three futures of a company with one agent, and with three."""
    plans = {"one agent": company(COMPANIES[name], 1), "three agents": company(COMPANIES[name], 3)}
    outcomes = [
        replace(observe(scenario, number, 1), plan=plan) for plan, scenario in plans.items() for number in range(3)
    ]
    manifest = {"program": "0", "seed": 1, "replications": 3, "confidence": 0.95}
    return Reading(
        Study(Path("made"), plans, dict.fromkeys(plans, ""), tuple(outcomes), compare(outcomes), 0.95, manifest)
    )
