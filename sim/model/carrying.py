"""Who carries which opportunity: keepers, handing over, what carrying many does to the odds; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.server import Server
    from sim.model.entities import Lead
    from sim.model.steps import Step
    from sim.model.visits import Visit
    from sim.scenario.sales import SalesPlan


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

    def take_over(self, lead: Lead, step: Step) -> float:
        """The lead comes to a stage: note what changing hands costs the odds, and return the extra work [h]."""
        lead.handed = 0.0
        plan, before = self._handover, lead.owner
        if plan is None or before is None:
            return 0.0
        if before.team is not step.team:
            lead.handed += plan.between_teams
        gone = (lead.keepers or {}).get(step.team)
        left = self._keeps and gone is not None and not gone.employed
        if left:
            lead.handed += plan.owner_left
        return step.handover(lead, plan.work) if left or before.team is not step.team else 0.0

    def carry(self, lead: Lead, server: Server | None) -> None:
        """Somebody has taken the lead up: he keeps it from now on."""
        if server is None:
            return
        if self._load is not None:
            carried = self._carried
            if lead.owner is not None and lead.owner in carried:
                carried[lead.owner] -= 1
            carried[server] = carried.get(server, 0) + 1
        lead.owner = server
        if lead.keepers is None:
            lead.keepers = {server.team: server}
        else:
            lead.keepers[server.team] = server

    def worked(self, lead: Lead, visit: Visit, step: Step) -> None:
        """The work of a stage is done: note what it was worth by whose hands it was done."""
        owner = visit.owner
        if owner is not None and owner is not visit.server and self._handover is not None:
            lead.handed += self._handover.owner_left
        if self._load is not None and visit.server is not None:
            off = self._carried.get(visit.server, 0) / self._load.best - 1.0
            lead.load = -min(self._load.most, self._load.loss * off * off)

    def drop(self, lead: Lead) -> None:
        """Nobody carries the lead any more."""
        if self._load is not None and lead.owner is not None and lead.owner in self._carried:
            self._carried[lead.owner] -= 1
        lead.owner = None
