"""Laying trees over one another."""

from __future__ import annotations

from sim.errors import Fault
from sim.scenario.marked import Node
from sim.scenario.merge import laid
from sim.scenario.yamltree import decode, read


def stack(*texts: str) -> tuple[Node, list[Fault]]:
    """The tree of texts laid over one another, and the faults of their changes."""
    root: Node | None = None
    faults: list[Fault] = []
    for number, text in enumerate(texts):
        layer, wrong = read(decode(text.encode(), f"{number}.yaml"))
        assert not wrong
        root, found = laid(root, layer)
        faults += found
    assert root is not None
    return root, faults


def values(*texts: str) -> object:
    """The bare values of a stack without faults."""
    root, faults = stack(*texts)
    assert not faults, faults
    return root.raw()


def test_mappings_merge_and_lists_replace() -> None:
    """Keys that the child does not name stay; order is the parent's, new keys come last."""
    below = "clock: {horizon: 1 yr, report_at: [1 mo, 2 mo]}\nname: a\n"
    merged = values(below, "clock: {report_at: [3 mo], warm_up: 1 d}\n")
    assert merged == {"clock": {"horizon": "1 yr", "report_at": ["3 mo"], "warm_up": "1 d"}, "name": "a"}
    assert list(merged) == ["clock", "name"]  # type: ignore[call-overload]


def test_a_group_of_another_kind_replaces_the_parents() -> None:
    """The settings of a lognormal law would not fit an exponential one."""
    below = "sales: {expiry: {dist: lognormal, mean: 3 d, cv: 1}}\n"
    assert values(below, "sales: {expiry: {dist: exponential, mean: 2 d}}\n") == {
        "sales": {"expiry": {"dist": "exponential", "mean": "2 d"}}
    }
    assert values(below, "sales: {expiry: {mean: 2 d}}\n") == {
        "sales": {"expiry": {"dist": "lognormal", "mean": "2 d", "cv": 1}}
    }
    assert values(below, "sales: {expiry: 5 d}\n") == {"sales": {"expiry": "5 d"}}
    live = "service: {channels: {phone: {mode: live, patience: 3 min}}}\n"
    assert values(live, "service: {channels: {phone: {mode: deferred, deadline: 1 d}}}\n") == {
        "service": {"channels": {"phone": {"mode": "deferred", "deadline": "1 d"}}}
    }


def test_the_mode_of_a_law_is_no_kind() -> None:
    """The most likely value of a triangular law changes like any other of its settings."""
    below = "sales: {expiry: {dist: triangular, low: 1 d, mode: 2 d, high: 5 d}}\n"
    assert values(below, "sales: {expiry: {mode: 3 d}}\n") == {
        "sales": {"expiry": {"dist": "triangular", "low": "1 d", "mode": "3 d", "high": "5 d"}}
    }


def test_null_leaves_out_and_blank_does_not() -> None:
    """An explicit null takes a setting away; a key with nothing after it is kept for the fault it deserves."""
    below = "teams: {a: {headcount: 1}, b: {headcount: 2}}\n"
    assert values(below, "teams: {b: null}\n") == {"teams": {"a": {"headcount": 1}}}
    assert values(below, "teams:\n") == {"teams": None}
    assert values("name: ~\n") == {}


def test_changes_act_on_what_lies_below() -> None:
    """One change after another; every value remembers the file that spoke last."""
    root, faults = stack(
        "teams: {a: {headcount: 10, wage: 4000 EUR/mo}}\n",
        "teams: {a: {headcount: +4, wage: '*1.1'}}\n",
        "teams: {a: {headcount: -50%}}\n",
    )
    assert not faults
    assert root.raw() == {"teams": {"a": {"headcount": 7, "wage": "4400 EUR/mo"}}}
    assert root.place(("teams", "a", "headcount")).source.name == "2.yaml"
    assert root.place(("teams", "a", "wage")).source.name == "1.yaml"


def test_a_change_needs_a_value_to_change() -> None:
    """Products and percentages always; a plus where the file has a parent; a minus is a negative number."""
    for text in ("*2", "-10%", "+10%"):
        _, faults = stack(f"teams: {{a: {{headcount: '{text}'}}}}\n")
        assert "is relative, but there is no parent value of 'teams.a.headcount'" in faults[0].message
    assert values("teams: {a: {headcount: +2}}\n") == {"teams": {"a": {"headcount": 2}}}
    assert values("name: x\n", "teams: {a: {headcount: -2}}\n") == {"name": "x", "teams": {"a": {"headcount": -2}}}
    _, faults = stack("name: x\n", "teams: {a: {headcount: +2}}\n")
    assert len(faults) == 1


def test_a_sign_belongs_to_numbers_that_may_be_negative() -> None:
    """Log-odds are given with their sign; a product or percentage still changes them."""
    below = "sales: {questions: {answered: 0.5, unanswered: -0.5}}\n"
    assert values(below, "sales: {questions: {answered: -0.2, unanswered: +0.1}}\n") == {
        "sales": {"questions": {"answered": -0.2, "unanswered": 0.1}}
    }
    assert values(below, "sales: {questions: {unanswered: '*2'}}\n") == {
        "sales": {"questions": {"answered": 0.5, "unanswered": -1.0}}
    }


def test_text_that_looks_like_a_change_stays_text_where_text_belongs() -> None:
    """Names, descriptions and sources are never computed."""
    assert values("name: a\ndescription: '5'\n", "description: '*2'\n") == {"name": "a", "description": "*2"}
    assert values("sources: {a.b: {source: x, low: 1}}\n", "sources: {a.b: {low: '*2'}}\n") == {
        "sources": {"a.b": {"source": "x", "low": "*2"}}
    }


def test_a_change_of_a_group_names_its_settings() -> None:
    """The law as a whole is no number; its mean is."""
    below = "service: {types: {r: {handle_time: {dist: gamma, mean: 5 min, cv: 1}}}}\n"
    _, faults = stack(below, "service: {types: {r: {handle_time: '*2'}}}\n")
    assert "change one of its settings: dist, mean, cv" in faults[0].message
    assert (faults[0].file, faults[0].line) == ("1.yaml", 1)


def test_lists_hold_no_changes() -> None:
    """A list replaces the parent's, so there is nothing below its entries."""
    _, faults = stack("clock: {report_at: [1 mo]}\n", "clock: {report_at: ['*2']}\n")
    assert "clock.report_at[0]" in faults[0].key
