"""Customers and people as tables: why they left, what they feel and tell, of which kind they are; how teams fare.

It computes no figure, and knows no layout; what applies to no plan is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.report.figures import rows_of, worth
from sim.report.ladder import Ladder, Listing, ladder_of
from sim.report.reading import Reading
from sim.report.sides import Side, origins, sides
from sim.report.wording import bracket, quoted

_LISTINGS = {
    "Why customers left": ("lost", "lost_customers", "churn", "churn_first_year", "churn_later"),
    "What customers feel": ("satisfaction", "promoters", "passives", "detractors", "nps"),
    "What customers tell": (
        "referral_leads", "referral_share", "reproduction", "referrals_in_flight", "leads_kept_away",
    ),
}  # fmt: skip
_TOTALS = ("churn", "satisfaction")
"""Figures that are told here of all customers alone, though they are known by segment too."""
_SEGMENT = {
    "customers": "Customers",
    "mrr": "MRR",
    "churn": "Lost a month",
    "satisfaction": "Satisfaction",
}
_TEAM = {
    "headcount_mean": "Mean headcount",
    "vacancy": "Vacant",
    "quit_rate": "Quits a year",
    "layoff_rate": "Laid off a year",
    "tenure": "Time in the job",
    "newcomers": "Newcomers",
    "absence": "Absent",
    "strain": "Strain",
}
_MOVING = ("quits", "layoffs", "vacancy", "absence", "strain")
"""What makes a table of people worth reading: where nobody comes or goes it only repeats the plan."""


@dataclass(frozen=True)
class Section:
    """Everything that the report's section on customers and people shows."""

    sides: tuple[Side, ...]
    origins: Ladder | None
    listings: tuple[Listing, ...]
    segments: Ladder | None
    teams: Ladder | None
    warnings: tuple[str, ...]

    @property
    def customers(self) -> bool:
        """Whether there is anything to say of customers."""
        return bool(self.sides or self.listings or self.segments)

    def __bool__(self) -> bool:
        return self.customers or self.teams is not None


def section(reading: Reading) -> Section:
    """All tables of customers and people."""
    has_customers = any(scenario.customers is not None for scenario in reading.scenarios.values())
    return Section(
        sides(reading) if has_customers else (),
        origins(reading) if has_customers else None,
        tuple(_listings(reading)) if has_customers else (),
        _segments(reading),
        _teams(reading),
        tuple(warnings(reading)),
    )


def warnings(reading: Reading) -> Iterable[str]:
    """What has to be said of plans whose customers replace themselves by word of mouth."""
    if not reading.known("reproduction"):
        return
    for plan in reading.plans:
        found = reading.mean(plan, "reproduction", reading.end)
        if not found.mean >= 1.0:
            continue
        marketing = reading.scenarios[plan].marketing
        limit = (
            "it goes on until the market is full"
            if marketing and marketing.market
            else "no market lasts for ever, and this one has no size (marketing.market)"
        )
        span = bracket(reading, found, found.low, found.high, "ratio")
        yield (
            f"Under {quoted(plan)} every customer who left was followed by {found.mean:.2f} whom others sent ({span}): "
            f"from 1 on growth feeds itself, and {limit}. Look at customers.telling before believing its figures."
        )


def _listings(reading: Reading) -> Iterable[Listing]:
    for caption, names in _LISTINGS.items():
        kpis = _chosen(reading, names)
        if kpis:
            yield Listing(caption, tuple(rows_of(reading, reading.end, kpis)))


def _chosen(reading: Reading, names: Iterable[str]) -> list[str]:
    """Figures of these names that say anything, with all their words but where the total says it."""
    found = []
    for name in names:
        words = () if name in _TOTALS else (f"{name}.",)
        found += [kpi for kpi in reading.kpis if (kpi == name or kpi.startswith(words)) and worth(reading, kpi)]
    return found


def _segments(reading: Reading) -> Ladder | None:
    words = dict.fromkeys(
        word
        for scenario in reading.scenarios.values()
        for word in (scenario.customers.segments if scenario.customers else ())
    )
    return ladder_of(reading, "Kinds of customers", "Segment", tuple(words), _SEGMENT)


def _teams(reading: Reading) -> Ladder | None:
    teams = tuple(dict.fromkeys(team for scenario in reading.scenarios.values() for team in scenario.teams))
    moving = [f"{name}.{team}" for name in _MOVING for team in teams]
    if not any(kpi in reading.kpis and worth(reading, kpi) for kpi in moving):
        return None
    return ladder_of(reading, "People by team", "Team", teams, _TEAM)
