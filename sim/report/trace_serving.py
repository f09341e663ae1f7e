"""The part of a story in which he needs help: tickets, how each contact was answered, resolved and felt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.report.labels import worded
from sim.report.trace_events import Event, Told
from sim.report.trace_facts import Fact, Life
from sim.report.trace_memory import Step
from sim.report.trace_words import Speech, capital, counted, person, share, span

if TYPE_CHECKING:
    from sim.scenario.channels import Channel
    from sim.scenario.tickets import TicketType

_ENDS = {
    "resolved": "resolved", "unresolved": "not resolved", "abandoned": "given up", "blocked": "turned away",
    "disconnected": "cut off", "dropped": "dropped",
}  # fmt: skip
"""How tickets end, in words."""


class Serving:
    """The sentences about the help one customer, or buyer, asked for."""

    def __init__(self, life: Life, speech: Speech, steps: list[Step]) -> None:
        """`steps` are the movements of his satisfaction, if they are known."""
        self._life = life
        self._speech = speech
        service = speech.scenario.service
        self._types = service.types if service else {}
        self._channels = service.channels if service else {}
        self._survey = service.survey if service else None
        self._steps = {(step.felt.fact.row, step.felt.late): step for step in steps
                       if step.felt.fact.table == "contacts"}  # fmt: skip

    def events(self) -> Iterator[Event]:
        """One line for each contact; a ticket is told with its first one, and its end with the last if that ends it."""
        for ticket in self._life.tickets:
            contacts = [each for each in self._life.contacts if each["ticket"] == ticket["ticket"]]
            contacts.sort(key=lambda each: each["attempt"])
            if not contacts:
                yield Event("ticket", self._headed(ticket, None) + ".", ((ticket, "opened"),), order=4)
            for contact in contacts:
                first, last = contact is contacts[0], contact is contacts[-1]
                over = last and ticket.has("closed") and ticket["closed"] == contact["ended"]
                told: Told = ((contact, "arrived"),)
                told += ((ticket, "opened"),) if first else ()
                told += ((ticket, "closed"),) if over else ()
                head = self._headed(ticket, contact)
                end = self._ended(ticket, contact) if over else ""
                text = f"{head}: {self._answered(contact)}{end}{self._felt(contact)}"
                yield Event("contact", text, told, self._tone(contact), 4)
            if ticket.has("closed") and (not contacts or ticket["closed"] != contacts[-1]["ended"]):
                yield self._closed(ticket)

    def _headed(self, ticket: Fact, contact: Fact | None) -> str:
        """What he needs, and how he asks for it."""
        need, number = worded(ticket.word("type")), f"ticket {int(ticket['ticket'])}"
        kind = self._types.get(ticket.word("type"))
        way = worded((contact or ticket).word("channel"))
        cause = contact.word("cause") if contact is not None else "need"
        if cause == "escalation" and contact is not None:
            return f"Passed on to {worded(contact.word('team'))} by {way}"
        if cause == "return":
            return f"The {need} is not over, and comes back by {way}"
        if cause == "redial":
            return f"Tries again by {way} ({need})"
        if cause == "rebooking":
            return f"A new date is made ({need}, {way})"
        if ticket.has("lead"):
            return f"Asks before he buys ({need}, by {way}; {number})"
        if kind is not None and kind.outbound:
            return f"The company turns to him ({need}, by {way}; {number})"
        if kind is not None and kind.schedule is not None:
            return f"{capital(need)} is due (by {way}; {number})"
        if kind is not None and kind.complaints is not None:
            return f"Complains by {way} ({need}; {number})"
        if kind is not None and kind.per_win is not None:
            return f"{capital(need)} begins (by {way}; {number})"
        return f"{capital(need)} by {way} ({number})"

    def _answered(self, contact: Fact) -> str:
        outcome = contact.word("outcome")
        waited = span(contact["ended"] - contact["arrived"]) if contact.has("ended") else ""
        if outcome == "abandoned":
            return f"gives up after {waited}" if contact["ended"] > contact["arrived"] else "hangs up at once"
        if outcome == "blocked":
            return "is turned away, for no line is free"
        if outcome == "disconnected":
            return f"is cut off after {waited}, when the desk closes" if waited else "is cut off: the desk is closed"
        if outcome == "dropped":
            return f"nobody finds time for it in {waited}"
        if not contact.has("started"):
            return f"still waits for {worded(contact.word('team'))} when the run ends{self._late(contact)}"
        who = person(contact.word("by"), contact["server"])
        taken = self._taken(contact, who)
        if not contact.has("ended"):
            return f"{taken}, and is still at work when the run ends"
        if outcome == "no_show":
            return f"{taken}, and finds nobody ({span(contact['handled'])} lost)"
        done = self._speech.moment(contact["ended"], contact["started"])
        work = f"{span(contact['handled'])} of work{f', done{done}' if done else ''}"
        return f"{taken}; {work}. {self._result(contact)}"

    def _taken(self, contact: Fact, who: str) -> str:
        """Who answers, and after what wait; promises are named where they are broken."""
        kind, speech, started = self._types.get(contact.word("type")), self._speech, contact["started"]
        channel = self._channels.get(contact.word("channel"))
        taken = speech.taken(contact.word("team"), contact["arrived"], started)
        mode = channel.mode if channel is not None else "live"
        if kind is not None and kind.outbound:
            return f"{who} finds time {taken}"
        if mode == "appointment":
            day = speech.moment(started, contact["arrived"]) or " the same day"
            return f"{who} is there{day}, {span(started - contact['arrived'])} later{self._late(contact)}"
        verb = "answers" if mode == "live" else "takes it up"
        return f"{who} {verb} {taken}{self._late(contact)}"

    def _late(self, contact: Fact) -> str:
        """What was promised, where it was not kept."""
        started = contact["started"] if contact.has("started") else self._speech.end
        if not started > contact["due"]:
            return ""
        kind = self._types.get(contact.word("type"))
        channel = self._channels.get(contact.word("channel"))
        if kind is None or channel is None or kind.outbound:
            return ""
        within = promised(kind, channel, contact.word("channel"))
        return f", later than the {span(within)} promised"

    def _result(self, contact: Fact) -> str:
        if contact["resolved"] == 1.0:
            return "Resolved"
        reason = worded(contact.word("reason"))
        return f"Not resolved, for want of {reason}" if reason else "Not resolved"

    def _ended(self, ticket: Fact, contact: Fact) -> str:
        """What the whole ticket came to, when a contact ends it."""
        several = ticket["contacts"] > 1
        taken = f"{counted(int(ticket['contacts']), 'contact')} in {span(ticket['closed'] - ticket['opened'])}"
        if ticket.word("outcome") != "resolved":
            return f"; he lets it be after {taken}" if several else "; he lets it be" if contact.has("started") else ""
        if not several:
            return ""
        late = ticket["closed"] > ticket["due"]
        return f"; {taken}{'' if not ticket.has('due') else ', later than promised' if late else ', as promised'}"

    def _felt(self, contact: Fact) -> str:
        parts = []
        late, step = self._steps.get((contact.row, True)), self._steps.get((contact.row, False))
        if late is not None:
            parts.append(f"silence until the deadline felt as 0%, satisfaction {_moved(late)}")
        if contact.has("experience") and contact.has("customer"):
            moved = f", satisfaction {_moved(step)}" if step is not None else ""
            answer = "the answer felt" if late is not None else "felt"
            parts.append(f"{answer} as {share(contact['experience'])}{moved}")
        if contact.has("answer") and self._survey is not None:
            parts.append(f"asked how it was, he says {contact['answer']:.0f} of {self._survey.scale}")
        text = "; ".join(parts)
        return f". {capital(text)}." if text else "."

    def _tone(self, contact: Fact) -> str:
        if not contact.has("experience"):
            return ""
        return "good" if contact["experience"] >= self._speech.content else "bad"

    def _closed(self, ticket: Fact) -> Event:
        """A ticket that ends with no contact: he has left, or nobody comes back to it."""
        subscription = self._life.subscription
        gone = subscription is not None and subscription["left"] <= ticket["closed"]
        why = ", for he has left" if gone else ""
        text = f"Ticket {int(ticket['ticket'])} is closed ({_ENDS[ticket.word('outcome')]}){why}."
        return Event("ticket", text, ((ticket, "closed"),), order=4)


def promised(kind: TicketType, channel: Channel, name: str) -> float:
    """Time in which an answer was promised [h]."""
    promise = kind.target if kind.target and name in kind.channels else channel.target
    return float(promise.within)


def _moved(step: Step) -> str:
    if abs(step.after - step.before) < 0.005:
        return f"stays {share(step.after)}"
    return f"{share(step.before)} → {share(step.after)}"
