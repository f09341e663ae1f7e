"""A small sales organization with everything in it, as a scenario file has it; run by the simulation for the tests."""

from __future__ import annotations

from typing import Any

_TARGET = {"within": "4 h", "share": "80 %"}

ORGANIZATION: dict[str, Any] = {
    "name": "organization",
    "clock": {"start": "2026-01-05", "horizon": "12 mo", "hours": {"mon-fri": "09:00-17:00"}},
    "teams": {
        "developers": {"headcount": 2, "wage": "4000 EUR/mo"},
        "reps": {
            "headcount": 5,
            "wage": "6000 EUR/mo",
            "hire_cost": "5000 EUR",
            "turnover": "80 %/yr",
            "vacancy": "1 mo",
            "ramp": {"start": "40 %", "time": "3 mo"},
            "absence": {"rate": "0.5 /mo", "length": "2 d"},
        },
        "managers": {"headcount": 1, "wage": "5000 EUR/mo"},
        "agents": {"headcount": 2, "wage": "4000 EUR/mo", "hire_cost": "3000 EUR", "layoff_cost": "7000 EUR"},
    },
    "marketing": {
        "sources": {
            "website": {"rate": "2 /d", "cost_per_lead": "60 EUR"},
            "fair": {"rate": "3 /wk", "cost_per_lead": "200 EUR", "enters": "demo"},
        },
        "prospecting": {
            "cold": {
                "team": "developers",
                "hours": "20 h",
                "call": "6 min",
                "reach": "20 %",
                "talk": "10 min",
                "interest": "15 %",
                "cost_per_lead": "5 EUR",
            }
        },
        "win_back": {"share": "80 %", "after": "1 mo"},
        "market": {"size": 3000, "cooling": "6 mo"},
    },
    "sales": {
        "interactions": {
            "call": {"no_show": "50 %", "wasted": "5 min", "again": "1 d", "attempts": 4},
            "meeting": {"notice": "3 d", "no_show": "15 %", "travel": "1 h", "attempts": 3},
        },
        "stages": {
            "qualification": {
                "team": "developers",
                "work": "30 min",
                "pass_rate": "60 %",
                "disqualified": "10 %",
                "interaction": "call",
            },
            "demo": {
                "team": "reps",
                "work": "2 h",
                "thinking": "5 d",
                "pass_rate": "60 %",
                "interaction": "meeting",
                "meetings": 2,
                "between": "4 d",
            },
            "closing": {"team": "reps", "work": "3 h", "thinking": "10 d", "pass_rate": "50 %"},
        },
        "response": {"decay": "exponential", "mean": "5 d"},
        "expiry": "4 d",
        "nurture": {"lost": "30 %", "expired": "20 %", "after": "1 mo", "times": 2},
        "handover": {"between_teams": -0.2, "owner_left": -0.5},
        "deal": {"dist": "lognormal", "mean": "300 EUR/mo", "cv": 0.8},
        "discount": {"stage": "closing", "usual": "10 %", "pressure": 0.3, "odds": 2},
        "fee": {"dist": "lognormal", "mean": "500 EUR", "cv": 0.5},
        "quota": {"amount": "3500 EUR/mo", "per": "quarter"},
        "follow_up": {
            "welcome": {"team": "reps", "work": "30 min", "after": "1 mo", "reach": "80 %"},
            "review": {
                "team": "managers",
                "work": {"dist": "uniform", "low": "40 min", "high": "80 min"},
                "before_renewal": "2 wk",
                "lapses": "1 d",
                "expansion": "40 %",
                "grows": "20 %",
            },
        },
    },
    "service": {
        "channels": {"email": {"mode": "deferred", "target": _TARGET, "tolerance": "8 h"}},
        "types": {
            "request": {
                "team": "agents",
                "channels": {"email": "100 %"},
                "handle_time": "25 min",
                "per_customer": "0.8 /mo",
            }
        },
    },
    "customers": {
        "initial": {"count": 120, "age": {"dist": "exponential", "mean": "2 yr"}},
        "leaving": {"base": "90 %/yr", "beta": 2, "varies": {"law": "gamma", "cv": 0.8}},
        "telling": {"rate": "0.1 /mo", "against": {"rate": "2 /mo", "impact": "50 %"}},
        "expansion": {"rate": "20 %/yr", "size": "15 %", "beta": 1},
        "contract": {"length": "3 mo", "downgrade": "20 %", "cut": "25 %"},
        "segments": {
            "firms": {"share": "60 %", "value": 1.4},
            "persons": {"share": "40 %", "value": 0.4, "needs": 2, "contract": {"length": "1 mo"}},
        },
    },
    "economics": {
        "gross_margin": "80 %",
        "commission": "8 %",
        "accelerators": [{"beyond": 0.5, "rate": "12 %"}, {"beyond": 1, "rate": "20 %"}],
        "overhead": "1000 EUR/mo",
    },
    "loops": {
        "overselling": {"on": True},
        "reputation": {"on": True},
        "burnout": {"on": True, "above": "60 %"},
        "hiring": {
            "teams": {
                "agents": {
                    "rule": "plan",
                    "steps": [{"from": "1 mo", "headcount": 5}, {"from": "6 mo", "headcount": 3}],
                    "delay": "3 wk",
                }
            }
        },
    },
}
"""Every part that this department's figures are about."""
