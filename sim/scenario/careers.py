"""How people grow into a job, learn, differ and are away; how many there are is teams', what it does the model's."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from sim.engine.distributions import DurationLaw
from sim.engine.quantities import Duration, Measure, Rate, Share
from sim.scenario.plan import Name, Plan

LEAST_THERE = 0.05
"""Least share of the time for which somebody is there: with less of it a team is no team."""


class Training(Plan):
    """Hours taken off the floor that raise a skill: proficiency nears `ceiling`, 1/e of the gap left after `takes`."""

    skill: Name
    """What is trained."""
    hours: Annotated[Duration, Field(gt=0, le=40)]
    """Time of each person and week, taken off the floor."""
    ceiling: Annotated[float, Measure("number", low=0.1, high=10)]
    """Proficiency that is never quite reached."""
    takes: Annotated[Duration, Field(gt=0)]
    """Hours of training after which 1/e of the gap to the ceiling is left."""


class RampStep(Plan):
    """Productivity from some time in the job on."""

    from_: Duration = Field(alias="from")
    """Time in the job from which on it holds, until the next step."""
    productivity: Share
    """Productivity then, as a share of an experienced colleague's."""


class Ramp(Plan):
    """How a newcomer grows into the job: in a straight line from `start` to 1, or step by step by a table."""

    start: Share = 0.4
    """Productivity on the first day, as a share of an experienced colleague's."""
    time: Duration | None = None
    """Time until fully productive."""
    table: Annotated[list[RampStep], Field(max_length=60)] = []
    """Productivity by time in the job; given, `start` and `time` do not count. The first step is from 0 on, and who has
    reached the last one is no newcomer any more."""
    mentoring: Share = 0.0
    """Time of experienced colleagues that each newcomer takes while he grows into the job, as a share of one person's;
    all of them in the team bear it evenly and get so much less done."""

    @model_validator(mode="after")
    def _one_way(self) -> Ramp:
        if not self.table:
            if self.time is None:
                raise ValueError("'time' is missing; or give a 'table'")
            return self
        if self.table[0].from_ != 0:
            raise ValueError("the first step of 'table' must be from 0 on")
        if any(b.from_ <= a.from_ for a, b in pairwise(self.table)):
            raise ValueError("times in 'table' must rise")
        return self

    def length(self) -> float:
        """Time [h] after which somebody is no newcomer any more."""
        return float(self.table[-1].from_ if self.table else self.time or 0.0)

    def productivity(self) -> float:
        """Mean productivity of newcomers until then."""
        if not self.table:
            return (1.0 + self.start) / 2
        length, done = self.length(), 0.0
        for now, then in pairwise(self.table):
            done += (then.from_ - now.from_) / length * now.productivity
        return done if length > 0 else 1.0


class Spread(Plan):
    """How people of one team differ, each for as long as he stays."""

    pace: Annotated[float, Measure("number", low=0, high=2)] = 0.0
    """Coefficient of variation of how fast people work; lognormal with mean 1."""
    odds: Annotated[float, Measure("number", low=0, high=5)] = 0.0
    """Standard deviation of what a person adds to the log-odds of passing a stage or of resolving a need; normal with
    mean 0."""


class Absence(Plan):
    """Spells in which a person is away: he takes nothing new, and what he lays aside waits for whoever takes it up."""

    rate: Annotated[Rate, Field(gt=0)]
    """Spells of each person per time at work, at random moments."""
    length: DurationLaw
    """How long a spell lasts, nights and weekends included."""

    @model_validator(mode="after")
    def _leaves_some_time(self) -> Absence:
        if self.there() < LEAST_THERE:
            away, most = 100.0 * (1.0 - self.there()), 100.0 * (1.0 - LEAST_THERE)
            raise ValueError(f"'rate' and 'length' keep people away for {away:.3g} % of their time; at most {most:g} %")
        return self

    def there(self) -> float:
        """Share of the time for which a person is not away."""
        return 1.0 / (1.0 + self.rate * self.length.expectation())
