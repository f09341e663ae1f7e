"""Tables for the terminal: narrow, complete, and plain where they are piped."""

from __future__ import annotations

import io
from typing import Any

import pytest
from selling import FOUR, pipelines

from sim.experiments.study import Study
from sim.report.tables import WIDTH, tell

Make = Any


def printed(study: Study, *, terminal: bool = False, width: int = 100) -> str:
    """What a console gets."""
    from rich.console import Console

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
    tell(study, Console(file=out, width=width, force_terminal=terminal, no_color=True, highlight=False))
    out.flush()
    return out.buffer.getvalue().decode()  # type: ignore[attr-defined, no-any-return]


def test_piped_tables_are_narrow_ascii_without_codes(study: Study) -> None:
    """At most 80 columns, no escape codes, no blanks at line ends, characters every code page has."""
    text = printed(study)
    assert text.isascii()
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= WIDTH
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_every_plan_is_in_every_table(study: Study) -> None:
    """One row a plan with its headcounts; every other plan with its verdict at both horizons."""
    text = printed(study)
    tables, figures, verdict = (
        text.partition("Key figures")[0],
        text.partition("Key figures")[2],
        text.partition("Verdict")[2],
    )
    for plan in study.plans:
        assert plan in tables
        assert figures.count(plan) >= 2
        assert plan == "baseline" or plan in verdict
    for heads in ("12 + 16", "8 + 20", "20 + 8", "14 + 18"):
        assert heads in text
    assert "12 months" in text
    assert "24 months" in text


def test_a_terminal_gets_real_signs(study: Study) -> None:
    """Where Unicode can be shown, currencies and minus signs are themselves."""
    text = printed(study, terminal=True)
    assert "€" in text
    assert "−" in text


def test_no_color_is_respected(study: Study) -> None:
    """Without color no color code is sent, even to a terminal."""
    text = printed(study, terminal=True)
    assert not [code for code in ("[31", "[32", "[1;31", "[1;32") if f"\x1b{code}" in text]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_futures_are_said(make_study: Make, count: int) -> None:
    """The reader is told to run more."""
    assert "Run more" in printed(make_study(None, count))


def test_one_plan_alone_has_its_figures(make_study: Make) -> None:
    """A single run is told with the interval of each mean, at both horizons."""
    text = printed(make_study(["baseline"]))
    assert "Profit" in text
    assert "+/-" in text
    assert "after 12 months" in text
    assert max(map(len, text.splitlines())) <= WIDTH


def test_names_are_never_markup(make_study: Make) -> None:
    """A long name is cut, a name with brackets is printed as it is."""
    settings = {
        "baseline": (12, 16, 0.0, 0.0, 0.0, 0.78),
        "a very long name for a plan of work": (8, 20, 0.4, 0, 0.6, 0.9),
    }
    text = printed(make_study(settings))
    assert "a very lon...of work" in text
    assert max(map(len, text.splitlines())) <= WIDTH


def test_a_narrow_terminal_loses_no_figure(study: Study) -> None:
    """Lines are broken by the terminal rather than cut by us."""
    from rich.console import Console

    file = io.StringIO()
    tell(study, Console(file=file, width=40, force_terminal=True, no_color=True))
    assert "Service level" in file.getvalue() or "In time" in file.getvalue()
    assert "more service" in file.getvalue()
    assert "…" not in file.getvalue()


def test_a_plan_alone_shows_its_pipeline_in_eighty_columns() -> None:
    """A row for every stage with what reached it, within the width that a pipe has; no unit is lost."""
    text = printed(pipelines({"baseline": {}}, replications=4))
    lines = text.splitlines()
    assert max(map(len, lines)) <= WIDTH
    stages = text.partition("The stages")[2]
    assert "(means)" in stages.splitlines()[0]
    for stage in FOUR:
        row = next(line for line in stages.splitlines() if line.startswith(stage))
        assert "%" in row
        assert " d" in row
