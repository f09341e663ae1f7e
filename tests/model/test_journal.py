"""Facts: what goes in comes out, an earlier instant knows nothing of later ones, codes read as words."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest
from small import SALES

from sim.model.company import simulate
from sim.model.facts import BORN, OUTCOMES, TABLES, index
from sim.model.journal import Journal, Run

NAN = float("nan")

BUSY: dict[str, Any] = {
    "sales": {
        **SALES,
        "follow_up": {
            "review": {
                "team": "reps", "work": "30 min", "before_renewal": "5 d", "expansion": 0.5, "grows": 0.2, "reserve": 1
            }
        },
        "nurture": {"lost": 0.5, "after": "5 d"},
    },
    "marketing": {
        "sources": {"web": {"rate": "3 /d"}},
        "prospecting": {"cold": {"team": "reps", "hours": "4 h", "call": "5 min", "reach": 0.3, "interest": 0.5}},
    },
    "customers": {
        "initial": {"count": 150},
        "leaving": {"base": "80 %/yr", "floor": "10 %/yr", "beta": 3},
        "telling": {"rate": "0.1 /mo"},
        "contract": {"length": "1 mo", "downgrade": 0.2, "cut": 0.3},
    },
    "kinds": {
        "request": {
            "per_customer": "1 /mo",
            "resolution": 0.7,
            "returns": 0.8,
            "returns_after": "2 d",
            "channels": {"phone": 0.5, "email": 0.5},
            "handle_time": {"dist": "exponential", "mean": "30 min"},
        },
        "setup": {"per_win": 0.8, "channels": {"email": 1}},
        "question": {"channels": {"email": 1}},
    },
    "teams": {"reps": {"headcount": 2, "turnover": "100 %/yr", "vacancy": "1 mo"}, "agents": {"headcount": 2}},
}


def test_rows_come_out_as_they_went_in() -> None:
    """Tables have their columns' shape, empty ones too, and are the journal's own no more."""
    journal = Journal()
    write = journal.writer("pulse")
    written = [(0.0, 3, 300.0, 0.5, 0.25, 0.1, 0.7, 9), (1.0, 4, 400.0, 0.5, 0.25, 0.1, 0.7, 9)]
    for row in written:
        write(row)
    tables = journal.tables()
    assert tables["pulse"].tolist() == [list(row) for row in written]
    assert {name: table.shape[1] for name, table in tables.items()} == {n: len(c) for n, c in TABLES.items()}
    assert set(tables) == set(BORN)


def test_what_is_set_in_rows_is_set_in_the_journal() -> None:
    """Promises are written into the table after the fact."""
    journal = Journal()
    journal.writer("pulse")((0.0, 3, 300.0, 0.5, 0.25, 0.1, 0.7, 9))
    journal.rows("pulse")[0, 1] = 7
    assert journal.tables()["pulse"][0, 1] == 7


def test_every_table_names_its_columns_once_and_knows_when_things_become_known() -> None:
    """Each 'after' is a time column of the table; code 0 of every outcome is 'open'."""
    for table, columns in TABLES.items():
        names = [column.name for column in columns]
        assert len(set(names)) == len(names)
        for column in columns:
            assert column.after is None or columns[index(table, column.after)].unit == "h"
        assert columns[index(table, BORN[table])].unit == "h"
    assert all(words[0] == "open" for words in OUTCOMES.values())
    with pytest.raises(KeyError):
        index("leads", "colour")


def by_hand(scenario: Any) -> Run:
    """Two leads: one won at 30 h after a touch at 10 h, one that came at 25 h and was never touched."""
    tables = {name: np.empty((0, len(columns))) for name, columns in TABLES.items()}
    tables["leads"] = np.array(
        [
            [0, 0, 5.0, 100.0, 0.0, 10.0, 1, 30.0, 0, NAN, NAN, 0, 0.1, 50.0, 0, NAN],
            [1, 1, 25.0, 200.0, 0.0, NAN, 0, NAN, 0, 3.0, NAN, 0, 0.0, 0.0, 0, NAN],
        ]
    )
    words = {"sources": ("web", "referred"), "stages": ("first",), "teams": ("reps",), "types": (), "channels": ()}
    return Run(scenario(), 0, 100.0, tables, words)


def test_an_earlier_instant_does_not_know_what_came_later(scenario: Any) -> None:
    """At 20 h: one lead, touched, open. At 7 h: not even touched. At 30 h sharp: won. At 3 h: nothing."""
    run = by_hand(scenario)
    at20, at7, at30, at3 = (run.until(t) for t in (20.0, 7.0, 30.0, 3.0))
    assert len(at20.tables["leads"]) == 1
    assert at20.column("leads", "first_touch").tolist() == [10.0]
    assert at20.column("leads", "outcome").tolist() == [0.0]
    assert math.isnan(at20.column("leads", "closed")[0])
    assert math.isnan(at7.column("leads", "first_touch")[0])
    assert at30.is_word("leads", "outcome", "won").tolist() == [True, False]
    assert not len(at3.tables["leads"])
    assert at20.horizon == 20.0
    assert run.until(100.0) is run
    assert run.column("leads", "outcome").tolist() == [1.0, 0.0]


def test_words_are_found_by_name(scenario: Any) -> None:
    """A word that does not occur is nowhere; a column without words has none."""
    run = by_hand(scenario)
    assert run.is_word("leads", "source", "referred").tolist() == [False, True]
    assert run.is_word("leads", "source", "radio").tolist() == [False, False]
    assert run.words_of("leads", "value") == ()
    assert run.words_of("subscriptions", "origin") == ("initial", "organic", "referral", "prospecting", "won_back")


def test_a_frame_spells_codes_out(scenario: Any) -> None:
    """One data frame a table, words for codes, empty tables with their columns."""
    run = by_hand(scenario)
    frame = run.frame("leads")
    assert frame["source"].tolist() == ["web", "referred"]
    assert frame["outcome"].tolist() == ["won", "open"]
    assert frame["referrer"].isna().tolist() == [True, False]
    for name, columns in TABLES.items():
        assert run.frame(name).columns.tolist() == [column.name for column in columns]


def test_every_table_of_a_simulated_run_makes_a_frame_and_travels(scenario: Any) -> None:
    """Facts survive the way between processes bit by bit; of purchases there are none where people pay by the month."""
    run = simulate(scenario(clock={"horizon": "2 mo"}, **BUSY), 0, 1)
    copy = pickle.loads(pickle.dumps(run))
    for name in TABLES:
        assert len(run.frame(name)) == len(run.tables[name])
        assert len(run.tables[name]) > 0 or name == "purchases"
        assert np.array_equal(copy.tables[name], run.tables[name], equal_nan=True)


def in_order(run: Run, table: str) -> np.ndarray:
    rows = run.tables[table]
    return rows[np.lexsort([np.nan_to_num(column, nan=-1.0) for column in rows.T[::-1]])]


def test_half_of_a_long_run_is_the_short_run(scenario: Any) -> None:
    """Three months looked at after a month and a half are the run that ends there, row by row."""
    long = simulate(scenario(clock={"horizon": "3 mo", "report_at": ["45 d"]}, **BUSY), 0, 1).until(1080.0)
    short = simulate(scenario(clock={"horizon": "45 d"}, **BUSY), 0, 1)
    late = {("leads", "stage"), ("tickets", "contacts"), ("subscriptions", "satisfaction"), ("subscriptions", "told")}
    late |= {("subscriptions", "warned")}
    late |= {("leads", "rounds"), ("leads", "discount"), ("leads", "misfit"), ("leads", "fee")}
    late |= {("activities", "calls"), ("activities", "conversations"), ("activities", "leads")}
    for name, columns in TABLES.items():
        one, other = in_order(long, name), in_order(short, name)
        if name in ("team_time", "pulse"):
            chosen = [np.isin(rows[:, index(name, "time")], (0.0, 730.5, 1080.0)) for rows in (one, other)]
            one, other = one[chosen[0]], other[chosen[1]]
        assert len(one) == len(other), name
        assert len(one) > 0 or name == "purchases"
        for place, column in enumerate(columns):
            known = np.ones(len(one), dtype=bool)
            if (name, column.name) in late and column.after is not None:
                known = ~np.isnan(one[:, index(name, column.after)])
            assert one[known, place] == pytest.approx(other[known, place], nan_ok=True), (name, column.name)
