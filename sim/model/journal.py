"""The facts of one run as a few fixed tables; the border between the clock and tables of data. It judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from struct import Struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas

    from sim.scenario.scenario import Scenario

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a fact table."""

    name: str
    unit: str
    """h, share, EUR/mo, count, id; or 'word' for a code into `words`."""
    about: str
    words: str | tuple[str, ...] | None = None
    """Fixed words of a code, or the name of a list of words that the scenario gives (teams, stages, ...)."""
    after: str | None = None
    """A time column: seen from an instant before that time, this value is not yet known."""


OUTCOMES: dict[str, tuple[str, ...]] = {
    "leads": ("open", "won", "lost", "expired"),
    "visits": ("open", "passed", "failed", "expired"),
    "tickets": ("open", "resolved", "unresolved", "abandoned", "blocked", "disconnected", "dropped"),
    "contacts": ("open", "served", "abandoned", "blocked", "disconnected", "no_show", "dropped"),
}
"""Words of each outcome column; code 0 is 'open', so that everything that came in is accounted for."""

CAUSES = ("need", "return", "redial", "escalation", "rebooking")
"""Why a contact comes: a new need, one that was not resolved, a caller's next try, another tier's work, a new slot
after nobody was at home."""

TABLES: dict[str, tuple[Column, ...]] = {
    "leads": (
        Column("lead", "id", "running number of the lead in this run"),
        Column("source", "word", "where it came from", "sources"),
        Column("created", "h", "when it came"),
        Column("value", "EUR/mo", "monthly recurring revenue if won"),
        Column("fit", "log-odds", "how well it fits"),
        Column("first_touch", "h", "when a person first worked it", after="first_touch"),
        Column("outcome", "word", "how it ended", OUTCOMES["leads"], after="closed"),
        Column("closed", "h", "when it ended", after="closed"),
        Column("stage", "word", "stage it ended in, or is in", "stages", after="closed"),
        Column("referrer", "id", "customer who sent it, if any"),
    ),
    "visits": (
        Column("lead", "id", "the lead"),
        Column("stage", "word", "the stage", "stages"),
        Column("team", "word", "team that works the stage", "teams"),
        Column("entered", "h", "when the work was asked for"),
        Column("started", "h", "when a person took it up", after="started"),
        Column("ended", "h", "when the person had done it", after="ended"),
        Column("handled", "h", "time a person spent on it", after="ended"),
        Column("decided", "h", "when the lead passed, failed or expired", after="decided"),
        Column("outcome", "word", "the decision", OUTCOMES["visits"], after="decided"),
        Column("server", "id", "person who worked it, numbered within the team", after="started"),
    ),
    "tickets": (
        Column("ticket", "id", "running number of the ticket in this run"),
        Column("type", "word", "kind of need", "types"),
        Column("channel", "word", "channel it came by", "channels"),
        Column("customer", "id", "customer who raised it, if any"),
        Column("lead", "id", "lead whose question it is, if any"),
        Column("opened", "h", "when the need arose"),
        Column("closed", "h", "when it was over", after="closed"),
        Column("outcome", "word", "how it ended", OUTCOMES["tickets"], after="closed"),
        Column("contacts", "count", "contacts it took (so far)", after="closed"),
        Column("due", "h", "until when it is promised to be resolved, if it is"),
    ),
    "contacts": (
        Column("ticket", "id", "the ticket"),
        Column("attempt", "count", "1 for the first contact of the ticket, 2 for the next, ..."),
        Column("cause", "word", "why it came", CAUSES),
        Column("tier", "count", "0 for the team asked first, 1 for the first tier it was passed on to, ..."),
        Column("type", "word", "kind of need", "types"),
        Column("channel", "word", "channel", "channels"),
        Column("team", "word", "team asked", "teams"),
        Column("customer", "id", "customer, if any"),
        Column("arrived", "h", "when it came"),
        Column("due", "h", "until when an answer keeps the promise"),
        Column("started", "h", "when it was answered", after="started"),
        Column("ended", "h", "when it was over: served, given up, turned away", after="ended"),
        Column("handled", "h", "time a person spent on it, travel and wrap-up included", after="ended"),
        Column("outcome", "word", "how it ended", OUTCOMES["contacts"], after="ended"),
        Column("resolved", "share", "1 if it resolved the need, 0 if not", after="ended"),
        Column("experience", "share", "how it was felt, 0 to 1", after="ended"),
        Column("by", "word", "team that took it up", "teams", after="started"),
        Column("server", "id", "person who served it, numbered within that team", after="started"),
        Column("reason", "word", "why it was passed on to the next tier, if it was", "reasons", after="ended"),
        Column("answer", "count", "what the customer said when asked how it was, if he did", after="ended"),
    ),
    "subscriptions": (
        Column("customer", "id", "the customer (initial ones first)"),
        Column("lead", "id", "lead he was, if any"),
        Column("origin", "word", "where he came from", ("initial", "organic", "referral")),
        Column("source", "word", "source of the lead, if any", "sources"),
        Column("value", "EUR/mo", "monthly recurring revenue"),
        Column("won", "h", "when he signed (0 for the initial base)"),
        Column("live", "h", "when he began to pay", after="live"),
        Column("left", "h", "when he left", after="left"),
        Column("satisfaction", "share", "what he felt at the end, or when he left", after="left"),
        Column("told", "count", "leads he sent (so far)", after="left"),
    ),
    "team_time": (
        Column("team", "word", "the team", "teams"),
        Column("time", "h", "instant of the reading"),
        Column("headcount", "count", "filled positions at the instant"),
        Column("employed", "h", "person-hours employed so far: filled positions x elapsed clock time"),
        Column("rostered", "h", "person-hours on the roster so far: on the floor, breaks and absences taken off"),
        Column("on_duty", "h", "person-hours on duty so far: rostered, or finishing work after hours"),
        Column("busy", "h", "person-hours of work so far"),
        Column("queued", "h", "job-hours of waiting so far"),
        Column("hires", "count", "successors hired so far"),
        Column("standard", "share", "time per contact that is usual in the team, against the one it began with"),
        Column("pressure", "share", "work that came at that standard, against the working time there was"),
    ),
    "pulse": (
        Column("time", "h", "instant of the reading"),
        Column("customers", "count", "live customers"),
        Column("mrr", "EUR/mo", "their monthly recurring revenue"),
        Column("satisfaction", "share", "their mean satisfaction"),
        Column("promoters", "share", "share of them that tell at the full rate"),
    ),
}
"""Every table of facts: columns with unit and meaning."""

_PLACES = {table: {column.name: place for place, column in enumerate(columns)} for table, columns in TABLES.items()}


def index(table: str, name: str) -> int:
    """Place of a column in its table. Raises KeyError for an unknown name."""
    return _PLACES[table][name]


BORN = {
    "leads": "created",
    "visits": "entered",
    "tickets": "opened",
    "contacts": "arrived",
    "subscriptions": "won",
    "team_time": "time",
    "pulse": "time",
}
"""The column that says when a row begins to exist."""


class Journal:
    """Takes down rows while the clock runs, 8 bytes a value, without looking at them."""

    def __init__(self) -> None:
        self._rows = {name: bytearray() for name in TABLES}

    def writer(self, table: str) -> Callable[[Iterable[float]], None]:
        """The fast path: a function that takes one row as a tuple, in the order of the table's columns."""
        # A row packed at once costs less than half of its values appended one by one to an array.
        pack, extend = Struct(f"{len(TABLES[table])}d").pack, self._rows[table].extend

        def write(row: Iterable[float]) -> None:
            extend(pack(*row))

        return write

    def rows(self, table: str) -> np.ndarray:
        """One table as an array of shape (rows, columns) that shares its memory: what is set there is set here."""
        rows = np.frombuffer(self._rows[table], dtype=float) if self._rows[table] else np.empty(0)
        return rows.reshape(-1, len(TABLES[table]))

    def tables(self) -> dict[str, np.ndarray]:
        """Every table as an array; taken when the run is over, they share the journal's memory."""
        return {name: self.rows(name) for name in TABLES}


@dataclass(frozen=True)
class Run:
    """What one replication of one scenario left behind: plain data that travels between processes."""

    scenario: Scenario
    replication: int
    horizon: float
    """End of the facts [h]."""
    tables: Mapping[str, np.ndarray]
    words: Mapping[str, tuple[str, ...]]
    """Lists of words that code columns refer to: sources, stages, teams, types, channels, reasons."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How much was simulated: contacts, visits (for speed figures, not for results)."""

    def column(self, table: str, name: str) -> np.ndarray:
        """One column of a table as an array of floats, nan where there is no value."""
        return self.tables[table][:, index(table, name)]

    def is_word(self, table: str, name: str, word: str) -> np.ndarray:
        """Which rows of a table have this word in a code column; nowhere if the word does not occur."""
        words = self.words_of(table, name)
        if word not in words:
            return np.zeros(len(self.tables[table]), dtype=bool)
        mask: np.ndarray = self.column(table, name) == words.index(word)
        return mask

    def words_of(self, table: str, name: str) -> tuple[str, ...]:
        """The words that codes of a column stand for."""
        words = TABLES[table][index(table, name)].words
        return self.words.get(words, ()) if isinstance(words, str) else tuple(words or ())

    def until(self, time: float) -> Run:
        """The same run as it looked at an earlier instant [h]: later rows gone, what had not yet ended is open."""
        if time >= self.horizon:
            return self
        tables = {}
        for name, rows in self.tables.items():
            kept = rows[rows[:, index(name, BORN[name])] <= time].copy()
            masks = {}
            for place, column in enumerate(TABLES[name]):
                if column.after is None:
                    continue
                if column.after not in masks:
                    masks[column.after] = ~(kept[:, index(name, column.after)] <= time)
                kept[masks[column.after], place] = 0.0 if column.name == "outcome" else NAN
            tables[name] = kept
        return Run(self.scenario, self.replication, time, tables, self.words, self.counts)

    def frame(self, table: str) -> pandas.DataFrame:
        """A table as a data frame, codes spelled out as words."""
        import pandas as pd

        frame = pd.DataFrame(self.tables[table], columns=[column.name for column in TABLES[table]])
        for column in TABLES[table]:
            if column.words is not None:
                words = self.words_of(table, column.name)
                codes = frame[column.name].fillna(-1).astype(int)
                frame[column.name] = pd.Categorical.from_codes(codes, categories=list(words))
        return frame
