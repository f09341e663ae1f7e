"""`sim check`: whether plans are valid, how much work they offer to whom, and what about them is legal but doubtful."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import scenario_options, talk_options
from sim.cli.plans import choose, tell_doubts
from sim.cli.voice import Voice

if TYPE_CHECKING:
    from sim.scenario.loads import HourLoads

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
    """Check every PLAN: all faults of its files at once, then offered load against staffing and other doubts.

    The tables show, for each hour on duty, the work that comes in per cent of what the people there can do: '!' marks
    more than that, '-' hours off duty. Callers count when they come, deferred work over the time in which an answer is
    promised.
    """
    voice = Voice(as_json, quiet, no_color)
    silent = Voice(as_json, True, no_color)
    chosen = choose(plans, sets, overlays, voice)
    found = tell_doubts(chosen, silent, refuse=False)
    refused = {name for name, doubts in found.items() if any(doubt.severity == "refused" for doubt in doubts)}
    loads = {plan.name: _loads(plan.scenario) for plan in chosen if plan.name not in refused}
    if as_json:
        doubts = {name: [asdict(doubt) for doubt in each] for name, each in found.items()}
        told = {name: {team: _figures(hours) for team, hours in each.items()} for name, each in loads.items()}
        voice.document({"valid": not refused, "doubts": doubts, "loads": told})
        return INVALID if refused else 0
    for place, plan in enumerate(chosen):
        voice.answer("\n" * (place > 0) + f"{plan.name}: {'refused' if plan.name in refused else 'valid'}")
        for doubt in found[plan.name]:
            voice.answer(f"  {doubt.severity}: {doubt.key + ': ' if doubt.key else ''}{doubt.sentence}")
        for team, hours in loads.get(plan.name, {}).items():
            if hours.work.any() and hours.open.any():
                _tell(voice, team, hours)
    return INVALID if refused else 0


def _loads(scenario: Any) -> dict[str, HourLoads]:
    from sim.scenario.loads import loads_by_hour

    return loads_by_hour(scenario)


def _tell(voice: Voice, team: str, hours: HourLoads) -> None:
    from sim.cli.week import level, week_table

    load = hours.total()
    share = f"{load.share:.2f}" if load.staffed else "without anybody there"
    if level(hours):
        voice.answer(f"\n  {team}: load {share} in every hour on duty")
        return
    voice.answer(f"\n  {team}: load {share}, by hour in per cent of the people there")
    for line in week_table(hours):
        voice.answer(f"  {line}")


def _figures(hours: HourLoads) -> dict[str, Any]:
    """Arrays of shape (7, 24), Monday 00:00 first; a load without anybody there becomes null."""
    load = hours.total()
    return {
        "offered": load.offered,
        "staffed": load.staffed,
        "load": load.share,
        "lost": hours.lost,
        "by_hour": {
            "work": hours.work.tolist(),
            "people": hours.people.tolist(),
            "load": hours.share.tolist(),
            "on_duty": hours.on_duty.tolist(),
        },
    }
