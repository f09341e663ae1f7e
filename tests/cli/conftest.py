"""Commands run inside this process, in an empty folder with two small plans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.cli.main import main

HOTLINE = """\
name: hotline
description: Are six people enough for the phone?
clock: {horizon: 8 d, report_at: [4 d]}
teams:
  agents: {headcount: 6, wage: 4000 EUR/mo}
service:
  channels:
    phone:
      mode: live
      patience: {dist: exponential, mean: 3 min}
      target: {within: 60 s, share: 80 %}
      tolerance: 2 min
  types:
    call:
      team: agents
      channels: {phone: 1}
      handle_time: {dist: exponential, mean: 6 min}
      arrivals: {rate: 40 /h}
run: {replications: 3, seed: 7}
"""
MORE = """\
extends: hotline.yaml
name: more
teams: {agents: {headcount: +2}}
"""


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str


Sim = Callable[..., Answer]


@pytest.fixture
def sim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sim:
    """Run a command as typed, one word each, with hotline.yaml and more.yaml in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIM_DEBUG", raising=False)
    (tmp_path / "hotline.yaml").write_text(HOTLINE, encoding="utf-8")
    (tmp_path / "more.yaml").write_text(MORE, encoding="utf-8")

    def call(*words: str) -> Answer:
        capsys.readouterr()
        code = main(words)
        told = capsys.readouterr()
        return Answer(code, told.out, told.err)

    return call
