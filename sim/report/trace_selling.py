"""The part of a story before the win: how a lead came, who worked it and how long it waited, how it ended."""

from __future__ import annotations

from collections.abc import Iterator

from sim.report.labels import REASONS, worded
from sim.report.trace_events import Event
from sim.report.trace_facts import Fact, Life, at_rows, facts_of
from sim.report.trace_words import AT_ONCE, Speech, capital, person, share, span


class Selling:
    """The sentences about one lead."""

    def __init__(self, life: Life, speech: Speech) -> None:
        self._life = life
        self._speech = speech
        self._run = life.run
        sales = speech.scenario.sales
        self._stages = sales.stages if sales else {}
        self._hands: dict[str, float] = {}
        """By team: who has had the case last."""

    def events(self) -> Iterator[Event]:
        """Everything from coming in to winning or losing, the win itself left to those who tell of customers."""
        lead = self._life.lead
        if lead is None:
            return
        yield Event("lead", self._came(lead), ((lead, "created"),))
        last: Fact | None = None
        for visit in sorted(self._life.visits, key=lambda each: (each["entered"], each.row)):
            yield self._visit(lead, visit, last)
            last = visit
        if lead.has("closed") and self._life.subscription is None:
            tone = "good" if lead.word("outcome") == "won" else "bad"
            yield Event("win" if tone == "good" else "lost", self._closed(lead), ((lead, "closed"),), tone, 2)

    def _came(self, lead: Fact) -> str:
        name, source = f"lead {int(lead['lead'])}", worded(lead.word("source"))
        referrer = int(lead["referrer"]) if lead.has("referrer") else None
        plan = self._speech.scenario.marketing
        if referrer is not None and lead.word("source") == "referred":
            text = f"Comes because customer {referrer} told him ({name})"
        elif referrer is not None:
            text = f"Comes back, having been customer {referrer}{self._until(referrer)} ({name}, {source})"
        elif plan is not None and lead.word("source") in plan.prospecting:
            text = f"Is found by {source}{self._caller(lead)} ({name})"
        else:
            text = f"Comes by {source} ({name})"
        worth = f", worth {self._speech.monthly(lead['value'])} at list price"
        fit = lead["fit"]
        odds = f"; fits {'better' if fit > 0 else 'worse'} than others ({fit:+.2f} on the log-odds)" if fit else ""
        kind = f"; of the segment {worded(lead.word('segment'))}" if lead.word("segment") else ""
        return f"{text}{worth}{odds}{kind}."

    def _until(self, customer: int) -> str:
        before = facts_of(self._run, "subscriptions", "customer", customer)
        return f" until {self._speech.day(before[0]['left'])}" if before and before[0].has("left") else ""

    def _caller(self, lead: Fact) -> str:
        """Whose calls brought the lead: it came when they were over."""
        calls = self._run.column("activities", "ended") == lead["created"]
        kind = self._run.is_word("activities", "kind", lead.word("source"))
        found = at_rows(self._run, "activities", (calls & kind).nonzero()[0])
        return f" of {person(found[0].word('team'), found[0]['server'])}" if found else ""

    def _visit(self, lead: Fact, visit: Fact, last: Fact | None) -> Event:
        back = last is not None and visit["round"] > last["round"]
        since = span(visit["entered"] - (last["decided"] if last is not None else 0.0))
        again = f"Comes back into the pipeline after {since}. " if back else ""
        text = f"{again}{self._headed(visit)}: {self._worked(visit, last)}"
        tone = "bad" if visit.word("outcome") in ("failed", "expired", "disqualified") else ""
        return Event("stage", text, ((visit, "entered"),), tone, 1)

    def _headed(self, visit: Fact) -> str:
        """Stage, and how the buyer is dealt with in it."""
        stage = self._stages.get(visit.word("stage"))
        parts = [capital(worded(visit.word("stage")))]
        if stage is not None and stage.meetings > 1:
            parts.append(f"{worded(stage.interaction or 'meeting')} {int(visit['meeting'])} of {stage.meetings}")
        elif stage is not None and stage.interaction and stage.interaction != visit.word("stage"):
            parts.append(f"by {worded(stage.interaction)}")
        return ", ".join(parts)

    def _worked(self, visit: Fact, last: Fact | None) -> str:
        outcome = visit.word("outcome")
        if not visit.has("started"):
            return self._untouched(visit)
        taken = self._taken(visit, first=last is None or visit["round"] > last["round"])
        if not visit.has("ended"):
            return f"{taken} and is still at work when the run ends."
        if outcome == "missed":
            return f"{taken}, but nobody is there ({span(visit['handled'])} lost)."
        return f"{taken}; {span(visit['handled'])} of work. {self._thought(visit)}"

    def _taken(self, visit: Fact, *, first: bool) -> str:
        """Who takes the work up, and after what wait."""
        who, due, started = self._who(visit), visit["entered"], visit["started"]
        if self._dated(visit):
            late = started - due
            day = self._speech.moment(started, due)
            return f"{who} is there on time" if late < AT_ONCE else f"{who} is there {span(late)} late{day}"
        waited = self._speech.taken(visit.word("team"), due, started)
        if visit.word("outcome") == "missed":
            return f"{who} tries {waited}"
        return f"is answered {waited} by {who}" if first else f"{who} takes it up {waited}"

    def _dated(self, visit: Fact) -> bool:
        """Whether it was due on a date that was agreed upon."""
        sales, stage = self._speech.scenario.sales, self._stages.get(visit.word("stage"))
        way = sales.interactions.get(stage.interaction or "") if sales and stage else None
        return way is not None and way.notice is not None

    def _untouched(self, visit: Fact) -> str:
        outcome = visit.word("outcome")
        if outcome == "expired":
            return f"nobody answers; after {span(visit['decided'] - visit['entered'])} he is gone."
        if outcome == "failed":
            return f"there is no room for him with the {worded(visit.word('team'))}."
        if visit["entered"] > self._speech.end:
            return "the date is beyond the end of the run."
        return f"still waits for the {worded(visit.word('team'))} when the run ends."

    def _who(self, visit: Fact) -> str:
        """Who does it, and for whom, if somebody else has had the case."""
        team, server = visit.word("team"), visit["server"]
        before = self._hands.get(team)
        self._hands[team] = server
        name = person(team, server)
        if before is None or before == server:
            return name
        old = (self._run.is_word("tenures", "team", team)) & (self._run.column("tenures", "server") == before)
        gone = (self._run.column("tenures", "left")[old] <= visit["started"]).any()
        return f"{name} (for {person(team, before)}, who has left)" if gone else f"{name} (in place of #{int(before)})"

    def _thought(self, visit: Fact) -> str:
        outcome = visit.word("outcome")
        if outcome == "held":
            return "A further meeting is to follow."
        if outcome == "disqualified":
            return "It shows that he is no buyer."
        if not visit.has("decided"):
            return "He still thinks about it when the run ends."
        final = visit.word("stage") == list(self._stages)[-1]
        verdict = ("says yes" if final else "goes on") if outcome == "passed" else "says no"
        pause = visit["decided"] - visit["ended"]
        return f"He {verdict} at once." if pause < AT_ONCE else f"He {verdict} {span(pause)} later."

    def _closed(self, lead: Fact) -> str:
        """How it ended for one who did not become a customer."""
        outcome, reason = lead.word("outcome"), lead.word("reason")
        after = f"{span(lead['closed'] - lead['created'])} after he came"
        if outcome == "won":
            return f"Is won {after}: {bargain(lead, self._speech)}."
        if outcome == "disqualified":
            return f"Is let go {after}."
        why = "nobody answered in time" if outcome == "expired" else REASONS.get(reason, worded(reason))
        times = int(lead["rounds"])
        tries = f", at the {_ordinal(times + 1)} try" if times else ""
        return f"Is lost {after}{tries}: {why or 'nobody knows why'}."


def bargain(lead: Fact, speech: Speech) -> str:
    """What a won lead pays: price, discount, fee."""
    price = speech.monthly(lead["value"] * (1.0 - lead["discount"]))
    off = f", {share(lead['discount'])} off the list price" if lead["discount"] > 0 else ""
    fee = f", and a fee of {speech.money(lead['fee'])}" if lead["fee"] > 0 else ""
    return f"{price}{off}{fee}"


def fate(life: Life, lead: Fact, speech: Speech) -> str:
    """What became of a lead that a customer sent, in a clause."""
    outcome = lead.word("outcome")
    if outcome == "won":
        found = facts_of(life.run, "subscriptions", "lead", lead["lead"])
        name = f"; he is customer {int(found[0]['customer'])}" if found else ""
        return f"won on {speech.day(lead['closed'])} for {bargain(lead, speech)}{name}"
    if outcome == "open":
        return "still in the pipeline when the run ends"
    ending = {"lost": "lost", "expired": "never answered", "disqualified": "let go as no buyer"}[outcome]
    where = f" in {worded(lead.word('stage'))}" if outcome == "lost" and lead.word("stage") else ""
    return f"{ending}{where} on {speech.day(lead['closed'])}"


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number) or f"{number}th"
