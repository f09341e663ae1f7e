"""Which feedback is switched on; off means exactly no effect, whatever the other plans say."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.engine.quantities import Duration, Measure, Share
from sim.scenario.hiring import HiringRule
from sim.scenario.plan import Name, Plan


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


class Overselling(Plan):
    """Quota pressure lets poor fits through and makes promises that cannot be kept.

    Both push the log-odds of a decision up in proportion to the quota's lag (see sales.quota). Whoever would have said
    no or been sent away without the push, and is won nevertheless, is a poor fit: he needs more help and leaves sooner.
    """

    on: bool = False
    """Whether the loop acts."""
    bar: Annotated[float, Measure("number", low=0, high=20)] = 2.0
    """Log-odds by which the bar of qualification is lowered per unit of lag."""
    stage: Name | None = None
    """Stage that qualifies; left out, the first."""
    promise: Annotated[float, Measure("number", low=0, high=20)] = 2.0
    """Log-odds that promises bring in the last stage per unit of lag."""
    tickets: Annotated[float, Measure("number", low=1, high=20)] = 2.0
    """How many times as often a poor fit needs help (per_customer)."""
    leaving: Annotated[float, Measure("number", low=1, high=50)] = 2.5
    """How many times as fast a poor fit leaves."""


class Reputation(Plan):
    """What customers feel becomes what is said of the company, and that brings inbound leads or keeps them away.

    Reputation R follows the mean satisfaction of live customers with a lag; organic sources bring
    exp(strength x (R - reference)) times their rate.
    """

    on: bool = False
    """Whether the loop acts."""
    time: Annotated[Duration, Field(gt=0)] = 4383.0
    """Time in which reputation follows satisfaction (1/e of a gap is left)."""
    reference: Share = 0.7
    """Reputation at which sources bring what they say; it also is the reputation at the start."""
    strength: Annotated[float, Measure("number", low=0, high=20)] = 1.0
    """Elasticity of inbound demand: with 1, ten points of reputation change it by about 10 %."""
    most: Annotated[float, Measure("number", low=1, high=10)] = 2.0
    """Most by which reputation multiplies demand."""
    odds: Annotated[float, Measure("number", low=0, high=20)] = 0.0
    """Added to the log-odds of every stage per unit of reputation above the reference."""


class Burnout(Plan):
    """Sustained occupancy above a threshold tires: tired people work slower, err more and quit sooner.

    Strain is how far a team's occupancy, smoothed over `memory` of working time, lies above the threshold. Quits come
    at turnover x exp(quits x strain), work takes (1 + slower x strain) times as long, and the log-odds of resolving a
    need or passing a stage fall by errors x strain. Teams that sell and teams that serve tire alike.
    """

    on: bool = False
    """Whether the loop acts."""
    above: Annotated[float, Measure("share", low=0, high=0.999)] = 0.85
    """Occupancy that people can bear for good."""
    memory: Annotated[float, Measure("duration", low=8.0)] = 160.0
    """Working time in which strain builds up and fades (1/e of a gap is left); 160 h are four weeks of 40."""
    quits: Annotated[float, Measure("number", low=0, high=100)] = 8.0
    """By how much strain raises the logarithm of the rate of quitting; with 8, at 95 % they quit 2.2 times as fast (at
    most 20 times, however strained)."""
    slower: Annotated[float, Measure("number", low=0, high=20)] = 0.5
    """By how much strain lengthens work: with 0.5, at 95 % it takes 5 % longer."""
    errors: Annotated[float, Measure("number", low=0, high=100)] = 3.0
    """Log-odds lost per unit of strain."""


class Hiring(Plan):
    """Headcount follows the business, team by team; teams that are not named keep theirs."""

    on: bool = True
    """Whether the loop acts."""
    teams: Annotated[dict[Name, HiringRule], Field(max_length=100)] = {}
    """How each team's headcount is decided."""


class LoopsPlan(Plan):
    """The feedback loops, one switch each."""

    retention: Loop = Loop()
    """Satisfaction moves the rates of leaving and of paying more or less; off, all behave as the neutral customer."""
    referral: Loop = Loop()
    """Customers bring leads and keep some away; off, nobody does."""
    presale: Loop = Loop()
    """Answers to pre-sale questions move the odds; off, questions are asked but change nothing."""
    failure_demand: Loop = Loop()
    """Unresolved needs come back as new work, and bad experiences as complaints; off, they do not."""
    overselling: Overselling = Overselling()
    """Quota pressure lets poor fits through; off, every decision is what it would be without pressure."""
    reputation: Reputation = Reputation()
    """Satisfaction moves inbound demand; off, sources bring what they say."""
    shortcuts: Shortcuts = Shortcuts()
    """Pressure shortens handling; off, work takes the time it takes."""
    burnout: Burnout = Burnout()
    """Sustained occupancy tires people; off, it does not."""
    hiring: Hiring = Hiring()
    """Headcount follows plans, ratios or revenue; off, teams keep the positions they have."""
