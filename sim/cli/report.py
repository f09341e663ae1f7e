"""`sim report`: the pictures and the report of a finished study, written again from its folder alone."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.options import talk_options
from sim.cli.voice import Voice


@click.command(short_help="Write the report of a results folder again.", epilog="Example: sim report results/demo")
@click.argument("folder", type=click.Path(path_type=Path))
@talk_options
def report(folder: Path, as_json: bool, quiet: bool, no_color: bool) -> int:
    """Write report.html and the pictures of FOLDER again; nothing is simulated."""
    from sim.experiments.study import open_study
    from sim.report.document import document

    voice = Voice(as_json, quiet, no_color)
    written = document(open_study(folder))
    if as_json:
        voice.document({"written": [str(path) for path in written]})
    else:
        voice.answer(f"Wrote {written[0]} and {len(written) - 1} files of pictures")
    return 0
