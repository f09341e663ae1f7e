"""The report: whole, self-contained, honest, and closed to user text that would be markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from sim.experiments.study import Study
from sim.report.assumptions import differences, register
from sim.report.cautions import cautions
from sim.report.charts import Gallery, gallery
from sim.report.document import document, render, why
from sim.report.reading import Reading

Make = Any
ROOMY = 2_000_000


class Page(HTMLParser):
    """What a browser would see: tags, images, addresses and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.addresses: list[str] = []
        self.text = ""
        self._silent = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self._silent = tag == "style"
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "img":
            self.images.append(found)
        self.addresses += [str(found[key]) for key in ("src", "href") if found.get(key)]

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._silent else data


@pytest.fixture(scope="module")
def html(study: Study, drawn: Gallery) -> str:
    """The report of the made-up study."""
    return render(Reading(study), drawn)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    """The same, parsed."""
    return Page(html)


def test_the_report_is_one_file_without_network_or_scripts(html: str, page: Page) -> None:
    """Under 2 MB; every address is inside the file or beside it; nothing runs."""
    assert len(html.encode()) < ROOMY
    assert "script" not in page.tags
    assert all(address.startswith(("data:", "#", "pictures/")) for address in page.addresses)
    assert "http:" not in html
    assert "https:" not in html
    assert "default-src 'none'" in html


def test_sections_follow_the_readers_questions(page: Page) -> None:
    """From the question to how it was made; every link within the page leads somewhere."""
    wanted = [
        "question",
        "verdict",
        "plans",
        "figures",
        "why",
        "customers",
        "desk",
        "promise",
        "limits",
        "assumptions",
        "made",
    ]
    assert [each for each in page.ids if each in wanted] == wanted
    inside = {address[1:] for address in page.addresses if address.startswith("#")}
    assert inside <= set(page.ids)
    assert page.tags.count("h1") == 1


def test_every_plan_is_in_every_table(html: str, study: Study) -> None:
    """No table of figures or plans leaves one out."""
    for table in re.findall(r"<table>.*?</table>", html, re.DOTALL):
        if "Plausible range" not in table:
            assert all(plan in table for plan in study.plans)


def test_pictures_have_words(page: Page) -> None:
    """Each picture says in its alt text what it shows."""
    assert len(page.images) == 9
    assert all(len(image["alt"] or "") > 60 for image in page.images)


def test_the_verdict_and_its_interval_are_told(page: Page) -> None:
    """The first thing a reader meets is the answer, with how sure it is."""
    assert "Moving 4 people from sales to service earns" in page.text
    assert "95% interval" in page.text
    for word in ("better", "worse"):
        assert word in page.text


def test_what_differs_is_shown_and_nothing_else(study: Study) -> None:
    """Settings that are the same in all plans are not listed; names and descriptions are no settings."""
    found = {row.key: row.values for row in differences(Reading(study))}
    assert found == {"teams.reps.headcount": ("12", "8", "20", "14"), "teams.agents.headcount": ("16", "20", "8", "18")}


def test_the_register_names_value_range_source_and_grade(study: Study) -> None:
    """Each entry says where a number comes from and how good it is; a group is told with its parts."""
    rows = {row.key: row for row in register(Reading(study))}
    row = rows["service.types.request.per_customer"]
    assert (row.values, row.range, row.source, row.grade) == (
        ("0.8 /mo",),
        "0.4 /mo to 1.5 /mo",
        "assumption",
        "assumption",
    )
    assert rows["customers.leaving.base"].grade == "industry survey"


def test_cautions_name_what_weakens_the_verdict(make_study: Make, study: Study) -> None:
    """Few futures, a verdict that turns with the horizon, assumptions: each is said."""
    assert any("too few for any interval" in each for each in cautions(Reading(make_study(None, 2))))
    assert any("Only 5 futures" in each for each in cautions(Reading(make_study(None, 5))))
    told = cautions(Reading(study))
    assert any("depends on the horizon for “four more hires”" in each for each in told)
    assert any("1 of the 2 values in the register is an assumption" in each for each in told)
    assert any("Bonferroni" in each for each in told)


def test_reasons_are_only_what_the_tests_tell_apart(study: Study) -> None:
    """A figure that is tied is no reason."""
    reading = Reading(study)
    sentences = " ".join(why(reading, "more service"))
    assert "service level from" in sentences
    assert "The largest steps in profit" in sentences


def test_user_text_is_text(make_study: Make, tree: Any) -> None:
    """Whatever a user writes into a description, a source or a name stays what it is: words."""
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}\"'&"

    def poisoned(name: str, sales: int, service: int) -> dict[str, Any]:
        return tree(name, sales, service) | {
            "description": attack,
            "sources": {"customers.leaving.base": {"source": attack, "grade": "<b>x</b>"}},
        }

    reading = Reading(make_study(["baseline", "more service"], 4, make=poisoned))
    html = render(reading, gallery(reading))
    parsed = Page(html)
    assert "script" not in parsed.tags
    assert "b" in parsed.tags
    assert all((image.get("src") or "").startswith("data:image/svg+xml") for image in parsed.images)
    assert attack in parsed.text
    assert "49" not in re.findall(r"onerror=alert\(2\)(?:&gt;|>)(.{0,8})", html)


def test_files_are_written_beside_the_report(make_study: Make, tmp_path: Path) -> None:
    """Every picture as SVG, PNG and CSV; writing again changes no byte."""
    study = make_study(["baseline", "more service"], 4, folder=tmp_path)
    written = document(study)
    assert written[0] == tmp_path / "report.html"
    names = {path.name for path in written}
    assert {"revenue_fan.svg", "revenue_fan.png", "revenue_fan.csv", "waterfall_more_service.svg"} <= names
    before = {path: path.read_bytes() for path in written}
    assert {path: path.read_bytes() for path in document(study)} == before


def test_one_plan_alone_has_a_report(make_study: Make) -> None:
    """Without a comparison there is no verdict on others and no difference, but figures and cautions."""
    reading = Reading(make_study(["baseline"]))
    page = Page(render(reading, gallery(reading)))
    assert "“baseline” earns" in page.text
    assert "why" not in page.ids
    assert "cannot be told apart" not in page.text


def test_many_plans_stay_under_the_limit(make_study: Make, drawn: Gallery) -> None:
    """Pictures that have no room are linked, with their words in place."""
    plans = {f"plan {number}": (12, 16 + number % 5, 0.05 * number, 0.0, 0.0, 0.8) for number in range(1, 25)}
    reading = Reading(make_study({"baseline": (12, 16, 0.0, 0.0, 0.0, 0.78), **plans}, 4))
    week = drawn.hours["baseline"]
    many = Gallery(drawn.fan, {}, {plan: replace(week, name=f"hours_{plan}") for plan in reading.plans}, drawn.risk)
    html = render(reading, many)
    assert len(html.encode()) < ROOMY
    assert "The picture is in the file" in html
