"""Quantities with units as text: reads `12 min`, `30 /d`, `5200 EUR/mo`, `35 %/yr`, and prints them back.

It does not know which setting a text belongs to, and no currency rates.

Inside the program time is in hours, rates are per hour, money is in the scenario's currency, shares run from 0 to 1.
Conventions: a day has 24 h, a week 168 h, a year 365.25 d = 8766 h, a month is a twelfth of a year = 730.5 h, a
quarter three months. `35 %/yr` is an intensity and linear in time: 0.35 / 8766 per hour.
"""

from __future__ import annotations

import math
import re
from decimal import Context
from fractions import Fraction

from sim.engine.unit_text import (
    HOURS,
    KINDS,
    LONGEST_TEXT,
    NUMBER,
    NUMBER_AND_REST,
    UNIT_WORDS,
    Dimension,
    exactly,
    figure,
    hours,
    limited,
    needs_unit,
    per,
    split,
    unreadable,
)
from sim.errors import found, short

__all__ = [
    "DAY", "HOUR", "LONGEST_TEXT", "MONTH", "QUARTER", "UNIT_WORDS", "WEEK", "YEAR",
    "Dimension", "Quantity", "bounded", "parse", "parse_money", "show",
]  # fmt: skip

HOUR = 1.0
DAY = 24.0
WEEK = 168.0
MONTH = 730.5
QUARTER = 2191.5
YEAR = 8766.0

_CURRENCY_FIRST = re.compile(r"([A-Z]{3})\s*([-+.0-9].*)", re.DOTALL)
_CURRENCY_LATER = re.compile(r"([A-Z]{3})\s*(.*)", re.DOTALL)


class Quantity(float):
    """A number that has already been brought to the program's inside units, and so needs no unit text any more."""

    __slots__ = ()


def parse(value: object, dimension: Dimension) -> Quantity:
    """Return a scenario's value in inside units (h, 1/h, 0..1, currency, currency/h); a Quantity passes unchanged.

    Raises ValueError with one sentence that says what was found and how to write it.
    """
    if isinstance(value, Quantity):
        return bounded(value, dimension)
    if dimension == "number":
        return _number(value)
    kind = KINDS[dimension]
    if isinstance(value, str):
        if value.lstrip().startswith("+"):
            # Read as a value, a change meant to be added would silently replace what it should raise.
            raise ValueError(
                f"'{short(value.strip())}' has a sign: a change is a bare number in the parent's unit ('+1', '*1.5', "
                f"'-10%'); leave out the sign for a value of its own"
            )
        if dimension in ("money", "money_rate"):
            return parse_money(value, dimension)[0]
        return bounded(_rounded(_READERS[dimension](value)), dimension)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = _finite(value)
        if dimension == "share":
            return _share(number)
        raise ValueError(needs_unit(figure(number), dimension))
    raise ValueError(f"expected {kind.name} such as {kind.example}, found {found(value)}")


def parse_money(text: str, dimension: Dimension = "money") -> tuple[Quantity, str | None]:
    """Return amount (currency, or currency per hour for "money_rate") and the currency code the text names, if any.

    Raises ValueError with one sentence.
    """
    if dimension not in ("money", "money_rate"):
        raise ValueError(f"{dimension} is not a dimension of money")
    first = _CURRENCY_FIRST.fullmatch(limited(text, dimension))
    number, rest = split(first[2] if first else text, dimension, whole=text)
    later = None if first else _CURRENCY_LATER.fullmatch(rest)
    currency = first[1] if first else later[1] if later else None
    rest = later[2] if later else rest
    if not rest and currency is None:
        raise ValueError(needs_unit(short(text.strip()), dimension))
    if dimension == "money_rate":
        number /= per(rest, text, dimension)
    elif rest or currency is None:
        raise unreadable(text, dimension)
    return bounded(_rounded(number), dimension), currency


def bounded(
    value: float, dimension: Dimension, low: float | None = None, high: float | None = None, above: float | None = None
) -> Quantity:
    """Return `value` (inside units) if it lies in the range of its dimension, narrowed by low, high (both included)
    and above (excluded); raises ValueError otherwise."""
    if not math.isfinite(value):
        raise ValueError(f"values must be finite numbers, found {value}")
    if dimension != "number":
        kind = KINDS[dimension]
        low, high = (0.0 if low is None else low), (kind.high if high is None else high)
        if not low <= value <= high:
            is_time = dimension == "duration"
            must = f"{kind.measure} must be" if is_time else f"{kind.measure} is out of range: must be"
            raise ValueError(f"{must} between {figure(low)} and {figure(high)}, found {figure(value)}")
    elif low is not None and value < low:
        raise ValueError(f"{figure(value)} is out of range: must be greater than or equal to {figure(low)}")
    elif high is not None and value > high:
        raise ValueError(f"{figure(value)} is out of range: must be less than or equal to {figure(high)}")
    if above is not None and value <= above:
        raise ValueError(f"{figure(value)} is out of range: must be greater than {figure(above)}")
    return value if isinstance(value, Quantity) else Quantity(value)


def show(value: float, dimension: Dimension, currency: str = "EUR") -> str:
    """Return the shortest readable text that parses to exactly `value` (inside units): 0.2 h is `12 min`."""
    exact = Fraction(value)
    if dimension == "number":
        return _decimal(exact, value, Fraction(1))
    if dimension == "share":
        return f"{_decimal(exact, value, Fraction(1, 100))} %"
    if dimension == "money":
        return f"{_decimal(exact, value, Fraction(1))} {currency}"
    if dimension == "duration":
        return _shortest(exact, value, {f" {u}": HOURS[u] for u in ("h", "d", "wk", "mo", "min", "s")}, zero=" h")
    if dimension == "rate":
        return _shortest(exact, value, {f" /{u}": 1 / HOURS[u] for u in ("h", "d", "wk", "mo", "yr")}, zero=" /d")
    if dimension == "money_rate":
        sizes = {f" {currency}/{u}": 1 / HOURS[u] for u in ("mo", "yr", "h", "d", "wk")}
        return _shortest(exact, value, sizes, zero=f" {currency}/mo")
    return _shortest(exact, value, {f" %/{u}": 1 / (100 * HOURS[u]) for u in ("yr", "mo", "wk", "d")}, zero=" %/yr")


def _shortest(exact: Fraction, value: float, sizes: dict[str, Fraction], zero: str) -> str:
    """Write `value` in the unit that takes the fewest characters; between equals the larger number of hours wins."""
    if value == 0:
        return f"0{zero}"
    best: tuple[int, Fraction, str] | None = None
    for unit, size in sizes.items():
        # A number with more digits than the best text has characters cannot win.
        number = _text_of(exact, value, size, 40 if best is None else best[0])
        if number is not None and (best is None or (len(number), -size) < best[:2]):
            best = (len(number), -size, number + unit)
    assert best is not None  # 40 digits always separate two doubles
    return best[2]


def _decimal(exact: Fraction, value: float, size: Fraction) -> str:
    """Return the decimal with the fewest digits that, times `size`, rounds to `value`."""
    text = _text_of(exact, value, size, 40)
    assert text is not None  # 40 digits always separate two doubles
    return text


def _text_of(exact: Fraction, value: float, size: Fraction, most: int) -> str | None:
    """Return that decimal, or None when it has more than `most` digits."""
    count = exact / size
    for digits in range(1, most + 1):
        decimal = Context(prec=digits).divide(count.numerator, count.denominator)
        text = f"{decimal:f}" if -7 <= decimal.adjusted() <= 15 else f"{decimal}"
        if "." in text and "E" not in text:
            text = text.rstrip("0").rstrip(".")
        if float(Fraction(text) * size) == value:
            return text
    return None


def _duration(text: str) -> Fraction:
    number, rest = split(text, "duration")
    if not rest:
        raise ValueError(needs_unit(short(text.strip()), "duration"))
    if not rest.isascii() or not rest.isalpha():
        raise unreadable(text, "duration")
    return number * hours(rest)


def _rate(text: str) -> Fraction:
    number, rest = split(text, "rate")
    if not rest:
        raise ValueError(needs_unit(short(text.strip()), "rate"))
    return number / per(rest, text, "rate")


def _hazard(text: str) -> Fraction:
    number, rest = split(text, "hazard")
    if not rest:
        raise ValueError(needs_unit(short(text.strip()), "hazard"))
    if rest.startswith("%"):
        number, rest = number / 100, rest[1:].lstrip()
    return number / per(rest, text, "hazard")


def _percent(text: str) -> Fraction:
    advice = "expected a share between 0 and 1, such as 0.25 or '25 %'"
    parts = NUMBER_AND_REST.fullmatch(text.strip()) if len(text) <= LONGEST_TEXT else None
    if parts is None or not NUMBER.fullmatch(parts[1]):
        raise ValueError(f"{advice}, found text '{short(text)}'")
    number = exactly(parts[1])
    if parts[2] != "%":
        quoted = "; remove the quotes" if not parts[2] else ""
        raise ValueError(f"{advice}, found text '{short(text)}'{quoted}")
    if not 0 <= number <= 100:
        raise ValueError(f"{figure(float(number))} % is not between 0 and 100 %")
    return number / 100


_READERS = {"duration": _duration, "rate": _rate, "hazard": _hazard, "share": _percent}


def _share(number: float) -> Quantity:
    if 0 <= number <= 1:
        return Quantity(number)
    meant = f"; did you mean {figure(number / 100)} or '{figure(number)}%'?" if 1 < number <= 100 else ""
    raise ValueError(f"{figure(number)} is not between 0 and 1{meant}")


def _number(value: object) -> Quantity:
    if isinstance(value, str):
        quoted = "text; remove the quotes" if NUMBER.fullmatch(value[:LONGEST_TEXT]) else found(value)
        raise ValueError(f"expected a number, found {quoted}")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"expected a number, found {found(value)}")
    return Quantity(_finite(value))


def _finite(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{short(str(value))} is too large for a number: values must be finite") from None
    if not math.isfinite(number):
        raise ValueError(f"{number} is not allowed: values must be finite numbers")
    return number


def _rounded(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError:
        raise ValueError("the value is too large for a number: values must be finite") from None
