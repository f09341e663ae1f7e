"""What sustained pressure does to a team: strain builds up and fades with working time; it dismisses nobody."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model.endurance import Endurance
    from sim.model.staff import Staff
    from sim.scenario.loops import Burnout as BurnoutPlan


class Burnout:
    """One team under loop `burnout`, looked at once a day."""

    def __init__(self, plan: BurnoutPlan, staff: Staff, endurance: Endurance) -> None:
        self._plan = plan
        self._staff = staff
        self._endurance = endurance
        self._busy = 0.0
        self._on_duty = 0.0
        self.occupancy = plan.above
        """Smoothed occupancy. It begins where it can just be borne: the team's past is not known, and a start above
        would be a burst of quits that nothing in the scenario has caused."""

    def look(self) -> None:
        """A day is over: a day of idleness rests, a day of pressure tires, a day off does neither."""
        plan, spent = self._plan, self._staff.team.snapshot()
        busy, on_duty = spent.busy_hours - self._busy, spent.on_duty_hours - self._on_duty
        self._busy, self._on_duty = spent.busy_hours, spent.on_duty_hours
        if on_duty > 0 and self._staff.filled:
            closed = -math.expm1(-on_duty / self._staff.filled / plan.memory)
            self.occupancy += (busy / on_duty - self.occupancy) * closed
        strain = max(0.0, self.occupancy - plan.above)
        self._staff.strain(1.0 + plan.slower * strain, plan.errors * strain)
        self._endurance.run(math.exp(plan.quits * strain))
