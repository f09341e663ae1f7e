"""Settings typed at the prompt."""

from __future__ import annotations

import pytest

from sim.scenario.typed import Typed
from sim.scenario.yamltree import decode, read


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("teams.agents.headcount=8", {"teams": {"agents": {"headcount": 8}}}),
        ("clock.horizon = 24 mo", {"clock": {"horizon": "24 mo"}}),
        ("name=a=b", {"name": "a=b"}),
        ("clock.report_at=[1 mo, 2 mo]", {"clock": {"report_at": ["1 mo", "2 mo"]}}),
        ("sales.expiry={dist: exponential, mean: 3 d}", {"sales": {"expiry": {"dist": "exponential", "mean": "3 d"}}}),
        ("loops.referral.on=false", {"loops": {"referral": {"on": False}}}),
        ("x=*1.5", {"x": "*1.5"}),
        ("x=", {"x": None}),
    ],
)
def test_a_typed_setting_is_a_small_file(text: str, values: object) -> None:
    """The value is read as in a file, so lists, groups, units and changes may be typed."""
    typed = Typed(text)
    assert not typed.faults
    assert typed.layer is not None
    assert typed.layer.raw() == values


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "takes key=value"), ("teams", "takes key=value"), ("=3", "takes key=value"), ("a..b=3", "takes key=value"),
        ("a. b=3", "takes key=value"), ("extends=x.yaml", "'extends' is for files"), ("a=010", "leading zero"),
        ("a=[", "syntax"),
        ("a=&x 3", "anchors"), ("a=\udcff", "not UTF-8"), ("a=" + "[" * 5000, "nested more than"), ("a=@x", "syntax"),
    ],
)  # fmt: skip
def test_what_cannot_be_typed_is_said(text: str, words: str) -> None:
    """The fault names what was typed; there is no file to point at."""
    typed = Typed(text)
    assert typed.layer is None
    assert words in typed.faults[0].message
    assert typed.faults[0].file is None
    assert typed.faults[0].told().replace("\n", "").isprintable()


def test_typing_founds_no_teams() -> None:
    """A slip in a name would silently add a team that nobody uses; new settings of a team are welcome."""
    tree, _ = read(decode(b"teams: {agents: {headcount: 3}}\nclock: {hours: {mon: 09:00-17:00}}\n", "x.yaml"))
    assert "did you mean 'agents'?" in Typed("teams.agnets.headcount=3").missing_from(tree)[0].message
    assert not Typed("teams.agents.shrinkage=10 %").missing_from(tree)
    assert not Typed("clock.hours.sat=09:00-12:00").missing_from(tree)
    assert not Typed("marketing.sources.web.rate=3 /d").missing_from(tree)
