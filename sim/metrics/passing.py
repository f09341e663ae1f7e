"""Who passed contacts on: to another team that helped out, or to the next tier, and why.

Contacts that arrived in the warm-up do not count.
"""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.desk import contacts
from sim.metrics.service import contacts_served
from sim.metrics.view import Mask, View, count, derived, ratio


@derived
def _passed_on(view: View) -> Mask:
    """Contacts that somebody served and passed on to the next tier."""
    mask: Mask = ~np.isnan(view.warm("contacts", "reason")) & contacts(view).served
    return mask


@kpi(
    "transfer_rate",
    "share",
    "lower",
    "Contacts that another team took up than the one asked (overflow), or that were passed on to the next tier "
    "(escalation), as a share of contacts served.",
    needs=("service",),
)
def transfer_rate(view: View) -> float:
    by, served = view.warm("contacts", "by"), contacts(view).served
    moved = served & ~np.isnan(by) & (by != view.warm("contacts", "team"))
    return ratio(count(moved | _passed_on(view)), contacts_served(view))


@kpi(
    "escalation_rate",
    "share",
    "lower",
    "Contacts that were passed on to the next tier, as a share of contacts served (by whichever tier).",
    needs=("service",),
)
def escalation_rate(view: View) -> float:
    return ratio(count(_passed_on(view)), contacts_served(view))


@kpi(
    "escalation_rate",
    "share",
    "lower",
    "Contacts that were passed on to the next tier for this reason, as a share of contacts served.",
    per="reason",
    needs=("service",),
)
def escalation_rate_by_reason(view: View) -> dict[str, float]:
    words = view.run.words.get("reasons", ())
    if not words:
        return {}
    reasons = view.warm("contacts", "reason")[_passed_on(view)].astype(np.intp)
    counts = np.bincount(reasons, minlength=len(words)).astype(float)
    return {word: ratio(n, contacts_served(view)) for word, n in zip(words, counts.tolist(), strict=True)}
