"""Faults as the user reads them."""

from __future__ import annotations

import pickle

import pytest

from sim.errors import Fault, ScenarioError, SimError, found, nearest, plain, short, suggestion


def test_a_fault_is_one_line_with_its_place() -> None:
    """File, line, column and key come first, as far as they are known."""
    fault = Fault("unknown key; did you mean 'agents'?", "scenarios/peak.yaml", 9, 3, "service.agnets")
    assert str(fault) == "scenarios/peak.yaml:9:3: service.agnets: unknown key; did you mean 'agents'?"
    assert str(Fault("no such file", "x.yaml")) == "x.yaml: no such file"
    assert str(Fault("must be text", key="name")) == "name: must be text"
    assert str(Fault("nothing to do")) == "nothing to do"


def test_a_fault_is_told_with_its_line_and_advice() -> None:
    """The caret stands under the column, also after a character that had to be spelled out."""
    told = Fault("bad", "a.yaml", 2, 4, source="  x: 3\n", help="write a unit").told()
    assert told == "a.yaml:2:4: bad\n      x: 3\n       ^\n  help: write a unit"
    spelled = Fault("bad", "a.yaml", 1, 3, source="\x1bax").told().splitlines()
    assert spelled[1].index("x", 9) == spelled[2].index("^")


def test_a_long_source_line_is_cut() -> None:
    """The caret is left out where the cut has taken its place."""
    lines = Fault("bad", "a.yaml", 1, 5000, source="a" * 10_000).told().splitlines()
    assert len(lines) == 2
    assert len(lines[1]) == 4 + 120 + 1


def test_nothing_a_file_holds_can_disturb_the_terminal() -> None:
    """Control and direction characters are spelled out wherever they stand; letters of any script stay."""
    fault = Fault("a\x1b[31m", "b\r.yaml", 1, 1, "k\u202e", "s\x07", "h\x00")
    assert all(line.isprintable() for line in fault.told().splitlines())
    assert plain("Größe 東京 \u00a0x") == "Größe 東京  x"
    assert short("y" * 40) == "y" * 30 + "…"
    assert short("y" * 30) == "y" * 30


def test_a_scenario_error_holds_all_faults_and_travels() -> None:
    """It can be raised in a worker process and read in the parent."""
    error = ScenarioError([Fault("one", "a.yaml", 1, 1), Fault("two")])
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, SimError)
    assert again.faults == error.faults
    assert str(again) == "a.yaml:1:1: one\ntwo"
    assert again.told() == "a.yaml:1:1: one\ntwo"
    assert ScenarioError("alone").faults == (Fault("alone"),)
    assert ScenarioError(Fault("single")).faults == (Fault("single"),)


@pytest.mark.parametrize(
    ("word", "near"),
    [("agnets", "agents"), ("Agents", "agents"), ("warm-up", "warm_up"), ("warm up", "warm_up"), ("zzz", None)],
)
def test_the_nearest_name_is_found(word: str, near: str | None) -> None:
    """Capitals and hyphens are no difference; nothing is suggested when nothing is close."""
    assert nearest(word, ["agents", "warm_up", "reps"]) == near


def test_a_suggestion_ends_a_sentence() -> None:
    """It is empty when there is none."""
    assert suggestion("agnets", ["agents"]) == "; did you mean 'agents'?"
    assert suggestion("zzz", ["agents"]) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "true/false"),
        (6.0, "the number 6.0"),
        ("1,000", "text '1,000'"),
        ({}, "a group"),
        ([], "a list"),
        ((), "a list"),
        (object(), "a value of type object"),
    ],
)
def test_values_are_named_in_the_users_words(value: object, words: str) -> None:
    """No word of Python's or of YAML's."""
    assert found(value) == words
