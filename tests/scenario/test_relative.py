"""Relative values: what they make of the parent's value."""

from __future__ import annotations

import pytest

from sim.scenario.marked import Node
from sim.scenario.relative import change_in, changed, is_number
from sim.scenario.yamltree import decode, read


def value(text: str) -> Node:
    """The node of a value written in a file."""
    root, faults = read(decode(f"a: {text}\n".encode(), "base.yaml"))
    assert not faults
    found = root.at(("a",))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("parent", "change", "result"),
    [
        ("16", "+2", 18), ("16", "-2", 14), ("16", "*1.5", 24), ("16", "'*1.5'", 24), ("16", "-25%", 12),
        ("16", "+ 25 %", 20),
        ("16", "*50%", 8), ("16", "-10%", 14.4), ("0.2", "*3", 0.6), ("1.0", "+1", 2.0), ("8 min", "*1.5", "12 min"),
        ("8 min", "+2", "10 min"), ("22 %", "-10%", "19.8 %"), ("22 %", "+10", "32 %"), ("35 %/yr", "*2", "70 %/yr"),
        ("30 /d", "-50%", "15 /d"), ("5200 EUR/mo", "+ 100", "5300 EUR/mo"), ("EUR 300", "*1.1", "EUR 330"),
        ("0.1 h", "+0.2", "0.3 h"), ("2 per week", "*2", "4 per week"), ("1e3 h", "*2", "2000 h"),
        ("8min", "+1", "9min"),
        ("3 h", "-100%", "0 h"),
    ],
)  # fmt: skip
def test_a_change_acts_on_the_number_and_keeps_the_unit(parent: str, change: str, result: object) -> None:
    """Arithmetic is decimal, so 0.1 + 0.2 is 0.3; a whole number stays whole where it can."""
    node = value(change)
    found = change_in(node)
    assert found is not None
    new = changed(value(parent), found, node)
    assert new.value == result
    assert type(new.value) is type(result)
    assert new.note is not None
    assert "base.yaml:1" in new.note


@pytest.mark.parametrize(
    "text", ["2", "2 min", "-10 days", "+30 min", "'**2'", "'*'", "'+'", "'-'", "10%", "x", "'1.5*'", "true", "[1]"]
)
def test_other_values_are_no_changes(text: str) -> None:
    """A quantity with a unit is itself, even a negative one; so is a number without a sign."""
    assert change_in(value(text)) is None


@pytest.mark.parametrize("parent", ["always", "'09:00-17:00'", "2026-01-05", "true", "x 3", "{a: 1}", "[1, 2]", "null"])
def test_what_is_no_number_cannot_be_changed(parent: str) -> None:
    """Opening hours, dates and groups have no single number in them."""
    child = value("'*1.5'")
    change = change_in(child)
    assert change is not None
    assert not is_number(value(parent))
    with pytest.raises(ValueError, match="changes a number, but the parent's value is"):
        changed(value(parent), change, child)


@pytest.mark.parametrize("change", ["'*1e400'", "'*1e999999999'", "+1e400%"])
def test_a_change_without_bounds_is_refused(change: str) -> None:
    """The result must be a number that can be written."""
    child = value(change)
    found = change_in(child)
    assert found is not None
    with pytest.raises(ValueError, match="too large"):
        changed(value("3"), found, child)
