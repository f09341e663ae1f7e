"""Customer bases that are solved on paper, each with the exact figures of its formula; it runs none."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sim.engine.theory.diffusion import Diffusion
from sim.engine.theory.population import CustomerBase
from sim.engine.theory.purchases import RepeatBuyers
from sim.engine.theory.retention import Frailty, Renewals
from sim.engine.theory.telling import FadingWord
from sim.engine.units import MONTH, YEAR, Quantity
from sim.experiments.case import Case, built

_IDLE = {"nobody": {"headcount": 0}}


def customer_bases() -> Iterator[Case]:
    """Bases without service that shrink, come to pay more, grow by referral, fill a market, or buy again and again."""
    yield _churn()
    yield _frailty()
    yield _renewals()
    yield _drift()
    yield _referral()
    yield _fading()
    yield _warnings()
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


def _frailty() -> Case:
    """Customers who differ, a year old at the start: the loyal ones are left, and fewer and fewer leave."""
    cohort, age, months = Frailty(0.05 / MONTH, 1.2), 12 * MONTH, 24
    base = {
        "initial": {"count": 2000, "mrr": "100 EUR/mo", "age": "12 mo"},
        "leaving": {"base": "5 %/mo", "varies": {"law": "gamma", "cv": cohort.cv}},
    }
    stays = cohort.stays(months * MONTH, age)
    exact = {"customers": 2000 * stays, "churn": (1 - stays) / cohort.lived(months * MONTH, age) * MONTH}
    source = "gamma frailty (Vaupel, Manton and Stallard 1979)"
    return Case(
        "unequal-customers", "customers", source, built("unequal-customers", "24 mo", _IDLE, 0.0, customers=base), exact
    )


def _renewals() -> Case:
    """Contracts of a year that customers renew or not, each with a chance of his own."""
    cohort = Renewals(0.704, 1.182)
    base = {
        "initial": {"count": 2000, "mrr": "100 EUR/mo"},
        "leaving": {
            "base": Quantity(-math.log1p(-cohort.leaves) / YEAR),
            "varies": {"law": "beta", "period": "1 yr", "polarization": cohort.polarization},
        },
        "contract": {"length": "1 yr"},
    }
    # The initial base is anywhere in its terms: after so many whole years everybody has decided as often.
    exact = {"customers": 2000 * cohort.stays(5)}
    scenario = built("renewals", "5 yr", _IDLE, 0.0, customers=base)
    return Case("renewals", "customers", "shifted beta-geometric (Fader and Hardie 2007)", scenario, exact)


def _drift() -> Case:
    """Customers who leave, and meanwhile come to pay more and less."""
    base = {
        "initial": {"count": 2000, "mrr": "100 EUR/mo"},
        "leaving": {"base": "2 %/mo"},
        "expansion": {"rate": "4 %/mo", "size": {"dist": "uniform", "low": 0.1, "high": 0.3}},
        "contraction": {"rate": "1 %/mo", "size": 0.2},
    }
    growth = 0.04 * 0.2 - 0.01 * 0.2
    exact = {
        "mrr": 200_000 * math.exp((growth - 0.02) * 24),
        "customers": 2000 * math.exp(-0.02 * 24),
        "nrr": math.exp((growth - 0.02) * 12),
    }
    scenario = built("drift", "24 mo", _IDLE, 0.0, customers=base)
    return Case("drift", "customers", "geometric growth: changes at random, of what is paid then", scenario, exact)


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


def _fading() -> Case:
    """Customers who send ever fewer leads, for the circle of each is finite."""
    word = FadingWord(rate=0.08 / MONTH, fades=0.3, churn=0.05 / MONTH)
    plans: dict[str, Any] = {
        "marketing": {"sources": {}},
        "sales": {"deal": "100 EUR/mo"},
        "customers": {
            "initial": {"count": 400, "mrr": "100 EUR/mo"},
            "leaving": {"base": "5 %/mo"},
            "telling": {"rate": "0.08 /mo", "promoter": 0, "detractor": 0, "fades": 0.3},
        },
    }
    horizon = 24 * MONTH
    exact = {"customers": 400 * word.mean(horizon), "referral_leads": 400 * word.sent(horizon)}
    source = "branching process of many kinds (Athreya and Ney 1972)"
    return Case("fading-word", "customers", source, built("fading-word", "24 mo", _IDLE, 0.0, **plans), exact)


def _warnings() -> Case:
    """Detractors who keep leads away: each warning waits for the next lead, as in a queue with one server."""
    leads, warnings, months = 60.0, 100 * 0.5 * 0.4 * 0.5, 36
    plans: dict[str, Any] = {
        "marketing": {"sources": {"web": {"rate": f"{leads:g} /mo"}}},
        "sales": {
            "stages": {"call": {"team": "reps", "work": "0 min", "pass_rate": 0}},
            "deal": "100 EUR/mo",
        },
        "customers": {
            "initial": {"count": 100},
            "memory": {"start": 0.25},
            "leaving": {"base": "0 %/mo"},
            "telling": {"rate": "0 /mo", "against": {"rate": "0.5 /mo", "impact": 0.4}},
        },
    }
    load = warnings / leads
    kept = warnings * months - load / (1 - load)
    exact = {"leads_kept_away": kept, "leads.web": leads * months - kept}
    scenario = built("warnings", f"{months} mo", {"reps": {"headcount": 1}}, 0.0, **plans)
    return Case("warnings", "customers", "Poisson thinning; M/M/1 of warnings that wait for leads", scenario, exact)


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
