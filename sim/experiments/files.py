"""Files that are either whole or absent: text, tables and JSON written by temporary file, fsync, replace.

It knows nothing of what stands in them.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sim.errors import SimError


def write_whole(path: Path, content: str | bytes) -> None:
    """Replace a file by new content so that a reader, or a power cut, finds the old one or the new one.

    Text is written as UTF-8 with the line ends it has. Raises SimError when the folder is full or cannot be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    # A fixed name, so that what a killed run leaves behind is overwritten by the next one.
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise SimError(f"cannot write '{path}': {reason(error)}") from error


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system knows of such a thing."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def reason(error: OSError) -> str:
    """What the system said, in its words and without its numbers."""
    return (error.strerror or str(error)).lower()


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV: comma, LF, floats by `repr`, an empty cell where there is no value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return float.__repr__(value) if isinstance(value, float) else value


def json_text(value: Any, *, readable: bool = False) -> str:
    """A value as strict JSON, nan as null and the infinities as text; dense, or two spaces deep for people."""
    layout: dict[str, Any] = {"indent": 2} if readable else {"separators": (",", ":")}
    return json.dumps(strict(value), ensure_ascii=False, allow_nan=False, **layout)


def strict(value: Any) -> Any:
    """The same nested dicts and lists with nan as None and the infinities as 'inf' and '-inf'."""
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return None if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, dict):
        return {key: strict(each) for key, each in value.items()}
    return [strict(each) for each in value] if isinstance(value, list | tuple) else value
