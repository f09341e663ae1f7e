"""Who is next in a queue, and who takes it: the rules as frozen values; knows neither clock, queue nor server."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Discipline",
    "EarliestDue",
    "Fifo",
    "Freshest",
    "LargestValue",
    "Priority",
    "Rankable",
    "Takes",
    "Ties",
]


class Rankable(Protocol):
    """What a rule may look at in a waiting job."""

    @property
    def priority(self) -> float:
        """Rank; the smaller number goes first."""

    @property
    def order(self) -> float:
        """Place among jobs of one priority; the smaller number goes first."""

    @property
    def due(self) -> float:
        """Instant it should be done by [h since clock start]."""

    @property
    def value(self) -> float:
        """Worth [any one unit, such as the scenario's currency]."""

    @property
    def number(self) -> int:
        """Order of arrival at the team, 1 for the first."""


class _Rule(BaseModel):
    """A frozen rule, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Fifo(_Rule):
    """First come, first served; a job that was interrupted keeps its place."""

    rule: Literal["fifo"] = "fifo"

    def key(self, job: Rankable) -> float | None:
        """None: the order of arrival is all there is, so a plain line will do."""
        return None


class Priority(_Rule):
    """Smallest priority number first; equals by `order`, then by arrival; work in hand is never put down for it."""

    rule: Literal["priority"] = "priority"

    def key(self, job: Rankable) -> float | None:
        """The job's priority number."""
        return job.priority


class EarliestDue(_Rule):
    """Nearest due instant first; equals, and jobs without one, in order of arrival."""

    rule: Literal["earliest_due"] = "earliest_due"

    def key(self, job: Rankable) -> float | None:
        """The job's due instant [h]."""
        return job.due


class Freshest(_Rule):
    """Last come, first served: a new lead is worth more than a cold one."""

    rule: Literal["freshest"] = "freshest"

    def key(self, job: Rankable) -> float | None:
        """The arrival number, turned round."""
        return -job.number


class LargestValue(_Rule):
    """Largest value first; equals in order of arrival."""

    rule: Literal["largest_value"] = "largest_value"

    def key(self, job: Rankable) -> float | None:
        """The job's value, turned round."""
        return -job.value


Discipline = Annotated[Fifo | Priority | EarliestDue | Freshest | LargestValue, Field(discriminator="rule")]
"""Who is next: one of the rules, told apart by `rule`."""

Ties = Literal["longest_idle", "least_busy", "random"]
"""Who takes a job among servers between whom nothing else decides.

- `longest_idle`: the one with fewest jobs in hand, and among them the one who has been so for longest;
- `least_busy`: the one with fewest jobs in hand, and among them the one given the fewest hours of work so far;
- `random`: any of those with fewest jobs in hand, each equally likely.
"""

Takes = Literal["longest_idle", "least_busy", "random", "owner_first", "own_skill_first"]
"""Who takes a job when several servers could: one of `Ties`, or

- `owner_first`: the job's owner if free, else as `ties` says; a freed server looks at the jobs he owns first. (Under
  every other rule ownership is strict: a job with an owner waits for him and nobody else.)
- `own_skill_first`: somebody whose first-named skill it is, else whoever else can; a freed server likewise looks at his
  own skill's queue first.
"""
