"""What sales writes down: a row for every lead and every piece of work on one; it decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.facts import NAN, OUTCOMES

if TYPE_CHECKING:
    from sim.model.entities import Lead
    from sim.model.journal import Journal
    from sim.model.visits import Visit

_WON = OUTCOMES["leads"].index("won")


class Book:
    """Sales' rows in the journal."""

    def __init__(self, journal: Journal, codes: list[int], staged: bool, segmented: bool = False) -> None:
        """`codes` are those of the stages' teams; `staged` and `segmented` say if there are stages, and segments."""
        self._segmented = segmented
        self._codes = codes
        self._staged = staged
        self._write_lead = journal.writer("leads")
        self._write_visit = journal.writer("visits")

    def lead(self, lead: Lead, closed: float, outcome: int, reason: float = NAN, fee: float = 0.0) -> None:
        """Take down a lead that is closed, or (closed: nan) still open at the horizon."""
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
                lead.stage if self._staged else NAN,
                NAN if lead.referrer is None else lead.referrer.number,
                reason,
                lead.rounds,
                lead.discount,
                fee,
                lead.misfit,
                lead.segment if self._segmented else NAN,
            )
        )

    def visit(self, visit: Visit, decided: float, outcome: int) -> None:
        """Take down a piece of work that is decided upon, or (decided: nan) is not by the horizon."""
        done, started, ended = visit.state == "done", visit.started, visit.ended
        lead = visit.lead
        self._write_visit(
            (
                lead.number,
                visit.stage,
                self._codes[visit.stage],
                visit.arrived,
                NAN if started is None else started,
                ended if done and ended is not None else NAN,
                visit.handled if done else NAN,
                decided,
                outcome,
                NAN if visit.server is None else visit.server.index,
                lead.meeting,
                lead.rounds,
            )
        )
