"""Everything that came in is accounted for, in every shipped scenario, from the facts alone."""

from __future__ import annotations

import numpy as np
import pytest
from yardstick import shipped_run as run_of

from sim.metrics import evaluate
from sim.model.facts import OUTCOMES
from sim.model.journal import Run
from sim.scenario.load import shipped_folder

SHIPPED = sorted(path.relative_to(shipped_folder()).as_posix() for path in shipped_folder().rglob("*.yaml"))
TINY = 1e-6


def known(values: np.ndarray) -> np.ndarray:
    """Which values are there."""
    return ~np.isnan(values)


@pytest.mark.parametrize("name", SHIPPED)
def test_contacts_and_tickets_agree(name):
    """Every contact has one fate; a ticket's are 1, 2, ..., and its own fate is the last one's."""
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
    for word in ("abandoned", "blocked", "disconnected", "dropped"):
        alike = final == OUTCOMES["contacts"].index(word)
        # Who gave up or found no line may be about to try again: his ticket is open until then.
        assert np.all(alike[fate == words[word]])
        assert set(fate[alike]) <= {words[word], words["open"]}
    # A ticket is open while its contact is, and between an unresolved contact and its return.
    assert np.all((fate == words["open"])[final == 0])
    assert np.all((fate[final == served] != words["resolved"]) == (resolved[final == served] == 0))
    earlier = np.ones(len(order), dtype=bool)
    earlier[last] = False
    assert not np.any(run.column("contacts", "resolved")[order][earlier] == 1)


@pytest.mark.parametrize("name", SHIPPED)
def test_revenue_moves_add_up(name):
    """Opening MRR + what went live + what changed - what left = closing MRR, in money and heads, at every reading."""
    run = run_of(name)
    if run.scenario.customers is None:
        assert not len(run.tables["subscriptions"])
        return
    number, value, live, left = (run.column("subscriptions", word) for word in ("customer", "value", "live", "left"))
    place = dict(zip(number.tolist(), range(len(number)), strict=True))
    whose = np.array([place[one] for one in run.column("changes", "customer").tolist()], dtype=int)
    moment, change = run.column("changes", "time"), run.column("changes", "change")
    assert np.all((moment >= live[whose]) & ~(moment > left[whose]))
    for time, heads, mrr in run.tables["pulse"][:, :3]:
        here = (live <= time) & ~(left <= time)
        assert heads == here.sum()
        counts = here[whose] & (moment <= time)
        assert mrr == pytest.approx(value[here].sum() + change[counts].sum(), rel=1e-9)
    figures = evaluate(run)
    opening = value[run.is_word("subscriptions", "origin", "initial")].sum()
    moves = figures["new_mrr"] + figures["expansion_mrr"] - figures["contraction_mrr"] - figures["churned_mrr"]
    assert opening + moves == pytest.approx(figures["mrr"], rel=1e-9)
    assert figures["mrr"] == pytest.approx(run.column("pulse", "mrr")[-1], rel=1e-9)


def rows_of(run: Run, table: str, name: str, team: int) -> Run:
    """The same run with those rows of a table in which this column names this team."""
    rows = run.tables[table][run.column(table, name) == team]
    return Run(run.scenario, run.replication, run.horizon, {table: rows}, run.words)


def modes(run: Run) -> list[str]:
    """The kind of every channel, in order of code."""
    return [channel.mode for channel in run.scenario.service.channels.values()] if run.scenario.service else []


def outbound(run: Run) -> list[int]:
    """Codes of the ticket types that the company raises by itself: their calls can be put down like letters."""
    types = run.scenario.service.types.values() if run.scenario.service else ()
    return [code for code, kind in enumerate(types) if kind.outbound]


def shares(run: Run) -> bool:
    """Whether anybody has several contacts in hand at once."""
    channels = run.scenario.service.channels.values() if run.scenario.service else ()
    return any(getattr(channel, "concurrency", 1) > 1 for channel in channels)


def callers(run: Run) -> set[str]:
    """Teams that prospect."""
    return {plan.team for plan in run.scenario.marketing.prospecting.values()} if run.scenario.marketing else set()


@pytest.mark.parametrize("name", SHIPPED)
def test_time_of_teams(name):
    """Busy <= on duty at every reading and between readings, and busy time is that spent on visits, contacts, calls.

    Whoever shares himself is busy for less than his contacts take together.
    """
    run = run_of(name)
    for code in range(len(run.words["teams"])):
        own = rows_of(run, "team_time", "team", code)
        time, employed, rostered, duty, busy = (
            own.column("team_time", word) for word in ("time", "employed", "rostered", "on_duty", "busy")
        )
        assert np.all(np.diff(time) > 0)
        assert time[-1] == run.horizon
        steps = (np.diff(duty) - np.diff(busy), np.diff(duty) - np.diff(rostered), np.diff(busy), np.diff(employed))
        for parts in steps:
            assert np.all(parts >= -TINY)
        low = high = 0.0
        for table, taker in (("visits", "team"), ("contacts", "by"), ("activities", "team")):
            part = rows_of(run, table, taker, code)
            started, handled = part.column(table, "started"), part.column(table, "handled")
            at_work = known(started) & ~known(handled)
            high += float(np.sum(run.horizon - started[at_work]) + np.nansum(handled))
            # Wrapping up may go on beyond the horizon.
            low += float(np.nansum(np.minimum(handled, run.horizon - started)))
        assert busy[-1] <= high + TINY
        if not shares(run):
            assert low - TINY <= busy[-1]


@pytest.mark.parametrize("name", SHIPPED)
def test_littles_law(name):
    """Time integral of the queue = sum of all waits, of those still waiting too; exact for work that is not put down.

    Work that was begun and not finished at the horizon may have waited again after it was put down: for it alone the
    facts give a range. Appointments wait in the book, so teams that make them are left out, and so are teams that call
    by themselves: their next calls wait in line from morning to night, and leave no row if nobody makes them.
    """
    run = run_of(name)
    kinds, calling = modes(run), callers(run)
    for code, team in enumerate(run.words["teams"]):
        if team in calling:
            continue
        queued = rows_of(run, "team_time", "team", code).column("team_time", "queued")[-1]
        low = high = 0.0
        booked = False
        tables = (
            ("visits", "entered", "decided"),
            ("contacts", "arrived", "ended"),
            ("activities", "entered", "ended"),
        )
        for table, came, over in tables:
            part = rows_of(run, table, "team", code)
            letters = np.ones(len(part.tables[table]), dtype=bool)
            if table == "contacts":
                channels = part.column(table, "channel").astype(int)
                booked = any(kinds[channel] == "appointment" for channel in set(channels))
                ours = np.isin(part.column(table, "type"), outbound(run))
                letters = np.array([kinds[channel] == "deferred" for channel in channels], dtype=bool) | ours
            arrived, started = part.column(table, came), part.column(table, "started")
            gave_up = np.where(known(started), started, part.column(table, over))
            low += float(np.sum(np.where(known(gave_up), gave_up, run.horizon) - arrived))
            ended, handled = part.column(table, "ended"), part.column(table, "handled")
            done = known(handled) & known(started) & letters
            low += float(np.sum((ended - started - handled)[done]))
            begun = known(started) & ~known(handled) & letters
            high += float(np.sum(run.horizon - started[begun]))
        if booked:
            continue
        assert low - TINY * max(1.0, low) <= queued <= low + high + TINY * max(1.0, low)
        if not high:
            assert queued == pytest.approx(low, rel=1e-9)
