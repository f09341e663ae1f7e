"""Scenarios from a few lines of text, read the way a file is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario.load import load
from sim.scenario.scenario import Scenario


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Scenario]:
    """Load a text with settings typed over it."""

    def loaded(text: str, *sets: str) -> Scenario:
        path = tmp_path / "x.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path, sets=sets)

    return loaded
