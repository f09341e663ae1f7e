"""Small companies to which leads and contacts come at chosen instants, so that every answer can be worked out."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.streams import Streams
from sim.engine.timer import call_after
from sim.model.company import Company
from sim.model.entities import Customer, Lead
from sim.model.facts import ORIGINS, TABLES
from sim.model.journal import Run
from sim.scenario.scenario import Scenario

sys.path.insert(0, str(Path(__file__).parent))  # lets the tests of this folder import the parts they share

CLOCK = {"start": "2026-01-05", "horizon": "2 wk", "hours": {"mon-fri": "09:00-17:00"}}
STAYING = {"base": "0 %/yr"}


def _kind(**changes: Any) -> dict[str, Any]:
    return {"team": "agents", "channels": {"phone": 1}, "handle_time": "30 min", **changes}


def _scenario(**parts: Any) -> Scenario:
    """A scenario of one desk of one agent, one seller's team, and whatever is given; None leaves a part out."""
    from small import EMAIL, PHONE

    tree: dict[str, Any] = {
        "name": "small",
        "clock": {**CLOCK, **parts.pop("clock", {})},
        "teams": {"reps": {"headcount": 1}, "agents": {"headcount": 1}},
        "service": {"channels": {"phone": PHONE, "email": EMAIL}, "types": {"request": _kind()}},
    }
    kinds = parts.pop("kinds", None)
    if kinds is not None:
        tree["service"]["types"] = {name: _kind(**kind) for name, kind in kinds.items()}
    return Scenario.model_validate({k: v for k, v in {**tree, **parts}.items() if v is not None})


class Stage:
    """A company on its clock, to which things are sent by hand."""

    def __init__(self, **parts: Any) -> None:
        self.company = Company(_scenario(**parts), Streams(1, 0))
        self._leads = 0
        self.run_: Run | None = None

    def at(self, time: float, action: Callable[[], Any]) -> None:
        call_after(self.company.env, time, lambda _: action(), None)

    def lead(
        self,
        time: float,
        *steps: tuple[float, float, float],
        value: float = 100.0,
        fit: float = 0.0,
        expiry: float = math.inf,
        asks: float = 0.0,
        threshold: float = math.inf,
        key: int = 7,
        source: int = 0,
        origin: str = "organic",
    ) -> int:
        """Send a lead; each step is (decision, work [h], thinking [h]). Returns its number."""
        number = self._leads
        self._leads += 1
        kind = ORIGINS.index(origin)
        traits = (value, fit, expiry, asks, threshold, *(x for step in steps for x in step))
        self.at(time, lambda: self.company.sales.accept(Lead(number, source, kind, time, traits, key)))
        return number

    def contact(
        self,
        time: float,
        kind: str = "request",
        *,
        place: int = 0,
        work: float = 0.5,
        patience: float = math.inf,
        chance: float = 0.0,
        key: int = 11,
        customer: int | None = None,
    ) -> None:
        """Send the first contact of a ticket; `customer` is a place in the list of everybody."""

        def come() -> None:
            company = self.company
            who: Customer | None = None if customer is None else company.customers.everybody[customer]
            company.service.accept(company.needs[kind], (place, work, patience, chance, key), who, None)

        self.at(time, come)

    def run(self) -> Run:
        self.run_ = self.company.run(0)
        return self.run_


def _rows(run: Run, table: str) -> list[dict[str, Any]]:
    """A table as a list of rows, codes spelled out, in order of birth."""
    words = {c.name: run.words_of(table, c.name) for c in TABLES[table] if c.words is not None}
    rows = []
    for row in run.tables[table]:
        named = dict(zip((c.name for c in TABLES[table]), row.tolist(), strict=True))
        rows.append({k: words[k][int(v)] if k in words and not np.isnan(v) else v for k, v in named.items()})
    keys = {"contacts": ("ticket", "attempt"), "visits": ("lead", "entered")}
    keys |= {"leads": ("lead",), "tickets": ("ticket",)}
    return sorted(rows, key=lambda row: [row[k] for k in keys.get(table, ())])


@pytest.fixture
def scenario() -> Callable[..., Scenario]:
    """Build a small scenario."""
    return _scenario


@pytest.fixture
def stage() -> type[Stage]:
    """Build a small company to which things are sent by hand."""
    return Stage


@pytest.fixture
def rows() -> Callable[[Run, str], list[dict[str, Any]]]:
    """Read a table as rows."""
    return _rows


@pytest.fixture
def staying() -> dict[str, str]:
    """A way of leaving that nobody takes."""
    return STAYING
