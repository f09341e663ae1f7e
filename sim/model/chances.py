"""How a stage is decided: what moves the odds, what is given for a yes, and why a no was one; it moves no lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.engine.streams import keyed
from sim.model.facts import LOSSES, ORIGINS
from sim.model.loyalty import odds

if TYPE_CHECKING:
    from sim.engine.server import Server
    from sim.engine.streams import Streams
    from sim.model.entities import Lead
    from sim.model.reputation import Reputation
    from sim.model.skills import Profile
    from sim.model.steps import Step
    from sim.model.target import Target
    from sim.scenario.loops import LoopsPlan
    from sim.scenario.sales import SalesPlan

DECLINED, TOO_LATE, QUESTION, HANDOVER, WORKLOAD, UNREACHED, NO_ROOM = range(len(LOSSES))
_PROSPECTING = ORIGINS.index("prospecting")
_DISCOUNT = 1 << 52
POOL = 4096


class Chances:
    """The odds of every decision in the pipeline."""

    def __init__(
        self,
        plan: SalesPlan,
        loops: LoopsPlan,
        streams: Streams,
        profiles: Mapping[Server, Profile],
        talents: Mapping[Server, float],
        target: Target | None,
        reputation: Reputation | None,
    ) -> None:
        """`profiles` say what people's skills do, `talents` [log-odds] how good they are by themselves."""
        self._plan = plan
        self._factor = None if plan.response.decay == "constant" else plan.response.factor
        self._profiles = profiles
        self._talents = talents
        self._target = target
        self._reputation = reputation
        self._returned = plan.nurture.fit if plan.nurture else 0.0
        discount = plan.discount
        stages = list(plan.stages)
        self._priced = stages.index(discount.stage) if discount else -1
        self._usual = streams.pool("sales.discount", discount.usual, POOL) if discount else []
        self._mean = discount.usual.expectation() if discount else 0.0
        pushing = loops.overselling
        self._pushes = pushing if pushing.on and target is not None and stages else None
        self.pushes = self._pushes is not None
        """Whether the pressure of the quota can move decisions."""
        self._bar = stages.index(pushing.stage) if pushing.stage in stages else 0
        self._last = len(stages) - 1

    def work_done(self, lead: Lead, step: Step, server: Server) -> None:
        """The last meeting of a stage is over: the price is on the table."""
        if step.place == self._priced:
            self._bargain(lead, step, server)

    def _bargain(self, lead: Lead, step: Step, server: Server) -> None:
        plan = self._plan.discount
        assert plan is not None
        given = self._usual[keyed(lead.key, _DISCOUNT + lead.rounds) & (POOL - 1)]
        if self._target is not None and plan.pressure:
            given += plan.pressure * self._target.lag()
        profile = self._profiles.get(server) if self._profiles else None
        if profile is not None:
            given *= profile.discount[step.kind]
        lead.discount = min(plan.most, given)
        lead.bargain = plan.odds * (lead.discount - self._mean)

    def thinks(self, lead: Lead, step: Step, server: Server) -> float:
        """Time the buyer thinks about it [h]: shorter with a seller he trusts."""
        thinking = step.thinking(lead)
        profile = self._profiles.get(server) if self._profiles and thinking else None
        return thinking if profile is None else thinking * profile.cycle[step.kind]

    def stays(self, lead: Lead, step: Step) -> bool:
        """Whether the work has left the lead one; a lowered bar keeps some that it should not; promises are made."""
        bar = 0.0
        if self._pushes is not None and step.place in (self._bar, self._last):
            assert self._target is not None
            lag = self._target.lag()
            bar = self._pushes.bar * lag if step.place == self._bar else 0.0
            promise = self._pushes.promise * lag if step.place == self._last else 0.0
            lead.push = bar + promise
        share = step.plan.disqualified
        if not share:
            return True
        u, fit = step.qualifies(lead), lead.fit + lead.rounds * self._returned
        if u >= odds(share, -fit):
            return True
        if bar and u >= odds(share, -fit - bar):
            lead.misfit = True
            return True
        return False

    def passes(self, lead: Lead, step: Step, server: Server | None) -> tuple[bool, int]:
        """Whether the buyer passes, and if not, why."""
        u, rate = step.decision(lead), step.plan.pass_rate
        effect = lead.fit + lead.odds + lead.handed + lead.load + lead.bargain
        if lead.rounds:
            effect += lead.rounds * self._returned
        if self._profiles:
            profile = self._profiles.get(server)  # type: ignore[arg-type]
            if profile is not None:
                effect += profile.odds[step.kind]
        if self._talents:
            effect += self._talents.get(server, 0.0)  # type: ignore[arg-type]
        if self._reputation is not None:
            effect += self._reputation.odds
        left = 1.0
        if (
            self._factor is not None
            and step.place == lead.entered
            and lead.wait is not None
            and lead.origin != _PROSPECTING
        ):
            left = self._factor(lead.wait)
        if u < odds(rate, effect) * left:
            return True, 0
        if lead.push and u < odds(rate, effect + lead.push) * left:
            lead.misfit = True
            return True, 0
        return False, self._why(lead, u, rate, effect + lead.push, left)

    @staticmethod
    def _why(lead: Lead, u: float, rate: float, effect: float, left: float) -> int:
        """What, had it been otherwise, would have won him: the first that would."""
        if left < 1.0 and u < odds(rate, effect):
            return TOO_LATE
        for what, reason in ((lead.odds, QUESTION), (lead.handed, HANDOVER), (lead.load, WORKLOAD)):
            if what < 0.0 and u < odds(rate, effect - what) * left:
                return reason
        return DECLINED
