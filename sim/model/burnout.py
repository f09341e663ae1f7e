"""What sustained pressure does to a team: strain builds up and fades with working time; it dismisses nobody."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.engine.units import DAY
from sim.model.facts import NAN

if TYPE_CHECKING:
    from sim.model.endurance import Endurance
    from sim.model.staff import Staff
    from sim.scenario.loops import Burnout as BurnoutPlan


FASTEST = 20.0
"""Most times as fast as usual that people quit, however strained they are."""


class Burnout:
    """One team under loop `burnout`, looked at once a day."""

    def __init__(self, plan: BurnoutPlan, staff: Staff, endurance: Endurance) -> None:
        """`endurance` is the clock by which the team's people quit."""
        self._plan = plan
        self._staff = staff
        self._endurance = endurance
        self._busy = self._on_duty = self._employed = 0.0
        self.occupancy = NAN
        """Smoothed occupancy; nan before the first day of work."""

    def look(self, now: float) -> None:
        """A day is over: a day of idleness rests, a day of pressure tires, a day off does neither."""
        plan, staff = self._plan, self._staff
        spent, employed = staff.team.snapshot(), staff.employed(now)
        busy, on_duty = spent.busy_hours - self._busy, spent.on_duty_hours - self._on_duty
        people = (employed - self._employed) / DAY
        self._busy, self._on_duty, self._employed = spent.busy_hours, spent.on_duty_hours, employed
        if on_duty > 0 and people > 0:
            today = busy / on_duty
            if math.isnan(self.occupancy):
                # What was before the clock started is not known. Nobody begins tired, or there would be a burst of
                # quits that nothing in the scenario has caused; and who has little to do does not begin near it.
                self.occupancy = min(plan.above, today)
            self.occupancy += (today - self.occupancy) * -math.expm1(-on_duty / people / plan.memory)
        strain = self.occupancy - plan.above if self.occupancy > plan.above else 0.0
        staff.strain(1.0 + plan.slower * strain, plan.errors * strain)
        self._endurance.run(min(FASTEST, math.exp(plan.quits * strain)))
