"""Customers and people in the report: who brings revenue, why customers leave, how long they stay, how teams fare."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from served import studied

from sim.experiments.compare import compare
from sim.experiments.study import Study
from sim.metrics import REGISTER
from sim.metrics.tags import KINDS
from sim.model.facts import LEAVINGS, ORIGINS
from sim.report.charts import gallery
from sim.report.customers import section
from sim.report.document import render
from sim.report.figures import shared_kpis
from sim.report.labels import label
from sim.report.reading import Reading
from sim.report.retention import ages_of, staying

Make = Any


def given(study: Study, figures: dict[str, dict[str, Any]]) -> Reading:
    """The study with figures of the last horizon as given: plan -> figure -> one value, or one for each future."""
    outcomes = []
    for each in study.outcomes:
        told = {
            name: float(np.broadcast_to(values, 20)[each.replication])
            for name, values in figures.get(each.plan, {}).items()
        }
        kpis = dict(each.kpis)
        last = list(kpis)[-1]
        kpis[last] = kpis[last] | told
        outcomes.append(replace(each, kpis=kpis))
    comparison = compare(outcomes) if len(study.plans) > 1 else None
    return Reading(replace(study, outcomes=tuple(outcomes), comparison=comparison))


@pytest.fixture(scope="module")
def told() -> Reading:
    """A company with segments, simulated."""
    return studied("segments")


def test_direct_and_indirect_revenue_stand_side_by_side(told: Reading) -> None:
    """Two columns at every horizon for every plan; only the other plan has a verdict, and service acts indirectly."""
    sides = section(told).sides
    assert [side.plan for side in sides] == ["one agent", "three agents"]
    assert all(len(side.cells) == 2 * len(told.horizons) for side in sides)
    base, more = sides
    assert not any(cell.verdict for cell in base.cells)
    assert all(cell.verdict for cell in more.cells)
    gaps = told.difference("three agents", "revenue_indirect", told.end)
    assert gaps.low > 0


def test_revenue_is_told_by_origin_and_reason(told: Reading) -> None:
    """A row for each origin there is and one for all, whose parts add up; the base is the initial base's alone."""
    table = section(told).origins
    assert table is not None
    words = ["initial base", "marketing", "referrals", "prospecting", "won back", "all"]
    assert [word for word, _ in table.rows] == words
    heads = [head for head, _ in table.heads]
    assert heads[:3] == ["Direct", "Base", "Indirect"]
    assert heads[-1] == "Revenue"
    place = heads.index("Base")
    assert [plans[0][place].value != "–" for _, plans in table.rows] == [True, *[False] * 4, True]
    kinds = [told.mean("one agent", f"revenue_kind.{kind}", told.end).mean for kind in KINDS]
    assert sum(kinds) == pytest.approx(told.mean("one agent", "revenue", told.end).mean)


def test_reasons_feelings_and_kinds_of_customers_are_told(told: Reading) -> None:
    """Why they left, what they feel and tell, of which segment; totals are not told twice."""
    found = section(told)
    listed = {table.caption: [row.kpi for row in table.rows] for table in found.listings}
    assert listed["Why customers left"][:2] == ["lost.price", "lost.service"]
    assert listed["What customers feel"] == ["satisfaction", "promoters", "passives", "detractors", "nps"]
    assert "reproduction" in listed["What customers tell"]
    assert not any(kpi.startswith(("churn.", "satisfaction.")) for kpis in listed.values() for kpi in kpis)
    assert found.segments is not None
    assert [word for word, _ in found.segments.rows] == ["firms", "homes"]
    assert found.teams is not None
    assert [word for word, _ in found.teams.rows] == ["reps", "agents"]
    assert "Quits a year" in [head for head, _ in found.teams.heads]


def test_growth_by_word_of_mouth_alone_is_warned_of(make_study: Make, tree: Make) -> None:
    """From 1 on, and only for plans that reach it; a market that fills up is named as the limit there is."""
    study = make_study(["baseline", "more service"])
    calm = {"baseline": {"reproduction": 0.4}, "more service": {"reproduction": 0.999}}
    assert section(given(study, calm)).warnings == ()
    hot = calm | {"more service": {"reproduction": np.linspace(0.9, 1.5, 20)}}
    (sentence,) = section(given(study, hot)).warnings
    assert sentence.startswith(
        "Under “more service” every customer who left was followed by 1.20 whom others sent (95%"
    )
    assert "no size" in sentence

    def fenced(name: str, sales: int, service: int) -> dict[str, Any]:
        plan: dict[str, Any] = tree(name, sales, service)
        plan["marketing"] = plan["marketing"] | {"market": {"size": 5000}}
        return plan

    (sentence,) = section(given(make_study(["baseline"], make=fenced), {"baseline": {"reproduction": 1.0}})).warnings
    assert "until the market is full" in sentence


def test_a_desk_alone_has_no_such_section(make_study: Make) -> None:
    """Without customers, and with nobody who comes or goes, there is nothing to say; with quits there is."""

    def desk(name: str, sales: int, service: int) -> dict[str, Any]:
        return {
            "name": name,
            "clock": {"horizon": "24 mo", "report_at": ["12 mo"]},
            "teams": {"agents": {"headcount": 2}},
        }

    study = make_study(["baseline"], 3, make=desk)
    assert not section(Reading(study))
    assert 'href="#customers"' not in render(Reading(study), gallery(study))
    quitting = given(study, {"baseline": {"quits.agents": 3.0, "quit_rate.agents": 0.2, "headcount_mean.agents": 1.8}})
    found = section(quitting)
    assert found
    assert not found.customers
    assert found.teams is not None
    assert 'href="#customers"' in render(quitting, gallery(quitting))


def test_the_page_tells_it_all(told: Reading) -> None:
    """Tables, the curve and its words are on the page, and every figure of them is explained where it stands."""
    page = render(told, gallery(told))
    part = page.partition('<h2 id="customers">')[2].partition("<h2 ")[0]
    for caption in (
        "Direct and indirect revenue",
        "Revenue by what brought it",
        "Why customers left",
        "People by team",
    ):
        assert caption in part
    assert "Line chart of the share of customers who stay" in part
    heads = re.findall(r'<th scope="col" class="n" title="([^"]*)"', part)
    assert heads
    assert all(text.endswith(".") for text in heads)


def curve(*shares: float) -> dict[str, float]:
    """Shares that stay 3, 6, 12 and 18 months."""
    return {f"staying.{age}_months": share for age, share in zip((3, 6, 12, 18), shares, strict=False)}


def test_the_curve_tells_who_keeps_more(make_study: Make) -> None:
    """Of a cohort, at the age of a year; only what the test tells apart."""
    study = make_study(["baseline", "more service"])
    noise = np.linspace(-0.01, 0.01, 20)
    less, more = curve(0.95, 0.9, 0.8, 0.7), curve(0.97, 0.94, 0.88, 0.8)
    better = {"baseline": less, "more service": {name: share + noise for name, share in more.items()}}
    picture = staying(given(study, better))
    assert picture is not None
    assert picture.title == "Of 100 who become customers 88 stay a year under “more service”, 80 under “baseline”"
    assert picture.csv.splitlines()[0] == "plan,month,share_staying,low,high"
    assert len(picture.csv.splitlines()) == 1 + 2 * 4
    tied = {"baseline": less, "more service": {name: share + 30 * noise for name, share in less.items()}}
    picture = staying(given(study, tied))
    assert picture is not None
    assert picture.title.endswith("“more service” cannot be told apart from “baseline”")
    picture = staying(given(study, {"baseline": less, "more service": less}))
    assert picture is not None
    assert picture.title.endswith("“more service” changes nothing")


def test_one_plan_alone_tells_whether_the_young_leave_faster(make_study: Make, tree: Make) -> None:
    """If the difference is beyond doubt, and not made by contracts; else how many stay."""
    study, noise = make_study(["baseline"]), np.linspace(-0.001, 0.001, 20)

    def bound(name: str, sales: int, service: int) -> dict[str, Any]:
        plan: dict[str, Any] = tree(name, sales, service)
        return plan | {"customers": plan["customers"] | {"contract": {"length": "12 mo"}}}

    shares = curve(0.9, 0.8, 0.7)
    faster = {"churn_first_year": 0.03 + noise, "churn_later": 0.02}
    picture = staying(given(study, {"baseline": shares | faster}))
    assert picture is not None
    assert picture.title == "Customers leave faster in their first year than later"
    even = {"churn_first_year": 0.02 + noise, "churn_later": 0.02}
    for told in (
        given(study, {"baseline": shares | even}),
        given(make_study(["baseline"], make=bound), {"baseline": shares | faster}),
    ):
        picture = staying(told)
        assert picture is not None
        assert picture.title == "Of 100 who become customers 70 stay a year"


def test_too_few_ages_are_no_curve(make_study: Make) -> None:
    """Two points are a line between guesses; an age that one plan does not know is not drawn."""
    study = make_study(["baseline", "more service"])
    assert staying(Reading(study)) is None
    plans = {"baseline": curve(0.9, 0.8, 0.7), "more service": curve(0.9, 0.8)}
    assert [age for age, _ in ages_of(given(study, plans))] == [3, 6]
    assert staying(given(study, plans)) is None


def test_figures_told_here_are_not_listed_again(told: Reading) -> None:
    """The list of all figures has none by origin, reason, segment or age."""
    listed = shared_kpis(told)
    assert {"revenue_direct", "revenue_indirect", "service_effect", "reproduction", "nps"} <= set(listed)
    assert not [kpi for kpi in listed if REGISTER.get(kpi) is None and told.kpi(kpi).per != "team"]


def test_words_of_figures_are_plain() -> None:
    """Origins, reasons and ages as one would say them."""
    assert label("revenue_tag.won_back.follow_up") == "Revenue of won back: follow-up"
    assert label("revenue_indirect.referral") == "Indirect revenue (service), referrals"
    assert label("lost.price") == "Of those who left, for price or closure"
    assert label("staying.12_months") == "Customers who stay 12 months"
    assert label("churn.small_firms") == "Customers lost a month, small firms"
    names = [label(f"revenue_tag.{origin}.{kind}") for origin in ORIGINS for kind in KINDS]
    names += [label(f"lost.{word}") for word in LEAVINGS]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "_" in name]
