"""How many of a cohort stay when customers leave at rates of their own: retention rises though nobody grows loyal.

It does not know service, satisfaction or what customers pay. Rates are per hour and times in hours; months serve as
well if all arguments use them.
"""

import math
from dataclasses import dataclass

from sim.engine.theory.erlang import require


@dataclass(frozen=True)
class Frailty:
    """Customers who can leave at any time, at rates that are gamma distributed (Vaupel, Manton and Stallard 1979).

    Raises ValueError for negative or non-finite figures.
    """

    base: float
    """Mean rate of leaving of newcomers [1/h]."""
    cv: float
    """Coefficient of variation between customers; 0 for equal customers."""

    def __post_init__(self) -> None:
        require("base", self.base)
        require("cv", self.cv)

    def stays(self, t: float, age: float = 0.0) -> float:
        """Share of customers who have been there for `age` [h] that stays for another t [h]."""
        exposed = self.base * require("t", t)
        if self.cv == 0:
            return math.exp(-exposed)
        return math.exp(-math.log1p(exposed / (self._shape + self.base * require("age", age))) * self._shape)

    def hazard(self, age: float) -> float:
        """Rate at which those leave on average who are still there after `age` [h]: it falls [1/h]."""
        if self.cv == 0:
            return self.base
        return self.base * self._shape / (self._shape + self.base * require("age", age))

    def lived(self, t: float, age: float = 0.0) -> float:
        """Mean time that a customer of this age lives within the next t [h]: the integral of `stays` from 0 to t."""
        hazard = self.hazard(age)
        if hazard == 0 or require("t", t) == 0:
            return t
        if self.cv == 0:
            return -math.expm1(-hazard * t) / hazard
        grown = math.log1p(hazard * t / self._shape)
        power = 1.0 - self._shape
        return self._shape / hazard * (grown if power == 0 else math.expm1(power * grown) / power)

    @property
    def _shape(self) -> float:
        return 1.0 / (self.cv * self.cv)


@dataclass(frozen=True)
class Renewals:
    """Customers who leave at the end of each period with a chance of their own, beta distributed: the shifted
    beta-geometric law (Fader and Hardie 2007).

    Raises ValueError for parameters that are not above 0.
    """

    alpha: float
    """First parameter of the beta law of chances to leave."""
    beta: float
    """Its second parameter."""

    def __post_init__(self) -> None:
        require("alpha", self.alpha, positive=True)
        require("beta", self.beta, positive=True)

    @property
    def leaves(self) -> float:
        """Mean chance of a newcomer to leave at the end of his first period."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def polarization(self) -> float:
        """Variance of chances over mean x (1 - mean): near 0 customers are alike."""
        return 1.0 / (self.alpha + self.beta + 1.0)

    def stays(self, periods: int, age: float = 0.0) -> float:
        """Share of customers of this age [periods] that is still there after so many further decisions."""
        left = require("age", age) + self.beta
        return math.prod((left + n) / (left + n + self.alpha) for n in range(periods))

    def retention(self, period: int) -> float:
        """Share of those who are there at the beginning of a period, the first being 1, that renews at its end."""
        return self.stays(1, period - 1.0)
