"""Bad inputs are refused with one clear sentence at the right place: never a traceback, never a hang."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim.errors import Fault, ScenarioError
from sim.scenario.check import check
from sim.scenario.load import load


@cache
def table() -> dict[str, Any]:
    """The cases with the good file that most of them spoil."""
    return YAML(typ="safe", pure=True).load(Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8"))


CASES = {case["id"]: case for case in table()["cases"]}


def written(case: dict[str, Any], folder: Path) -> Path:
    """Write the files of a case; return the scenario file."""
    good = table()["good"]
    (folder / "base.yaml").write_text(good, encoding="utf-8")
    for name, text in case.get("beside", {}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / case.get("as", "scenario.yaml")
    if "hex" in case:
        path.write_bytes(bytes.fromhex(case["hex"]))
        return path
    if "file" in case:
        text = case["file"]
    elif "edit" in case:
        old, new = case["edit"]
        assert old in good
        text = good.replace(old, new)
    elif "repeat" in case:
        head, piece, count, tail = case["repeat"]
        text = f"{head}{piece * count}{tail}extends: base.yaml\n"
    else:
        text = f"{case.get('laid', '')}extends: base.yaml\n"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(case: dict[str, Any], path: Path) -> ScenarioError:
    """What the program says to a case."""
    if case.get("check"):
        refused = [d for d in check(load(path)) if d.severity == "refused"]
        return ScenarioError([Fault(d.sentence, key=d.key) for d in refused])
    with pytest.raises(ScenarioError) as caught:
        load(case.get("load", path), sets=case.get("set", ()))
    return caught.value


@pytest.mark.parametrize("name", CASES)
def test_a_bad_input_is_refused_by_a_sentence_with_its_place(name: str, tmp_path: Path) -> None:
    """The refusal says what is wrong, names file, line, column and key, and comes within 2 s."""
    case = CASES[name]
    path = written(case, tmp_path)
    begun = time.process_time()
    error = refusal(case, path)
    assert time.process_time() - begun < 2
    told = error.told()
    for part in case["says"]:
        assert any(words in told for words in part.split("|")), told
    for words in case.get("never", ()):
        assert words not in told
    assert "Traceback" not in told
    assert all(char.isprintable() or char == "\n" for char in told)
    first = error.faults[0]
    assert len(error.faults) == 1 or name == "yml-recursive-alias" or "billion" in name, told
    if "at" in case:
        assert [first.line, first.column] == case["at"], told
        assert Path(str(first.file)).name == case.get("in", path.name)
    if "key" in case:
        assert first.key == case["key"], told


def test_the_good_file_is_good(tmp_path: Path) -> None:
    """What the cases spoil is in order before."""
    path = written({"laid": ""}, tmp_path)
    assert load(path).teams["agents"].headcount == 10
    assert all(doubt.severity != "refused" for doubt in check(load(path)))


def test_every_known_kind_of_slip_is_there() -> None:
    """The table is complete: no case of the collection it follows has been dropped."""
    kinds = {"syn": 12, "yml": 18, "str": 10, "rng": 11, "unt": 9, "crs": 9, "res": 3, "inj": 12, "ext": 7}
    kinds |= {"swp": 5, "cli": 8, "ppl": 13, "chn": 8, "tic": 14, "dem": 22, "sal": 21, "win": 18}
    kinds |= {"cus": 48, "hir": 34}
    assert len(CASES) == len(table()["cases"]) == sum(kinds.values())
    assert {kind: sum(name.startswith(f"{kind}-") for name in CASES) for kind in kinds} == kinds
