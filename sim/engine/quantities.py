"""The types of a scenario's settings: a duration, a rate, a share, money, a count; each reads text with a unit.

It does not know the settings themselves, and files and line numbers as little.

`Duration` and its like are plain floats to a type checker and hold inside units (h, 1/h, 0..1, currency, currency/h).
As input they take text with a unit, or a `units.Quantity`, which is what code that has already converted passes.
A setting narrows its range by an annotation of its own: `Annotated[float, Measure("duration", above=0, high=YEAR)]`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sim.engine import opening, units
from sim.errors import found, short

_DIGITS = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_TIME_UNIT = "(" + "|".join(word for words in units.UNIT_WORDS.values() for word in words) + ")"
_PER = rf"(/|per\s)\s*{_TIME_UNIT}"
_CURRENCY = r"[A-Z]{3}"

PATTERNS: dict[str, str] = {
    "duration": rf"^\s*{_DIGITS}\s*{_TIME_UNIT}\s*$",
    "rate": rf"^\s*{_DIGITS}\s*{_PER}\s*$",
    "share": rf"^\s*{_DIGITS}\s*%\s*$",
    "money": rf"^\s*({_CURRENCY}\s*{_DIGITS}|{_DIGITS}\s*{_CURRENCY})\s*$",
    "money_rate": rf"^\s*({_CURRENCY}\s*{_DIGITS}|{_DIGITS}(\s*{_CURRENCY})?)\s*{_PER}\s*$",
    "hazard": rf"^\s*{_DIGITS}\s*(%\s*)?{_PER}\s*$",
}
"""What an editor checks while typing, by dimension; the ranges are checked when the scenario is read."""

_TITLES: dict[str, tuple[str, list[str]]] = {
    "duration": ("a time with its unit", ["8 min", "1.5 h", "3 d", "24 mo"]),
    "rate": ("a rate with its unit", ["30 /d", "2 per week"]),
    "share": ("a share between 0 and 1, or in percent", ["35 %", "0.35"]),
    "money": ("an amount with its currency", ["300 EUR"]),
    "money_rate": ("money per time", ["5200 EUR/mo", "5200 /mo"]),
    "hazard": ("a share per time", ["35 %/yr", "0.03 /mo"]),
    "number": ("a number", ["1.5"]),
}


def told(read: Callable[..., Any], *args: object, **narrowed: object) -> Any:
    """Call a reader, turning its ValueError into a fault whose message is the bare sentence."""
    try:
        return read(*args, **narrowed)
    except ValueError as error:
        raise PydanticCustomError("quantity", "{sentence}", {"sentence": str(error)}) from None


@dataclass(frozen=True, slots=True)
class Measure:
    """Annotation of a float setting: its dimension, and its range where that is narrower than the dimension's."""

    dimension: units.Dimension
    low: float | None = None
    """Least value allowed, in inside units."""
    high: float | None = None
    """Greatest value allowed, in inside units."""
    above: float | None = None
    """Value that must be exceeded, in inside units."""

    def read(self, value: object) -> units.Quantity:
        """Return the value in inside units; raises ValueError with one sentence."""
        number = units.parse(value, self.dimension)
        return units.bounded(number, self.dimension, self.low, self.high, self.above)

    def show(self, value: float, currency: str = "EUR") -> str:
        """Return text that reads back to the same value."""
        return units.show(value, self.dimension, currency)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read by `read`; write as a plain number."""
        return _schema(lambda value: told(self.read, value), float)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """A string with a pattern; a number for a number, either for a share."""
        description, examples = _TITLES[self.dimension]
        if handler.mode == "serialization":
            return {"type": "number"}
        number: dict[str, Any] = {"type": "number"}
        if self.dimension in ("number", "share"):
            share = self.dimension == "share"
            low, high = (0 if share and self.low is None else self.low), (1 if share and not self.high else self.high)
            limits = {"minimum": low, "maximum": high, "exclusiveMinimum": self.above}
            number |= {word: limit for word, limit in limits.items() if limit is not None}
        if self.dimension == "number":
            return number | {"description": description}
        text = {"type": "string", "pattern": PATTERNS[self.dimension], "maxLength": units.LONGEST_TEXT}
        if self.dimension == "share":
            return {"anyOf": [number, text], "description": description, "examples": examples}
        return text | {"description": description, "examples": examples}


@dataclass(frozen=True, slots=True)
class Whole:
    """Annotation of a whole-number setting with its range."""

    low: int = 0
    high: int = 1_000_000

    def read(self, value: object) -> int:
        """Return the value; raises ValueError when it is no whole number or out of range."""
        if isinstance(value, str):
            if value[: units.LONGEST_TEXT].strip().lstrip("+-").isdecimal() and value.isascii():
                raise ValueError("expected a whole number, found text; remove the quotes")
            raise ValueError(f"expected a whole number, found {found(value)}")
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"expected a whole number, found {found(value)}")
        if value < self.low:
            raise ValueError(f"{short(str(value))} is out of range: must be greater than or equal to {self.low}")
        if value > self.high:
            raise ValueError(f"{short(str(value))} is out of range: must be less than or equal to {self.high}")
        return int(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read by `read`; write as it is."""
        return _schema(lambda value: told(self.read, value), int)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """An integer within its range."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Clock:
    """Annotation of a setting that is a time of day, or a window of the day."""

    kind: Literal["time", "window"]

    def read(self, value: object) -> units.Quantity | tuple[float, float]:
        """Return hours since midnight, or opening and closing; raises ValueError with one sentence."""
        # A user's lists are lists: a tuple (like a Quantity) has been read before.
        if isinstance(value, (units.Quantity, tuple)):
            return value
        return units.Quantity(opening.time_of_day(value)) if self.kind == "time" else opening.window(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read by `read`; write hours."""
        return _schema(lambda value: told(self.read, value), None)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """A string with a pattern; in what is written, hours."""
        is_time = self.kind == "time"
        if handler.mode == "serialization":
            number = {"type": "number"}
            return number if is_time else {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
        pattern = f"^{opening.TIME}$" if is_time else f"^{opening.TIME}-({opening.TIME}|24:00)$"
        description = "a time of day" if is_time else "a window of the day; it may end at 24:00"
        examples = ["09:00"] if is_time else ["09:00-17:00"]
        return {"type": "string", "pattern": pattern, "description": description, "examples": examples}


def _schema(read: Callable[[Any], Any], written: type | None) -> CoreSchema:
    as_written = None
    if written is not None:
        as_written = core_schema.plain_serializer_function_ser_schema(written, when_used="json")
    return core_schema.no_info_plain_validator_function(read, serialization=as_written)


Duration = Annotated[float, Measure("duration")]
"""Hours; written `12 min`, `24 mo`; 0 to 20 years."""
Rate = Annotated[float, Measure("rate")]
"""Events per hour; written `30 /d`."""
Share = Annotated[float, Measure("share")]
"""0 to 1; written 0.35 or `35 %`."""
Hazard = Annotated[float, Measure("hazard")]
"""Share per hour, linear in time; written `35 %/yr` or `0.03 /mo`."""
Money = Annotated[float, Measure("money")]
"""An amount in the scenario's currency; written `300 EUR`."""
MoneyRate = Annotated[float, Measure("money_rate")]
"""Money per hour of the calendar; written `5200 EUR/mo` or `5200 /mo`."""
Number = Annotated[float, Measure("number")]
"""Any finite number."""
Positive = Annotated[float, Measure("number", above=0.0)]
"""A finite number greater than 0."""
NonNegative = Annotated[float, Measure("number", low=0.0)]
"""A finite number, 0 or greater."""
Count = Annotated[int, Whole()]
"""A whole number from 0 to 1,000,000."""
TimeOfDay = Annotated[float, Clock("time")]
"""Hours since midnight, below 24; written '09:00'."""
Window = Annotated[tuple[float, float], Clock("window")]
"""Opening and closing time in hours since midnight; written '09:00-17:00', closing at '24:00' at the latest."""
