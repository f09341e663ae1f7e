"""Stories: every line reads rows of the facts aloud, every row is read once, and nothing is said that no row says."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from storied import EVERYTHING, NAN, PLANS, changed, made, run_of

from sim.metrics.indirect import revenue_forgone, service_effect
from sim.metrics.revenue import revenue
from sim.metrics.tags import tagged
from sim.metrics.view import View
from sim.model.company import simulate
from sim.model.facts import TABLES, index
from sim.model.journal import Run
from sim.report.trace import PHASES, Story, rows_told, summary
from sim.report.trace_facts import MOMENTS, life_of_customer, life_of_lead
from sim.report.trace_pick import NobodyError, by_customer, by_lead, kept, lost, middling, referrer
from sim.report.trace_words import Speech, span, spelled
from sim.scenario.scenario import Scenario


def customers(run: Run) -> Iterator[Story]:
    """The story of every customer."""
    for number in run.column("subscriptions", "customer").tolist():
        life = life_of_customer(run, int(number))
        assert life is not None
        yield Story(life)


def leads(run: Run) -> Iterator[Story]:
    """The story of every lead that never became a customer."""
    became = set(run.column("subscriptions", "lead").tolist())
    for number in run.column("leads", "lead").tolist():
        if number not in became:
            life = life_of_lead(run, int(number))
            assert life is not None
            yield Story(life)


def everybody(run: Run) -> Iterator[Story]:
    """All stories of a run."""
    yield from customers(run)
    yield from leads(run)


def story_of(run: Run, number: int) -> Story:
    """The story of one customer."""
    life = life_of_customer(run, number)
    assert life is not None
    return Story(life)


def texts(story: Story, kind: str = "") -> list[str]:
    """The sentences of a story, of one kind if asked for."""
    return [event.text for event in story.events if not kind or event.kind == kind]


def due_rows(run: Run) -> Counter[tuple[str, int, str]]:
    """Every row that is about some customer or lead, with each of its times that has come; read from the arrays."""
    expected: Counter[tuple[str, int, str]] = Counter()
    for table, moments in MOMENTS.items():
        rows = run.tables[table]
        columns = {column.name for column in TABLES[table]} & {"customer", "lead"}
        whose = [rows[:, index(table, name)] for name in sorted(columns)]
        if table == "contacts":
            asked = run.column("tickets", "ticket")[~np.isnan(run.column("tickets", "lead"))]
            whose.append(np.where(np.isin(run.column("contacts", "ticket"), asked), 0.0, NAN))
        about = np.logical_or.reduce([~np.isnan(numbers) for numbers in whose])
        for row in np.flatnonzero(about).tolist():
            expected.update(
                (table, row, moment) for moment in moments if not math.isnan(rows[row, index(table, moment)])
            )
    return expected


@pytest.mark.parametrize("plan", PLANS)
def test_every_row_is_told_once_and_nothing_else(plan: str) -> None:
    """All stories of a run together hold each row about a customer or lead once; a lead that he sent, once more."""
    run = run_of(plan)
    told: Counter[tuple[str, int, str]] = Counter()
    sent: Counter[tuple[str, int, str]] = Counter()
    for story in everybody(run):
        rows = rows_told(story.events)
        assert max(Counter(rows).values()) == 1
        others = {("leads", lead.row, "created") for lead in story.life.sent}
        told.update(row for row in rows if row not in others)
        sent.update(row for row in rows if row in others)
    assert told == due_rows(run)
    referred = np.flatnonzero(~np.isnan(run.column("leads", "referrer"))).tolist()
    assert sent == Counter(("leads", row, "created") for row in referred)


@pytest.mark.parametrize("plan", PLANS)
def test_events_stand_where_their_rows_say(plan: str) -> None:
    """In order of time, each at the time of a row that is the customer's own, within its part of the story."""
    for story in everybody(run_of(plan)):
        events, own = story.events, {(fact.table, fact.row) for fact in story.life.rows()}
        assert [event.time for event in events] == sorted(event.time for event in events)
        for event in events:
            fact, moment = event.told[0]
            assert event.time == story.life.run.tables[fact.table][fact.row, index(fact.table, moment)]
            assert {(each.table, each.row) for each, _ in event.told} <= own
            assert event.text.endswith(".")
            assert "nan" not in event.text
        phases = [PHASES.index(story.phase(event)) for event in events]
        assert phases == sorted(phases), story.life.name


@pytest.mark.parametrize("plan", PLANS)
def test_a_document_is_strict_json_and_a_summary_is_words(plan: str) -> None:
    """For programs the same events as objects with the rows they read; for readers names and values."""
    for story in [*customers(run_of(plan))][::7] + [*leads(run_of(plan))][::40]:
        document = json.loads(json.dumps(_without_nan(story.document()), allow_nan=False))
        assert [event["text"] for event in document["events"]] == texts(story)
        assert [(f["table"], f["row"], f["moment"]) for e in document["events"] for f in e["facts"]] == rows_told(
            story.events
        )
        lines = [*summary(story)]
        assert lines[0][0] == "until"
        assert not any("nan" in value for _, value in lines)
        assert story.gist().startswith(("Customer ", "Lead "))


def _without_nan(content: Any) -> Any:
    from sim.cli.voice import finite

    return finite(content)


@pytest.mark.parametrize("plan", PLANS)
def test_satisfaction_is_worked_out_exactly(plan: str) -> None:
    """From the contacts, the deadlines that passed, follow-up and the memory's own equation comes what the facts hold
    as the end; in this test for every customer, whatever has befallen him."""
    stories = [*customers(run_of(plan))]
    assert all(story.steps is not None for story in stories)
    if plan == "everything":
        kinds = {(step.felt.fact.table, step.felt.late) for story in stories for step in story.steps or ()}
        assert kinds == {("contacts", False), ("contacts", True), ("activities", False)}


def test_satisfaction_is_left_out_where_the_facts_do_not_hold_it() -> None:
    """Something unknown has moved it: the story says how contacts felt, and not what he remembered."""
    run = run_of("everything")
    story = next(story for story in customers(run) if sum(each.has("experience") for each in story.life.contacts) > 3)
    assert any("satisfaction" in text for text in texts(story, "contact"))
    assert story.life.subscription is not None
    row = story.life.subscription.row
    other = story_of(changed(run, "subscriptions", row, satisfaction=0.123), int(story.life.subscription["customer"]))
    assert other.steps is None
    assert not any("satisfaction" in text for text in texts(other, "contact"))
    assert any("Felt as" in text for text in texts(other, "contact"))
    assert other.document()["satisfaction"] is None


@pytest.mark.parametrize("plan", PLANS)
def test_money_of_all_is_the_money_of_the_metrics(plan: str) -> None:
    """Over everybody the parts are the metrics' figures; of each, direct, base and indirect add up to what he paid."""
    run = run_of(plan)
    view, money = View(run), [story.money for story in everybody(run)]
    for each in money:
        assert each.direct + each.base + each.indirect == pytest.approx(each.paid, abs=1e-6)
        assert each.new + each.fees + each.retained + each.expansion + each.follow_up == pytest.approx(each.paid)
    sums = tagged(view)
    assert sum(each.paid for each in money) == pytest.approx(revenue(view))
    assert sum(each.direct for each in money) == pytest.approx(float(np.sum(sums.direct)))
    assert sum(each.base for each in money) == pytest.approx(sums.base)
    assert sum(each.indirect for each in money) == pytest.approx(float(sums.indirect.sum()))
    if plan == "buyers":
        assert all(math.isnan(each.forgone) for each in money)
    elif plan != "no_customers":
        assert sum(each.forgone for each in money) == pytest.approx(revenue_forgone(view))
        assert sum(each.service for each in money) == pytest.approx(service_effect(view))


def test_whoever_is_picked_is_what_was_asked_for() -> None:
    """Lost for bad service, kept by good, a referrer of a won lead; and the one in the middle of those won."""
    run = run_of("everything")
    gone = lost(run).life.subscription
    assert gone is not None
    assert gone.word("reason") == "service"
    there = kept(run).life.subscription
    assert there is not None
    assert there.has("neutral")
    assert not there.has("left")
    sender = referrer(run).life
    assert any(lead.word("outcome") == "won" and lead.word("source") == "referred" for lead in sender.sent)
    chosen = middling(run)
    sizes = sorted(sum(1 for _ in story.life.rows()) for story in customers(run) if story.life.lead is not None)
    assert sum(1 for _ in chosen.life.rows()) == sizes[len(sizes) // 2]
    assert f"of {len(sizes)} customers who were won" in chosen.why


def test_lost_is_anybody_who_left_if_nobody_left_for_service() -> None:
    """Then the sentence says no more than that they left."""
    run = run_of("everything")
    rows = run.tables["subscriptions"].copy()
    rows[:, index("subscriptions", "reason")] = NAN
    chosen = lost(Run(run.scenario, 0, run.horizon, {**run.tables, "subscriptions": rows}, run.words, {}))
    assert chosen.life.subscription is not None
    assert chosen.life.subscription.has("left")
    assert chosen.why.endswith("customers who left")


def test_nobody_to_tell_of_is_a_fault() -> None:
    """With the range of numbers there are, or the reason why there are none."""
    run = run_of("everything")
    with pytest.raises(NobodyError, match=r"no customer 9999: those of this run have the numbers 0 to \d+"):
        by_customer(run, 9999)
    with pytest.raises(NobodyError, match=r"no lead 99999: those of this run have the numbers 0 to \d+"):
        by_lead(run, 99999)
    with pytest.raises(NobodyError, match="this run has no leads"):
        by_lead(run_of("no_sales"), 0)
    with pytest.raises(NobodyError, match="no customer of this run sends a lead that is won"):
        referrer(run_of("no_sales"))
    nobody = made("everything", 100.0)
    for pick in (lost, kept, middling):
        with pytest.raises(NobodyError):
            pick(nobody)


def test_without_customers_a_lead_is_told() -> None:
    """A pipeline alone has stories too: one that was won, as far as the plan goes."""
    story = Story(middling(run_of("no_customers")).life)
    assert story.life.subscription is None
    assert texts(story, "win")[0].startswith("Is won")
    assert "no part of this plan" in dict(summary(story))["lead"]


def test_a_won_lead_is_told_as_its_customer() -> None:
    """By the number of the lead or of the customer: the same story."""
    run = run_of("everything")
    won = next(story for story in customers(run) if story.life.lead is not None)
    assert won.life.lead is not None
    assert texts(Story(by_lead(run, int(won.life.lead["lead"])).life)) == texts(won)


DAY = 24.0
BASE = {"customer": 0, "origin": "initial", "value": 300.0, "won": 0.0, "live": 0.0, "satisfaction": 0.75, "told": 0,
        "misfit": 0, "age": 0.0, "warned": 0}  # fmt: skip
CALL = {"ticket": 1, "attempt": 1, "cause": "need", "tier": 0, "type": "problem", "channel": "phone", "team": "agents",
        "customer": 0, "arrived": 34.0, "due": 34.0 + 1 / 60, "started": 34.0 + 17 / 60, "ended": 34.75,
        "handled": 28 / 60, "outcome": "served", "resolved": 1, "experience": 0.71, "by": "agents",
        "server": 1}  # fmt: skip
ONE = {"ticket": 1, "type": "problem", "channel": "phone", "customer": 0, "opened": 34.0, "closed": 34.75,
       "outcome": "resolved", "contacts": 1}  # fmt: skip


def test_one_who_never_had_a_contact() -> None:
    """He is told of all the same."""
    story = story_of(made("no_sales", 100 * DAY, subscriptions=[BASE]), 0)
    assert texts(story) == ["Is a customer when the clock starts, and pays €300 a month."]
    assert dict(summary(story))["help"] == "no contact with service that he felt"
    assert story.gist() == "Customer 0: no contact with service, still there after 3.3 months"


def test_a_call_is_told_with_its_wait_its_end_and_how_it_felt() -> None:
    """Who answered after how long, what was promised, whether it helped, what it did to satisfaction."""
    after = 0.75 + 0.3 * 1.5 * (0.71 - 0.75)
    facts = {"subscriptions": [BASE | {"satisfaction": after}], "tickets": [ONE]}
    story = story_of(made("no_sales", 100 * DAY, **facts, contacts=[CALL | {"answer": 4}]), 0)
    assert story.speech.stamp(story.events[1].time) == "Tue 2026-01-06 10:00"
    assert texts(story, "contact") == [
        "Problem by phone (ticket 1): agents #1 answers after 17 min, later than the 1 min promised; 28 min of work. "
        "Resolved. Felt as 71%, satisfaction 75% → 73%; asked how it was, he says 4 of 5."
    ]
    quick = story_of(made("no_sales", 100 * DAY, **facts, contacts=[CALL | {"started": 34.0}]), 0)
    assert "agents #1 answers at once; 28 min" in texts(quick, "contact")[0]
    fate = {"started": NAN, "ended": 34.05, "handled": NAN, "experience": 0.0, "resolved": 0, "by": NAN, "server": NAN}
    for outcome, words in (("abandoned", "gives up after 3 min"), ("blocked", "is turned away, for no line is free"),
                           ("disconnected", "is cut off after 3 min, when the desk closes")):  # fmt: skip
        told = made("no_sales", 100 * DAY, subscriptions=[BASE], tickets=[ONE | {"outcome": outcome, "closed": 34.05}],
                    contacts=[CALL | fate | {"outcome": outcome}])  # fmt: skip
        assert texts(story_of(told, 0), "contact") == [f"Problem by phone (ticket 1): {words}. Felt as 0%."]


def test_a_letter_waits_in_opening_hours() -> None:
    """Written on Friday afternoon and taken up on Tuesday: the weekend is told apart."""
    friday, tuesday = 4 * DAY + 16, 8 * DAY + 10
    letter = {"channel": "email", "arrived": friday, "due": friday + 65, "started": tuesday, "ended": tuesday + 1}
    ticket = ONE | {"channel": "email", "opened": friday, "closed": tuesday + 1, "due": friday + 70, "contacts": 2}
    facts = {"subscriptions": [BASE], "tickets": [ticket], "contacts": [CALL | letter]}
    text = texts(story_of(made("no_sales", 100 * DAY, **facts), 0), "contact")[0]
    assert "takes it up after 3.8 d (10 h of opening hours) on Tue 10:00, later than the 4 h promised;" in text
    assert "Resolved; 2 contacts in 3.8 d, later than promised." in text
    assert "silence until the deadline" not in text  # it is told with what it did to satisfaction, which is unknown


def test_silence_is_a_bad_contact_too() -> None:
    """A letter that is answered long after its deadline felt bad once, however well it is answered in the end."""
    friday, later = 4 * DAY + 16, 14 * DAY + 10
    letter = {"channel": "email", "arrived": friday, "due": friday + 65, "started": later, "ended": later + 1}
    ticket = ONE | {"channel": "email", "opened": friday, "closed": later + 1}
    end = 0.75 + 0.3 * 1.5 * (0.0 - 0.75)
    facts = {"subscriptions": [BASE | {"satisfaction": end + 0.15 * 1.5 * (0.9 - end)}], "tickets": [ticket]}
    story = story_of(made("no_sales", 100 * DAY, **facts, contacts=[CALL | letter | {"experience": 0.9}]), 0)
    assert "Silence until the deadline felt as 0%, satisfaction 75% → 41%; the answer felt as 90%" in texts(story)[1]
    assert story.gist() == "Customer 0: one bad contact, still there after 3.3 months"
    assert dict(summary(story))["help"] == "1 ticket, 1 contact felt as 90%, 1 deadline passed in silence"


@pytest.mark.parametrize(
    ("given", "sentence", "gist"),
    [
        ({"left": 50 * DAY, "reason": "price", "neutral": 50 * DAY}, "for price, closure or the like: feeling neutral "
         "he would have left as well", "gone for price or the like after 50 days"),
        ({"left": 50 * DAY, "reason": "price", "neutral": 30 * DAY}, "for price, closure or the like, but 20 d later "
         "than a neutral customer", "gone for price or the like, 20 days later than a neutral customer"),
        ({"left": 50 * DAY, "reason": "service", "neutral": 60 * DAY}, "for bad service: feeling neutral he would "
         "have stayed 10 d longer", "gone for bad service after 50 days"),
        ({"left": 50 * DAY, "reason": "service"}, "for bad service: feeling neutral he would have stayed beyond the "
         "end of the run", "gone for bad service after 50 days"),
        ({"left": 50 * DAY, "reason": "fit", "neutral": 40 * DAY, "misfit": 1}, "as a poor fit: had he fitted, he "
         "would have stayed", "gone as a poor fit after 50 days"),
    ],
)  # fmt: skip
def test_why_he_left(given: dict[str, Any], sentence: str, gist: str) -> None:
    """Price, fit or service, measured against when a neutral customer would have left."""
    story = story_of(made("anytime", 100 * DAY, subscriptions=[BASE | given]), 0)
    assert texts(story, "left") == [f"Leaves after 50 d, {sentence}. Satisfaction then: 75%."]
    assert story.gist() == f"Customer 0: no contact with service, {gist}"
    assert {story.phase(event) for event in story.events if event.time <= 50 * DAY} == {"As a customer"}
    assert {story.phase(event) for event in story.events if event.time > 50 * DAY} <= {"Afterwards"}
    neutral = given.get("neutral", NAN)
    words = texts(story, "neutral")
    if neutral < 50 * DAY:
        assert words == ["Here he would have left, had he felt neutral all along. He stays."]
    elif neutral > 50 * DAY:
        assert words == ["Until here he would have stayed, had he felt neutral all along."]
    else:
        assert not words


def test_what_service_gained_and_lost_is_told_in_money() -> None:
    """A tenth of a month's payment is about three days' worth."""
    month = 730.5
    stays = story_of(made("anytime", 10 * month, subscriptions=[BASE | {"neutral": 4 * month}]), 0)
    assert dict(summary(stays))["by service"] == "€1,800 gained"
    assert dict(summary(stays))["revenue"] == "base €1,200, indirect €1,800"
    assert stays.gist().endswith("still there 6 months after a neutral customer would have gone")
    gone = BASE | {"left": 4 * month, "neutral": 9 * month, "reason": "service"}
    goes = story_of(made("anytime", 10 * month, subscriptions=[gone]), 0)
    told = dict(summary(goes))
    assert told["paid in all"] == "€1,200"
    assert told["by service"] == "€1,500 lost"
    assert told["revenue"] == "base €2,700, indirect −€1,500"
    assert told["not paid"].startswith("€1,500")


def test_changes_are_told_with_what_he_pays_from_then_on() -> None:
    """Expansion by follow-up or by himself, contraction with and without a contract, a plain renewal."""
    steps = (("expansion", 60, "review"), ("expansion", 40, NAN), ("contraction", -100, NAN), ("renewal", 0, NAN))
    rows = [{"customer": 0, "time": 10 * DAY * n, "kind": kind, "change": change, "cause": cause}
            for n, (kind, change, cause) in enumerate(steps, start=1)]  # fmt: skip
    termed = BASE | {"term": 90 * DAY}
    assert texts(story_of(made("everything", 100 * DAY, subscriptions=[termed], changes=rows), 0), "change") == [
        "Takes more through the review: €60 a month more. He pays €360 a month from now on.",
        "Takes more by himself: €40 a month more. He pays €400 a month from now on.",
        "Renews his contract, but for €100 a month less. He pays €300 a month from now on.",
        "Renews his contract as it is. He pays €300 a month from now on.",
    ]
    free = story_of(made("everything", 100 * DAY, subscriptions=[BASE], changes=rows[2:3]), 0)
    assert texts(free, "change")[0].startswith("Takes less: €100 a month less.")


def test_who_buys_repeatedly_buys() -> None:
    """Each purchase is a line; nobody knows what he would have bought."""
    run = run_of("buyers")
    story = max(customers(run), key=lambda each: len(each.life.purchases))
    bought = texts(story, "purchase")
    assert len(bought) == len(story.life.purchases) > 3
    assert all(text.startswith("Buys ") for text in bought)
    assert dict(summary(story))["by service"].startswith("nobody knows")


def test_a_lead_is_told_from_coming_to_losing() -> None:
    """The wait for the first answer, tries in vain, another's hands, why it was lost."""
    lead = {"lead": 5, "source": "website", "created": 33.0, "value": 250.0, "fit": 0.5, "first_touch": 34.0,
            "outcome": "lost", "closed": 120.0, "stage": "offer", "reason": "too_late", "rounds": 0, "discount": 0.0,
            "fee": 0.0, "misfit": 0}  # fmt: skip
    work = {"lead": 5, "team": "reps", "meeting": 1, "round": 0, "handled": 0.5}
    visits = [
        work | {"stage": "first", "entered": 33.0, "started": 34.0, "ended": 34.1, "handled": 0.1, "decided": 34.1,
                "outcome": "missed", "server": 0},
        work | {"stage": "first", "entered": 58.0, "started": 58.0, "ended": 58.5, "decided": 58.5, "outcome": "passed",
                "server": 0},
        work | {"stage": "offer", "entered": 58.5, "started": 62.0, "ended": 62.5, "decided": 120.0,
                "outcome": "failed", "server": 2},
    ]  # fmt: skip
    gone = [{"team": "reps", "server": 0, "position": 0, "joined": 0.0, "left": 60.0}]
    run = made("everything", 100 * DAY, leads=[lead], visits=visits, tenures=gone)
    story = Story(by_lead(run, 5).life)
    assert texts(story) == [
        "Comes by website (lead 5), worth €250 a month at list price; fits better than others (+0.50 on the log-odds).",
        "First, by call: reps #0 tries after 1 h, but nobody is there (6 min lost).",
        "First, by call: reps #0 takes it up at once; 30 min of work. He goes on at once.",
        "Offer: reps #2 (for reps #0, who has left) takes it up after 3.5 h; 30 min of work. He says no 2.4 d later.",
        "Is lost 3.6 d after he came: answered too late.",
    ]
    assert story.gist() == "Lead 5: lost in offer 3.6 days after he came, 1.1 hours of work spent"


def test_whom_he_sent_is_told_with_what_became_of_them() -> None:
    """Won, with the customer he became; lost; still open."""
    run = run_of("everything")
    seen = set()
    for story in customers(run):
        for event in story.events:
            if event.kind in ("referral", "comeback"):
                fact = event.told[0][0]
                seen.add(fact.word("outcome"))
                assert f"lead {int(fact['lead'])}" in event.text
                if fact.word("outcome") == "won":
                    mine = run.column("subscriptions", "lead") == fact["lead"]
                    became = run.column("subscriptions", "customer")[mine]
                    assert f"he is customer {int(became[0])}" in event.text
    assert {"won", "lost", "open"} <= seen


def test_times_are_those_of_the_calendar() -> None:
    """Dates, weekdays and times of day of the clock; spans in two figures."""
    speech = Speech(run_of("everything").scenario, 100.0)
    assert speech.stamp(0.0) == "Mon 2026-01-05 00:00"
    assert speech.stamp(24 * 31 + 9.5) == "Thu 2026-02-05 09:30"
    assert speech.stamp(10.0 - 1e-12) == "Mon 2026-01-05 10:00"
    short = [span(hours) for hours in (0.0, 40 / 3600, 1.4 / 60, 17 / 60, 1.0, 3.21, 47.9)]
    assert short == ["0 s", "40 s", "1.4 min", "17 min", "1 h", "3.2 h", "48 h"]
    assert [span(hours) for hours in (96.0, 1500.0, 8766.0, 26298.0)] == ["4 d", "62 d", "12 mo", "3 yr"]
    whole = [spelled(hours) for hours in (1.0, 3.21, 24.0 * 9.1, 8766.0)]
    assert whole == ["1 hour", "3.2 hours", "9 days", "12 months"]


def test_segments_and_ages_are_told() -> None:
    """Where there are kinds of customers, and a past before the clock starts."""
    segments = {"small": {"share": 0.5}, "large": {"share": 0.5, "value": 3}}
    past = {**EVERYTHING["customers"], "segments": segments, "initial": {"count": 20, "age": "2 yr"}}
    run = simulate(Scenario.model_validate({**EVERYTHING, "customers": past}), 0, 1)
    first = texts(story_of(run, 0))[0]
    assert first.startswith("Is a customer of the segment ")
    assert "for 2 yr already" in first
    coming = [story for story in customers(run) if story.life.lead is not None]
    assert all("; of the segment " in texts(story, "lead")[0] for story in coming)
    assert all(story.steps is not None for story in customers(run))
