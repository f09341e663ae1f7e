"""Whatever is in a scenario file, the loader answers with a scenario or with faults: no crash, no hang."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sim.errors import Fault, ScenarioError
from sim.scenario.check import check
from sim.scenario.load import Tree, load, scenario_of
from sim.scenario.marked import Mark, Node, Source
from sim.scenario.merge import laid
from sim.scenario.typed import Typed
from sim.scenario.yamltree import NotATree, decode, read

CASES = Path(__file__).parents[1] / "scenario" / "bad_inputs.yaml"
GOOD: str = YAML(typ="safe", pure=True).load(CASES.read_text(encoding="utf-8"))["good"]
SMALL = (
    "name: a\nclock: {horizon: 1 yr}\nteams: {t: {headcount: 3, wage: 4000 EUR/mo}}\nloops: {referral: {on: true}}\n"
)
PIECES = (
    *"{}[]:,-?#&*!|>'\"%@`~ \t\n.0123456789+eEx_", "\x00", "\x1b", "\u202e", "\ufeff", "é", "\U0001f600", "\ud800",
    "null", "true", "yes", ".nan", ".inf", "1e400", "010", "0x1f", "-1", "1e308", "9" * 70, "*1.5", "+2", "-10%", "&a",
    "*a", "!!int ", "!x ", "---\n", "...\n", "%YAML 1.1\n", "<<: ", "extends: ", "12 m", "3 d", "5 EUR", "30 %",
    "{dist: ", ": ", "? ", "\\", '"\\x1b"', '"\\UFFFFFFFF"', "|\n", ">-\n", "  ", "\r\n", "\x85", "\u2028", "[" * 18,
)  # fmt: skip


def proper(faults: Iterable[Fault]) -> None:
    """Faults are some, not too many, in plain characters and in the user's words."""
    told = [fault.told() for fault in faults]
    assert 1 <= len(told) <= 20
    for text in told:
        assert all(char.isprintable() or char == "\n" for char in text)
        assert "pydantic" not in text
        assert "Traceback" not in text


def answered(data: bytes) -> bool:
    """Load bytes as a scenario, as far as possible without the disk; true if they are one."""
    try:
        root, faults = read(decode(data, "x.yaml"))
        if isinstance(root.value, dict):
            root, more = laid(None, root)
            faults = [*faults, *more][:20]
            check(scenario_of(Tree(root)))
        if faults:
            proper(faults)
        return not faults
    except (NotATree, ScenarioError) as error:
        proper(error.faults)
        return False


def mutated(rng: random.Random, text: str) -> bytes:
    """The text with one to four pieces cut out, put in, doubled, moved or replaced; at times a byte is spoilt."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.choice((0, 1, 1, 2, 5, 20)))
        kind = rng.randrange(6)
        if kind == 0:
            text = text[:start] + text[end:]
        elif kind == 1:
            text = text[:start] + rng.choice(PIECES) + text[start:]
        elif kind == 2:
            text = text[:start] + rng.choice(PIECES) + text[end:]
        elif kind == 3:
            text = text[:end] + text[start:end] * rng.choice((1, 2, 9)) + text[end:]
        elif kind == 4:
            lines = text.split("\n")
            rng.shuffle(lines) if rng.random() < 0.2 else lines.insert(rng.randrange(len(lines)), rng.choice(lines))
            text = "\n".join(lines)
        else:
            words = text.split(" ")
            first, second = rng.randrange(len(words)), rng.randrange(len(words))
            words[first], words[second] = words[second], words[first]
            text = " ".join(words)
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    if rng.random() < 0.05 and data:
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def test_ten_thousand_mutations_of_a_good_file_give_no_crash_and_no_hang() -> None:
    """Half of them by characters and pieces, which mostly fail early; half by values, which reach the plans."""
    rng = random.Random(20260105)
    slowest, good = 0.0, 0
    for _ in range(5_000):
        data = mutated(rng, SMALL)
        begun = time.process_time()
        good += answered(data)
        slowest = max(slowest, time.process_time() - begun)
    assert slowest < 2
    assert good > 50  # some mutations are harmless; if none were, the test would only test the parser


VALUES: list[object] = [
    None, True, False, 0, -1, 1, 3, 10**30, -(10**30), 0.5, -0.5, 1e308, 5e-324, "", " ", "x", "NUL", "é", "yes", "3",
    "-3", "+2", "*2", "-10%", "*1e300", "3 d", "0 d", "-3 d", "3 m", "1e400 d", "1e-400 d", "nan d", "30 %", "300 %",
    "30 /d",
    "0 /d", "1e9 /s", "5 EUR", "5 EUR/mo", "5 USD/mo", "5 /mo", "EUR 5", "35 %/yr", "always", "09:00-17:00",
    "2026-01-05",
    "9999-12-31", "0001-01-01", "reps", "request", "closing", "phone", "constant", "steps", "priority",
    "a.b", "x" * 3000,
    [], {}, [1], [[]], ["3 d", "4 d"], {"x": 1}, {"dist": "gamma"}, {"dist": "lognormal", "mean": "3 d", "cv": 1},
    {"dist": "empirical", "values": ["1 d"]}, {"dist": 3}, {"rule": "fifo"}, {"on": False}, {"": ""}, {"[key]": 1},
    {"decay": "steps", "after": ["1 d"], "factors": [0.5]}, {"mon-fri": "09:00-17:00"}, {"sun-mon": "00:00-24:00"},
]  # fmt: skip


def nodes(value: object) -> Node:
    """Bare values as a tree, each scalar with its text."""
    mark = Mark(Source("x.yaml", ("",)), 1, 1)
    if isinstance(value, dict):
        return Node({key: nodes(below) for key, below in value.items()}, mark)
    if isinstance(value, list):
        return Node([nodes(below) for below in value], mark)
    return Node(value, mark, text="null" if value is None else str(value))  # type: ignore[arg-type]


def changed(rng: random.Random, tree: object, paths: list[tuple[object, ...]]) -> None:
    """Put a value in the place of another, take one away, or add a key, somewhere in the tree."""
    path = rng.choice(paths)
    group = tree
    for key in path[:-1]:
        if not isinstance(group, dict) or key not in group:
            return
        group = group[key]
    if isinstance(group, dict):
        key = rng.choice(("x", "dist", "cv", "team", "rate", "[key]")) if rng.random() < 0.1 else path[-1]
        if rng.random() < 0.15:
            group.pop(key, None)
        else:
            group[key] = copy.deepcopy(rng.choice(VALUES))


def test_ten_thousand_mutations_continued_with_values_of_all_kinds() -> None:
    """Any value in any place is either taken or refused with a sentence."""
    rng = random.Random(20260106)
    root, _ = read(decode(GOOD.encode(), "x.yaml"))
    paths = [path for path, _ in root.walk() if path and all(isinstance(step, str) for step in path)]
    slowest, good = 0.0, 0
    for _ in range(5_000):
        raw = root.raw()
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            changed(rng, raw, paths)
        begun = time.process_time()
        try:
            tree, faults = laid(None, nodes(raw))
            check(scenario_of(Tree(tree)))
            good += not faults
        except ScenarioError as error:
            proper(error.faults)
        slowest = max(slowest, time.process_time() - begun)
    assert slowest < 2
    assert good > 200


@pytest.mark.parametrize("name", ["full_desk", "full_sales", "full_customers"])
def test_a_full_scenario_is_answered_whatever_stands_in_it(name: str) -> None:
    """The same with scenarios that have every key of a desk, of a sales organization, of customers and people."""
    rng = random.Random(20260107)
    text = CASES.with_name(f"{name}.yaml").read_text(encoding="utf-8")
    root, _ = read(decode(text.encode(), "x.yaml"))
    paths = [path for path, _ in root.walk() if path and all(isinstance(step, str) for step in path)]
    for _ in range(120):
        raw = root.raw()
        changed(rng, raw, paths)
        try:
            tree, _ = laid(None, nodes(raw))
            check(scenario_of(Tree(tree)))
        except ScenarioError as error:
            proper(error.faults)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_answered(data: bytes) -> None:
    """Bytes that were never meant to be YAML are refused like any other file."""
    answered(data)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40))
def test_anything_may_be_typed(key: str, value: str) -> None:
    """A typed setting is a layer or a fault."""
    for text in (key, f"{key}={value}", f"teams.agents.{key}={value}", f"name={value}"):
        typed = Typed(text)
        assert (typed.layer is None) == bool(typed.faults)
        assert all(str(fault).isprintable() for fault in typed.faults)


def _spoilt(rng: random.Random) -> Iterator[bytes]:
    for _ in range(60):
        yield mutated(rng, GOOD)


@pytest.mark.parametrize("seed", [1, 2])
def test_files_on_disk_are_answered_as_well(tmp_path: Path, seed: int) -> None:
    """The whole way through files, parents and typed settings raises nothing but ScenarioError."""
    base = tmp_path / "base.yaml"
    plan = tmp_path / "plan.yaml"
    plan.write_text("extends: base.yaml\nteams: {agents: {headcount: '+1'}}\n", encoding="utf-8")
    for data in _spoilt(random.Random(seed)):
        base.write_bytes(data)
        try:
            load(plan, sets=["teams.agents.shrinkage=-10%"])
        except ScenarioError as error:
            proper(error.faults)
