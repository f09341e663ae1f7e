"""Tables and verdict of a study for a terminal: at most 80 columns, one row a plan; plain ASCII when piped.

It prints on the console it is given and knows no file and no command.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from sim.experiments.statistics import CAUTION, TIED
from sim.report import wording
from sim.report.desk import grids
from sim.report.figures import alone, difference_scale, headline_kpis, line_waits, rows_of, value_scale, worth
from sim.report.labels import label
from sim.report.ladder import Ladder
from sim.report.numerals import plain
from sim.report.pipeline import ladders
from sim.report.reading import Reading

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sim.experiments.study import Study

WIDTH = 80
"""Columns that every table fits into."""
_KEY_FIGURES = (
    "mrr", "customers", "churn", "wins", "service_level", "wait", "csat", "abandonment", "first_contact_resolution",
    "sla_attainment", "redial_rate",
)  # fmt: skip
_MOST_FIGURES = 5
_DESK_COLUMNS = (
    "Wait", "In time", "Gave up", "First contact resolves", "Occupancy", "Use of paid time", "Overtime",
    "Usual time per contact", "Pressure", "Of contacts served",
)  # fmt: skip
"""Columns of the desk's tables that there is room for."""
_NAME_WIDTH = 20
_ASCII_BOX = "    \n    \n -- \n    \n -- \n -- \n    \n    \n"
"""Rows of a table without any line but the one under its head, in the notation of rich.box."""
_STYLES = {"better": "bold green", "worse": "bold red", TIED: "dim"}


def tell(study: Study, console: Console) -> None:
    """Print what a study found: what each plan earns, its key figures, and the verdict in sentences."""
    reading = Reading(study)
    teller = Teller(reading, console)
    if reading.others:
        teller.plans()
        teller.figures()
        teller.verdict()
    else:
        teller.single()


class Teller:
    """Prints on one console in the characters it can show."""

    def __init__(self, reading: Reading, console: Console) -> None:
        self.reading = reading
        self.console = console
        # A pipe gets ASCII whatever its encoding claims to be; so does a terminal that cannot show Unicode.
        self.fancy = console.is_terminal and console.encoding.lower().startswith("utf")

    def plans(self) -> None:
        """One row a plan: people, and the yardstick at every horizon with its difference from the baseline."""
        reading, kpi = self.reading, self.reading.yardstick
        told = reading.horizons if len(reading.horizons) <= 2 else (reading.horizons[0], reading.end)
        means = {at: [reading.mean(plan, kpi, at) for plan in reading.plans] for at in told}
        scales = {at: value_scale(reading, kpi, means[at]) for at in told}
        base = wording.quoted(reading.baseline)
        self._head(f"{label(kpi)}, and difference from {base} ± {wording.confidence_words(reading)} interval")
        table = self._table()
        self._plan_column(table)
        table.add_column("Sales +\nservice", justify="right", no_wrap=True)
        for at in told:
            table.add_column(self._text(f"{at}\n{scales[at].unit()}"), justify="right", no_wrap=True)
            table.add_column("\ndifference", justify="right", no_wrap=True)
        for place, plan in enumerate(reading.plans):
            heads = reading.heads(plan)
            row = [self._name(plan), f"{heads.sales} + {heads.service}{f' + {heads.other}' if heads.other else ''}"]
            for at in told:
                row += [self._text(scales[at].bare(means[at][place].mean)), self._difference(plan, kpi, at)]
            table.add_row(*row)
        self._print(table)

    def figures(self) -> None:
        """One row a plan and horizon: the figures that explain the verdict."""
        reading = self.reading
        waits = line_waits(reading)[:1] or ["wait"]
        told = [name for kpi in _KEY_FIGURES for name in (waits if kpi == "wait" else [kpi])]
        chosen = [kpi for kpi in told if kpi in reading.kpis and kpi != reading.yardstick and worth(reading, kpi)]
        chosen = chosen[:_MOST_FIGURES]
        if not chosen:
            return
        self._head("Key figures (means)")
        scales = {
            kpi: value_scale(
                reading, kpi, [reading.mean(plan, kpi, at) for plan in reading.plans for at in reading.horizons]
            )
            for kpi in chosen
        }
        table = self._table()
        table.add_column("\nAfter", no_wrap=True)
        self._plan_column(table)
        for kpi in chosen:
            table.add_column(self._text(f"{_short_label(kpi)}\n{scales[kpi].unit()}"), justify="right", no_wrap=True)
        for at in reading.horizons:
            for place, plan in enumerate(reading.plans):
                cells = [self._text(scales[kpi].bare(reading.mean(plan, kpi, at).mean)) for kpi in chosen]
                last = place == len(reading.plans) - 1 and at != reading.end
                table.add_row(at if place == 0 else "", self._name(plan), *cells, end_section=last)
        self._print(table)

    def verdict(self) -> None:
        """The verdict of the study, then one line for every other plan and horizon."""
        reading = self.reading
        self._say(f"Verdict: {wording.headline(reading)} {wording.second_sentence(reading)}", style="bold")
        self.console.print()
        table = self._table()
        table.add_column("Plan", no_wrap=True)
        for at in reading.horizons:
            table.add_column(f"after {wording.spelled(at)}")
        table.add_column("ahead in")
        for plan in reading.ranking:
            if plan == reading.baseline:
                continue
            words = [reading.verdict(plan, reading.yardstick, at) for at in reading.horizons]
            ahead = wording.percent(reading.ahead(plan, reading.yardstick, reading.end))
            table.add_row(self._name(plan), *(self._styled(word) for word in words), f"{ahead} of futures")
        self._print(table)
        if reading.replications < CAUTION:
            self._say(f"Few futures: {reading.replications} of each plan. Run more (-r) before deciding.")

    def single(self) -> None:
        """One plan alone: its figures at every horizon with the interval of each mean."""
        from rich.markup import escape

        reading, plan = self.reading, self.reading.baseline
        heads = wording.people(reading, plan)
        futures = f"{reading.replications} future{'' if reading.replications == 1 else 's'}"
        error = f"mean ± {wording.confidence_words(reading)} interval"
        self._head(f"{wording.quoted(plan)}: {heads}, {futures}, {error}")
        table = self._table()
        # The only column that may be broken: no figure is cut for a long name.
        table.add_column("Measure", min_width=12)
        for at in reading.horizons:
            table.add_column(f"after {wording.spelled(at)}", justify="right", no_wrap=True)
        chosen = headline_kpis(reading) if len(reading.kpis) > 24 else list(reading.kpis)
        columns = [rows_of(reading, at, chosen) for at in reading.horizons]
        for place, kpi in enumerate(chosen):
            cells = [rows[place].cells[0] for rows in columns]
            written = [f"{cell.value} ± {cell.error}" if cell.error else cell.value for cell in cells]
            table.add_row(escape(self._text(label(kpi))), *(self._text(text) for text in written))
        self._print(table)
        for ladder in ladders(reading):
            self.pipeline(ladder)
        if alone(reading):
            self.desk(plan)
        self._say(wording.headline(reading), style="bold")

    def pipeline(self, ladder: Ladder) -> None:
        """One row a source or a stage of one plan, at the last horizon: means, whose intervals the report has."""
        self._head(f"{ladder.caption}, after {wording.spelled(self.reading.end)} (means)")
        table = self._table()
        heads = _level([ladder.corner, *(head for head, _ in ladder.heads)])
        table.add_column(heads[0], no_wrap=True)
        for head in heads[1:]:
            table.add_column(head, justify="right", no_wrap=True)
        for word, plans in ladder.rows:
            table.add_row(self._name(word), *(self._text(cell.value) for cell in plans[0]))
        self._print(table)

    def desk(self, plan: str) -> None:
        """One row a channel, ticket type and team, at the last horizon."""

        for grid in grids(self.reading, plan):
            places = [place for place, (head, _) in enumerate(grid.heads) if head in _DESK_COLUMNS]
            self._head(f"{grid.caption}, after {wording.spelled(self.reading.end)}")
            table = self._table()
            heads = _level([grid.corner, *(grid.heads[place][0] for place in places)])
            table.add_column(heads[0], no_wrap=True)
            for head in heads[1:]:
                table.add_column(head, justify="right", no_wrap=True)
            for word, entries in grid.rows:
                told = [entries[place] for place in places]
                written = [f"{entry.value} ± {entry.error}" if entry.error else entry.value for entry in told]
                table.add_row(self._name(word), *(self._text(text) for text in written))
            self._print(table)

    def _difference(self, plan: str, kpi: str, at: str) -> str:
        """A difference with half-width, colored by its verdict."""
        if plan == self.reading.baseline:
            return ""
        gap, word = self.reading.difference(plan, kpi, at), self.reading.verdict(plan, kpi, at)
        scale = difference_scale(self.reading, kpi, gap)
        unit = " pt" if scale.points else scale.suffix.strip()
        text = f"{scale.bare_change(gap.mean)}{unit}"
        if gap.half_width >= 0:
            text += f" ± {scale.bare(gap.half_width)}"
        style = _STYLES.get(word)
        text = self._text(text)
        return f"[{style}]{text}[/]" if style else text

    def _name(self, plan: str) -> str:
        from rich.markup import escape

        # Both ends of a long name: plans are often called alike at the beginning.
        more, half = ("…" if self.fancy else "..."), _NAME_WIDTH // 2
        short = plan if len(plan) <= _NAME_WIDTH else f"{plan[:half]}{more}{plan[len(more) - half :]}"
        return escape(self._text(short))

    def _styled(self, word: str) -> str:
        return f"[{_STYLES[word]}]{word}[/]" if word in _STYLES else word

    def _plan_column(self, table: Table) -> None:
        table.add_column("\nPlan", no_wrap=True)

    def _table(self) -> Table:
        from rich import box
        from rich.table import Table

        look = box.SIMPLE_HEAD if self.fancy else box.Box(_ASCII_BOX, ascii=True)
        return Table(
            box=look, safe_box=False, pad_edge=False, show_edge=False, collapse_padding=True, padding=(0, 1, 0, 0)
        )

    def _print(self, table: Table) -> None:
        """A table of at most 80 columns, in a pipe without blanks at the ends of lines.

        A terminal of fewer columns breaks its lines; no figure is ever cut to fit.
        """
        before, self.console.width = self.console.width, WIDTH
        try:
            if self.console.is_terminal:
                self.console.print(table, crop=False)
                return
            with self.console.capture() as caught:
                self.console.print(table)
        finally:
            self.console.width = before
        lines = "\n".join(line.rstrip() for line in caught.get().splitlines())
        self.console.print(lines, markup=False, highlight=False, soft_wrap=True)

    def _head(self, text: str) -> None:
        """The line over a table."""
        self._say(text, style="bold")

    def _say(self, text: str, style: str = "") -> None:
        """A sentence, wrapped; user text in it is never read as markup."""
        width = min(self.console.width, WIDTH)
        wrapped = textwrap.fill(self._text(text), width, break_long_words=False, break_on_hyphens=False)
        self.console.print(f"\n{wrapped}", style=style, markup=False, highlight=False, soft_wrap=True)

    def _text(self, text: str) -> str:
        return text if self.fancy else plain(text)


def _level(heads: list[str]) -> list[str]:
    """Long heads in two lines, and short ones beside them in the second."""
    broken = ["\n".join(head.rsplit(" ", 1)) if len(head) > 12 else head for head in heads]
    tall = any("\n" in head for head in broken)
    return [f"\n{head}" if tall and "\n" not in head else head for head in broken]


def _short_label(kpi: str) -> str:
    """Column heads that leave room for the figures."""
    short = {"churn": "Lost/mo", "csat": "CSAT", "wait": "Wait", "service_level": "In time", "abandonment": "Gave up"}
    short |= {"first_contact_resolution": "At first", "sla_attainment": "SLA", "redial_rate": "Redial"}
    return short.get(kpi, label(kpi))
