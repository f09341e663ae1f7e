"""The ways to reach the desk, each with its own kind of waiting: on the line, in a mailbox, for an appointment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.engine.distributions import Constant, DurationLaw
from sim.engine.quantities import Duration, NonNegative, Share
from sim.engine.units import Quantity
from sim.scenario.plan import Plan


class Target(Plan):
    """A service-level promise: this share answered within this time."""

    within: Duration
    """Answer time promised (of the team's opening hours for deferred work and appointments, of the clock for live
    channels)."""
    share: Share
    """Share of contacts promised to be answered in that time."""


class Redial(Plan):
    """What callers do who gave up or found no line free: some try again."""

    share: Share
    """Share of them who try once more; each time anew."""
    after: DurationLaw
    """Time until the next try. Whoever tries again is as patient as before."""

    @model_validator(mode="after")
    def _comes_to_an_end(self) -> Redial:
        if self.share == 1 and self.after.expectation() == 0:
            raise ValueError("everybody tries again at once: such a call would never end; give 'after' some time")
        return self


class _Channel(Plan):
    """What all channels have."""

    target: Target
    """The promise that service level is measured against; a ticket type may have its own."""
    tolerance: Annotated[Duration, Field(gt=0)]
    """Wait at which half of the whole cost of waiting to the experience is felt."""


class Live(_Channel):
    """Phone or chat: the customer waits on the line and may give up."""

    mode: Literal["live"]
    """The customer waits on the line."""
    patience: DurationLaw | None = None
    """How long a customer waits before giving up; left out, forever."""
    balk: Share = 0.0
    """Share of customers with no patience at all: they give up unless somebody answers at once."""
    redial: Redial | None = None
    """Who tries again after giving up or finding no line free; left out, nobody does."""
    lines: int | None = Field(default=None, ge=0, le=1_000_000)
    """Trunks: contacts that can wait or talk at once; who finds them all taken is turned away (blocked). Left out,
    there is no limit."""
    wrap_up: DurationLaw | None = None
    """Work after the customer has gone, before the next contact is taken; part of handle time. Left out, none."""
    concurrency: int = Field(default=1, ge=1, le=20)
    """Contacts of this channel one person can have in hand at once (chat). Whoever has one in hand takes nothing but
    more of the same channel."""
    stretch: NonNegative = 0.25
    """How much each further contact in hand slows all of them down: with k in hand each takes 1 + stretch x (k - 1)
    times as long."""


class Deferred(_Channel):
    """Email, portal: the work waits in a mailbox, is put down at night and resumed in the morning."""

    mode: Literal["deferred"]
    """The customer waits for an answer."""
    deadline: Annotated[Duration, Field(gt=0)] | None = None
    """Opening hours after which an unanswered contact has failed the customer; it is still worked."""


class Appointment(_Channel):
    """In person: the next free slot is booked, somebody travels, and may find nobody at home."""

    mode: Literal["appointment"]
    """The customer is given an appointment."""
    slot: Annotated[Duration, Field(gt=0)]
    """Length of the slots; in each slot as many can be booked as people of the team are on the roster throughout it.
    Slots follow each other from the beginning of each opening window."""
    notice: Duration = 0.0
    """Least time between the call and the slot."""
    travel: DurationLaw = Constant[Duration](dist="constant", value=Quantity(0.0))
    """Travel there and back, added to the work of each visit."""
    no_show: Share = 0.0
    """Share of visits at which nobody is at home: the travel is spent, and a new slot is booked."""


Channel = Annotated[Live | Deferred | Appointment, Field(discriminator="mode")]
"""A way to reach the desk: one of the kinds, told apart by `mode`."""
