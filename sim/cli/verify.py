"""`sim verify`: the simulation held against theory and expectations, told as a table; exit code 5 unless all agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import case_options, talk_options
from sim.cli.progress import Progress
from sim.cli.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.experiments.verification import Finding

DEVIATION = 5
"""Exit code when a figure deviates, or is not known well enough to agree."""


@click.command(short_help="Hold the simulation against exact theory.", epilog="Example: sim verify speed-to-lead -r 6")
@click.argument("names", nargs=-1, metavar="[GROUP|CASE|FILE]...")
@case_options
@talk_options
def verify(
    names: tuple[str, ...],
    replications: int | None,
    seed: int | None,
    jobs: int | None,
    as_json: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Run cases of which it is known what must come out, and compare.

    Groups: queues, pipeline, customers (solved on paper), learn (the shipped lessons, with what they expect). Without
    any, all of them. A FILE is a scenario of your own with an `expect` list. Every line gives what must come out, the
    simulated figure with its interval, and the verdict.
    """
    from sim.experiments import verification

    voice = Voice(as_json, quiet, no_color)
    chosen = verification.choose(names)
    progress = Progress(quiet=quiet)
    try:
        findings = verification.verify(
            chosen,
            replications=replications,
            seed=seed,
            jobs=jobs,
            progress=progress,
        )
    finally:
        progress.close()
    failing = [finding for finding in findings if not finding.agrees]
    if as_json:
        voice.document({"agrees": not failing, "findings": [_plain(finding) for finding in findings]})
    else:
        _table(voice, findings)
        _close(voice, findings, verification.CONFIDENCE)
    return DEVIATION if failing else 0


def _close(voice: Voice, findings: Sequence[Finding], confidence: float) -> None:
    """How much was run, and what it amounts to."""
    runs = sorted({finding.simulated.n for finding in findings})
    count = len({finding.case.name for finding in findings})
    cases = f"{count} case{'' if count == 1 else 's'}"
    replications = f"{runs[0]}" if len(runs) == 1 else f"{runs[0]} to {runs[-1]}"
    sure = f"{confidence:.1%} for all {len(findings)} figures together"
    voice.answer(f"{replications} replications of {cases}; intervals hold with {sure}.")
    deviating = sum(finding.verdict == "deviates" for finding in findings)
    undecided = sum(finding.verdict == "undecided" for finding in findings)
    what = "theory" if all(finding.case.exact for finding in findings) else "what was expected"
    if deviating:
        voice.answer(f"{deviating} of {len(findings)} figures deviate from {what}.")
    if undecided:
        voice.answer(f"{undecided} of {len(findings)} figures are undecided; more replications (-r) would tell.")
    if not deviating and not undecided:
        voice.answer(f"All figures agree with {what}.")


def _plain(finding: Finding) -> dict[str, Any]:
    interval = finding.simulated
    return {
        "case": finding.case.name,
        "group": finding.case.group,
        "source": finding.case.source,
        "figure": finding.figure,
        "unit": finding.unit,
        "must": finding.statement.word,
        "exact": finding.exact,
        "within": finding.statement.within,
        "because": finding.statement.because,
        "simulated": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "replications": interval.n,
        "verdict": finding.verdict,
    }


def _table(voice: Voice, findings: Sequence[Finding]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.ASCII2 if voice.plain else box.SIMPLE_HEAD, pad_edge=False)
    for head, justify in (("case", "left"), ("figure", "left"), ("unit", "left"), ("expected", "right")):
        table.add_column(head, justify=justify, overflow="fold")  # type: ignore[arg-type]
    table.add_column("simulated", justify="right")
    table.add_column("verdict")
    last = ""
    for finding in findings:
        interval = finding.simulated
        name = finding.case.name if finding.case.name != last else ""
        last = finding.case.name
        color = {"agrees": "green", "undecided": "bold yellow"}.get(finding.verdict, "bold red")
        table.add_row(
            name,
            finding.figure,
            finding.unit,
            finding.statement.expectation,
            f"{interval.mean:.5g} +/- {interval.half_width:.2g}",
            f"[{color}]{finding.verdict}[/]",
        )
    voice.console().print(table)
