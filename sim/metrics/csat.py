"""Whether help pleased: what the simulation knows of every contact, beside what a help desk learns by asking.

Contacts that arrived in the warm-up do not count.
"""

from __future__ import annotations

import numpy as np

from sim.metrics.catalogue import kpi
from sim.metrics.desk import by_channel, by_type, cells, contacts
from sim.metrics.view import NAN, Floats, Mask, View, count, derived, ratio
from sim.scenario.customers import Experience


@derived
def _happy(view: View) -> Mask:
    """Contacts felt at or above the threshold of satisfaction."""
    threshold = (view.scenario.customers.experience if view.scenario.customers else Experience()).satisfied
    mask: Mask = view.warm("contacts", "experience") >= threshold
    return mask


@derived
def _felt(view: View) -> tuple[Floats, Floats]:
    """Contacts that satisfied, and all that were felt or never answered in time, by channel and type."""
    felt = ~np.isnan(view.warm("contacts", "experience")) | contacts(view).never
    return cells(view, _happy(view)), cells(view, felt)


@kpi(
    "csat",
    "share",
    "higher",
    "Contacts that satisfied the customer, as a share of all contacts that are over, abandoned and turned-away ones "
    "included, and of those left waiting beyond the promise, which count as not satisfied.",
    headline=True,
    needs=("service",),
)
def csat(view: View) -> float:
    happy, felt = _felt(view)
    return ratio(happy.sum(), felt.sum())


@kpi(
    "csat",
    "share",
    "higher",
    "Contacts that satisfied the customer, as a share of the contacts by this channel that are over or left waiting "
    "beyond the promise.",
    per="channel",
    needs=("service",),
)
def csat_by_channel(view: View) -> dict[str, float]:
    return by_channel(view, *_felt(view))


@kpi(
    "csat_of",
    "share",
    "higher",
    "Contacts that satisfied the customer, as a share of the contacts of this type that are over or left waiting "
    "beyond the promise.",
    per="type",
    needs=("service",),
)
def csat_by_type(view: View) -> dict[str, float]:
    return by_type(view, *_felt(view), own=True)


@kpi(
    "csat_closed",
    "share",
    "higher",
    "Contacts that satisfied the customer, as a share of served contacts of closed tickets: blind to those the desk "
    "lost and those it keeps waiting.",
    needs=("service",),
)
def csat_closed(view: View) -> float:
    asked = contacts(view).served & ~np.isnan(view.warm("contacts", "experience")) & _ticket_closed(view)
    return ratio(count(_happy(view) & asked), count(asked))


def _ticket_closed(view: View) -> Mask:
    """Whether the ticket of each contact is over."""
    tickets, asked = view.column("tickets", "ticket").astype(np.intp), contacts(view).ticket
    closed = np.zeros(max(tickets.max(initial=-1), asked.max(initial=-1)) + 1, dtype=bool)
    closed[tickets] = view.column("tickets", "outcome") != view.code("tickets", "outcome", "open")
    mask: Mask = closed[asked]
    return mask


@derived
def _answers(view: View) -> tuple[Floats, Floats]:
    """Answers that say satisfied, and all answers, by channel and type."""
    survey = view.scenario.service.survey if view.scenario.service else None
    answer = view.warm("contacts", "answer")
    least = survey.satisfied if survey else NAN
    return cells(view, answer >= least), cells(view, ~np.isnan(answer))


@kpi(
    "csat_survey",
    "share",
    "higher",
    "Answers that say satisfied (service.survey), as a share of all answers: the figure a help desk reports. Asked is "
    "who was served by the contact that closed his ticket. Not applicable without a survey.",
    needs=("service",),
)
def csat_survey(view: View) -> float:
    satisfied, answers = _answers(view)
    return ratio(satisfied.sum(), answers.sum())


@kpi(
    "csat_survey_of",
    "share",
    "higher",
    "Answers that say satisfied, as a share of all answers about tickets of this type.",
    per="type",
    needs=("service",),
)
def csat_survey_by_type(view: View) -> dict[str, float]:
    if view.scenario.service is None or view.scenario.service.survey is None:
        return {}
    return by_type(view, *_answers(view), own=True)


@kpi("survey_answers", "count", "neutral", "Customers asked how it was who answered.", needs=("service",))
def survey_answers(view: View) -> float:
    return float(_answers(view)[1].sum())
