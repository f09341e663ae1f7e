"""What was signed and at what price, what is still on the table and what it was expected to bring; who sold is quota's.

Values are monthly recurring revenue: at list price before negotiation, net after the discount. Whether wins pay yet is
customers'.
"""

from __future__ import annotations

import numpy as np

from sim.engine.units import DAY, MONTH
from sim.metrics.catalogue import kpi
from sim.metrics.desk import told
from sim.metrics.pipeline import stage_plans
from sim.metrics.sales import by_source, closed, sales_cycle, win_rate_opportunity, wins, won
from sim.metrics.stays import next_stage, opportunities
from sim.metrics.view import NAN, Floats, Mask, View, count, derived, mean, ratio


@derived
def won_values(view: View) -> Floats:
    """What each won lead pays after the discount [EUR/mo]."""
    value, discount = view.column("leads", "value"), view.column("leads", "discount")
    return (value * (1.0 - discount))[won(view)]


@kpi(
    "bookings",
    "EUR/mo",
    "higher",
    "New monthly recurring revenue signed: the sum of the values of all wins after discount, whether or not they pay "
    "yet. One-off fees are not in it.",
    needs=("sales",),
)
def bookings(view: View) -> float:
    return float(won_values(view).sum())


@kpi(
    "bookings_of",
    "EUR/mo",
    "higher",
    "New monthly recurring revenue signed, after discount, of leads of this source.",
    per="source",
    needs=("sales",),
)
def bookings_by_source(view: View) -> dict[str, float]:
    return told(view.run.words["sources"], by_source(view, won(view), won_values(view)))


@kpi("deal_size", "EUR/mo", "higher", "Mean value of a win after discount: bookings / wins.", needs=("sales",))
def deal_size(view: View) -> float:
    return ratio(bookings(view), wins(view))


@kpi(
    "discount",
    "share",
    "lower",
    "What negotiation took off, as a share of the list value of all wins. Not applicable where no discount is given.",
    needs=("sales",),
)
def discount(view: View) -> float:
    plan = view.scenario.sales
    if plan is None or plan.discount is None:
        return NAN
    listed = float(view.column("leads", "value")[won(view)].sum())
    return ratio(listed - bookings(view), listed)


@derived
def won_fees(view: View) -> Floats:
    """One-off fee of each won lead [EUR]."""
    return view.column("leads", "fee")[won(view)]


@kpi(
    "fees",
    "EUR",
    "higher",
    "One-off fees of all wins, due at the win; they are part of revenue. Not applicable where none are charged.",
    needs=("sales",),
)
def fees(view: View) -> float:
    plan = view.scenario.sales
    return float(won_fees(view).sum()) if plan and plan.fee is not None else NAN


@derived
def _pipeline(view: View) -> Mask:
    """Opportunities that are open at the end and in the pipeline."""
    mask: Mask = ~closed(view) & opportunities(view) & ~np.isnan(next_stage(view, view.end))
    return mask


@kpi(
    "pipeline",
    "count",
    "neutral",
    "Open opportunities at the end: leads that have passed the first stage or came in beyond it (with one stage: all) "
    "and are neither closed nor being nurtured.",
    needs=("sales",),
)
def pipeline(view: View) -> float:
    return float(count(_pipeline(view)))


@kpi(
    "pipeline_value",
    "EUR/mo",
    "higher",
    "List value of the open opportunities at the end (see pipeline), chances not weighed.",
    needs=("sales",),
)
def pipeline_value(view: View) -> float:
    return float(view.column("leads", "value")[_pipeline(view)].sum())


@kpi(
    "pipeline_age",
    "d",
    "lower",
    "Mean clock time since they came in. Denominator: opportunities open at the end (see pipeline).",
    needs=("sales",),
)
def pipeline_age(view: View) -> float:
    return mean(view.end - view.column("leads", "created")[_pipeline(view)]) / DAY


@kpi(
    "velocity",
    "EUR/mo",
    "higher",
    "Sales velocity: pipeline x win_rate_opportunity x deal_size / sales_cycle in months, the usual formula for the "
    "monthly recurring revenue that open opportunities bring per month.",
    needs=("sales",),
)
def velocity(view: View) -> float:
    months = sales_cycle(view) * DAY / MONTH
    return pipeline(view) * win_rate_opportunity(view) * deal_size(view) * ratio(1.0, months)


@derived
def _expected(view: View) -> tuple[Mask, Floats]:
    """Leads in the pipeline at mid-run, and what each lead was then expected to bring as planned [EUR/mo]."""
    plan, middle = view.scenario.sales, view.end / 2.0
    stages = stage_plans(view).values()
    rates = [stage.pass_rate * (1.0 - stage.disqualified) for stage in stages]
    # Chance to pass all stages from this one on; 1 beyond the last.
    ahead = np.append(np.cumprod(rates[::-1])[::-1], 1.0)
    where = next_stage(view, middle)
    place = np.nan_to_num(where).astype(np.intp)
    price = 1.0 - min(plan.discount.most, plan.discount.usual.expectation()) if plan and plan.discount else 1.0
    open_ = (view.column("leads", "created") <= middle) & ~(view.column("leads", "closed") <= middle)
    return open_ & ~np.isnan(where), view.column("leads", "value") * price * ahead[place]


@kpi(
    "forecast",
    "EUR/mo",
    "higher",
    "What the leads in the pipeline at half the time (not being nurtured) were then expected to bring: list value less "
    "the usual discount, times the planned chances to pass the stages still before them.",
    needs=("sales",),
)
def forecast(view: View) -> float:
    open_, value = _expected(view)
    return float(value[open_].sum())


@kpi(
    "forecast_ratio",
    "ratio",
    "neutral",
    "Bookings by the end of the leads that were in the pipeline at half the time, as a share of their forecast. Above "
    "1 more came than forecast; deals still open at the end count as nothing.",
    needs=("sales",),
)
def forecast_ratio(view: View) -> float:
    open_, _ = _expected(view)
    return ratio(won_values(view)[open_[won(view)]].sum(), forecast(view))
