"""Each lead's stay in each stage: when it began, when and how it ended; worked out from the rows of work on it.

Which figures are told from it is others'. Facts count from the start: a pipeline that is cut loses its deals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.metrics.view import NAN, Floats, Mask, View, derived
from sim.model.facts import OUTCOMES

Places = npt.NDArray[np.intp]

_FATES = OUTCOMES["visits"]
OPEN, PASSED, FAILED, EXPIRED, DISQUALIFIED = (
    _FATES.index(word) for word in ("open", "passed", "failed", "expired", "disqualified")
)
"""How a stay can end, in the codes of visits; a lead who was never reached has failed."""
_DECIDES = np.isin(np.arange(len(_FATES)), (PASSED, FAILED, EXPIRED, DISQUALIFIED))
_BY_LEAD = {"open": OPEN, "won": PASSED, "lost": FAILED, "expired": EXPIRED, "disqualified": DISQUALIFIED}


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays of leads in stages, in order of lead, round and stage; every array has one entry per stay."""

    lead: Places
    """Number of the lead."""
    stage: Places
    """Code of the stage."""
    entered: Floats
    """When the lead came to the stage [h]: with the decision in the stage before, or by coming in."""
    over: Floats
    """When it was decided, or given up [h]; nan while it is neither."""
    fate: Places
    """How it ended."""


@derived
def lead_rows(view: View) -> Places:
    """Row of each lead by its number; -1 for a number without a row."""
    return places_of(view.column("leads", "lead"), _largest(view))


def places_of(numbers: Floats, largest: int) -> Places:
    """Return the row of each number from 0 to the largest; -1 where there is none."""
    rows = np.full(largest + 1, -1, dtype=np.intp)
    known = np.flatnonzero(~np.isnan(numbers))
    rows[numbers[known].astype(np.intp)] = known
    return rows


def _largest(view: View) -> int:
    every = (view.column("leads", "lead"), view.column("visits", "lead"))
    return int(max((np.nanmax(numbers) for numbers in every if len(numbers)), default=-1))


@derived
def visited(view: View) -> Places:
    """Number of the lead of every row of work."""
    return view.column("visits", "lead").astype(np.intp)


@derived
def visit_stages(view: View) -> Places:
    """Stage of every row of work."""
    return view.column("visits", "stage").astype(np.intp)


@derived
def stays(view: View) -> Stays:
    """Return every stay, put together from its meetings and tries."""
    stages, lead = max(1, len(view.run.words["stages"])), visited(view)
    turn = view.column("visits", "round").astype(np.intp)
    rounds = int(turn.max(initial=0)) + 1
    # Leads are numbered from 0 without gaps, so a place for each lead, round and stage costs less than sorting.
    place = (lead * rounds + turn) * stages + visit_stages(view)
    size = len(lead_rows(view)) * rounds * stages
    entered = np.full(size, np.inf)
    np.minimum.at(entered, place, view.column("visits", "entered"))
    outcome = view.column("visits", "outcome").astype(np.intp)
    decided = np.flatnonzero(_DECIDES[outcome])
    fate, over = np.zeros(size, dtype=np.intp), np.full(size, NAN)
    fate[place[decided]] = outcome[decided]
    over[place[decided]] = view.column("visits", "decided")[decided]
    real = np.flatnonzero(np.isfinite(entered))
    fate, over = fate[real], over[real]
    whose = real // (rounds * stages)
    # A lead that was given up between two tries has no row that says so: what became of it does.
    left = np.flatnonzero(fate == OPEN)
    rows = lead_rows(view)[whose[left]]
    left, rows = left[rows >= 0], rows[rows >= 0]
    fate[left] = _lead_fates(view)[rows]
    over[left] = view.column("leads", "closed")[rows]
    came = _came(view, whose, real // stages, rounds, entered[real], fate, over)
    return Stays(whose, real % stages, came, over, fate)


def _came(
    view: View, whose: Places, turn: Places, rounds: int, entered: Floats, fate: Places, over: Floats
) -> Floats:
    """When leads came to their stages: a first meeting may be due later, on the date that the buyer has free.

    `turn` tells leads and rounds apart. A lead comes from the stage before, or comes in; of one that came back, nobody
    knows but by his first meeting.
    """
    came = entered.copy()
    follows = np.flatnonzero((turn[1:] == turn[:-1]) & (fate[:-1] == PASSED)) + 1
    came[follows] = over[follows - 1]
    first = np.flatnonzero((turn % rounds == 0) & np.append(True, turn[1:] != turn[:-1]))
    rows = lead_rows(view)[whose[first]]
    first, rows = first[rows >= 0], rows[rows >= 0]
    came[first] = view.column("leads", "created")[rows]
    return came


@derived
def _lead_fates(view: View) -> Places:
    codes = np.array([_BY_LEAD[word] for word in OUTCOMES["leads"]], dtype=np.intp)
    return codes[view.column("leads", "outcome").astype(np.intp)]


@derived
def opportunities(view: View) -> Mask:
    """Which leads have passed the first stage or came in beyond it, one number per lead; in one stage, all of them."""
    if len(view.run.words["stages"]) <= 1:
        return np.ones(len(view.column("leads", "lead")), dtype=bool)
    seen = stays(view)
    beyond = seen.lead[(seen.stage > 0) | (seen.fate == PASSED)]
    mask = np.zeros(len(lead_rows(view)), dtype=bool)
    mask[beyond] = True
    chosen: Mask = mask[view.column("leads", "lead").astype(np.intp)]
    return chosen


def next_stage(view: View, time: float) -> Floats:
    """Return the stage that each lead is in, or waits for, at an instant [h]; nan for one who is out of the pipeline.

    One number per lead; of leads that are closed by then it means nothing.
    """
    seen, plan = stays(view), view.scenario.marketing
    stages = list(view.run.words["stages"])
    origins = plan.origins() if plan else {}
    enters = [stages.index(o.enters) if o.enters in stages else 0 for o in origins.values()]
    where = np.full(len(lead_rows(view)), NAN)
    leads, source = view.column("leads", "lead").astype(np.intp), view.column("leads", "source")
    known = ~np.isnan(source)
    where[leads] = 0.0
    where[leads[known]] = np.array(enters, dtype=float)[source[known].astype(np.intp)]
    begun = np.flatnonzero(seen.entered <= time)
    fate = np.where(seen.over[begun] <= time, seen.fate[begun], OPEN)
    after = np.where(fate == OPEN, 0.0, np.where(fate == PASSED, 1.0, NAN)) + seen.stage[begun]
    # Stays are in order of lead, round and stage, so the last one of each lead is the one that stays written.
    where[seen.lead[begun]] = after
    found: Floats = where[leads]
    return found
