"""Runs made by hand: a small company's scenario, and tables of facts from lists of dicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.metrics.view import View
from sim.model.facts import OUTCOMES, TABLES
from sim.model.journal import Run
from sim.scenario.marketing import MarketingPlan
from sim.scenario.scenario import Scenario

NAN = float("nan")
MONTH = 730.5
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
    "customers": {"initial": {"count": 0}, "leaving": {"base": "20 %/yr"}, "telling": {"rate": "0.03 /mo"}},
    "economics": {"gross_margin": "80 %", "commission": "10 %", "overhead": "1000 EUR/mo"},
}


def _scenario(without: tuple[str, ...] = (), **changes: Any) -> Scenario:
    tree = {key: value for key, value in {**COMPANY, **changes}.items() if key not in without}
    return Scenario.model_validate(tree)


def _words(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    calls = scenario.marketing.prospecting if scenario.marketing else {}
    after = scenario.sales.follow_up if scenario.sales else {}
    return {
        "sources": tuple((scenario.marketing or MarketingPlan()).origins()),
        "activities": (*calls, *after),
        "stages": tuple(scenario.sales.stages) if scenario.sales else (),
        "teams": tuple(scenario.teams),
        "types": tuple(scenario.service.types) if scenario.service else (),
        "channels": tuple(scenario.service.channels) if scenario.service else (),
        "reasons": scenario.service.reasons() if scenario.service else (),
    }


def _columns(name: str, **given: Any) -> np.ndarray:
    """A table from columns; those not given are nan."""
    size = max(np.size(values) for values in given.values())
    assert set(given) <= {column.name for column in TABLES[name]}
    return np.column_stack([np.broadcast_to(given.get(column.name, NAN), size) for column in TABLES[name]])


def _table(name: str, rows: list[dict[str, Any]], words: dict[str, tuple[str, ...]]) -> np.ndarray:
    """Rows as numbers: words become codes, a column that is not given is nan, an outcome that is not given 'open'."""
    array = np.full((len(rows), len(TABLES[name])), NAN)
    known = {column.name for column in TABLES[name]}
    for number, row in enumerate(rows):
        assert set(row) <= known, f"{name} has no column {set(row) - known}"
        for place, column in enumerate(TABLES[name]):
            value = row.get(column.name, "open" if column.name == "outcome" else NAN)
            if isinstance(value, str):
                choices = words[column.words] if isinstance(column.words, str) else column.words
                value = choices.index(value)
            array[number, place] = value
    return array


@pytest.fixture(scope="session")
def scenario() -> Callable[..., Scenario]:
    """Make the small company's scenario, some parts replaced or left out."""
    return _scenario


@pytest.fixture(scope="session")
def make_run(scenario: Callable[..., Scenario]) -> Callable[..., Run]:
    """Make a Run of lists of dicts, one list per table; words are spelled out; the horizon is in hours."""

    def make(plan: Scenario | None = None, horizon: float | None = None, **tables: list[dict[str, Any]]) -> Run:
        plan = plan or scenario()
        words = _words(plan)
        arrays = {name: _table(name, tables.get(name, []), words) for name in TABLES}
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


class Random:
    """Facts of a company that never was, consistent with each other: what a fuzz of the definitions runs on."""

    def __init__(self, seed: int, leads: int = 200, tickets: int = 400, initial: int = 50) -> None:
        self.draw = np.random.default_rng(seed)
        self.sizes = leads, tickets, initial

    def run(self, plan: Scenario) -> Run:
        """A Run of the plan's horizon."""
        words, end = _words(plan), float(plan.clock.horizon)
        leads, visits = self._pipeline(end)
        tickets, contacts = self._desk(end)
        base = self._base(leads, end)
        arrays = {"leads": leads, "visits": visits, "tickets": tickets, "contacts": contacts, "subscriptions": base}
        arrays |= {"team_time": self._time(end), "pulse": np.empty((0, len(TABLES["pulse"])))}
        return Run(plan, 0, end, arrays, words)

    def _until(self, times: np.ndarray, end: float) -> np.ndarray:
        return np.where(times <= end, times, NAN)

    def _pipeline(self, end: float) -> tuple[np.ndarray, np.ndarray]:
        n, rng = self.sizes[0], self.draw
        created = np.sort(rng.uniform(0, end, n))
        fate = rng.choice([1, 2, 3], n, p=[0.3, 0.5, 0.2])
        touch = np.where(fate == 3, NAN, created + rng.exponential(5, n))
        closed = np.where(fate == 3, created, touch) + rng.exponential(500, n)
        open_ = ~(closed <= end)
        referrer = np.where(rng.random(n) < 0.2, rng.integers(0, 50, n), NAN)
        source = np.where(np.isnan(referrer), rng.integers(0, 2, n), 2)
        outcome, stage = np.where(open_, 0, fate), rng.integers(0, 2, n)
        values = rng.lognormal(5.5, 0.8, n)
        cells = [np.arange(n), source, created, values, np.zeros(n), self._until(touch, end), outcome]
        leads = np.column_stack([*cells, self._until(closed, end), stage, referrer])
        decision = np.array([0, 1, 2, 3])[outcome]
        cells = [np.arange(n), stage, np.zeros(n), created, self._until(touch, end), self._until(touch + 1, end)]
        handled = np.where(touch + 1 <= end, 1.0, NAN)
        return leads, np.column_stack([*cells, handled, self._until(closed, end), decision, np.zeros(n)])

    def _desk(self, end: float) -> tuple[np.ndarray, np.ndarray]:
        n, rng = self.sizes[1], self.draw
        fates = OUTCOMES["contacts"]
        opened = np.sort(rng.uniform(0, end, n))
        attempts = rng.choice([1, 2, 3], n, p=[0.7, 0.2, 0.1])
        rows, tickets = [], []
        for ticket in range(n):
            channel, at, outcome, cause = int(rng.integers(0, 2)), opened[ticket], 0, "need"
            for attempt in range(1, attempts[ticket] + 1):
                if at > end:
                    break
                fate = rng.choice(fates[1:5], p=[0.78, 0.15, 0.05, 0.02]) if channel == 0 else "served"
                wait = rng.exponential(0.05 if channel == 0 else 5.0) * (fate != "blocked")
                started = at + wait if fate == "served" else NAN
                ended = at + wait + (rng.exponential(0.4) if fate == "served" else 0.0)
                done, resolved = ended <= end, float(fate == "served" and attempt == attempts[ticket])
                facts = {"ticket": ticket, "attempt": attempt, "cause": cause, "tier": 0, "type": "request"}
                facts |= {"channel": ("phone", "email")[channel], "team": "agents", "by": "agents", "customer": 0}
                facts |= {"arrived": at, "due": at + (1 / 60 if channel == 0 else 4.0)}
                facts |= {"started": started if started <= end else NAN}
                if done:
                    facts |= {"ended": ended, "outcome": str(fate), "resolved": resolved}
                    facts |= {"experience": rng.random() * (fate == "served")}
                if done and fate == "served":
                    facts |= {"handled": ended - started, "server": 0}
                rows.append(facts)
                word = ("resolved" if resolved else "unresolved") if fate == "served" else str(fate)
                outcome = OUTCOMES["tickets"].index(word) if done else 0
                cause = "return" if fate == "served" else "redial"
                at = ended + rng.exponential(30.0)
            tickets.append([channel, ended if outcome else NAN, outcome])
        rows.sort(key=lambda row: float(row["arrived"]))
        how, closed, fate = np.array(tickets, dtype=float).T
        about = {"ticket": np.arange(n), "type": 0, "channel": how, "customer": 0, "opened": opened, "contacts": 1}
        words = {"types": ("request",), "channels": ("phone", "email"), "teams": ("reps", "agents")}
        due = opened + 48.0
        return _columns("tickets", **about, closed=closed, outcome=fate, due=due), _table("contacts", rows, words)

    def _base(self, leads: np.ndarray, end: float) -> np.ndarray:
        rng, first = self.draw, self.sizes[2]
        winners = leads[leads[:, 6] == 1]
        n = first + len(winners)
        won = np.concatenate([np.zeros(first), winners[:, 7]])
        live = won + np.concatenate([np.zeros(first), rng.exponential(200, len(winners))])
        left = live + rng.exponential(6000, n)
        origin = np.concatenate([np.zeros(first), np.where(np.isnan(winners[:, 9]), 1, 2)])
        value = np.concatenate([rng.lognormal(5.5, 0.8, first), winners[:, 3]])
        lead = np.concatenate([np.full(first, NAN), winners[:, 0]])
        known_live, known_left = self._until(live, end), self._until(left, end)
        cells = [np.arange(n), lead, origin, np.full(n, NAN), value, won, known_live, known_left]
        return np.column_stack([*cells, np.full(n, 0.7), np.zeros(n)])

    def _time(self, end: float) -> np.ndarray:
        rng, months = self.draw, int(end / MONTH)
        tables = []
        for team in (0, 1):
            rostered = rng.uniform(200, 400, months)
            steps = {"employed": rng.uniform(2, 3, months) * MONTH, "rostered": rostered}
            steps |= {"on_duty": rostered * rng.uniform(1.0, 1.1, months), "busy": rostered * rng.random(months)}
            steps |= {"queued": rng.exponential(50, months), "hires": rng.integers(0, 2, months)}
            totals = {name: np.cumsum(values) for name, values in steps.items()}
            tables.append(
                _columns("team_time", team=team, time=np.arange(1, months + 1) * MONTH, headcount=3, **totals)
            )
        return np.concatenate(tables)


@pytest.fixture(scope="session")
def random_run(scenario: Callable[..., Scenario]) -> Callable[..., Run]:
    """Make a Run of consistent random facts from a seed."""

    def make(seed: int, plan: Scenario | None = None, **sizes: int) -> Run:
        return Random(seed, **sizes).run(plan or scenario())

    return make
