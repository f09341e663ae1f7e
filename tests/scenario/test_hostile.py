"""The most and the least that customers, careers and loops can be given: taken or refused, never a crash."""

from __future__ import annotations

import copy
import random
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario.check import check
from sim.scenario.load import Tree, load_tree, scenario_of
from sim.scenario.marked import Mark, Node, Source
from sim.scenario.merge import laid

NUMBERS: list[Any] = [0, 1, 5e-324, 1e-9, 0.001, 0.5, 2, 10, 20, 100, 1000, 20_000, 2_000_000]
RATES: list[Any] = ["0 /yr", "1e-300 /yr", "1e-9 /yr", "1 /yr", "1 /d", "1 /h", "100 /h"]
SHARES: list[Any] = ["0 %", "1e-300 %", "0.1 %", "50 %", "99.9 %", "100 %"]
TIMES: list[Any] = ["0 s", "1e-9 s", "1 s", "1 h", "1 mo", "20 yr"]
LAWS: list[Any] = [
    {"dist": "exponential", "mean": "20 yr"}, {"dist": "lognormal", "mean": "1 d", "cv": 1000},
    {"dist": "uniform", "low": "0 d", "high": "20 yr"}, *TIMES, *SHARES,
]  # fmt: skip
WHOLES: list[Any] = [
    {"law": "gamma", "cv": 10}, {"law": "gamma", "cv": 0.001}, {"law": "beta", "period": "1 s", "polarization": 0.999},
    {"law": "beta", "period": "20 yr", "polarization": 0.001}, {"rule": "budget", "share": 1},
    {"rule": "ratio", "of": "customers", "per_head": 5e-324}, {"rule": "ratio", "of": "tickets", "per_head": 1e300},
    {"rule": "plan", "steps": [{"from": "0 d", "headcount": 20_000}]}, {"rate": "100 /h", "size": "100 %"},
    {"rate": "100 /h", "length": "0 s"}, {"small": {"share": 1}}, {"small": 1}, {}, [], None, "x", 1e308,
]  # fmt: skip


def nodes(value: Any) -> Node:
    """Bare values as a tree, each scalar with its text."""
    mark = Mark(Source("x.yaml", ("",)), 1, 1)
    if isinstance(value, dict):
        return Node({key: nodes(below) for key, below in value.items()}, mark)
    if isinstance(value, list):
        return Node([nodes(below) for below in value], mark)
    return Node(value, mark, text="null" if value is None else str(value))


def extremes(value: Any) -> list[Any]:
    """The most and the least that may stand instead of a value."""
    if isinstance(value, dict):
        return LAWS if "dist" in value else WHOLES
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return NUMBERS
    text = str(value)
    if text.endswith("%"):
        return SHARES
    return RATES if "/" in text and "EUR" not in text else TIMES if text[:1].isdigit() else WHOLES


@pytest.mark.parametrize("name", ["full_customers.yaml", "full_buyers.yaml"])
def test_extremes_are_taken_or_refused(name: str) -> None:
    """Whatever stands at one or two keys: a scenario about which `check` says sensible things, or a sentence."""
    rng = random.Random(20261124)
    raw = load_tree(Path(__file__).with_name(name)).raw()
    paths = [path for path, _ in nodes(raw).walk() if len(path) > 1 and all(isinstance(step, str) for step in path)]
    paths = [path for path in paths if path[0] in ("customers", "loops", "teams") or "mix" in path]
    taken, slowest = 0, 0.0
    for number in range(200):
        spoilt = copy.deepcopy(raw)
        for path in rng.sample(paths, 1 + number % 2):
            group: Any = spoilt
            for step in path[:-1]:
                group = group.get(step) if isinstance(group, dict) else None
            if isinstance(group, dict):
                group[path[-1]] = copy.deepcopy(rng.choice(extremes(group.get(path[-1]))))
        begun, told = time.process_time(), []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                told = [doubt.sentence for doubt in check(scenario_of(Tree(laid(None, nodes(spoilt))[0])))]
            taken += 1
        except ScenarioError as error:
            told = [str(fault) for fault in error.faults]
        assert told
        assert all(len(sentence) < 400 for sentence in told)
        assert not any(word in sentence for sentence in told for word in ("pydantic", "nan ", "inf "))
        slowest = max(slowest, time.process_time() - begun)
    assert slowest < 2
    assert taken > 40
