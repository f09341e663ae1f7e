"""The rows of a journey: each knows its height, how to draw itself, and the numbers it draws."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from sim.report.canvas import AMBER, BLACK, BLUE, GRAY, GREEN, INKS, ORANGE, SOFT_INK, Cell
from sim.report.labels import worded
from sim.report.paper import Fill, Paper
from sim.report.trace import Story
from sim.report.trace_dates import Dates
from sim.report.trace_facts import Fact
from sim.report.trace_words import span

_STAYS = "#BFE3D6"
_GOOD, _BAD, _OPEN = Fill(BLUE), Fill(ORANGE, "////"), Fill(BLACK, hollow=True)
_LEAST, _SEEN = 0.07, 0.03
"""Least width of a ticket, which lasts minutes and has to be seen in years, and of a stage [inches]."""

Line = tuple[str, str, float | None, float | None, float | None, str]


class Row(ABC):
    """One row of the picture; sizes in inches, y from its upper edge down."""

    name = ""
    about, reads = "", ""
    """How its marks are to be read, in the heading and at the foot; empty where that is plain."""
    height = 0.0
    there = True
    """Whether there is anything to draw."""

    def __init__(self, story: Story, dates: Dates, ruler: Paper) -> None:
        self.story, self.dates, self.ruler = story, dates, ruler
        self.speech, self.life = story.speech, story.life

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return self.height / 2

    @abstractmethod
    def draw(self, paper: Paper, y: float) -> None:
        """Draw it with its upper edge at `y`."""

    @abstractmethod
    def table(self) -> Iterator[Sequence[Cell]]:
        """What it draws."""


class Stages(Row):
    """What he is: lead, in selling, in onboarding, customer; and where he leaves."""

    name = "stage"
    _bar = 0.36

    def __init__(self, story: Story, dates: Dates, ruler: Paper) -> None:
        super().__init__(story, dates, ruler)
        self.parts = [part for part in self._parts() if part[2] > part[1]]
        self.labels = list(self._labels())
        sides = {side for *_, side in self.labels}
        self.above, below = 0.22 * ("above" in sides), 0.22 * ("below" in sides)
        self.height = self.above + self._bar + below

    @property
    def middle(self) -> float:
        """The middle of the bar."""
        return self.above + self._bar / 2

    def _parts(self) -> Iterator[tuple[str, float, float, str]]:
        lead, subscription, end = self.life.lead, self.life.subscription, self.dates.last
        if lead is not None:
            closed = min(lead["closed"] if lead.has("closed") else end, end)
            touch = min(lead["first_touch"] if lead.has("first_touch") else end, closed)
            yield "waits", lead["created"], touch, GRAY
            yield "selling", touch, closed, AMBER
        if subscription is not None:
            live = subscription["live"] if subscription.has("live") else end
            yield "onboarding", subscription["won"], min(live, end), GREEN
            left = subscription["left"] if subscription.has("left") else self.speech.end
            yield "customer", min(live, end), min(left, end), _STAYS

    def _labels(self) -> Iterator[tuple[str, float, str]]:
        """Names with their places: in the bar, or above or below it where it is too short and there is room."""
        free = {"above": -1.0, "below": -1.0}
        for name, start, end, _ in self.parts:
            x, length = self.dates.x(start), self.dates.x(end) - self.dates.x(start)
            wide = self.ruler.measure(name, 10)
            if wide + 0.16 <= length:
                yield name, x + 0.08, "in"
                continue
            side = next((each for each, end in free.items() if end <= x), "")
            if side and length >= _SEEN:
                free[side] = x + wide + 0.1
                yield name, x, side

    def draw(self, paper: Paper, y: float) -> None:
        """Bars end to end, their names, and a mark where he leaves."""
        top = y + self.above
        for _, start, end, color in self.parts:
            x = self.dates.x(start)
            paper.bar(x, top, max(self.dates.x(end) - x, _SEEN), self._bar, Fill(color))
        levels = {"in": top + self._bar / 2, "above": top - 0.12, "below": top + self._bar + 0.12}
        for name, x, side in self.labels:
            paper.words(x, levels[side], name, size=10)
        subscription, lead = self.life.subscription, self.life.lead
        if subscription is not None and subscription.has("left"):
            self._draw_end(paper, subscription["left"], "leaves", top)
        elif subscription is None and lead is not None and lead.has("closed"):
            won = lead.word("outcome") == "won"
            self._draw_end(paper, lead["closed"], "won" if won else "gone", top, GREEN if won else ORANGE)

    def _draw_end(self, paper: Paper, time: float, word: str, top: float, color: str = ORANGE) -> None:
        x = self.dates.x(time)
        paper.bar(x, top, 0.09, self._bar, Fill(color))
        paper.words(x + 0.15, top + self._bar / 2, word, color=INKS[color], size=10, bold=True)

    def table(self) -> Iterator[Line]:
        """A line for each stage."""
        return ((self.name, name, start, end, None, "h") for name, start, end, _ in self.parts)


class Work(Row):
    """What was done to win him: shown of a lead that never became a customer, for whom there is nothing else."""

    name, height = "work", 0.62
    reads = "Hollow: nobody was there."

    def __init__(self, story: Story, dates: Dates, ruler: Paper) -> None:
        super().__init__(story, dates, ruler)
        self.visits = [visit for visit in self.life.visits if visit.has("ended")]
        self.there = self.life.subscription is None and bool(self.visits)
        if not any(visit.word("outcome") == "missed" for visit in self.visits):
            self.reads = ""

    def draw(self, paper: Paper, y: float) -> None:
        """A mark for each piece of work; the first of each stage is named."""
        seen, free = "", -1.0
        for visit in self.visits:
            x = self.dates.x(visit["started"])
            missed = visit.word("outcome") == "missed"
            length = max(_LEAST, self.dates.x(visit["ended"]) - x)
            paper.bar(x, y + 0.22, length, 0.3, _OPEN if missed else _GOOD)
            name = worded(visit.word("stage"))
            if name != seen and x >= free:
                paper.words(x, y + 0.1, name, size=9.5, color=INKS[BLUE])
                free, seen = x + paper.measure(name, 9.5) + 0.1, name

    def table(self) -> Iterator[Line]:
        """A line for each piece of work."""
        return (("work", v.word("stage"), v["started"], v["ended"], v["handled"], "h") for v in self.visits)


class Tickets(Row):
    """His tickets, each as long as it took, in as many lanes as it needs."""

    name = "tickets"
    _lane, _most = 0.3, 5

    def __init__(self, story: Story, dates: Dates, ruler: Paper) -> None:
        super().__init__(story, dates, ruler)
        self.tickets = [each for each in self.life.tickets if each["opened"] <= dates.last]
        self.bad = _bad_tickets(story)
        self.lanes: list[float] = []
        self.placed = [self._place(each) for each in sorted(self.tickets, key=lambda each: each["opened"])]
        self.height = self._lane * len(self.lanes)
        self.there = bool(self.tickets)
        bad = any(fill is _BAD for fill, *_ in self.placed)
        self.about = "hatched tickets had a contact that felt bad" if bad else ""
        self.reads = "Beside tickets: the time they took."

    def _place(self, ticket: Fact) -> tuple[Fill, int, float, float, str]:
        """Look, lane, place, length and words; words are left out where even the last lane has no room for them."""
        closed = ticket["closed"] if ticket.has("closed") else self.speech.end
        x = self.dates.x(ticket["opened"])
        length = max(_LEAST, self.dates.x(closed) - x)
        text = span(closed - ticket["opened"]) if ticket.has("closed") else "open"
        room = length + 0.07 + self.ruler.measure(text, 9, bold=True) + 0.1
        fill = _BAD if ticket["ticket"] in self.bad else _GOOD if ticket.has("closed") else _OPEN
        lane = next((lane for lane, end in enumerate(self.lanes) if end <= x), len(self.lanes))
        if lane == self._most:
            lane = min(range(len(self.lanes)), key=lambda each: self.lanes[each])
            text, room = "", length
        if lane == len(self.lanes):
            self.lanes.append(0.0)
        self.lanes[lane] = max(self.lanes[lane], x + room)
        return fill, lane, x, length, text

    def draw(self, paper: Paper, y: float) -> None:
        """Bars with the time each ticket took."""
        for fill, lane, x, length, text in self.placed:
            top = y + lane * self._lane + 0.05
            paper.bar(x, top, length, 0.2, fill)
            paper.words(x + length + 0.06, top + 0.1, text, color=fill.ink, size=9, bold=fill is _BAD)

    def table(self) -> Iterator[Line]:
        """A line for each ticket: how long it took."""
        for each in self.tickets:
            closed = each["closed"] if each.has("closed") else None
            taken = None if closed is None else closed - each["opened"]
            yield "ticket", each.word("type"), each["opened"], closed, taken, "h"


class Sent(Row):
    """Leads he sent, or became again."""

    name, height = "sends", 0.3

    def __init__(self, story: Story, dates: Dates, ruler: Paper) -> None:
        super().__init__(story, dates, ruler)
        self.leads = [each for each in self.life.sent if each["created"] <= dates.last]
        self.there = bool(self.leads)

    def draw(self, paper: Paper, y: float) -> None:
        """A mark for each lead with what became of it, where there is room for the words."""
        places = [self.dates.x(lead["created"]) for lead in self.leads]
        for lead, x, following in zip(self.leads, places, [*places[1:], paper.width], strict=True):
            won, text = lead.word("outcome") == "won", lead.word("outcome")
            paper.mark(x, y + 0.15, GREEN if won else "#808080", "D" if won else "o")
            if x + 0.11 + paper.measure(text, 9, bold=won) + 0.1 <= following:
                paper.words(x + 0.11, y + 0.15, text, size=9, color=INKS[GREEN] if won else SOFT_INK, bold=won)

    def table(self) -> Iterator[Line]:
        """A line for each lead."""
        return (("sends", f"lead {int(each['lead'])} {each.word('outcome')}", each["created"], None, None, "")
                for each in self.leads)  # fmt: skip


def _bad_tickets(story: Story) -> set[float]:
    """Numbers of the tickets of which some contact felt bad."""
    bad = (each.fact for each in story.felt if each.fact.table == "contacts" and each.felt < story.speech.content)
    return {fact["ticket"] for fact in bad}
