"""Who works: headcount, hours, shifts, pay and turnover of each team; sales and service say what a team works on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.engine.disciplines import Discipline, Fifo
from sim.engine.distributions import Constant, DurationLaw
from sim.engine.quantities import Duration, Hazard, Measure, Money, MoneyRate, NonNegative, Share
from sim.engine.units import Quantity
from sim.scenario.hours import WeekHours, merged
from sim.scenario.plan import Headcount, Plan


class Shift(Plan):
    """Some of a team's people, on duty at other hours than the rest."""

    hours: WeekHours
    """Opening windows by weekday, such as {mon-fri: '08:00-16:00'}, or 'always'."""
    share: Share | None = None
    """Share of the team's headcount on this shift; the shares of a team add up to 1."""
    headcount: Headcount | None = None
    """People on this shift, instead of a share; then the team's own headcount is left out."""


class Ramp(Plan):
    """How a newcomer grows into the job: productivity rises in a straight line from `start` to 1."""

    start: Share = 0.4
    """Productivity on the first day, as a share of an experienced colleague's."""
    time: Duration
    """Time until fully productive."""


class TeamPlan(Plan):
    """A group of people who share one queue."""

    headcount: Headcount | None = None
    """Positions of the team, filled at the start."""
    wage: MoneyRate = 0.0
    """Full cost of one filled position (gross pay and employer's charges)."""
    hours: WeekHours | None = None
    """Hours on duty; left out, the clock's opening hours."""
    shifts: dict[str, Shift] = Field(default={}, max_length=200)
    """Named shifts that split the team; left out, everybody works the team's hours."""
    shrinkage: Annotated[float, Measure("share", high=0.95)] = 0.0
    """Share of the paid time on duty that is not available for this work (leave, meetings, breaks, administration); it
    is spread evenly over people and over the day."""
    discipline: Discipline = Fifo(rule="fifo")
    """Who is next in the queue."""
    takes: Literal["longest_idle", "least_busy", "owner_first", "own_skill_first"] = "longest_idle"
    """Who of several free people takes the next piece of work."""
    waiting_room: int | None = Field(default=None, ge=0, le=1_000_000)
    """Places in the queue; who finds it full is turned away (blocked). Left out, there is no limit."""
    concurrency: int = Field(default=1, ge=1, le=20)
    """Pieces of work one person can have in hand at once (chat)."""
    stretch: NonNegative = 0.25
    """How much each further piece in hand lengthens handling: time = work x (1 + stretch x (in hand - 1))."""
    turnover: Hazard = 0.0
    """Rate at which a filled position is quit."""
    vacancy: DurationLaw = Constant[Duration](dist="constant", value=Quantity(0.0))
    """Time from a quit until the successor's first day."""
    ramp: Ramp | None = None
    """How successors grow into the job; left out, they are fully productive at once."""
    hire_cost: Money = 0.0
    """One-off cost of each successor hired."""

    @model_validator(mode="after")
    def _shifts_add_up(self) -> TeamPlan:
        shares = [shift.share for shift in self.shifts.values()]
        heads = [shift.headcount for shift in self.shifts.values()]
        if not self.shifts:
            if self.headcount is None:
                raise ValueError("'headcount' is missing")
            return self
        if all(head is not None for head in heads) and all(share is None for share in shares):
            if self.headcount is not None:
                raise ValueError("give 'headcount' for the team or for each shift, not both")
        elif all(share is not None for share in shares) and all(head is None for head in heads):
            if self.headcount is None:
                raise ValueError("'headcount' is missing: shifts given by share need the team's headcount")
            total = sum(share for share in shares if share is not None)
            if abs(total - 1.0) > 1e-6:
                raise ValueError(f"shares of 'shifts' must add up to 1, they add up to {total:.6g}")
        else:
            raise ValueError("give each of the 'shifts' a share, or each a headcount")
        return self

    def positions(self) -> int:
        """Number of positions, whichever way they are given."""
        return self.headcount if self.headcount is not None else sum(s.headcount or 0 for s in self.shifts.values())

    def heads_by_shift(self) -> dict[str, int]:
        """People on each named shift; shares are rounded by largest remainder so that all positions are used."""
        if self.headcount is None:
            return {name: shift.headcount or 0 for name, shift in self.shifts.items()}
        exact = {name: (shift.share or 0.0) * self.headcount for name, shift in self.shifts.items()}
        heads = {name: int(value) for name, value in exact.items()}
        by_remainder = sorted(exact, key=lambda name: (heads[name] - exact[name], list(exact).index(name)))
        for name in by_remainder[: self.headcount - sum(heads.values())]:
            heads[name] += 1
        return heads

    def open_hours(self, clock_hours: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        """Windows of the week [h] in which anybody of the team is on duty; `clock_hours` for a team without its own."""
        if not self.shifts:
            return self.hours or clock_hours
        return merged(window for shift in self.shifts.values() for window in shift.hours)
