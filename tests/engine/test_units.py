"""Quantities as text: what is read, what is printed, and the sentence for everything else."""

from __future__ import annotations

import math
import pickle
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import units
from sim.engine.quantities import PATTERNS
from sim.engine.units import Quantity, parse, parse_money, show

READ = [
    ("12 min", "duration", 0.2),
    ("0.5h", "duration", 0.5),
    (" 3 days ", "duration", 72.0),
    ("1 wk", "duration", 168.0),
    ("24 mo", "duration", 17532.0),
    ("1 quarter", "duration", 2191.5),
    ("20 years", "duration", 175320.0),
    ("1e1 s", "duration", 10 / 3600),
    ("30 /d", "rate", 1.25),
    ("30/d", "rate", 1.25),
    ("30 per day", "rate", 1.25),
    ("0 /d", "rate", 0.0),
    ("2 /wk", "rate", 2 / 168),
    (0.35, "share", 0.35),
    (1, "share", 1.0),
    ("35 %", "share", 0.35),
    ("35%", "share", 0.35),
    ("300 EUR", "money", 300.0),
    ("EUR 300", "money", 300.0),
    ("5200 EUR/mo", "money_rate", 5200 / 730.5),
    ("5200 /mo", "money_rate", 5200 / 730.5),
    ("EUR 5200 per month", "money_rate", 5200 / 730.5),
    ("35 %/yr", "hazard", 0.35 / 8766),
    ("35 % per year", "hazard", 0.35 / 8766),
    ("0.03 /mo", "hazard", 0.03 / 730.5),
    (7, "number", 7.0),
]


@pytest.mark.parametrize(("text", "dimension", "value"), READ)
def test_a_quantity_is_read_into_inside_units(text: object, dimension: units.Dimension, value: float) -> None:
    """Time arrives in hours, rates per hour, shares as 0 to 1, money per hour where it is money per time."""
    assert parse(text, dimension) == pytest.approx(value, rel=1e-15)


REFUSED = [
    (365, "duration", "time needs a unit: write '365 min', '365 h' or '365 d'"),
    ("365", "duration", "time needs a unit: write '365 min', '365 h' or '365 d'"),
    ("1,5 years", "duration", "'1,5' is not a number; use a decimal point and no thousands separator"),
    ("1_000 h", "duration", "'1_000' is not a number; use a decimal point and no thousands separator"),
    ("12 monts", "duration", "unknown time unit 'monts' (use s, min, h, d, wk, mo, q, yr); did you mean 'month'?"),
    ("12 Hours", "duration", "unknown time unit 'Hours' (use s, min, h, d, wk, mo, q, yr); did you mean 'hour'?"),
    ("12 parsec", "rate", "cannot read '12 parsec' as a rate; write it as '2 /wk'"),
    ("12 m", "duration", "unit 'm' is ambiguous: write 'min' or 'mo'"),
    ("5 /m", "rate", "unit 'm' is ambiguous: write 'min' or 'mo'"),
    ("nan days", "duration", "cannot read 'nan days' as a time; write a number and a unit, such as '8 min'"),
    ("-10 days", "duration", "time in hours must be between 0 and 175320, found -240"),
    ("1e12 years", "duration", "time in hours must be between 0 and 175320, found 8.766e+15"),
    ("1e400 d", "duration", "'1e400' is too large for a number: values must be finite"),
    ("1e308 yr", "duration", "the value is too large for a number: values must be finite"),
    (None, "duration", "expected a time such as '8 min', found nothing"),
    (True, "duration", "expected a time such as '8 min', found true/false"),
    ([1], "rate", "expected a rate such as '2 /wk', found a list"),
    ({}, "money", "expected money such as '300 EUR', found a group"),
    ("40 days", "rate", "cannot read '40 days' as a rate; write it as '2 /wk'"),
    (40, "rate", "rate needs a unit: write '40 /h', '40 /d' or '40 /wk'"),
    ("1e300 /h", "rate", "rate per hour is out of range: must be between 0 and 1000000, found 1e+300"),
    (22, "share", "22 is not between 0 and 1; did you mean 0.22 or '22%'?"),
    (-0.1, "share", "-0.1 is not between 0 and 1"),
    (220, "share", "220 is not between 0 and 1"),
    ("120%", "share", "120 % is not between 0 and 100 %"),
    ("0,22", "share", "expected a share between 0 and 1, such as 0.25 or '25 %', found text '0,22'"),
    (
        "0.22",
        "share",
        "expected a share between 0 and 1, such as 0.25 or '25 %', found text '0.22'; remove the quotes",
    ),
    (300, "money", "money needs a currency: write '300 EUR'"),
    ("300", "money", "money needs a currency: write '300 EUR'"),
    ("5,200 EUR", "money", "'5,200' is not a number; use a decimal point and no thousands separator"),
    ("300 eur", "money", "cannot read '300 eur' as money; write it as '300 EUR'"),
    ("EUR 300 EUR", "money", "cannot read 'EUR 300 EUR' as money; write it as '300 EUR'"),
    ("300 EUR/mo", "money", "cannot read '300 EUR/mo' as money; write it as '300 EUR'"),
    ("300 EUR", "money_rate", "cannot read '300 EUR' as money per time; write it as '5200 EUR/mo'"),
    (5200, "money_rate", "money per time needs a unit: write '5200 /mo' or '5200 /yr'"),
    (0.3, "hazard", "share per time needs a unit: write '0.3 /yr' or '30 %/yr'"),
    ("35 %", "hazard", "cannot read '35 %' as a share per time; write it as '35 %/yr'"),
    ("6", "number", "expected a number, found text; remove the quotes"),
    ("1,000", "number", "expected a number, found text '1,000'"),
    (True, "number", "expected a number, found true/false"),
    (math.nan, "number", "nan is not allowed: values must be finite numbers"),
    (math.inf, "share", "inf is not allowed: values must be finite numbers"),
]


@pytest.mark.parametrize(("value", "dimension", "sentence"), REFUSED)
def test_a_bad_quantity_is_refused_in_one_sentence(value: object, dimension: units.Dimension, sentence: str) -> None:
    """The sentence says what was found and how to write it."""
    with pytest.raises(ValueError) as caught:
        parse(value, dimension)
    assert str(caught.value) == sentence


def test_an_overlong_text_is_cut_in_the_message_and_refused_at_once() -> None:
    """A text of a million characters costs no time and does not flood the message."""
    started = time.process_time()
    with pytest.raises(ValueError, match=r"^cannot read '1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 …' as a time;"):
        parse("1 " * 500_000 + "days", "duration")
    assert time.process_time() - started < 0.1


def test_control_characters_are_spelled_out_in_the_message() -> None:
    """A message never carries a character that could disturb a terminal."""
    with pytest.raises(ValueError) as caught:
        parse("8\x1b[31m\u202emin", "duration")
    assert str(caught.value).isprintable()
    assert "\\x1b" in str(caught.value)


def test_a_huge_whole_number_is_refused_like_any_other() -> None:
    """Python's unbounded integers do not become an OverflowError."""
    with pytest.raises(ValueError, match="too large for a number: values must be finite"):
        parse(10**400, "number")


def test_a_quantity_passes_unchanged_but_not_unchecked() -> None:
    """A converted value needs no unit, keeps its identity through pickle, and still has to be in range."""
    hours = Quantity(36)
    assert parse(hours, "duration") is hours
    assert type(pickle.loads(pickle.dumps(hours))) is Quantity
    with pytest.raises(ValueError, match="must be between"):
        parse(Quantity(-1), "duration")


def test_money_tells_its_currency() -> None:
    """The currency is read with the amount; money per time may leave it out."""
    assert parse_money("300 USD") == (300.0, "USD")
    assert parse_money("CHF 300") == (300.0, "CHF")
    assert parse_money("8766 /yr", "money_rate") == (1.0, None)
    assert parse_money("8766 EUR/yr", "money_rate") == (1.0, "EUR")
    with pytest.raises(ValueError, match="not a dimension of money"):
        parse_money("3 d", "duration")


SHOWN = [
    (0.2, "duration", "12 min"),
    (17532.0, "duration", "24 mo"),
    (24.0, "duration", "1 d"),
    (8.0, "duration", "8 h"),
    (168.0, "duration", "1 wk"),
    (8760.0, "duration", "365 d"),
    (0.0, "duration", "0 h"),
    (10 / 3600, "duration", "10 s"),
    (1.25, "rate", "30 /d"),
    (0.0, "rate", "0 /d"),
    (0.35, "share", "35 %"),
    (1 / 3, "share", "33.33333333333333 %"),
    (300.0, "money", "300 EUR"),
    (250000.0, "money", "250000 EUR"),
    (5200 / 730.5, "money_rate", "5200 EUR/mo"),
    (0.35 / 8766, "hazard", "35 %/yr"),
    (0.8, "number", "0.8"),
    (12.0, "number", "12"),
    (-3.5, "number", "-3.5"),
]


@pytest.mark.parametrize(("value", "dimension", "text"), SHOWN)
def test_a_value_is_shown_in_its_natural_unit(value: float, dimension: units.Dimension, text: str) -> None:
    """The shortest text wins: 0.2 h are 12 minutes and 17,532 h are 24 months."""
    assert show(value, dimension) == text


def test_the_currency_shown_is_the_scenarios() -> None:
    """Money carries the currency it is given."""
    assert show(300.0, "money", "USD") == "300 USD"


HIGHEST = {"duration": 175320.0, "rate": 1e6, "share": 1.0, "money": 1e12, "money_rate": 1e9, "hazard": 1e3}


@settings(deadline=None)  # a busy machine is no fault
@given(st.sampled_from(sorted(HIGHEST)), st.floats(0, 1))
def test_what_is_shown_reads_back_to_the_same_value(dimension: units.Dimension, part: float) -> None:
    """Printing loses nothing, not even the last bit."""
    value = part * HIGHEST[dimension]
    assert parse(show(value, dimension), dimension) == value


def refusal(text: str, dimension: units.Dimension) -> str:
    """The sentence that refuses a text; nothing when it is read."""
    try:
        parse(text, dimension)
    except ValueError as error:
        return str(error)
    return ""


@settings(deadline=None)  # a busy machine is no fault
@given(st.data(), st.sampled_from(sorted(PATTERNS)))
def test_the_pattern_of_the_schema_admits_what_is_read(data: st.DataObject, dimension: units.Dimension) -> None:
    """A text that an editor accepts is refused for its range or its length at most."""
    text = data.draw(st.from_regex(PATTERNS[dimension].replace(r"\s", " "), fullmatch=True))
    reason = refusal(text, dimension)
    assert not reason or "between" in reason or "finite" in reason or len(text) > units.LONGEST_TEXT


@pytest.mark.parametrize(("text", "dimension", "value"), [case for case in READ if isinstance(case[0], str)])
def test_what_is_read_matches_the_pattern_of_the_schema(text: str, dimension: str, value: float) -> None:
    """An editor does not complain of a text that the program accepts."""
    assert re.search(PATTERNS[dimension], text)


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(max_size=80), st.sampled_from(sorted(PATTERNS)))
def test_any_text_is_read_or_refused_by_a_printable_sentence(text: str, dimension: units.Dimension) -> None:
    """No text raises anything but a ValueError."""
    assert refusal(text, dimension).isprintable()


@pytest.mark.parametrize(("text", "dimension"), [("+1 h", "duration"), (" +30 EUR", "money"), ("+5 %", "share")])
def test_a_sum_to_be_added_is_no_value(text: str, dimension: units.Dimension) -> None:
    """'+1 h' looks like a change of the parent's value; read as one hour it would replace it without a word."""
    with pytest.raises(ValueError, match="has a sign: a change is a bare number in the parent's unit"):
        units.parse(text, dimension)
