"""Open issues: a need that failed hurts until it is resolved or has hurt long enough; every departure by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small import ALWAYS

from sim.engine.streams import keyed, keyed_uniform
from sim.model.company import simulate

STEP: dict[str, Any] = {"sales": {"deal": "100 EUR/mo"}, "marketing": {"sources": {}}, "clock": ALWAYS}
LEAVING = {"base": "876.6 %/yr", "floor": "87.66 %/yr", "issues": {"factor": 4, "lasts": "20 h"}}
"""Base 0.001/h, floor 0.0001/h: with an open issue 0.0001 + 4 x 0.0009."""
SLOW, FAST = 0.001, 0.0037
FAILING, RESOLVING = 0.9, 0.1
"""Chances on either side of an even resolution."""


def hurting(stage: Any, kinds: dict[str, Any] | None = None, leaving: dict[str, Any] | None = None) -> Any:
    """A customer with an endurance of 0.1, live from the start; half of all contacts resolve."""
    kinds = {name: {"resolution": 0.5} | kind for name, kind in (kinds or {"request": {}}).items()}
    desk = stage(**STEP, customers={"leaving": LEAVING | (leaving or {})}, kinds=kinds)
    desk.lead(0.0, threshold=0.1)
    return desk


def departure(desk: Any, rows: Any) -> float:
    found: float = rows(desk.run(), "subscriptions")[0]["left"]
    return found


def after(*spans: tuple[float, float]) -> float:
    """When 0.1 is used up that hurts in these spans, one after the other, and goes on at 0.001/h."""
    hurt = sum(end - begin for begin, end in spans)
    return spans[-1][1] + (0.1 - FAST * hurt - SLOW * (spans[-1][1] - hurt)) / SLOW


def key_that(second: bool | None) -> int:
    """Key of a ticket whose second and last contact resolves it or does not; None: nobody comes back."""

    def fits(key: int) -> bool:
        comes, again = (keyed_uniform(key, 16 * attempt + 3) < 0.5 for attempt in (1, 2))
        resolves = keyed_uniform(key, 16 * 2 + 4) < 0.5
        return not comes if second is None else comes and resolves == second and (second or not again)

    return next(key for key in range(1, 1000) if fits(key))


BACK = {"returns": 0.5, "returns_after": "5 h"}


def test_a_need_that_ends_unresolved_hurts_for_a_while(stage: Any, rows: Any) -> None:
    """It fails at 10:30 and nobody comes back to it: faster for 20 hours."""
    desk = hurting(stage, {"request": {"returns": 0}})
    desk.contact(10.0, chance=FAILING, customer=0)
    assert departure(desk, rows) == pytest.approx(after((10.5, 30.5)))


def test_who_has_endured_enough_leaves_while_it_hurts(stage: Any, rows: Any) -> None:
    """It hurts for 100 hours: 0.1 is used up before; only the part of the rate that service reaches is multiplied."""
    desk = hurting(stage, {"request": {"returns": 0}}, {"issues": {"factor": 4, "lasts": "100 h"}})
    desk.contact(10.0, chance=FAILING, customer=0)
    run = desk.run()
    customer = rows(run, "subscriptions")[0]
    assert customer["left"] == pytest.approx(10.5 + (0.1 - 10.5 * SLOW) / FAST)
    assert (customer["reason"], customer["neutral"]) == ("service", pytest.approx(100.0))


def test_a_contact_that_resolves_hurts_nobody(stage: Any, rows: Any) -> None:
    """Nothing has failed."""
    desk = hurting(stage)
    desk.contact(10.0, chance=RESOLVING, customer=0)
    assert departure(desk, rows) == pytest.approx(100.0)


def test_what_is_resolved_hurts_no_more(stage: Any, rows: Any) -> None:
    """It comes back at 15:30 and is resolved at 16:00, long before its 20 hours are over."""
    desk = hurting(stage, {"request": BACK})
    desk.contact(10.0, chance=FAILING, customer=0, key=key_that(True))
    assert departure(desk, rows) == pytest.approx(after((10.5, 16.0)))


def test_what_fails_again_hurts_anew(stage: Any, rows: Any) -> None:
    """8 hours from 10:30 would end at 18:30; it fails again at 16:00 and for good: until midnight."""
    desk = hurting(stage, {"request": BACK}, {"issues": {"factor": 4, "lasts": "8 h"}})
    desk.contact(10.0, chance=FAILING, customer=0, key=key_that(False))
    assert departure(desk, rows) == pytest.approx(after((10.5, 24.0)))


def test_what_is_resolved_after_it_has_faded_changes_nothing(stage: Any, rows: Any) -> None:
    """3 hours from 10:30, resolved at 16:00."""
    desk = hurting(stage, {"request": BACK}, {"issues": {"factor": 4, "lasts": "3 h"}})
    desk.contact(10.0, chance=FAILING, customer=0, key=key_that(True))
    assert departure(desk, rows) == pytest.approx(after((10.5, 13.5)))


@pytest.mark.parametrize("first", [None, True])
def test_two_open_issues_hurt_like_one_until_the_last_is_over(stage: Any, rows: Any, first: bool | None) -> None:
    """One fails at 10:30, the other at 12:30 for good; whether or not the first is resolved at 16:00."""
    desk = hurting(stage, {"request": BACK, "other": {"returns": 0}})
    desk.contact(10.0, chance=FAILING, customer=0, key=key_that(first))
    desk.contact(12.0, "other", chance=FAILING, customer=0)
    assert departure(desk, rows) == pytest.approx(after((10.5, 32.5)))


def test_two_open_issues_one_after_the_other(stage: Any, rows: Any) -> None:
    """With 4 hours each, 10:30 to 14:30 and 20:30 to half past midnight."""
    desk = hurting(stage, {"request": {"returns": 0}}, {"issues": {"factor": 4, "lasts": "4 h"}})
    for time in (10.0, 20.0):
        desk.contact(time, chance=FAILING, customer=0)
    assert departure(desk, rows) == pytest.approx(after((10.5, 14.5), (20.5, 24.5)))


def test_nobody_who_answers_is_an_open_issue(stage: Any, rows: Any) -> None:
    """Given up at 11:00 after an hour on the line, for good."""
    desk = hurting(stage)
    desk.contact(9.0, work=20.0)
    desk.contact(10.0, patience=1.0, customer=0)
    assert departure(desk, rows) == pytest.approx(after((11.0, 31.0)))


def test_a_missed_deadline_is_an_open_issue_until_the_answer(stage: Any, rows: Any) -> None:
    """Promised by 18:00, answered at 39 h and resolved half an hour later; it may hurt for 100 hours."""
    desk = hurting(
        stage, {"call": {}, "request": {"channels": {"email": 1}}}, {"issues": {"factor": 4, "lasts": "100 h"}}
    )
    desk.contact(9.0, "call", work=30.0, chance=RESOLVING)
    desk.contact(10.0, chance=RESOLVING, customer=0)
    assert departure(desk, rows) == pytest.approx(after((18.0, 39.5)))


def test_others_issues_are_not_his(stage: Any, rows: Any) -> None:
    """Somebody without a contract calls in vain: no customer minds."""
    desk = hurting(stage, {"request": {"returns": 0}})
    desk.contact(10.0, chance=FAILING)
    assert departure(desk, rows) == pytest.approx(100.0)


def test_an_issue_hurts_on_top_of_what_is_remembered(stage: Any, rows: Any) -> None:
    """Unresolved is felt as 0.35: 0.12 worse; with beta 5 the rate within reach grows by exp(0.6), then fourfold."""
    desk = hurting(stage, {"request": {"returns": 0}}, {"beta": 5, "issues": {"factor": 4, "lasts": "5 h"}})
    desk.contact(10.0, chance=FAILING, customer=0)
    mood = 0.0009 * math.exp(5 * 0.12)
    used = 10.5 * SLOW + 5 * (0.0001 + 4 * mood)
    assert departure(desk, rows) == pytest.approx(15.5 + (0.1 - used) / (0.0001 + mood))


# Issues before and beside paying.


def settling(stage: Any, kinds: dict[str, Any], lasts: str, key: int = 7) -> Any:
    customers = {"leaving": LEAVING | {"issues": {"factor": 4, "lasts": lasts}}}
    desk = stage(**STEP, customers=customers, kinds=kinds)
    desk.lead(10.0, threshold=0.1, key=key)
    return desk


def test_an_onboarding_that_failed_hurts_from_the_first_day(stage: Any, rows: Any) -> None:
    """It fails for good at 10:30, when he goes live: 20 hours at the higher rate."""
    desk = settling(stage, {"setup": {"per_win": 1, "resolution": 0, "returns": 0}}, "20 h")
    customer = rows(desk.run(), "subscriptions")[0]
    assert customer["live"] == 10.5
    assert customer["left"] == pytest.approx(30.5 + (0.1 - 20 * FAST) / SLOW)
    assert (customer["neutral"], customer["reason"]) == (pytest.approx(110.5), "service")


def test_an_onboarding_that_failed_and_was_mended_hurts_no_more(stage: Any, rows: Any) -> None:
    """It fails at 10:30, comes back, and is done at 16:00: live then, and nothing is open."""

    def fits(key: int) -> bool:
        ticket = keyed(key, 2000)
        return keyed_uniform(ticket, 2) >= 0.5 > keyed_uniform(ticket, 16 * 2 + 4)

    key = next(key for key in range(1, 1000) if fits(key))
    desk = settling(stage, {"setup": {"per_win": 1, "resolution": 0.5, "returns_after": "5 h"}}, "20 h", key)
    customer = rows(desk.run(), "subscriptions")[0]
    assert (customer["live"], customer["left"]) == (16.0, pytest.approx(116.0))


@pytest.mark.parametrize(("lasts", "hurt"), [("2 h", 0.0), ("20 h", 15.0)])
def test_an_issue_fades_before_he_goes_live_or_after(stage: Any, rows: Any, lasts: str, hurt: float) -> None:
    """Setup fails for good at 10:30; training by the same agent ends at 15:30, and he is live."""
    setup = {"per_win": 1, "resolution": 0, "returns": 0}
    desk = settling(stage, {"setup": setup, "training": {"per_win": 1, "handle_time": "5 h"}}, lasts)
    customer = rows(desk.run(), "subscriptions")[0]
    assert customer["live"] == 15.5
    assert customer["left"] == pytest.approx(15.5 + hurt + (0.1 - hurt * FAST) / SLOW)


@pytest.mark.parametrize(("call", "left"), [(95.0, 109.0), (60.0, 209.0)])
def test_at_a_renewal_counts_what_is_open_then(stage: Any, rows: Any, call: float, left: float) -> None:
    """Terms of 100 h from 9:00 on use up 0.1 at the usual rate and 0.37 with an open issue, of an endurance of 0.2."""
    desk = stage(
        **STEP,
        customers={"leaving": LEAVING, "contract": {"length": "100 h"}},
        kinds={"request": {"resolution": 0.5, "returns": 0}},
    )
    desk.lead(9.0, threshold=0.2 - 1e-9)
    desk.contact(call, chance=FAILING, customer=0)
    customer = rows(desk.run(), "subscriptions")[0]
    assert (customer["left"], customer["neutral"]) == (left, 209.0)
    assert customer["reason"] == ("service" if left < 209.0 else "price")


def test_a_kind_of_its_own_has_issues_of_its_own(scenario: Any) -> None:
    """Half of 600 customers do not mind: they leave as they do without any of it; the others leave sooner."""
    calm = {"base": "50 %/yr"}
    runs = []
    for issues in ({}, {"issues": {"factor": 5, "lasts": "2 wk"}}):
        segments = {"calm": {"share": 0.5}, "touchy": {"share": 0.5, "leaving": {**calm, **issues}}}
        customers = {"initial": {"count": 600, "mrr": "1 EUR/mo"}, "leaving": calm, "segments": segments}
        kinds = {"request": {"per_customer": "1 /mo", "resolution": 0.5, "returns": 0, "handle_time": "1 min"}}
        clock = {**ALWAYS, "horizon": "12 mo"}
        runs.append(simulate(scenario(clock=clock, customers=customers, kinds=kinds), 0, 1))
    calm_ones = runs[0].is_word("subscriptions", "segment", "calm")
    first, second = (run.column("subscriptions", "left") for run in runs)
    assert np.array_equal(first[calm_ones], second[calm_ones], equal_nan=True)
    first, second = (np.nan_to_num(left[~calm_ones], nan=np.inf) for left in (first, second))
    assert (second <= first).all()
    assert (second < first).sum() > 50


ASKING = {"request": {"per_customer": "1 /mo", "resolution": 0.5, "returns_after": "3 d", "handle_time": "10 min"}}


@pytest.mark.parametrize(
    ("issues", "loops"),
    [
        ({"factor": 20, "lasts": "1 wk"}, {"retention": {"on": False}}),
        ({"factor": 1, "lasts": "1 wk"}, {}),
    ],
)
def test_issues_that_move_nothing_leave_no_trace(scenario: Any, issues: dict[str, Any], loops: dict[str, Any]) -> None:
    """With the loop of retention off, or a factor of 1, the facts are those without issues, to the bit."""
    runs = []
    for given in ({}, {"issues": issues}, {"issues": {"factor": 20, "lasts": "1 wk"}}):
        leaving = {"base": "50 %/yr", "beta": 3, **given}
        customers = {"initial": {"count": 100, "mrr": "1 EUR/mo"}, "leaving": leaving}
        built = scenario(
            clock={"horizon": "6 mo"}, customers=customers, kinds=ASKING, loops=loops if len(runs) < 2 else {}
        )
        runs.append(simulate(built, 0, 1))
    plain, off, on = runs
    assert all(plain.tables[name].tobytes() == off.tables[name].tobytes() for name in plain.tables)
    assert plain.tables["subscriptions"].tobytes() != on.tables["subscriptions"].tobytes()
