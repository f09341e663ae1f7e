"""One customer, or one lead, in the facts: every row that is about him, each once; it words nothing.

A lead that was won and became a customer is told as that customer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.model.facts import TABLES, index

if TYPE_CHECKING:
    from sim.model.journal import Run

NAN = float("nan")

MOMENTS: dict[str, tuple[str, ...]] = {
    "leads": ("created", "closed"),
    "visits": ("entered",),
    "activities": ("entered",),
    "tickets": ("opened", "closed"),
    "contacts": ("arrived",),
    "subscriptions": ("won", "live", "neutral", "left"),
    "changes": ("time",),
    "purchases": ("time",),
}
"""By table: the times of a row at which it is told, those that have come; all others are told along with them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the facts, its codes spelled out as words."""

    table: str
    row: int
    """Place in its table."""
    numbers: dict[str, float] = field(repr=False)
    """By column: what stands there; nan for nothing."""
    words: dict[str, str] = field(repr=False)
    """By column of words: the word; empty for none."""

    def __getitem__(self, column: str) -> float:
        """A number; nan where there is none."""
        return self.numbers[column]

    def word(self, column: str) -> str:
        """A word; empty where there is none."""
        return self.words[column]

    def has(self, column: str) -> bool:
        """Whether anything stands there."""
        return not math.isnan(self.numbers[column])

    def values(self) -> dict[str, float | str | None]:
        """The whole row, words as words and nothing as None."""
        return {
            name: self.words[name] or None if name in self.words else None if math.isnan(value) else value
            for name, value in self.numbers.items()
        }


@dataclass(frozen=True)
class Life:
    """Everything that one run has about one customer, or about a lead that never became one."""

    run: Run
    subscription: Fact | None
    """None of a lead that was not won, or where wins have no life after the sale."""
    lead: Fact | None
    """None of the initial base."""
    visits: tuple[Fact, ...]
    activities: tuple[Fact, ...]
    tickets: tuple[Fact, ...]
    """His own, and the questions he asked before he bought."""
    contacts: tuple[Fact, ...]
    changes: tuple[Fact, ...]
    purchases: tuple[Fact, ...]
    sent: tuple[Fact, ...]
    """Leads he sent, or that he became again after he had left."""

    @property
    def customer(self) -> int | None:
        """His number as a customer."""
        return None if self.subscription is None else int(self.subscription["customer"])

    @property
    def name(self) -> str:
        """What he is called: customer 12, or lead 30."""
        if self.subscription is not None:
            return f"customer {self.customer}"
        assert self.lead is not None
        return f"lead {int(self.lead['lead'])}"

    def rows(self) -> Iterator[Fact]:
        """Every row, table by table."""
        yield from (fact for fact in (self.subscription, self.lead) if fact is not None)
        for facts in (self.visits, self.activities, self.tickets, self.contacts, self.changes, self.purchases):
            yield from facts
        yield from self.sent


def life_of_customer(run: Run, number: int) -> Life | None:
    """Everything about one customer; None if there is no such number."""
    found = facts_of(run, "subscriptions", "customer", number)
    if not found:
        return None
    lead = found[0]["lead"]
    return _life(run, found[0], None if math.isnan(lead) else int(lead))


def life_of_lead(run: Run, number: int) -> Life | None:
    """Everything about one lead, and about the customer he became; None if there is no such number."""
    if not facts_of(run, "leads", "lead", number):
        return None
    customers = facts_of(run, "subscriptions", "lead", number)
    return _life(run, customers[0] if customers else None, number)


def facts_of(run: Run, table: str, column: str, *numbers: float) -> tuple[Fact, ...]:
    """The rows of a table in which one of these numbers stands in a column."""
    return at_rows(run, table, np.flatnonzero(np.isin(run.column(table, column), numbers)))


def at_rows(run: Run, table: str, places: np.ndarray) -> tuple[Fact, ...]:
    """Some rows of a table."""
    coded = [column.name for column in TABLES[table] if column.words is not None]
    columns, found = [column.name for column in TABLES[table]], []
    for place in places.tolist():
        numbers = dict(zip(columns, run.tables[table][place].tolist(), strict=True))
        words = {name: _word(run, table, name, numbers[name]) for name in coded}
        found.append(Fact(table, place, numbers, words))
    return tuple(found)


def span_of(run: Run, table: str, column: str) -> tuple[int, int] | None:
    """The lowest and the highest number in a column; None where there is none."""
    numbers = run.tables[table][:, index(table, column)]
    numbers = numbers[~np.isnan(numbers)]
    return (int(numbers.min()), int(numbers.max())) if len(numbers) else None


def _word(run: Run, table: str, column: str, code: float) -> str:
    words = run.words_of(table, column)
    return "" if math.isnan(code) or not 0 <= int(code) < len(words) else words[int(code)]


def _life(run: Run, subscription: Fact | None, lead: int | None) -> Life:
    customer = NAN if subscription is None else subscription["customer"]
    asked = facts_of(run, "tickets", "lead", *([] if lead is None else [lead]))
    tickets = (*asked, *facts_of(run, "tickets", "customer", customer))
    numbers = [ticket["ticket"] for ticket in tickets]
    leads = () if lead is None else facts_of(run, "leads", "lead", lead)
    return Life(
        run=run,
        subscription=subscription,
        lead=leads[0] if leads else None,
        visits=() if lead is None else facts_of(run, "visits", "lead", lead),
        activities=facts_of(run, "activities", "customer", customer),
        tickets=tickets,
        contacts=facts_of(run, "contacts", "ticket", *numbers),
        changes=facts_of(run, "changes", "customer", customer),
        purchases=facts_of(run, "purchases", "customer", customer),
        sent=facts_of(run, "leads", "referrer", customer),
    )
