"""Customer bases that are solved on paper, each with the exact figures of its formula; it runs none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sim.engine.theory.diffusion import Diffusion
from sim.engine.theory.population import CustomerBase
from sim.engine.theory.purchases import RepeatBuyers
from sim.engine.units import MONTH, Quantity
from sim.experiments.case import Case, built

_IDLE = {"nobody": {"headcount": 0}}


def customer_bases() -> Iterator[Case]:
    """Bases without service that shrink, grow by referral, fill a market, or buy again and again."""
    yield _churn()
    yield _referral()
    yield _diffusion()
    yield _purchases()


def _churn() -> Case:
    """Customers who leave at one rate."""
    monthly = 0.02
    hazard = Quantity(-math.log1p(-monthly) / MONTH)
    base = {"initial": {"count": 2000, "mrr": "100 EUR/mo"}, "leaving": {"base": hazard}}
    scenario = built("churn", "24 mo", _IDLE, warm_up=0.0, customers=base)
    kept = (1 - monthly) ** 24
    exact = {"customers": 2000 * kept, "mrr": 200_000 * kept, "churn": hazard * MONTH}
    return Case("churn", "customers", "geometric survival (Berger and Nasr 1998)", scenario, exact)


def _referral() -> Case:
    """The referral loop below criticality."""
    process = CustomerBase(wins=10 / MONTH, churn=0.05 / MONTH, referral=0.03 / MONTH, start=100)
    base = {
        "initial": {"count": 100, "mrr": "100 EUR/mo"},
        "leaving": {"base": "5 %/mo"},
        "telling": {"rate": "0.03 /mo", "promoter": 0, "detractor": 0},
    }
    plans: dict[str, Any] = {
        "marketing": {"sources": {"web": {"rate": "10 /mo"}}},
        "sales": {"deal": "100 EUR/mo"},
        "customers": base,
    }
    scenario = built("referral", "60 mo", _IDLE, warm_up=0.0, **plans)
    exact = {"customers": process.mean(60 * MONTH), "leads.web": 10 * 60.0, "churn": process.churn * MONTH}
    return Case("referral", "customers", "Kendall 1949, birth and death with immigration", scenario, exact)


def _diffusion() -> Case:
    """A market of a thousand that fills up by hearsay, near its peak."""
    size, p, q, years = 1000, 0.03, 0.38, 6
    plans: dict[str, Any] = {
        "marketing": {"sources": {"own_will": {"rate": f"{p * size:g} /yr"}}, "market": {"size": size}},
        "sales": {"deal": "1 EUR/mo"},
        "customers": {
            "leaving": {"base": "0 %/yr"},
            "telling": {"rate": f"{q} /yr", "promoter": 0, "detractor": 0},
        },
    }
    bought = Diffusion(p, q).bought_of(size, years)
    exact = {"customers": size * bought, "prospects": size * (1 - bought)}
    source = "Bass 1969, averages of Sultan, Farley and Lehmann 1990, for a finite market"
    return Case("diffusion", "customers", source, built("diffusion", f"{years} yr", _IDLE, 0.0, **plans), exact)


def _purchases() -> Case:
    """Buyers of records who silently stop."""
    buyers = RepeatBuyers.bg_nbd(0.243, 4.414, 0.793, 2.426)
    base = {
        "initial": {"count": 3000, "mrr": "10 EUR/mo"},
        "purchases": {
            "rate": f"{buyers.rate:.12g} per week",
            "rate_cv": buyers.rate_cv,
            "dropout": buyers.dropout,
            "dropout_cv": buyers.dropout_cv,
        },
    }
    exact = {"purchases_per_customer": buyers.expected(39)}
    scenario = built("repeat-purchases", "39 wk", _IDLE, 0.0, customers=base)
    return Case("repeat-purchases", "customers", "BG/NBD (Fader, Hardie and Lee 2005)", scenario, exact)
