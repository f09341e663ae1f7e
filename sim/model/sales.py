"""The department that turns leads into customers: stages worked by teams, buyers who decide; it keeps no customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.timer import call_after
from sim.model.entities import Lead, Visit, variant
from sim.model.facts import NAN, OUTCOMES
from sim.model.loyalty import odds

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.team import Team
    from sim.model.journal import Journal
    from sim.scenario.loops import LoopsPlan
    from sim.scenario.sales import SalesPlan

_OPEN, _WON, _LOST, _EXPIRED, _DISQUALIFIED = range(len(OUTCOMES["leads"]))
_UNDECIDED, _PASSED, _FAILED, _GONE, _HELD, _MISSED, _SENT_AWAY = range(len(OUTCOMES["visits"]))


class Sales:
    """The pipeline. Inlets: accept, hear. Outlets: on_question, on_win, on_work (so much work [h] has come to a team).
    It is the desk of its teams' visits."""

    def __init__(
        self, env: Environment, plan: SalesPlan, loops: LoopsPlan, teams: dict[str, Team], journal: Journal
    ) -> None:
        self.on_question: Callable[[Lead], None] | None = None
        self.on_work: Callable[[str, float], None] | None = None
        self.on_win: Callable[[Lead], None] | None = None
        self._env = env
        self._plan = plan
        self._stages = list(plan.stages.values())
        self._teams = [teams[stage.team] for stage in self._stages]
        # A lead is not on the line: where a team serves as well, a caller of the same priority goes first.
        self._kinds = [variant(Visit, priority=s.priority + 0.5, reserve=s.reserve) for s in self._stages]
        codes = {name: code for code, name in enumerate(teams)}
        self._team_codes = [codes[stage.team] for stage in self._stages]
        asking = plan.questions
        self._asking = asking
        self._asks_at = list(plan.stages).index(asking.stage) if asking else -1
        self._hears = loops.presale.on
        self.visits = 0
        self._open: dict[int, Lead] = {}
        self._write_lead = journal.writer("leads")
        self._write_visit = journal.writer("visits")

    def accept(self, lead: Lead) -> None:
        """Take up a new lead: it waits for the first stage's team, or is won at once where there are no stages."""
        self._open[lead.number] = lead
        if self._stages:
            self._ask_for(lead, 0, None)
        else:
            lead.first_touch = lead.created
            self._close(lead, _WON)

    def _ask_for(self, lead: Lead, stage: int, last: Visit | None) -> None:
        visit = self._kinds[stage](self, lead, stage, lead.steps[3 * stage + 1])
        lead.stage, lead.visit, lead.odds = stage, visit, 0.0
        if last is None:
            if self._plan.expiry is not None:
                visit.patience = lead.expiry
        elif self._plan.owned and self._teams[stage] is self._teams[stage - 1]:
            visit.owner = last.server
        self.visits += 1
        if self.on_work:
            self.on_work(self._stages[stage].team, visit.work)
        self._teams[stage].submit(visit)

    def started(self, visit: Visit) -> None:
        """A person takes the visit up; the first one of a lead ends its wait."""
        if visit.stage == 0:
            visit.lead.first_touch = self._env.now

    def finished(self, visit: Visit) -> None:
        """The work is done: the buyer thinks, and may ask a question first."""
        lead, stage = visit.lead, visit.stage
        thinking = lead.steps[3 * stage + 2]
        lead.waits_for = 1
        if stage == self._asks_at and self._asking and lead.asks < self._asking.share and self.on_question:
            if self._hears:
                lead.waits_for = 2
            self.on_question(lead)
        if thinking > 0:
            call_after(self._env, thinking, self._settle, lead)
        else:
            self._settle(lead)

    def hear(self, lead: Lead, answered: bool) -> None:
        """The buyer has (or will never have) the answer to his question; off with loop presale."""
        if self._hears and self._asking and lead.waits_for:
            lead.odds = self._asking.answered if answered else self._asking.unanswered
            self._settle(lead)

    def abandoned(self, visit: Visit) -> None:
        """The lead expired unanswered."""
        self._record(visit, self._env.now, _GONE)
        self._close(visit.lead, _EXPIRED)

    def overdue(self, visit: Visit) -> None:
        """Visits have no deadline."""

    def blocked(self, visit: Visit) -> None:
        """No room for the lead: lost."""
        self._record(visit, self._env.now, _FAILED)
        self._close(visit.lead, _LOST)

    def disconnected(self, visit: Visit) -> None:
        """Nobody waits on the line for a visit: it is put down at night."""

    def _settle(self, lead: Lead) -> None:
        """One of the things the decision waits for has happened; with the last one the buyer decides."""
        lead.waits_for -= 1
        if lead.waits_for:
            return
        visit, stage = lead.visit, lead.stage
        assert visit is not None
        chance = odds(self._stages[stage].pass_rate, lead.fit + lead.odds)
        if stage == 0 and visit.started is not None:
            chance *= self._plan.response.factor(visit.started - lead.created)
        passed = lead.steps[3 * stage] < chance
        self._record(visit, self._env.now, _PASSED if passed else _FAILED)
        if not passed:
            self._close(lead, _LOST)
        elif stage + 1 < len(self._stages):
            self._ask_for(lead, stage + 1, visit)
        else:
            self._close(lead, _WON)

    def _close(self, lead: Lead, outcome: int) -> None:
        del self._open[lead.number]
        lead.visit = None
        self._enter_lead(lead, self._env.now, outcome)
        if outcome == _WON and self.on_win:
            self.on_win(lead)

    def close_books(self) -> None:
        """Write down what is still open at the horizon."""
        for lead in self._open.values():
            self._enter_lead(lead, NAN, _OPEN)
            if lead.visit is not None:
                self._record(lead.visit, NAN, _UNDECIDED)

    def _enter_lead(self, lead: Lead, closed: float, outcome: int) -> None:
        self._write_lead(
            (
                lead.number,
                lead.source,
                lead.created,
                lead.value,
                lead.fit,
                NAN if lead.first_touch is None else lead.first_touch,
                outcome,
                closed,
                lead.stage if self._stages else NAN,
                NAN if lead.referrer is None else lead.referrer.number,
                NAN,
                0,
                0.0,
                0.0,
                0,
            )
        )

    def _record(self, visit: Visit, decided: float, outcome: int) -> None:
        done, started, ended = visit.state == "done", visit.started, visit.ended
        self._write_visit(
            (
                visit.lead.number,
                visit.stage,
                self._team_codes[visit.stage],
                visit.arrived,
                NAN if started is None else started,
                ended if done and ended is not None else NAN,
                visit.handled if done else NAN,
                decided,
                outcome,
                NAN if visit.server is None else visit.server.index,
                1,
                0,
            )
        )
