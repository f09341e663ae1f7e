"""`sim trace`: one customer's story on stdout, as objects, as a picture; or one clear refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SHOP = """\
name: shop
clock: {start: 2026-01-05, horizon: 6 mo, hours: {mon-fri: "09:00-17:00"}}
teams: {reps: {headcount: 2}, agents: {headcount: 2}}
marketing: {sources: {website: {rate: 2 /d}}}
sales:
  stages: {selling: {team: reps, work: 1 h, thinking: 3 d, pass_rate: 40 %}}
  deal: {dist: lognormal, mean: 200 €/mo, cv: 0.5}
service:
  channels: {phone: {mode: live, patience: 3 min, target: {within: 60 s, share: 80 %}, tolerance: 3 min}}
  types:
    help:
      team: agents
      channels: {phone: 1}
      handle_time: {dist: exponential, mean: 1 h}
      resolution: 85 %
      returns_after: 1 d
      per_customer: 1 /mo
customers:
  initial: {count: 50}
  leaving: {base: 80 %/yr, floor: 10 %/yr, beta: 5, reference: 0.65}
  telling: {rate: 0.2 /mo}
run: {seed: 3}
"""


@pytest.fixture
def shop(sim, tmp_path: Path):
    """The command, with a shop's scenario in the current folder."""
    (tmp_path / "shop.yaml").write_text(SHOP.replace("€", "EUR"), encoding="utf-8")
    return sim


def test_a_story_is_told_in_plain_characters_one_line_an_event(shop) -> None:
    """In a pipe: who and why, events with date and time, what it came to."""
    answer = shop("trace", "shop.yaml")
    assert answer.code == 0, answer.err
    assert answer.out.isascii()
    lines = answer.out.splitlines()
    assert lines[0].startswith("Customer ")
    assert lines[1].startswith("(shop, replication 0 of seed 3; the middle one, by the number of events, of ")
    assert "How he came" in lines
    assert "What it came to" in lines
    events = json.loads(shop("trace", "shop.yaml", "--json").out)["events"]
    told = [line for line in lines if line[:3] in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")]
    assert [line[4:20].replace(" ", "T") for line in told] == [event["date"] for event in events]


@pytest.mark.parametrize("wish", ["--lost", "--kept", "--referrer", "--customer=7", "--lead=9"])
def test_somebody_can_be_asked_for(shop, wish: str) -> None:
    """By what he shows or by his number; the story then is his."""
    answer = shop("trace", "shop.yaml", wish, "--json")
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)
    assert told["plan"] == "shop"
    assert told["events"]
    if wish == "--customer=7":
        assert told["customer"] == 7
    elif wish == "--lead=9":
        assert told["lead"] == 9
    else:
        assert told["why"]
        assert told["gist"] in shop("trace", "shop.yaml", "--customer", str(told["customer"])).out


def test_events_are_objects_with_the_rows_they_read(shop) -> None:
    """Nothing in them that JSON does not know; words as words, nothing as null."""
    told = json.loads(shop("trace", "shop.yaml", "--json").out, parse_constant=lambda word: pytest.fail(word))
    first = told["events"][0]
    assert set(first) == {"time", "date", "phase", "kind", "text", "facts"}
    assert first["facts"][0]["table"] == "leads"
    assert first["facts"][0]["values"]["source"] in ("website", "referred")
    assert told["money"]["direct"] + told["money"]["base"] + told["money"]["indirect"] == pytest.approx(
        told["money"]["paid"]
    )


def test_the_future_can_be_chosen(shop, tmp_path: Path) -> None:
    """Replication, seed and settings are those of sim run; the same words give the same story."""
    plain = shop("trace", "shop.yaml", "--customer", "60")
    assert shop("trace", "shop.yaml", "--customer", "60").out == plain.out
    (tmp_path / "more.yaml").write_text("teams: {reps: {headcount: 1}}\n", encoding="utf-8")
    for words in (["--replication", "1"], ["--seed", "4"], ["--set", "teams.reps.headcount=1"]):
        other = shop("trace", "shop.yaml", "--customer", "60", *words)
        assert other.code == 0, other.err
        assert other.out != plain.out
    assert shop("trace", "shop.yaml", "--customer", "60", "--overlay", "more.yaml").out == other.out
    assert "replication 1 of seed 3" in shop("trace", "shop.yaml", "--replication", "1").out
    assert "replication 0 of seed 4" in shop("trace", "shop.yaml", "--seed", "4").out


def test_the_picture_goes_where_it_is_wanted(shop, tmp_path: Path) -> None:
    """Three files; the talk says where, and --quiet says nothing."""
    answer = shop("trace", "shop.yaml", "--lost", "-o", "one")
    assert answer.code == 0, answer.err
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["journey.csv", "journey.png", "journey.svg"]
    assert "Wrote one/journey.svg, one/journey.png, one/journey.csv" in answer.err.replace("\\", "/")
    assert shop("trace", "shop.yaml", "--lost", "-o", "one", "-q").err == ""
    assert len(json.loads(shop("trace", "shop.yaml", "--lost", "-o", "one", "--json").out)["written"]) == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["shop.yaml", "--customer", "9999"], "there is no customer 9999: those of this run have the numbers 0 to "),
        (["shop.yaml", "--lead", "9999"], "there is no lead 9999: those of this run have the numbers 0 to "),
        (["shop.yaml", "--customer", "-1"], "-1"),
        (["shop.yaml", "--lost", "--kept"], "--lost and --kept: say one of them"),
        (["shop.yaml", "--customer", "1", "--lead", "1"], "--customer and --lead: say one of them"),
        (["shop.yaml", "--replication", "-1"], "-1"),
        (["hotline.yaml"], "neither customers nor leads"),
        (["hotline.yaml", "--customer", "0"], "there is no customer 0: this run has no customers"),
        (["hotline.yaml", "--lost"], "no customer leaves"),
        (["hotline.yaml", "--kept"], "no customer of this run is still there"),
        (["hotline.yaml", "--referrer"], "no customer of this run sends a lead that is won"),
    ],
)
def test_what_cannot_be_told_is_refused(shop, words: list[str], sentence: str) -> None:
    """One sentence with the way out, exit code 2, nothing on stdout."""
    answer = shop("trace", *words)
    assert answer.code == 2
    assert answer.out == ""
    assert sentence in answer.err
    assert "Traceback" not in answer.err


def test_an_invalid_scenario_is_refused_like_everywhere(shop) -> None:
    """Exit code 3, with the place."""
    answer = shop("trace", "shop.yaml", "--set", "teams.reps.headcuont=1")
    assert answer.code == 3
    assert "did you mean 'headcount'" in answer.err


def test_on_a_terminal_lines_are_folded_beside_the_date(shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the terminal's width, the date in a column of its own; without color if that is asked for."""
    from sim.cli.voice import Voice

    monkeypatch.setattr(Voice, "plain", property(lambda voice: False))
    monkeypatch.setenv("COLUMNS", "60")
    out = shop("trace", "shop.yaml", "--lost", "--no-color").out
    story = [line for line in out.splitlines()[2:] if line.strip()]
    assert max(map(len, story)) <= 60
    folded = [line for line in story if line.startswith(" " * 22)]
    assert folded
    assert "\x1b" not in out
    monkeypatch.delenv("NO_COLOR", raising=False)
    colored = shop("trace", "shop.yaml", "--lost").out
    assert any(color in colored for color in ("\x1b[31m", "\x1b[32m"))
