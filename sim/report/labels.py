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
}


def label(kpi: str) -> str:
    """A figure's name for the first column of a table: 'Service level, phone' for service_level.phone."""
    name, _, part = kpi.partition(".")
    kind = name.endswith("_of")
    name = name.removesuffix("_of")
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
    return f"{text}, {part.replace('_', ' ')}{' tickets' if kind else ''}"


def in_prose(kpi: str) -> str:
    """A figure's name inside a sentence: 'service level', 'MRR'."""
    text = label(kpi)
    return text if text[:2].isupper() else text[0].lower() + text[1:]
