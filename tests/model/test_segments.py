"""Kinds of customers: who is of which, what they have of their own; naming kinds reshuffles nobody."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small import ALWAYS

from sim.engine.streams import Streams
from sim.engine.units import MONTH
from sim.model.company import simulate
from sim.model.facts import index
from sim.model.journal import Run
from sim.model.loyalty import odds
from sim.model.segments import POOL, Segments
from sim.scenario.customers import CustomersPlan
from sim.scenario.leaving import Beta, Gamma

STEP: dict[str, Any] = {"sales": {"deal": "100 EUR/mo"}, "marketing": {"sources": {}}}
WEB: dict[str, Any] = {"sales": {"deal": "100 EUR/mo"}, "marketing": {"sources": {"web": {"rate": "2 /d"}}}}
ALIKE = {"segments": {"small": {"share": 0.3}, "large": {"share": 0.7}}}
STAYING = {"base": "0 %/yr"}
HURRIED = {"base": "876.6 %/yr"}
"""0.001/h."""


def ran(build: Any, horizon: str = "12 mo", service: bool = False, **parts: Any) -> Run:
    shown = {} if service else {"service": None}
    return simulate(build(clock={**ALWAYS, "horizon": horizon}, **shown, **parts), 0, 1)


def near(count: float, n: int, share: float) -> bool:
    """Whether a binomial count is within 4 standard errors."""
    return abs(count - n * share) < 4 * math.sqrt(n * share * (1 - share))


CONTRACT = {
    "length": {"dist": "uniform", "low": "1 mo", "high": "9 mo"},
    "downgrade": 0.3,
    "cut": {"dist": "uniform", "low": 0.1, "high": 0.3},
}
AGED = {"count": 150, "mrr": "100 EUR/mo", "age": {"dist": "exponential", "mean": "2 yr"}}


@pytest.mark.parametrize(
    "customers",
    [
        {"leaving": {"base": "60 %/yr", "beta": 3}, "telling": {"rate": "0.1 /mo", "against": {"rate": "0.1 /mo"}}},
        {"leaving": {"base": "60 %/yr"}, "contract": CONTRACT},
        {"leaving": {"base": "60 %/yr", "varies": {"law": "gamma", "cv": 1}}},
        {"leaving": {"base": "60 %/yr", "varies": {"law": "beta", "period": "1 yr", "polarization": 0.3}}},
        {
            "leaving": {"base": "60 %/yr"},
            "expansion": {"rate": "40 %/yr", "size": {"dist": "uniform", "low": 0, "high": 0.3}},
        },
    ],
)
def test_naming_kinds_that_are_alike_changes_nothing_but_names(scenario: Any, customers: dict[str, Any]) -> None:
    """Terms, own factors, needs, tellings: every fact but the names is what it is without segments."""
    kinds = {"request": {"per_customer": "0.5 /mo", "resolution": 0.6}}
    runs = [
        ran(scenario, service=True, kinds=kinds, customers={"initial": AGED, **customers, **more}, **WEB)
        for more in ({}, ALIKE)
    ]
    plain, named = runs
    for table in plain.tables:
        one, other = plain.tables[table].copy(), named.tables[table].copy()
        if table in ("leads", "subscriptions"):
            place = index(table, "segment")
            assert np.isnan(one[:, place]).all()
            assert set(other[:, place]) == {0.0, 1.0}
            one, other = np.delete(one, place, 1), np.delete(other, place, 1)
        assert np.array_equal(one, other, equal_nan=True), table
    assert len(plain.tables["subscriptions"]) > 700


def test_a_segment_of_its_own_ways_leaves_the_others_alone(scenario: Any) -> None:
    """One that has its own rate, its own factors and its own contract: everybody else leaves when he did before."""
    varied = {"base": "60 %/yr", "varies": {"law": "gamma", "cv": 1}}
    own = {"leaving": {**varied, "base": "90 %/yr"}, "contract": {"length": "2 mo"}}
    runs = []
    for large in ({}, own):
        segments = {"small": {"share": 0.3}, "large": {"share": 0.7, **large}}
        runs.append(ran(scenario, customers={"initial": AGED, "leaving": varied, "segments": segments}, **WEB))
    small = [run.is_word("subscriptions", "segment", "small") for run in runs]
    assert np.array_equal(*small)
    assert 0.2 < small[0].mean() < 0.4
    first, second = (run.column("subscriptions", "left") for run in runs)
    assert np.array_equal(first[small[0]], second[small[0]], equal_nan=True)
    assert not np.array_equal(first[~small[0]], second[~small[0]], equal_nan=True)
    terms = runs[1].column("subscriptions", "term")
    assert np.isnan(terms[small[0]]).all()
    assert (terms[~small[0]] == 2 * MONTH).all()


def test_shares_of_the_base_and_the_mix_of_each_origin(scenario: Any) -> None:
    """3 in 10 of the base and of a plain source; all and none of sources with a mix of their own; 4 standard errors."""
    sources = {
        "web": {"rate": "4 /d"},
        "fair": {"rate": "1 /d", "mix": {"small": 1}},
        "partner": {"rate": "1 /d", "mix": {"large": 1}},
        "paper": {"rate": "4 /d", "mix": {"small": 0.8, "large": 0.2}},
    }
    customers = {"initial": {"count": 1000, "mrr": "1 EUR/mo"}, "leaving": STAYING, **ALIKE}
    run = ran(scenario, customers=customers, sales=WEB["sales"], marketing={"sources": sources})
    small = run.is_word("leads", "segment", "small")
    for source, share in (("web", 0.3), ("fair", 1.0), ("partner", 0.0), ("paper", 0.8)):
        of = run.is_word("leads", "source", source)
        assert of.sum() > 300
        assert (
            small[of].all()
            if share == 1
            else not small[of].any()
            if share == 0
            else near(small[of].sum(), of.sum(), share)
        )
    first = run.is_word("subscriptions", "segment", "small")[:1000]
    assert near(first.sum(), 1000, 0.3)
    # Who is won is of the kind his lead was.
    leads = dict(zip(run.column("leads", "lead"), run.column("leads", "segment"), strict=True))
    for lead, segment in zip(
        run.column("subscriptions", "lead")[1000:], run.column("subscriptions", "segment")[1000:], strict=True
    ):
        assert leads[lead] == segment


def test_a_kind_has_its_own_value_and_fit(scenario: Any) -> None:
    """Large ones pay five times the law of deals, or of the base, and an even chance becomes that of 1.5 log-odds."""
    sales = {"stages": {"closing": {"team": "reps", "work": "0 min", "pass_rate": 0.5}}, "deal": "100 EUR/mo"}
    segments = {"small": {"share": 0.5}, "large": {"share": 0.5, "value": 5, "fit": 1.5}}
    customers = {"initial": {"count": 200, "mrr": "40 EUR/mo"}, "leaving": STAYING, "segments": segments}
    marketing = {"sources": {"web": {"rate": "5 /d", "fit": -0.5}}}
    run = ran(
        scenario,
        customers=customers,
        sales=sales,
        marketing=marketing,
        teams={"reps": {"headcount": 5}, "agents": {"headcount": 0}},
    )
    large, won = run.is_word("leads", "segment", "large"), run.is_word("leads", "outcome", "won")
    over = ~run.is_word("leads", "outcome", "open")
    for kind, value, fit in ((~large, 100.0, -0.5), (large, 500.0, 1.0)):
        assert run.column("leads", "value")[kind] == pytest.approx(value)
        assert set(run.column("leads", "fit")[kind]) == {fit}
        assert near(won[kind & over].sum(), (kind & over).sum(), odds(0.5, fit))
    base = run.column("subscriptions", "value")[:200]
    assert set(base.round(9)) == {40.0, 200.0}
    assert run.tables["pulse"][0][2] == pytest.approx(base.sum())


def test_a_kind_needs_help_and_tells_as_often_as_it_says(scenario: Any) -> None:
    """2 and 0.5 times as often need help, 0 and 3 times as often tell: 500 customers for half a year."""
    segments = {"a": {"share": 0.5, "needs": 2, "tells": 0}, "b": {"share": 0.5, "needs": 0.5, "tells": 3}}
    customers = {
        "initial": {"count": 500, "mrr": "1 EUR/mo"},
        "leaving": STAYING,
        "segments": segments,
        "memory": {"start": 0.9, "up": 0, "down": 0},
        "telling": {"rate": "0.2 /mo"},
    }
    sales = {"stages": {"closing": {"team": "reps", "work": "1 h", "pass_rate": 0}}, "deal": "100 EUR/mo"}
    run = ran(
        scenario, "6 mo", service=True, kinds={"request": {"per_customer": "1 /mo"}}, customers=customers, sales=sales
    )
    kinds = run.column("subscriptions", "segment")
    asked = np.bincount(run.column("tickets", "customer").astype(int), minlength=500)
    told = run.column("subscriptions", "told")
    for code, needs, tells in ((0, 2.0, 0.0), (1, 0.5, 3.0)):
        count = (kinds == code).sum()
        for found, mean in ((asked, 6 * needs), (told, 1.2 * tells)):
            assert abs(found[kinds == code].sum() - count * mean) <= 4 * math.sqrt(count * mean)


def test_a_kind_that_needs_no_help_never_asks(scenario: Any) -> None:
    """0 times as often is never, and the others ask as ever: their needs are the same, moment by moment."""
    asked = []
    for needs in (1, 0):
        segments = {"a": {"share": 0.5}, "b": {"share": 0.5, "needs": needs}}
        customers = {"initial": {"count": 100, "mrr": "1 EUR/mo"}, "leaving": STAYING, "segments": segments}
        run = ran(scenario, "6 mo", service=True, kinds={"request": {"per_customer": "1 /mo"}}, customers=customers)
        kinds = run.column("subscriptions", "segment")
        who, when = run.column("tickets", "customer").astype(int), run.column("tickets", "opened")
        asked.append([(w, t) for w, t in sorted(zip(who.tolist(), when.tolist(), strict=True)) if kinds[w] == 0])
        assert (kinds[who] == 1).any() == bool(needs)
    assert asked[0] == asked[1]


def test_who_comes_back_is_of_the_kind_he_was_and_pays_as_such(scenario: Any) -> None:
    """All who leave come back a week later; those who were referred are of any kind."""
    segments = {"small": {"share": 0.5}, "large": {"share": 0.5, "value": 3, "tells": 2}}
    customers = {
        "initial": {"count": 200, "mrr": "100 EUR/mo"},
        "leaving": {"base": "200 %/yr"},
        "segments": segments,
        "telling": {"rate": "0.1 /mo", "promoter": 0, "detractor": 0},
    }
    marketing = {"sources": {}, "referred": {"mix": {"small": 1}}, "win_back": {"share": 1, "after": "1 wk"}}
    run = ran(scenario, customers=customers, sales=WEB["sales"], marketing=marketing)
    kinds = run.column("subscriptions", "segment")
    back, referred = (run.is_word("leads", "source", name) for name in ("won_back", "referred"))
    sender = run.column("leads", "referrer").astype(int)
    assert back.sum() > 300
    assert np.array_equal(run.column("leads", "segment")[back], kinds[sender[back]])
    assert set(run.column("leads", "segment")[back]) == {0.0, 1.0}
    assert run.column("leads", "value")[back] == pytest.approx(np.where(kinds[sender[back]] == 1, 300.0, 100.0))
    assert referred.sum() > 50
    assert not run.column("leads", "segment")[referred].any()
    assert (kinds[sender[referred]] == 1).any()


# Own factors of the rate of leaving.


def test_an_own_factor_multiplies_the_whole_rate(stage: Any, rows: Any) -> None:
    """0.001/h and a factor of 4 use up 0.1 in 25 h; whatever he feels, his neutral time is counted with it as well."""
    desk = stage(**STEP, customers={"leaving": {**HURRIED, "varies": {"law": "gamma", "cv": 1}}})
    kind = desk.company.base.segments.kinds[0]
    kind._factors = [4.0] * POOL
    desk.lead(10.0, threshold=0.1)
    customer = rows(desk.run(), "subscriptions")[0]
    assert (customer["left"], customer["neutral"]) == (pytest.approx(35.0), pytest.approx(35.0))
    assert customer["reason"] == "price"


def test_an_own_factor_multiplies_what_service_reaches_and_what_it_does_not(stage: Any, rows: Any) -> None:
    """Factor 4, a floor of 0.0001 and a bad call at 20 h: 4 x (0.0001 + 0.0009 exp(5 x 0.225)) from then on."""
    leaving = {**HURRIED, "floor": "87.66 %/yr", "beta": 5, "varies": {"law": "gamma", "cv": 1}}
    desk = stage(**STEP, customers={"leaving": leaving})
    desk.company.base.segments.kinds[0]._factors = [4.0] * POOL
    desk.lead(0.0, threshold=0.2)
    desk.contact(9.0, work=20.0)
    desk.contact(19.0, patience=1.0, customer=0)
    fast = 0.0001 + 0.0009 * math.exp(5 * 0.225)
    customer = rows(desk.run(), "subscriptions")[0]
    assert customer["left"] == pytest.approx(20.0 + (0.2 - 4 * 0.02) / (4 * fast))
    assert (customer["neutral"], customer["reason"]) == (pytest.approx(50.0), "service")


def test_factors_belong_to_customers(scenario: Any) -> None:
    """A base twice as large, or more leads, moves no customer's factor: all who are in both leave at the same time."""
    leaving = {"base": "100 %/yr", "varies": {"law": "gamma", "cv": 1.5}}
    left = []
    for rate in ("2 /d", "3 /d"):
        sources = {"web": {"rate": "2 /d"}, "more": {"rate": rate}}
        customers = {"initial": AGED, "leaving": leaving}
        run = ran(scenario, customers=customers, sales=WEB["sales"], marketing={"sources": sources})
        # Only the other source brings more.
        chosen = run.is_word("subscriptions", "source", "web") | run.is_word("subscriptions", "origin", "initial")
        left.append(run.column("subscriptions", "left")[chosen])
    assert len(left[0]) > 700
    assert np.array_equal(*left, equal_nan=True)


@pytest.mark.parametrize(
    ("law", "mean", "variance", "age"),
    [
        # Gamma of shape 1 / cv^2 = 4 and rate 4 + base x age: mean 4 / 6, variance 4 / 36.
        (Gamma(law="gamma", cv=0.5), 1.0, 0.25, 0.0),
        (Gamma(law="gamma", cv=0.5), 4 / 6, 4 / 36, 2000.0),
    ],
)
def test_the_older_the_more_loyal(law: Gamma, mean: float, variance: float, age: float) -> None:
    """Own factors given that a base rate of 0.001/h has been survived for 2,000 h; 100,000 draws, 4 standard errors."""
    drawn = law.draw(Streams(1, 0).generator("factors"), 100_000, 0.001, age)
    assert abs(drawn.mean() - mean) < 4 * math.sqrt(variance / 100_000)
    # A gamma law of shape 4: the fourth central moment is (3 + 6 / 4) variance^2.
    assert abs(drawn.var() - variance) < 4 * variance * math.sqrt(3.5 / 100_000)


@pytest.mark.parametrize("age", [0.0, 3.0])
def test_chances_to_leave_are_beta_distributed_between_customers(age: float) -> None:
    """Alpha 0.704 and beta 1.182: chances within a period have mean a / (a + b); after 3 periods a / (a + b + 3).

    100,000 draws, 4 standard errors; the variance of a beta law is m (1 - m) / (a + b + 1).
    """
    a, b = 0.704, 1.182
    base = -math.log1p(-a / (a + b)) / 100.0
    law = Beta.model_validate({"law": "beta", "period": "100 h", "polarization": 1 / (a + b + 1)})
    factors = law.draw(Streams(1, 0).generator("factors"), 100_000, base, np.full(100_000, 100.0 * age))
    chance = -np.expm1(-base * 100.0 * factors)
    mean = a / (a + b + age)
    assert abs(chance.mean() - mean) < 4 * math.sqrt(mean * (1 - mean) / (a + b + age + 1) / 100_000)
    spread = (chance - mean) ** 2
    assert abs(spread.mean() - mean * (1 - mean) / (a + b + age + 1)) < 4 * spread.std() / math.sqrt(100_000)


@pytest.mark.parametrize(
    "varies", [{"law": "gamma", "cv": 1.2}, {"law": "beta", "period": "1 yr", "polarization": 0.346}]
)
def test_a_higher_base_rate_keeps_everybody_in_his_place(scenario: Any, varies: dict[str, Any]) -> None:
    """With 1 % more of it nobody leaves later, of the base and of those who are won: factors are not dealt anew."""
    first, second = (
        ran(scenario, customers={"initial": AGED, "leaving": {"base": base, "varies": varies}}, **WEB)
        for base in ("50 %/yr", "50.5 %/yr")
    )
    before, after = (np.nan_to_num(run.column("subscriptions", "left"), nan=np.inf) for run in (first, second))
    assert (after <= before).all()
    assert (after < before).sum() > 100


def test_shares_are_passed_on_whole() -> None:
    """A kind of which there are none is never picked, wherever it stands; without segments all are of the one kind."""
    base: dict[str, Any] = {"leaving": STAYING}
    for order in (("none", "all"), ("all", "none")):
        plan = CustomersPlan.model_validate({**base, "segments": {n: {"share": float(n == "all")} for n in order}})
        segments = Segments(Streams(1, 0), plan, True)
        assert {segments.pick(key, segments.base) for key in range(2000)} == {order.index("all")}
    alone = Segments(Streams(1, 0), CustomersPlan.model_validate(base), True)
    assert ({alone.pick(key, alone.base) for key in range(100)}, alone.named) == ({0}, False)
