"""Which program a result came from: version and a fingerprint of all code that can move a figure."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import sim

DECIDING = ("engine", "scenario", "model", "metrics", "experiments/outcome.py")
"""Parts of the program that an outcome depends on; a change elsewhere leaves stored outcomes valid."""
LIBRARIES = ("numpy", "simpy")
"""Libraries whose version can move a figure."""


@cache
def program() -> str:
    """Version and fingerprint, such as '0.1.0+3f2a9c1d7b64'; equal programs give equal outcomes.

    The fingerprint covers the sources of the deciding parts and the versions of the deciding libraries, so that a
    change of the model never meets stored outcomes of the model before.
    """
    digest = hashlib.sha256()
    home = Path(sim.__file__).parent
    for part in DECIDING:
        place = home / part
        files = [place] if place.suffix else place.rglob("*.py")
        for file in sorted(files, key=lambda each: each.relative_to(home).as_posix()):
            digest.update(file.relative_to(home).as_posix().encode())
            # Line ends differ between checkouts of the same code.
            digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    for library in LIBRARIES:
        digest.update(f"{library} {installed(library)}".encode())
    return f"{sim.__version__}+{digest.hexdigest()[:12]}"


def installed(library: str) -> str:
    """Version of an installed library, or 'absent'."""
    try:
        return version(library)
    except PackageNotFoundError:
        return "absent"
