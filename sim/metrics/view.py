"""A run looked at once: columns of facts and what was worked out from them, kept while its KPIs are read.

It defines no KPI and knows no department.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from sim.model.facts import BORN, index
from sim.model.journal import Run

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

T = TypeVar("T")

NAN = float("nan")


class View:
    """One run, seen from its end; lives as long as one evaluation."""

    def __init__(self, run: Run) -> None:
        self.run = run
        """The facts."""
        self.known: dict[object, Any] = {}
        """What has been worked out so far; see `derived`."""

    @property
    def scenario(self) -> Scenario:
        """What was assumed."""
        return self.run.scenario

    @property
    def end(self) -> float:
        """Instant the facts are seen from [h]."""
        return self.run.horizon

    @property
    def warm_up(self) -> float:
        """Instant from which queueing figures count [h]."""
        return float(self.run.scenario.clock.warm_up)

    def column(self, table: str, name: str) -> Floats:
        """One column of a table, all rows, in one piece of memory."""
        if table not in self.known:
            # Turned over as a whole, which costs as much as picking out a few columns one by one.
            self.known[table] = np.ascontiguousarray(self.run.tables[table].T)
        kept: Floats = self.known[table][index(table, name)]
        return kept

    def warm(self, table: str, name: str) -> Floats:
        """One column of the rows that were born at or after the end of the warm-up."""
        if self.warm_up <= 0.0:
            return self.column(table, name)
        key = (table, name, "warm")
        if key not in self.known:
            self.known[key] = self.column(table, name)[self.column(table, BORN[table]) >= self.warm_up]
        kept: Floats = self.known[key]
        return kept

    def code(self, table: str, name: str, word: str) -> int:
        """Code of a word in a column; -1, which no row has, if the word does not occur."""
        words = self.run.words_of(table, name)
        return words.index(word) if word in words else -1

    def by_word(self, table: str, name: str, mask: Mask | None = None) -> dict[str, float]:
        """Number of rows with each word in a code column, counting only rows of the mask if there is one."""
        codes = self.column(table, name)
        words = self.run.words_of(table, name)
        kept = codes if mask is None else codes[mask]
        counts = np.bincount(kept[kept >= 0].astype(np.intp), minlength=len(words))
        return {word: float(count) for word, count in zip(words, counts, strict=False)}


def derived(make: Callable[[View], T]) -> Callable[[View], T]:
    """Wrap a function of a view so that each view works it out once."""

    @wraps(make)
    def look_up(view: View) -> T:
        if make not in view.known:
            view.known[make] = make(view)
        found: T = view.known[make]
        return found

    return look_up


def ratio(part: float, whole: float) -> float:
    """Return part / whole; nan (not applicable) where the whole is nothing."""
    return float(part) / float(whole) if whole > 0 else NAN


def count(mask: Mask) -> int:
    """Number of rows that a mask holds."""
    return int(np.count_nonzero(mask))


def mean(values: Floats) -> float:
    """Arithmetic mean; nan of nothing."""
    return float(values.mean()) if len(values) else NAN


def quantiles(values: Floats, *shares: float) -> tuple[float, ...]:
    """Return quantiles, interpolated between order statistics (Hyndman and Fan 1996, type 7); nan of nothing."""
    if not len(values):
        return tuple(NAN for _ in shares)
    return tuple(float(value) for value in np.quantile(values, shares))
