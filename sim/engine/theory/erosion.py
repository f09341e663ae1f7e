"""The ratchet of shortcuts: under pressure work is shortened, and what was shortened becomes the standard (exact).

It does not know weeks that differ by chance, queues, or quality: pressure is the work that comes at the standard, over
the time there is. Times are in hours; any other unit serves if all arguments share it.

Pressure p = load x standard, time per order = standard x p^exponent, and the standard nears that time in `erosion` when
it is shorter, in `recovery` when it is longer (Oliva and Sterman 2001, reduced to a fixed staff). With a = -exponent,
u = p^a obeys du/dt = a (1 - u) / tau, so that a stretch of constant load is solved in one step.
"""

import math
from collections.abc import Sequence

from sim.engine.theory.erlang import require

EXPONENT = -0.64
"""Elasticity of time per order to pressure (Oliva and Sterman 2001)."""
EROSION = 18.83 * 168.0
"""Time in which the standard follows shorter orders [h] (the same study: 18.83 weeks)."""


def time_per_order(standard: float, load: float, exponent: float = EXPONENT) -> float:
    """Time spent on an order, in the unit of `standard`; at a standard of 1 orders fill `load` of the time there is.

    Raises ValueError for a standard or load that is not positive.
    """
    pressure = require("load", load, positive=True) * require("standard", standard, positive=True)
    return float(standard * pressure**exponent)


def standard_after(
    standard: float,
    load: float,
    hours: float,
    *,
    exponent: float = EXPONENT,
    erosion: float = EROSION,
    recovery: float = math.inf,
) -> float:
    """The standard after `hours` [h] of constant `load` (pressure at a standard of 1).

    `erosion` and `recovery` [h]; an infinite recovery never comes. Raises ValueError for impossible figures.
    """
    pressure = require("load", load, positive=True) * require("standard", standard, positive=True)
    require("erosion", erosion, positive=True)
    if not recovery > 0:
        raise ValueError(f"recovery must be above 0, found {recovery}")
    if not exponent <= 0:
        raise ValueError(f"exponent must be at most 0: pressure shortens work, found {exponent}")
    if exponent == 0:
        return standard
    # The sign of u - 1 never changes within the stretch, so one of the two times holds throughout.
    time = erosion if pressure > 1 else recovery
    gap = (pressure**-exponent - 1.0) * math.exp(exponent * require("hours", hours) / time)
    return float((1.0 + gap) ** (-1.0 / exponent) / load)


def standards(
    stretches: Sequence[tuple[float, float]],
    *,
    exponent: float = EXPONENT,
    erosion: float = EROSION,
    recovery: float = math.inf,
) -> tuple[float, ...]:
    """The standard at the end of each stretch (load, hours), from a standard of 1; arguments as in `standard_after`."""
    found, standard = [], 1.0
    for load, hours in stretches:
        standard = standard_after(standard, load, hours, exponent=exponent, erosion=erosion, recovery=recovery)
        found.append(standard)
    return tuple(found)
