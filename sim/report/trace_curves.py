"""The rows of a journey that have a height: what he felt and remembered, and what he paid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.report.canvas import BLACK, BLUE, GREEN, INKS, ORANGE, SOFT_INK
from sim.report.paper import Fill, Paper
from sim.report.trace import Story
from sim.report.trace_dates import Dates
from sim.report.trace_facts import Fact
from sim.report.trace_rows import Line, Row
from sim.report.trace_words import counted, share

_PAID, _KEPT, _FORGONE = Fill("#CFE3F1"), Fill(GREEN, "////"), Fill(ORANGE, hollow=True)
"""What is paid as anybody would, after a neutral customer would have left, and what is not paid any more."""


class Feelings(Row):
    """How contacts were felt, and what he remembered of them."""

    name, height = "felt", 1.5
    _inset = 0.1

    def __init__(self, story: Story, dates: Dates, ruler: Paper) -> None:
        super().__init__(story, dates, ruler)
        self.there = bool(story.felt)
        self.steps = story.steps or []
        called = "; green: follow-up by sales" if any(each.fact.table == "activities" for each in story.felt) else ""
        line = " Line: what he remembers." if self.steps else ""
        self.reads = f"Dots: contacts as he felt them (hollow: bad{called}).{line}"

    def _y(self, y: float, felt: float) -> float:
        return y + self._inset + (1.0 - felt) * (self.height - 2 * self._inset)

    def draw(self, paper: Paper, y: float) -> None:
        """A scale from 0 to 100%, dots for what was felt, and the line of satisfaction with its ends in figures."""
        for felt in (0.0, 0.5, 1.0):
            level = self._y(y, felt)
            ends = [self.dates.left, self.dates.right]
            paper.axes.plot(ends, [level, level], color="#E2E2E2", linewidth=0.9, zorder=0)
            paper.words(self.dates.left - 0.1, level, share(felt), size=9, color=SOFT_INK, align="right")
        if self.steps:
            self._draw_line(paper, y)
        for each in self.story.felt:
            bad = each.felt < self.speech.content
            color = ORANGE if bad else GREEN if each.fact.table == "activities" else BLUE
            paper.axes.plot([self.dates.x(each.time)], [self._y(y, each.felt)], marker="o", markersize=6.2, zorder=5,
                            color="white" if bad else color, markeredgecolor=color, markeredgewidth=1.6)  # fmt: skip

    def _draw_line(self, paper: Paper, y: float) -> None:
        subscription = self.life.subscription
        assert subscription is not None
        last = subscription["left"] if subscription.has("left") else self.speech.end
        times = [subscription["won"], *(step.felt.time for step in self.steps), last]
        levels = [self.steps[0].before, *(step.after for step in self.steps), self.steps[-1].after]
        paper.axes.plot([self.dates.x(time) for time in times], [self._y(y, level) for level in levels],
                        color="#444444", linewidth=2.2, drawstyle="steps-post", zorder=4)  # fmt: skip
        end = self.dates.x(last)
        level = self._y(y, levels[-1])
        paper.words(end + 0.08, level, share(levels[-1]), size=10, bold=True)

    def table(self) -> Iterator[Line]:
        """What was felt, and satisfaction after it."""
        for each in self.story.felt:
            what = each.fact.word("kind") if each.fact.table == "activities" else each.fact.word("type")
            yield "felt", "silence" if each.late else what, each.time, None, each.felt, "share"
        for step in self.steps:
            yield "satisfaction", "", step.felt.time, None, step.after, "share"


class Payments(Row):
    """What he pays by the month, or what he bought; what service gained or lost with him has a look of its own."""

    name, height = "pays", 0.82
    _words = 0.26
    """Room above the areas."""

    def __init__(self, story: Story, dates: Dates, ruler: Paper) -> None:
        super().__init__(story, dates, ruler)
        plan, live = self.speech.scenario.customers, self.life.subscription is not None
        buys = plan is not None and plan.purchases is not None
        self.name = "buys" if buys else self.name
        self._signed = self.life.subscription["value"] if self.life.subscription is not None else 0.0
        self.spells = list(self._spells()) if live and not buys else []
        self.there = bool(self.spells or self.life.purchases)

    @property
    def middle(self) -> float:
        """The middle of the areas."""
        return (self.height + self._words) / 2

    def _spells(self) -> Iterator[tuple[float, float, float, Fill]]:
        """Times in which he pays the same [h], and what a month; last the time for which he would have paid on."""
        subscription = self.life.subscription
        assert subscription is not None
        if not subscription.has("live"):
            return
        left = subscription["left"] if subscription.has("left") else self.speech.end
        neutral = subscription["neutral"] if subscription.has("neutral") else self.speech.end
        times = sorted({subscription["live"], left, *(change["time"] for change in self._moved())}
                       | ({neutral} if subscription["live"] < neutral < left else set()))  # fmt: skip
        for start, end in pairwise(times):
            pays = subscription["value"] + sum(each["change"] for each in self._moved() if each["time"] <= start)
            yield start, end, pays, _KEPT if start >= neutral else _PAID
        if self.story.money.forgone > 0:
            yield left, neutral, subscription["value"], _FORGONE

    def _moved(self) -> list[Fact]:
        return [change for change in self.life.changes if change["change"]]

    def draw(self, paper: Paper, y: float) -> None:
        """Areas as high as the payment, named where it changes; or a stem for each purchase."""
        if not self.spells:
            self._draw_purchases(paper, y)
            return
        bottom, most = y + self.height, max(pays for *_, pays, _ in self.spells)
        for start, end, pays, fill in self.spells:
            x, length = self.dates.x(start), self.dates.x(end) - self.dates.x(start)
            high = (self.height - self._words) * pays / most if most > 0 else 0.0
            paper.bar(x, bottom - high, length, high, fill if fill is _FORGONE else _PAID)
            if fill is _KEPT:
                # Only what he signed for is kept: what he pays beyond it counts as expansion.
                signed = high * min(1.0, self._signed / pays) if pays > 0 else 0.0
                paper.bar(x, bottom - signed, length, signed, fill)
        for change in self.life.changes:
            if change.word("kind") == "renewal":
                x = self.dates.x(change["time"])
                paper.bar(x - 0.012, y + self._words, 0.024, self.height - self._words, Fill("white"))
        money, last = self.story.money, max(end for _, end, _, fill in self.spells if fill is not _FORGONE)
        ends = self.dates.x(last) if last > self.spells[0][0] else self.dates.right
        self._plate(paper, ends - 0.08, bottom - 0.15, f"{self.speech.money(money.paid)} in all", BLACK)
        until = paper.width - 0.1
        if money.retained >= 0.5:
            start = next(start for start, *_, fill in self.spells if fill is _KEPT)
            text = f"{self.speech.money(money.retained)} kept by service"
            until = self._draw_effect(paper, y, (self.dates.x(start), ends), text, INKS[GREEN])
        if money.forgone >= 0.5:
            text = f"{self.speech.money(money.forgone)} lost by service"
            until = self._draw_effect(paper, y, (ends, self.dates.x(self.spells[-1][1])), text, INKS[ORANGE])
        self._draw_words(paper, y, until)

    def _draw_effect(self, paper: Paper, y: float, between: tuple[float, float], text: str, color: str) -> float:
        """What service did, in its area or, if that is too short, above it; return where the room above ends."""
        wide, (start, end) = paper.measure(text, 9.5, bold=True), between
        if wide + 0.2 <= end - start:
            self._plate(paper, start + 0.08, y + self._words + 0.15, text, color, "left")
            return paper.width - 0.1
        x = min(max(start, end - wide), paper.width - 0.1 - wide)
        paper.words(x, y + 0.12, text, size=9.5, color=color, bold=True)
        return x - 0.1

    def _draw_words(self, paper: Paper, y: float, until: float) -> None:
        """What he pays at first, and every change of it or renewal for which there is room up to a place."""
        start, _, pays, _ = self.spells[0]
        said = [(start, self.speech.monthly(pays), BLACK)]
        for change in sorted(self.life.changes, key=lambda each: each["time"]):
            pays += change["change"]
            color = INKS[GREEN] if change["change"] > 0 else INKS[ORANGE]
            text = self.speech.money(pays) if change["change"] else "renews"
            said.append((change["time"], text, color if change["change"] else SOFT_INK))
        free = -1.0
        for time, text, color in said:
            x, wide = self.dates.x(time), paper.measure(text, 9.5)
            x += 0.04 if time > start else 0.0
            if x >= free and x + wide <= until:
                paper.words(x, y + 0.12, text, size=9.5, color=color)
                free = x + wide + 0.1

    @staticmethod
    def _plate(paper: Paper, x: float, y: float, text: str, color: str, align: str = "right") -> None:
        """Words on a white plate, to be read on whatever is below."""
        wide = paper.measure(text, 9.5, bold=True)
        left = x - wide if align == "right" else x
        paper.bar(left - 0.05, y - 0.1, wide + 0.1, 0.2, Fill("white"))
        paper.words(x, y, text, size=9.5, color=color, align=align, bold=True)

    def _draw_purchases(self, paper: Paper, y: float) -> None:
        most, bottom = max(each["amount"] for each in self.life.purchases), y + self.height
        for each in self.life.purchases:
            high = (self.height - self._words) * each["amount"] / most if most > 0 else 0.0
            paper.bar(self.dates.x(each["time"]) - 0.03, bottom - high, 0.06, high, Fill(BLUE))
        first, money = self.life.purchases[0], self.speech.money
        paid = f"{money(self.story.money.paid)} in all"
        text = f"{money(first['amount'])} at first, {counted(len(self.life.purchases), 'purchase')}, {paid}"
        x = min(self.dates.x(first["time"]), paper.width - 0.1 - paper.measure(text, 9.5))
        paper.words(x, y + 0.12, text, size=9.5)

    def table(self) -> Iterator[Line]:
        """A line for each spell, or each purchase."""
        currency = self.speech.scenario.economics.currency
        for start, end, pays, fill in self.spells:
            what = "not paid" if fill is _FORGONE else "paid after neutral" if fill is _KEPT else "paid"
            yield "pays", what, start, end, pays, f"{currency}/mo"
        for each in self.life.purchases:
            yield "buys", "", each["time"], None, each["amount"], currency
