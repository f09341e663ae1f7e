"""What sales does after the win: calls and reviews that cost selling time, restore satisfaction and find expansion."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from sim.engine.distributions import DurationLaw
from sim.engine.quantities import Duration, Measure, NonNegative, Share
from sim.engine.shares import ShareLaw
from sim.scenario.plan import Headcount, Name, Plan


class FollowUp(Plan):
    """One kind of work on customers: a call some time after the win, one at intervals, a review before each renewal.

    Whoever won the customer does it if he is of this team; else the first of the team who does it keeps the account.
    """

    team: Name
    """Team that does it."""
    work: DurationLaw
    """Handle time, in hours of a fully productive person."""
    after: Annotated[Duration, Field(gt=0)] | None = None
    """Once, so long after the customer goes live; those of the initial base have had theirs."""
    every: Annotated[Duration, Field(gt=0)] | None = None
    """At intervals, each customer in his own turn."""
    before_renewal: Annotated[Duration, Field(gt=0)] | None = None
    """So long before each renewal of the contract (customers.contract)."""
    below: Share | None = None
    """Only for customers who are less satisfied than this when their turn comes; left out, for all."""
    reach: Annotated[float, Measure("share", above=0)] = 1.0
    """Chance to reach the customer; who is not reached is let be until the next turn."""
    priority: int = Field(default=7, ge=1, le=9)
    """1 is most urgent; used by teams whose discipline is priority."""
    reserve: Headcount = 0
    """Done only while more people than this are free in the team."""
    lapses: Annotated[Duration, Field(gt=0)] = 30 * 24.0
    """Time after which a turn that nobody found time for is dropped."""
    felt: Share = 0.9
    """How it is felt, from 0 to 1, by a customer with whom it is done: what he remembers moves towards it."""
    weight: NonNegative = 1.0
    """Weight of it in the customer's memory; 1 is an ordinary request."""
    expansion: Share = 0.0
    """Chance that it finds expansion with a customer of reference satisfaction or better; less with the less satisfied,
    none with those who remember nothing good: in proportion to satisfaction."""
    grows: ShareLaw | None = None
    """By how much a customer who expands then pays more, as a share of what he pays."""

    @model_validator(mode="after")
    def _parts_fit(self) -> FollowUp:
        given = [key for key in ("after", "every", "before_renewal") if getattr(self, key) is not None]
        if len(given) != 1:
            found = " and ".join(repr(key) for key in given) or "none"
            raise ValueError(f"say when it is done: one of 'after', 'every' and 'before_renewal', found {found}")
        if (self.expansion > 0) != (self.grows is not None):
            raise ValueError("'expansion' is the chance and 'grows' the size: give both or neither")
        return self
