"""The JSON Schema of a scenario file, held to what the loader accepts by a small validator."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim.scenario.files import SUFFIXES, shipped_folder
from sim.scenario.keys import keys
from sim.scenario.marked import Node
from sim.scenario.schema import DIALECT, file_schema
from sim.scenario.yamltree import decode, read

CASES = Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
GOOD: str = YAML(typ="safe", pure=True).load(CASES)["good"]
ANNOTATIONS = {"$schema", "$defs", "title", "description", "examples", "default"}
TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
TYPES |= {"integer": int, "number": (int, float)}


@cache
def schema() -> dict[str, Any]:
    """The schema under test."""
    return file_schema()


def wrong(value: Any, rule: dict[str, Any], path: str = "") -> list[str]:
    """Where a value breaks a schema; a keyword that is not known here fails the test."""
    said: list[str] = []
    for word, limit in rule.items():
        if word in ANNOTATIONS or word in ("patternProperties", "additionalProperties"):
            continue
        if word == "$ref":
            said += wrong(value, schema()["$defs"][limit.removeprefix("#/$defs/")], path)
        elif word == "anyOf":
            tries = [wrong(value, choice, path) for choice in limit]
            said += [] if any(not attempt for attempt in tries) else max(tries, key=_depth)
        elif word == "type":
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not isinstance(value, TYPES[limit]) or (limit in ("integer", "number") and not number):
                said.append(f"{path}: is no {limit}")
        elif word in ("const", "enum"):
            said += [] if value in (limit if word == "enum" else [limit]) else [f"{path}: not one of the words"]
        else:
            said += [f"{path}: {word}"] if _breaks(word, limit, value) else []
    return said + (_members(value, rule, path) if isinstance(value, dict) else _entries(value, rule, path))


def _depth(said: list[str]) -> int:
    """How far down the value the first complaints reach: the choice that was meant reaches deepest."""
    return max(len(line.split(":")[0]) for line in said)


def _breaks(word: str, limit: Any, value: Any) -> bool:
    if word in ("properties", "items", "propertyNames"):
        return False
    if word == "pattern":
        return isinstance(value, str) and re.search(limit, value) is None
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    sized = len(value) if isinstance(value, (str, list, dict)) else 0
    tests = {
        "minimum": number and value < limit, "maximum": number and value > limit,
        "exclusiveMinimum": number and value <= limit, "exclusiveMaximum": number and value >= limit,
        "minLength": isinstance(value, str) and sized < limit, "maxLength": isinstance(value, str) and sized > limit,
        "minItems": isinstance(value, list) and sized < limit, "maxItems": isinstance(value, list) and sized > limit,
        "minProperties": isinstance(value, dict) and sized < limit,
        "maxProperties": isinstance(value, dict) and sized > limit,
    }  # fmt: skip
    return bool(tests[word])


def _members(value: dict[str, Any], rule: dict[str, Any], path: str) -> list[str]:
    said: list[str] = []
    for key, below in value.items():
        here = f"{path}.{key}"
        fitting = [r for pattern, r in rule.get("patternProperties", {}).items() if re.search(pattern, key)]
        if key in rule.get("properties", {}):
            fitting.append(rule["properties"][key])
        if not fitting:
            rest = rule.get("additionalProperties", True)
            said += [f"{here}: unknown key"] if rest is False else []
            fitting = [rest] if isinstance(rest, dict) else []
        for each in fitting:
            said += wrong(below, each, here)
        said += wrong(key, rule["propertyNames"], here) if "propertyNames" in rule else []
    return said


def _entries(value: Any, rule: dict[str, Any], path: str) -> list[str]:
    if not isinstance(value, list) or "items" not in rule:
        return []
    return [line for index, entry in enumerate(value) for line in wrong(entry, rule["items"], f"{path}[{index}]")]


def judged(text: str) -> list[str]:
    """What the schema finds wrong with a file."""
    root, faults = read(decode(text.encode(), "x.yaml"))
    assert not faults
    return wrong(root.raw(), schema())


def test_the_good_file_and_the_shipped_ones_fit() -> None:
    """What the loader takes, an editor does not underline."""
    assert judged(GOOD) == []
    for name in ("full_desk.yaml", "full_sales.yaml", "full_customers.yaml", "full_buyers.yaml"):
        assert judged(Path(__file__).with_name(name).read_text(encoding="utf-8")) == [], name
    for path in sorted(shipped_folder().rglob("*")):
        if path.suffix in SUFFIXES:
            assert judged(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize("part", ["marketing", "sales", "economics.accelerators", "loops.over", "loops.reputation"])
def test_every_key_of_selling_is_written_in_the_full_scenario(part: str) -> None:
    """So that whatever reads scenarios has met each of them."""
    written = [path for path, _ in written_in("full_sales.yaml")]
    missing = []
    for key in keys():
        # Tags of laws, rhythms and rules of waiting are the business of others, and who comes back is who he was.
        strange = {"profile", "response"} & set(key.path.split(".")) or key.path == "marketing.win_back.mix"
        if key.path.startswith(part) and not key.only and not strange and not any(fits(key.path, p) for p in written):
            missing.append(key.path)
    assert missing == []


CAREERS = ("absence", "ramp", "spread", "training", "turnover", "vacancy", "hire_cost", "layoff_cost")


@pytest.mark.parametrize("part", ["customers", "loops", *(f"teams.*.{word}" for word in CAREERS)])
def test_every_key_of_customers_and_careers_is_written_in_the_full_scenarios(part: str) -> None:
    """So that whatever reads scenarios has met each of them, those of each rule and each law of own factors too."""
    written = [*written_in("full_customers.yaml"), *written_in("full_buyers.yaml")]
    missing = []
    for key in keys():
        if not key.path.startswith(part):
            continue
        if key.only:
            # Segments leave by the same laws as all others: written once is enough.
            tag, word = key.only.split(": ")
            groups = [path[:-1] for path, node in written if path[-1] == tag and node.raw() == word]
            below = [path[len(group) :] for group in groups for path, _ in written if path[: len(group)] == group]
            tails = {".".join("*" if step.isdecimal() else step for step in path) for path in below if path}
            found = any(key.path.endswith(f".{tail}") for tail in tails)
        else:
            found = any(fits(key.path, path) for path, _ in written)
        missing += [] if found else [f"{key.path} {key.only}"]
    assert missing == []


def written_in(name: str) -> list[tuple[tuple[str, ...], Node]]:
    """Every path of a scenario beside this file, with what stands there."""
    root, _ = read(decode(Path(__file__).with_name(name).read_bytes(), name))
    return [(tuple(str(step) for step in path), node) for path, node in root.walk() if path]


def fits(pattern: str, path: tuple[str, ...]) -> bool:
    """Whether a key path is one of those that a pattern of the language stands for."""
    words = pattern.split(".")
    return len(words) == len(path) and all(a in ("*", b) for a, b in zip(words, path, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "", "extends: baseline\n", "extends: [a.yaml, b.yaml]\n", "teams: {agents: {headcount: '+2'}}\n",
        "teams: {agents: {headcount: -2}}\n", "teams: {agents: {headcount: +2, wage: '*1.1', shrinkage: -10%}}\n",
        "service: {types: {request: {handle_time: {mean: '*1.5'}}}}\n", "sales: {deal: {cv: 2}}\n",
        "sales: {expiry: 3 d}\n",
        "sales: {questions: {answered: -0.5}}\n", "sales: {questions: {answered: '*2'}}\n", "marketing: null\n",
        "teams: {agents: null}\n", "clock: {hours: always}\n",
        "clock: {hours: {'mon-thu, fri': 09:00-17:00}}\n",
        "clock: {hours: {sat: [09:00-12:00, 13:00-24:00]}}\n", "sources: {a.b: {source: x, low: 3}}\n",
        "teams: {agents: {steps: {mon-fri: {'08:00': +1, '20:00': null}}}}\n",
        "service: {channels: {phone: {lines: +5, redial: null}, visit: {slot: '*2'}}}\n",
        "service: {types: {request: {uses: {tact: 0.5}, schedule: {every: +10 %}}}}\n",
        "marketing: {sources: {web: {begin: 2026-03-01, end: 4 mo}}}\n", "marketing: {market: {size: '*2'}}\n",
        "sales: {discount: {usual: 8 %}, quota: {amount: '*1.1'}}\n",
        "sales: {discount: {usual: {dist: uniform, low: 0.05, high: 20 %}}}\n",
        "teams: {reps: {ramp: {table: [{from: 0 d, productivity: 30 %}]}}}\n",
    ],
)  # fmt: skip
def test_plans_and_overlays_fit(text: str) -> None:
    """Nothing is required in a file; changes may stand where numbers stand; null leaves a part out."""
    assert judged(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "teem: {}\n", "teams: {agents: {headcont: 2}}\n", "teams: {Agents: {}}\n",
        "teams: {agents: {headcount: 2.5}}\n",
        "teams: {agents: {headcount: 2 d}}\n", "clock: {horizon: 12}\n", "clock: {horizon: 12 m}\n",
        "clock: {horizon: 12 EUR}\n",
        "sales: {deal: 300}\n", "sales: {deal: 300 EUR}\n",
        "sales: {deal: {dist: exponential, mean: 3 EUR/mo, cv: 2}}\n",
        "sales: {deal: {dist: pareto, mean: 3 EUR/mo}}\n", "customers: {leaving: {base: 20 %}}\n",
        "loops: {referral: {on: yes}}\n",
        "clock: {hours: {mon: 9-17}}\n", "clock: {hours: {mom: 09:00-17:00}}\n", "clock: {start: 5 January}\n",
        "run: {seed: '3'}\n",
        "run: {confidence: 95}\n", "service: {channels: {phone: {mode: dead}}}\n", "extends: 3\n", "name: 3\n",
        "economics: {currency: eur}\n", "clock: {report_at: [3]}\n", "clock: {report_at: ['*2']}\n",
        "marketing: {sources: {web: {profile: {hours: [1, 2]}}}}\n",
        "teams: {agents: {steps: {mon-fri: {'8 h': 1}}}}\n", "teams: {agents: {steps: {mon: {'08:00': 1.5}}}}\n",
        "teams: {agents: {steps: {mon: 3}}}\n", "teams: {agents: {concurrency: 3}}\n",
        "service: {channels: {visit: {mode: appointment, slot: 2 h, patience: 3 min}}}\n",
        "service: {types: {request: {escalation: {team: x}}}}\n",
        "service: {types: {request: {escalation: [{team: x, reason: {a: 1}}]}}}\n",
        "marketing: {sources: {web: {profile: {days: {mum: 1}}}}}\n",
        "marketing: {sources: {web: {begin: 1st of March}}}\n", "marketing: {sources: {web: {end: 60}}}\n",
        "sales: {discount: {usual: {dist: lognormal, mean: 8 %, cv: 1}}}\n", "sales: {quota: 600 EUR/mo}\n",
        "teams: {reps: {ramp: {table: [{from_: 0 d, productivity: 30 %}]}}}\n",
    ],
)  # fmt: skip
def test_slips_are_underlined(text: str) -> None:
    """Unknown keys, missing units, wrong kinds and numbers out of range are seen while typing."""
    assert judged(text)


def test_the_schema_is_plain_json_of_the_stated_dialect() -> None:
    """Every reference leads somewhere, nothing is required, and no name of Python's shines through."""
    text = json.dumps(schema())
    assert schema()["$schema"] == DIALECT
    assert set(re.findall(r'"#/\$defs/([^"]+)"', text)) <= set(schema()["$defs"])
    assert '"required"' not in text
    assert "__" not in text
    assert len(text) < 250_000


def test_every_key_is_described() -> None:
    """An editor shows a word on each key; the same words that `sim explain` prints."""
    for name, definition in {"": schema(), **schema()["$defs"]}.items():
        for key, rule in definition.get("properties", {}).items():
            told = rule.get("description") or any("description" in _resolved(c) for c in rule.get("anyOf", [rule]))
            assert told or "const" in rule, f"{name}.{key}"
    assert {key.path for key in keys() if "." not in key.path} <= {"law", *schema()["properties"]}


def _resolved(rule: dict[str, Any]) -> dict[str, Any]:
    return schema()["$defs"][rule["$ref"].removeprefix("#/$defs/")] if "$ref" in rule else rule


def test_defaults_are_shown_as_a_user_would_write_them() -> None:
    """A default with a dimension carries its unit."""
    assert schema()["$defs"]["Source"]["properties"]["begin"]["default"] == "0 h"
    team = schema()["$defs"]["TeamPlan"]["properties"]
    assert team["wage"]["default"] == "0 EUR/mo"
    assert team["turnover"]["default"] == "0 %/yr"
