"""Whose story is told: whoever is named, or one who shows something; among several, the one in the middle by rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import SimError
from sim.report.trace_facts import Life, life_of_customer, life_of_lead, span_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from sim.model.journal import Run

    Mask = npt.NDArray[np.bool_]
    Counts = npt.NDArray[np.intp]


class NobodyError(SimError):
    """There is nobody in the run of whom such a story could be told."""

    exit_code = 2


@dataclass(frozen=True)
class Chosen:
    """Somebody, and why he."""

    life: Life
    why: str
    """A sentence without its full stop; empty for one who was named."""


def by_customer(run: Run, number: int) -> Chosen:
    """The customer of this number. Raises NobodyError for an unknown one."""
    life = life_of_customer(run, number)
    if life is None:
        raise NobodyError(_unknown(run, "customer", "subscriptions", number))
    return Chosen(life, "")


def by_lead(run: Run, number: int) -> Chosen:
    """The lead of this number, and the customer he became. Raises NobodyError for an unknown one."""
    life = life_of_lead(run, number)
    if life is None:
        raise NobodyError(_unknown(run, "lead", "leads", number))
    return Chosen(life, "")


def lost(run: Run) -> Chosen:
    """A customer lost for bad service, else any who has left."""
    left = ~np.isnan(run.column("subscriptions", "left"))
    served = left & run.is_word("subscriptions", "reason", "service")
    if served.any():
        return _middle(run, served, "left for bad service")
    return _middle(run, left, "left", "no customer leaves in this run")


def kept(run: Run) -> Chosen:
    """A customer who is still there although he would have left had he felt neutral all along."""
    there = np.isnan(run.column("subscriptions", "left")) & ~np.isnan(run.column("subscriptions", "neutral"))
    why = "are still there although they would have left, had they felt neutral all along"
    return _middle(run, there, why, "no customer of this run is still there who would have left feeling neutral")


def referrer(run: Run) -> Chosen:
    """A customer who sent a lead that was won."""
    won = run.is_word("leads", "outcome", "won") & run.is_word("leads", "source", "referred")
    senders = run.column("leads", "referrer")[won]
    sent = np.isin(run.column("subscriptions", "customer"), senders[~np.isnan(senders)])
    return _middle(run, sent, "sent a lead that was won", "no customer of this run sends a lead that is won")


def middling(run: Run) -> Chosen:
    """One of those won in the run; without any, of all customers; without customers, of the leads."""
    if len(run.tables["subscriptions"]):
        won = ~np.isnan(run.column("subscriptions", "lead"))
        if won.any():
            return _middle(run, won, "were won in this run")
        return _middle(run, ~won, "were there at the start")
    if not len(run.tables["leads"]):
        raise NobodyError("there are neither customers nor leads in this run, of whom a story could be told")
    won = run.is_word("leads", "outcome", "won")
    chosen, what = (won, "leads won") if won.any() else (np.ones(len(won), dtype=bool), "leads")
    numbers = run.column("leads", "lead")
    place = _median(chosen, _count(run, (("visits", "lead"), ("tickets", "lead")), numbers), numbers)
    return Chosen(by_lead(run, int(numbers[place])).life, _told(int(chosen.sum()), what))


def _middle(run: Run, chosen: Mask, what: str, otherwise: str = "") -> Chosen:
    if not chosen.any():
        raise NobodyError(otherwise)
    numbers, leads = run.column("subscriptions", "customer"), run.column("subscriptions", "lead")
    tables = ("activities", "tickets", "contacts", "changes", "purchases")
    rows = _count(run, tuple((table, "customer") for table in tables), numbers)
    rows = rows + _count(run, (("visits", "lead"), ("tickets", "lead")), leads)
    rows = rows + _count(run, (("leads", "referrer"),), numbers)
    place = _median(chosen, rows, numbers)
    return Chosen(by_customer(run, int(numbers[place])).life, _told(int(chosen.sum()), f"customers who {what}"))


def _told(count: int, what: str) -> str:
    if count == 1:
        return f"the only one of the {what}"
    return f"the middle one, by the number of events, of {count:,} {what}"


def _median(chosen: Mask, rows: Counts, numbers: np.ndarray) -> int:
    """Place of the one in the middle by rows; of equals the one with the lower number comes first."""
    places = np.flatnonzero(chosen)
    order = np.lexsort((numbers[places], rows[places]))
    return int(places[order[len(order) // 2]])


def _count(run: Run, columns: tuple[tuple[str, str], ...], numbers: np.ndarray) -> Counts:
    """Rows of some tables in which each of these numbers stands."""
    known = ~np.isnan(numbers)
    size = int(numbers[known].max(initial=-1.0)) + 1
    found = np.zeros(len(numbers), dtype=np.intp)
    for table, column in columns:
        values = run.column(table, column)
        counts = np.bincount(values[~np.isnan(values)].astype(np.intp), minlength=size)
        found[known] += counts[numbers[known].astype(np.intp)]
    return found


def _unknown(run: Run, noun: str, table: str, number: int) -> str:
    found = span_of(run, table, noun)
    if found is None:
        return f"there is no {noun} {number}: this run has no {noun}s"
    return f"there is no {noun} {number}: those of this run have the numbers {found[0]} to {found[1]}"
