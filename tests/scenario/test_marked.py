"""Marked trees: finding values and their places, and writing trees as YAML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.marked import Mark, Node, Source, dotted
from sim.scenario.yamltree import decode, read


def node(value: object) -> Node:
    """A tree of bare values."""
    mark = Mark(Source("x.yaml"), 1, 1)
    if isinstance(value, dict):
        return Node({key: node(below) for key, below in value.items()}, mark)
    if isinstance(value, list):
        return Node([node(below) for below in value], mark)
    return Node(value, mark)  # type: ignore[arg-type]


def again(root: Node) -> object:
    """The values after writing and reading."""
    tree, faults = read(decode(root.to_yaml().encode(), "y.yaml"))
    assert not faults
    return tree.raw()


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "yes", "null", "~", "9:00", "1_000", "010", "1e5", "+2", "-", "a: b", "a #b", "*x", "&x", "!x",
        "%x", "@x",
        "'", '"', "\\", "line\nline", "\ttab", "é", "8 min", "EUR 300", "35 %/yr", "true", "{a}", "[a]",
        "2026-01-05", "?",
    ],
)  # fmt: skip
def test_any_text_survives_writing(text: str) -> None:
    """What could be misread is put in quotes, as a value and as a key."""
    assert again(node({"a": text, f"k{text}": [text]})) == {"a": text, f"k{text}": [text]}


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff")
)
_SCALAR = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(-1e300, 1e300, allow_nan=False) | _TEXT
_VALUE = st.recursive(
    _SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3), max_leaves=8
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(_TEXT, _VALUE, max_size=4))
def test_any_tree_survives_writing(values: dict[str, object]) -> None:
    """Reading what was written gives the same values, floats to the last bit."""
    assert again(node(values)) == values


def test_paths_are_written_as_users_write_them() -> None:
    """Keys with dots, list positions in brackets."""
    assert dotted(("clock", "report_at", 1)) == "clock.report_at[1]"
    assert dotted(()) == ""


def test_values_are_found_by_path_and_missing_ones_are_none() -> None:
    """A path that leads nowhere finds nothing, whatever stands in its way."""
    root = node({"a": {"b": [1, 2]}})
    found = root.at(("a", "b", 1))
    assert found is not None
    assert found.raw() == 2
    for path in (("a", "b", 2), ("a", "b", "c"), ("z",), ("a", 0)):
        assert root.at(path) is None
    assert [path for path, _ in root.walk()] == [(), ("a",), ("a", "b"), ("a", "b", 0), ("a", "b", 1)]


def test_a_fault_of_typed_text_names_what_was_typed() -> None:
    """There is no file to point at, so the option is told."""
    fault = Source(None, typed="--set a=1").fault("wrong", 1, 1, "a")
    assert (fault.file, fault.line, fault.help) == (None, None, "given as --set a=1")
