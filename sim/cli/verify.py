"""`sim verify`: the simulation held against theory, told as a table; exit code 5 when a figure deviates."""

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
"""Exit code when a figure deviates from theory."""


@click.command(short_help="Hold the simulation against exact theory.", epilog="Example: sim verify speed-to-lead -r 6")
@click.argument("names", nargs=-1, metavar="[GROUP|CASE]...")
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
    """Run shipped cases that are solved on paper, and compare.

    Groups: queues, pipeline, customers, learn (the shipped lessons). Without any, all of them. Every line gives the
    exact figure, the simulated one with its interval, and the verdict.
    """
    from sim.experiments import verification

    voice = Voice(as_json, quiet, no_color)
    chosen = verification.choose(names)
    progress = Progress(quiet=quiet)
    try:
        findings = verification.verify(
            chosen,
            replications=verification.REPLICATIONS if replications is None else replications,
            seed=1 if seed is None else seed,
            jobs=jobs,
            progress=progress,
        )
    finally:
        progress.close()
    deviating = [finding for finding in findings if not finding.agrees]
    if as_json:
        voice.document({"agrees": not deviating, "findings": [_plain(finding) for finding in findings]})
    else:
        _table(voice, findings)
        n = findings[0].simulated.n if findings else 0
        confidence = f"{verification.CONFIDENCE:.1%} for all {len(findings)} figures together"
        cases = f"{len(chosen)} case{'' if len(chosen) == 1 else 's'}"
        voice.answer(f"{n} replications of {cases}; intervals hold with {confidence}.")
        what = f"{len(deviating)} of {len(findings)} figures deviate" if deviating else "All figures agree"
        voice.answer(f"{what} with theory." if not deviating else f"{what} from theory.")
    return DEVIATION if deviating else 0


def _plain(finding: Finding) -> dict[str, Any]:
    interval = finding.simulated
    return {
        "case": finding.case.name,
        "group": finding.case.group,
        "source": finding.case.source,
        "figure": finding.figure,
        "unit": finding.unit,
        "exact": finding.exact,
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
    for head, justify in (("case", "left"), ("figure", "left"), ("unit", "left"), ("exact", "right")):
        table.add_column(head, justify=justify)  # type: ignore[arg-type]
    table.add_column("simulated", justify="right")
    table.add_column("verdict")
    last = ""
    for finding in findings:
        interval = finding.simulated
        name = finding.case.name if finding.case.name != last else ""
        last = finding.case.name
        color = "green" if finding.agrees else "bold red"
        table.add_row(
            name,
            finding.figure,
            finding.unit,
            f"{finding.exact:.5g}",
            f"{interval.mean:.5g} +/- {interval.half_width:.2g}",
            f"[{color}]{finding.verdict}[/]",
        )
    voice.console().print(table)
