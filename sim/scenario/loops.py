"""Which feedback is switched on; off means exactly no effect, whatever the other plans say."""

from __future__ import annotations

from sim.scenario.plan import Plan


class Loop(Plan):
    """One feedback loop's switch."""

    on: bool = True
    """Whether the loop acts."""


class LoopsPlan(Plan):
    """The feedback loops, one switch each."""

    retention: Loop = Loop()
    """Satisfaction moves the rate of leaving; off, everybody leaves at the base rate."""
    referral: Loop = Loop()
    """Customers bring leads; off, nobody does."""
    presale: Loop = Loop()
    """Answers to pre-sale questions move the odds; off, questions are asked but change nothing."""
    failure_demand: Loop = Loop()
    """Unresolved needs come back as new work; off, they do not."""
