"""Parts of small companies, as scenario files have them, from which the tests of this folder build theirs."""

from __future__ import annotations

from typing import Any

PHONE = {"mode": "live", "target": {"within": "60 s", "share": "80 %"}, "tolerance": "3 min"}
EMAIL = {"mode": "deferred", "deadline": "8 h", "target": {"within": "4 h", "share": "80 %"}, "tolerance": "8 h"}
BASE = {"initial": {"count": 1, "mrr": "100 EUR/mo"}, "leaving": {"base": "0 %/yr"}}
ONE = {"agents": {"headcount": 1}}
SALES: dict[str, Any] = {
    "stages": {
        "first": {
            "team": "reps",
            "work": {"dist": "lognormal", "mean": "1 h", "cv": 1},
            "thinking": {"dist": "exponential", "mean": "3 d"},
            "pass_rate": 0.6,
        },
        "second": {"team": "reps", "work": "2 h", "pass_rate": 0.7},
    },
    "deal": {"dist": "lognormal", "mean": "100 EUR/mo", "cv": 1},
    "expiry": {"dist": "exponential", "mean": "5 d"},
    "questions": {"stage": "second", "share": 0.5, "ticket": "question", "answered": 0.5, "unanswered": -0.5},
}


def desk_of(kinds: dict[str, dict[str, Any]], phone: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """Parts of a scenario: ticket types of 30 minutes by phone, unless they say otherwise."""
    usual = {"team": "agents", "channels": {"phone": 1}, "handle_time": "30 min"}
    channels = {"phone": PHONE | (phone or {}), "email": EMAIL} | parts.pop("channels", {})
    service = {"channels": channels, "types": {name: usual | kind for name, kind in kinds.items()}}
    return {"service": service | parts.pop("desk", {}), **parts}


PASS, FAIL = 0.4, 0.6
"""Decisions on either side of an even chance."""
LEADS: dict[str, Any] = {"sources": {}}
"""Leads come by hand alone."""
ALWAYS = {"hours": "always"}
"""Nobody ever sleeps."""
_NAMES = ("first", "second", "third")


def pipeline(*stages: dict[str, Any], **sales: Any) -> dict[str, Any]:
    """A sales plan of stages of an hour and an even chance each, unless they say otherwise; without any, of one."""
    usual = {"team": "reps", "work": "1 h", "pass_rate": 0.5}
    made = {name: usual | stage for name, stage in zip(_NAMES, stages or ({},), strict=False)}
    return {"stages": made, "deal": "100 EUR/mo", **sales}


def selling(*stages: dict[str, Any], **sales: Any) -> dict[str, Any]:
    """Parts of a scenario that sells to leads that come by hand."""
    return {"sales": pipeline(*stages, **sales), "marketing": LEADS}
