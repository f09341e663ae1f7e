"""The part of a story from the win on: paying, renewing, being followed up, telling others, leaving and why."""

from __future__ import annotations

from collections.abc import Iterator

from sim.report.labels import worded
from sim.report.trace_events import Event, Told
from sim.report.trace_facts import Fact, Life
from sim.report.trace_memory import Step
from sim.report.trace_selling import bargain, fate
from sim.report.trace_words import AT_ONCE, Speech, capital, person, share, span


class Staying:
    """The sentences about one customer's stay."""

    def __init__(self, life: Life, speech: Speech, steps: list[Step]) -> None:
        """`steps` are the movements of his satisfaction, if they are known."""
        self._life = life
        self._speech = speech
        self._steps = {step.felt.fact.row: step for step in steps if step.felt.fact.table == "activities"}
        customers = speech.scenario.customers
        self._buys = customers is not None and customers.purchases is not None

    def events(self) -> Iterator[Event]:
        """Everything about the customer himself, the help he got left out."""
        subscription = self._life.subscription
        if subscription is None:
            return
        yield self._won(subscription)
        if subscription.has("live") and subscription["live"] != subscription["won"]:
            told = ((subscription, "live"),)
            wait = span(subscription["live"] - subscription["won"])
            yield Event("live", f"Is live {wait} after he signed{self._pays(subscription)}.", told, "good", 5)
        for activity in self._life.activities:
            yield self._followed_up(activity)
        pays = subscription["value"]
        for change in sorted(self._life.changes, key=lambda each: (each["time"], each.row)):
            pays += change["change"]
            yield self._changed(change, pays)
        for number, purchase in enumerate(self._life.purchases, start=1):
            turn = "for the first time" if number == 1 and subscription.has("lead") else "again"
            text = f"Buys {turn}, for {self._speech.money(purchase['amount'])}."
            yield Event("purchase", text, ((purchase, "time"),), "good", 6)
        yield from (self._sent(lead) for lead in self._life.sent)
        yield from self._end(subscription)

    def _pays(self, subscription: Fact) -> str:
        if self._buys:
            return " and begins to buy"
        term = f", in terms of {span(subscription['term'])}" if subscription.has("term") else ""
        return f" and pays {self._speech.monthly(subscription['value'])} from now on{term}"

    def _won(self, subscription: Fact) -> Event:
        lead = self._life.lead
        at_once = subscription["live"] == subscription["won"]
        told: Told = ((subscription, "won"),)
        if at_once:
            told += ((subscription, "live"),)
        if lead is None:
            return Event("win", f"{self._base(subscription)}.", told, order=2)
        if lead["closed"] == subscription["won"]:
            told += ((lead, "closed"),)
        poor = ". A poor fit, whom only the pressure of the quota let through" if subscription["misfit"] == 1.0 else ""
        live = self._pays(subscription).replace(" and", ". Is live at once and", 1) if at_once else ""
        deal = f"for {bargain(lead, self._speech)}"
        if self._buys:
            deal = f"for what should come to {bargain(lead, self._speech)}"
        text = f"Signs {deal}, {span(lead['closed'] - lead['created'])} after he came{poor}{live}."
        return Event("win", text, told, "good", 2)

    def _base(self, subscription: Fact) -> str:
        age = f", for {span(subscription['age'])} already" if subscription["age"] > 0 else ""
        kind = f" of the segment {worded(subscription.word('segment'))}" if subscription.word("segment") else ""
        pays = "buys" if self._buys else "pays"
        value = self._speech.monthly(subscription["value"])
        about = f"about {value}" if self._buys else value
        term = f", in terms of {span(subscription['term'])}" if subscription.has("term") else ""
        return f"Is a customer{kind} when the clock starts{age}, and {pays} {about}{term}"

    def _followed_up(self, activity: Fact) -> Event:
        name, outcome = capital(worded(activity.word("kind"))), activity.word("outcome")
        who = person(activity.word("team"), activity["server"])
        since = activity["entered"]
        if outcome == "lapsed":
            text = f"{name}: nobody finds time for it in {span(activity['ended'] - since)}."
        elif not activity.has("started"):
            text = f"{name} is due, and still to be done when the run ends."
        elif not activity.has("ended"):
            text = f"{name}: somebody of the {worded(activity.word('team'))} is at it when the run ends."
        else:
            taken = self._speech.taken(activity.word("team"), since, activity["started"])
            work = f"{who} finds time {taken}; {span(activity['handled'])} of work"
            text = f"{name}: {work}. {self._came_of_it(activity)}"
        return Event("follow_up", text, ((activity, "entered"),), "good" if outcome == "expansion" else "", 6)

    def _came_of_it(self, activity: Fact) -> str:
        if activity.word("outcome") == "missed":
            return "He is not reached."
        step = self._steps.get(activity.row)
        moved = abs(step.after - step.before) >= 0.005 if step is not None else False
        course = f" → {share(step.after)}" if step is not None and moved else ""
        felt = f", satisfaction {share(step.before)}{course}" if step is not None else ""
        feeling = f"Felt as {share(step.felt.felt)}{felt}." if step is not None else "He is glad of it."
        return f"{feeling} It finds that he wants more." if activity.word("outcome") == "expansion" else feeling

    def _changed(self, change: Fact, pays: float) -> Event:
        kind, amount, cause = change.word("kind"), change["change"], worded(change.word("cause"))
        now = "" if self._buys else f" He pays {self._speech.monthly(pays)} from now on."
        more = self._speech.monthly(abs(amount))
        if kind == "expansion":
            by = f"through the {cause}" if cause else "by himself"
            text = f"Takes more {by}: {more} more.{now}"
        elif kind == "contraction" and self._life.subscription is not None and self._life.subscription.has("term"):
            text = f"Renews his contract, but for {more} less.{now}"
        elif kind == "contraction":
            text = f"Takes less: {more} less.{now}"
        else:
            text = f"Renews his contract as it is.{now}"
        tone = "good" if amount > 0 else "bad" if amount < 0 else ""
        return Event("change", text, ((change, "time"),), tone, 7)

    def _sent(self, lead: Fact) -> Event:
        became, number = fate(self._life, lead, self._speech), int(lead["lead"])
        tone = "good" if lead.word("outcome") == "won" else ""
        if lead.word("source") == "referred":
            return Event("referral", f"Somebody comes whom he has told (lead {number}): {became}.",
                         ((lead, "created"),), tone, 8)  # fmt: skip
        return Event("comeback", f"Comes back as lead {number}: {became}.", ((lead, "created"),), tone, 10)

    def _end(self, subscription: Fact) -> Iterator[Event]:
        left, neutral = subscription["left"], subscription["neutral"]
        if subscription.has("left"):
            told: Told = ((subscription, "left"),)
            if neutral == left:
                told += ((subscription, "neutral"),)
            stay = f" after {span(left - subscription['live'])}"
            felt = f" Satisfaction then: {share(subscription['satisfaction'])}."
            yield Event("left", f"Leaves{stay}{self._why(subscription)}.{felt}", told, "bad", 9)
        if subscription.has("neutral") and neutral != left:
            before = subscription.has("left") and left < neutral
            text = (
                "Until here he would have stayed, had he felt neutral all along."
                if before
                else "Here he would have left, had he felt neutral all along. He stays."
            )
            yield Event("neutral", text, ((subscription, "neutral"),), "bad" if before else "good", 8)

    def _why(self, subscription: Fact) -> str:
        reason, ahead = subscription.word("reason"), subscription["neutral"] - subscription["left"]
        longer = f"{span(-ahead)} later than a neutral customer" if ahead < -AT_ONCE else ""
        if reason == "price":
            late = f", but {longer}" if longer else ": feeling neutral he would have left as well"
            return f", for price, closure or the like{late}"
        if reason == "fit":
            return ", as a poor fit: had he fitted, he would have stayed"
        if reason == "service":
            until = "beyond the end of the run" if not subscription.has("neutral") else f"{span(ahead)} longer"
            return f", for bad service: feeling neutral he would have stayed {until}"
        return ""
