"""The people of one team over time, and what each of them can do; it hires nobody by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine.units import WEEK
from sim.model.tenures import Tenure

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


_LEAST_LEFT = 0.1
"""Least share of their time that mentoring leaves to those who know the job."""


class Staff:
    """One team's people."""

    def __init__(
        self, team: Team, plan: TeamPlan, kinds: Kinds, profiles: dict[Server, Profile], talents: dict[Server, float]
    ) -> None:
        """`profiles` and `talents` are shared by all teams: what is set there is known to whoever asks."""
        self.team = team
        self.plan = plan
        self.filled = 0
        """Positions filled now."""
        self.hires = 0
        """Successors hired so far."""
        self.pressure: Pressure | None = None
        """What pressure does to the team; None without the loop."""
        self.standing: list[Callable[[], float]] = []
        """Tell the job-hours so far of what waits in the team's queue only for idle time: calls of its own."""
        self._kinds = kinds
        self._profiles = profiles
        self._talents = talents
        self.strain = 0.0
        """How far sustained occupancy lies above what people can bear; 0 without the loop of burnout."""
        self._slower = 1.0
        self._errors = 0.0
        self._mentoring = float(plan.ramp.mentoring) if plan.ramp else 0.0
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
        self._area -= tenure.joined
        self._set_pace(tenure, tenure.joined)

    def hire(self, position: Position, talent: Talent, speed: float, now: float) -> Tenure:
        """A successor comes, of this talent and this speed to begin with."""
        skills = None if position.skills is None else tuple(position.skills)
        # Whoever joins may take work up at once, at the pace of his skills.
        paces = self._paces(self._profile(position, 0.0))
        server = self.team.join(position.calendar, speed=speed, skills=skills, paces=paces)
        tenure = Tenure(server, position, now, talent)
        self.employ(tenure)
        self.hires += 1
        return tenure

    def dismiss(self, tenure: Tenure, now: float) -> None:
        """Somebody leaves."""
        self.team.leave(tenure.server)
        del self._tenures[tenure.server]
        self.filled -= 1
        self._area += now
        self.set_speeds()

    def employed(self, now: float) -> float:
        """Person-hours employed so far: filled positions integrated over the clock."""
        return self.filled * now + self._area

    def tire(self, strain: float, slower: float, errors: float) -> None:
        """The team is so strained from now on: work takes `slower` times as long, `errors` is taken off log-odds."""
        if strain == self.strain:
            return
        self.strain, self._slower, self._errors = strain, slower, errors
        for tenure in self._tenures.values():
            self._set_odds(tenure)
            self.set_speed(tenure)

    def _set_odds(self, tenure: Tenure) -> None:
        odds = tenure.odds - self._errors
        if odds:
            self._talents[tenure.server] = odds
        else:
            self._talents.pop(tenure.server, None)

    def set_speed(self, tenure: Tenure) -> None:
        """Look again at how fast somebody works."""
        knows = not math.isnan(tenure.ramped)
        tenure.work((self._drag() if knows and self._mentoring else 1.0) / self._slower)

    def set_speeds(self) -> None:
        """Somebody has come, gone or learned the job: that may change how fast the others work."""
        if self._mentoring:
            for tenure in self._tenures.values():
                self.set_speed(tenure)

    def _drag(self) -> float:
        """What mentoring leaves of the time of those who know the job."""
        newcomers = sum(math.isnan(tenure.ramped) for tenure in self._tenures.values())
        knowing = len(self._tenures) - newcomers
        return max(_LEAST_LEFT, 1.0 - self._mentoring * newcomers / knowing) if knowing else 1.0

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
