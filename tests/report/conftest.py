"""A made-up study with the shape of a real one: four plans, two horizons, numbers that add up; nothing is simulated."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.experiments.compare import compare
from sim.experiments.outcome import Outcome
from sim.experiments.study import Study
from sim.report.charts import Gallery, gallery
from sim.scenario.scenario import Scenario

sys.path.insert(0, str(Path(__file__).parent))  # lets the tests of this folder import the parts they share

DELIVERY_MARGIN = 0.8
SALES_WAGE, SERVICE_WAGE = 6500.0, 4200.0
# plan -> (sales, service, what the initial base, organic customers and referrals pay more than in the baseline, share)
PLANS = {
    "baseline": (12, 16, 0.0, 0.0, 0.0, 0.78),
    "more service": (8, 20, 0.42, -0.07, 0.60, 0.90),
    "all in sales": (20, 8, -0.60, 0.16, -0.80, 0.31),
    "four more hires": (14, 18, 0.22, 0.30, 0.25, 0.85),
}


def tree_of(name: str, sales: int, service: int) -> dict[str, Any]:
    """A small company with these headcounts, as a scenario file has it."""
    tree: dict[str, Any] = {
        "name": name,
        "description": "Where should the next head go: into sales or into service?",
        "clock": {
            "start": "2026-01-05",
            "horizon": "24 mo",
            "report_at": ["12 mo"],
            "hours": {"mon-fri": "09:00-17:00"},
        },
        "teams": {
            "reps": {"headcount": sales, "wage": "6500 EUR/mo", "turnover": "25 %/yr"},
            "agents": {"headcount": service, "wage": "4200 EUR/mo"},
        },
        "marketing": {"sources": {"website": {"rate": "9 /d", "cost_per_lead": "60 EUR"}}},
        "sales": {
            "stages": {"closing": {"team": "reps", "work": "3 h", "pass_rate": "30 %"}},
            "deal": {"dist": "lognormal", "mean": "300 EUR/mo", "cv": 0.8},
        },
        "service": {
            "channels": {
                "phone": {"mode": "live", "target": {"within": "60 s", "share": "80 %"}, "tolerance": "3 min"},
                "email": {"mode": "deferred", "target": {"within": "4 h", "share": "80 %"}, "tolerance": "8 h"},
            },
            "types": {
                "request": {
                    "team": "agents",
                    "channels": {"phone": "40 %", "email": "60 %"},
                    "handle_time": "25 min",
                    "per_customer": "0.8 /mo",
                }
            },
        },
        "customers": {"initial": {"count": 900}, "leaving": {"base": "20 %/yr", "floor": "8 %/yr", "beta": 4}},
        "economics": {"gross_margin": "80 %", "commission": "10 %", "overhead": "30000 EUR/mo"},
        "run": {"replications": 20, "seed": 1},
        "sources": {
            "service.types.request.per_customer": {"source": "assumption", "low": "0.4 /mo", "high": "1.5 /mo"},
            "customers.leaving.base": {"source": "Industry survey 2024, 400 firms", "grade": "industry survey"},
        },
    }
    return tree


def outcome_of(plan: str, replication: int, setting: tuple[float, ...]) -> Outcome:
    """One made-up future; the luck of replication i is the same under every plan."""
    sales, service, kept, organic, referral, level = setting
    luck = np.random.default_rng([7, replication])
    noise = np.random.default_rng([8, replication, len(plan)])
    shared, own = luck.normal(0, 0.06, 3), noise.normal(0, 0.05, 3)
    months = np.arange(1, 25)
    grow = months / 24
    neutral = 270e3 * np.exp(-0.017 * months * (1 + shared[0]))
    initial = 270e3 * np.exp(-0.017 * months * (1 - kept) * (1 + shared[0] + own[0])) * (1 + noise.normal(0, 0.004, 24))
    fresh = 210e3 * grow * (1 + organic * grow) * (1 + 2 * shared[1] + own[1]) * (1 + noise.normal(0, 0.01, 24))
    told = 34e3 * grow * (1 + referral) * (1 + 2 * shared[2]) * (1 + noise.normal(0, 0.02, 24))
    mrr = initial + fresh + told
    kpis = {}
    for label, upto in (("12 mo", 12), ("24 mo", 24)):
        paid = {"initial": initial, "organic": fresh, "referral": told}
        parts = {f"revenue.{origin}": float(series[:upto].sum()) for origin, series in paid.items()}
        revenue = math.fsum(parts.values())
        tags = tags_of(parts, float(neutral[:upto].sum()))
        costs = {
            "payroll_sales": sales * SALES_WAGE * upto * float(1 - 0.02 * luck.random()),
            "payroll_service": service * SERVICE_WAGE * upto,
            "hiring": 4000.0 * float(luck.poisson(sales * 0.25 * upto / 12)),
            "commission": 0.1 * 12 * float(fresh[upto - 1] + told[upto - 1]) * 1.1,
            "media": 60.0 * 9 * 30.4 * upto * float(1 + shared[1] / 4),
            "overhead": 30000.0 * upto,
        }
        costs["payroll"] = costs["payroll_sales"] + costs["payroll_service"]
        profit = revenue * DELIVERY_MARGIN - sum(
            costs[k] for k in costs if k not in {"payroll_sales", "payroll_service"}
        )
        wins = float(fresh[upto - 1] / 300)
        kpis[label] = {
            "leads": 274.0 * upto + float(luck.integers(-60, 60)),
            "wins": wins,
            "win_rate": wins / (274.0 * upto),
            "speed_to_lead": 1.2 * 12 / sales * float(1 + noise.random() / 5),
            "contacts": float(luck.poisson(760 * upto)),
            "wait": 22.0 * (1 - level) * 10 / 6,
            "service_level": min(0.99, level + float(noise.normal(0, 0.01)) - 0.01 * upto / 12),
            "abandonment": (1 - level) * 0.3 + float(noise.normal(0, 0.004)),
            "csat": 0.55 + 0.3 * level + float(noise.normal(0, 0.01)),
            "occupancy.agents": 0.86 * 16 / service * float(1 + shared[0] / 4),
            "customers": float(mrr[upto - 1] / 300),
            "churn": 0.017 * (1 - kept) * float(1 + shared[0]),
            "mrr": float(mrr[upto - 1]),
            "satisfaction": 0.5 + 0.3 * level,
            "referral_share": float(told[upto - 1] / (told[upto - 1] + fresh[upto - 1])),
            "revenue": revenue,
            **parts,
            **tags,
            "gross_profit": revenue * DELIVERY_MARGIN,
            **costs,
            "profit": profit,
            "cac": (costs["payroll_sales"] + costs["commission"] + costs["media"]) / max(wins, 1.0),
            "payback": math.nan if plan == "nothing" else 14.0 * sales / 12 * float(1 + shared[1]),
        }
    return Outcome(
        plan, replication, kpis, {"month": months.tolist(), "mrr": mrr.tolist()}, hours_of(level, luck, noise)
    )


def tags_of(parts: dict[str, float], neutral: float) -> dict[str, float]:
    """Revenue told apart, where the initial base would have paid so much had it felt neutral."""
    kept = parts["revenue.initial"] - neutral
    retained, forgone = max(kept, 0.0), max(-kept, 0.0)
    upgrades = 0.03 * parts["revenue.organic"]
    new = {"initial": neutral - forgone, "organic": parts["revenue.organic"] - upgrades}
    new["referral"] = parts["revenue.referral"]
    figures = {f"revenue_tag.{origin}.new": paid for origin, paid in new.items()}
    return figures | {
        "revenue_tag.initial.retained": retained,
        "revenue_tag.organic.expansion": upgrades,
        "revenue_kind.retained": retained,
        "revenue_forgone": forgone,
        "revenue_forgone.initial": forgone,
        "revenue_direct": new["organic"],
        "revenue_direct.organic": new["organic"],
        "revenue_base": neutral,
        "revenue_indirect": kept + upgrades + new["referral"],
        "revenue_indirect.initial": kept,
        "revenue_indirect.organic": upgrades,
        "revenue_indirect.referral": new["referral"],
    }


def hours_of(level: float, luck: np.random.Generator, noise: np.random.Generator) -> dict[str, list[list[float]]]:
    """Contacts by hour of the week: Mondays and mid-mornings are hard, nights hardly ring."""
    rows = []
    for day in range(7):
        for hour in range(24):
            busy = (1.5 if day == 0 else 1.0) * (
                math.exp(-((hour - 10.5) ** 2) / 9) + 0.5 * math.exp(-((hour - 15) ** 2) / 6)
            )
            total = float(luck.poisson(130 * busy if day < 5 else 9 * busy))
            share = min(0.99, max(0.02, 1 - (1 - level) * 2.2 * busy))
            if total:
                kept = float(noise.binomial(int(total), share))
                rows.append([day * 24.0 + hour, total, kept, total, total, total * 0.01, 0.0, total])
    return {"phone.request": rows}


Make = Callable[[str, int, int], dict[str, Any]]


def study_of(
    plans: Sequence[str] | Mapping[str, tuple[float, ...]] | None = None,
    replications: int = 20,
    *,
    folder: Path = Path("made-up"),
    make: Make = tree_of,
) -> Study:
    """A study as if it had been run: plans by name, or with settings of their own."""
    settings = plans if isinstance(plans, Mapping) else {name: PLANS[name] for name in plans or PLANS}
    trees = {name: make(name, int(setting[0]), int(setting[1])) for name, setting in settings.items()}
    scenarios = {name: Scenario.model_validate(tree) for name, tree in trees.items()}
    outcomes = [outcome_of(name, each, setting) for name, setting in settings.items() for each in range(replications)]
    return Study(
        folder=folder,
        plans=scenarios,
        texts={name: json.dumps(tree) for name, tree in trees.items()},
        outcomes=tuple(outcomes),
        comparison=compare(outcomes) if len(scenarios) > 1 else None,
        confidence=0.95,
        manifest={"program": "0.1.0+made-up", "seed": 1, "replications": replications, "confidence": 0.95},
    )


@pytest.fixture(scope="session")
def study() -> Study:
    """Four plans, 20 replications, 24 months."""
    return study_of()


@pytest.fixture(scope="session")
def drawn(study: Study) -> Gallery:
    """All pictures of it."""
    return gallery(study)


@pytest.fixture(scope="session")
def make_study() -> Callable[..., Study]:
    """Makes studies of other plans or sizes."""
    return study_of


@pytest.fixture(scope="session")
def tree() -> Make:
    """Makes the scenario of a plan as a file has it."""
    return tree_of
