"""`sim run` and `sim compare`: plans in, a folder of results and a verdict out; the report words what they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import folder_options, scenario_options, seed_options, talk_options
from sim.cli.plans import Chosen, choose, tell_doubts
from sim.cli.progress import Progress
from sim.cli.telling import study_document, tell_study
from sim.cli.voice import Voice

if TYPE_CHECKING:
    from sim.experiments.study import Settings


@click.command(
    short_help="Simulate one plan.",
    epilog="Example: sim run baseline -r 3 --set teams.agents.headcount=+2 -o results/two-more",
)
@click.argument("plan")
@scenario_options
@seed_options
@folder_options
@talk_options
@click.pass_obj
def run(typed: Sequence[str], /, plan: str, **options: Any) -> int:
    """Simulate PLAN, a scenario file or a shipped name, and write its figures, pictures and report into a folder."""
    return _perform(typed, [plan], **options)


@click.command(
    short_help="Compare plans with a baseline.",
    epilog="Example: sim compare baseline more-service mine.yaml -r 5 -o results/mine",
)
@click.argument("baseline")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
@scenario_options
@seed_options
@folder_options
@talk_options
@click.pass_obj
def compare(typed: Sequence[str], /, baseline: str, plans: tuple[str, ...], **options: Any) -> int:
    """Compare every PLAN with BASELINE under the same luck, and write tables, pictures and a report into a folder.

    Plans are scenario files or shipped names (see: sim show).
    """
    return _perform(typed, [baseline, *plans], **options)


def _perform(
    typed: Sequence[str],
    names: Sequence[str],
    *,
    sets: tuple[str, ...],
    overlays: tuple[str, ...],
    replications: int | None,
    seed: int | None,
    jobs: int | None,
    out: Path | None,
    fresh: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    from sim.experiments.study import Settings

    voice = Voice(as_json, quiet, no_color)
    chosen = choose(names, sets, overlays, voice)
    tell_doubts(chosen, voice)
    own = chosen[0].scenario.run
    settings = Settings(
        replications=own.replications if replications is None else replications,
        seed=own.seed if seed is None else seed,
        confidence=own.confidence,
        jobs=jobs,
        fresh=fresh,
        command=list(typed),
    )
    folder = Path("results") / _slug(chosen) if out is None else out
    if dry_run:
        return _tell_plan(voice, chosen, settings, folder)
    return _execute(voice, chosen, settings, folder)


def _execute(voice: Voice, chosen: Sequence[Chosen], settings: Settings, folder: Path) -> int:
    from sim.experiments.study import run_study
    from sim.report.document import document

    progress = Progress(quiet=voice.quiet)
    plans = {plan.name: plan.scenario for plan in chosen}
    texts = {plan.name: plan.tree.to_yaml() for plan in chosen}
    try:
        study = run_study(plans, texts, settings, folder, progress=progress, say=voice.say)
    except KeyboardInterrupt:
        progress.close()
        voice.say(f"stopped; what is finished is kept in {folder}, and the same command goes on from there")
        raise
    finally:
        progress.close()
    written = document(study)
    if voice.as_json:
        voice.document(study_document(study))
        return 0
    tell_study(voice, study)
    tables = sorted(path.name for path in folder.glob("*.csv"))
    voice.say(f"\nWrote {folder}: {written[0].name}, {', '.join(tables)}, {len(written) - 1} files of pictures")
    voice.say(f"Next: open {written[0]} in a browser; 'sim show {folder}' prints these tables again")
    return 0


def _tell_plan(voice: Voice, chosen: Sequence[Chosen], settings: Settings, folder: Path) -> int:
    """What would be run."""
    from sim.engine.units import show
    from sim.scenario.check import estimate

    told = []
    for plan in chosen:
        volume = estimate(plan.scenario)
        horizon = show(plan.scenario.clock.horizon, "duration")
        told.append(
            {
                "plan": plan.name,
                "horizon": horizon,
                "replications": settings.replications,
                "leads": volume.leads,
                "visits": volume.visits,
                "contacts": volume.contacts,
            }
        )
    if voice.as_json:
        voice.document({"dry_run": True, "folder": str(folder), "seed": settings.seed, "plans": told})
        return 0
    voice.answer(f"Would run {settings.replications} replications of each plan (seed {settings.seed}) into {folder}:")
    for each in told:
        voice.answer(
            f"  {each['plan']}: {each['horizon']}; about {each['leads']:,.0f} leads, "
            f"{each['visits']:,.0f} stage visits and {each['contacts']:,.0f} contacts per replication"
        )
    voice.answer("Nothing was written.")
    return 0


def _slug(chosen: Sequence[Chosen]) -> str:
    """Name of the folder of these plans: their names, free of dates, so that a second run finds the first."""
    words = (re.sub(r"[^\w.]+", "-", plan.name.lower()).strip("-.") or "plan" for plan in chosen)
    return "_".join(words)[:100].rstrip("-._")
