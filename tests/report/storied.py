"""Small companies with everything in them that can befall a customer, for the tests of stories; they are simulated."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from sim.model.company import simulate
from sim.model.facts import TABLES, index
from sim.model.journal import Run
from sim.scenario.scenario import Scenario

NAN = float("nan")
_PROMISE = {"within": "60 s", "share": "80 %"}
_LATER = {"within": "4 h", "share": "80 %"}

TEAMS: dict[str, Any] = {
    "reps": {"headcount": 3, "skills": {"relationship": 0.9}, "turnover": "150 %/yr", "vacancy": "2 wk"},
    "agents": {"headcount": 2, "turnover": "100 %/yr", "vacancy": "1 wk"},
    "field": {"headcount": 1},
}
SALES: dict[str, Any] = {
    "interactions": {
        "call": {"no_show": "40 %", "wasted": "5 min", "again": "1 d", "attempts": 3},
        "meeting": {"notice": "3 d", "no_show": "10 %", "travel": "30 min"},
    },
    "stages": {
        "first": {"team": "reps", "work": "40 min", "interaction": "call", "pass_rate": "60 %", "disqualified": "15 %"},
        "talks": {"team": "reps", "work": "1 h", "interaction": "meeting", "meetings": 2, "between": "2 d",
                  "thinking": "4 d", "pass_rate": "70 %"},
        "offer": {"team": "reps", "work": "2 h", "thinking": "6 d", "pass_rate": "60 %"},
    },
    "skills": {"relationship": {"follow_up": 0.5}},
    "expiry": "2 d",
    "nurture": {"lost": "30 %", "expired": "40 %", "after": "3 wk"},
    "handover": {"work": "10 min", "owner_left": -0.3},
    "deal": {"dist": "lognormal", "mean": "300 EUR/mo", "cv": 0.7},
    "discount": {"stage": "offer", "usual": "8 %"},
    "fee": "400 EUR",
    "questions": {"stage": "offer", "share": "60 %", "ticket": "question", "answered": 0.3, "unanswered": -0.3},
    "follow_up": {
        "welcome": {"team": "reps", "work": "20 min", "after": "2 wk", "reach": "70 %", "felt": "80 %"},
        "review": {"team": "reps", "work": "30 min", "before_renewal": "2 wk", "expansion": "60 %", "grows": "20 %",
                   "lapses": "4 h"},
    },
}  # fmt: skip
SERVICE: dict[str, Any] = {
    "survey": {"response": "50 %"},
    "channels": {
        "phone": {"mode": "live", "patience": "4 min", "balk": "10 %", "redial": {"share": "60 %", "after": "1 h"},
                  "lines": 2, "target": _PROMISE, "tolerance": "3 min"},
        "email": {"mode": "deferred", "deadline": "5 h", "target": _LATER, "tolerance": "8 h"},
        "visit": {"mode": "appointment", "slot": "2 h", "notice": "1 d", "no_show": "30 %", "travel": "20 min",
                  "target": {"within": "16 h", "share": "80 %"}, "tolerance": "40 h"},
    },
    "types": {
        "question": {"team": "agents", "channels": {"email": 0.5, "phone": 0.5}, "handle_time": "20 min"},
        "start": {"team": "agents", "channels": {"email": 1}, "handle_time": "3 h", "per_win": 0.9},
        "problem": {
            "team": "agents", "channels": {"phone": 0.6, "email": 0.4}, "per_customer": "0.8 /mo", "weight": 1.5,
            "handle_time": {"dist": "lognormal", "mean": "45 min", "cv": 1}, "resolution": "50 %",
            "returns": "80 %", "returns_after": "2 d", "resolve_within": "16 h",
            "escalation": [{"team": "field", "reasons": {"knowledge": "40 %"}, "channel": "email",
                            "handle_time": "1 h", "resolution": "80 %"}],
        },
        "complaint": {"team": "agents", "channels": {"phone": 1}, "handle_time": "20 min",
                      "complaints": {"share": "50 %", "below": 0.3, "after": "1 d"}},
        "upkeep": {"team": "field", "channels": {"visit": 1}, "handle_time": "1 h", "schedule": {"every": "5 mo"}},
        "check": {"team": "agents", "channels": {"phone": 1}, "handle_time": "10 min", "outbound": True,
                  "priority": 9, "reserve": 1, "schedule": {"every": "2 mo", "below": "70 %"}},
    },
}  # fmt: skip
CUSTOMERS: dict[str, Any] = {
    "initial": {"count": 40},
    "leaving": {"base": "60 %/yr", "floor": "20 %/yr", "beta": 4, "reference": 0.6},
    "contract": {"length": "3 mo", "downgrade": "15 %", "cut": "25 %"},
    "telling": {"rate": "0.3 /mo", "lag": "1 wk"},
}
EVERYTHING: dict[str, Any] = {
    "name": "everything",
    "clock": {"start": "2026-01-05", "horizon": "9 mo", "hours": {"mon-fri": "09:00-17:00"}},
    "teams": TEAMS,
    "marketing": {
        "sources": {"website": {"rate": "1.5 /d"}},
        "prospecting": {"cold": {"team": "reps", "hours": "6 h", "call": "5 min", "reach": "30 %", "interest": "20 %"}},
        "win_back": {"share": "50 %", "after": "3 wk"},
    },
    "sales": SALES,
    "service": SERVICE,
    "customers": CUSTOMERS,
}
"""All that can befall anybody."""

_OTHERS: dict[str, dict[str, Any]] = {
    "no_sales": {"marketing": None, "sales": None, "customers": {**CUSTOMERS, "telling": None, "initial":
                 {"count": 40, "mrr": "200 EUR/mo"}}},
    "no_service": {"service": None, "sales": {**SALES, "questions": None}},
    "no_customers": {"customers": None, "service": {**SERVICE, "types": {"question": SERVICE["types"]["question"]}},
                     "sales": {**SALES, "follow_up": {}}, "marketing": {"sources": {"website": {"rate": "1 /d"}}}},
    "buyers": {"customers": {"initial": {"count": 40}, "telling": CUSTOMERS["telling"],
                             "purchases": {"rate": "0.7 /mo", "rate_cv": 0.5, "dropout": "20 %", "beta": 3}},
               "sales": {**SALES, "follow_up": {"care": {"team": "reps", "work": "20 min", "every": "2 mo",
                         "expansion": "50 %", "grows": "20 %"}}}},
    "anytime": {"customers": {**CUSTOMERS, "contract": None, "memory": {"steadies": "1 yr"},
                              "expansion": {"rate": "80 %/yr", "size": "10 %"},
                              "contraction": {"rate": "80 %/yr", "size": "10 %"}},
                "sales": {**SALES, "follow_up": {"welcome": SALES["follow_up"]["welcome"]}}},
}  # fmt: skip
PLANS = ("everything", *_OTHERS)


@cache
def run_of(plan: str) -> Run:
    """One future of one of these companies."""
    tree = {**EVERYTHING, **_OTHERS.get(plan, {}), "name": plan}
    return simulate(Scenario.model_validate(_given(tree)), 0, 1)


def changed(run: Run, table: str, row: int, **values: float) -> Run:
    """The same facts with some values of one row written over."""
    rows = run.tables[table].copy()
    for name, value in values.items():
        rows[row, index(table, name)] = value
    return Run(run.scenario, run.replication, run.horizon, {**run.tables, table: rows}, run.words, run.counts)


def made(plan: str, end: float, **tables: list[dict[str, Any]]) -> Run:
    """A run of such a company that never was: rows as dicts, words as words, what is not said is empty."""
    base = run_of(plan)
    arrays = {name: np.empty((0, len(columns))) for name, columns in TABLES.items()}
    for name, rows in tables.items():
        arrays[name] = np.full((len(rows), len(TABLES[name])), NAN)
        for number, row in enumerate(rows):
            for column, value in row.items():
                code = base.words_of(name, column).index(value) if isinstance(value, str) else value
                arrays[name][number, index(name, column)] = code
    return Run(base.scenario, 0, end, arrays, base.words, {})


def _given(tree: dict[str, Any]) -> dict[str, Any]:
    return {key: _given(value) if isinstance(value, dict) else value for key, value in tree.items()
            if value is not None}  # fmt: skip
