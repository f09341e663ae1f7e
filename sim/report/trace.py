"""One customer's story exactly as the facts have it: the journal read aloud, line by line, and what it came to.

It says nothing that no row says; satisfaction is told where it follows from the rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.report.labels import worded
from sim.report.trace_events import Event
from sim.report.trace_facts import Life
from sim.report.trace_memory import Felt, Step, course, feelings
from sim.report.trace_money import Money, money_of
from sim.report.trace_selling import Selling
from sim.report.trace_serving import Serving
from sim.report.trace_staying import Staying
from sim.report.trace_words import Speech, counted, share, span, spelled

PHASES = ("How he came", "Getting started", "As a customer", "Afterwards")
"""Parts of a story, in order: until the win, until he is live, until he leaves."""


@dataclass(frozen=True)
class Story:
    """Everything that is told about one customer or lead."""

    life: Life

    @cached_property
    def speech(self) -> Speech:
        """Dates and money as its scenario has them."""
        return Speech(self.life.run.scenario, self.life.run.horizon)

    @cached_property
    def felt(self) -> list[Felt]:
        """Everything he felt."""
        return feelings(self.life, self.speech)

    @cached_property
    def steps(self) -> list[Step] | None:
        """How his satisfaction moved; None if the facts do not hold all that moved it."""
        return course(self.life, self.speech, self.felt)

    @cached_property
    def money(self) -> Money:
        """What he paid."""
        return money_of(self.life)

    @cached_property
    def events(self) -> list[Event]:
        """Every event, in the order in which they happened or began."""
        life, speech, steps = self.life, self.speech, self.steps or []
        parts = (Selling(life, speech), Serving(life, speech, steps), Staying(life, speech, steps))
        found = [event for part in parts for event in part.events()]
        return sorted(found, key=lambda event: (event.time, event.order))

    def phase(self, event: Event) -> str:
        """The part of the story to which an event belongs."""
        subscription = self.life.subscription
        if subscription is None or event.order < 2 or event.time < subscription["won"]:
            return PHASES[0]
        if subscription["left"] < event.time:
            return PHASES[3]
        started = subscription["live"] <= event.time and (event.kind != "live" or subscription["live"] == event.time)
        return PHASES[2] if started else PHASES[1]

    def gist(self) -> str:
        """The story in one clause, as a headline."""
        name = self.life.name
        return f"{name[0].upper()}{name[1:]}: {_gist(self)}"

    def document(self) -> dict[str, Any]:
        """The story as plain data: events as a list of objects, each with the rows it reads aloud."""
        life, speech = self.life, self.speech
        return {
            "customer": life.customer,
            "lead": None if life.lead is None else int(life.lead["lead"]),
            "gist": self.gist(),
            "events": [
                {
                    "time": event.time,
                    "date": speech.date(event.time).isoformat(timespec="minutes"),
                    "phase": self.phase(event),
                    "kind": event.kind,
                    "text": event.text,
                    "facts": [
                        {"table": fact.table, "row": fact.row, "moment": moment, "values": fact.values()}
                        for fact, moment in event.told
                    ],
                }
                for event in self.events
            ],
            "satisfaction": None if self.steps is None else [
                {"time": step.felt.time, "felt": step.felt.felt, "weight": step.felt.weight, "after": step.after}
                for step in self.steps
            ],
            "money": self._money_document(),
        }  # fmt: skip

    def _money_document(self) -> dict[str, Any]:
        return {"currency": self.life.run.scenario.economics.currency, **self.money.document()}


def summary(story: Story) -> Iterator[tuple[str, str]]:
    """What it came to, by the end of the run: a name and a value for each line."""
    life, speech = story.life, story.speech
    yield "until", speech.stamp(speech.end)
    subscription = life.subscription
    if subscription is None:
        outcome = life.lead.word("outcome") if life.lead is not None else ""
        yield "lead", "won; what becomes of customers is no part of this plan" if outcome == "won" else outcome
        yield "paid in all", speech.money(story.money.paid)
        return
    yield "customer", _standing(story)
    yield from _money_lines(story)
    felt = [each for each in story.felt if each.fact.table == "contacts"]
    if felt:
        tickets = sum(1 for ticket in life.tickets if ticket.has("customer"))
        answers, silences = [each.felt for each in felt if not each.late], sum(each.late for each in felt)
        mean = f", {counted(len(answers), 'contact')} felt as {share(sum(answers) / len(answers))}" if answers else ""
        silent = f", {counted(silences, 'deadline')} passed in silence" if silences else ""
        yield "help", f"{counted(tickets, 'ticket')}{mean}{' on average' if len(answers) > 1 else ''}{silent}"
    elif subscription.has("live"):
        yield "help", "no contact with service that he felt"
    yield from _word_of_mouth(story)


def _standing(story: Story) -> str:
    subscription, speech = story.life.subscription, story.speech
    assert subscription is not None
    if not subscription.has("live"):
        return "signed, not yet live"
    if subscription.has("left"):
        return f"for {span(subscription['left'] - subscription['live'])}, until {speech.day(subscription['left'])}"
    feels = f"satisfaction {share(subscription['satisfaction'])}"
    return f"for {span(speech.end - subscription['live'])}, and still there; {feels}"


def _money_lines(story: Story) -> Iterator[tuple[str, str]]:
    speech, money = story.speech, story.money
    yield "paid in all", speech.money(money.paid)
    names = {
        "new": "as he signed, for as long as a neutral customer would have stayed",
        "fees": "in fees",
        "retained": "as he signed, beyond that",
        "expansion": "by what he took more or less by himself",
        "follow_up": "by what follow-up sold",
    }
    for part, about in names.items():
        amount = money.document()[part]
        if abs(amount) >= 0.005:
            yield "", f"{speech.money(amount)} {about}"
    if money.forgone >= 0.005:
        yield "not paid", f"{speech.money(money.forgone)}: he left before a neutral customer would have"
    ways = {"direct": money.direct, "base": money.base, "indirect": money.indirect}
    told = [f"{way} {speech.money(amount)}" for way, amount in ways.items() if abs(amount) >= 0.005]
    if told:
        yield "revenue", ", ".join(told)
    yield "by service", _worth(story)


def _worth(story: Story) -> str:
    """What service gained or lost with him."""
    service, speech = story.money.service, story.speech
    if math.isnan(service):
        return "nobody knows what who buys repeatedly would have bought"
    if abs(service) < 0.005:
        return "neither gained nor lost, so far"
    return f"{speech.money(abs(service))} {'gained' if service > 0 else 'lost'}"


def _word_of_mouth(story: Story) -> Iterator[tuple[str, str]]:
    life = story.life
    subscription = life.subscription
    assert subscription is not None
    sent = [lead for lead in life.sent if lead.word("source") == "referred"]
    told = int(subscription["told"])
    if told:
        fates = [lead.word("outcome") for lead in sent]
        became = ", ".join(f"{fates.count(word)} {worded(word)}" for word in dict.fromkeys(fates))
        came = f"; {counted(len(sent), 'lead')} came: {became}" if sent else "; nobody has come yet"
        yield "told of us", f"{counted(told, 'time')}{came}"
    if subscription["warned"] > 0:
        yield "warned of us", f"{counted(int(subscription['warned']), 'lead')} kept away"


def _gist(story: Story) -> str:
    subscription, lead = story.life.subscription, story.life.lead
    if subscription is None:
        assert lead is not None
        return _lead_gist(story)
    felt = {each.fact.row for each in story.felt if each.fact.table == "contacts"}
    bad = {each.fact.row for each in story.felt if each.fact.table == "contacts" and each.felt < story.speech.content}
    return f"{_served(len(felt), len(bad))}, {_ending(story)}"


def _served(contacts: int, bad: int) -> str:
    if not contacts:
        return "no contact with service"
    if not bad:
        return "one good contact" if contacts == 1 else f"{contacts} contacts, all good"
    if contacts == 1:
        return "one bad contact"
    return f"{bad} of {contacts} contacts felt bad"


def _ending(story: Story) -> str:
    subscription, end = story.life.subscription, story.speech.end
    assert subscription is not None
    if not subscription.has("live"):
        return "signed but not yet live"
    if not subscription.has("left"):
        if subscription.has("neutral"):
            return f"still there {spelled(end - subscription['neutral'])} after a neutral customer would have gone"
        return f"still there after {spelled(end - subscription['live'])}"
    ahead = subscription["neutral"] - subscription["left"]
    word = {"price": "gone for price or the like", "fit": "gone as a poor fit", "service": "gone for bad service"}
    gone = word.get(subscription.word("reason"), "gone")
    if subscription.word("reason") == "price" and ahead < 0:
        return f"{gone}, {spelled(-ahead)} later than a neutral customer"
    return f"{gone} after {spelled(subscription['left'] - subscription['live'])}"


def _lead_gist(story: Story) -> str:
    lead, visits = story.life.lead, story.life.visits
    assert lead is not None
    outcome = lead.word("outcome")
    stage = f" in {worded(lead.word('stage'))}" if lead.word("stage") else ""
    if outcome == "open":
        return f"still in the pipeline{stage}, {spelled(story.speech.end - lead['created'])} after he came"
    if outcome == "won":
        return f"won {spelled(lead['closed'] - lead['created'])} after he came"
    word = {"lost": f"lost{stage}", "expired": "never answered, gone", "disqualified": "let go as no buyer"}[outcome]
    work = sum(visit["handled"] for visit in visits if visit.has("handled"))
    spent = f", {spelled(work)} of work spent" if work > 0 else ""
    return f"{word} {spelled(lead['closed'] - lead['created'])} after he came{spent}"


def rows_told(events: Sequence[Event]) -> list[tuple[str, int, str]]:
    """Every row that some events read aloud, by table, place and moment, as often as they do."""
    return [(fact.table, fact.row, moment) for event in events for fact, moment in event.told]
