"""The funnel: counts that add up, a title that claims only what holds beyond chance, and no text that runs out."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from selling import FOUR, reading_of

from sim.report import canvas
from sim.report.canvas import AMBER, Picture
from sim.report.captions import about_of, because, counted
from sim.report.funnel import pipeline_funnel
from sim.report.paper import Fill, Paper
from sim.report.stages import finding, funnel_of, shares, stages_of

FORGOTTEN = {"qualification": (0.3, 0.15, 0.45, 0.07, 0.03)}
"""Nearly half of the leads expire in the first stage."""
LONG = (
    "prospecting_and_lead_generation", "qualification_by_development_rep", "first_presentation", "demonstration",
    "proposal", "negotiation_of_price_and_terms", "closing", "follow_up_and_relationship",
)  # fmt: skip


def drawn(plans: dict[str, dict[str, Any]] | None = None, replications: int = 8) -> Picture:
    """The funnel of made-up plans."""
    picture = pipeline_funnel(reading_of(plans, replications))
    assert picture is not None
    return picture


def titled(plans: dict[str, dict[str, Any]], replications: int = 8) -> str:
    """What is found about the first plan."""
    reading = reading_of(plans, replications)
    funnel = funnel_of(reading, reading.baseline)
    assert funnel is not None
    return finding(reading, funnel)


def test_every_lead_of_a_stage_is_somewhere() -> None:
    """Who came to a stage went on to the next, ended in it by a way that is told, or is still in it."""
    reading = reading_of({"baseline": {"fates": FORGOTTEN}})
    funnel = funnel_of(reading, "baseline")
    assert funnel is not None
    further = [*(step.reached.mean for step in funnel.steps[1:]), funnel.wins.mean]
    for step, after in zip(funnel.steps, further, strict=True):
        assert step.reached.mean == pytest.approx(after + sum(values.mean() for values in step.ends.values()))
    assert sum(share.mean for share in shares(reading, funnel).values()) == pytest.approx(1.0)


def test_the_title_says_where_leads_die_and_why() -> None:
    """Fractions that are near a simple one are told as such, others in percent."""
    assert titled({"baseline": {"fates": FORGOTTEN}}) == (
        "70% of leads die in qualification; most because nobody answered in time"
    )
    third = {"qualification": (0.33, 0.55, 0.0, 0.12, 0.0)}
    assert titled({"baseline": {"fates": third, "declined": 0.2}}) == (
        "Two of three leads die in qualification; most of the lost were answered too late"
    )
    assert titled({"first": {"fates": FORGOTTEN}, "second": {}}).startswith("“first”: 70% of leads die")


def test_the_title_claims_nothing_by_chance() -> None:
    """Too few futures, stages that cannot be told apart, or causes near one half are not made into a finding."""
    assert titled({"baseline": {"fates": FORGOTTEN}}, 2) == "The pipeline of “baseline”: how far leads come"
    even = {"one": (0.7, 0.3, 0, 0, 0), "two": (0.57, 0.43, 0, 0, 0), "three": (0.9, 0.1, 0, 0, 0)}
    text = titled({"baseline": {"stages": tuple(even), "fates": even, "declined": 0.5}})
    assert re.match(r"^.* leads die in one and two$", text), text
    alike = {"one": (0.7, 0.3, 0, 0, 0), "two": (0.57, 0.43, 0, 0, 0)}
    assert titled({"baseline": {"stages": tuple(alike), "fates": alike, "declined": 0.5}}) == (
        "Leads die in all stages alike"
    )
    nobody = {"": (1.0, 0, 0, 0, 0)}
    assert titled({"baseline": {"fates": nobody}}) == "The pipeline of “baseline”: how far leads come"


def test_a_difference_in_wins_is_told_only_if_it_is_sure() -> None:
    """The line under the title names the best other plan where the paired test does."""
    less = {"qualification": (0.2, 0.2, 0.5, 0.07, 0.03)}
    sure = reading_of({"baseline": {"fates": FORGOTTEN}, "other": {"fates": less}})
    text = about_of(sure, [funnel_of(sure, plan) for plan in sure.plans])  # type: ignore[list-item]
    assert re.search(r"“other” wins [\d.]+ fewer leads \(95% interval [\d.]+ to [\d.]+\)$", text)
    same = reading_of({"baseline": {}, "other": {}})
    assert "wins" not in about_of(same, [funnel_of(same, plan) for plan in same.plans])  # type: ignore[list-item]


def test_words_and_numbers_go_beside_the_picture() -> None:
    """The alt text has every plan with its figures; the CSV has what is drawn, with its interval."""
    picture = drawn({"baseline": {"fates": FORGOTTEN}, "other": {"leads": 1000}})
    for words in ("baseline: qualification", "other: qualification", "expired", "won", "answered too late"):
        assert words in picture.alt
    rows = list(csv.DictReader(io.StringIO(picture.csv)))
    assert list(rows[0]) == ["plan", "stage", "figure", "unit", "mean", "low", "high"]
    assert {row["plan"] for row in rows} == {"baseline", "other"}
    assert {row["stage"] for row in rows} == {*FOUR, "won", "all"}
    reading = reading_of({"baseline": {"fates": FORGOTTEN}, "other": {"leads": 1000}})
    told = next(row for row in rows if row["stage"] == "proposal" and row["figure"] == "reached")
    assert float(told["mean"]) == reading.values("baseline", "reached.proposal", "24 mo").mean()
    assert float(told["low"]) < float(told["mean"]) < float(told["high"])


@pytest.mark.parametrize(
    ("plans", "replications"),
    [
        ({"baseline": {"leads": 5}}, 4),
        ({"baseline": {"leads": 2_345_678}, "other": {"leads": 1_234_567}}, 4),
        ({"baseline": {"stages": ("closing",)}}, 1),
        (
            {
                "baseline": {"stages": LONG},
                **{f"a long name of a plan {n}": {"stages": LONG[n % 3 :], "leads": 900 * n} for n in range(1, 6)},
            },
            3,
        ),
    ],
)  # fmt: skip
def test_nothing_runs_out_of_the_sheet(plans: dict[str, Any], replications: int, monkeypatch: Any) -> None:
    """One to eight stages, long names, one to six plans, tiny and huge counts: words stay on the sheet and apart."""
    boxes: list[tuple[float, float, float, float, str]] = []
    write = Paper.words

    def watched(self: Paper, x: float, y: float, text: str, **look: Any) -> None:
        wide = max(self.measure(line, look.get("size", 10), bold=look.get("bold", False)) for line in text.split("\n"))
        left = x - wide if look.get("align") == "right" else x
        tall = 0.1 * text.count("\n") + 0.05
        boxes.append((left, y - tall, left + wide, y + tall, text))
        write(self, x, y, text, **look)

    monkeypatch.setattr(Paper, "words", watched)
    picture = drawn(plans, replications)
    height = float(re.findall(r'viewBox="0 0 [\d.]+ ([\d.]+)"', picture.svg.decode())[0]) / 72
    assert len(boxes) > 6
    for left, top, right, bottom, text in boxes:
        assert left >= 0.2, text
        assert right <= 10.5, text
        assert 0 < top < bottom < height, text
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one[4], other[4])


def test_a_funnel_without_leads_is_not_drawn() -> None:
    """Nobody came, or nothing is sold; if only the first plan has no leads, another one is drawn."""
    assert pipeline_funnel(reading_of({"baseline": {"leads": 0}})) is None
    assert pipeline_funnel(reading_of({"baseline": {"stages": ()}})) is None
    assert drawn({"baseline": {"leads": 0}, "other": {}}).title.startswith("“other”")


def test_stages_of_all_plans_stand_in_order() -> None:
    """A stage that only one plan has stands behind the one that comes before it there."""
    plans = {"baseline": {"stages": ("one", "three")}, "other": {"stages": ("zero", "one", "two", "three", "four")}}
    assert stages_of(reading_of(plans, 1)) == ("zero", "one", "two", "three", "four")


def test_the_picture_is_the_same_every_time_and_small() -> None:
    """The same bytes for the same futures; a drawing without scripts."""
    first, second = drawn({"baseline": {}, "other": {}}), drawn({"baseline": {}, "other": {}})
    assert first.svg == second.svg
    assert first.png == second.png
    assert len(first.svg) < 200_000
    assert ElementTree.fromstring(first.svg).tag.endswith("svg")


def test_counts_are_written_no_finer_than_they_matter() -> None:
    """Whole leads from ten on, tenths below, and no zero for what happens now and then."""
    assert [counted(each) for each in (0.0, 0.02, 0.25, 3.0, 9.96, 12_345.6)] == [
        "0",
        "<0.1",
        "0.2",
        "3",
        "10",
        "12,346",
    ]
    assert because("too_late", 0.204) == "20% answered too late"
    assert because("too_late", 0.001) == "under 1% answered too late"


def test_kinds_of_ends_differ_in_more_than_color() -> None:
    """Each fill has a hatch or an outline of its own: the picture can be read without colors."""
    from sim.report.funnel import _FILLS

    assert len({(fill.hatch, fill.hollow) for fill in _FILLS.values()}) == len(_FILLS)


def test_paper_draws_nothing_for_nothing() -> None:
    """Bars of no length and intervals that are not known leave no mark."""
    with canvas.styled():
        paper = Paper(4.0, 2.0)
        paper.bar(0, 0, 0.0, 1.0, Fill(AMBER))
        paper.bar(0, 0, float("nan"), 1.0, Fill(AMBER))
        paper.whisker(1.0, float("nan"), float("nan"), AMBER, 4.0)
        assert not paper.axes.patches
        assert not paper.axes.lines
        paper.whisker(1.0, 1.0, 9.0, AMBER, 4.0)
    ends = np.concatenate([line.get_xdata() for line in paper.axes.lines])
    assert ends.max() == 4.0
