"""The sales organization as tables: sources, stages, losses, deals, selling work, customers' money; every plan in each.

It computes no figure, and knows no layout; what applies to no plan is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sim.experiments.statistics import NOT_APPLICABLE, SAME
from sim.model.facts import LOSSES
from sim.report.figures import Cell, Row, rows_of, worth
from sim.report.labels import worded
from sim.report.reading import Reading
from sim.report.stages import stages_of

_SOURCE = {
    "leads": "Leads",
    "cost_per_lead_of": "Cost per lead",
    "win_rate_of": "Win rate",
    "wins_of": "Wins",
    "cac_of": "CAC",
    "bookings_of": "Bookings",
}
_STAGE = {
    "reached": "Leads",
    "conversion": "Pass",
    "stage_time": "Time",
    "no_show_rate": "No-shows",
    "stage_lost": "Lost",
    "stage_expired": "Expired",
    "stage_disqualified": "Disqualified",
    "stage_open": "Open",
}
_LEADS = (
    "cost_per_lead", "speed_to_lead", "touched", "contact_rate", "leads_lost", "leads_expired", "leads_disqualified",
    "leads_recycled", "leads_won_back", "leads_open", "win_rate_opportunity", "win_rate_value", "sales_cycle",
    "reputation", "prospects", "penetration",
)  # fmt: skip
_DEALS = (
    "bookings", "deal_size", "discount", "fees", "quota_attainment", "reps_at_quota", "forecast", "forecast_ratio",
    "pipeline", "pipeline_value", "pipeline_age", "velocity", "commission", "cost_of_sale",
)  # fmt: skip
_WORK = (
    "calls", "conversations", "prospecting_reach", "meetings", "follow_ups", "follow_ups_lapsed", "selling_time",
    "ramping", "wins_per_rep", "bookings_per_rep",
)  # fmt: skip
_MONEY = (
    "new_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr", "grr", "nrr", "renewals", "renewal_rate", "misfits",
    "purchases", "purchases_per_customer",
)  # fmt: skip
_NOT_ZERO, _ZERO = re.compile("[1-9]"), re.compile(r"0\.0+")


@dataclass(frozen=True)
class Ladder:
    """A table by word and plan: a group of rows for each word, in it a row for each plan."""

    caption: str
    corner: str
    """What the words are: 'Stage'."""
    heads: tuple[tuple[str, str], ...]
    """Name and definition of each column."""
    rows: tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...]
    """Word, then the cells of each plan in the order of the plans."""


@dataclass(frozen=True)
class Listing:
    """A table of single figures, a column for each plan."""

    caption: str
    rows: tuple[Row, ...]


def ladders(reading: Reading) -> tuple[Ladder, ...]:
    """Where leads come from, and what becomes of them stage by stage."""
    sources = dict.fromkeys(
        name
        for scenario in reading.scenarios.values()
        for name in (scenario.marketing.origins() if scenario.marketing and scenario.sales else ())
    )
    found = (
        _ladder(reading, "Where leads come from", "Source", tuple(sources), _SOURCE),
        _ladder(reading, "The stages", "Stage", stages_of(reading), _STAGE),
    )
    return tuple(ladder for ladder in found if ladder is not None)


def listings(reading: Reading) -> tuple[Listing, ...]:
    """The other tables of sales, without the figures that apply to no plan."""
    if all(scenario.sales is None for scenario in reading.scenarios.values()):
        return ()
    wanted = {
        "Leads on their way": _LEADS,
        "Why leads are lost": tuple(f"lost_because.{word}" for word in LOSSES),
        "Deals and quota": _DEALS,
        "Selling work": _WORK,
        "Customers' money": _MONEY,
    }
    found = {caption: _chosen(reading, names) for caption, names in wanted.items()}
    return tuple(
        Listing(caption, tuple(rows_of(reading, reading.end, kpis))) for caption, kpis in found.items() if kpis
    )


def _chosen(reading: Reading, names: Iterable[str]) -> list[str]:
    """Figures of these names in order, those by word with all their words, those by team for the teams that sell."""
    known = [kpi for name in names for kpi in reading.kpis if kpi == name or kpi.startswith(f"{name}.")]
    selling = {team for scenario in reading.scenarios.values() for team in scenario.selling_teams()}
    return [
        kpi
        for kpi in dict.fromkeys(known)
        if worth(reading, kpi) and (reading.kpi(kpi).per != "team" or kpi.partition(".")[2] in selling)
    ]


def _ladder(
    reading: Reading, caption: str, corner: str, words: Sequence[str], columns: dict[str, str]
) -> Ladder | None:
    """A column for each figure that says anything of some word, and rows for each word that any figure is said of."""
    applying = {
        name: head for name, head in columns.items() if any(_worth(reading, f"{name}.{word}") for word in words)
    }
    rows = []
    for word in words:
        if not any(_worth(reading, f"{name}.{word}") for name in applying):
            continue
        cells = [_cells(reading, f"{name}.{word}") for name in applying]
        rows.append((worded(word), tuple(tuple(column[place] for column in cells) for place in range(len(cells[0])))))
    if not rows:
        return None
    heads = tuple((head, _definition(reading, name, words)) for name, head in applying.items())
    return Ladder(caption, corner, heads, tuple(rows))


def _worth(reading: Reading, kpi: str) -> bool:
    return kpi in reading.kpis and worth(reading, kpi)


def _cells(reading: Reading, kpi: str) -> tuple[Cell, ...]:
    """One cell a plan; dashes where the figure applies to none of them."""
    if kpi in reading.kpis:
        return tuple(_short(cell) for cell in rows_of(reading, reading.end, [kpi])[0].cells)
    return tuple(Cell(plan, "–", "", "", "", "", None) for plan in reading.plans)


def _short(cell: Cell) -> Cell:
    """The cell without decimals of nothing, without an error that is none, and without the size of no difference."""
    value = cell.value if _NOT_ZERO.search(cell.value) else _ZERO.sub("0", cell.value)
    error = cell.error if _NOT_ZERO.search(cell.error) else ""
    return replace(cell, value=value, error=error, change="" if cell.verdict in {SAME, NOT_APPLICABLE} else cell.change)


def _definition(reading: Reading, name: str, words: Sequence[str]) -> str:
    return next(reading.kpi(f"{name}.{word}").definition for word in words if f"{name}.{word}" in reading.kpis)
