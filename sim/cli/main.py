"""The command `sim`: finds the command that was typed and tells faults in one shape; it does no work itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from sim import __version__
from sim.errors import ScenarioError, SimError, plain, suggestion

OUR_FAULT, USAGE, INVALID, INTERRUPTED = 1, 2, 3, 130
"""Exit codes of failures; commands give 0 (done) and 5 (a deviation was found)."""

_FAMILIES = {
    "run": "run",
    "compare": "run",
    "loops": "loops",
    "trace": "trace",
    "show": "show",
    "check": "check",
    "explain": "explain",
    "verify": "verify",
    "report": "report",
    "schema": "schema",
}
"""Command: file of sim/cli it lives in, imported when it is needed."""


class Commands(click.Group):
    """The list of commands, each imported only when it is called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of their use."""
        return list(_FAMILIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, or None if there is none of this name."""
        if cmd_name not in _FAMILIES:
            return None
        found = getattr(import_module(f"sim.cli.{_FAMILIES[cmd_name]}"), cmd_name)
        return found if isinstance(found, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first word, or say which one was probably meant."""
        if args and args[0] not in _FAMILIES and not args[0].startswith("-"):
            ctx.fail(f"there is no command '{plain(args[0])}'{suggestion(args[0], _FAMILIES)}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with: sim show; then: sim compare baseline PLAN -o results/mine",
)
@click.version_option(__version__, "--version", message="sim %(version)s")
def sim() -> None:
    """Simulate a company's sales and service: what each head earns, at once and later."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; `argv` without the program's name, by default what was typed."""
    try:
        typed = sys.argv[1:] if argv is None else list(argv)
        code = sim.main(args=typed, prog_name="sim", standalone_mode=False, obj=["sim", *typed])
        sys.stdout.flush()
        return int(code or 0)
    except (BrokenPipeError, SystemExit):
        # The reader has seen enough, such as `sim show | head` (click makes an exit of it, and of nothing else); the
        # interpreter must not complain at its own exit either.
        _discard_output()
        return 0
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted")
        return INTERRUPTED
    except click.ClickException as error:
        return _wrong_usage(error)
    except ScenarioError as error:
        _say(error.told())
        return INVALID
    except SimError as error:
        _say(f"sim: {error}")
        return getattr(error, "exit_code", USAGE)
    except Exception as error:
        return _our_fault(error)


def _wrong_usage(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        _say(error.format_message())
        return USAGE
    context = getattr(error, "ctx", None)
    _say(f"sim: {plain(error.format_message())}")
    if context is not None:
        _say(f"See '{context.command_path} --help'.")
    return USAGE


def _our_fault(error: Exception) -> int:
    """A failure nobody foresaw: one sentence, the whole story only for those who ask for it."""
    if os.environ.get("SIM_DEBUG"):
        raise error
    text = plain(" ".join(str(error).split()))[:300]
    _say(f"sim: this should not have happened: {type(error).__name__}: {text} (SIM_DEBUG=1 shows where)")
    return OUR_FAULT


def _say(text: str) -> None:
    click.echo(text, err=True)


def _discard_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

