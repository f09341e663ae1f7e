"""Where leads come from: sources, prospecting, customers' word, win-back, one market; sales says who works them."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field, model_validator

from sim.engine.distributions import Constant, DurationLaw, NumberLaw
from sim.engine.quantities import Measure, Money, Number, Positive, Share
from sim.engine.units import Quantity
from sim.scenario.demand import Demand
from sim.scenario.plan import Headcount, Name, Plan

_TAKEN = ("referred", "won_back")


class Leads(Plan):
    """What the leads of one origin are like."""

    fit: NumberLaw = Constant[Number](dist="constant", value=Quantity(0.0))
    """How well a lead fits, added to the log-odds of each stage; 0 is the average lead."""
    value: Annotated[float, Measure("number", low=0, high=10)] = 1.0
    """Deal size relative to the law of deals."""
    loyalty: Positive = 1.0
    """Endurance relative to other customers: 2 leaves half as often, all else equal."""
    enters: Name | None = None
    """Stage of the pipeline at which they come in; left out, the first."""
    mix: dict[Name, Share] = {}
    """Share of each segment among them, adding up to 1; left out, as customers.segments says."""

    @model_validator(mode="after")
    def _mix_adds_up(self) -> Leads:
        total = math.fsum(self.mix.values())
        if self.mix and abs(total - 1.0) > 1e-6:
            raise ValueError(f"'mix' must have shares that add up to 1, they add up to {total:.6g}")
        return self


class Source(Leads, Demand):
    """One stream of organic leads: people who ask by themselves."""

    cost_per_lead: Money = 0.0
    """Media cost of one lead."""


class Prospecting(Leads):
    """Calls that reps make by themselves: their hours become calls, calls conversations, conversations leads.

    A lead belongs to whoever made the call (sales.owned); if another team goes on with it, it changes hands.
    """

    team: Name
    """Team that makes the calls."""
    hours: Annotated[float, Measure("duration", above=0, high=60)] | None = None
    """Time of each person and week for it: every working day's share is due in the morning, and what is not done by
    night is not made up for. Left out: whatever time nothing else needs."""
    priority: int = Field(default=9, ge=1, le=9)
    """1 is most urgent, in one order with stages and tickets: 9 fills idle time, 1 goes before other work."""
    reserve: Headcount = 0
    """Calls are made only while more people than this are free in the team."""
    call: DurationLaw
    """Work of one call that reaches nobody, with what it takes to prepare and to note it."""
    reach: Share
    """Chance that a call becomes a conversation (contact rate)."""
    talk: DurationLaw | None = None
    """Further work of a conversation."""
    interest: Share
    """Chance that a conversation brings a lead; in a finite market, of those who are still free."""
    session: int = Field(default=10, ge=1, le=200)
    """Calls made in one go: meanwhile the person takes nothing else."""
    cost_per_lead: Money = 0.0
    """Cost of one lead beside the reps' time (lists, tools)."""


class WinBack(Leads):
    """Lost customers who come back as leads."""

    share: Share
    """Chance that a customer who left becomes a lead once more."""
    after: DurationLaw
    """Time from his leaving until he does."""
    mix: dict[Name, Share] = {}
    """Not to be given: who comes back is of the segment he was."""


class Market(Plan):
    """Everybody who could ever buy. Whoever is a customer, in the pipeline or cooling off cannot be won now."""

    size: Annotated[int, Field(ge=1, le=2_000_000)]
    """Possible customers, the present ones among them. Leads of all origins come at their rate times the share that is
    free."""
    cooling: DurationLaw | None = None
    """Time after which somebody who was lost, as a lead or as a customer, is free again; left out, he never is."""


class MarketingPlan(Plan):
    """All demand for what the company sells."""

    sources: dict[Name, Source] = Field(default={}, max_length=50)
    """Organic sources by name."""
    prospecting: dict[Name, Prospecting] = Field(default={}, max_length=10)
    """Outbound calling by name."""
    referred: Leads = Leads()
    """What leads are like that customers send (how many: see customers.telling)."""
    win_back: WinBack | None = None
    """Lost customers who become leads again; left out, none does."""
    market: Market | None = None
    """A limit to it all; left out, the market is endless."""

    @model_validator(mode="after")
    def _names_are_free(self) -> MarketingPlan:
        for name in (*self.sources, *self.prospecting):
            if name in _TAKEN:
                whose = "customers send" if name == "referred" else "come back"
                raise ValueError(f"'{name}' cannot name a source: leads that {whose} are told under that name")
        if both := [name for name in self.prospecting if name in self.sources]:
            raise ValueError(f"'{both[0]}' is the name of a source and of prospecting; give each its own")
        return self

    def origins(self) -> dict[str, Leads]:
        """What leads of each origin are like, by the name under which they are told, in the order of the codes."""
        last = {"won_back": self.win_back} if self.win_back else {}
        return {**self.sources, **self.prospecting, "referred": self.referred, **last}
