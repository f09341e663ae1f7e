"""How numbers are written for a reader."""

from __future__ import annotations

import math

import pytest

from sim.report.numerals import axis_scale, plain, scale_of


@pytest.mark.parametrize(
    ("unit", "value", "error", "text"),
    [
        ("EUR", 4.71e6, 1.6e5, "€4.71m"),
        ("EUR", 4.71e6, 1.6e6, "€4.7m"),
        ("EUR", 41_234.0, 12_000.0, "€41k"),
        ("EUR", 4_250.0, None, "€4,250"),
        ("EUR/mo", 312.0, 4.0, "€312/mo"),
        ("share", 0.523, 0.012, "52.3%"),
        ("share/mo", 0.0239, 0.0009, "2.39%"),
        ("h", 0.2, None, "12.0 min"),
        ("h", 400.0, 30.0, "16.7 d"),
        ("min", 0.4, None, "24.0 s"),
        ("count", 1670.4, 20.0, "1,670"),
        ("months", 14.23, 0.4, "14.2 months"),
        ("ratio", 3.1234, 0.1, "3.12"),
    ],
)
def test_a_figure_gets_the_unit_and_digits_it_deserves(unit: str, value: float, error: float | None, text: str) -> None:
    """Two to three figures, no finer than the second figure of the error."""
    assert scale_of(unit, [value], "EUR", error=error).text(value) == text


def test_figures_that_stand_together_share_a_scale() -> None:
    """The largest one sets unit and digits, so that a column can be compared at a glance."""
    scale = scale_of("EUR", [4.71e6, 67_000.0], "EUR")
    assert (scale.bare(4.71e6), scale.bare(67_000.0), scale.unit()) == ("4.71", "0.07", "€m")


def test_differences_carry_a_sign_and_shares_differ_by_points() -> None:
    """A difference of two percentages is not a percentage."""
    share = scale_of("share", [0.27], "EUR", error=0.01)
    assert (share.change(0.27), share.change(-0.27)) == ("+27.0 points", "−27.0 points")
    assert scale_of("EUR", [-4.1e5], "EUR").change(-4.1e5) == "−€410k"


def test_zero_has_no_sign() -> None:
    """Nothing is written as minus nothing."""
    assert scale_of("EUR", [4e6], "EUR").change(-1.0) == "€0.00m"


def test_what_is_not_there_is_a_dash() -> None:
    """No value is neither zero nor 'nan'."""
    scale = scale_of("EUR", [math.nan], "EUR")
    assert {scale.text(math.nan), scale.change(math.nan), scale.bare(math.nan)} == {"–"}


def test_a_rounded_up_figure_does_not_gain_digits() -> None:
    """999,600 is 1.00m, not 1.000m."""
    assert scale_of("EUR", [999_600.0], "EUR").text(999_600.0) == "€1.00m"


def test_other_currencies_are_written_by_their_code() -> None:
    """A currency without a sign of its own keeps its letters."""
    assert scale_of("EUR", [4.71e6], "CHF").text(4.71e6) == "CHF 4.71m"
    assert scale_of("EUR", [4.71e6], "USD").text(4.71e6) == "$4.71m"


def test_axis_labels_are_exact() -> None:
    """A quarter million is not rounded to 0.2m or 0.3m."""
    ticks = [0.0, 250_000.0, 500_000.0, 1_250_000.0]
    scale = axis_scale("EUR", ticks, "EUR")
    assert [scale.text(tick) for tick in ticks] == ["€0.00m", "€0.25m", "€0.50m", "€1.25m"]


def test_plain_text_is_ascii() -> None:
    """A pipe gets characters that every code page has."""
    assert plain("“x” earns €0.41m ± 0.11 − 1 → ü") == '"x" earns EUR 0.41m +/- 0.11 - 1 -> ?'


def test_person_hours_stay_hours() -> None:
    """Work of many is not told in days of the clock."""
    assert scale_of("person-h", [2358.2], "EUR", error=11.0).text(2358.2) == "2,358 person-h"
    assert scale_of("person-h", [3.25], "EUR", error=0.5).text(3.25) == "3.2 person-h"
