"""Laws of chance by mean and spread, each a frozen value that can draw, tell its exact moments and explain itself.

It makes no generators (streams do), and a law does not know what its numbers are used for.

A law is generic in its quantity: `Lognormal[Duration]` reads times, `Lognormal[Money]` money. The bare class takes
plain numbers. `cv` is the coefficient of variation, standard deviation over mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar, Generic, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.engine.law import AboveZero, Draws, Law, Q, Spread, weibull_inverse_shape
from sim.engine.quantities import Duration, Money, MoneyRate, NonNegative, Number
from sim.errors import found, short, suggestion


class Constant(Law[Q], Generic[Q]):
    """Always the same value."""

    measured: ClassVar[str] = "value"
    dist: Literal["constant"] = "constant"
    value: Q = Field(description="the value")

    def draw(self, generator: np.random.Generator, n: int) -> Draws:
        """Return `n` times the value; the generator is left alone."""
        return np.full(n, float(self.value))

    def expectation(self) -> float:
        """Return the value."""
        return float(self.value)

    def variance(self) -> float:
        """Return 0."""
        return 0.0

    def explain(self, currency: str = "EUR") -> str:
        """Return the value as text."""
        return self._text(self.value, currency)


class Exponential(Law[Q], Generic[Q]):
    """Memoryless: how long it has lasted says nothing about how long it will last (cv 1)."""

    dist: Literal["exponential"] = "exponential"
    mean: Annotated[Q, AboveZero] = Field(description="the mean")

    def draw(self, generator: np.random.Generator, n: int) -> Draws:
        """Return `n` values, shape (n,)."""
        return generator.standard_exponential(n) * float(self.mean)

    def expectation(self) -> float:
        """Return the mean."""
        return float(self.mean)

    def variance(self) -> float:
        """Return the squared mean."""
        return float(self.mean) ** 2

    def explain(self, currency: str = "EUR") -> str:
        """Return the law in words."""
        return f"exponential, mean {self._text(self.mean, currency)}"


class _MeanAndSpread(Law[Q], Generic[Q]):
    """What laws given by mean and cv have in common: their moments."""

    mean: Annotated[Q, AboveZero] = Field(description="the mean")
    cv: Spread = Field(description="coefficient of variation: standard deviation over mean")

    def expectation(self) -> float:
        """Return the mean."""
        return float(self.mean)

    def variance(self) -> float:
        """Return (cv times mean) squared."""
        return float(self.cv * self.mean) ** 2

    def explain(self, currency: str = "EUR") -> str:
        """Return the law in words."""
        return f"{self.dist}, mean {self._text(self.mean, currency)}, cv {self.cv:.6g}"


class Lognormal(_MeanAndSpread[Q], Generic[Q]):
    """The logarithm is normal: many small values and a long tail, as handle times and deal sizes have."""

    dist: Literal["lognormal"] = "lognormal"

    def draw(self, generator: np.random.Generator, n: int) -> Draws:
        """Return `n` values, shape (n,)."""
        log_variance = math.log1p(self.cv**2)
        log_mean = math.log(self.mean) - log_variance / 2
        return generator.lognormal(log_mean, math.sqrt(log_variance), n)


class Gamma(_MeanAndSpread[Q], Generic[Q]):
    """Between constant and very irregular, with a tail that falls off exponentially."""

    dist: Literal["gamma"] = "gamma"

    def draw(self, generator: np.random.Generator, n: int) -> Draws:
        """Return `n` values, shape (n,)."""
        return generator.gamma(self.cv**-2, float(self.mean) * self.cv**2, n)


class Weibull(_MeanAndSpread[Q], Generic[Q]):
    """Time to an event whose risk rises (cv below 1) or falls (cv above 1) with time."""

    dist: Literal["weibull"] = "weibull"

    def draw(self, generator: np.random.Generator, n: int) -> Draws:
        """Return `n` values, shape (n,)."""
        inverse_shape = weibull_inverse_shape(self.cv)
        scale = float(self.mean) * math.exp(-math.lgamma(1 + inverse_shape))
        return generator.standard_exponential(n) ** inverse_shape * scale


class Uniform(Law[Q], Generic[Q]):
    """Every value between two limits equally likely."""

    measured: ClassVar[str] = "low"
    dist: Literal["uniform"] = "uniform"
    low: Q = Field(description="the least value")
    high: Q = Field(description="the greatest value")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low < self.high:
            raise PydanticCustomError("order", "'high' must be greater than 'low'")
        return self

    def draw(self, generator: np.random.Generator, n: int) -> Draws:
        """Return `n` values, shape (n,)."""
        return generator.uniform(self.low, self.high, n)

    def expectation(self) -> float:
        """Return the middle."""
        return (float(self.low) + float(self.high)) / 2

    def variance(self) -> float:
        """Return a twelfth of the squared width."""
        return (float(self.high) - float(self.low)) ** 2 / 12

    def explain(self, currency: str = "EUR") -> str:
        """Return the law in words."""
        return f"uniform, {self._text(self.low, currency)} to {self._text(self.high, currency)}"


class Triangular(Law[Q], Generic[Q]):
    """Least, most likely and greatest value, as an expert would state them."""

    measured: ClassVar[str] = "low"
    dist: Literal["triangular"] = "triangular"
    low: Q = Field(description="the least value")
    mode: Q = Field(description="the most likely value")
    high: Q = Field(description="the greatest value")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low < self.high:
            raise PydanticCustomError("order", "'high' must be greater than 'low'")
        if not self.low <= self.mode <= self.high:
            raise PydanticCustomError("order", "'mode' must lie between 'low' and 'high'")
        return self

    def draw(self, generator: np.random.Generator, n: int) -> Draws:
        """Return `n` values, shape (n,)."""
        return generator.triangular(self.low, self.mode, self.high, n)

    def expectation(self) -> float:
        """Return the mean of the three."""
        return (float(self.low) + float(self.mode) + float(self.high)) / 3

    def variance(self) -> float:
        """Return (a² + b² + c² - ab - ac - bc) / 18, written by differences so that it keeps its digits."""
        left, right = float(self.mode) - float(self.low), float(self.high) - float(self.mode)
        return (left**2 + left * right + right**2) / 18

    def explain(self, currency: str = "EUR") -> str:
        """Return the law in words."""
        low, mode, high = (self._text(value, currency) for value in (self.low, self.mode, self.high))
        return f"triangular, {low} to {high}, most often {mode}"


class Empirical(Law[Q], Generic[Q]):
    """One of the values that were observed, each as likely as its weight says."""

    measured: ClassVar[str] = "values"
    dist: Literal["empirical"] = "empirical"
    values: tuple[Q, ...] = Field(description="the values", min_length=1, max_length=10_000)
    weights: tuple[NonNegative, ...] | None = Field(
        default=None, description="how often each value occurs, in any scale; equally often when left out"
    )

    @model_validator(mode="after")
    def _weighed(self) -> Self:
        if self.weights is None:
            return self
        if len(self.weights) != len(self.values):
            given = {"weights": len(self.weights), "values": len(self.values)}
            raise PydanticCustomError("length", "{weights} weights are given for {values} values", given)
        if not 0 < sum(self.weights) < math.inf:
            raise PydanticCustomError("weights", "at least one weight must be greater than 0")
        return self

    @property
    def _shares(self) -> Draws:
        weights = np.ones(len(self.values)) if self.weights is None else np.array(self.weights, dtype=np.float64)
        shares: Draws = weights / weights.sum()
        return shares

    def draw(self, generator: np.random.Generator, n: int) -> Draws:
        """Return `n` of the values with replacement, shape (n,)."""
        steps = np.cumsum(self._shares)
        # Dividing by the last step makes it exactly 1, so that no draw falls beyond the last value with a weight.
        index = np.searchsorted(steps / steps[-1], generator.random(n), side="right")
        drawn: Draws = np.array(self.values, dtype=np.float64)[index]
        return drawn

    def expectation(self) -> float:
        """Return the weighted mean."""
        return float(self._shares @ np.array(self.values, dtype=np.float64))

    def variance(self) -> float:
        """Return the weighted mean of squared distances from the mean."""
        return float(self._shares @ (np.array(self.values, dtype=np.float64) - self.expectation()) ** 2)

    def explain(self, currency: str = "EUR") -> str:
        """Return the number of values and their range in words."""
        if len(self.values) == 1:
            return f"empirical, always {self._text(self.values[0], currency)}"
        low, high = (self._text(value, currency) for value in (min(self.values), max(self.values)))
        return f"empirical, {len(self.values)} values from {low} to {high}"


LAWS = ("constant", "exponential", "lognormal", "gamma", "weibull", "uniform", "triangular", "empirical")


def spelled_out(value: object) -> object:
    """Turn a bare quantity into the constant law, and refuse a group without a known `dist` by a sentence."""
    if isinstance(value, Law):
        return value
    if not isinstance(value, Mapping):
        if isinstance(value, (list, tuple, set)):
            sentence = "expected a quantity or a distribution such as {dist: exponential, mean: …}, found a list"
            raise PydanticCustomError("law", "{sentence}", {"sentence": sentence})
        return {"dist": "constant", "value": value}
    if "dist" not in value:
        sentence = f"a distribution needs 'dist': one of {', '.join(LAWS)}"
        raise PydanticCustomError("law", "{sentence}", {"sentence": sentence})
    name = value["dist"]
    if not isinstance(name, str):
        raise PydanticCustomError("law", "expected the name of a distribution, found {found}", {"found": found(name)})
    if name not in LAWS:
        sentence = f"'{short(name)}' is not one of: {', '.join(LAWS)}{suggestion(name, LAWS)}"
        raise PydanticCustomError("law", "{sentence}", {"sentence": sentence})
    return value


_DurationLaws = Annotated[
    Constant[Duration] | Exponential[Duration] | Lognormal[Duration] | Gamma[Duration] | Weibull[Duration]
    | Uniform[Duration] | Triangular[Duration] | Empirical[Duration],
    Field(discriminator="dist"),
]  # fmt: skip
_MoneyLaws = Annotated[
    Constant[Money] | Exponential[Money] | Lognormal[Money] | Gamma[Money] | Weibull[Money]
    | Uniform[Money] | Triangular[Money] | Empirical[Money],
    Field(discriminator="dist"),
]  # fmt: skip
_MoneyRateLaws = Annotated[
    Constant[MoneyRate] | Exponential[MoneyRate] | Lognormal[MoneyRate] | Gamma[MoneyRate] | Weibull[MoneyRate]
    | Uniform[MoneyRate] | Triangular[MoneyRate] | Empirical[MoneyRate],
    Field(discriminator="dist"),
]  # fmt: skip
_NumberLaws = Annotated[
    Constant[Number] | Exponential[Number] | Lognormal[Number] | Gamma[Number] | Weibull[Number]
    | Uniform[Number] | Triangular[Number] | Empirical[Number],
    Field(discriminator="dist"),
]  # fmt: skip

DurationLaw = Annotated[_DurationLaws, BeforeValidator(spelled_out, json_schema_input_type=Duration | _DurationLaws)]
"""A law of times; a bare time such as `12 min` is the constant."""
MoneyLaw = Annotated[_MoneyLaws, BeforeValidator(spelled_out, json_schema_input_type=Money | _MoneyLaws)]
"""A law of amounts; a bare amount such as `300 EUR` is the constant."""
MoneyRateLaw = Annotated[
    _MoneyRateLaws, BeforeValidator(spelled_out, json_schema_input_type=MoneyRate | _MoneyRateLaws)
]
"""A law of money per time; a bare `300 EUR/mo` is the constant."""
NumberLaw = Annotated[_NumberLaws, BeforeValidator(spelled_out, json_schema_input_type=Number | _NumberLaws)]
"""A law of plain numbers; a bare number is the constant."""
