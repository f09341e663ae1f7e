"""The types of settings: strict as input, strict as JSON Schema."""

from __future__ import annotations

import pickle
import re
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from sim.engine.distributions import DurationLaw, MoneyLaw, MoneyRateLaw, NumberLaw
from sim.engine.law import named_by_title
from sim.engine.quantities import (
    Count,
    Duration,
    Hazard,
    Measure,
    Money,
    MoneyRate,
    NonNegative,
    Number,
    Positive,
    Rate,
    Share,
    TimeOfDay,
    Whole,
    Window,
)
from sim.engine.units import Quantity


class Everything(BaseModel):
    """A setting of every type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    duration: Duration
    rate: Rate
    share: Share
    hazard: Hazard
    money: Money
    money_rate: MoneyRate
    number: Number
    positive: Positive
    non_negative: NonNegative
    count: Count
    time: TimeOfDay
    window: Window
    narrow: Annotated[float, Measure("duration", low=1.0, high=48.0)]
    some: Annotated[int, Whole(1, 5000)]
    handle: DurationLaw
    price: MoneyLaw
    fee: MoneyRateLaw
    size: NumberLaw


GOOD: dict[str, Any] = {
    "duration": "12 min",
    "rate": "30 /d",
    "share": "35 %",
    "hazard": "35 %/yr",
    "money": "300 EUR",
    "money_rate": "5200 /mo",
    "number": -1.5,
    "positive": 0.1,
    "non_negative": 0,
    "count": 7,
    "time": "09:30",
    "window": "09:00-24:00",
    "narrow": "2 h",
    "some": 1,
    "handle": {"dist": "lognormal", "mean": "12 min", "cv": 0.8},
    "price": "300 EUR",
    "fee": {"dist": "uniform", "low": "1 /mo", "high": "2 /mo"},
    "size": 3,
}


def faults(**settings: object) -> list[str]:
    """The messages that settings give when everything else is good."""
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate(GOOD | settings)
    return [error["msg"] for error in caught.value.errors()]


def test_settings_are_read_into_inside_units() -> None:
    """Every type reads its text."""
    read = Everything.model_validate(GOOD)
    assert (read.duration, read.rate, read.share, read.count) == (0.2, 1.25, 0.35, 7)
    assert (read.time, read.window) == (9.5, (9.0, 24.0))
    assert read.handle.expectation() == 0.2
    assert read.price.explain() == "300 EUR"


def test_a_model_survives_its_dump_and_pickle() -> None:
    """What was read once is not read again: a dumped model validates to an equal one."""
    read = Everything.model_validate(GOOD)
    assert Everything.model_validate(read.model_dump()) == read
    assert pickle.loads(pickle.dumps(read)) == read
    assert read.model_dump(mode="json")["duration"] == 0.2


def test_code_passes_converted_values() -> None:
    """A Quantity needs no unit text; a plain float does."""
    assert Everything.model_validate(GOOD | {"duration": Quantity(3)}).duration == 3
    assert faults(duration=3.0) == ["time needs a unit: write '3 min', '3 h' or '3 d'"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"positive": 0}, "0 is out of range: must be greater than 0"),
        ({"non_negative": -1}, "-1 is out of range: must be greater than or equal to 0"),
        ({"number": "1.5"}, "expected a number, found text; remove the quotes"),
        ({"number": False}, "expected a number, found true/false"),
        ({"narrow": "3 d"}, "time in hours must be between 1 and 48, found 72"),
        ({"count": "6"}, "expected a whole number, found text; remove the quotes"),
        ({"count": "1,000"}, "expected a whole number, found text '1,000'"),
        ({"count": "1_000"}, "expected a whole number, found text '1_000'"),
        ({"count": 6.0}, "expected a whole number, found the number 6.0"),
        ({"count": True}, "expected a whole number, found true/false"),
        ({"count": None}, "expected a whole number, found nothing"),
        ({"count": {}}, "expected a whole number, found a group"),
        ({"count": -1}, "-1 is out of range: must be greater than or equal to 0"),
        ({"some": 1000000000}, "1000000000 is out of range: must be less than or equal to 5000"),
        ({"time": 540}, "write the time of day in quotes, such as '09:00'"),
        ({"time": "9am"}, "'9am' is not a time of day (HH:MM)"),
        ({"time": "25:00"}, "'25:00' is not a time of day (HH:MM)"),
        ({"time": "24:00"}, "'24:00' is only allowed as a closing time; write '00:00'"),
        ({"time": None}, "expected a time of day such as '09:00', found nothing"),
        (
            {"window": "17:00-09:00"},
            "'17:00-09:00': close must be later than open; a window may not cross midnight, write two",
        ),
        ({"window": "09:00-09:00"}, "'09:00-09:00': close must be later than open"),
        ({"window": "9-5"}, "'9' is not a time of day (HH:MM)"),
        ({"window": "09:00"}, "'09:00' is not a window of the day (HH:MM-HH:MM)"),
    ],
)
def test_a_bad_setting_gives_one_bare_sentence(settings: dict[str, object], sentence: str) -> None:
    """The message is the sentence itself, without the words of the validation library."""
    assert faults(**settings) == [sentence]


def test_the_json_schema_is_strict() -> None:
    """Quantities are strings with a pattern, numbers are numbers within their range, groups are closed."""
    schema = Everything.model_json_schema()
    told = schema["properties"]
    for name in ("duration", "rate", "hazard", "money", "money_rate", "time", "window", "narrow"):
        assert told[name]["type"] == "string"
        assert re.search(told[name]["pattern"], GOOD[name])
        assert not re.search(told[name]["pattern"], "12")
        assert all(re.search(told[name]["pattern"], example) for example in told[name]["examples"])
    assert told["share"]["anyOf"][0] == {"type": "number", "minimum": 0, "maximum": 1}
    assert told["positive"]["exclusiveMinimum"] == 0
    assert told["some"] | {"title": ""} == {"type": "integer", "minimum": 1, "maximum": 5000, "title": ""}


def test_the_json_schema_of_a_law_is_a_bare_quantity_or_a_tagged_group() -> None:
    """An editor completes the parameters of the law that `dist` names, and knows their units."""
    schema = named_by_title(Everything.model_json_schema())
    bare, group = schema["properties"]["handle"]["anyOf"]
    assert bare["type"] == "string"
    assert len(group["oneOf"]) == 8
    assert group["discriminator"]["mapping"]["lognormal"] == "#/$defs/DurationLognormal"
    assert {"$ref": "#/$defs/DurationLognormal"} in group["oneOf"]
    law = schema["$defs"]["DurationLognormal"]
    assert set(law["required"]) == {"dist", "mean", "cv"}
    assert law["additionalProperties"] is False
    assert law["properties"]["mean"]["type"] == "string"
    assert schema["$defs"]["NumberLognormal"]["properties"]["mean"]["type"] == "number"


def test_the_json_schema_of_what_is_written_has_numbers() -> None:
    """A dumped model holds inside units."""
    schema = Everything.model_json_schema(mode="serialization")
    assert schema["properties"]["duration"]["type"] == "number"


def test_a_field_tells_its_measure() -> None:
    """Whoever writes a scenario back finds the dimension in the annotation."""
    (measure,) = Everything.model_fields["money_rate"].metadata
    assert measure.show(5200 / 730.5, "USD") == "5200 USD/mo"
