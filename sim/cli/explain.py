"""`sim explain`: what a key of a scenario or a figure of the results means; it owns none of the meanings."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import talk_options
from sim.cli.voice import Voice
from sim.errors import short, suggestion

if TYPE_CHECKING:
    from sim.metrics.catalogue import Kpi
    from sim.scenario.keys import Key


@click.command(
    short_help="What a scenario key or a result figure means.",
    epilog="Example: sim explain teams.agents.shrinkage",
)
@click.argument("key", required=False)
@talk_options
def explain(key: str | None, as_json: bool, quiet: bool, no_color: bool) -> int:
    """Explain KEY: a key of a scenario, such as teams.agents.shrinkage, or a figure, such as service_level.

    Without KEY, everything there is, one line each.
    """
    from sim.metrics import REGISTER
    from sim.scenario.keys import keys
    from sim.scenario.meant import matching

    voice = Voice(as_json, quiet, no_color)
    known = keys()
    if key is None:
        found, figures = known, list(REGISTER.values())
    else:
        found, figures = matching(key, known), _figures(key, REGISTER)
        if not found and not figures:
            words = [k.path for k in known] + [k.path.split(".")[-1] for k in known]
            words += list(REGISTER) + [kpi.name for kpi in REGISTER.values()]
            raise click.UsageError(f"nothing is called '{short(key, 60)}'{suggestion(key, words)}")
    if as_json:
        voice.document({"keys": [asdict(k) for k in found], "figures": [_figure(f) for f in figures]})
    elif key is None:
        _list(voice, found, figures)
    else:
        for item in found:
            _tell_key(voice, item, whole=len(found) <= 12)
        for figure in figures:
            _tell_figure(voice, figure)
    return 0


def _figures(key: str, register: dict[str, Kpi]) -> list[Kpi]:
    """Figures of this name, with or without the word after the dot."""
    head = key.split(".", maxsplit=1)[0]
    return [kpi for flat, kpi in register.items() if key in (flat, kpi.name) or (kpi.per and head == kpi.name)]


def _figure(kpi: Kpi) -> dict[str, Any]:
    return {"name": kpi.key, "unit": kpi.unit, "better": kpi.better, "definition": kpi.definition}


def _list(voice: Voice, found: list[Key], figures: list[Kpi]) -> None:
    voice.answer("Keys of a scenario ('*' stands for a name of yours)\n")
    for key in found:
        only = f" [{key.only}]" if key.only else ""
        voice.answer(f"  {key.path}{only}: {key.kind}; {key.about}")
    voice.answer("\nFigures of the results\n")
    for kpi in figures:
        voice.answer(f"  {kpi.key} [{kpi.unit}]: {kpi.definition}")
    voice.answer("\nMore about one of them: sim explain NAME")


def _tell_key(voice: Voice, key: Key, *, whole: bool) -> None:
    only = f" ({key.only})" if key.only else ""
    if not whole:
        voice.answer(f"{key.path}{only}: {key.kind}; {key.about}")
        return
    voice.answer(f"{key.path}{only}")
    voice.paragraph(key.about, first="  ")
    facts = [("written", f"{key.kind}, such as {key.example}" if key.example else key.kind)]
    facts += [("range", key.limits)] if key.limits else []
    facts += [("default", key.default)]
    for name, fact in facts:
        voice.answer(f"  {name:<8} {fact}")
    voice.answer()


def _tell_figure(voice: Voice, kpi: Kpi) -> None:
    voice.answer(kpi.key)
    voice.paragraph(kpi.definition, first="  ")
    voice.answer(f"  {'unit':<8} {kpi.unit}")
    good = {"higher": "higher is better", "lower": "lower is better", "neutral": "neither way is good in itself"}
    voice.answer(f"  {'good':<8} {good[kpi.better]}")
    voice.answer()
