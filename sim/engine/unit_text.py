"""The grammar of a quantity as text, a number and then a unit, and the sentences that refuse anything else.

It does not know which values a setting may have.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sim.errors import nearest, short

Dimension = Literal["duration", "rate", "share", "money", "money_rate", "hazard", "number"]

LONGEST_TEXT = 64
"""Characters of a quantity; a longer text is refused before it is looked at."""

HOURS = {  # exact, so that reading rounds once and printing can find a text that reads back to the same value
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
_FULL_WORD = {unit: words[-1].removesuffix("s") for unit, words in UNIT_WORDS.items()}

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
NUMBER_AND_REST = re.compile(r"([+-]?[0-9.,_']+(?:[eE][+-]?[0-9]+)?)\s*(.*)", re.DOTALL)
_PER = re.compile(r"(?:/|per\s)\s*([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Kind:
    """How a dimension is spoken of, and the range within which its values make sense."""

    name: str
    """With its article: `a time`."""
    measure: str
    """With the unit used inside the program: `time in hours`."""
    advice: str
    """How to write it, as the end of a sentence."""
    example: str
    high: float
    """The greatest value that makes sense, in inside units; the least is 0."""


KINDS: dict[str, Kind] = {
    "duration": Kind("a time", "time in hours", "write a number and a unit, such as '8 min'", "'8 min'", 175320.0),
    "rate": Kind("a rate", "rate per hour", "write it as '2 /wk'", "'2 /wk'", 1e6),
    "share": Kind("a share", "share", "write it as 0.25 or '25 %'", "0.25 or '25 %'", 1.0),
    "money": Kind("money", "money", "write it as '300 EUR'", "'300 EUR'", 1e12),
    "money_rate": Kind("money per time", "money per hour", "write it as '5200 EUR/mo'", "'5200 EUR/mo'", 1e9),
    "hazard": Kind("a share per time", "share per hour", "write it as '35 %/yr'", "'35 %/yr'", 1e3),
}


def limited(text: str, dimension: Dimension) -> str:
    """Return the text without blanks around it, unless it is too long to be a quantity."""
    if len(text) > LONGEST_TEXT:
        raise unreadable(text, dimension)
    return text.strip()


def split(text: str, dimension: Dimension, whole: str | None = None) -> tuple[Fraction, str]:
    """Return the leading number of a text and what follows it."""
    whole = text if whole is None else whole
    parts = NUMBER_AND_REST.fullmatch(limited(text, dimension))
    if parts is None:
        raise unreadable(whole, dimension)
    if not NUMBER.fullmatch(parts[1]):
        raise ValueError(f"'{short(parts[1])}' is not a number; use a decimal point and no thousands separator")
    return exactly(parts[1]), parts[2]


def exactly(digits: str) -> Fraction:
    """Return a decimal number without any rounding."""
    size = float(digits)
    if math.isinf(size):
        raise ValueError(f"'{short(digits)}' is too large for a number: values must be finite")
    # A vanishing number is zero; its exponent could otherwise ask for a fraction of any length.
    return Fraction(digits) if size else Fraction(0)


def per(rest: str, text: str, dimension: Dimension) -> Fraction:
    """Return the hours of the unit in `/d` or `per day`."""
    unit = _PER.fullmatch(rest)
    if unit is None:
        raise unreadable(text, dimension)
    return hours(unit[1])


def hours(word: str) -> Fraction:
    """Return the hours in a unit of time."""
    if word == "m":
        raise ValueError("unit 'm' is ambiguous: write 'min' or 'mo'")
    if word not in _UNIT_OF:
        near = nearest(word, (w for w in _UNIT_OF if len(w) > 1))
        meant = f"; did you mean '{_FULL_WORD[_UNIT_OF[near]]}'?" if near else ""
        raise ValueError(f"unknown time unit '{short(word)}' (use {', '.join(HOURS)}){meant}")
    return HOURS[_UNIT_OF[word]]


def needs_unit(number: str, dimension: Dimension) -> str:
    """Return the sentence that refuses a bare number."""
    if dimension == "duration":
        return f"time needs a unit: write '{number} min', '{number} h' or '{number} d'"
    if dimension == "rate":
        return f"rate needs a unit: write '{number} /h', '{number} /d' or '{number} /wk'"
    if dimension == "money":
        return f"money needs a currency: write '{number} EUR'"
    if dimension == "money_rate":
        return f"money per time needs a unit: write '{number} /mo' or '{number} /yr'"
    return f"share per time needs a unit: write '{number} /yr' or '{figure(100 * float(number))} %/yr'"


def unreadable(text: str, dimension: Dimension) -> ValueError:
    """Return the error that refuses a text which is no quantity of this dimension."""
    kind = KINDS[dimension]
    return ValueError(f"cannot read '{short(text)}' as {kind.name}; {kind.advice}")


def figure(value: float) -> str:
    """A number for a sentence: no more digits than a reader can use."""
    return f"{value:.12g}"
