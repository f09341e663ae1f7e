"""A whole sales organization at once: whatever is combined, rows of work follow each other, nothing is lost, sums hold.

Each variant takes the same busy company another way round; what must hold is said once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from small import EMAIL, PHONE

from sim.engine.streams import Streams
from sim.model.company import Company, simulate
from sim.model.journal import Run

FOLLOWS = {
    "held": {"held", "missed", "passed", "failed", "disqualified", "open"},
    "missed": {"held", "missed", "passed", "failed", "disqualified", "open"},
    "passed": {"held", "missed", "passed", "failed", "disqualified", "open", "expired"},
    "failed": {"held", "missed", "passed", "failed", "disqualified", "open", "expired"},
    "expired": {"held", "missed", "passed", "failed", "disqualified", "open", "expired"},
}
"""What may be the outcome of the next row of a lead, by that of the one before."""
ENDS = {
    "open": {"open"}, "passed": {"won", "open"}, "failed": {"lost", "open"}, "expired": {"expired", "open"},
    "held": {"open"}, "missed": {"lost", "open"}, "disqualified": {"disqualified"},
}  # fmt: skip
"""How a lead may stand by the outcome of its last row."""

STAGES: dict[str, Any] = {
    "qualify": {"team": "hunters", "work": "20 min", "pass_rate": 0.6, "disqualified": 0.1, "interaction": "call"},
    "show": {
        "team": "reps", "work": {"dist": "exponential", "mean": "1 h"}, "pass_rate": 0.6, "interaction": "visit",
        "meetings": 2, "between": "3 d", "thinking": {"dist": "exponential", "mean": "2 d"},
    },
    "close": {"team": "reps", "work": "1 h", "pass_rate": 0.6, "thinking": "1 d", "priority": 3},
}  # fmt: skip
SALES: dict[str, Any] = {
    "stages": STAGES,
    "interactions": {
        "call": {"no_show": 0.4, "wasted": "3 min", "again": {"dist": "exponential", "mean": "8 h"}, "attempts": 4},
        "visit": {"notice": "2 d", "no_show": 0.1, "travel": "40 min", "preparation": "15 min"},
    },
    "skills": {"drive": {"activity": 0.5, "odds": 0.5, "cycle": 0.5, "discount": 0.5, "follow_up": 0.2}},
    "response": {"decay": "exponential", "mean": "1 d"},
    "expiry": {"dist": "exponential", "mean": "2 d"},
    "nurture": {"lost": 0.4, "expired": 0.4, "after": {"dist": "exponential", "mean": "10 d"}, "times": 2},
    "handover": {"work": "15 min", "between_teams": -0.2, "owner_left": -1},
    "workload": {"best": 8, "loss": 0.5},
    "deal": {"dist": "lognormal", "mean": "100 EUR/mo", "cv": 1},
    "discount": {"stage": "close", "usual": {"dist": "uniform", "low": 0, "high": 0.2}, "pressure": 0.3, "odds": 3},
    "fee": "200 EUR",
    "quota": {"amount": "1000 EUR/mo"},
    "questions": {"stage": "show", "share": 0.5, "ticket": "request", "answered": 0.5, "unanswered": -1},
    "follow_up": {
        "welcome": {"team": "reps", "work": "30 min", "after": "10 d", "reach": 0.8},
        "care": {
            "team": "hunters", "work": "20 min", "every": "30 d", "below": 0.9, "expansion": 0.2, "grows": 0.1,
            "lapses": "5 d",
        },
    },
}  # fmt: skip
PARTS: dict[str, Any] = {
    "clock": {"horizon": "4 mo", "holidays": ["2026-01-06", "2026-02-16"]},
    "teams": {
        "hunters": {"headcount": 3, "skills": {"drive": 1.3}, "turnover": "200 %/yr", "vacancy": "10 d"},
        "reps": {
            "headcount": 4, "turnover": "200 %/yr", "vacancy": "10 d", "ramp": {"time": "1 mo"},
            "spread": {"pace": 0.2, "odds": 0.3},
        },
        "agents": {"headcount": 2},
    },
    "sales": SALES,
    "marketing": {
        "sources": {"web": {"rate": "6 /d"}, "partner": {"rate": "1 /d", "enters": "show", "begin": "20 d"}},
        "prospecting": {
            "cold": {"team": "hunters", "hours": "8 h", "call": "5 min", "talk": "5 min", "reach": 0.3, "interest": 0.2}
        },
        "win_back": {"share": 0.3, "after": "20 d"},
        "market": {"size": 2000, "cooling": "30 d"},
    },
    "customers": {
        "initial": {"count": 60},
        "leaving": {"base": "80 %/yr", "floor": "10 %/yr", "beta": 3},
        "telling": {"rate": "0.2 /mo"},
        "contract": {"length": "2 mo", "downgrade": 0.2, "cut": 0.2},
    },
    "service": {
        "channels": {"phone": PHONE | {"patience": "6 min"}, "email": EMAIL},
        "types": {
            "request": {
                "team": "agents", "channels": {"phone": 0.5, "email": 0.5}, "handle_time": "30 min",
                "per_customer": "1 /mo", "resolution": 0.8,
            },
            "setup": {"team": "agents", "channels": {"email": 1}, "handle_time": "1 h", "per_win": 0.8},
        },
    },
    "loops": {"overselling": {"on": True}, "reputation": {"on": True, "time": "1 mo", "odds": 1}},
}  # fmt: skip
BUYING = {
    "initial": {"count": 60},
    "purchases": {"rate": "3 /mo", "dropout": 0.1, "rate_cv": 1, "dropout_cv": 0.5, "beta": 2},
}
ONE_TEAM = {name: stage | {"team": "agents"} for name, stage in STAGES.items()}
VARIANTS: dict[str, dict[str, Any]] = {
    "all": {},
    "buying": {"customers": BUYING},
    "one team": {
        "sales": SALES | {"stages": ONE_TEAM},
        "teams": PARTS["teams"] | {"agents": {"headcount": 6}},
        "loops": {"shortcuts": {"on": True}, "overselling": {"on": True}},
    },
    "always": {"clock": {"horizon": "3 mo", "hours": "always"}},
    "cramped": {
        "teams": {
            "hunters": {"headcount": 1, "waiting_room": 2},
            "reps": {"headcount": 1, "waiting_room": 0, "discipline": {"rule": "freshest"}},
            "agents": {"headcount": 1},
        }
    },
    "nobody": {"teams": {"hunters": {"headcount": 0}, "reps": {"headcount": 0}, "agents": {"headcount": 0}}},
    "no stages": {
        "sales": {
            "deal": "100 EUR/mo", "follow_up": SALES["follow_up"], "quota": {"amount": "1 EUR/mo", "team": "reps"}
        },
        "marketing": {**PARTS["marketing"], "sources": {"web": {"rate": "2 /d"}}},
    },
}  # fmt: skip


@pytest.fixture(params=list(VARIANTS))
def company(request: Any, scenario: Any) -> tuple[Company, Run]:
    built = Company(scenario(**{**PARTS, **VARIANTS[request.param]}), Streams(5, 0))
    return built, built.run(0)


def words(run: Run, table: str) -> list[str]:
    known = run.words_of(table, "outcome")
    return [known[int(code)] for code in run.column(table, "outcome")]


def test_rows_of_work_follow_each_other(company: tuple[Company, Run]) -> None:
    """Each begins when the one before is decided, in the stage, meeting and round that its outcome leads to."""
    _, run = company
    outcome, how = words(run, "visits"), words(run, "leads")
    place = {number: row for row, number in enumerate(run.column("leads", "lead"))}
    c = {name: run.column("visits", name) for name in ("lead", "stage", "entered", "decided", "meeting", "round")}
    late = np.where(np.isnan(c["decided"]), np.inf, c["decided"])
    order = np.lexsort([late, c["entered"], c["meeting"], c["stage"], c["round"], c["lead"]])
    for one, other in pairwise(order):
        if c["lead"][one] != c["lead"][other]:
            continue
        was = outcome[one]
        assert outcome[other] in FOLLOWS[was]
        assert c["decided"][one] <= c["entered"][other] + 1e-9
        steps = [c[name][other] - c[name][one] for name in ("round", "stage", "meeting")]
        if was in ("held", "missed"):
            assert steps == [0, 0, was == "held"]
        elif was == "passed":
            assert steps[:2] == [0, 1]
        else:
            assert steps[0] == 1
    last = {c["lead"][row]: row for row in order}
    for number, row in last.items():
        assert how[place[number]] in ENDS[outcome[row]]


def test_every_lead_and_every_win_is_accounted_for(company: tuple[Company, Run]) -> None:
    """Numbers without a gap, a customer for each win, reasons for the lost alone, leads of calls where calls say so."""
    built, run = company
    assert np.array_equal(np.sort(run.column("leads", "lead")), np.arange(len(run.tables["leads"])))
    signed = run.column("subscriptions", "lead")
    won = run.column("leads", "lead")[run.is_word("leads", "outcome", "won")]
    assert sorted(signed[~np.isnan(signed)]) == sorted(won)
    assert np.array_equal(np.isnan(run.column("leads", "reason")), ~run.is_word("leads", "outcome", "lost"))
    assert np.nansum(run.column("activities", "leads")) == run.is_word("leads", "source", "cold").sum()
    if built.sales is not None and built.sales._steps:
        carried = sum(built.sales._carrying._carried.values())
        assert carried == sum(lead.owner is not None for lead in built.sales._open.values())


def test_times_are_in_order(company: tuple[Company, Run]) -> None:
    """Asked for, begun, done, decided; and nothing is handled for longer than it took."""
    _, run = company
    worked = ("entered", "started", "ended")
    for table, names in (("visits", (*worked, "decided")), ("activities", worked)):
        columns = [run.column(table, name) for name in names]
        for one, other in pairwise(columns):
            both = ~np.isnan(one) & ~np.isnan(other)
            assert (other[both] >= one[both] - 1e-9).all()
        span = run.column(table, "ended") - run.column(table, "started")
        known = ~np.isnan(span) & ~np.isnan(run.column(table, "handled"))
        assert (run.column(table, "handled")[known] <= span[known] + 1e-9).all()


def test_what_customers_pay_is_the_start_and_its_changes(company: tuple[Company, Run]) -> None:
    """Monthly revenue at the end, summed anew from the facts."""
    _, run = company
    pays = run.column("subscriptions", "value").copy()
    np.add.at(pays, run.column("changes", "customer").astype(int), run.column("changes", "change"))
    live = ~np.isnan(run.column("subscriptions", "live")) & np.isnan(run.column("subscriptions", "left"))
    assert run.column("pulse", "mrr")[-1] == pytest.approx(pays[live].sum())
    assert run.column("pulse", "customers")[-1] == live.sum()


def test_a_glance_at_half_time_is_the_short_run(scenario: Any) -> None:
    """Everything at once for four months, seen after 60 days: row by row what a run of 60 days leaves behind."""
    long = simulate(scenario(**PARTS), 0, 3).until(1440.0)
    short = simulate(scenario(**{**PARTS, "clock": {**PARTS["clock"], "horizon": "60 d"}}), 0, 3)
    for table, names in {
        "leads": ("lead", "source", "created", "value", "first_touch", "outcome", "closed", "reason"),
        "visits": ("lead", "stage", "entered", "started", "ended", "handled", "decided", "outcome", "meeting", "round"),
        "activities": ("kind", "customer", "entered", "started", "ended", "handled", "outcome"),
        "subscriptions": ("customer", "origin", "value", "won", "live", "left", "misfit", "term"),
        "changes": ("customer", "time", "kind", "change", "cause"),
    }.items():
        both = []
        for run in (long, short):
            rows = np.column_stack([run.column(table, name) for name in names])
            both.append(rows[np.lexsort(np.nan_to_num(rows, nan=-1.0).T[::-1])])
        assert both[0].shape == both[1].shape, table
        assert len(both[0]) > 0, table
        assert both[0] == pytest.approx(both[1], nan_ok=True), table
