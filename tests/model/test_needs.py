"""Kinds of need: what is drawn with a first contact, what later contacts find by the ticket's key."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engine.streams import Streams
from sim.model.company import Company
from sim.model.needs import Need

KINDS = {
    "request": {
        "channels": {"email": 0.25, "phone": 0.75},
        "handle_time": {"dist": "exponential", "mean": "30 min"},
        "returns": 0.6,
        "returns_after": {"dist": "exponential", "mean": "2 d"},
    }
}
SERVICE = {
    "channels": {
        "phone": {
            "mode": "live",
            "target": {"within": "1 min", "share": 0.8},
            "tolerance": "3 min",
            "patience": {"dist": "exponential", "mean": "6 min"},
        },
        "email": {"mode": "deferred", "target": {"within": "4 h", "share": 0.8}, "tolerance": "8 h"},
    },
    "types": {"request": {"team": "agents", **KINDS["request"]}},
}
MANY = 40_000


@pytest.fixture
def need(scenario: Any) -> Need:
    return Company(scenario(service=SERVICE), Streams(1, 0)).needs["request"]


def test_first_contacts_keep_their_shares_and_laws(need: Need) -> None:
    """A quarter by letter, work of 30 min, 6 min of patience on the phone alone: all within 4 standard errors."""
    places, work, patience, chance = need.columns(np.random.default_rng(1), MANY)
    letters = need.ways[0].live is False and places == 0
    assert abs(letters.mean() - 0.25) < 4 * math.sqrt(0.25 * 0.75 / MANY)
    assert abs(work.mean() / 0.5 - 1) < 4 / math.sqrt(MANY)
    assert np.isinf(patience[letters]).all()
    callers = patience[~letters]
    assert abs(callers.mean() / 0.1 - 1) < 4 / math.sqrt(len(callers))
    assert abs(chance.mean() - 0.5) < 4 / math.sqrt(12 * MANY)


def test_rows_are_the_columns_with_a_key(need: Need) -> None:
    """Traits come in plain Python numbers."""
    rows = need.traits(np.random.default_rng(1), 10)
    assert all(len(row) == 5 and isinstance(row[0], int) and isinstance(row[4], int) for row in rows)
    assert len({row[4] for row in rows}) == 10


def test_what_later_contacts_find_depends_on_ticket_and_attempt_alone(scenario: Any) -> None:
    """Whatever else has been asked before, in another company of the same chance."""
    one, other = (Company(scenario(service=SERVICE), Streams(1, 0)).needs["request"] for _ in range(2))
    for key in range(50):
        other.delay(key, 1)
        other.work(other.posts[0], key + 1000, 4)

    def found(need: Need) -> list[Any]:
        post, way = need.posts[0], need.ways[1]
        return [
            (need.work(post, k, a), need.patience(way, k, a), need.delay(k, a), need.chance(k, a), need.single(k))
            for k in range(50)
            for a in (2, 3)
        ]

    assert found(one) == found(other)


def test_later_contacts_follow_the_laws_too(need: Need) -> None:
    """Work, delays, returns and chances by key: means within 4 standard errors."""
    n = 20_000
    keys = np.random.default_rng(2).integers(0, 2**62, n).tolist()
    work = [need.work(need.posts[0], key, 2) for key in keys]
    delay = [need.delay(key, 2) for key in keys]
    # Values come from pools of 16,384, whose own error counts as well.
    bound = 4 * math.sqrt(1 / n + 1 / 16384)
    assert abs(np.mean(work) / 0.5 - 1) < bound
    assert abs(np.mean(delay) / 48.0 - 1) < bound
    assert abs(np.mean([need.comes_back(key, 2) for key in keys]) - 0.6) < 4 * math.sqrt(0.24 / n)
    chances = [need.chance(key, 2) for key in keys]
    assert abs(np.mean(chances) - 0.5) < 4 / math.sqrt(12 * n)
    assert abs(np.corrcoef(chances, [need.chance(key, 3) for key in keys])[0, 1]) < 4 / math.sqrt(n)
    assert abs(np.corrcoef(work, delay)[0, 1]) < 4 / math.sqrt(n)


def test_a_need_nobody_drew_in_advance_keeps_the_shares(need: Need) -> None:
    """Questions and onboardings: a quarter by letter."""
    n = 20_000
    places = [need.single(key)[0] for key in np.random.default_rng(3).integers(0, 2**62, n).tolist()]
    assert abs(np.mean(np.array(places) == 0) - 0.25) < 4 * math.sqrt(0.1875 / n)
    assert math.isinf(need.patience(need.ways[0], 5, 2))
