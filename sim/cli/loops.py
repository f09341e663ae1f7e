"""`sim loops`: what each feedback loop is worth, and the loop picture; the experiment and the report do the work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import folder_options, run_options, scenario_options, talk_options
from sim.cli.plans import choose, tell_doubts
from sim.cli.progress import Progress
from sim.cli.voice import Voice

if TYPE_CHECKING:
    from sim.experiments.loop_study import Design, LoopStudy
    from sim.experiments.study import Settings

REPLICATIONS = 12
"""Futures of each variant: enough to tell the large loops of the shipped plans apart in a few minutes."""
PACE = 35e-6
"""Seconds that a lead, a meeting or a contact takes on an ordinary processor; for an estimate, not for results."""


@click.command(
    short_help="Tell what each feedback loop is worth.",
    epilog="Example: sim loops baseline --versus more-service -r 12 -o results/loops",
)
@click.argument("plan")
@click.option("--versus", metavar="PLAN", help="Second plan: what carries the difference of the two?")
@scenario_options
@run_options(
    f"Independent futures of each variant; default: {REPLICATIONS}.", "Root of all chance; default: the scenario's."
)
@folder_options
@talk_options
@click.pass_obj
def loops(typed: Sequence[str], /, plan: str, versus: str | None, **options: Any) -> int:
    """Tell what each feedback loop of PLAN is worth, and draw the loop with measured elasticities.

    PLAN is run with all its loops, with each one switched off, with each one alone and with none, always under the same
    luck: the differences are what a loop is worth in profit, customers and monthly revenue, directly and through the
    others. With --versus: how much of the difference of the two plans each loop carries. Small changes of PLAN measure
    how strongly its parts drive one another. Loops that are off or cannot act are left out.
    """
    return _perform(typed, [plan] if versus is None else [plan, versus], **options)


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
    from sim.experiments.loop_study import Subject, design
    from sim.experiments.study import Settings

    voice = Voice(as_json, quiet, no_color)
    chosen = choose(names, sets, overlays, voice)
    tell_doubts(chosen, voice)
    asked = design(*(Subject(plan.tree, plan.scenario) for plan in chosen))
    own = chosen[0].scenario.run
    settings = Settings(
        replications=REPLICATIONS if replications is None else replications,
        seed=own.seed if seed is None else seed,
        confidence=own.confidence,
        jobs=jobs,
        fresh=fresh,
        command=list(typed),
    )
    folder = Path("results") / _slug([plan.name for plan in chosen]) if out is None else out
    if dry_run:
        return _tell_design(voice, asked, settings, folder)
    return _execute(voice, asked, settings, folder)


def _execute(voice: Voice, asked: Design, settings: Settings, folder: Path) -> int:
    from sim.experiments.loop_study import run_loops
    from sim.report.loop_page import clear, loop_page

    progress = Progress(quiet=voice.quiet)
    known = "" if settings.fresh else f"; what {folder} holds already is not run again"
    voice.say(f"{_size(asked, settings)}{known}")
    clear(folder)
    try:
        found = run_loops(asked, settings, folder, progress=progress, say=voice.say)
    except KeyboardInterrupt:
        progress.close()
        voice.say(f"stopped; what is finished is kept in {folder}, and the same command goes on from there")
        raise
    finally:
        progress.close()
    written = loop_page(found)
    if voice.as_json:
        voice.document(_document(found))
        return 0
    from sim.report.loop_tables import tell

    tell(found, voice.console())
    tables = sorted(path.name for path in folder.glob("*.csv"))
    pictures = f", {len(written) - 1} files of the picture" if len(written) > 1 else ""
    voice.say(f"\nWrote {folder}: {written[0].name}, {', '.join(tables)}{pictures}")
    voice.say(f"Next: open {written[0]} in a browser; 'sim show {folder}' tells the variants like plans")
    return 0


def _size(asked: Design, settings: Settings) -> str:
    """How much is to be run: '16 variants x 12 futures = 192 runs, about 3 minutes on 2 processors'."""
    from sim.experiments.pool import processors

    variants, jobs = len(asked.variations), settings.jobs or processors()
    seconds = settings.replications * sum(_seconds(asked)) / jobs
    about = f"about {seconds / 60:.0f} minutes" if seconds >= 90 else "about a minute" if seconds >= 20 else "seconds"
    return (
        f"{variants} variants x {settings.replications} futures = {variants * settings.replications:,} runs, "
        f"{about} on {jobs} processor{'' if jobs == 1 else 's'}"
    )


def _seconds(asked: Design) -> list[float]:
    """Seconds of one future of each variant: a variation is as much work as its plan, more or less."""
    from sim.scenario.check import estimate

    work = {subject.name: estimate(subject.scenario).events * PACE for subject in asked.subjects}
    owner: dict[str, str] = {}
    for (plan, _), name in asked.places.items():
        owner.setdefault(name, plan)
    return [work[plan] for plan in owner.values()]


def _tell_design(voice: Voice, asked: Design, settings: Settings, folder: Path) -> int:
    """What would be run."""
    if voice.as_json:
        voice.document(
            {
                "dry_run": True,
                "folder": str(folder),
                "seed": settings.seed,
                "replications": settings.replications,
                "runs": settings.replications * len(asked.variations),
                "seconds": settings.replications * sum(_seconds(asked)),
                "loops": list(asked.loops),
                "left_out": dict(asked.idle),
                "variants": list(asked.variations),
            }
        )
        return 0
    voice.answer(f"Would run {_size(asked, settings)} (seed {settings.seed}), into {folder}:")
    for name in asked.variations:
        voice.answer(f"  {name}")
    for name, why in asked.idle.items():
        voice.answer(f"Left out: {name} ({why})")
    voice.answer("Nothing was written.")
    return 0


def _document(found: LoopStudy) -> dict[str, Any]:
    """What a program would ask: every figure of every loop with its interval, and the arrows of the picture."""
    from sim.report.loop_wording import finding, verdict

    study, loop = found.study, found.loop
    return {
        "folder": str(study.folder),
        "plan": found.plan,
        "versus": found.versus,
        "replications": len(study.outcomes_of(found.plan)),
        "runs": len(study.outcomes),
        "seed": study.manifest["seed"],
        "confidence": study.confidence,
        "currency": study.currency,
        "horizons": list(study.horizons),
        "loops": list(found.attribution.loops),
        "left_out": dict(found.design.idle),
        "variants": [{"plan": plan, "role": role, "name": name} for (plan, role), name in found.design.places.items()],
        "verdict": verdict(found),
        "attribution": found.attribution.to_json(),
        "picture": {"title": finding(loop, study.currency)} | loop.to_json() if loop else None,
    }


def _slug(names: Sequence[str]) -> str:
    """Name of the folder of these plans, free of dates, so that a second run finds the first."""
    words = (re.sub(r"[^\w.]+", "-", name.lower()).strip("-.") or "plan" for name in names)
    return "_".join(["loops", *words])[:100].rstrip("-._")
