"""Reading one YAML text: which values, which places, and what is refused."""

from __future__ import annotations

import time

import pytest

from sim.scenario.marked import Node
from sim.scenario.yamltree import LARGEST, NotATree, decode, read, scalar


def tree(text: str | bytes) -> Node:
    """The tree of a faultless text."""
    root, faults = read(decode(text.encode() if isinstance(text, str) else text, "x.yaml"))
    assert not faults, faults
    return root


def refused(text: str | bytes) -> list[str]:
    """The sentences about a text, with their places."""
    try:
        _, faults = read(decode(text.encode() if isinstance(text, str) else text, "x.yaml"))
    except NotATree as error:
        faults = error.faults
    return [str(fault) for fault in faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9:00", "9:00"), ("1_000", "1_000"), ("yes", "yes"), ("off", "off"), ("2026-01-05", "2026-01-05"),
        ("0x1f", 31), ("0o17", 15), ("-3", -3), ("+2", 2), ("1e3", 1000.0), (".5", 0.5), ("1.", 1.0), ("0", 0),
        ("0.50", 0.5), ("true", True), ("FALSE", False), ("null", None), ("~", None), ("", None), ("1,5", "1,5"),
        ("-10%", "-10%"), ("*1.5", "*1.5"), ("1 2", "1 2"), ("0b1", "0b1"), ("1e", "1e"), ("NaN", "NaN"),
        ("inf", "inf"),
    ],
)  # fmt: skip
def test_scalars_are_those_of_the_core_of_yaml_1_2(text: str, value: object) -> None:
    """Times, dates, grouped digits and yes stay text; numbers, true, false and null are what they look like."""
    found = scalar(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("010", "leading zero; write 10"), ("-007", "write -7"), ("00", "leading zero; write 0"),
        ("01.5", "leading zero; write 1.5"), (".nan", "finite"), ("-.inf", "finite"), ("1e400", "too large"),
        ("9" * 65, "too large"), ("9" * 5000, "too large"),
    ],
)  # fmt: skip
def test_numbers_that_nobody_should_write_are_refused(text: str, words: str) -> None:
    """Leading zeros mean different numbers to different readers; infinite numbers mean nothing."""
    with pytest.raises(ValueError, match=words):
        scalar(text)


def test_every_value_and_key_knows_its_place() -> None:
    """Lines and columns count from 1, of values as well as of keys."""
    root = tree("a:\n  b: [1, {c: x}]\n")
    entry = root.at(("a", "b", 1, "c"))
    assert entry is not None
    assert (entry.mark.line, entry.mark.column) == (2, 14)
    mark = root.place(("a", "b", 1, "c"))
    assert (mark.line, mark.column) == (2, 11)
    assert root.place(("a", "z")).line == 1


def test_line_ends_and_byte_order_mark_of_windows_are_read() -> None:
    """A file from Notepad is as good as any."""
    assert tree("\ufeffa: 1\r\nb: 2\r\n".encode()).raw() == {"a": 1, "b": 2}


def test_a_relative_product_is_no_alias() -> None:
    """`*1.5` without quotes is text; a star before a name is still an alias."""
    assert tree("a: *1.5\nb: '*2'\n").raw() == {"a": "*1.5", "b": "*2"}
    assert "anchors" in refused("a: *x\n")[0]


def test_an_empty_file_is_an_empty_mapping() -> None:
    """Nothing is said in it, which is for others to judge."""
    assert tree("").raw() == {}
    assert tree("# only a comment\n").raw() == {}


def test_nothing_is_told_from_null() -> None:
    """A key with nothing after it is blank, an explicit null is not."""
    root = tree("a:\nb: null\nc: ~\nd: ''\n")
    assert [root.value[key].blank for key in "abcd"] == [True, False, False, False]  # type: ignore[index]


def test_all_faults_of_a_file_are_told_at_once() -> None:
    """Faults of single values do not end the reading; each has its place."""
    told = refused("a: 010\nb: {x: 1, x: 2}\nc: !!int 3\n1: x\nd: &k 4\n")
    assert [text.split(": ")[0] for text in told] == [
        "x.yaml:1:4", "x.yaml:2:11", "x.yaml:3:4", "x.yaml:4:1", "x.yaml:5:4",
    ]  # fmt: skip
    assert "b.x: key 'x' is given twice (first on line 2)" in told[1]


@pytest.mark.parametrize("key", ["1", "true", "null", "[a]", "{a: b}", "1.5"])
def test_keys_must_be_text(key: str) -> None:
    """A number or a group as a key is refused; in quotes it is text."""
    assert "a key must be text" in refused(f"{key}: x\n")[0]
    assert tree("'1': x\n").raw() == {"1": "x"}


@pytest.mark.parametrize(
    "text",
    [
        'a: "\\UFFFFFFFF"', 'a: "\\uD800"', 'a: "\\x1b[31m"', 'a: "\\0"', 'a: "\\q"', "a: |99\n x", "a: !<%ff> x",
        "%FOO\na: 1", "a: \x1b", "a: \x85", "a: \u2028", "a: b: c", "{a: 1", "a: [1", "- a\nb: c", "\ta: 1", "...",
        "{a: 1}}", "a: &", b"\x80", b"a: \xed\xa0\x80",
    ],
)  # fmt: skip
def test_odd_texts_are_refused_with_a_place(text: str | bytes) -> None:
    """Whatever the parser stumbles over becomes a fault with a line, free of control characters."""
    told = refused(text)
    assert told
    assert told[0].startswith("x.yaml:")
    assert all(char.isprintable() for line in told for char in line)


@pytest.mark.parametrize(
    "text",
    [
        "[" * LARGEST, "{" * LARGEST, "- " * 130_000, "? " * 130_000, "[" + "1," * 130_000, "a: {" + "a, " * 80_000,
        "a" * LARGEST, "\n" * LARGEST, "#" * LARGEST, '"' * LARGEST, "a: '" + "\n" * 250_000, "a: >\n" + "\n" * 250_000,
        "&a " * 80_000, "*a " * 80_000, "!a " * 80_000, "---\n" * 60_000, "[a: " * 60_000, "a:\n " * 60_000,
        "\n".join(f"k{i}: 1" for i in range(20_000)),
    ],
)  # fmt: skip
def test_no_text_within_the_size_limit_takes_long(text: str) -> None:
    """Deep, long and repetitive texts are read or refused in little time."""
    begun = time.process_time()
    refused(text[:LARGEST])
    assert time.process_time() - begun < 2


def test_size_depth_and_number_of_values_are_bounded() -> None:
    """More than 256 KiB, 16 levels or 20,000 values is no scenario."""
    assert "256 KiB" in refused(b"#" * (LARGEST + 1))[0]
    assert tree("a: " + "[" * 15 + "]" * 15).raw()
    assert "nested more than 16 levels" in refused("a: " + "[" * 16 + "]" * 16)[0]
    assert "20,000" in refused("[" + "1," * 20_000 + "]")[0]


def test_at_most_twenty_faults_are_told() -> None:
    """After twenty faults the rest would only be noise."""
    assert len(refused("\n".join("a: 010" for _ in range(100)))) == 20
