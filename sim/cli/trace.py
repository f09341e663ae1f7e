"""`sim trace`: one future of a plan, and in it one customer's story as the facts have it; it words nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import MOST_REPLICATIONS, MOST_SEED, scenario_options, talk_options
from sim.cli.plans import choose, tell_doubts
from sim.cli.voice import Voice

if TYPE_CHECKING:
    from sim.model.journal import Run
    from sim.report.trace import Story
    from sim.report.trace_pick import Chosen

_TONES = {"good": "green", "bad": "red"}
_NAME = 14
"""Columns for the names in the summary."""


@click.command(
    short_help="Tell one customer's story.",
    epilog="Example: sim trace baseline --lost -o results/one-customer",
)
@click.argument("plan")
@click.option("--customer", type=click.IntRange(min=0), metavar="N", help="The customer of this number.")
@click.option("--lead", type=click.IntRange(min=0), metavar="N", help="The lead of this number, won or not.")
@click.option("--lost", is_flag=True, help="A customer lost for bad service, or else any who left.")
@click.option("--kept", is_flag=True, help="A customer still there although a neutral one would have left.")
@click.option("--referrer", is_flag=True, help="A customer who sent a lead that was won.")
@click.option(
    "--replication", type=click.IntRange(0, MOST_REPLICATIONS), default=0, help="Number of the future; default: 0."
)
@click.option("--seed", type=click.IntRange(0, MOST_SEED), help="Root of all chance; default: the scenario's.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="Folder for the picture: journey.svg, .png and .csv."
)
@scenario_options
@talk_options
def trace(
    plan: str,
    *,
    customer: int | None,
    lead: int | None,
    lost: bool,
    kept: bool,
    referrer: bool,
    replication: int,
    seed: int | None,
    out: Path | None,
    sets: tuple[str, ...],
    overlays: tuple[str, ...],
    as_json: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Simulate one future of PLAN and tell one customer's story, line by line, exactly as it happened.

    Without an option that says whose, it is that of the one in the middle, by the number of events, of all who were
    won. Customers are numbered from 0, those of the start first.
    """
    wishes = {"--customer": customer is not None, "--lead": lead is not None, "--lost": lost, "--kept": kept,
              "--referrer": referrer}  # fmt: skip
    if sum(wishes.values()) > 1:
        raise click.UsageError(f"{' and '.join(name for name, given in wishes.items() if given)}: say one of them")
    voice = Voice(as_json, quiet, no_color)
    chosen = choose([plan], sets, overlays, voice)
    tell_doubts(chosen, voice)

    from sim.model.company import simulate
    from sim.report.trace import Story

    scenario = chosen[0].scenario
    run = simulate(scenario, replication, seed)
    found = _find(run, customer, lead, [name for name in ("lost", "kept", "referrer") if wishes[f"--{name}"]])
    story = Story(found.life)
    root = scenario.run.seed if seed is None else seed
    written = _draw(story, out, f"{scenario.name}, replication {replication}, seed {root}") if out is not None else []
    if as_json:
        about = {"plan": scenario.name, "replication": replication, "seed": root, "why": found.why}
        voice.document({**about, **story.document(), "written": [str(path) for path in written]})
        return 0
    _tell(voice, story, found.why, f"{scenario.name}, replication {replication} of seed {root}")
    if written:
        voice.say(f"\nWrote {', '.join(str(path) for path in written)}")
    return 0


def _find(run: Run, customer: int | None, lead: int | None, wishes: Sequence[str]) -> Chosen:
    from sim.report import trace_pick

    if customer is not None:
        return trace_pick.by_customer(run, customer)
    if lead is not None:
        return trace_pick.by_lead(run, lead)
    chosen: Any = getattr(trace_pick, wishes[0]) if wishes else trace_pick.middling
    found: Chosen = chosen(run)
    return found


def _draw(story: Story, folder: Path, about: str) -> list[Path]:
    from sim.report.trace_picture import write_journey

    return write_journey(story, about, folder)


def _tell(voice: Voice, story: Story, why: str, about: str) -> None:
    """The story on stdout: in lines of the terminal's width, or one line an event in plain characters."""
    from sim.report.numerals import plain
    from sim.report.trace import summary

    voice.answer(_shown(voice, story.gist()))
    voice.answer(f"({about}{f'; {plain(why)}' if why else ''})")
    phase = ""
    for event in story.events:
        if story.phase(event) != phase:
            phase = story.phase(event)
            voice.answer(f"\n{phase}")
        _line(voice, story.speech.stamp(event.time), event.text, event.tone)
    voice.answer("\nWhat it came to")
    for name, value in summary(story):
        _line(voice, name.ljust(_NAME), value, "")


def _shown(voice: Voice, text: str) -> str:
    from sim.report.numerals import plain

    return plain(text) if voice.plain else text


def _line(voice: Voice, head: str, text: str, tone: str) -> None:
    if voice.plain:
        voice.answer(f"{head}  {_shown(voice, text)}".rstrip())
        return
    from rich.table import Table
    from rich.text import Text

    console, grid = voice.console(), Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    styles = ("", "") if console.no_color else ("dim", _TONES.get(tone, ""))
    grid.add_row(Text(head, style=styles[0]), Text(text, style=styles[1]))
    console.print(grid)
