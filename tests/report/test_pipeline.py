"""The pipeline in tables: what applies is told of every plan, what is told by word stands in no other list."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from selling import FOUR, pipelines, reading_of

from sim.experiments.compare import compare
from sim.experiments.outcome import observe
from sim.experiments.study import Study
from sim.metrics import REGISTER
from sim.metrics.tags import KINDS
from sim.model.facts import ORIGINS
from sim.report.charts import gallery
from sim.report.document import render
from sim.report.figures import shared_kpis
from sim.report.labels import REASONS, label
from sim.report.pipeline import ladders, listings
from sim.report.reading import Reading
from sim.report.stages import ENDS
from sim.report.waterfall import PARTS
from sim.scenario.load import load

FULL = Path(__file__).parent / "full_sales.yaml"
TWO = {"baseline": {}, "slower": {"fates": {"qualification": (0.4, 0.2, 0.3, 0.08, 0.02)}}}


@pytest.fixture(scope="module")
def full() -> Study:
    """A sales organization with every part, as it stands and with two more sellers: simulated, two futures each."""
    short = [
        "clock.horizon=4 mo",
        'clock.report_at=["2 mo"]',
        "customers.contract.length=4 mo",
        "customers.initial.count=300",
    ]
    plans = {
        "as it is": load(FULL, sets=[*short, "name=as it is"]),
        "more sellers": load(FULL, sets=[*short, "name=more sellers", "teams.sellers.headcount=8"]),
    }
    outcomes = tuple(observe(plan, number, 1) for plan in plans.values() for number in range(2))
    return Study(
        folder=Path("full"),
        plans=plans,
        texts=dict.fromkeys(plans, ""),
        outcomes=outcomes,
        comparison=compare(outcomes),
        confidence=0.95,
        manifest={"program": "0.1.0+made-up", "seed": 1, "replications": 2, "confidence": 0.95},
    )


@pytest.fixture(scope="module")
def page(full: Study) -> str:
    """Its report."""
    reading = Reading(full)
    return render(reading, gallery(reading))


def tables_of(html: str) -> dict[str, str]:
    """The tables of the section on the pipeline by caption."""
    section = re.search(r'<section aria-labelledby="pipeline">.*?</section>', html, re.DOTALL)
    assert section is not None
    found = re.findall(r"<table.*?</table>", section[0], re.DOTALL)
    return {re.findall(r"<caption><span>(.*?)</span>", table)[0].replace("&#39;", "'"): table for table in found}


def test_the_page_tells_of_all_of_sales(page: str, full: Study) -> None:
    """Before the desk: the funnel, sources, stages, losses, deals, work and customers' money; every plan in each."""
    assert page.index('id="pipeline"') < page.index('id="desk"')
    told = tables_of(page)
    assert list(told) == ["Where leads come from", "The stages", "Leads on their way", "Why leads are lost",
                          "Deals and quota", "Selling work", "Customers' money"]  # fmt: skip
    for table in told.values():
        assert all(plan in table for plan in full.plans)
        assert "nan" not in table
    for words in ("cold calls", "won back", "trade fair"):
        assert words in told["Where leads come from"]
    for words in ("Disqualified", "No-shows", "presentation and demo"):
        assert words in told["The stages"]
    for words in ("Discount given", "Quota attainment", "Commission", "Cost of sale"):
        assert words in told["Deals and quota"]
    for words in ("Prospecting calls", "Interactions held, meeting", "Follow-up done, account review", "ramping up"):
        assert words in told["Selling work"]
    assert not Reading(full).empty("ramping.agents")
    assert "agents" not in told["Selling work"], "agents do not sell"
    for words in ("Expansion MRR", "Contraction MRR", "Renewal rate", "Poor fits"):
        assert words in told["Customers' money"]
    assert len(page.encode()) < 2_000_000


def test_the_funnel_of_a_simulated_company_adds_up(full: Study) -> None:
    """Who reached a stage passed it or is told under one of its ends, in the figures that the picture draws."""
    reading = Reading(full)
    for plan in reading.plans:
        for stage in reading.scenarios[plan].sales.stages:  # type: ignore[union-attr]
            ended = sum(
                reading.values(plan, f"stage_{end}.{stage}", reading.end)
                for end in ENDS
                if f"stage_{end}.{stage}" in reading.kpis
            )
            reached = reading.values(plan, f"reached.{stage}", reading.end)
            opened = reading.values(plan, f"stage_open.{stage}", reading.end)
            passed = reading.values(plan, f"conversion.{stage}", reading.end) * (reached - opened)
            assert reached == pytest.approx(ended + passed)


def test_what_does_not_apply_is_not_told() -> None:
    """No empty table, column or row: a company that only sells has no renewals, and nobody who never came."""
    reading = reading_of(TWO)
    told = {listing.caption: [row.kpi for row in listing.rows] for listing in listings(reading)}
    assert "renewals" not in told["Customers' money"]
    assert "contraction_mrr" not in told["Customers' money"]
    assert told["Why leads are lost"] == ["lost_because.declined", "lost_because.too_late", "lost_because.unreached"]
    sources, stages = ladders(reading)
    assert [word for word, _ in sources.rows] == ["website", "trade fair"]
    assert "CAC" not in [head for head, _ in sources.heads]
    assert [word for word, _ in stages.rows] == list(FOUR)


def test_every_plan_stands_in_every_group() -> None:
    """A row for each plan under each word, a cell for each column, the change marked by its test."""
    reading = reading_of(TWO)
    stages = ladders(reading)[1]
    heads = [head for head, _ in stages.heads]
    for _, plans in stages.rows:
        assert len(plans) == 2
        assert all(len(cells) == len(heads) for cells in plans)
    passed = heads.index("Pass")
    assert stages.rows[0][1][1][passed].verdict == "worse"
    assert stages.rows[0][1][0][passed].verdict == ""
    page = render(reading, gallery(reading))
    assert re.search(r'class="w bad">−[\d.]+ points', tables_of(page)["The stages"])


def test_certain_figures_have_no_error_and_nothing_no_decimals() -> None:
    """A cost that is assumed is not given with ± 0.0; zero is 0."""
    reading = reading_of({"baseline": {}})
    sources, stages = ladders(reading)
    cost = [head for head, _ in sources.heads].index("Cost per lead")
    assert (sources.rows[0][1][0][cost].value, sources.rows[0][1][0][cost].error) == ("€60.0", "")
    forgotten = reading_of({"baseline": {"fates": {"qualification": (0.5, 0.2, 0.3, 0, 0)}}})
    stages = ladders(forgotten)[1]
    expired = [head for head, _ in stages.heads].index("Expired")
    assert [rows[0][expired].value for _, rows in stages.rows][1:] == ["0", "0", "0"]


def test_plans_with_other_stages_stand_side_by_side() -> None:
    """A stage that a plan does not have is dashed there."""
    reading = reading_of({"baseline": {"stages": ("one", "two")}, "other": {"stages": ("one", "extra", "two")}})
    stages = ladders(reading)[1]
    assert [word for word, _ in stages.rows] == ["one", "extra", "two"]
    base, other = dict(stages.rows)["extra"]
    assert base[0].value == "–"
    assert other[0].value != "–"


def test_figures_with_a_table_of_their_own_are_not_listed_again() -> None:
    """The list of all figures has none by stage, source, loss, interaction or activity."""
    listed = shared_kpis(reading_of(TWO))
    assert {"wins", "win_rate", "bookings"} <= set(listed)
    assert not [
        name for name in listed if name.startswith(("reached.", "stage_", "lost_because.", "wins_of.", "leads."))
    ]


def test_a_company_that_sells_nothing_has_no_pipeline(make_study: Any) -> None:
    """No section, no link to it."""

    def bare(name: str, sales: int, service: int) -> dict[str, Any]:
        return {
            "name": name,
            "clock": {"horizon": "24 mo", "report_at": ["12 mo"]},
            "teams": {"reps": {"headcount": 2}},
        }

    reading = Reading(make_study(["baseline"], 3, make=bare))
    assert ladders(reading) == ()
    assert listings(reading) == ()
    assert 'href="#pipeline"' not in render(reading, gallery(reading))


def test_one_future_is_enough_for_a_page() -> None:
    """Without intervals nothing is claimed, and nothing is missing."""
    reading = Reading(pipelines(TWO, 1))
    page = render(reading, gallery(reading))
    assert "The stages" in tables_of(page)
    assert "±" not in tables_of(page)["The stages"]


def test_every_figure_has_a_name_in_plain_words() -> None:
    """A name to be read, with the word it is told apart by, and of no other figure."""
    names = {}
    for key, entry in REGISTER.items():
        words = REASONS if entry.per == "loss" else ["some_word"] if entry.per else [""]
        for word in words:
            text = label(f"{entry.name}.{word}" if word else entry.name)
            assert "_" not in text
            assert text[0].isupper()
            assert entry.per == "loss" or word.replace("_", " ") in text
            assert names.setdefault(text, key) == key


def test_the_waterfall_knows_every_tag_of_revenue() -> None:
    """Every euro is part of the steps, so that none ends up under 'other'; of those who were referred all at once."""
    steps = {kpi for _, _, terms in PARTS for _, kpi in terms}
    tags = {f"revenue_tag.{origin}.{kind}" for origin in ORIGINS if origin != "referral" for kind in KINDS}
    assert tags | {"revenue.referral"} <= steps
