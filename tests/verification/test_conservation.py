"""Everything that came in is accounted for, in every shipped scenario, from the facts alone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.metrics import evaluate
from sim.model.company import simulate
from sim.model.journal import OUTCOMES, Run
from sim.scenario.load import load, shipped_folder

SHIPPED = sorted(path.relative_to(shipped_folder()).as_posix() for path in shipped_folder().rglob("*.yaml"))
TINY = 1e-6


@cache
def run_of(name: str) -> Run:
    """One future of a shipped scenario."""
    return simulate(load(name), 0, 1)


def known(values: np.ndarray) -> np.ndarray:
    """Which values are there."""
    return ~np.isnan(values)


@pytest.mark.parametrize("name", SHIPPED)
def test_leads_are_accounted_for(name):
    """Leads in = won + lost + expired + open: each lead has one row, open exactly while it has no end."""
    run = run_of(name)
    number, closed = run.column("leads", "lead"), run.column("leads", "closed")
    outcome = run.column("leads", "outcome")
    assert sorted(number.tolist()) == list(range(len(number)))
    assert set(outcome) <= set(range(len(OUTCOMES["leads"])))
    assert np.array_equal(known(closed), ~run.is_word("leads", "outcome", "open"))
    assert np.all(closed[known(closed)] >= run.column("leads", "created")[known(closed)])
    won = np.sort(number[run.is_word("leads", "outcome", "won")])
    if run.scenario.customers:
        signed = run.column("subscriptions", "lead")
        assert np.array_equal(won, np.sort(signed[known(signed)]))


@pytest.mark.parametrize("name", SHIPPED)
def test_visits_follow_their_leads(name):
    """A lead has one visit per stage it reached, in order, and its fate is that of its last visit."""
    run = run_of(name)
    visits = run.tables["visits"][np.lexsort((run.column("visits", "stage"), run.column("visits", "lead")))]
    run = Run(run.scenario, run.replication, run.horizon, {**run.tables, "visits": visits}, run.words)
    lead, stage = run.column("visits", "lead"), run.column("visits", "stage")
    if not len(lead):
        assert not len(run.tables["leads"]) or not run.words["stages"]
        return
    last = np.append(lead[1:] != lead[:-1], True)
    first = np.insert(last[:-1], 0, True)
    assert np.all(stage[first] == 0)
    assert np.all(stage[1:][~first[1:]] == stage[:-1][~first[1:]] + 1)
    assert np.all(run.is_word("visits", "outcome", "passed")[~last])
    by_lead = np.argsort(run.column("leads", "lead"))
    fate, place = run.column("leads", "outcome")[by_lead], run.column("leads", "stage")[by_lead]
    assert np.array_equal(place, stage[last])
    # open stays open, passed the last stage is won, failed is lost, expired is expired.
    assert np.array_equal(fate, run.column("visits", "outcome")[last])


@pytest.mark.parametrize("name", SHIPPED)
def test_contacts_and_tickets_agree(name):
    """Contacts in = served + abandoned + blocked + open; a ticket's are 1, 2, ..., its fate is the last one's."""
    run = run_of(name)
    ticket, attempt = run.column("contacts", "ticket"), run.column("contacts", "attempt")
    outcome = run.column("contacts", "outcome")
    assert len(ticket) == run.counts["contacts"]
    ended = known(run.column("contacts", "ended"))
    assert np.array_equal(ended, ~run.is_word("contacts", "outcome", "open"))
    assert np.all(known(run.column("contacts", "started"))[run.is_word("contacts", "outcome", "served")])
    numbers = run.column("tickets", "ticket").astype(int)
    assert sorted(numbers.tolist()) == list(range(1, len(numbers) + 1))
    order = np.lexsort((attempt, ticket))
    per_ticket = np.bincount(ticket.astype(int), minlength=len(numbers) + 1)[1:]
    by_number = np.argsort(numbers)
    assert np.array_equal(per_ticket, run.column("tickets", "contacts")[by_number])
    assert np.array_equal(attempt[order], np.concatenate([np.arange(1, n + 1) for n in per_ticket] or [[]]))
    last = np.cumsum(per_ticket) - 1
    fate, final = run.column("tickets", "outcome")[by_number], outcome[order][last]
    resolved = run.column("contacts", "resolved")[order][last]
    words = {word: code for code, word in enumerate(OUTCOMES["tickets"])}
    served = OUTCOMES["contacts"].index("served")
    assert np.all((final == served) & (resolved == 1) == (fate == words["resolved"]))
    assert np.all((final == OUTCOMES["contacts"].index("abandoned")) == (fate == words["abandoned"]))
    assert np.all((final == OUTCOMES["contacts"].index("blocked")) == (fate == words["blocked"]))
    # A ticket is open while its contact is, and between an unresolved contact and its return.
    assert np.all((fate == words["open"])[final == 0])
    assert np.all((fate[final == served] != words["resolved"]) == (resolved[final == served] == 0))
    earlier = np.ones(len(order), dtype=bool)
    earlier[last] = False
    assert np.all(run.column("contacts", "resolved")[order][earlier] == 0)


@pytest.mark.parametrize("name", SHIPPED)
def test_revenue_moves_add_up(name):
    """Opening MRR + what went live - what left = closing MRR, in money and in heads, at every reading of the pulse."""
    run = run_of(name)
    if run.scenario.customers is None:
        assert not len(run.tables["subscriptions"])
        return
    value, live, left = (run.column("subscriptions", word) for word in ("value", "live", "left"))
    for time, heads, mrr in run.tables["pulse"][:, :3]:
        here = (live <= time) & ~(left <= time)
        assert heads == here.sum()
        assert mrr == pytest.approx(value[here].sum(), rel=1e-9)
    figures = evaluate(run)
    opening = value[run.is_word("subscriptions", "origin", "initial")].sum()
    assert opening + figures["new_mrr"] - figures["churned_mrr"] == pytest.approx(figures["mrr"], rel=1e-9)
    assert figures["mrr"] == pytest.approx(run.column("pulse", "mrr")[-1], rel=1e-9)


@pytest.mark.parametrize("name", SHIPPED)
def test_time_of_teams(name):
    """Busy <= on duty at every reading and between readings, and busy time is the time spent on visits and contacts."""
    run = run_of(name)
    for code in range(len(run.words["teams"])):
        own = run.tables["team_time"][run.column("team_time", "team") == code]
        time, employed, duty, busy = own[:, 1], own[:, 3], own[:, 4], own[:, 5]
        assert np.all(np.diff(time) > 0)
        assert time[-1] == run.horizon
        for parts in (np.diff(duty) - np.diff(busy), np.diff(busy), np.diff(employed)):
            assert np.all(parts >= -TINY)
        low = high = 0.0
        for table in ("visits", "contacts"):
            chosen = run.column(table, "team") == code
            started, handled = run.column(table, "started")[chosen], run.column(table, "handled")[chosen]
            low += float(np.nansum(handled))
            at_work = known(started) & ~known(handled)
            high += float(np.sum(run.horizon - started[at_work]))
        assert low - TINY <= busy[-1] <= low + high + TINY


@pytest.mark.parametrize("name", SHIPPED)
def test_littles_law(name):
    """Time integral of the queue = sum of all waits, of those still waiting too; exact for work that is not put down.

    Work that was begun and not finished at the horizon may have waited again after it was put down: for it alone the
    facts give a range.
    """
    run = run_of(name)
    for code in range(len(run.words["teams"])):
        queued = run.tables["team_time"][run.column("team_time", "team") == code][-1, 6]
        low = high = 0.0
        for table, came, over in (("visits", "entered", "decided"), ("contacts", "arrived", "ended")):
            rows = run.tables[table][run.column(table, "team") == code]
            part = Run(run.scenario, run.replication, run.horizon, {table: rows}, run.words)
            arrived, started = part.column(table, came), part.column(table, "started")
            gave_up = np.where(known(started), started, part.column(table, over))
            low += float(np.sum(np.where(known(gave_up), gave_up, run.horizon) - arrived))
            ended, handled = part.column(table, "ended"), part.column(table, "handled")
            done = known(handled) & known(started)
            low += float(np.sum((ended - started - handled)[done]))
            begun = known(started) & ~known(handled)
            high += float(np.sum(run.horizon - started[begun]))
        assert low - TINY * max(1.0, low) <= queued <= low + high + TINY * max(1.0, low)
        if name.startswith("learn/"):
            assert queued == pytest.approx(low, rel=1e-9)
