"""The sales organization as tables: sources, stages, losses, deals, selling work, customers' money; every plan in each.

It computes no figure, and knows no layout; what applies to no plan is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.model.facts import LOSSES
from sim.report.figures import rows_of, worth
from sim.report.ladder import Ladder, Listing, ladder_of
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


def ladders(reading: Reading) -> tuple[Ladder, ...]:
    """Where leads come from, and what becomes of them stage by stage."""
    sources = dict.fromkeys(
        name
        for scenario in reading.scenarios.values()
        for name in (scenario.marketing.origins() if scenario.marketing and scenario.sales else ())
    )
    found = (
        ladder_of(reading, "Where leads come from", "Source", tuple(sources), _SOURCE),
        ladder_of(reading, "The stages", "Stage", stages_of(reading), _STAGE),
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
