"""The course of a run month by month: levels at each month's end, flows of each month; it judges nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.engine.units import MONTH
from sim.metrics.changes import changes, gone, last_worth, live_at, worth_at
from sim.metrics.commission import commissions
from sim.metrics.customers import joined
from sim.metrics.deals import won_values
from sim.metrics.desk import contacts
from sim.metrics.economics import hiring_until, lead_costs, payroll_until, selling_shares
from sim.metrics.readings import readings, teams
from sim.metrics.sales import won
from sim.metrics.tags import tagged_until
from sim.metrics.view import NAN, Floats, View
from sim.model.journal import Run

SERIES: dict[str, tuple[str, str]] = {
    "month": ("count", "Number of the month, the first being 1."),
    "customers": ("count", "Customers live at the month's end."),
    "mrr": ("EUR/mo", "Their monthly recurring revenue."),
    "new_mrr": ("EUR/mo", "Monthly recurring revenue that went live in the month, as it was signed."),
    "expansion_mrr": ("EUR/mo", "What customers came to pay more in the month."),
    "contraction_mrr": ("EUR/mo", "What customers came to pay less in the month while they stayed."),
    "churned_mrr": ("EUR/mo", "Monthly recurring revenue that left in the month."),
    "leads": ("count", "Leads that came in."),
    "wins": ("count", "Leads won."),
    "bookings": ("EUR/mo", "Monthly recurring revenue signed in the month, after discount."),
    "lost": ("count", "Customers who left."),
    "contacts": ("count", "Contacts that arrived at the desk after the warm-up."),
    "service_level": ("share", "Service level of the contacts that arrived in the month, as the KPI of that name."),
    "satisfaction": ("share", "Mean satisfaction of live customers at the month's end."),
    "promoters": ("share", "Live customers at the month's end who tell at the full rate, as a share of all."),
    "detractors": ("share", "Live customers at the month's end who recommend to nobody, as a share of all."),
    "backlog": ("count", "Tickets open at the month's end."),
    "headcount_sales": (
        "count",
        "Filled positions at the month's end that sell; of a team that does more, as for payroll_sales.",
    ),
    "headcount_service": ("count", "The other filled positions at the month's end."),
    "revenue": ("EUR", "Paid by customers in the month, fees included."),
    "revenue_direct": ("EUR", "What sales brought in the month, as the KPI of that name."),
    "revenue_indirect": ("EUR", "What service and the word of customers brought in the month, as the KPI."),
    "gross_profit": ("EUR", "Revenue times gross margin."),
    "payroll": ("EUR", "Wages of the month."),
    "hiring": ("EUR", "Cost of people hired, and laid off, in the month."),
    "commission": ("EUR", "Commission on the month's wins."),
    "media": ("EUR", "Cost of the month's leads."),
    "overhead": ("EUR", "Fixed cost of the month."),
    "profit": ("EUR", "gross_profit - payroll - hiring - commission - media - overhead."),
}
"""Every series with its unit and definition; a month is 730.5 h and holds its end but not its beginning."""


def monthly(run: Run) -> dict[str, list[float]]:
    """Return one list per series over the whole months of a run; a month begun but not ended is left out."""
    view = View(run)
    edges: Floats = np.arange(int(run.horizon / MONTH + 1e-9) + 1, dtype=float) * MONTH
    levels = _levels(view, edges[1:])
    flows = _flows(view, edges) | _money(view, edges)
    flows["gross_profit"] = flows["revenue"] * view.scenario.economics.gross_margin
    costs = ("payroll", "hiring", "commission", "media", "overhead")
    flows["profit"] = flows["gross_profit"] - sum(flows[cost] for cost in costs)
    series = {"month": np.arange(1, len(edges), dtype=float)} | levels | flows
    return {name: series[name].tolist() for name in SERIES}


def _levels(view: View, ends: Floats) -> dict[str, Floats]:
    opened, closed = view.column("tickets", "opened"), view.column("tickets", "closed")
    return {
        "customers": _each(lambda at: float(np.count_nonzero(live_at(view, at))), ends),
        "mrr": _each(lambda at: float(worth_at(view, at).sum()), ends),
        "backlog": _up_to(opened, ends) - _up_to(closed, ends),
        **_mood(view, ends),
        **_heads(view, ends),
    }


def _flows(view: View, edges: Floats) -> dict[str, Floats]:
    value, left = view.column("subscriptions", "value"), view.column("subscriptions", "left")
    live, new, lost = view.column("subscriptions", "live"), joined(view), gone(view)
    created, closed = view.column("leads", "created"), view.column("leads", "closed")
    signed, moved = closed[won(view)], changes(view)
    media = lead_costs(view)[view.column("leads", "source").astype(np.intp)] if len(created) else created
    seen = contacts(view)
    kept, counted = _sums(seen.arrived[seen.kept], edges), _sums(seen.arrived[seen.kept | seen.missed], edges)
    return {
        "new_mrr": _sums(live[new], edges, value[new]),
        "expansion_mrr": _sums(moved.time, edges, np.maximum(moved.change, 0.0)),
        "contraction_mrr": _sums(moved.time, edges, np.maximum(-moved.change, 0.0)),
        "churned_mrr": _sums(left[lost], edges, last_worth(view)[lost]),
        "leads": _sums(created, edges),
        "wins": _sums(signed, edges),
        "bookings": _sums(signed, edges, won_values(view)),
        "lost": _sums(left[lost], edges),
        "contacts": _sums(seen.arrived, edges),
        "service_level": np.divide(kept, counted, out=np.full(len(kept), NAN), where=counted > 0),
        "commission": _sums(signed, edges, commissions(view)),
        "media": _sums(created, edges, media),
    }


def _money(view: View, edges: Floats) -> dict[str, Floats]:
    """Revenue and the costs of time; commission and media are flows of leads."""
    prices = view.scenario.economics
    paid = [tagged_until(view, time) for time in edges.tolist()]
    return {
        "revenue": np.diff([float(each.paid.sum()) for each in paid]),
        "revenue_direct": np.diff([float(each.direct.sum()) for each in paid]),
        "revenue_indirect": np.diff([float(each.indirect.sum()) for each in paid]),
        "payroll": np.diff(_each(lambda at: sum(payroll_until(view, team, at) for team in teams(view)), edges)),
        "hiring": np.diff(_each(lambda at: sum(hiring_until(view, team, at) for team in teams(view)), edges)),
        "overhead": prices.overhead * np.diff(edges),
    }


def _each(level: Callable[[float], float], instants: Floats) -> Floats:
    return np.array([level(at) for at in instants.tolist()], dtype=float)


def _up_to(times: Floats, ends: Floats) -> Floats:
    """Number of times at or before each end; nan, not yet, is never reached."""
    return np.searchsorted(np.sort(times), ends, side="right").astype(float)


def _sums(times: Floats, edges: Floats, weights: Floats | None = None) -> Floats:
    """Count (or add up) what happened in each month (begin, end]; the very start belongs to the first month."""
    months = np.searchsorted(edges[1:], times, side="left")
    return np.bincount(months, weights=weights, minlength=len(edges) - 1)[: len(edges) - 1].astype(float)


def _heads(view: View, ends: Floats) -> dict[str, Floats]:
    """Filled positions by side, as last read."""
    sales, total = np.zeros(len(ends)), np.zeros(len(ends))
    for team in teams(view):
        read = readings(view)[team]
        filled = np.append(0.0, read["headcount"])[np.searchsorted(read["time"], ends, side="right")]
        sales, total = sales + selling_shares(view)[team] * filled, total + filled
    return {"headcount_sales": sales, "headcount_service": total - sales}


def _mood(view: View, ends: Floats) -> dict[str, Floats]:
    """The last reading at or before each end; nan before the first and where there is nobody to be content."""
    names = ("satisfaction", "promoters", "detractors")
    order = np.argsort(view.column("pulse", "time"), kind="stable")
    if not len(order):
        return dict.fromkeys(names, np.full(len(ends), NAN))
    places = np.searchsorted(view.column("pulse", "time")[order], ends, side="right") - 1
    rows = order[np.maximum(places, 0)]
    valid = (places >= 0) & (view.column("pulse", "customers")[rows] > 0)
    return {name: np.where(valid, view.column("pulse", name)[rows], NAN) for name in names}
