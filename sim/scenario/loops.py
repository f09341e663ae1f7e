"""Which feedback is switched on; off means exactly no effect, whatever the other plans say."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.engine.quantities import Duration, Measure
from sim.scenario.plan import Plan


class Loop(Plan):
    """One feedback loop's switch."""

    on: bool = True
    """Whether the loop acts."""


class Shortcuts(Plan):
    """Pressure shortens handling, short handling resolves less, and what has become usual becomes the standard.

    Pressure is the work that came in the last `window` at the standard time, over the working time that was there;
    wrap-up, travel and selling are work, and skill shortens it.
    Time per contact = standard x pressure ^ exponent; the standard follows it down in `erosion` and up in `recovery`
    (Oliva and Sterman 2001).
    """

    on: bool = False
    """Whether the loop acts."""
    exponent: Annotated[float, Measure("number", low=-3, high=0)] = -0.64
    """Elasticity of time per contact to pressure; -0.64 in Oliva and Sterman (2001), -0.60 in Dogan (2007)."""
    erosion: Annotated[Duration, Field(gt=0)] = 18.83 * 168
    """Time in which the standard follows shorter handling down; 18.83 weeks in Oliva and Sterman (2001)."""
    recovery: Annotated[Duration, Field(gt=0)] | None = None
    """Time in which it follows longer handling up, to where it began at most; left out, it never recovers (8.14e6 weeks
    in the same study)."""
    longest: Annotated[float, Measure("number", low=1, high=10)] = 1.2
    """Most that time per contact grows beyond the standard, however little there is to do: the law was estimated where
    work and time roughly balance."""
    window: Annotated[Duration, Field(gt=0)] = 168.0
    """Time over which pressure is perceived, in whole days."""
    resolution: Annotated[float, Measure("number", low=0, high=10)] = 1.0
    """Log-odds of resolution lost per unit of the logarithm of time cut short."""


class LoopsPlan(Plan):
    """The feedback loops, one switch each."""

    retention: Loop = Loop()
    """Satisfaction moves the rate of leaving; off, everybody leaves at the base rate."""
    referral: Loop = Loop()
    """Customers bring leads; off, nobody does."""
    presale: Loop = Loop()
    """Answers to pre-sale questions move the odds; off, questions are asked but change nothing."""
    failure_demand: Loop = Loop()
    """Unresolved needs come back as new work, and bad experiences as complaints; off, they do not."""
    shortcuts: Shortcuts = Shortcuts()
    """Pressure shortens handling; off, work takes the time it takes."""
