"""The loop picture says what was measured, claims nothing else, and is drawn in the same bytes every time."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from loop_found import LAWS, found
from rich.console import Console

from sim.experiments.elasticity import Effect
from sim.experiments.loop_study import LoopStudy
from sim.experiments.nudge import Nudge
from sim.experiments.statistics import t_interval, verdict
from sim.report.loop import NAME, loop_picture
from sim.report.loop_page import PAGE, clear, loop_page
from sim.report.loop_tables import tell
from sim.report.loop_wording import finding, headline, strength
from sim.report.loop_wording import verdict as told_verdict


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> LoopStudy:
    """A plan whose laws are known."""
    return found(tmp_path_factory.mktemp("loop"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> LoopStudy:
    """The same against one with another loop on and more customers."""
    return found(tmp_path_factory.mktemp("pair"), "customers.initial.count=1200", "loops.referral.on=false")


def text_of(study: LoopStudy) -> str:
    """What is printed into a pipe."""
    console = Console(file=StringIO(), width=100, force_terminal=False)
    tell(study, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("tail", "head"), LAWS)
def test_the_laws_are_found_again(study: LoopStudy, tail: str, head: str) -> None:
    """Every elasticity that the made-up company was built with, though everything in it moves everything."""
    assert study.loop is not None
    arrow = study.loop.find(tail, head)
    assert arrow is not None
    assert arrow.claim
    # A nudge by a tenth also goes round the loop; of what is nudged itself the law is exact, but for the noise.
    assert arrow.value.mean == pytest.approx(LAWS[tail, head], rel=0.02)


def test_the_picture_holds_every_part_and_arrow(study: LoopStudy) -> None:
    """Its words and its data name all of them; its title is the finding."""
    picture = loop_picture(study)
    assert picture is not None
    assert study.loop is not None
    assert picture.title == finding(study.loop, "EUR")
    for arrow in study.loop.arrows:
        assert strength(arrow, "EUR")[0] in picture.alt
        assert f"{arrow.tail},{arrow.head}," in picture.csv
    for part in ("Sales people 10", "Service people 20", "40 a month", "on average", "Service level 50%"):
        assert part in picture.alt
    assert picture.svg.startswith(b"<?xml")
    assert picture.png[:4] == b"\x89PNG"


def test_the_same_study_gives_the_same_bytes(study: LoopStudy) -> None:
    """Picture and page."""
    assert loop_picture(study) == loop_picture(study)
    pages = [[path.read_bytes() for path in loop_page(study)] for _ in range(2)]
    assert pages[0] == pages[1]


def test_what_is_not_sure_is_pale_and_without_a_claim(study: LoopStudy) -> None:
    """An interval that holds 0 is called unclear, on the picture and in the words for it."""
    assert study.loop is not None
    first, *others = study.loop.arrows
    unsure = replace(first, value=replace(first.value, low=-1.0, high=1.0))
    picture = loop_picture(replace(study, loop=replace(study.loop, arrows=(unsure, *others))))
    assert picture is not None
    assert "Sales people to new customers unclear" in picture.alt
    assert b"#cdd1d5" in picture.svg
    sharp = loop_picture(study)
    assert sharp is not None
    assert b"#cdd1d5" not in sharp.svg


def test_a_loss_is_told_in_money(tmp_path: Path) -> None:
    """Where profit is not surely above 0, percents of it would mean nothing."""
    picture = loop_picture(found(tmp_path, overhead=120_000.0))
    assert picture is not None
    assert re.search(r"Customers to profit \+€\d", picture.alt)
    assert "customers,profit,EUR/mo," in picture.csv
    assert "Profit −€" in picture.alt


def effect(door: str, people: int, *gaps: float) -> Effect:
    """More people on one side and what they do to profit."""
    difference = t_interval([1000.0 * gap for gap in gaps])
    return Effect(Nudge(door, (), "", people), difference, verdict(difference, "higher"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sales", "service", "title"),
    [
        ((-9, -10, -11), (5, 6, 7),
         "1 more service person earns €6,000 and 2 more sales people lose €10k in 24 months"),
        ((-9, -10, -11), (-5, -6, -7),
         "Neither 2 more sales people (−€10k) nor 1 more service person (−€6,000) earns its cost in 24 months"),
        ((-9, 0, 9), (5, 6, 7),
         "1 more service person earns €6,000 in 24 months; whether 2 more sales people earn their cost cannot be told"),
        ((-9, 0, 9), (-5, 0, 7),
         "Whether 2 more sales people or 1 more service person earns its cost in 24 months cannot be told"),
        ((1, 2), (1, 2), "How sales people and service people become profit"),
    ],
)  # fmt: skip
def test_the_title_says_what_the_tests_say(
    study: LoopStudy, sales: tuple[float, ...], service: tuple[float, ...], title: str
) -> None:
    """A gain, a loss, neither, and too few futures."""
    assert study.loop is not None
    effects = (effect("sellers", 2, *sales), effect("servers", 1, *service))
    assert finding(replace(study.loop, effects=effects), "EUR") == title


def test_where_a_rule_hires_no_heads_are_counted(study: LoopStudy) -> None:
    """Shares of people are told instead."""
    assert study.loop is not None
    effects = (effect("servers", 0, 5, 6, 7),)
    assert finding(replace(study.loop, effects=effects), "EUR") == "10% more service people earn €6,000 in 24 months"


def test_loops_are_ranked_and_named_in_the_verdict(study: LoopStudy) -> None:
    """Worth 11,000 and -5,000 by construction; a loop without effect changed nothing or cannot be told apart."""
    first = r"Referral adds €1[01][.]\d+k and retention costs €[45],\d{3} of profit in 24 months"
    assert re.fullmatch(first, headline(study))
    told = told_verdict(study)
    assert told.index("referral adds") < told.index("retention costs")
    assert "ailure demand cannot be told apart from nothing" in told
    worth, direct = (study.attribution.find("referral", what, "profit", "24 mo") for what in ("worth", "direct"))
    assert worth.interval.mean == pytest.approx(11_000, abs=50)
    assert direct.interval.mean == pytest.approx(9_000, abs=50)
    assert worth.verdict == "better"


def test_a_difference_is_told_with_what_carries_it(pair: LoopStudy) -> None:
    """Referral is on in the first plan only: without it in either, the difference is larger by what it is worth."""
    carried = pair.attribution.find("referral", "carried", "profit", "24 mo")
    assert carried.interval.mean == pytest.approx(-11_000, abs=80)
    assert carried.verdict == "worse"
    told = text_of(pair)
    assert 'What each loop carries of "other" minus "shop"' in told
    assert "D, all of it" in told
    assert "With all loops off it would be" in told


@pytest.mark.parametrize("which", ["study", "pair"])
def test_tables_fit_eighty_columns_of_plain_characters(which: str, request: pytest.FixtureRequest) -> None:
    """In a pipe; no figure is cut, and both horizons are told."""
    told = text_of(request.getfixturevalue(which))
    assert told.isascii()
    assert max(map(len, told.splitlines())) <= 80
    assert "..." not in told
    assert "12 mo" in told
    assert "24 mo" in told
    assert "Bonferroni" in told


def test_the_page_stands_alone(study: LoopStudy) -> None:
    """One file in the dress of the report: no scripts, no addresses but those of data, every table and the picture."""
    page = loop_page(study)[0].read_text(encoding="utf-8")
    assert page.count("<table>") == len(study.attribution.figures) + 1
    assert "data:image/svg+xml;base64," in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", page)
    assert ".verdict {" in page
    assert headline(study) in page
    assert "nan" not in re.sub(r"base64,[^\"]*", "", page)


def test_the_page_of_an_earlier_study_goes_and_nothing_else(study: LoopStudy, tmp_path: Path) -> None:
    """Only from a folder of results."""
    written = loop_page(study)
    assert {path.name for path in written} == {PAGE, f"{NAME}.svg", f"{NAME}.png", f"{NAME}.csv"}
    clear(study.study.folder)
    assert not any(path.exists() for path in written)
    (tmp_path / PAGE).write_text("mine")
    clear(tmp_path)
    assert (tmp_path / PAGE).exists()


def test_figures_on_arrows_are_short() -> None:
    """No more digits than can matter, and no sign on nothing."""
    from sim.experiments.elasticity import Arrow

    def shown(*values: float) -> tuple[str, str]:
        value = t_interval(values)
        return strength(Arrow("a", "b", "", value, "", value), "EUR")

    assert shown(0.36, 0.37, 0.38) == ("+0.37", "± 0.02")
    assert shown(-4.8, -4.9, -5.0) == ("−4.9", "± 0.2")
    assert shown(0.001, -0.001, 0.0)[0] == "0.00"
    assert shown(math.nan, math.nan, math.nan) == ("", "")
