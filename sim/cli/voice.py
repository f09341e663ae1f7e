"""How the program speaks: the answer on stdout, the talk on stderr; it words nothing itself."""

from __future__ import annotations

import json
import math
import os
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from sim.errors import plain

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 100
"""Columns of an answer that no terminal asked for."""


@dataclass(frozen=True)
class Voice:
    """The way of speaking that the options ask for."""

    as_json: bool = False
    quiet: bool = False
    no_color: bool = False

    def say(self, text: str) -> None:
        """Talk on the side; silenced by --quiet."""
        if not self.quiet:
            click.echo(plain_lines(text), err=True)

    def warn(self, text: str) -> None:
        """Talk about what is probably not meant; silenced by --quiet as well."""
        self.say(f"warning: {text}")

    def answer(self, text: str = "") -> None:
        """A line of the answer."""
        click.echo(printable(text))

    def paragraph(self, text: str, first: str = "") -> None:
        """Text of the answer in lines of reading width, aligned behind its first words."""
        for line in textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first)) or [first]:
            self.answer(line)

    def document(self, content: Any) -> None:
        """The whole answer as one JSON document."""
        click.echo(json_text(content))

    @property
    def plain(self) -> bool:
        """Whether the answer goes into a pipe or a file, which get plain characters."""
        return not sys.stdout.isatty()

    def console(self) -> Console:
        """A console for tables on stdout: color on a terminal only, a fixed width in a pipe."""
        from rich.console import Console

        return Console(
            no_color=self.no_color or self.plain or bool(os.environ.get("NO_COLOR")),
            force_terminal=not self.plain,
            highlight=False,
            width=WIDTH if self.plain else None,
        )


def json_text(content: Any) -> str:
    """Readable JSON in plain characters; numbers that are not finite become null."""
    return json.dumps(finite(content), indent=2, ensure_ascii=True, allow_nan=False)


def finite(content: Any) -> Any:
    """The same content with None for numbers that JSON cannot hold, keys as text."""
    if isinstance(content, float):
        return float(content) if math.isfinite(content) else None
    if isinstance(content, Mapping):
        return {str(key): finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [finite(value) for value in content]
    return content


def plain_lines(text: str) -> str:
    """The text with control characters spelled out, line by line."""
    return "\n".join(plain(line) for line in text.split("\n"))


def printable(text: str) -> str:
    """The text as the output can show it: characters its encoding lacks become '?'."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    return text.encode(encoding, "replace").decode(encoding)
