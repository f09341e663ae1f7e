"""Laws of chance: their draws have the moments they claim, and faults are told in a sentence."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
from pydantic import BaseModel, ValidationError

from sim.engine.distributions import (
    Constant,
    DurationLaw,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    MoneyRateLaw,
    NumberLaw,
    Triangular,
    Uniform,
    Weibull,
)
from sim.engine.law import Law, weibull_inverse_shape
from sim.engine.quantities import Duration, Money

LAWS: list[Law[float]] = [
    Constant(value=3.0),
    Exponential(mean=0.2),
    Lognormal(mean=12.0, cv=0.8),
    Lognormal(mean=12.0, cv=0.05),
    Gamma(mean=5.0, cv=0.5),
    Gamma(mean=5.0, cv=1.5),
    Weibull(mean=7.0, cv=0.3),
    Weibull(mean=7.0, cv=1.4),
    Uniform(low=-2.0, high=5.0),
    Triangular(low=1.0, mode=2.0, high=6.0),
    Triangular(low=1.0, mode=1.0, high=6.0),
    Empirical(values=(1.0, 2.0, 10.0)),
    Empirical(values=(1.0, 2.0, 10.0), weights=(5.0, 0.0, 1.0)),
]


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_draws_have_the_exact_mean_and_variance(law: Law[float]) -> None:
    """Mean and variance of 400,000 draws lie within four of their standard errors."""
    n = 400_000
    values = law.draw(np.random.Generator(np.random.PCG64(20)), n)
    assert values.shape == (n,)
    mean, variance = law.expectation(), law.variance()
    if variance == 0:
        assert set(values.tolist()) == {mean}
        return
    assert abs(values.mean() - mean) < 4 * math.sqrt(variance / n)
    squares = (values - mean) ** 2
    assert abs(squares.mean() - variance) < 4 * squares.std() / math.sqrt(n)


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_draws_depend_on_the_generator_alone(law: Law[float]) -> None:
    """The same generator gives the same values, as plain floats."""
    first, second = (law.draw(np.random.Generator(np.random.PCG64(5)), 100) for _ in range(2))
    assert first.dtype == np.float64
    assert first.tolist() == second.tolist()


def test_the_shape_of_a_weibull_law_fits_its_spread() -> None:
    """Solved to the last digits from nearly constant to very wild; the exponential law is among them."""
    assert weibull_inverse_shape(1.0) == pytest.approx(1.0, rel=1e-14)
    # Constant hazard growth: shape 2 (Rayleigh) has cv sqrt(4 / pi - 1).
    assert weibull_inverse_shape(math.sqrt(4 / math.pi - 1)) == pytest.approx(0.5, rel=1e-14)
    assert weibull_inverse_shape(1e-6) == pytest.approx(1e-6 * math.sqrt(6) / math.pi, rel=1e-5)
    for cv in (1e-3, 1.2e-3, 1.3e-3, 0.1, 3.0, 100.0):
        x = weibull_inverse_shape(cv)
        ratio = math.exp(math.lgamma(1 + 2 * x) - 2 * math.lgamma(1 + x))
        assert math.sqrt(ratio - 1) == pytest.approx(cv, rel=1e-7)


def test_the_distribution_itself_is_right_not_only_its_moments() -> None:
    """Shares below a few points are those of the distribution functions, within four standard errors."""
    n = 100_000
    generator = np.random.Generator(np.random.PCG64(8))
    sigma = math.sqrt(math.log(1 + 0.8**2))
    median = 12 / math.sqrt(1 + 0.8**2)
    cases = [
        (Lognormal(mean=12.0, cv=0.8), median * math.exp(sigma), 0.8413447460685429),
        (Exponential(mean=2.0), 2.0, 1 - math.exp(-1)),
        (Weibull(mean=math.gamma(1.5), cv=math.sqrt(4 / math.pi - 1)), 1.0, 1 - math.exp(-1)),
        (Gamma(mean=1.0, cv=math.sqrt(0.5)), 1.0, 1 - 3 * math.exp(-2)),
        (Triangular(low=0.0, mode=1.0, high=4.0), 1.0, 0.25),
        (Empirical(values=(1.0, 2.0), weights=(3.0, 1.0)), 1.5, 0.75),
    ]
    for law, point, share in cases:
        below = (law.draw(generator, n) <= point).mean()
        assert abs(below - share) < 4 * math.sqrt(share * (1 - share) / n), law


class Settings(BaseModel):
    """Laws as settings."""

    handle: DurationLaw = Constant[Duration](value="12 min")  # type: ignore[arg-type]
    fee: MoneyRateLaw | None = None
    size: NumberLaw | None = None


def test_a_law_reads_its_parameters_with_units() -> None:
    """Mean and limits are quantities; the cv is a number; a bare quantity is the constant."""
    read = Settings.model_validate(
        {"handle": {"dist": "lognormal", "mean": "12 min", "cv": 0.8}, "fee": "300 EUR/mo", "size": 3}
    )
    assert read.handle == Lognormal[Duration](mean="12 min", cv=0.8)  # type: ignore[arg-type]
    assert read.handle.expectation() == 0.2
    assert isinstance(read.fee, Constant)
    assert isinstance(read.size, Constant)
    assert (read.fee.value, read.size.value) == (300 / 730.5, 3.0)
    given = Settings.model_validate({"handle": {"dist": "empirical", "values": ["5 min", "1 h"], "weights": [1, 3]}})
    assert given.handle.expectation() == pytest.approx(0.25 * 5 / 60 + 0.75)


@pytest.mark.parametrize(
    ("law", "where", "sentence"),
    [
        ({"dist": "exponential", "mean": "45 min", "cv": 2}, ("exponential", "cv"), "Extra inputs are not permitted"),
        ({"dist": "lognormal", "mean": "21 d"}, ("lognormal", "cv"), "Field required"),
        (
            {"dist": "lognormal", "mean": "21 d", "cv": 0},
            ("lognormal", "cv"),
            "0 is out of range: must be greater than 0",
        ),
        ({"dist": "gamma", "mean": "0 d", "cv": 1}, ("gamma", "mean"), "must be greater than 0"),
        (
            {"dist": "exponential", "mean": 45},
            ("exponential", "mean"),
            "time needs a unit: write '45 min', '45 h' or '45 d'",
        ),
        ({"dist": "uniform", "low": "5 d", "high": "1 d"}, ("uniform",), "'high' must be greater than 'low'"),
        (
            {"dist": "triangular", "low": "1 d", "mode": "9 d", "high": "5 d"},
            ("triangular",),
            "'mode' must lie between 'low' and 'high'",
        ),
        (
            {"dist": "triangular", "low": "1 d", "mode": "1 d", "high": "1 d"},
            ("triangular",),
            "'high' must be greater than 'low'",
        ),
        (
            {"dist": "empirical", "values": ["1 d", "2 d"], "weights": [1]},
            ("empirical",),
            "1 weights are given for 2 values",
        ),
        (
            {"dist": "empirical", "values": ["1 d"], "weights": [0]},
            ("empirical",),
            "at least one weight must be greater than 0",
        ),
        (
            {"dist": "lognorml", "mean": "1 d"},
            (),
            "'lognorml' is not one of: constant, exponential, lognormal, gamma, weibull, uniform, triangular, "
            "empirical; did you mean 'lognormal'?",
        ),
        (
            {"mean": "1 d"},
            (),
            "a distribution needs 'dist': one of constant, exponential, lognormal, gamma, weibull, uniform, "
            "triangular, empirical",
        ),
        ({"dist": 3}, (), "expected the name of a distribution, found the number 3"),
        (
            ["1 d"],
            (),
            "expected a quantity or a distribution such as {dist: exponential, mean: …}, found a list",
        ),
        ("8 monts", ("constant", "value"), "did you mean 'month'?"),
        (365, ("constant", "value"), "time needs a unit: write '365 min', '365 h' or '365 d'"),
        (None, ("constant", "value"), "expected a time such as '8 min', found nothing"),
    ],
)
def test_a_bad_law_is_refused_where_the_fault_is(law: object, where: tuple[str, ...], sentence: str) -> None:
    """The place is that of the parameter, the message one sentence."""
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"handle": law})
    (error,) = caught.value.errors()
    assert error["loc"] == ("handle", *where)
    assert sentence in error["msg"]


def test_a_law_explains_itself_in_the_words_of_its_quantity() -> None:
    """Times, money and plain numbers are told apart."""
    duration = {"low": "5 min", "mode": "8 min", "high": "1 h"}
    assert Triangular[Duration].model_validate(duration).explain() == "triangular, 5 min to 1 h, most often 8 min"
    assert Lognormal[Money].model_validate({"mean": "300 EUR", "cv": 0.8}).explain("USD") == (
        "lognormal, mean 300 USD, cv 0.8"
    )
    assert Exponential(mean=2.0).explain() == "exponential, mean 2"
    assert Uniform(low=1.0, high=2.5).explain() == "uniform, 1 to 2.5"
    assert Constant(value=2.0).explain() == "2"
    assert Empirical(values=(3.0, 1.0)).explain() == "empirical, 2 values from 1 to 3"
    assert Empirical(values=(3.0,)).explain() == "empirical, always 3"


def test_laws_are_frozen_values() -> None:
    """A law cannot be changed, equals its like, and its use leaves it equal."""
    law = Empirical(values=(1.0, 2.0))
    law.draw(np.random.Generator(np.random.PCG64(1)), 3)
    assert law == Empirical(values=(1.0, 2.0))
    with pytest.raises(ValidationError):
        law.weights = None  # type: ignore[misc]


def test_a_law_travels_to_a_fresh_process() -> None:
    """A law of a quantity is pickled by a name that a new interpreter finds, and keeps its class."""
    law = Settings.model_validate({"handle": {"dist": "weibull", "mean": "12 min", "cv": 0.8}}).handle
    assert type(pickle.loads(pickle.dumps(law))) is type(law)
    code = f"import pickle; print(pickle.loads({pickle.dumps(law)!r}).explain())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "weibull, mean 12 min, cv 0.8"
