"""`sim schema`: the scenario language as a JSON Schema, for editors that complete and check while one types."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.options import talk_options
from sim.cli.voice import Voice, json_text


@click.command(
    short_help="Print the JSON Schema of scenario files.",
    epilog="Example: sim schema -o scenario.schema.json",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File to write; default: stdout.")
@talk_options
def schema(out: Path | None, as_json: bool, quiet: bool, no_color: bool) -> int:
    """Print the JSON Schema of scenario files.

    Name it in the first line of a file: "# yaml-language-server: $schema=scenario.schema.json".
    """
    from sim.scenario.schema import file_schema

    voice = Voice(as_json, quiet, no_color)
    content = file_schema()
    if out is None:
        voice.document(content)
        return 0
    try:
        out.write_text(json_text(content) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.UsageError(f"cannot write '{out}': {error.strerror}") from error
    if as_json:
        voice.document({"schema": str(out)})
    else:
        voice.say(f"Wrote {out}")
    return 0
