"""Options that several commands share, and the checks that need no scenario; what they do is said by the commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sim.errors import short

Command = TypeVar("Command", bound=Callable[..., Any])

MOST_JOBS = 256
MOST_REPLICATIONS = 1_000_000
MOST_SEED = 9_223_372_036_854_775_807


def _between(low: int, high: int, what: str) -> Callable[[click.Context, click.Parameter, int | None], int | None]:
    def check(ctx: click.Context, param: click.Parameter, value: int | None) -> int | None:
        if value is not None and not low <= value <= high:
            raise click.BadParameter(f"{what} must be between {low:,} and {high:,}, found {value}", ctx, param)
        return value

    return check


def _assignments(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for text in value:
        key, equals, _ = text.partition("=")
        if not equals or not key.strip():
            sentence = f"write key=value, such as teams.agents.headcount=8, found '{short(text)}'"
            raise click.BadParameter(sentence, ctx, param)
    return value


def _applied(options: list[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


scenario_options = _applied(
    [
        click.option(
            "--set", "sets", metavar="KEY=VALUE", multiple=True, callback=_assignments,
            help="Change one value of every plan, such as teams.agents.headcount=+2; may be repeated.",
        ),
        click.option(
            "--overlay", "overlays", metavar="FILE", multiple=True,
            help="Lay a file with some keys over every plan; may be repeated.",
        ),
    ]
)  # fmt: skip
"""Changes to the scenario that are typed."""

talk_options = _applied(
    [
        click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document."),
        click.option("-q", "--quiet", is_flag=True, help="No talk on stderr: only errors."),
        click.option("--no-color", is_flag=True, help="Plain text, as with NO_COLOR."),
    ]
)
"""How the answer is given."""


def run_options(futures: str, seed: str) -> Callable[[Command], Command]:
    """How much is run, and on how many processes; the help of `-r` and `--seed` is the command's own."""
    return _applied(
        [
            click.option(
                "-r", "--replications", type=int, callback=_between(1, MOST_REPLICATIONS, "replications"), help=futures
            ),
            click.option("--seed", type=int, callback=_between(0, MOST_SEED, "seed"), help=seed),
            click.option(
                "-j", "--jobs", "--workers", "jobs", type=int, default=None,
                callback=_between(1, MOST_JOBS, "jobs (workers)"),
                help=f"Processes, 1 to {MOST_JOBS}; default: every processor this machine lets it use.",
            ),
        ]
    )  # fmt: skip


seed_options = run_options(
    "Independent futures per plan; default: the scenario's.", "Root of all chance; default: the scenario's."
)
"""How much is run, and on how many processes."""

case_options = run_options(
    "Independent runs of each case, at least 5; default: 20, or what a scenario says.",
    "Root of all chance; default: 1, or what a scenario says.",
)
"""The same for cases of theory."""

folder_options = _applied(
    [
        click.option(
            "-o", "--out", type=click.Path(path_type=Path),
            help="Folder of the results; default: results/ and the names of the plans.",
        ),
        click.option("--fresh", is_flag=True, help="Run everything again, even what the folder already holds."),
        click.option("--dry-run", is_flag=True, help="Tell what would be run, and write nothing."),
    ]
)  # fmt: skip
"""Where results go."""
