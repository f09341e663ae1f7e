"""The department that turns leads into customers: stages worked by teams, buyers who decide; it keeps no customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sim.engine.streams import keyed, keyed_uniform
from sim.engine.timer import call_after
from sim.model.chances import NO_ROOM, UNREACHED
from sim.model.entities import Lead
from sim.model.facts import NAN, ORIGINS, OUTCOMES

if TYPE_CHECKING:
    from simpy import Environment

    from sim.engine.streams import Streams
    from sim.model.book import Book
    from sim.model.carrying import Carrying
    from sim.model.chances import Chances
    from sim.model.steps import Step
    from sim.model.target import Target
    from sim.model.visits import Visit
    from sim.scenario.loops import LoopsPlan
    from sim.scenario.sales import SalesPlan

_OPEN, _WON, _LOST, _EXPIRED, _DISQUALIFIED = range(len(OUTCOMES["leads"]))
_UNDECIDED, _PASSED, _FAILED, _GONE, _HELD, _MISSED, _SENT_AWAY = range(len(OUTCOMES["visits"]))
_PROSPECTING = ORIGINS.index("prospecting")
_FEE, _COMES_BACK, _WHEN = range(1 << 53, (1 << 53) + 3)
POOL = 4096
"""Values of a law that are drawn in advance, to be picked by key."""


class Sales:
    """The pipeline. Inlets: accept, hear. Outlets: on_question, on_win, on_loss (a lead is lost for good), on_work (a
    team has been given work of a kind, so much [h], and so much road). It is the desk of its teams' visits."""

    def __init__(
        self,
        env: Environment,
        streams: Streams,
        plan: SalesPlan,
        loops: LoopsPlan,
        steps: list[Step],
        entries: Sequence[int],
        chances: Chances,
        carrying: Carrying,
        target: Target | None,
        book: Book,
    ) -> None:
        """`entries` are the places of the stages in which leads come in, by code of the source."""
        self.on_question: Callable[[Lead], None] | None = None
        self.on_work: Callable[[str, int, float, float], None] | None = None
        self.on_win: Callable[[Lead], None] | None = None
        self.on_loss: Callable[[Lead], None] | None = None
        self._env = env
        self._plan = plan
        self._steps = steps
        self._entries = entries
        self._chances = chances
        self._carrying = carrying
        self._hands_over = plan.handover is not None
        self._target = target
        self._book = book
        asking = plan.questions
        self._asking = asking
        self._asks_at = list(plan.stages).index(asking.stage) if asking else -1
        self._hears = loops.presale.on
        nurture = plan.nurture
        self._returns = streams.pool("sales.nurture", nurture.after, POOL) if nurture else []
        self._fees = streams.pool("sales.fee", plan.fee, POOL) if plan.fee else None
        self.pushes = chances.pushes
        """Whether the pressure of the quota can move decisions."""
        self.visits = 0
        self._open: dict[int, Lead] = {}

    def accept(self, lead: Lead) -> None:
        """Take up a new lead: it waits for the first stage's team, or is won at once where there are no stages."""
        self._open[lead.number] = lead
        if lead.owner is not None:
            self._carrying.found(lead)
        if self._steps:
            self._come_in(lead)
        else:
            lead.first_touch = lead.created
            self._win(lead)

    def _come_in(self, lead: Lead) -> None:
        lead.entered = self._entries[lead.source]
        lead.wait = None
        self._enter(lead, lead.entered)

    def _enter(self, lead: Lead, place: int) -> None:
        """A lead comes to a stage."""
        lead.stage, lead.meeting, lead.tries = place, 1, 0
        lead.odds = lead.push = lead.bargain = 0.0
        if self._hands_over:
            self._carrying.enter(lead, self._steps[place])
        self._ask(lead)

    def _ask(self, lead: Lead) -> None:
        """Ask for the next meeting, on the date that the buyer has free."""
        step = self._steps[lead.stage]
        lead.visit = None
        if step.way is None:
            self._submit(lead)
            return
        notice, now = step.notice(lead), self._env.now
        if notice <= 0:
            self._submit(lead)
        else:
            keeper = self._carrying.keeper(lead, step)
            date = now + notice if step.way.notice is None else step.date(lead, now + notice, keeper)
            call_after(self._env, date - now, self._submit, lead)

    def _submit(self, lead: Lead) -> None:
        step = self._steps[lead.stage]
        visit: Visit = step.make(self, lead, step.place, step.work(lead))
        if step.outing:
            step.prepare(visit, lead)
        if self._hands_over and (more := self._carrying.extra(lead, step)):
            visit.work += more
        lead.visit = visit
        if lead.wait is None and self._plan.expiry is not None and lead.origin != _PROSPECTING:
            visit.patience = lead.expiry
        visit.owner = self._carrying.keeper(lead, step)
        self.visits += 1
        if self.on_work:
            self.on_work(step.plan.team, step.kind, visit.work, visit.travel)
        step.team.submit(visit)

    def started(self, visit: Visit) -> None:
        """A person takes the visit up; the first one of a lead ends its wait."""
        lead, server = visit.lead, visit.server
        if lead.wait is None:
            lead.wait = self._env.now - visit.arrived
            if lead.first_touch is None:
                lead.first_touch = self._env.now
        assert server is not None
        if lead.owner is not server:
            self._carrying.carry(lead, server)

    def finished(self, visit: Visit) -> None:
        """The work is done: nobody was there, or a further meeting follows, or the buyer thinks about it."""
        lead, step, server = visit.lead, self._steps[visit.stage], visit.server
        assert server is not None
        if lead.owner is not server:
            # Put down at night, it was finished by a colleague.
            self._carrying.carry(lead, server)
        if visit.missed:
            self._nobody_there(visit, lead, step)
            return
        lead.tries = 0
        if lead.meeting < step.plan.meetings:
            self._book.visit(visit, self._env.now, _HELD)
            lead.visit = None
            lead.meeting += 1
            pause = step.between(lead)
            if pause > 0:
                call_after(self._env, pause, self._ask, lead)
            else:
                self._ask(lead)
            return
        self._carrying.worked(lead, server)
        chances = self._chances
        chances.work_done(lead, step, server)
        if not chances.stays(lead, step):
            self._book.visit(visit, self._env.now, _SENT_AWAY)
            self._lose(lead, _DISQUALIFIED)
            return
        thinking = chances.thinks(lead, step, server)
        lead.waits_for = 1
        if step.place == self._asks_at and self._asking and lead.asks < self._asking.share and self.on_question:
            if self._hears:
                lead.waits_for = 2
            self.on_question(lead)
        if thinking > 0:
            call_after(self._env, thinking, self._settle, lead)
        else:
            self._settle(lead)

    def _nobody_there(self, visit: Visit, lead: Lead, step: Step) -> None:
        self._book.visit(visit, self._env.now, _MISSED)
        lead.visit = None
        lead.tries += 1
        assert step.way is not None
        if lead.tries >= step.way.attempts:
            self._lose(lead, _LOST, UNREACHED)
        else:
            self._ask(lead)

    def hear(self, lead: Lead, answered: bool) -> None:
        """The buyer has (or will never have) the answer to his question; off with loop presale."""
        if self._hears and self._asking and lead.waits_for:
            lead.odds = self._asking.answered if answered else self._asking.unanswered
            self._settle(lead)

    def abandoned(self, visit: Visit) -> None:
        """The lead expired unanswered."""
        self._book.visit(visit, self._env.now, _GONE)
        self._part(visit.lead, _EXPIRED, NAN)

    def overdue(self, visit: Visit) -> None:
        """Visits have no deadline."""

    def blocked(self, visit: Visit) -> None:
        """No room for the lead: lost."""
        self._book.visit(visit, self._env.now, _FAILED)
        self._lose(visit.lead, _LOST, NO_ROOM)

    def disconnected(self, visit: Visit) -> None:
        """Nobody waits on the line for a visit: it is put down at night."""

    def _settle(self, lead: Lead) -> None:
        """One of the things the decision waits for has happened; with the last one the buyer decides."""
        lead.waits_for -= 1
        if lead.waits_for:
            return
        visit, step = lead.visit, self._steps[lead.stage]
        assert visit is not None
        passed, reason = self._chances.passes(lead, step, visit.server)
        self._book.visit(visit, self._env.now, _PASSED if passed else _FAILED)
        if not passed:
            self._part(lead, _LOST, reason)
        elif step.place + 1 < len(self._steps):
            self._enter(lead, step.place + 1)
        else:
            self._win(lead)

    def _part(self, lead: Lead, outcome: int, reason: float) -> None:
        """A lead has said no or expired: some are nurtured and come back."""
        nurture = self._plan.nurture
        if nurture is not None and lead.rounds < nurture.times:
            share = nurture.lost if outcome == _LOST else nurture.expired
            if keyed_uniform(lead.key, _COMES_BACK + 8 * lead.rounds) < share:
                lead.visit = None
                self._carrying.drop(lead)
                delay = self._returns[keyed(lead.key, _WHEN + 8 * lead.rounds) & (POOL - 1)]
                call_after(self._env, delay, self._come_back, lead)
                return
        self._lose(lead, outcome, reason)

    def _come_back(self, lead: Lead) -> None:
        lead.rounds += 1
        lead.discount = 0.0
        lead.misfit = False
        self._come_in(lead)

    def _lose(self, lead: Lead, outcome: int, reason: float = NAN) -> None:
        self._close(lead, outcome, reason)
        if self.on_loss:
            self.on_loss(lead)

    def _win(self, lead: Lead) -> None:
        fee = self._fees[keyed(lead.key, _FEE) & (POOL - 1)] if self._fees else 0.0
        self._close(lead, _WON, NAN, fee)
        if self._target is not None:
            self._target.sell(lead.value * (1.0 - lead.discount))
        if self.on_win:
            self.on_win(lead)

    def _close(self, lead: Lead, outcome: int, reason: float = NAN, fee: float = 0.0) -> None:
        del self._open[lead.number]
        lead.visit = None
        self._carrying.drop(lead)
        self._book.lead(lead, self._env.now, outcome, reason, fee)

    def close_books(self) -> None:
        """Write down what is still open at the horizon."""
        for lead in self._open.values():
            self._book.lead(lead, NAN, _OPEN)
            if lead.visit is not None:
                self._book.visit(lead.visit, NAN, _UNDECIDED)
