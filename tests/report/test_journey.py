"""The picture of one customer: whole, readable, the same for the same story, with its numbers beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from storied import NAN, made, run_of

from sim.model.journal import Run
from sim.report import canvas
from sim.report.canvas import Picture
from sim.report.trace import Story
from sim.report.trace_dates import Dates
from sim.report.trace_facts import life_of_customer, life_of_lead
from sim.report.trace_pick import kept, lost, middling, referrer
from sim.report.trace_picture import journey, write_journey

ABOUT = "everything, replication 0, seed 1"
DAY = 24.0
BASE = {"customer": 0, "origin": "initial", "value": 300.0, "won": 0.0, "live": 0.0, "satisfaction": 0.75, "told": 0,
        "misfit": 0, "age": 0.0, "warned": 0}  # fmt: skip


def _lead(run: Run, outcome: str) -> Story:
    number = run.column("leads", "lead")[run.is_word("leads", "outcome", outcome)][3]
    life = life_of_lead(run, int(number))
    assert life is not None
    return Story(life)


def _first(run: Run) -> Story:
    life = life_of_customer(run, 0)
    assert life is not None
    return Story(life)


def _gained() -> Run:
    steps = (("renewal", 0), ("expansion", 90), ("contraction", -60))
    changes = [{"customer": 0, "time": 20 * DAY * n, "kind": kind, "change": change, "cause": NAN}
               for n, (kind, change) in enumerate(steps, start=1)]  # fmt: skip
    return made("everything", 90 * DAY, subscriptions=[BASE | {"neutral": 50 * DAY}], changes=changes)


STORIES: dict[str, Callable[[], Story]] = {
    "lost": lambda: Story(lost(run_of("everything")).life),
    "kept": lambda: Story(kept(run_of("everything")).life),
    "referrer": lambda: Story(referrer(run_of("everything")).life),
    "middling": lambda: Story(middling(run_of("anytime")).life),
    "no_sales": lambda: Story(middling(run_of("no_sales")).life),
    "no_service": lambda: Story(middling(run_of("no_service")).life),
    "buyers": lambda: Story(middling(run_of("buyers")).life),
    "lead lost": lambda: _lead(run_of("everything"), "lost"),
    "lead expired": lambda: _lead(run_of("everything"), "expired"),
    "lead open": lambda: _lead(run_of("everything"), "open"),
    "lead won": lambda: _lead(run_of("no_customers"), "won"),
    "no contact": lambda: _first(made("no_sales", 100 * DAY, subscriptions=[BASE])),
    "gained": lambda: _first(_gained()),
    "gone soon": lambda: _first(made("anytime", 9000.0, subscriptions=[
        BASE | {"left": 30.0, "neutral": 40.0, "reason": "service"}])),
    "not live": lambda: _first(made("anytime", 9000.0, subscriptions=[BASE | {"won": 8990.0, "live": NAN}])),
}  # fmt: skip


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The sheets that are drawn in a test, as they are finished."""
    finished: list[Any] = []
    finish = canvas.finish

    def keep(figure: Any, *parts: Any) -> Picture:
        finished.append(figure)
        return finish(figure, *parts)

    monkeypatch.setattr(canvas, "finish", keep)
    return finished


@pytest.mark.parametrize("name", list(STORIES))
def test_a_journey_is_whole(name: str, figures: list[Any]) -> None:
    """Every word lies on the sheet, no two words of one size lie on each other, and every part has its file."""
    picture = journey(STORIES[name](), ABOUT)
    assert picture.svg.startswith(b"<?xml")
    assert picture.png.startswith(b"\x89PNG")
    assert picture.title in picture.alt
    assert ABOUT in picture.about
    (figure,) = figures
    renderer, (width, height) = figure.canvas.get_renderer(), figure.get_size_inches() * figure.dpi
    texts = [text for axes in figure.axes for text in axes.texts if text.get_text()] + list(figure.texts)
    boxes = [(text, text.get_window_extent(renderer)) for text in texts]
    for text, box in boxes:
        inside = box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height
        assert inside, f"'{text.get_text()}' leaves the sheet"
    for place, (text, box) in enumerate(boxes):
        for other, further in boxes[place + 1 :]:
            wide = min(box.x1, further.x1) - max(box.x0, further.x0)
            high = min(box.y1, further.y1) - max(box.y0, further.y0)
            assert not (wide > 1 and high > 3), f"'{text.get_text()}' lies on '{other.get_text()}'"


def test_the_same_story_gives_the_same_bytes() -> None:
    """Drawn twice, from two runs of the same facts."""
    first, second = (journey(STORIES["lost"](), ABOUT) for _ in range(2))
    assert (first.svg, first.png, first.csv) == (second.svg, second.png, second.csv)


def test_the_numbers_beside_it_are_those_of_the_facts() -> None:
    """A line for each stage, ticket, feeling and payment, with times of the clock."""
    story = STORIES["lost"]()
    rows = list(csv.DictReader(io.StringIO(journey(story, ABOUT).csv)))
    by_row = {name: [row for row in rows if row["row"] == name] for name in {row["row"] for row in rows}}
    assert len(by_row["felt"]) == len(story.felt)
    assert [float(row["value"]) for row in by_row["felt"]] == [each.felt for each in story.felt]
    assert [float(row["value"]) for row in by_row["satisfaction"]] == [step.after for step in story.steps or ()]
    tickets = {(row["what"], float(row["from"])) for row in by_row["ticket"]}
    assert tickets == {(each.word("type"), each["opened"]) for each in story.life.tickets}
    paid = [row for row in by_row["pays"] if row["what"] != "not paid"]
    months = sum((float(row["to"]) - float(row["from"])) / 730.5 * float(row["value"]) for row in paid)
    assert months + story.money.fees == pytest.approx(story.money.paid)
    lost_rows = [row for row in by_row["pays"] if row["what"] == "not paid"]
    forgone = sum((float(row["to"]) - float(row["from"])) / 730.5 * float(row["value"]) for row in lost_rows)
    assert forgone == pytest.approx(story.money.forgone)


def test_what_service_did_is_on_the_sheet(figures: list[Any]) -> None:
    """Kept or lost, in money, as the story has it."""
    for name, word in (("kept", "kept by service"), ("lost", "lost by service")):
        story = STORIES[name]()
        journey(story, ABOUT)
        words = [text.get_text() for axes in figures[-1].axes for text in axes.texts]
        amount = story.money.retained if name == "kept" else story.money.forgone
        assert f"{story.speech.money(amount)} {word}" in words


@pytest.mark.parametrize("name", list(STORIES))
def test_dates_lie_where_they_belong(name: str) -> None:
    """Marks at midnight, in order, not too many; the first event at the left end."""
    story = STORIES[name]()
    dates = Dates(story, 1.0, 9.0)
    ticks = list(dates.ticks())
    assert len(ticks) <= 11
    places = [dates.x(time) for time, _ in ticks]
    assert places == sorted(places)
    assert all(1.0 <= place <= 9.0 for place in places)
    assert all(time % DAY == 0 for time, _ in ticks)
    assert dates.x(story.events[0].time) == 1.0


def test_files_are_written_into_the_folder(tmp_path: Path) -> None:
    """Picture as SVG and PNG, numbers as CSV."""
    written = write_journey(STORIES["kept"](), ABOUT, tmp_path / "one")
    assert [path.name for path in written] == ["journey.svg", "journey.png", "journey.csv"]
    assert all(path.stat().st_size > 500 for path in written)
