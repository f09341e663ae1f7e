"""Who carries which opportunity: keepers, handing over, what carrying many does to the odds; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.server import Server
    from sim.model.entities import Lead
    from sim.model.steps import Step
    from sim.scenario.sales import SalesPlan


def stands_in(keeper: Server | None) -> bool:
    """Whether somebody else only stands in for this keeper: he is away, and will be back."""
    return keeper is not None and keeper.employed and keeper.away


class Carrying:
    """The opportunities in people's hands."""

    def __init__(self, plan: SalesPlan) -> None:
        self._keeps = plan.owned
        self._handover = plan.handover
        self._load = plan.workload
        self._carried: dict[Server, int] = {}

    def keeper(self, lead: Lead, step: Step) -> Server | None:
        """Who of the stage's team keeps the lead, if anybody does who is still there."""
        keepers = lead.keepers
        if keepers is None or not self._keeps:
            return None
        server = keepers.get(step.team)
        return server if server is not None and server.employed else None

    def enter(self, lead: Lead, step: Step) -> None:
        """The lead comes to a stage: note what coming from another team costs the odds."""
        plan, before = self._handover, lead.owner
        planned = plan is not None and before is not None and before.team is not step.team
        lead.handed = plan.between_teams if plan is not None and planned else 0.0

    def extra(self, lead: Lead, step: Step) -> float:
        """Extra work [h] on the next visit: somebody who has not had the case gets to know it."""
        plan, before = self._handover, lead.owner
        if plan is None or plan.work is None or before is None:
            return 0.0
        gone = (lead.keepers or {}).get(step.team)
        left = self._keeps and gone is not None and not gone.employed
        return step.handover(lead, plan.work) if left or before.team is not step.team else 0.0

    def found(self, lead: Lead) -> None:
        """Somebody has found the lead by himself: it is his."""
        finder, lead.owner = lead.owner, None
        if finder is not None:
            self.carry(lead, finder)

    def carry(self, lead: Lead, server: Server) -> None:
        """Somebody has taken the lead up: he keeps it from now on."""
        before = lead.owner
        if self._load is not None:
            carried = self._carried
            if before is not None:
                carried[before] -= 1
            carried[server] = carried.get(server, 0) + 1
        lead.owner = server
        if lead.keepers is None:
            lead.keepers = {server.team: server}
            return
        if stands_in(lead.keepers.get(server.team)):
            return
        if self._handover is not None and self._keeps and before is not None:
            had, visit = lead.keepers.get(server.team, server), lead.visit
            # Whose work was put down at night has only been helped out, unless he was the keeper, or has left.
            if had is not server and (not had.employed or (visit is not None and visit.owner is had)):
                lead.handed += self._handover.owner_left
        lead.keepers[server.team] = server

    def worked(self, lead: Lead, server: Server) -> None:
        """The work of a stage is done: note what carrying so many was worth."""
        if self._load is not None:
            off = self._carried[server] / self._load.best - 1.0
            lead.load = -min(self._load.most, self._load.loss * off * off)

    def drop(self, lead: Lead) -> None:
        """Nobody carries the lead any more."""
        if self._load is not None and lead.owner is not None:
            self._carried[lead.owner] -= 1
        lead.owner = None
