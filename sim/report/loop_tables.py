"""What a study of loops found, for a terminal: tables of at most 80 columns and the verdict; plain ASCII when piped.

It prints on the console it is given and knows no file and no command.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.experiments.elasticity import Loop
from sim.experiments.knockout import TOGETHER, Measure, Part
from sim.experiments.loop_study import LoopStudy
from sim.experiments.statistics import CAUTION, TIED
from sim.report.labels import label, worded
from sim.report.loop_wording import finding, left_out, meaning, measured_how, part_name, strength, verdict
from sim.report.numerals import Scale, scale_of
from sim.report.reading import Reading
from sim.report.tables import Teller
from sim.report.wording import quoted

if TYPE_CHECKING:
    from rich.console import Console

Row = tuple[str, list[Part]]
"""A loop and its parts, column by column; the verdict is on the last column but those that explain it."""


def tell(found: LoopStudy, console: Console) -> None:
    """Print what each loop is worth or carries, what the arrows of the picture measure, and the verdict."""
    teller = _LoopTeller(Reading(found.study), console)
    teller.attribution(found)
    if found.loop is not None:
        teller.loop(found, found.loop)
    teller.close(found)


class _LoopTeller(Teller):
    """Prints on one console in the characters it can show, as for plans."""

    def attribution(self, found: LoopStudy) -> None:
        """One table for each figure: loops down, what they are worth or carry across."""
        figures = found.attribution.figures
        if found.versus is None:
            self._head(f"What each loop of {quoted(found.plan)} is worth: with it minus without it")
        else:
            self._head(f"What each loop carries of {quoted(found.versus)} minus {quoted(found.plan)}")
        for figure in figures:
            self._figure(found, figure)
        self._say(meaning(found))
        if out := left_out(found):
            self._say(out)

    def _figure(self, found: LoopStudy, figure: str) -> None:
        columns = columns_of(found)
        loops = found.attribution.loops
        rows: list[Row] = [(worded(loop), parts_of(found, loop, figure, columns)) for loop in loops]
        scale = scale_for(found, [part for _, parts in rows for part in parts])
        table = self._table()
        table.add_column(self._text(f"\n{label(figure)}"), no_wrap=True)
        for head, _, _ in columns:
            table.add_column(self._text(f"{head}\n{scale.unit()}"), justify="right", no_wrap=True)
        table.add_column("\nVerdict", no_wrap=True)
        judged = place_judged(columns)
        for name, parts in rows:
            table.add_row(name, *(self._stacked(part, scale) for part in parts), self._judged(parts[judged]))
        for name, totals in totals_of(found, figure, columns):
            cells = [self._stacked(part, scale) if part else "" for part in totals]
            table.add_row(name, *cells, self._judged([part for part in totals if part][-1]))
        self.console.print()
        self._print(table)

    def _stacked(self, part: Part, scale: Scale) -> str:
        """A figure over its error: side by side they would be too wide for a terminal."""
        return self._text(amount(part, scale).replace(" ±", "\n±"))

    def _judged(self, part: Part) -> str:
        return self._styled(part.verdict).replace(TIED, TIED.replace(" told", "\ntold"))

    def loop(self, found: LoopStudy, loop: Loop) -> None:
        """One row for each arrow of the picture."""
        self._head(f"The loop in {quoted(found.plan)}: % more of the second for 1% more of the first")
        table = self._table()
        table.add_column("From", no_wrap=True)
        table.add_column("to", no_wrap=True)
        table.add_column("%", justify="right", no_wrap=True)
        table.add_column("measured by")
        for arrow in loop.arrows:
            value, error = strength(arrow, found.study.currency)
            written = f"{value} {error}".strip() or "-"
            text = f"[dim]{self._text(written)}[/]" if not arrow.claim else self._text(written)
            by = " by referrals" if (arrow.tail, arrow.head) == ("service", "new_customers") else ""
            how = arrow.nudge if arrow.claim else f"{arrow.nudge}: unclear"
            table.add_row(part_name(arrow.tail, loop), part_name(arrow.head, loop) + by, text, how)
        self._print(table)
        self._say(measured_how(loop))

    def close(self, found: LoopStudy) -> None:
        """The verdict, and how far it can be trusted."""
        self._say(f"Verdict: {verdict(found)}", style="bold")
        if found.loop is not None and found.loop.effects:
            self._say(f"{finding(found.loop, found.study.currency)}.")
        futures = self.reading.replications
        if futures < CAUTION:
            self._say(f"Few futures: {futures} of each variant. Run more (-r) before deciding.")


Column = tuple[str, Measure, str]
"""Head, measure and horizon."""


def columns_of(found: LoopStudy) -> list[Column]:
    """What is told of each loop: at the first horizon and at the last, there in its parts."""
    first, end = found.attribution.horizons[0], found.attribution.horizons[-1]
    if found.versus is None:
        early: list[Column] = [(first, "worth", first)] if first != end else []
        return [*early, (end, "worth", end), ("of it direct", "direct", end), ("indirect", "indirect", end)]
    early = [(first, "carried", first)] if first != end else []
    return [*early, (end, "carried", end), ("D without it", "without", end)]


def place_judged(columns: Sequence[Column]) -> int:
    """The column that the verdict is about."""
    return max(place for place, (_, measure, _) in enumerate(columns) if measure in {"worth", "carried"})


def parts_of(found: LoopStudy, loop: str, figure: str, columns: Sequence[Column]) -> list[Part]:
    """The parts of one loop, column by column."""
    return [found.attribution.find(loop, measure, figure, at) for _, measure, at in columns]


def totals_of(found: LoopStudy, figure: str, columns: Sequence[Column]) -> list[tuple[str, list[Part | None]]]:
    """Rows about all loops together, column by column."""
    find = found.attribution.find
    if found.versus is None:
        worth: list[Part | None] = [
            find(TOGETHER, measure, figure, at) if measure == "worth" else None for _, measure, at in columns
        ]
        return [("all loops", worth)] if len(found.attribution.loops) > 1 else []
    names: dict[str, Measure] = {"D, all of it": "difference", "of it direct": "direct", "indirect": "indirect"}
    return [
        (name, [find(TOGETHER, measure, figure, at) if of == "carried" else None for _, of, at in columns])
        for name, measure in names.items()
    ]


def scale_for(found: LoopStudy, parts: Sequence[Part]) -> Scale:
    """One scale for all figures of a table; the middle one of the errors sets the digits."""
    errors = sorted(part.interval.half_width for part in parts if part.interval.half_width > 0)
    ends = [abs(part.interval.mean) for part in parts]
    error = errors[len(errors) // 2] if errors else None
    return scale_of(parts[0].unit, ends, found.study.currency, error=error)


def amount(part: Part, scale: Scale) -> str:
    """A figure with its interval: '−185 ± 27'; exactly nothing is a plain 0."""
    interval = part.interval
    if interval.mean == 0 and interval.deviation == 0:
        return "0"
    text = scale.bare_change(interval.mean)
    return f"{text} ± {scale.bare(interval.half_width)}" if interval.half_width >= 0 else text
