"""Pictures: exact sums, honest titles, the same bytes for the same results, and no way in for user text."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from sim.experiments.study import Study
from sim.report import canvas
from sim.report.canvas import INKS, SOFT_INK, Picture, csv_text, spread, steps
from sim.report.charts import Gallery, gallery, write_pictures
from sim.report.hours import week_of
from sim.report.reading import Reading
from sim.report.risk import risk_and_error
from sim.report.waterfall import steps_of

Make = Any


@pytest.fixture(scope="module")
def pictures(drawn: Gallery) -> list[Picture]:
    """All pictures of the made-up study."""
    return list(drawn)


def test_every_plan_is_pictured(study: Study, pictures: list[Picture]) -> None:
    """A fan and a risk picture for all plans, a waterfall for each other plan, a week for each plan."""
    names = {picture.name for picture in pictures}
    assert {"revenue_fan", "risk_and_error", "waterfall_more_service", "hours_baseline", "hours_all_in_sales"} <= names
    assert len(pictures) == 2 + (len(study.plans) - 1) + len(study.plans)
    for plan in study.plans:
        for name in ("revenue_fan", "risk_and_error"):
            picture = next(each for each in pictures if each.name == name)
            assert plan in picture.alt
            assert f"\n{plan}," in picture.csv


def test_pictures_are_whole(pictures: list[Picture]) -> None:
    """Each is a drawing without scripts or addresses outside, with alt text and its data."""
    for picture in pictures:
        tree = ElementTree.fromstring(picture.svg)
        assert tree.tag.endswith("svg")
        assert picture.png.startswith(b"\x89PNG")
        assert b"<script" not in picture.svg
        assert b"<!DOCTYPE" not in picture.svg
        assert not re.search(rb'href="(?!#)', picture.svg)
        assert len(picture.alt) > 60
        assert len(list(csv.reader(io.StringIO(picture.csv)))) > 2


def test_waterfall_steps_add_up_to_the_paired_difference(study: Study) -> None:
    """What the steps explain is exactly what there is to explain, future by future."""
    reading = Reading(study)
    for plan in reading.others:
        for at in reading.horizons:
            found = steps_of(reading, plan, at)
            whole = reading.values(plan, "profit", at) - reading.values("baseline", "profit", at)
            np.testing.assert_allclose(sum(step.gaps for step in found), whole, rtol=0, atol=1e-3)
            assert "rest" not in {step.key for step in found}


def test_steps_that_are_zero_are_dropped(study: Study) -> None:
    """Overhead and media are the same in every plan here."""
    keys = {step.key for step in steps_of(Reading(study), "more service")}
    assert "overhead" not in keys
    assert "media" not in keys
    assert "initial base" not in keys, "what it would have paid anyway is the same under every plan"
    assert {"customers kept longer", "upgrades", "service wages", "sales wages"} <= keys


def test_titles_follow_the_tests(study: Study, make_study: Make, pictures: list[Picture]) -> None:
    """A plan that wins is said to win and why; with too few futures no title claims anything."""
    titles = {picture.name: picture.title for picture in pictures}
    assert titles["waterfall_more_service"] == "Why “more service” beats “baseline”: it keeps customers longer"
    assert titles["waterfall_all_in_sales"].startswith("Why “all in sales” falls behind “baseline”")
    few = {picture.name: picture.title for picture in gallery(make_study(["baseline", "more service"], 2))}
    assert few["waterfall_more_service"] == "Profit step by step, from “baseline” to “more service”"
    assert "too few futures" in few["revenue_fan"]
    assert "Too few futures" in few["risk_and_error"]
    assert "misses" not in few["hours_baseline"]


def test_a_miss_is_boxed_only_with_its_error(study: Study) -> None:
    """An hour is surely missed when its whole interval is below the promise, not when its mean is."""
    week = week_of(Reading(study), "more service")
    assert week is not None
    assert week.surely_missed.sum() < week.missed.sum()
    assert (week.high[week.surely_missed] < 0.8).all()
    assert week.open[0, 9]
    assert not week.open[0, 8]
    assert not week.open[6].any()


def test_parts_that_a_study_lacks_have_no_picture(make_study: Make) -> None:
    """One plan alone has no waterfall; a study without contacts has no week."""
    alone = gallery(make_study(["baseline"]))
    assert not alone.waterfalls
    assert alone.fan is not None
    assert alone.risk is not None
    short = make_study(["baseline"])
    first = tuple(replace(each, monthly={"month": [1], "mrr": each.monthly["mrr"][:1]}) for each in short.outcomes)
    assert gallery(replace(short, outcomes=first)).fan is None, "one month is no line"


def test_pictures_of_an_earlier_study_go(drawn: Gallery, tmp_path: Path) -> None:
    """What another study left would pass for this one's; files of other names stay."""
    (tmp_path / "pictures").mkdir()
    for name in ("hours_gone.svg", "waterfall_gone.csv", "hours_notes.txt", "logo.png"):
        (tmp_path / "pictures" / name).write_bytes(b"")
    written = write_pictures(drawn, tmp_path)
    left = {path.name for path in (tmp_path / "pictures").iterdir()} - {path.name for path in written}
    assert left == {"hours_notes.txt", "logo.png"}


def test_same_results_same_bytes(tmp_path: Path) -> None:
    """Two processes with different hash seeds draw the same bytes."""
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); from conftest import study_of, PLANS\n"
        "from sim.report.charts import gallery\n"
        "from sim.report.document import render\nfrom sim.report.reading import Reading\n"
        "study = study_of({name: PLANS[name] for name in ('baseline', 'more service')}, 5)\n"
        "pictures = gallery(study); digest = hashlib.sha256()\n"
        "[digest.update(each.svg + each.png + each.csv.encode()) for each in pictures]\n"
        "digest.update(render(Reading(study), pictures).encode()); print(digest.hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent)],
            env={"PYTHONHASHSEED": seed, "PATH": "", "MPLCONFIGDIR": str(tmp_path), "HOME": str(tmp_path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


def test_user_settings_of_the_drawing_library_have_no_say(study: Study) -> None:
    """Whatever style a user has set, pictures look alike; and nothing of ours leaks out."""
    import matplotlib

    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "svg.fonttype": "none"}):
        first = risk_and_error(Reading(study))
        assert matplotlib.rcParams["font.size"] == 30
    second = risk_and_error(Reading(study))
    assert first is not None
    assert second is not None
    assert first.svg == second.svg


def test_text_stands_out_enough() -> None:
    """Every ink has a contrast of at least 4.5 to 1 with white (WCAG AA)."""

    def luminance(color: str) -> float:
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for ink in [*INKS.values(), SOFT_INK, "#5F5F5F", "#3A3A3A", "#6A6A6A"]:
        assert 1.05 / (luminance(ink) + 0.05) >= 4.5, ink


def test_formulas_stay_text_in_a_table() -> None:
    """A cell that a spreadsheet would run begins with a quote."""
    text = csv_text(["plan", "value"], [["=1+1", 0.1], ["@x", None], ["plain", float("nan")]])
    assert text == "plan,value\n'=1+1,0.1\n'@x,\nplain,\n"


def test_labels_move_apart_just_enough() -> None:
    """Labels keep their order, their distance and their center."""
    placed = spread([1.0, 1.1, 5.0, 1.05], 1.0)
    assert placed[0] < placed[3] < placed[1] < placed[2] == 5.0
    assert np.diff(sorted(placed)).min() >= 1.0 - 1e-12


def test_axis_steps_are_round() -> None:
    """Ticks are 1, 2, 2.5 or 5 times a power of ten apart and lie inside."""
    assert steps(0, 8.2e6, 8) == pytest.approx([0, 2e6, 4e6, 6e6, 8e6])
    assert steps(3, 3) == [3]
    assert len(steps(-0.37, 0.91, 5)) <= 5


def test_math_signs_in_a_name_are_text() -> None:
    """A dollar sign or a backslash in a name is drawn, not read as a formula, and markup is not markup."""
    with canvas.styled():
        figure = canvas.new_figure(4, 2)
        canvas.heading(figure, 0.2, r"$\frac{1}{0$ <script>alert(1)</script> --> &amp;", "$x_$", columns=60)
        picture = canvas.finish(figure, "x", r"$\frac <b> --> ", "", "", ["a"], [["$"]])
    tree = ElementTree.fromstring(picture.svg)
    assert not [each for each in tree.iter() if each.tag.endswith("script")]


def test_hours_with_hardly_any_contact_have_no_picture(make_study: Make) -> None:
    """Where no hour of the week has contacts enough for a percentage, there is no week to be drawn."""
    study = make_study(["baseline"], 2)
    thin = {"phone.request": [[hour + 9.0, 4.0, 2.0, 4.0, 4.0, 0.0, 0.0, 4.0] for hour in range(8)]}
    assert not gallery(replace(study, outcomes=tuple(replace(each, hours=thin) for each in study.outcomes))).hours
