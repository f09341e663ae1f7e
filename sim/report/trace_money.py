"""What one customer paid, tagged by why, and what service gained or lost with him: the metrics' sums over him alone."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np

from sim.metrics.tags import KINDS, Tagged, tagged
from sim.metrics.view import View
from sim.model.facts import TABLES
from sim.model.journal import Run
from sim.report.trace_facts import Life

_NEW, _RETAINED, _EXPANSION, _FOLLOW_UP = (
    KINDS.index(kind) for kind in ("new", "retained", "expansion", "follow_up")
)


@dataclass(frozen=True)
class Money:
    """What a customer paid by the end of the run, in the scenario's currency."""

    paid: float
    """Everything."""
    new: float
    """As he signed, up to when he would have left feeling neutral all along."""
    fees: float
    """One-off fees."""
    retained: float
    """As he signed, paid after that."""
    expansion: float
    """What he came to pay more by himself, what he came to pay less taken off."""
    follow_up: float
    """What follow-up made him pay more."""
    forgone: float
    """What he did not pay, having left before he would have, feeling neutral; nan of who buys repeatedly."""
    direct: float
    """What sales brought."""
    base: float
    """What somebody of the initial base would have paid anyway."""
    indirect: float
    """What service and the word of customers brought; with the two before it adds up to what he paid."""

    @property
    def service(self) -> float:
        """What service gained with him or, negative, lost; nan of who buys repeatedly, for nobody knows what he would
        have bought."""
        return self.retained - self.forgone

    def document(self) -> dict[str, float]:
        """Every amount by its name."""
        return {**asdict(self), "service": self.service}


def money_of(life: Life) -> Money:
    """What a customer paid, and did not pay, by the end of the run."""
    sums: Tagged = tagged(View(alone(life)))
    paid, fees = sums.paid.sum(axis=0).tolist(), float(sums.fees.sum())
    plan = life.run.scenario.customers
    buys = plan is not None and plan.purchases is not None
    return Money(
        paid=float(sum(paid)),
        new=paid[_NEW] - fees,
        fees=fees,
        retained=paid[_RETAINED],
        expansion=paid[_EXPANSION],
        follow_up=paid[_FOLLOW_UP],
        forgone=math.nan if buys else float(sums.forgone.sum()),
        direct=float(np.sum(sums.direct)),
        base=sums.base,
        indirect=float(sums.indirect.sum()),
    )


def alone(life: Life) -> Run:
    """The run as if nobody else were in it: his own rows, leads that he sent left out."""
    run, own = life.run, {(each.table, each.row) for each in life.rows()}
    own -= {(lead.table, lead.row) for lead in life.sent}
    tables = {name: run.tables[name][sorted(row for table, row in own if table == name)] for name in TABLES}
    tables = {name: np.ascontiguousarray(rows).reshape(-1, len(TABLES[name])) for name, rows in tables.items()}
    return Run(run.scenario, run.replication, run.horizon, tables, run.words, {})
