"""`sim check`: whether plans are valid, and what about them is legal but doubtful; nothing is run."""

from __future__ import annotations

from dataclasses import asdict

import click

from sim.cli.options import scenario_options, talk_options
from sim.cli.plans import choose, tell_doubts
from sim.cli.voice import Voice

INVALID = 3
"""Exit code for a plan that must not be run."""


@click.command(short_help="Check plans without running them.", epilog="Example: sim check baseline mine.yaml")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
@scenario_options
@talk_options
def check(
    plans: tuple[str, ...],
    sets: tuple[str, ...],
    overlays: tuple[str, ...],
    as_json: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Check every PLAN: all faults of its files at once, then offered load against staffing and other doubts."""
    voice = Voice(as_json, quiet, no_color)
    silent = Voice(as_json, True, no_color)
    chosen = choose(plans, sets, overlays, voice)
    found = tell_doubts(chosen, silent, refuse=False)
    refused = any(doubt.severity == "refused" for doubts in found.values() for doubt in doubts)
    if as_json:
        doubts = {name: [asdict(doubt) for doubt in each] for name, each in found.items()}
        voice.document({"valid": not refused, "doubts": doubts})
        return INVALID if refused else 0
    for plan in chosen:
        doubts_here = found[plan.name]
        word = "refused" if any(doubt.severity == "refused" for doubt in doubts_here) else "valid"
        voice.answer(f"{plan.name}: {word}")
        for doubt in doubts_here:
            voice.answer(f"  {doubt.severity}: {doubt.key + ': ' if doubt.key else ''}{doubt.sentence}")
    return INVALID if refused else 0
