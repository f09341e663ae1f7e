"""Every lead, meeting, call and contract is accounted for, in every shipped scenario, from the facts alone."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from yardstick import shipped_run as run_of

from sim.metrics import evaluate
from sim.model.facts import LOSSES, OUTCOMES
from sim.model.journal import Run
from sim.scenario.load import load, shipped_folder

SHIPPED = sorted(path.relative_to(shipped_folder()).as_posix() for path in shipped_folder().rglob("*.yaml"))
SELLING = [name for name in SHIPPED if load(name).sales]
FATES = {"passed": "won", "failed": "lost", "missed": "lost", "expired": "expired", "disqualified": "disqualified"}
"""How a lead ends whose last visit ended so."""


def known(values: np.ndarray) -> np.ndarray:
    """Which values are there."""
    return ~np.isnan(values)


@pytest.mark.parametrize("name", SHIPPED)
def test_leads_are_accounted_for(name):
    """Leads in = won + lost + expired + disqualified + open: each has one row, open exactly while it has no end."""
    run = run_of(name)
    number, closed = run.column("leads", "lead"), run.column("leads", "closed")
    outcome = run.column("leads", "outcome")
    assert sorted(number.tolist()) == list(range(len(number)))
    assert set(outcome) <= set(range(len(OUTCOMES["leads"])))
    assert np.array_equal(known(closed), ~run.is_word("leads", "outcome", "open"))
    assert np.all(closed[known(closed)] >= run.column("leads", "created")[known(closed)])
    assert np.array_equal(known(run.column("leads", "reason")), run.is_word("leads", "outcome", "lost"))
    won = run.is_word("leads", "outcome", "won")
    assert not np.any(run.column("leads", "fee")[~won] > 0)
    if run.scenario.customers:
        signed = run.column("subscriptions", "lead")
        mine = known(signed)
        assert np.array_equal(np.sort(number[won]), np.sort(signed[mine]))
        place = signed[mine].astype(int)
        by_number = np.argsort(number)
        # He pays the list price less what he was given, signs when he is won, and fits as well as his lead did.
        paid = (run.column("leads", "value") * (1 - run.column("leads", "discount")))[by_number][place]
        assert run.column("subscriptions", "value")[mine] == pytest.approx(paid, rel=1e-12)
        assert np.array_equal(run.column("subscriptions", "won")[mine], closed[by_number][place])
        misfit = run.column("leads", "misfit")[by_number][place]
        assert np.array_equal(run.column("subscriptions", "misfit")[mine], misfit)


def visits_of(run: Run) -> dict[int, list[dict[str, float]]]:
    """The visits of each lead, one after the other."""
    columns = ("lead", "round", "stage", "entered", "started", "ended", "decided", "outcome", "meeting")
    rows = np.column_stack([run.column("visits", word) for word in columns])
    found = defaultdict(list)
    for row in rows[np.lexsort((rows[:, 3], rows[:, 2], rows[:, 1], rows[:, 0]))].tolist():
        found[int(row[0])].append(dict(zip(columns, row, strict=True)))
    return found


@pytest.mark.parametrize("name", SELLING)
def test_visits_follow_their_leads(name):
    """Meetings of a stage are held one after the other, then it is decided; a round ends where its last stage did.

    Every round begins where leads of that source come in, no stage is left out, and a lead's fate is that of its last
    visit; one that is nurtured is open without a visit.
    """
    run = run_of(name)
    stages = list(run.words["stages"])
    if not stages:
        assert not len(run.tables["visits"])
        return
    plan = run.scenario.marketing
    enters = [stages.index(origin.enters) if origin.enters else 0 for origin in plan.origins().values()]
    words = OUTCOMES["visits"]
    found = visits_of(run)
    columns = ("lead", "source", "outcome", "stage", "rounds", "created", "closed", "reason", "first_touch")
    leads = np.column_stack([run.column("leads", word) for word in columns]).tolist()
    assert set(found) <= {int(lead[0]) for lead in leads}
    for number, source, outcome, stage, rounds, created, closed, reason, touched in leads:
        fate, before, last = OUTCOMES["leads"][int(outcome)], None, ""
        mine = found.get(int(number), [])
        for visit in mine:
            word = words[int(visit["outcome"])]
            assert visit["entered"] >= created
            if before is None or visit["round"] > before["round"]:
                assert visit["round"] == (0 if before is None else before["round"] + 1)
                assert visit["stage"] == enters[int(source)]
                assert last in ("", "failed", "expired")
                due = 1
            elif visit["stage"] > before["stage"]:
                assert (visit["stage"], last) == (before["stage"] + 1, "passed")
                due = 1
            else:
                assert visit["stage"] == before["stage"]
                assert last in ("held", "missed")
                due = before["meeting"] + (last == "held")
            assert visit["meeting"] == due
            assert before is None or visit["entered"] >= before["decided"] - 1e-9
            before, last = visit, word
        if fate == "open":
            assert last in ("", "open", "held", "missed", "passed", "failed", "expired")
            assert rounds - (before["round"] if before else 0) in (0, 1)
        else:
            assert FATES[last] == fate
            assert (last == "passed") <= (stage == len(stages) - 1)
            assert (last == "missed") <= (LOSSES[int(reason)] == "unreached" if fate == "lost" else False)
            assert (stage, rounds, closed) == (before["stage"], before["round"], before["decided"])
        starts = [visit["started"] for visit in mine if visit["started"] == visit["started"]]
        assert (touched == min(starts)) if starts else touched != touched


@pytest.mark.parametrize("name", SELLING)
def test_every_call_that_brought_a_lead_has_one(name):
    """Leads of prospecting are those that sessions brought, when they were over, and conversations are calls."""
    run = run_of(name)
    plan = run.scenario.marketing
    kinds, sources = list(run.words["activities"]), list(run.words["sources"])
    for word in plan.prospecting:
        mine = (run.column("activities", "kind") == kinds.index(word)) & run.is_word("activities", "outcome", "done")
        calls, talks, leads = (run.column("activities", column)[mine] for column in ("calls", "conversations", "leads"))
        assert np.all(calls == plan.prospecting[word].session)
        assert np.all((talks <= calls) & (leads <= talks))
        ended = np.repeat(run.column("activities", "ended")[mine], leads.astype(int))
        born = run.column("leads", "created")[run.column("leads", "source") == sources.index(word)]
        assert len(born)
        assert np.array_equal(np.sort(born), np.sort(ended))


@pytest.mark.parametrize("name", SELLING)
def test_recycled_leads_are_those_that_were_nurtured(name):
    """Each return of a lead is the beginning of a round, after one that ended in a no or unanswered."""
    run = run_of(name)
    if run.scenario.sales.nurture is None:
        assert not np.any(run.column("leads", "rounds"))
        assert not np.any(run.column("visits", "round"))
        return
    times = run.scenario.sales.nurture.times
    rounds = run.column("leads", "rounds")
    assert 0 < rounds.max() <= times
    assert evaluate(run)["leads_recycled"] == rounds.sum()


@pytest.mark.parametrize("name", SELLING)
def test_follow_up_is_done_for_customers_who_are_there(name):
    """Each turn is one customer's, between his going live and his leaving, and what it found is in his changes."""
    run = run_of(name)
    if not (run.scenario.sales and run.scenario.sales.follow_up):
        return
    life = {
        number: (live, left)
        for number, live, left in zip(
            *(run.column("subscriptions", word).tolist() for word in ("customer", "live", "left")), strict=True
        )
    }
    kinds = [list(run.words["activities"]).index(word) for word in run.scenario.sales.follow_up]
    mine = np.isin(run.column("activities", "kind"), kinds)
    customer, entered = run.column("activities", "customer")[mine], run.column("activities", "entered")[mine]
    assert len(customer) > 100
    for who, when in zip(customer.tolist(), entered.tolist(), strict=True):
        live, left = life[who]
        assert live <= when
        assert not when > left
    found = (run.is_word("activities", "outcome", "expansion"))[mine]
    ends = run.column("activities", "ended")[mine][found]
    caused = known(run.column("changes", "cause"))
    assert np.array_equal(np.sort(ends), np.sort(run.column("changes", "time")[caused]))
    assert np.all(run.is_word("changes", "kind", "expansion")[caused])
