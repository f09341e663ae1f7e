"""What figures are called in tables and in sentences; it knows no value of them."""

from __future__ import annotations

_ACRONYMS = {"sla", "mrr", "csat", "grr", "nrr", "cac", "ltv"}
_LABELS = {
    "profit": "Profit",
    "csat_closed": "CSAT of closed tickets only",
    "csat": "CSAT, all contacts",
    "csat_survey": "CSAT by survey",
    "sla_attainment": "Resolved as promised (SLA)",
    "handle_time": "Handle time (AHT)",
    "redial_rate": "Tried again after giving up",
    "reopen_rate": "Tickets that came back",
    "transfer_rate": "Passed on to another team",
    "service_level_lenient": "Service level, giving up soon counts",
    "service_level_offered": "Service level of all that came",
    "resolution_time": "Time to resolve, clock",
    "resolution_time_business": "Time to resolve, opening hours",
    "backlog_age": "Age of open tickets",
    "backlog_overdue": "Open tickets past the promise",
    "blocked": "Turned away, no line",
    "no_show_rate": "Visits with nobody at home",
    "utilization": "Use of paid time",
    "standard": "Usual time per contact",
    "churn": "Customers lost a month",
    "churn_first_year": "Customers lost a month, first year",
    "churn_later": "Customers lost a month, later years",
    "nps": "Net promoter score",
    "reproduction": "Reproduction number of referrals",
    "referrals_in_flight": "Referred leads on their way",
    "leads_kept_away": "Leads kept away by warnings",
    "revenue_direct": "Direct revenue (sales)",
    "revenue_indirect": "Indirect revenue (service)",
    "revenue_base": "Revenue of the initial base, had it felt neutral",
    "revenue_forgone": "Revenue forgone, customers gone too soon",
    "service_effect": "Revenue kept or lost by who stays",
    "quit_rate": "Quits a year, of filled positions",
    "layoff_rate": "Layoffs a year, of filled positions",
    "headcount_mean": "Mean headcount",
    "headcount_wanted": "Positions wanted",
    "vacancy": "Positions vacant",
    "absence": "Time absent",
    "occupancy_felt": "Occupancy as it is felt",
    "strain": "Strain, occupancy beyond what can be borne",
    "tenure": "Time in the job",
    "newcomers": "Newcomers among the people there",
    "win_rate": "Win rate",
    "first_contact_resolution": "Resolved at first contact",
    "wait": "Wait, all contacts",
    "speed_of_answer": "Wait of those answered",
    "wait_abandoned": "Wait of those who gave up",
    "speed_to_lead": "Speed to lead",
    "sales_cycle": "Sales cycle",
    "payroll_sales": "Wages, sales",
    "payroll_service": "Wages, service",
    "payroll": "Wages",
    "pending_customers": "Customers won but not yet live",
    "referral_share": "Share of wins by referral",
    "leads_recycled": "Leads that came back into the pipeline",
    "leads_won_back": "Lost customers who came back as leads",
    "contact_rate": "Leads reached, of those tried",
    "touched": "Leads that somebody worked",
    "prospecting_reach": "Prospecting calls that reach somebody",
    "calls": "Prospecting calls",
    "conversations": "Prospecting conversations",
    "prospects": "Possible customers still free",
    "penetration": "Share of the market won",
    "win_rate_opportunity": "Win rate after the first stage",
    "win_rate_value": "Win rate by value",
    "bookings": "Bookings",
    "deal_size": "Deal size, after discount",
    "discount": "Discount given",
    "fees": "One-off fees",
    "velocity": "Sales velocity",
    "pipeline": "Open opportunities",
    "pipeline_value": "Pipeline at list price",
    "pipeline_age": "Age of open opportunities",
    "forecast": "Forecast at mid-run",
    "forecast_ratio": "Came in, of the forecast",
    "quota_attainment": "Quota attainment",
    "reps_at_quota": "People at or above their quota",
    "wins_per_rep": "Wins per person and month",
    "bookings_per_rep": "Bookings per person and month",
    "selling_time": "Paid time spent selling",
    "ramping": "Still ramping up",
    "new_mrr": "New MRR",
    "expansion_mrr": "Expansion MRR",
    "expansion_own_mrr": "Expansion MRR, by itself",
    "expansion_follow_up_mrr": "Expansion MRR, by follow-up",
    "contraction_mrr": "Contraction MRR",
    "churned_mrr": "Churned MRR",
    "renewals": "Contracts renewed",
    "renewal_rate": "Renewal rate",
    "misfits": "Poor fits among customers won",
    "purchases_per_customer": "Purchases per customer",
    "cost_of_sale": "Cost of sale, of first-year value",
    "meetings": "Interactions held",
    "follow_ups": "Follow-up done",
    "follow_ups_lapsed": "Follow-up nobody found time for",
}
_WITH_WORD = {
    "reached": "Leads reaching {}",
    "stage_time": "Time in {}",
    "no_show_rate": "No-shows in {}",
    "stage_lost": "Lost in {}",
    "stage_disqualified": "Disqualified in {}",
    "stage_expired": "Expired in {}",
    "stage_open": "Open in {}",
    "staying": "Customers who stay {}",
    "lost": "Of those who left, for {}",
    "lost_because": "Lost: {}",
    "revenue_tag": "Revenue of {}",
    "revenue_kind": "Revenue of all customers: {}",
}
"""Figures whose word stands inside their name."""
_TICKETLESS = {"win_rate", "wins", "bookings", "cac", "cost_per_lead"}
"""Figures whose kinds are sources of leads, not of tickets."""
REASONS = {
    "declined": "said no whatever was done",
    "too_late": "answered too late",
    "question": "question not answered well",
    "handover": "case changed hands",
    "workload": "rep carried too many or too few",
    "unreached": "never reached",
    "no_room": "no room for them",
}
"""Why leads are lost, in plain words."""
ORIGINS = {
    "initial": "initial base",
    "organic": "marketing",
    "referral": "referrals",
    "prospecting": "prospecting",
    "won_back": "won back",
}
"""Where customers come from, in plain words."""
KINDS = {"new": "new", "retained": "retained", "expansion": "expansion", "follow_up": "follow-up"}
"""Why money is paid, in plain words."""
LEAVINGS = {"price": "price or closure", "fit": "poor fit", "service": "bad service"}
"""Why customers leave, in plain words."""
_WORDS = {"lost_because": REASONS, "lost": LEAVINGS, "revenue_kind": KINDS}
_WORDS |= dict.fromkeys(("revenue", "revenue_direct", "revenue_indirect", "revenue_forgone", "fees"), ORIGINS)
"""What the words of a figure are called."""


def worded(word: str) -> str:
    """A user's word for a stage, source or team, as it stands in a sentence."""
    return word.replace("_", " ")


def label(kpi: str) -> str:
    """A figure's name for the first column of a table: 'Service level, phone' for service_level.phone."""
    name, _, part = kpi.partition(".")
    if part and name in _WITH_WORD:
        return _WITH_WORD[name].format(_word(name, part))
    kind = name.endswith("_of") and name.removesuffix("_of") not in _TICKETLESS
    name = name.removesuffix("_of") if part else name
    if name not in _LABELS:
        words = name.split("_")
        quantile = words[-1] if words[-1] in {"p50", "p90"} else None
        head = [word.upper() if word in _ACRONYMS else word for word in (words[:-1] if quantile else words)]
        text = " ".join(head)
        text = text[0].upper() + text[1:] + {"p50": ", median", "p90": ", 9 in 10 within", None: ""}[quantile]
    else:
        text = _LABELS[name]
    if not part:
        return text
    text = text.removesuffix(", all contacts")
    return f"{text}, {_word(name, part)}{' tickets' if kind else ''}"


def _word(name: str, part: str) -> str:
    """The word after a figure's dot, as it is read; a tag is an origin and a reason."""
    if name == "revenue_tag" and "." in part:
        origin, _, kind = part.partition(".")
        return f"{_word('revenue', origin)}: {_word('revenue_kind', kind)}"
    return _WORDS.get(name, {}).get(part, worded(part))


def in_prose(kpi: str) -> str:
    """A figure's name inside a sentence: 'service level', 'MRR'."""
    text = label(kpi)
    return text if text[:2].isupper() else text[0].lower() + text[1:]
