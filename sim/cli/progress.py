"""Progress on stderr while replications run: one line on a terminal, nothing anywhere else."""

from __future__ import annotations

import sys
import time


class Progress:
    """A line that is rewritten as replications finish."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = sys.stderr.isatty() and not quiet
        self._begin = time.monotonic()
        self._last = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Tell that `done` of `total` replications are finished; at most ten times a second."""
        now = time.monotonic()
        if not self._shown or (done < total and now - self._last < 0.1):
            return
        self._last = now
        filled = 30 * done // max(total, 1)
        left = (now - self._begin) / done * (total - done) if done else 0.0
        bar = "#" * filled + "." * (30 - filled)
        rest = f", {left:.0f} s left" if 0 < done < total else ""
        sys.stderr.write(f"\r[{bar}] {done} of {total} replications{rest}\x1b[K")
        sys.stderr.flush()

    def close(self) -> None:
        """Wipe the line."""
        if self._shown and self._last:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
