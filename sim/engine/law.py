"""What every law of chance promises; the laws themselves are in `distributions`, and files are not known here."""

from __future__ import annotations

import math
from abc import abstractmethod
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from sim.engine.quantities import Measure

Q = TypeVar("Q", bound=float)
Draws = NDArray[np.float64]


def _above_zero(value: float) -> float:
    if value <= 0:
        raise PydanticCustomError("quantity", "must be greater than 0")
    return value


AboveZero = AfterValidator(_above_zero)
"""Annotation of a parameter that must exceed 0 whatever its quantity."""


Spread = Annotated[float, Measure("number", above=0.0, high=100.0)]
"""A coefficient of variation: standard deviation over mean."""


def _tag_is_required(schema: dict[str, Any]) -> None:
    """In a file the tag must be written, though Python knows it by the class."""
    schema["required"] = ["dist", *schema.get("required", [])]


class Law(BaseModel, Generic[Q]):
    """A law of chance: a distribution with its parameters in inside units."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_tag_is_required)
    measured: ClassVar[str] = "mean"
    """The parameter that carries the quantity."""
    dist: str

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Name a law by its quantity (DurationGamma); unique names let its values travel between processes."""
        measures = [m for m in get_args(params[0]) if isinstance(m, Measure)]
        if not measures:
            return super().model_parametrized_name(params)
        measure = measures[0]
        limits = {"From": measure.low, "To": measure.high, "Above": measure.above}
        narrowed = "".join(f"{word}{limit:g}" for word, limit in limits.items() if limit is not None)
        return measure.dimension.title().replace("_", "") + narrowed + cls.__name__

    @abstractmethod
    def draw(self, generator: np.random.Generator, n: int) -> Draws:
        """Return `n` independent values, shape (n,), in inside units."""

    @abstractmethod
    def expectation(self) -> float:
        """Return the exact mean in inside units."""

    @abstractmethod
    def variance(self) -> float:
        """Return the exact variance in squared inside units."""

    @abstractmethod
    def explain(self, currency: str = "EUR") -> str:
        """Return the law in a few words, such as `lognormal, mean 12 min, cv 0.8`."""

    def _text(self, value: float, currency: str) -> str:
        """A value of the law's quantity as text."""
        metadata = type(self).model_fields[self.measured].metadata
        measure = next((m for m in metadata if isinstance(m, Measure)), Measure("number"))
        return measure.show(value, currency)


@lru_cache(maxsize=256)
def weibull_inverse_shape(cv: float) -> float:
    """Return 1 / shape of the Weibull law with coefficient of variation `cv`.

    Solves 1 + cv² = Γ(1 + 2x) / Γ(1 + x)² for x by bisection; the right side grows with x.
    """
    aim = math.log1p(cv**2)
    low, high = 0.0, 1.0
    while _weibull_log_moment(high) < aim:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if _weibull_log_moment(middle) < aim else (low, middle)
    return high


def _weibull_log_moment(x: float) -> float:
    """Return ln Γ(1 + 2x) - 2 ln Γ(1 + x), by its series where the difference would lose its digits."""
    if x > 1e-3:
        return math.lgamma(1 + 2 * x) - 2 * math.lgamma(1 + x)
    zeta = (math.pi**2 / 6, 1.2020569031595942, math.pi**4 / 90, 1.0369277551433699)
    return math.fsum((-1) ** n * z / n * (2**n - 2) * x**n for n, z in enumerate(zeta, start=2))


def named_by_title(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON Schema whose definitions go by their titles (`DurationLognormal`) where these are unique.

    The validation library names a law of a quantity by its annotation, and numbers what it cannot tell apart.
    """
    definitions = schema.get("$defs", {})
    titles = [part.get("title", "") for part in definitions.values()]
    names = {
        f"#/$defs/{name}": f"#/$defs/{part['title']}"
        for name, part in definitions.items()
        if part.get("title") and titles.count(part["title"]) == 1
    }

    def renamed(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: renamed(value) for key, value in node.items()}
        if isinstance(node, list):
            return [renamed(value) for value in node]
        return names.get(node, node) if isinstance(node, str) else node

    tidy: dict[str, Any] = renamed({key: value for key, value in schema.items() if key != "$defs"})
    parts = {names.get(f"#/$defs/{name}", name).removeprefix("#/$defs/"): renamed(p) for name, p in definitions.items()}
    return tidy | {"$defs": dict(sorted(parts.items()))} if parts else tidy
