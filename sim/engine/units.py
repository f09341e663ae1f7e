"""Quantities with units as text: reads `12 min`, `30 /d`, `5200 EUR/mo`, `35 %/yr`, and prints them back.

It does not know which setting a text belongs to, and no currency rates.

Inside the program time is in hours, rates are per hour, money is in the scenario's currency, shares run from 0 to 1.
Conventions: a day has 24 h, a week 168 h, a year 365.25 d = 8766 h, a month is a twelfth of a year = 730.5 h, a
quarter three months. `35 %/yr` is an intensity and linear in time: 0.35 / 8766 per hour.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Context
from fractions import Fraction
from typing import Literal

from sim.errors import found, nearest, short

HOUR = 1.0
DAY = 24.0
WEEK = 168.0
MONTH = 730.5
QUARTER = 2191.5
YEAR = 8766.0

Dimension = Literal["duration", "rate", "share", "money", "money_rate", "hazard", "number"]

LONGEST_TEXT = 64
"""Characters of a quantity; a longer text is refused before it is looked at."""

_HOURS = {  # exact, so that reading rounds once and printing can find a text that reads back to the same value
    "s": Fraction(1, 3600),
    "min": Fraction(1, 60),
    "h": Fraction(1),
    "d": Fraction(24),
    "wk": Fraction(168),
    "mo": Fraction(1461, 2),
    "q": Fraction(4383, 2),
    "yr": Fraction(8766),
}
UNIT_WORDS = {
    "s": ("s", "sec", "second", "seconds"),
    "min": ("min", "minute", "minutes"),
    "h": ("h", "hr", "hour", "hours"),
    "d": ("d", "day", "days"),
    "wk": ("wk", "w", "week", "weeks"),
    "mo": ("mo", "month", "months"),
    "q": ("q", "quarter", "quarters"),
    "yr": ("yr", "y", "year", "years"),
}
"""Every spelling of a time unit, by the one that is printed."""
_UNIT_OF = {word: unit for unit, words in UNIT_WORDS.items() for word in words}
_FULL_WORD = {"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week"} | {
    "mo": "month",
    "q": "quarter",
    "yr": "year",
}

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NUMBER_AND_REST = re.compile(r"([+-]?[0-9.,_']+(?:[eE][+-]?[0-9]+)?)\s*(.*)", re.DOTALL)
_PER = re.compile(r"(?:/|per\s)\s*([A-Za-z]+)")
_CURRENCY_FIRST = re.compile(r"([A-Z]{3})\s*([-+.0-9].*)", re.DOTALL)
_CURRENCY_LATER = re.compile(r"([A-Z]{3})\s*(.*)", re.DOTALL)


class Quantity(float):
    """A number that has already been brought to the program's inside units, and so needs no unit text any more."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a dimension is spoken of, and the range within which its values make sense."""

    name: str
    measure: str
    advice: str
    example: str
    high: float


_KINDS: dict[str, _Kind] = {
    "duration": _Kind("a time", "time in hours", "write a number and a unit, such as '8 min'", "'8 min'", 20 * YEAR),
    "rate": _Kind("a rate", "rate per hour", "write it as '2 /wk'", "'2 /wk'", 1e6),
    "share": _Kind("a share", "share", "write it as 0.25 or '25 %'", "0.25 or '25 %'", 1.0),
    "money": _Kind("money", "money", "write it as '300 EUR'", "'300 EUR'", 1e12),
    "money_rate": _Kind("money per time", "money per hour", "write it as '5200 EUR/mo'", "'5200 EUR/mo'", 1e9),
    "hazard": _Kind("a share per time", "share per hour", "write it as '35 %/yr'", "'35 %/yr'", 1e3),
}


def parse(value: object, dimension: Dimension) -> Quantity:
    """Return a scenario's value in inside units (h, 1/h, 0..1, currency, currency/h); a Quantity passes unchanged.

    Raises ValueError with one sentence that says what was found and how to write it.
    """
    if isinstance(value, Quantity):
        return bounded(value, dimension)
    if dimension == "number":
        return _number(value)
    kind = _KINDS[dimension]
    if isinstance(value, str):
        if dimension in ("money", "money_rate"):
            return parse_money(value, dimension)[0]
        return bounded(_rounded(_READERS[dimension](value)), dimension)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = _finite(value)
        if dimension == "share":
            return _share(number)
        raise ValueError(_needs_unit(_figure(number), dimension))
    raise ValueError(f"expected {kind.name} such as {kind.example}, found {found(value)}")


def parse_money(text: str, dimension: Dimension = "money") -> tuple[Quantity, str | None]:
    """Return amount (currency, or currency per hour for "money_rate") and the currency code the text names, if any.

    Raises ValueError with one sentence.
    """
    if dimension not in ("money", "money_rate"):
        raise ValueError(f"{dimension} is not a dimension of money")
    first = _CURRENCY_FIRST.fullmatch(_limited(text, dimension))
    number, rest = _split(first[2] if first else text, dimension, whole=text)
    later = None if first else _CURRENCY_LATER.fullmatch(rest)
    currency = first[1] if first else later[1] if later else None
    rest = later[2] if later else rest
    if not rest and currency is None:
        raise ValueError(_needs_unit(short(text.strip()), dimension))
    if dimension == "money_rate":
        number /= _per(rest, text, dimension)
    elif rest or currency is None:
        raise _unreadable(text, dimension)
    return bounded(_rounded(number), dimension), currency


def bounded(
    value: float, dimension: Dimension, low: float | None = None, high: float | None = None, above: float | None = None
) -> Quantity:
    """Return `value` (inside units) if it lies in the range of its dimension, narrowed by low, high (both included)
    and above (excluded); raises ValueError otherwise."""
    if not math.isfinite(value):
        raise ValueError(f"values must be finite numbers, found {value}")
    if dimension != "number":
        kind = _KINDS[dimension]
        low, high = (0.0 if low is None else low), (kind.high if high is None else high)
        if not low <= value <= high:
            is_time = dimension == "duration"
            must = f"{kind.measure} must be" if is_time else f"{kind.measure} is out of range: must be"
            raise ValueError(f"{must} between {_figure(low)} and {_figure(high)}, found {_figure(value)}")
    elif low is not None and value < low:
        raise ValueError(f"{_figure(value)} is out of range: must be greater than or equal to {_figure(low)}")
    elif high is not None and value > high:
        raise ValueError(f"{_figure(value)} is out of range: must be less than or equal to {_figure(high)}")
    if above is not None and value <= above:
        raise ValueError(f"{_figure(value)} is out of range: must be greater than {_figure(above)}")
    return value if isinstance(value, Quantity) else Quantity(value)


def show(value: float, dimension: Dimension, currency: str = "EUR") -> str:
    """Return the shortest readable text that parses to exactly `value` (inside units): 0.2 h is `12 min`."""
    exact = Fraction(value)
    if dimension == "number":
        return _text_of(exact, value, Fraction(1))
    if dimension == "share":
        return f"{_text_of(exact, value, Fraction(1, 100))} %"
    if dimension == "money":
        return f"{_text_of(exact, value, Fraction(1))} {currency}"
    if dimension == "duration":
        return _shortest(exact, value, {f" {u}": _HOURS[u] for u in ("h", "d", "wk", "mo", "min", "s")}, zero=" h")
    if dimension == "rate":
        return _shortest(exact, value, {f" /{u}": 1 / _HOURS[u] for u in ("h", "d", "wk", "mo", "yr")}, zero=" /d")
    if dimension == "money_rate":
        sizes = {f" {currency}/{u}": 1 / _HOURS[u] for u in ("mo", "yr", "h", "d", "wk")}
        return _shortest(exact, value, sizes, zero=f" {currency}/mo")
    return _shortest(exact, value, {f" %/{u}": 1 / (100 * _HOURS[u]) for u in ("yr", "mo", "wk", "d")}, zero=" %/yr")


def _shortest(exact: Fraction, value: float, sizes: dict[str, Fraction], zero: str) -> str:
    """Write `value` in the unit that takes the fewest characters; between equals the larger number of hours wins."""
    if value == 0:
        return f"0{zero}"
    texts = [(_text_of(exact, value, size), unit, size) for unit, size in sizes.items()]
    number, unit, _ = min(texts, key=lambda t: (len(t[0]), -t[2]))
    return number + unit


def _text_of(exact: Fraction, value: float, size: Fraction) -> str:
    """Return the decimal with the fewest digits that, times `size`, rounds to `value`."""
    count = exact / size
    for digits in range(1, 40):
        decimal = Context(prec=digits).divide(count.numerator, count.denominator)
        text = f"{decimal:f}" if -7 <= decimal.adjusted() <= 15 else f"{decimal}"
        if "." in text and "E" not in text:
            text = text.rstrip("0").rstrip(".")
        if float(Fraction(text) * size) == value:
            return text
    raise AssertionError(f"no decimal found for {value!r}")  # 40 digits always separate two doubles


def _duration(text: str) -> Fraction:
    number, rest = _split(text, "duration")
    if not rest:
        raise ValueError(_needs_unit(short(text.strip()), "duration"))
    if not rest.isascii() or not rest.isalpha():
        raise _unreadable(text, "duration")
    return number * _hours(rest)


def _rate(text: str) -> Fraction:
    number, rest = _split(text, "rate")
    if not rest:
        raise ValueError(_needs_unit(short(text.strip()), "rate"))
    return number / _per(rest, text, "rate")


def _hazard(text: str) -> Fraction:
    number, rest = _split(text, "hazard")
    if not rest:
        raise ValueError(_needs_unit(short(text.strip()), "hazard"))
    if rest.startswith("%"):
        number, rest = number / 100, rest[1:].lstrip()
    return number / _per(rest, text, "hazard")


def _percent(text: str) -> Fraction:
    advice = "expected a share between 0 and 1, such as 0.25 or '25 %'"
    parts = _NUMBER_AND_REST.fullmatch(text.strip()) if len(text) <= LONGEST_TEXT else None
    if parts is None or not _NUMBER.fullmatch(parts[1]):
        raise ValueError(f"{advice}, found text '{short(text)}'")
    number = _exactly(parts[1])
    if parts[2] != "%":
        quoted = "; remove the quotes" if not parts[2] else ""
        raise ValueError(f"{advice}, found text '{short(text)}'{quoted}")
    if not 0 <= number <= 100:
        raise ValueError(f"{_figure(float(number))} % is not between 0 and 100 %")
    return number / 100


_READERS = {"duration": _duration, "rate": _rate, "hazard": _hazard, "share": _percent}


def _share(number: float) -> Quantity:
    if 0 <= number <= 1:
        return Quantity(number)
    meant = f"; did you mean {_figure(number / 100)} or '{_figure(number)}%'?" if 1 < number <= 100 else ""
    raise ValueError(f"{_figure(number)} is not between 0 and 1{meant}")


def _number(value: object) -> Quantity:
    if isinstance(value, str):
        quoted = "text; remove the quotes" if _NUMBER.fullmatch(value[:LONGEST_TEXT]) else found(value)
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


def _limited(text: str, dimension: Dimension) -> str:
    if len(text) > LONGEST_TEXT:
        raise _unreadable(text, dimension)
    return text.strip()


def _split(text: str, dimension: Dimension, whole: str | None = None) -> tuple[Fraction, str]:
    """Return the leading number of a text and what follows it."""
    whole = text if whole is None else whole
    parts = _NUMBER_AND_REST.fullmatch(_limited(text, dimension))
    if parts is None:
        raise _unreadable(whole, dimension)
    if not _NUMBER.fullmatch(parts[1]):
        raise ValueError(f"'{short(parts[1])}' is not a number; use a decimal point and no thousands separator")
    return _exactly(parts[1]), parts[2]


def _exactly(digits: str) -> Fraction:
    size = float(digits)
    if math.isinf(size):
        raise ValueError(f"'{short(digits)}' is too large for a number: values must be finite")
    # A vanishing number is zero; its exponent could otherwise ask for a fraction of any length.
    return Fraction(digits) if size else Fraction(0)


def _rounded(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError:
        raise ValueError("the value is too large for a number: values must be finite") from None


def _per(rest: str, text: str, dimension: Dimension) -> Fraction:
    """Return the hours of the unit in `/d` or `per day`."""
    unit = _PER.fullmatch(rest)
    if unit is None:
        raise _unreadable(text, dimension)
    return _hours(unit[1])


def _hours(word: str) -> Fraction:
    if word == "m":
        raise ValueError("unit 'm' is ambiguous: write 'min' or 'mo'")
    if word not in _UNIT_OF:
        near = nearest(word, (w for w in _UNIT_OF if len(w) > 1))
        meant = f"; did you mean '{_FULL_WORD[_UNIT_OF[near]]}'?" if near else ""
        raise ValueError(f"unknown time unit '{short(word)}' (use {', '.join(_HOURS)}){meant}")
    return _HOURS[_UNIT_OF[word]]


def _needs_unit(number: str, dimension: Dimension) -> str:
    if dimension == "duration":
        return f"time needs a unit: write '{number} min', '{number} h' or '{number} d'"
    if dimension == "rate":
        return f"rate needs a unit: write '{number} /h', '{number} /d' or '{number} /wk'"
    if dimension == "money":
        return f"money needs a currency: write '{number} EUR'"
    if dimension == "money_rate":
        return f"money per time needs a unit: write '{number} /mo' or '{number} /yr'"
    return f"share per time needs a unit: write '{number} /yr' or '{number} %/yr'"


def _unreadable(text: str, dimension: Dimension) -> ValueError:
    kind = _KINDS[dimension]
    return ValueError(f"cannot read '{short(text)}' as {kind.name}; {kind.advice}")


def _figure(value: float) -> str:
    """A number for a sentence: no more digits than a reader can use."""
    return f"{value:.12g}"
