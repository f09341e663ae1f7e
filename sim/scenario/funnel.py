"""What one lead comes to on average: stages reached, meetings, hours of work, win; plain arithmetic on the plans.

Everybody is served at once, but for the wait until the doors open; nobody is behind a quota, carries too much or asks a
question. It knows neither how many leads come nor who works them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sim.scenario.newcomers import productivity
from sim.scenario.selling import SellingSkill
from sim.scenario.week import until_open

if TYPE_CHECKING:
    from sim.engine.arrivals import Profile
    from sim.scenario.marketing import Leads
    from sim.scenario.sales import Stage
    from sim.scenario.scenario import Scenario

Selling = Literal["stage", "prospecting", "follow_up"]
_Effect = Literal["activity", "odds", "cycle", "discount"]


@dataclass(slots=True)
class Passage:
    """What one lead of an origin comes to, all rounds of nurture together."""

    entries: dict[str, float] = field(default_factory=dict)
    """Entries into each stage."""
    tries: dict[str, float] = field(default_factory=dict)
    """Meetings held and not held, in each stage."""
    hours: dict[str, float] = field(default_factory=dict)
    """Hours of work in each stage, of a fully productive person."""
    worked: dict[str, float] = field(default_factory=dict)
    """Times that the work of a stage is done and the buyer thinks about it."""
    since: dict[str, float] = field(default_factory=dict)
    """Time [h] from coming until each stage is entered, on average over the entries."""
    won: float = 0.0
    """Chance to be won in the end."""
    won_after: float = 0.0
    """Time [h] from coming until won, of those who are."""
    lost_after: float = 0.0
    """Time [h] from coming until lost for good, of the others."""
    segments: dict[str, float] = field(default_factory=dict)
    """Share of each segment among those who are won."""


@dataclass(frozen=True, slots=True)
class _Station:
    """A stage, whoever comes to it: per entry."""

    name: str
    stage: Stage
    met: float
    """Chance that all its meetings come about."""
    tries: float
    hours: float
    time: float
    """Time [h] until decided."""
    odds: float
    """What skills add to the log-odds of passing."""


def moved(chance: float, log_odds: float) -> float:
    """A chance moved by log-odds; 0 and 1 stay."""
    if log_odds == 0 or not 0 < chance < 1:
        return float(chance)
    rate = min(max(float(chance), 1e-12), 1 - 1e-12)
    odds = rate / (1 - rate) * math.exp(min(max(log_odds, -50.0), 50.0))
    return odds / (1 + odds)


class Funnel:
    """The stages of a scenario, as leads pass through them on paper."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        sales = scenario.sales
        self._stations = [_station(scenario, name) for name in sales.stages] if sales else []
        self._places = {station.name: place for place, station in enumerate(self._stations)}

    def entry(self, leads: Leads) -> int:
        """Place of the stage in which they come in."""
        return self._places.get(leads.enters, 0) if leads.enters else 0

    def win_rate(self, fit: float, entry: int = 0, kept: float = 1.0) -> float:
        """Chance that a lead of this fit (log-odds) passes all stages; of his chances in the first he keeps so much."""
        return self._through(Passage(), fit, entry, kept, 1.0, 0.0)[0]

    def passage(self, leads: Leads, kept: float = 1.0, suits: float = 0.0) -> Passage:
        """What a lead of this origin comes to; `suits` is added to the log-odds of its stages."""
        found, entry, fit = Passage(), self.entry(leads), leads.fit.expectation() + suits
        nurture = self._scenario.sales.nurture if self._scenario.sales else None
        share, rounds, begun = 1.0, 1 + (nurture.times if nurture else 0), 0.0
        for number in range(rounds):
            more = number * (nurture.fit if nurture else 0.0)
            won, declined, after = self._through(found, fit + more, entry, kept, share, begun)
            found.won += won
            share = declined * (nurture.lost if nurture else 0.0) if number + 1 < rounds else 0.0
            if share < 1e-9 or nurture is None:
                break
            # Who comes back is not lost for good yet.
            found.lost_after -= share * after
            begun = after + nurture.after.expectation()
        for name, entries in found.entries.items():
            found.since[name] /= max(entries, 1e-12)
        found.won_after /= max(found.won, 1e-12)
        found.lost_after = max(0.0, found.lost_after) / max(1.0 - found.won, 1e-12)
        return found

    def _through(
        self, found: Passage, fit: float, entry: int, kept: float, share: float, begun: float
    ) -> tuple[float, float, float]:
        """One round of a share of leads, begun so long [h] after they came, added to what is found; the shares that are
        won and that have said no, and when the latter did."""
        declined = refused = 0.0
        before, now = "", begun
        handover = self._scenario.sales.handover if self._scenario.sales else None
        for place, station in enumerate(self._stations[entry:]):
            name, stage = station.name, station.stage
            hours, odds = station.hours, station.odds + fit
            if handover is not None and before not in ("", stage.team):
                odds += handover.between_teams
                if handover.work is not None:
                    hours += handover.work.expectation() / pace(self._scenario, stage.team, "stage", name)
            stays = share * station.met * (1.0 - moved(stage.disqualified, -fit))
            for what, amount in (
                (found.entries, share), (found.tries, share * station.tries), (found.hours, share * hours),
                (found.worked, stays), (found.since, share * now),
            ):  # fmt: skip
                what[name] = what.get(name, 0.0) + amount
            now += station.time
            passed = stays * moved(stage.pass_rate, odds) * (kept if place == 0 else 1.0)
            found.lost_after += (share - passed) * now
            declined, refused = declined + stays - passed, refused + (stays - passed) * now
            share, before = passed, stage.team
        found.won_after += share * now
        return share, declined, refused / declined if declined > 0 else now


def _station(scenario: Scenario, name: str) -> _Station:
    sales = scenario.sales
    assert sales is not None
    stage, speed = sales.stages[name], pace(scenario, sales.stages[name].team, "stage", name)
    way = sales.interactions.get(stage.interaction) if stage.interaction else None
    missed = way.no_show if way else 0.0
    reached = 1.0 - missed**way.attempts if way else 1.0
    begun = sum(reached**number for number in range(stage.meetings))
    tries = begun * reached / (1.0 - missed)
    hours = begun * reached * stage.work.expectation()
    time = hours
    thinking = stage.thinking.expectation() if stage.thinking else 0.0
    time += thinking * mean(scenario, stage.team, _telling(scenario, "stage", name), "cycle")
    if stage.between is not None:
        time += (begun - 1.0) * stage.between.expectation()
    road = 0.0
    if way is not None:
        vain = tries - begun * reached
        hours += vain * way.wasted + tries * (way.preparation.expectation() if way.preparation else 0.0)
        road = tries * (way.travel.expectation() if way.travel else 0.0)
        notice = way.notice.expectation() if way.notice else 0.0
        time += begun * notice + (tries - begun) * (way.again.expectation() if way.again else notice)
    odds = mean(scenario, stage.team, _telling(scenario, "stage", name), "odds")
    return _Station(name, stage, reached**stage.meetings, tries, hours / speed + road, max(0.0, time), odds)


def pace(scenario: Scenario, team: str, part: Selling, name: str) -> float:
    """Mean speed of a team's people at a kind of selling work; 1 is standard."""
    skilled = mean(scenario, team, _telling(scenario, part, name), "activity")
    return max(1e-6, skilled * productivity(scenario, team))


def interest(scenario: Scenario, name: str) -> float:
    """Chance that a conversation of this prospecting brings a lead, with the skills of those who call."""
    plan = scenario.demand().prospecting[name]
    return moved(plan.interest, mean(scenario, plan.team, _telling(scenario, "prospecting", name), "odds"))


def discount(scenario: Scenario) -> float:
    """Mean discount without pressure, with the skills of those who negotiate."""
    plan = scenario.sales.discount if scenario.sales else None
    if plan is None or scenario.sales is None or plan.stage not in scenario.sales.stages:
        return 0.0
    team = scenario.sales.stages[plan.stage].team
    given = plan.usual.expectation() * mean(scenario, team, _telling(scenario, "stage", plan.stage), "discount")
    return min(float(plan.most), given)


def _telling(scenario: Scenario, part: Selling, name: str) -> dict[str, SellingSkill]:
    """The skills that tell in one kind of selling work."""
    known = scenario.sales.skills if scenario.sales else {}
    return {
        skill: plan for skill, plan in known.items() if not plan.stages or (part == "stage" and name in plan.stages)
    }


def mean(scenario: Scenario, team: str, told: Mapping[str, SellingSkill], what: _Effect) -> float:
    """Mean over the people of a team of what their skills do: a factor, or of odds what they add."""
    plan = scenario.teams.get(team)
    if plan is None or not told:
        return 0.0 if what == "odds" else 1.0
    heads = plan.heads_by_part() if plan.groups else {}
    sets = {name: group.skills for name, group in plan.groups.items()} if plan.groups else {"": plan.skills}
    total = people = 0.0
    for part, skills in sets.items():
        effect = 0.0 if what == "odds" else 1.0
        for skill, worth in told.items():
            proficiency = float((skills or {}).get(skill, 1.0))
            if what == "odds":
                effect += worth.odds * (proficiency - 1.0)
            else:
                power = getattr(worth, what)
                effect *= proficiency ** (power if what == "activity" else -power)
        total, people = total + effect * heads.get(part, 1), people + heads.get(part, 1)
    return total / people if people else 0.0 if what == "odds" else 1.0


def cooling(scenario: Scenario, leads: Leads, profile: Profile | None = None) -> float:
    """Share of their chances that leads keep on average while they wait for the team of their first stage to open."""
    sales = scenario.sales
    if sales is None or not sales.stages or sales.response.decay == "constant":
        return 1.0
    first = sales.stages.get(leads.enters or "") or next(iter(sales.stages.values()))
    way = sales.interactions.get(first.interaction) if first.interaction else None
    windows = scenario.teams[first.team].open_hours(scenario.clock.hours) if first.team in scenario.teams else ()
    if not windows or (way is not None and way.notice is not None):
        return 1.0
    weights = profile.weights() if profile else [1.0] * 168
    waits = [until_open(hour + 0.5, windows) for hour in range(168)]
    kept = sum(weight * sales.response.factor(wait) for weight, wait in zip(weights, waits, strict=True))
    return float(kept / sum(weights))
