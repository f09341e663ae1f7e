"""Lets the tests of this folder import the stories that they tell, and shows what a failed look saw."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("telling")
