"""Runs made by hand: a small company's scenario, and tables of facts from lists of dicts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.metrics.view import View
from sim.model.company import simulate
from sim.model.facts import TABLES
from sim.model.journal import Run
from sim.scenario.scenario import Scenario

sys.path.insert(0, str(Path(__file__).parent))  # lets the tests of this folder import the parts they share

from made_up import Random, table_of, words_of
from organization import ORGANIZATION

MINUTE = 1 / 60

COMPANY: dict[str, Any] = {
    "name": "company",
    "clock": {"start": "2026-01-07", "horizon": "12 mo", "hours": {"mon-fri": "09:00-17:00"}},
    "teams": {
        "reps": {"headcount": 2, "wage": "6000 EUR/mo", "hire_cost": "5000 EUR"},
        "agents": {"headcount": 3, "wage": "4000 EUR/mo"},
    },
    "marketing": {
        "sources": {
            "website": {"rate": "1 /d", "cost_per_lead": "60 EUR"},
            "fair": {"rate": "1 /wk", "cost_per_lead": "200 EUR"},
        }
    },
    "sales": {
        "stages": {
            "qualification": {"team": "reps", "work": "30 min", "pass_rate": "50 %"},
            "closing": {"team": "reps", "work": "3 h", "pass_rate": "30 %"},
        },
        "deal": "300 EUR/mo",
        "quota": {"amount": "250 EUR/mo"},
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
    "customers": {
        "initial": {"count": 50},
        "leaving": {"base": "20 %/yr", "beta": 3},
        "telling": {"rate": "0.03 /mo"},
        "expansion": {"rate": "10 %/yr", "size": "20 %"},
        "contraction": {"rate": "5 %/yr", "size": "10 %"},
    },
    "economics": {"gross_margin": "80 %", "commission": "10 %", "overhead": "1000 EUR/mo"},
}


def _scenario(without: tuple[str, ...] = (), **changes: Any) -> Scenario:
    tree = {key: value for key, value in {**COMPANY, **changes}.items() if key not in without}
    return Scenario.model_validate(tree)


@pytest.fixture(scope="session")
def scenario() -> Callable[..., Scenario]:
    """Make the small company's scenario, some parts replaced or left out."""
    return _scenario


@pytest.fixture(scope="session")
def make_run(scenario: Callable[..., Scenario]) -> Callable[..., Run]:
    """Make a Run of lists of dicts, one list per table; words are spelled out; the horizon is in hours."""

    def make(plan: Scenario | None = None, horizon: float | None = None, **tables: list[dict[str, Any]]) -> Run:
        plan = plan or scenario()
        words = words_of(plan)
        arrays = {name: table_of(name, tables.get(name, []), words) for name in TABLES}
        return Run(plan, 0, plan.clock.horizon if horizon is None else horizon, arrays, words)

    return make


@pytest.fixture(scope="session")
def make_view(make_run: Callable[..., Run]) -> Callable[..., View]:
    """Make a view of a hand-made Run."""
    return lambda *given, **tables: View(make_run(*given, **tables))


def _call(at, wait=None, handled=None, outcome="open", ticket=0, attempt=1, resolved=None, experience=None, **more):
    """One phone call that came at an hour; wait and handling in minutes; the promise is one minute."""
    facts = {"ticket": ticket, "attempt": attempt, "type": "request", "channel": "phone", "team": "agents"}
    facts |= {"arrived": at, "due": at + MINUTE, "outcome": outcome, "tier": 0}
    facts["cause"] = "need" if attempt == 1 else "return"
    if outcome == "served" or (outcome == "open" and wait is not None):
        facts["started"] = at + wait * MINUTE
    if outcome != "open":
        facts["ended"] = at + ((wait or 0) + (handled or 0)) * MINUTE
        facts |= {"resolved": resolved or 0.0, "experience": experience or 0.0}
    if outcome == "served":
        facts["handled"] = handled * MINUTE
    return facts | more


def _mail(at, wait=None, outcome="open", **more):
    """One mail; wait in hours; the promise is four hours."""
    facts = _call(at, None if wait is None else wait * 60, 30, outcome, **more)
    return facts | {"channel": "email", "due": at + 4} | more


@pytest.fixture(scope="session")
def call() -> Callable[..., dict[str, Any]]:
    """Make one phone call: when it came [h], wait and handling [min], fate."""
    return _call


@pytest.fixture(scope="session")
def mail() -> Callable[..., dict[str, Any]]:
    """Make one mail: when it came [h], wait [h], fate."""
    return _mail


@pytest.fixture(scope="session")
def calls() -> list[dict[str, Any]]:
    """Six calls: served at once, in time and late; given up in time and late; turned away."""
    return [
        _call(1, 0, 10, "served", ticket=0, resolved=1, experience=0.9),
        _call(2, 0.5, 20, "served", ticket=1, resolved=0, experience=0.4),
        _call(3, 3, 30, "served", ticket=2, resolved=1, experience=0.7),
        _call(4, 0.5, outcome="abandoned", ticket=3),
        _call(5, 2, outcome="abandoned", ticket=4),
        _call(6, outcome="blocked", ticket=5),
    ]


@pytest.fixture(scope="session")
def random_run(scenario: Callable[..., Scenario]) -> Callable[..., Run]:
    """Make a Run of consistent random facts from a seed."""

    def make(seed: int, plan: Scenario | None = None, **sizes: int) -> Run:
        return Random(seed, **sizes).run(plan or scenario())

    return make


@pytest.fixture(scope="session")
def organization() -> Run:
    """A year of a small sales organization with everything in it, simulated."""
    return simulate(Scenario.model_validate(ORGANIZATION), 0)
