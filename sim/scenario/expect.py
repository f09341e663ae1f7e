"""What must come out of a scenario when it is run, stated by its author; whether it does is verification's to judge.

It does not know which figures a run has, nor their units: both are known only when there is a run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from sim.engine import units
from sim.engine.quantities import Duration, Measure
from sim.errors import found, short
from sim.scenario.plan import Plan

_SIGNED = re.compile(r"\s*([-+]?)\s*(.*)", re.DOTALL)
_WRITTEN: tuple[units.Dimension, ...] = ("duration", "share", "hazard", "money", "money_rate")

Value = Annotated[
    str | float,
    BeforeValidator(lambda value: _readable(value)),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number"}, {"type": "string", "maxLength": units.LONGEST_TEXT}],
            "description": "a value with its unit, or a bare number for counts, ratios and shares; "
            "a negative share is written bare, -0.05",
            "examples": ["4.263 min", "33.9 %", "-2 min", 12],
        }
    ),
]
"""A value of any figure as it was written."""


def reading(value: str | float) -> tuple[float, units.Dimension]:
    """Return a stated value in inside units and its dimension, 'number' for a bare one; raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError(f"expected a value such as '4.263 min', '33.9 %' or 12, found {found(value)}")
    if not isinstance(value, str):
        return float(units.parse(value, "number")), "number"
    signed = _SIGNED.fullmatch(value[: units.LONGEST_TEXT + 1])
    sign, text = (signed[1], signed[2]) if signed else ("", value)
    for dimension in _WRITTEN:
        try:
            number = float(units.parse(text, dimension))
        except ValueError:
            continue
        return (-number if sign == "-" else number), dimension
    raise ValueError(f"'{short(value)}' is not a value such as '4.263 min', '33.9 %' or 12 (bare, without quotes)")


def _readable(value: Any) -> str | float:
    reading(value)
    return value if isinstance(value, str) else float(value)


_FIXED = ("name", "description", "extends", "sources", "run", "expect")
_INSTANTS = ("clock", "clock.start", "clock.horizon", "clock.report_at")


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    for key in given:
        if key.partition(".")[0] in _FIXED:
            raise ValueError(f"'{short(key)}' is no assumption; only what is assumed can be changed for a figure")
        if key in _INSTANTS:
            raise ValueError(f"'{key}' cannot be changed for a figure: all of them are told at the same instants")
        if not all(key.split(".")):
            raise ValueError(f"expected a key path such as 'teams.agents.headcount', found '{short(key)}'")
    return given


Settings = Annotated[
    dict[str, Any],
    Field(max_length=20, examples=[{"teams.agents.headcount": 12}]),
    AfterValidator(_settings),
]
"""Settings by key path, each written as in a file (relative changes such as `*1.5` too), laid over the scenario."""


class Expectation(Plan):
    """One figure that must come out, for `sim verify` to hold against the simulation: one of `is`, `above`, `below`.

    A figure may be that of the same scenario with some settings changed, and two such figures may be compared: their
    futures share the same chance, so that a difference is one of the settings.
    """

    figure: Annotated[str, Field(min_length=1, max_length=120)]
    """Name of the figure, such as wait.phone or occupancy.agents."""
    minus: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    """Another figure that is taken off it, future by future; left out, the figure itself is meant."""
    settings: Settings = Field(default={}, alias="with")
    """Settings that are changed for this figure; left out, none: the scenario as it stands."""
    minus_settings: Settings | None = Field(default=None, alias="minus_with")
    """Settings that are changed for the figure of `minus`; left out, the same ones; {}: the scenario as it stands."""
    at: Duration | None = None
    """When: one of the instants at which results are told (clock.report_at); left out, the horizon."""
    minus_at: Duration | None = None
    """When the figure of `minus` is read; left out, at the same instant."""
    equals: Value | None = Field(default=None, alias="is")
    """The exact value: the simulation's interval must cover it."""
    within: Annotated[float, Measure("share", above=0.0, high=0.5)] | None = None
    """Only with `is`: how far the value itself may be off, as a share of it, because it is rounded or was simulated by
    others; the interval must reach into this band."""
    above: Value | None = None
    """The whole interval must lie above this."""
    below: Value | None = None
    """The whole interval must lie below this."""
    because: Annotated[str, Field(max_length=500)] = ""
    """Why it must come out so: a source, a formula or a reason, in one sentence."""

    @model_validator(mode="after")
    def _one_demand(self) -> Expectation:
        stated = [word for word, value in self.demands() if value is not None]
        if not stated:
            raise ValueError("say what must come out: 'is', 'above' or 'below' is missing")
        if len(stated) > 1:
            raise ValueError(f"give one of 'is', 'above' and 'below', not {' and '.join(repr(w) for w in stated)}")
        if self.within is not None and self.equals is None:
            raise ValueError("'within' is the tolerance of 'is'; above and below have none")
        if self.minus_at is not None and self.minus is None:
            raise ValueError("'minus_at' needs 'minus'")
        if self.minus_settings is not None and self.minus is None:
            raise ValueError("'minus_with' needs 'minus'")
        return self

    def demands(self) -> tuple[tuple[str, str | float | None], ...]:
        """The three ways to demand something, by the word they are written with."""
        return (("is", self.equals), ("above", self.above), ("below", self.below))


def untold(expected: Sequence[Expectation], instants: Sequence[float]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Key path and sentence for every expectation at an instant [h] at which nothing is told."""
    told = ", ".join(units.show(at, "duration") for at in instants)
    for index, one in enumerate(expected):
        for key, at in (("at", one.at), ("minus_at", one.minus_at)):
            if at is not None and not any(math.isclose(at, instant) for instant in instants):
                sentence = f"nothing is told at {units.show(at, 'duration')}; clock.report_at and the horizon: {told}"
                yield (("expect", index, key), sentence)
