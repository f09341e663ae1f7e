"""`sim show`: what there is, what a plan assumes and where each value comes from, and what a study found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import scenario_options, talk_options
from sim.cli.voice import Voice

if TYPE_CHECKING:
    from sim.scenario.marked import Node

RESULTS = Path("results")
MANIFEST = "manifest.json"
MOST = 60
"""Columns for a key and its value, before the place it comes from."""


@click.command(short_help="Show what there is, a plan, or results.", epilog="Example: sim show more-service")
@click.argument("what", required=False, metavar="[PLAN|FOLDER]")
@scenario_options
@talk_options
def show(
    what: str | None,
    sets: tuple[str, ...],
    overlays: tuple[str, ...],
    as_json: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Show a PLAN with where each value comes from, or the tables of a results FOLDER.

    Without either, list the shipped plans and the results of this folder.
    """
    voice = Voice(as_json, quiet, no_color)
    if what is None:
        return _list(voice)
    if Path(what).is_dir():
        return _show_study(voice, Path(what))
    return _show_plan(voice, what, sets, overlays)


def _list(voice: Voice) -> int:
    from sim.errors import ScenarioError
    from sim.scenario.load import load, shipped_names

    plans: list[dict[str, str]] = []
    overlays: list[str] = []
    for name in shipped_names():
        try:
            plans.append({"plan": name, "description": " ".join(load(name).description.split())})
        except ScenarioError:
            overlays.append(name)
    studies = sorted(path.parent.as_posix() for path in RESULTS.glob(f"*/{MANIFEST}"))
    if voice.as_json:
        voice.document({"plans": plans, "overlays": overlays, "results": studies})
        return 0
    voice.answer("Shipped plans")
    width = max((len(plan["plan"]) for plan in plans), default=0) + 2
    for plan in plans:
        voice.paragraph(plan["description"], first=f"  {plan['plan']:<{width}}")
    if overlays:
        voice.answer("\nOverlays, to be laid over a plan with --overlay")
        for name in overlays:
            voice.answer(f"  {name}")
    voice.answer("\nResults" if studies else "\nNo results yet; try: sim compare baseline PLAN -o results/mine")
    for folder in studies:
        voice.answer(f"  {folder}")
    return 0


def _show_study(voice: Voice, folder: Path) -> int:
    from sim.cli.telling import study_document, tell_study
    from sim.experiments.study import open_study

    study = open_study(folder)
    if voice.as_json:
        voice.document(study_document(study))
    else:
        tell_study(voice, study)
    return 0


def _show_plan(voice: Voice, name: str, sets: tuple[str, ...], overlays: tuple[str, ...]) -> int:
    from sim.scenario.load import load_tree

    tree = load_tree(name, overlays=overlays, sets=sets)
    values = _values(tree.root)
    if voice.as_json:
        voice.document({"scenario": tree.raw(), "values": values})
        return 0
    width = min(max(len(f"{each['key']}: {each['text']}") for each in values), MOST)
    last = ""
    for each in values:
        part = str(each["key"]).split(".", maxsplit=1)[0]
        if part != last:
            voice.answer()
        last = part
        origin = f"{each['from']}; {each['how']}" if each["how"] else str(each["from"])
        voice.answer(f"{each['key']}: {each['text']}".ljust(width) + f"  # {origin}")
    return 0


def _values(root: Node) -> list[dict[str, Any]]:
    """Every single value with its key, its text, and where it comes from."""
    from sim.scenario.marked import dotted

    found = []
    for path, node in root.walk():
        if isinstance(node.value, dict) or any(isinstance(step, int) for step in path):
            continue
        source = node.mark.source
        place = source.typed if source.name is None else f"{source.name}:{node.mark.line}"
        text = node.text if node.text is not None and not node.note else _text(node.raw())
        shown = " ".join(text.split())
        found.append(
            {"key": dotted(path), "value": node.raw(), "text": shown, "from": place, "how": node.note}
        )
    return found


def _text(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_text(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_text(each)}" for key, each in value.items()) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
