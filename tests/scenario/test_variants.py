"""The same scenario with some settings changed, as its expectations ask for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.load import load, load_tree, scenario_of, variants
from sim.scenario.variants import spelled

DESK = """
name: desk
clock: {horizon: 12 h}
teams: {desk: {headcount: 2}, spare: {headcount: 1}}
service:
  channels: {mail: {mode: deferred, target: {within: 1 h, share: 80 %}, tolerance: 1 h}}
  types: {request: {team: desk, channels: {mail: 1}, handle_time: 10 min, arrivals: {rate: 6 /h, busyness: 0.1}}}
expect:
"""

Write = Callable[[str], Path]


@pytest.fixture
def desk(tmp_path: Path) -> Write:
    """The desk with one expectation of these variants."""

    def write(entry: str) -> Path:
        path = tmp_path / "desk.yaml"
        path.write_text(f"{DESK}  - {{figure: wait, above: 0, {entry}}}\n", encoding="utf-8")
        return path

    return write


def test_variants_are_the_scenario_with_settings_typed_over_it(desk: Write) -> None:
    """Numbers, relative changes, groups, nothing at all; each variant once, and none of them expects anything."""
    entry = (
        "with: {teams.desk.headcount: 3, service.types.request.arrivals.rate: '*1.5'}, minus: wait,"
        " minus_with: {service.types.request.arrivals.busyness: null}"
    )
    path = desk(entry)
    found = variants(load_tree(path))
    more, calm = found.values()
    assert list(found) == [
        "service.types.request.arrivals.rate=*1.5, teams.desk.headcount=3",
        "service.types.request.arrivals.busyness=null",
    ]
    typed = ["teams.desk.headcount=3", "service.types.request.arrivals.rate=*1.5"]
    assert more.identity() == load(path, sets=typed).identity()
    assert calm.identity() == load(path, sets=["service.types.request.arrivals.busyness=null"]).identity()
    assert not more.expect


def test_signed_numbers_mean_what_they_would_after_set(desk: Write) -> None:
    """A change where no number can be negative, a number of its own where it can; and +1 is not the same as 1."""
    path = desk("with: {teams.desk.headcount: +1}, minus: wait, minus_with: {teams.desk.headcount: 1}")
    found = variants(load_tree(path))
    assert {name: one.teams["desk"].headcount for name, one in found.items()} == {
        "teams.desk.headcount=+1": 3,
        "teams.desk.headcount=1": 1,
    }
    exponents = "with: {loops.shortcuts.exponent: -0.5}, minus: wait, minus_with: {loops.shortcuts.exponent: -1}"
    half, whole = variants(load_tree(desk(exponents))).values()
    assert (half.loops.shortcuts.exponent, whole.loops.shortcuts.exponent) == (-0.5, -1)


def test_what_was_typed_or_laid_over_holds_in_every_variant(desk: Write) -> None:
    """A variant is one of the scenario as it was asked for."""
    path = desk("with: {teams.spare.headcount: 5}")
    (found,) = variants(load_tree(path, sets=["teams.desk.headcount=7"])).values()
    assert (found.teams["desk"].headcount, found.teams["spare"].headcount) == (7, 5)


def test_written_out_and_read_again_the_variants_are_the_same(desk: Write) -> None:
    """`null` and relative changes are kept as they stand until they are laid over the scenario."""
    path = desk("with: {service.types.request.arrivals.busyness: null, teams.desk.headcount: '+1'}")
    tree = load_tree(path)
    before = variants(tree)
    path.write_text(tree.to_yaml(), encoding="utf-8")
    after = variants(load_tree(path))
    assert {name: one.identity() for name, one in before.items()} == {k: one.identity() for k, one in after.items()}
    assert [one.settings for one in scenario_of(tree).expect] == [one.settings for one in load(path).expect]


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("with: {teams.desk.headcont: 3}", "desk.headcont: unknown setting 'headcont'; did you mean 'headcount'?"),
        ("with: {teams.dsk.headcount: 3}", "there is no 'dsk' in teams; did you mean 'desk'?"),
        ("with: {teams.desk.headcount: many}", "expected a whole number, found text 'many'"),
        ("with: {service.types.request.team: nobody}", "nobody"),
        ("with: {teams.desk.headcount: }", "write null to leave the setting out"),
        ("with: {run.seed: 3}", "'run.seed' is no assumption"),
        ("minus: wait, minus_with: {teams.desk: 3}", "expected a group of settings, found the number 3"),
        ("with: 3", "with: expected a group of settings"),
    ],
)
def test_settings_that_make_no_scenario_are_refused_where_they_stand(desk: Write, entry: str, sentence: str) -> None:
    """When the file is loaded, with line and column, whatever it is loaded for."""
    with pytest.raises(ScenarioError) as caught:
        load(desk(entry))
    (fault,) = caught.value.faults
    assert sentence in str(fault)
    assert fault.line == (9 if "nobody" not in entry else fault.line)


def test_settings_are_told_alike_in_any_order() -> None:
    """As they would be typed, on one line."""
    assert spelled({"b.c": 2, "a": "3 d"}) == spelled({"a": "3 d", "b.c": 2}) == "a=3 d, b.c=2"
    assert spelled({"a": None, "b": True, "c": [1, {"d": "2 h"}]}) == "a=null, b=true, c=[1, {d: 2 h}]"
    assert spelled({}) == ""
