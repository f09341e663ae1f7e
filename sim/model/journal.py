"""The facts of one run as a few fixed tables; the border between the clock and tables of data. It judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from struct import Struct
from typing import TYPE_CHECKING

import numpy as np

from sim.model.facts import BORN, NAN, TABLES, index

if TYPE_CHECKING:
    import pandas

    from sim.scenario.scenario import Scenario

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
    """Lists of words that code columns refer to: sources, stages, activities, teams, types, channels, reasons."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How much was simulated: contacts, visits, activities (for speed figures, not for results)."""

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
