"""The people of one team over time, and what each of them can do; it hires nobody by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine.tally import Tally
from sim.engine.units import WEEK
from sim.model.facts import NAN
from sim.model.tenures import SLOWEST, Tenure, growth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.engine.server import Server
    from sim.engine.team import Team
    from sim.model.pressure import Pressure
    from sim.model.rota import Position
    from sim.model.skills import Kinds, Profile
    from sim.model.tenures import Talent
    from sim.scenario.careers import Training
    from sim.scenario.teams import TeamPlan

LEAST_LEFT = 0.1
"""Least share of their speed that mentoring leaves to those who know the job."""


class Staff:
    """One team's people."""

    def __init__(
        self, team: Team, plan: TeamPlan, kinds: Kinds, profiles: dict[Server, Profile], talents: dict[Server, float]
    ) -> None:
        """`profiles` and `talents` are shared by all teams: what is set there is known to whoever asks."""
        self.team = team
        self.plan = plan
        self.steps = growth(plan.ramp)
        """Productivity by time in the job [h]: who has reached the last step is no newcomer any more."""
        self.filled = 0
        """Positions filled now."""
        self.hires = 0
        """People hired so far."""
        self.absent = Tally()
        """Those who are away for a spell."""
        self.pressure: Pressure | None = None
        """What pressure does to the team; None without the loop."""
        self.standing: list[Callable[[], float]] = []
        """Tell the job-hours so far of what waits in the team's queue only for idle time: calls of its own."""
        self._kinds = kinds
        self._profiles = profiles
        self._talents = talents
        self._mentoring = float(plan.ramp.mentoring) if plan.ramp else 0.0
        self._newcomers = 0
        self._drag = 1.0  # what mentoring leaves of the speed of those who know the job
        self._slower = 1.0  # how many times as long work takes strained people ...
        self._errors = 0.0  # ... and what it takes off their log-odds
        self._area = 0.0
        self._tenures: dict[Server, Tenure] = {}
        self._known: dict[tuple[tuple[str, float], ...] | None, Profile] = {}

    @property
    def tenures(self) -> list[Tenure]:
        """Who is employed now, in order of joining."""
        return list(self._tenures.values())

    def employ(self, tenure: Tenure) -> None:
        """Somebody fills a position from the day he joins on."""
        self._tenures[tenure.server] = tenure
        self._set_odds(tenure)
        self.filled += 1
        self._newcomers += tenure.newcomer
        self._area -= tenure.joined
        self._set_pace(tenure, tenure.joined)
        self._mentor()

    def hire(self, position: Position, talent: Talent, now: float) -> Tenure:
        """Somebody of this talent comes, on the first step of the ramp; where it has but one he is no newcomer."""
        skills = None if position.skills is None else tuple(position.skills)
        learns, productivity = len(self.steps) > 1, self.steps[0][1]
        # Whoever joins may take work up at once, at the pace of his skills.
        paces = self._paces(self._profile(position, 0.0))
        speed = self._speed(talent[0], productivity, learns)
        server = self.team.join(position.calendar, speed=speed, skills=skills, paces=paces)
        tenure = Tenure(server, position, now, talent, NAN if learns else now)
        tenure.productivity = productivity
        self.employ(tenure)
        self.hires += 1
        return tenure

    def grow(self, tenure: Tenure, productivity: float) -> None:
        """A newcomer has grown into the job so far."""
        tenure.productivity = productivity
        self._set_speed(tenure)

    def settle(self, tenure: Tenure, now: float) -> None:
        """Somebody is no newcomer any more."""
        tenure.ramped = now
        self._newcomers -= 1
        self._set_speed(tenure)
        self._mentor()

    def pause(self, tenure: Tenure, now: float) -> None:
        """Somebody is away for a spell."""
        self.team.pause(tenure.server)
        self.absent.enter(now)

    def resume(self, tenure: Tenure, now: float) -> None:
        """Somebody is back."""
        self.absent.exit(now)
        self.team.resume(tenure.server)

    def dismiss(self, tenure: Tenure, now: float) -> None:
        """Somebody leaves."""
        if tenure.server.away:
            self.absent.exit(now)
        self.team.leave(tenure.server)
        del self._tenures[tenure.server]
        self.filled -= 1
        self._newcomers -= tenure.newcomer
        self._area += now
        self._mentor()

    def strain(self, slower: float, errors: float) -> None:
        """From now on work takes so many times as long, and so much is off everybody's log-odds."""
        if (slower, errors) == (self._slower, self._errors):
            return
        self._slower, self._errors = slower, errors
        for tenure in self._tenures.values():
            self._set_odds(tenure)
            self._set_speed(tenure)

    def employed(self, now: float) -> float:
        """Person-hours employed so far: filled positions integrated over the clock."""
        return self.filled * now + self._area

    def set_paces(self, now: float) -> None:
        """Look again at what everybody can do: training and pressure have gone on."""
        for tenure in self._tenures.values():
            self._set_pace(tenure, now)
        if self.pressure is not None and self._tenures:
            profiles = [self._profiles.get(server) for server in self._tenures]
            skilled = [profile.paces for profile in profiles if profile is not None]
            plain = len(profiles) - len(skilled)
            means = [(plain + sum(paces)) / len(profiles) for paces in zip(*skilled, strict=True)]
            self.pressure.paces = means or None

    def _mentor(self) -> None:
        """Newcomers take the time of those who know the job, who bear it evenly."""
        knowing = self.filled - self._newcomers
        if self._mentoring and knowing:
            drag = max(LEAST_LEFT, 1.0 - self._mentoring * self._newcomers / knowing)
            if drag != self._drag:
                self._drag = drag
                for tenure in self._tenures.values():
                    self._set_speed(tenure)

    def _speed(self, pace: float, productivity: float, newcomer: bool) -> float:
        """How fast somebody works, whatever the kind of work."""
        return max(SLOWEST, productivity) * pace * (1.0 if newcomer else self._drag) / self._slower

    def _set_speed(self, tenure: Tenure) -> None:
        tenure.server.speed = self._speed(tenure.pace, tenure.productivity, tenure.newcomer)

    def _set_odds(self, tenure: Tenure) -> None:
        odds = tenure.odds - self._errors
        if odds:
            self._talents[tenure.server] = odds
        else:
            self._talents.pop(tenure.server, None)

    def _set_pace(self, tenure: Tenure, now: float) -> None:
        server, profile = tenure.server, self._profile(tenure.position, now - tenure.joined)
        if not profile.plain:
            self._profiles[server] = profile
        elif self._profiles:
            self._profiles.pop(server, None)
        server.paces = self._paces(profile)

    def _profile(self, position: Position, time: float) -> Profile:
        """What the skills of whoever fills a position do, so long [h] after his first day."""
        skills = position.skills
        if self.plan.training is not None:
            skills = trained(skills or {}, self.plan.training, time)
        key = None if skills is None else tuple(skills.items())
        profile = self._known.get(key)
        if profile is None:
            profile = self._known[key] = self._kinds.profile(skills)
        return profile

    def _paces(self, profile: Profile) -> tuple[float, ...] | None:
        """Speed by kind of work; None where nothing differs."""
        if profile.plain and self.pressure is None:
            return None
        factor = 1.0 if self.pressure is None else self.pressure.factor
        # Pressure on the desk touches the kinds of service work alone: not place 0, and no selling.
        paces, served = profile.paces, self._kinds.first_selling
        return (paces[0], *(pace / factor for pace in paces[1:served]), *paces[served:])


def trained(skills: Mapping[str, float], plan: Training, time: float) -> dict[str, float]:
    """Skills after so long [h] of the week's training: the gap to the ceiling shrinks exponentially with hours trained.

    Looked at in whole weeks, so that colleagues who came together stay equal. Who is above the ceiling stays there.
    """
    start = skills.get(plan.skill, 1.0)
    hours = math.floor(time / WEEK + 1e-9) * plan.hours
    left = math.exp(-hours / plan.takes)
    return {**skills, plan.skill: max(start, plan.ceiling - (plan.ceiling - start) * left)}
