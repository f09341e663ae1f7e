"""How a number is written for a reader: unit, scale and digits chosen once for figures that stand together.

It does not know what the numbers mean, nor whether a difference between them is real.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
"""Currencies with a sign of their own; every other one is written by its code."""

_PLAIN = str.maketrans(
    {"€": "EUR ", "£": "GBP ", "−": "-", "–": "-", "—": "-", "±": "+/-", "×": "x", "·": "-", "…": "...", "→": "->"}
    | {"≥": ">=", "≤": "<=", "’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " "}
)
_HOURS_IN = (("d", 24.0), ("h", 1.0), ("min", 1 / 60), ("s", 1 / 3600))
_HOUR_WORDS = {"h": 1.0, "min": 1 / 60, "s": 1 / 3600, "d": 24.0}
_NEAR_ZERO = 1e-12


def plain(text: str) -> str:
    """The same text for a pipe: only characters of US-ASCII, everything else spelled out or replaced by '?'."""
    return text.translate(_PLAIN).encode("ascii", "replace").decode("ascii")


@dataclass(frozen=True)
class Scale:
    """One way of writing all figures of a row, so that they can be compared at a glance."""

    divisor: float
    decimals: int
    prefix: str = ""
    """Currency sign, written before the number."""
    suffix: str = ""
    """What follows each number: k, m, %, ' h'."""
    points: bool = False
    """Differences of shares are percentage points, not percent."""

    def text(self, value: float) -> str:
        """A level with its unit: €4.71m, 52%, 1,670, 12 min; an en dash where there is no value."""
        return self._write(value, "") if math.isfinite(value) else "–"

    def change(self, value: float) -> str:
        """A difference with sign and unit: +€0.41m, −27 points."""
        return self._write(value, "+") if math.isfinite(value) else "–"

    def bare(self, value: float) -> str:
        """The number alone: 4.71."""
        return f"{self._sign(value, '')}{self._digits(value)}" if math.isfinite(value) else "–"

    def bare_change(self, value: float) -> str:
        """The number alone with its sign: +0.41."""
        return f"{self._sign(value, '+')}{self._digits(value)}" if math.isfinite(value) else "–"

    def span(self, low: float, high: float) -> str:
        """Two ends of an interval, the unit said once: 0.30 to 0.52."""
        return f"{self.bare(low)} to {self.bare(high)}"

    def unit(self) -> str:
        """The unit alone, for the head of a column or an axis: €m, %, h."""
        return (self.prefix + self.suffix).strip()

    def _digits(self, value: float) -> str:
        return f"{abs(value) / self.divisor:,.{self.decimals}f}"

    def _sign(self, value: float, positive: str) -> str:
        if not any(char in "123456789" for char in self._digits(value)):
            return ""
        return "−" if value < 0 else positive

    def _write(self, value: float, positive: str) -> str:
        suffix = " points" if self.points and positive else self.suffix
        return f"{self._sign(value, positive)}{self.prefix}{self._digits(value)}{suffix}"


def scale_of(
    unit: str, values: Iterable[float], currency: str, *, error: float | None = None, digits: int = 3
) -> Scale:
    """The scale for figures of one unit that stand together.

    `values` set the magnitude, `error` (the half-width of an interval, same unit) the last digit worth printing:
    no more than `digits` significant figures of the value, no finer than two of the error.
    """
    size = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    money, per = _is_money(unit)
    if money:
        divisor, letter = _thousands(size)
        return Scale(divisor, _decimals(size / divisor, error, divisor, digits), sign_of(currency), letter + per)
    if unit in {"share", "share/mo", "share/yr"}:
        return Scale(0.01, min(2, _decimals(size * 100, error, 0.01, digits)), suffix="%", points=True)
    if unit in _HOUR_WORDS:
        name, hours = _time_unit(size * _HOUR_WORDS[unit])
        divisor = hours / _HOUR_WORDS[unit]
        return Scale(divisor, _decimals(size / divisor, error, divisor, digits), suffix=f" {name}")
    if unit in {"count", "person-h"}:
        suffix = "" if unit == "count" else f" {unit}"
        return Scale(1.0, 0 if size >= 100 else min(1, _decimals(size, error, 1.0, digits)), suffix=suffix)
    suffix = f" {unit}" if unit not in {"", "ratio", "number", "score"} else ""
    return Scale(1.0, min(3, _decimals(size, error, 1.0, digits)), suffix=suffix)


def axis_scale(unit: str, ticks: Iterable[float], currency: str) -> Scale:
    """The scale for the round numbers of an axis: just as many decimals as write every one of them exactly."""
    marks = list(ticks)
    scale = scale_of(unit, marks, currency)
    for decimals in range(4):
        if all(abs(round(mark / scale.divisor, decimals) - mark / scale.divisor) < _NEAR_ZERO * 1e3 for mark in marks):
            return replace(scale, decimals=decimals)
    return replace(scale, decimals=4)


def sign_of(currency: str) -> str:
    """The currency's sign, or its code and a space."""
    return SYMBOLS.get(currency, f"{currency} ")


def _is_money(unit: str) -> tuple[bool, str]:
    head, _, per = unit.partition("/")
    return head == "EUR", f"/{per}" if per else ""


def _thousands(size: float) -> tuple[float, str]:
    if size >= 0.95e6:
        return 1e6, "m"
    return (1e3, "k") if size >= 9.5e3 else (1.0, "")


def _time_unit(hours: float) -> tuple[str, float]:
    for name, size in _HOURS_IN:
        if hours >= (3 if name == "d" else 1) * size * 0.9995:
            return name, size
    return "s", 1 / 3600


def _decimals(size: float, error: float | None, divisor: float, digits: int) -> int:
    """Decimals for `digits` significant figures, stopped at the second figure of the error, never before its first."""
    wanted = max(0, digits - 1 - _exponent(float(f"{size:.{digits - 1}e}")))
    if error is not None and math.isfinite(error) and error > 0:
        second = max(0, 1 - _exponent(error / divisor))
        wanted = max(min(wanted, second), min(second - 1, wanted + 2))
    return max(0, min(wanted, 4))


def _exponent(size: float) -> int:
    return math.floor(math.log10(size)) if size > _NEAR_ZERO else 0
