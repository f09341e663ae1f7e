"""The desk as tables: what applies is told, what is told elsewhere or never happens is left out."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import pytest

from sim.experiments.compare import compare
from sim.experiments.outcome import Outcome
from sim.experiments.study import Study
from sim.report.charts import gallery
from sim.report.desk import Grid, grids, overall
from sim.report.document import render
from sim.report.figures import headline_kpis, shared_kpis
from sim.report.labels import label
from sim.report.reading import Reading
from sim.report.tables import WIDTH, tell
from sim.scenario.scenario import Scenario

PHONE = {"mode": "live", "target": {"within": "60 s", "share": "80 %"}, "tolerance": "3 min"}
EMAIL = {"mode": "deferred", "target": {"within": "4 h", "share": "90 %"}, "tolerance": "8 h"}
WORK = {"team": "front", "handle_time": "5 min", "arrivals": {"rate": "20 /h"}}
TIER = {"team": "experts", "reasons": {"too_hard": "40 %"}, "handle_time": "30 min"}
REQUEST = WORK | {"channels": {"phone": "60 %", "email": "40 %"}, "escalation": [TIER]}
FAULT = WORK | {"channels": {"phone": 1.0}, "target": {"within": "20 s", "share": "95 %"}, "resolve_within": "8 h"}
SURVEY = WORK | {"channels": {"email": 1.0}, "outbound": True}
FIGURES = {
    "contacts": 900.0, "wait": 12.0, "service_level": 0.8, "abandonment": 0.05, "handle_time": 5.0, "csat": 0.7,
    "first_contact_resolution": 0.75, "transfer_rate": 0.1, "redial_rate": 0.0, "cost_per_contact": 7.0,
    "contacts.phone": 600.0, "contacts.email": 300.0, "wait.phone": 0.5, "wait.email": 90.0, "abandonment.phone": 0.07,
    "service_level.phone": 0.78, "service_level.email": 0.9, "blocked.phone": 0.02, "blocked.email": 0.0,
    "contacts_of.request": 700.0, "contacts_of.fault": 150.0, "contacts_of.check_up": 50.0, "wait_of.request": 20.0,
    "wait_of.fault": 0.4, "service_level_of.request": 0.81, "service_level_of.fault": 0.77,
    "first_contact_resolution_of.request": 0.7, "first_contact_resolution_of.fault": 1.0,
    "sla_attainment_of.fault": 0.93, "csat_of.request": 0.6, "csat_of.fault": 0.9,
    "occupancy.front": 0.85, "occupancy.experts": 0.4, "utilization.front": 0.6, "utilization.experts": 0.3,
    "overtime.front": 0.0, "overtime.experts": 0.0, "escalation_rate.too_hard": 0.08,
}  # fmt: skip


def scenario(name: str, types: dict[str, Any]) -> Scenario:
    """A hotline of its own, with a second tier."""
    tree = {
        "name": name,
        "clock": {"horizon": "10 d", "report_at": ["5 d"]},
        "teams": {"front": {"headcount": 4}, "experts": {"headcount": 2}},
        "service": {"channels": {"phone": PHONE, "email": EMAIL}, "types": types},
    }
    return Scenario.model_validate(tree)


def study_of(*plans: str, figures: dict[str, float] = FIGURES, **types: Any) -> Study:
    """A made-up study of desks."""
    kinds = types or {"request": REQUEST, "fault": FAULT, "check_up": SURVEY}
    outcomes = []
    for shift, plan in enumerate(plans):
        for number in range(4):
            told = {name: value * (1 + 0.01 * number * (1 + shift)) if value < 0.9 or value > 1 else value
                    for name, value in figures.items()}  # fmt: skip
            outcomes.append(Outcome(plan, number, {"5 d": told, "10 d": told}))
    return Study(
        folder=Path("made-up"),
        plans={plan: scenario(plan, kinds) for plan in plans},
        texts=dict.fromkeys(plans, ""),
        outcomes=tuple(outcomes),
        comparison=compare(outcomes) if len(plans) > 1 else None,
        confidence=0.95,
        manifest={"program": "0.1.0+made-up", "seed": 1, "replications": 4, "confidence": 0.95},
    )


@pytest.fixture(scope="module")
def reading() -> Reading:
    """One desk with two channels, three types, two tiers."""
    return Reading(study_of("desk"))


def by_caption(reading: Reading) -> dict[str, Grid]:
    """The grids of the first plan."""
    return {grid.caption: grid for grid in grids(reading, reading.baseline)}


def cell(grid: Grid, row: str, head: str) -> Any:
    """One figure of a grid."""
    place = [name for name, _ in grid.heads].index(head)
    return dict(grid.rows)[row][place]


def test_each_grid_has_the_columns_that_apply(reading: Reading) -> None:
    """Figures no row has, and figures that are always nothing, have no column."""
    told = by_caption(reading)
    assert list(told) == ["By channel", "By ticket type", "Load of the teams", "Passed on to the next tier, by reason"]
    heads = {caption: [head for head, _ in grid.heads] for caption, grid in told.items()}
    assert heads["By channel"] == ["Contacts", "Wait", "In time", "Gave up", "No line"]
    assert "Resolved as promised" in heads["By ticket type"]
    assert "CSAT, survey" not in heads["By ticket type"]
    assert heads["Load of the teams"] == ["Occupancy", "Use of paid time"]
    assert all(definition for grid in told.values() for _, definition in grid.heads)


def test_a_figure_stands_beside_its_interval_and_its_promise(reading: Reading) -> None:
    """Each in its own unit; the promise is the type's own, or those of its channels."""
    channels, kinds = by_caption(reading)["By channel"], by_caption(reading)["By ticket type"]
    assert cell(channels, "phone", "Wait").value == "30.5 s"
    assert cell(channels, "email", "Wait").value.endswith(" h")
    assert cell(channels, "phone", "Wait").error
    assert cell(channels, "phone", "In time").note == "promised 80 to 95%"
    assert cell(kinds, "request", "In time").note == "promised 80 to 90%"
    assert cell(kinds, "fault", "In time").note == "promised 95%"
    assert cell(channels, "email", "No line").value == "–"


def test_outbound_work_is_named_and_has_no_wait(reading: Reading) -> None:
    """Nobody waits for the company's own calls, and nothing is promised."""
    kinds = by_caption(reading)["By ticket type"]
    assert cell(kinds, "check up (outbound)", "Wait").value == "–"
    assert cell(kinds, "check up (outbound)", "In time").note == ""


def test_grids_that_say_the_same_are_told_once() -> None:
    """One type is no table of types; a type for each channel is told by channel alone."""
    one = Reading(study_of("desk", request=REQUEST))
    assert "By ticket type" not in by_caption(one)
    split = {"request": WORK | {"channels": {"phone": 1.0}}, "fault": WORK | {"channels": {"email": 1.0}}}
    assert "By channel" in by_caption(Reading(study_of("desk", **split)))
    assert "By ticket type" not in by_caption(Reading(study_of("desk", **split)))


def test_a_desk_alone_is_told_by_what_its_head_reads(reading: Reading) -> None:
    """The headline is of the desk, its wait that of callers; single channels and types are not in the long list."""
    told = headline_kpis(reading)
    assert told[0] == "service_level"
    assert {"contacts", "wait.phone", "handle_time", "first_contact_resolution", "transfer_rate"} <= set(told)
    assert "redial_rate" not in told
    assert [name for name in told if name.startswith("wait")] == ["wait.phone"]
    assert "cost_per_contact" in overall(reading, told)
    assert not set(overall(reading, told)) & set(told)
    assert not [name for name in shared_kpis(reading) if name.startswith(("wait.", "wait_of", "escalation_rate."))]


def test_a_plan_is_told_by_its_own_figures() -> None:
    """A column that only another plan can fill is not there."""
    study = study_of("desk", "pressed")
    for outcome in study.outcomes[4:]:
        for figures in outcome.kpis.values():
            figures["standard.front"] = 0.94
    reading = Reading(study)
    heads = {plan: [head for grid in grids(reading, plan) for head, _ in grid.heads] for plan in reading.plans}
    assert "Usual time per contact" in heads["pressed"]
    assert "Usual time per contact" not in heads["desk"]


def test_a_certainty_is_no_news() -> None:
    """Where every first contact resolves by assumption, that is not told."""
    sure = FIGURES | {name: 1.0 for name in FIGURES if name.startswith("first_contact_resolution")}
    reading = Reading(study_of("desk", figures=sure))
    assert "first_contact_resolution" not in headline_kpis(reading)
    assert "First contact resolves" not in [head for head, _ in by_caption(reading)["By ticket type"].heads]


@pytest.mark.parametrize("plans", [("desk",), ("desk", "more", "most")])
def test_the_page_has_the_desk(plans: tuple[str, ...]) -> None:
    """A section of its own, in scrolling boxes; the first and the best plan open, the others folded away."""
    reading = Reading(study_of(*plans))
    page = render(reading, gallery(reading))
    assert page.count('id="desk"') == 1
    assert page.count("By ticket type</span>") == len(plans)
    assert page.count("<summary>The desk under") == max(0, len(plans) - 2)
    assert page.count("<table") == page.count('class="scroll" role="region"') - page.count("<img")
    assert "nan" not in page.partition("<body>")[2].replace("nance", "")


def test_the_terminal_tells_a_desk_by_channel_and_team() -> None:
    """In 80 columns of ASCII."""
    from rich.console import Console

    out = io.StringIO()
    tell(study_of("desk"), Console(file=out, width=100, force_terminal=False))
    text = out.getvalue()
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= WIDTH
    for word in ("By channel", "phone", "email", "Load of the teams", "front", "too hard", "In time"):
        assert word in text


def test_names_of_figures_of_types_and_channels_differ() -> None:
    """A type and a channel of one name are told apart."""
    assert label("wait.phone") == "Wait, phone"
    assert label("wait_of.phone") == "Wait, phone tickets"
    assert label("wait") == "Wait, all contacts"
    assert label("sla_attainment_of.fault") == "Resolved as promised (SLA), fault tickets"
    assert label("backlog_of.fault") == "Backlog, fault tickets"


def test_a_plan_without_a_desk_has_no_grid(make_study: Any) -> None:
    """No service, no table."""

    def bare(name: str, sales: int, service: int) -> dict[str, Any]:
        clock = {"horizon": "24 mo", "report_at": ["12 mo"]}
        return {"name": name, "clock": clock, "teams": {"reps": {"headcount": 2}}}

    reading = Reading(make_study(["baseline"], make=bare))
    assert grids(reading, "baseline") == ()
    assert overall(reading, []) == []
    assert math.isfinite(reading.mean("baseline", "profit", reading.end).mean)
