"""Why customers leave: price, a poor fit or bad service, by what they would have done otherwise; worked by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small import ALWAYS

from sim.engine.streams import keyed_uniform
from sim.model.company import simulate
from sim.model.entities import Lead
from sim.model.facts import ORIGINS

STEP: dict[str, Any] = {"sales": {"deal": "100 EUR/mo"}, "marketing": {"sources": {}}, "clock": ALWAYS}
LEAVING = {"base": "876.6 %/yr", "floor": "87.66 %/yr", "beta": 5}
"""Base 0.001/h, floor 0.0001/h."""
HASTY = {"overselling": {"on": True, "leaving": 2}}
"""A poor fit leaves twice as fast."""
BAD = math.exp(5 * 0.225)
GOOD = math.exp(-5 * 0.03)


def bought(
    desk: Any, time: float, *, threshold: float, misfit: bool, steps: tuple[float, ...] = (), key: int = 7
) -> None:
    """Let somebody become a customer, live at once."""
    lead = Lead(0, 0, ORIGINS.index("organic"), time, (100.0, 0.0, math.inf, 0.0, threshold, *steps), key)
    lead.misfit = misfit
    desk.at(time, lambda: desk.company.customers.welcome(lead))


def fate(desk: Any, rows: Any) -> tuple[float, float, str]:
    one = rows(desk.run(), "subscriptions")[0]
    return one["left"], one["neutral"], one["reason"]


def served(desk: Any, *, well: bool) -> None:
    """He calls at 20 h: he is served at once, or gives up after an hour behind somebody else."""
    if not well:
        desk.contact(19.0, work=20.0)
    desk.contact(20.0, patience=1.0, work=0.5, customer=0)


@pytest.mark.parametrize(
    ("misfit", "service", "left", "neutral", "reason"),
    [
        # 0.1 at 0.001/h from 10 h on; nothing happens.
        (False, None, 110.0, 110.0, "price"),
        # A poor fit has half of the endurance: at 60 h, and he would have stayed to 110 h had he fitted.
        (True, None, 60.0, 60.0, "fit"),
        # Bad service at 21 h: he goes before the neutral one would, misfit or not.
        (False, False, 21.0 + (0.1 - 0.011) / (0.0001 + 0.0009 * BAD), 110.0, "service"),
        (True, False, 21.0 + (0.05 - 0.011) / (0.0001 + 0.0009 * BAD), 60.0, "service"),
        # Good service at half past 20: he stays beyond his neutral time.
        (False, True, 20.5 + (0.1 - 0.0105) / (0.0001 + 0.0009 * GOOD), 110.0, "price"),
        (True, True, 20.5 + (0.05 - 0.0105) / (0.0001 + 0.0009 * GOOD), 60.0, "fit"),
    ],
)
def test_the_reason_is_what_would_have_kept_him(
    stage: Any, rows: Any, misfit: bool, service: bool | None, left: float, neutral: float, reason: str
) -> None:
    """Neutral time come: price, or fit if a fitting one's had not come; neutral time still ahead: service."""
    desk = stage(**STEP, customers={"leaving": LEAVING}, loops=HASTY)
    bought(desk, 10.0, threshold=0.1, misfit=misfit)
    if service is not None:
        served(desk, well=service)
    assert fate(desk, rows) == (pytest.approx(left), pytest.approx(neutral), reason)


def test_a_poor_fit_who_is_kept_for_so_long_that_a_fitting_one_had_left_leaves_for_price(stage: Any, rows: Any) -> None:
    """He leaves 1.25 times as fast, at 90 h; good service keeps him beyond the 110 h of a fitting one."""
    loops = {"overselling": {"on": True, "leaving": 1.25}}
    desk = stage(**STEP, customers={"leaving": LEAVING, "memory": {"start": 0.75, "up": 1}}, loops=loops)
    bought(desk, 10.0, threshold=0.1, misfit=True)
    served(desk, well=True)
    slow = 0.0001 + 0.0009 * math.exp(-1)
    assert fate(desk, rows) == (pytest.approx(20.5 + (0.08 - 0.0105) / slow), pytest.approx(90.0), "price")


def test_a_new_customer_s_mood_is_service_too(stage: Any, rows: Any) -> None:
    """Who starts below the reference leaves before the neutral one though nobody ever served him."""
    customers = {"leaving": LEAVING, "memory": {"start": 0.65}}
    desk = stage(**STEP, customers=customers)
    bought(desk, 10.0, threshold=0.1, misfit=False)
    sad = 0.0001 + 0.0009 * math.exp(0.5)
    assert fate(desk, rows) == (pytest.approx(10.0 + 0.1 / sad), pytest.approx(110.0), "service")


@pytest.mark.parametrize(
    ("misfit", "threshold", "service", "fate_"),
    [
        (False, 0.25, None, (310.0, 310.0, "price")),
        # Half of the endurance is used up a term earlier, or in the same first term.
        (True, 0.25, None, (210.0, 210.0, "fit")),
        (True, 0.15, None, (110.0, 110.0, "fit")),
        (True, 0.09, None, (110.0, 110.0, "price")),
        (False, 0.25, False, (110.0, 310.0, "service")),
        # Served well he uses up 0.087 a term.
        (False, 0.205, True, (310.0, 310.0, "price")),
        (False, 0.195, True, (310.0, 210.0, "price")),
    ],
)
def test_under_a_contract_neutral_time_is_the_end_of_a_term(
    stage: Any, rows: Any, misfit: bool, threshold: float, service: bool | None, fate_: tuple[float, float, str]
) -> None:
    """Terms of 100 h from 10 h on use up 0.1; what is felt when one ends counts for all of it."""
    desk = stage(**STEP, customers={"leaving": LEAVING, "contract": {"length": "100 h"}}, loops=HASTY)
    bought(desk, 10.0, threshold=threshold, misfit=misfit)
    if service is not None:
        served(desk, well=service)
    assert fate(desk, rows) == fate_


def test_amid_a_term_the_first_one_ends_sooner_and_counts_whole(stage: Any, rows: Any) -> None:
    """The initial base is anywhere in its terms: (1 - u) x 100 h are left of the first, and 0.25 lasts for three."""
    desk = stage(
        clock=ALWAYS, sales=None, teams={"agents": {"headcount": 1}},
        customers={"initial": {"count": 5, "mrr": "1 EUR/mo"}, "leaving": LEAVING, "contract": {"length": "100 h"}},
    )  # fmt: skip
    everybody = desk.company.customers.everybody
    expected = []
    for customer in everybody:
        terms = math.ceil(customer.threshold / 0.1)
        expected.append(100.0 * (1 - keyed_uniform(customer.key, (1 << 54) + (1 << 32))) + 100.0 * (terms - 1))
    found = rows(desk.run(), "subscriptions")
    assert 0.0 < min(expected) < 336.0
    for one, time in zip(found, expected, strict=True):
        assert one["left"] == (pytest.approx(time) if time < 336.0 else pytest.approx(math.nan, nan_ok=True))
        assert one["neutral"] == (pytest.approx(time) if time < 336.0 else pytest.approx(math.nan, nan_ok=True))
        assert one["reason"] == "price" if time < 336.0 else math.isnan(one["reason"])


LAWS: dict[str, dict[str, Any]] = {
    "any_time": {"leaving": {"base": "80 %/yr", "beta": 5, "issues": {"factor": 3, "lasts": "1 wk"}}},
    "contract": {
        "leaving": {"base": "80 %/yr", "beta": 5, "varies": {"law": "gamma", "cv": 1}},
        "contract": {"length": {"dist": "uniform", "low": "1 mo", "high": "4 mo"}},
    },
    "purchases": {"purchases": {"rate": "2 /mo", "dropout": 0.1, "dropout_cv": 1, "beta": 5}},
}
KINDS = {"request": {"per_customer": "1 /mo", "resolution": 0.6, "handle_time": "20 min", "returns": 0.5}}


@pytest.mark.parametrize("law", LAWS)
def test_neutral_customers_are_those_of_the_loop_switched_off(scenario: Any, law: str) -> None:
    """Who leaves with retention off leaves at his neutral time, to the bit, for price; with it on, neutral times are
    the same for everybody who has one."""
    customers = {"initial": {"count": 300, "mrr": "1 EUR/mo"}, "memory": {"start": 0.6}, **LAWS[law]}
    runs = [
        simulate(
            scenario(
                clock={"horizon": "9 mo"}, customers=customers, kinds=KINDS, loops={"retention": {"on": on}},
                marketing={"sources": {"web": {"rate": "1 /d"}}}, sales=STEP["sales"],
            ),
            0, 1,
        )
        for on in (False, True)
    ]  # fmt: skip
    off, on = runs
    left, neutral = off.column("subscriptions", "left"), off.column("subscriptions", "neutral")
    gone = ~np.isnan(left)
    assert gone.sum() > 150
    assert np.array_equal(left, neutral, equal_nan=True)
    assert off.is_word("subscriptions", "reason", "price")[gone].all()
    moved, stays = on.column("subscriptions", "left"), np.isnan(on.column("subscriptions", "left"))
    assert not np.array_equal(moved, left, equal_nan=True)
    known = on.column("subscriptions", "neutral")
    # Of repeat buyers who are still there is not yet known when the neutral one would stop.
    asked = ~stays if law == "purchases" else stays | True
    assert known[asked] == pytest.approx(neutral[asked], nan_ok=True, abs=1e-6)
    service = on.is_word("subscriptions", "reason", "service")
    assert (service[~stays] == ~(known[~stays] <= moved[~stays])).all()
    assert service.sum() > 20


def test_reasons_of_repeat_buyers(stage: Any, rows: Any) -> None:
    """He stops when a number of his own is below a chance: 0.6 if he fits, as a poor fit twice that, so surely."""
    for second, reason in ((0.55, "price"), (0.65, "fit")):
        # Purchase 1 is the first after which he can stop.
        key = next(k for k in range(1, 100_000) if abs(keyed_uniform(k, (1 << 55) + (1 << 32) + 1) - second) < 0.02)
        desk = stage(**STEP, customers={"purchases": {"rate": "2 /d", "dropout": 0.6}}, loops=HASTY)
        bought(desk, 10.0, threshold=1.0, misfit=True, steps=(2 / 24, 0.6), key=key)
        left, neutral, found = fate(desk, rows)
        assert (found, neutral) == (reason, left)


def test_who_buys_again_and_stops_for_bad_service_would_have_stopped_later(stage: Any, rows: Any) -> None:
    """Chance 0.2, and 0.75 by how he feels: the first number below that; for the neutral one the first below 0.2."""
    chances = [keyed_uniform(7, (1 << 55) + (1 << 32) + n) for n in range(1, 40)]
    waits = [-math.log1p(-keyed_uniform(7, (1 << 55) + n)) * 12 for n in range(1, 40)]
    felt = 1 / (1 + 4 * math.exp(-5 * 0.5))
    first, last = (next(n for n, chance in enumerate(chances) if chance < p) for p in (felt, 0.2))
    assert first < last
    customers = {"purchases": {"rate": "2 /d", "dropout": 0.2, "beta": 5}, "memory": {"start": 0.25}}
    desk = stage(**STEP, customers=customers)
    bought(desk, 10.0, threshold=1.0, misfit=False, steps=(2 / 24, 0.2))
    assert fate(desk, rows) == (
        pytest.approx(10.0 + sum(waits[: first + 1])), pytest.approx(10.0 + sum(waits[: last + 1])), "service",
    )  # fmt: skip
