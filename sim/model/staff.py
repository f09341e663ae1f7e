"""The filled positions of one team over time, and what each person can do; it hires nobody by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine.units import WEEK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.server import Server
    from sim.engine.team import Team
    from sim.model.pressure import Pressure
    from sim.model.rota import Position
    from sim.model.skills import Kinds, Profile
    from sim.scenario.teams import TeamPlan, Training


class Staff:
    """One team's people."""

    def __init__(self, team: Team, plan: TeamPlan, kinds: Kinds, profiles: dict[Server, Profile]) -> None:
        """`profiles` is shared by all teams: what is set there is known to whoever asks."""
        self.team = team
        self.plan = plan
        self.filled = 0
        """Positions filled now."""
        self.hires = 0
        """Successors hired so far."""
        self.pressure: Pressure | None = None
        """What pressure does to the team; None without the loop."""
        self._kinds = kinds
        self._profiles = profiles
        self._area = 0.0
        self._since: dict[Server, tuple[Position, float]] = {}
        self._known: dict[tuple[tuple[str, float], ...] | None, Profile] = {}

    def employ(self, server: Server, position: Position, now: float) -> None:
        """Somebody fills a position from now [h] on."""
        self._since[server] = (position, now)
        self.filled += 1
        self._area -= now
        self._set_pace(server, now)

    def hire(self, position: Position, speed: float, now: float) -> Server:
        """A successor comes, of this productivity."""
        skills = None if position.skills is None else tuple(position.skills)
        server = self.team.join(position.calendar, speed=speed, skills=skills)
        self.employ(server, position, now)
        self.hires += 1
        return server

    def dismiss(self, server: Server, now: float) -> None:
        """Somebody leaves."""
        self.team.leave(server)
        del self._since[server]
        self.filled -= 1
        self._area += now

    def employed(self, now: float) -> float:
        """Person-hours employed so far: filled positions integrated over the clock."""
        return self.filled * now + self._area

    def set_paces(self, now: float) -> None:
        """Look again at what everybody can do: training and pressure have gone on."""
        for server in self._since:
            self._set_pace(server, now)
        if self.pressure is not None and self._since:
            profiles = [self._profiles.get(server) for server in self._since]
            skilled = [profile.paces for profile in profiles if profile is not None]
            plain = len(profiles) - len(skilled)
            if skilled:
                self.pressure.paces = [(plain + sum(paces)) / len(profiles) for paces in zip(*skilled, strict=True)]

    def _set_pace(self, server: Server, now: float) -> None:
        position, since = self._since[server]
        skills = position.skills
        if self.plan.training is not None:
            skills = trained(skills or {}, self.plan.training, now - since)
        key = None if skills is None else tuple(skills.items())
        profile = self._known.get(key)
        if profile is None:
            profile = self._known[key] = self._kinds.profile(skills)
        if not profile.plain:
            self._profiles[server] = profile
        factor = 1.0 if self.pressure is None else self.pressure.factor
        if not profile.plain or self.pressure is not None:
            # Pressure on the desk touches the kinds of service work alone: not place 0, and no selling.
            paces, served = profile.paces, self._kinds.first_selling
            server.paces = (paces[0], *(pace / factor for pace in paces[1:served]), *paces[served:])


def trained(skills: Mapping[str, float], plan: Training, time: float) -> dict[str, float]:
    """Skills after so long [h] of the week's training: the gap to the ceiling shrinks exponentially with hours trained.

    Looked at in whole weeks, so that colleagues who came together stay equal. Who is above the ceiling stays there.
    """
    start = skills.get(plan.skill, 1.0)
    hours = math.floor(time / WEEK + 1e-9) * plan.hours
    left = math.exp(-hours / plan.takes)
    return {**skills, plan.skill: max(start, plan.ceiling - (plan.ceiling - start) * left)}
