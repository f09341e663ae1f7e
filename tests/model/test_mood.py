"""What customers feel together: mean, promoters and detractors, kept up as they come, feel and go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small import BASE, selling

from sim.engine.streams import Streams
from sim.model.company import Company
from sim.model.mood import Mood


def stands(mood: Mood) -> tuple[int, int, int]:
    return mood.live, mood.promoters, mood.detractors


def test_promoters_feel_at_least_so_and_detractors_less_than_so() -> None:
    """From 0.8 on promoters, below 0.5 detractors, between them neither."""
    mood = Mood(0.8, 0.5)
    for count, felt in enumerate((0.8, 0.79, 0.5, 0.49), 1):
        mood.enter(felt)
        assert stands(mood) == (count, 1, int(count == 4))
    assert mood.mean() == pytest.approx((0.8 + 0.79 + 0.5 + 0.49) / 4)


def test_who_feels_otherwise_moves_from_one_to_another() -> None:
    """Up, down, and within the same."""
    mood = Mood(0.8, 0.5)
    mood.enter(0.6)
    seen = []
    for before, after in ((0.6, 0.9), (0.9, 0.85), (0.85, 0.4), (0.4, 0.3), (0.3, 0.5)):
        mood.move(before, after)
        seen.append(stands(mood))
        assert mood.mean() == pytest.approx(after)
    assert seen == [(1, 1, 0), (1, 1, 0), (1, 0, 1), (1, 0, 1), (1, 0, 0)]


def test_who_is_gone_is_counted_no_more() -> None:
    """The last one leaves no mean behind."""
    mood = Mood(0.8, 0.5)
    mood.enter(0.9)
    mood.enter(0.2)
    mood.exit(0.9)
    assert (stands(mood), mood.mean()) == ((1, 0, 1), pytest.approx(0.2))
    mood.exit(0.2)
    assert (stands(mood), mood.mean()) == ((0, 0, 0), None)


def test_where_everybody_tells_nobody_is_a_detractor() -> None:
    """A promoter's satisfaction of 0 and a detractor's of 0; and one threshold for both: one or the other."""
    mood = Mood(0.0, 0.0)
    mood.enter(0.0)
    assert stands(mood) == (1, 1, 0)
    mood = Mood(0.5, 0.5)
    mood.enter(0.5)
    mood.enter(0.4)
    assert stands(mood) == (2, 1, 1)


def test_the_pulse_counts_both(stage: Any, rows: Any) -> None:
    """One customer with room for him or without: 0.75, or turned away at 0.735, less than a detractor's 0.74."""
    teams = {"reps": {"headcount": 1}, "agents": {"headcount": 1, "waiting_room": 0}}
    telling = {"rate": "0 /mo", "promoter": 0.75, "detractor": 0.74}
    for calls, shares in ((0, (1.0, 0.0)), (1, (0.0, 1.0))):
        customers = {**BASE, "telling": telling, "memory": {"down": 0.02}}
        desk = stage(**selling(), customers=customers, teams=teams)
        desk.contact(9.0)
        for _ in range(calls):
            desk.contact(9.25, customer=0)
        last = rows(desk.run(), "pulse")[-1]
        assert (last["promoters"], last["detractors"]) == shares
        assert last["satisfaction"] == pytest.approx(0.75 * 0.98**calls)


def test_the_pulse_is_the_count_over_everybody(scenario: Any) -> None:
    """A busy line for a year, customers who come and leave: at the end both are counted anew."""
    plan = {
        "initial": {"count": 200, "mrr": "1 EUR/mo"},
        "leaving": {"base": "100 %/yr", "beta": 3},
        "telling": {"rate": "0.1 /mo", "promoter": 0.76, "detractor": 0.6},
    }
    kinds = {"request": {"per_customer": "2 /mo", "resolution": 0.9, "handle_time": "10 min"}}
    parts = {"sales": {"deal": "1 EUR/mo"}, "marketing": {"sources": {"web": {"rate": "0.5 /d"}}}}
    run = Company(scenario(clock={"horizon": "12 mo"}, customers=plan, kinds=kinds, **parts), Streams(1, 0)).run(0)
    here = np.isnan(run.column("subscriptions", "left"))
    mood = run.column("subscriptions", "satisfaction")[here]
    assert run.column("pulse", "promoters")[-1] == (mood >= 0.76).mean() > 0.05
    assert run.column("pulse", "detractors")[-1] == (mood < 0.6).mean() > 0.05
