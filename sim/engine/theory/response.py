"""What is left on average of a chance that fades while its case waits for the first answer.

It does not know what the chance is of, nor how cases are queued: only how waits are distributed. Times are in hours. Of
a chance that fades as exp(-wait / tau) the queue's own `transform(1 / tau)` is left. Cases that are never answered, and
all cases of a queue that grows without end, have nothing left.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np

from sim.engine.theory.erlang import require

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_HALVINGS = 2.0 ** -np.arange(60.0)


class Waits(Protocol):
    """A queue of which the law of waits is known."""

    def wait_exceeds(self, t: float) -> float:
        """Share of cases that wait longer than t [h]; for infinite t, of those never answered."""
        ...


def left_after_steps(queue: Waits, after: Sequence[float], factors: Sequence[float]) -> float:
    """Mean factor when it is 1 at first and factors[i] from a wait of after[i] [h] on.

    Raises ValueError for lists of different lengths, waits that do not rise, or factors outside 0 to 1.
    """
    if len(after) != len(factors) or any(b <= a for a, b in pairwise(after)) or any(t < 0 for t in after):
        raise ValueError("steps need as many factors as waits, and waits that rise from 0 or later")
    if any(not 0.0 <= factor <= 1.0 for factor in factors):
        raise ValueError("factors must be between 0 and 1")
    # A step at 0 holds for those who do not wait, too.
    beyond = [queue.wait_exceeds(t) if t > 0 else 1.0 for t in after]
    shares = [before - later for before, later in pairwise([1.0, *beyond, queue.wait_exceeds(math.inf)])]
    return sum(factor * share for factor, share in zip([1.0, *factors], shares, strict=True))


def left_after_power(queue: Waits, scale: float, exponent: float, floor: float = 0.0) -> float:
    """Mean factor when it is max(floor, (1 + wait / scale) ** -exponent), `scale` [h].

    By Gauss-Legendre quadrature: the mean is the floor plus the integral, over factors y above it, of the share of
    cases whose wait leaves more than y. Raises ValueError for figures that are impossible.
    """
    require("scale", scale, positive=True)
    require("exponent", exponent, positive=True)
    if not 0.0 <= floor <= 1.0:
        raise ValueError(f"floor must be between 0 and 1, found {floor}")
    # Panels halve towards both ends: near 1 waits are short against the scale, near 0 they are long.
    width = 1.0 - floor
    edges = np.unique(np.concatenate([[floor, 1.0], floor + 0.5 * width * _HALVINGS, 1.0 - 0.5 * width * _HALVINGS]))
    half = 0.5 * np.diff(edges)[:, None]
    y, short = edges[:-1, None] + half * (1.0 + _NODES), (1.0 - edges[1:, None]) + half * (1.0 - _NODES)
    # Near 1 by what is short of it, so that nothing cancels.
    logs = np.where(y < 0.5, np.log(y), np.log1p(-np.minimum(short, 0.5)))
    waits = scale * np.expm1(np.minimum(-logs / exponent, 600.0))
    within = np.array([[1.0 - queue.wait_exceeds(float(t)) for t in row] for row in waits]).reshape(waits.shape)
    return floor * (1.0 - queue.wait_exceeds(math.inf)) + float(np.sum(half * _WEIGHTS * within))
