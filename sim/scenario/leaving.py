"""When customers leave: rates, how they differ, contracts; who they are and what they feel is customers'."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.engine.distributions import DurationLaw
from sim.engine.quantities import Duration, Hazard, Measure, Share
from sim.engine.shares import ShareLaw
from sim.scenario.plan import Plan

Ages = float | np.ndarray
_LEAST = 1e-12
"""Least own factor: endurance is divided by it."""
LEAST_CHANCE = 1e-6
"""Least mean chance to leave, or to stay, within a period: with less of it there is no beta law to compute with."""


def _above_nothing(factors: np.ndarray) -> np.ndarray:
    kept: np.ndarray = np.maximum(factors, _LEAST)
    return kept


def _steps(n: int) -> np.ndarray:
    """n even steps of chance."""
    steps: np.ndarray = (np.arange(n) + 0.5) / n
    return steps


class Gamma(Plan):
    """Own factors of the rate of leaving are gamma distributed with mean 1: in continuous time (Vaupel, Manton and
    Stallard 1979)."""

    law: Literal["gamma"]
    cv: Annotated[float, Measure("number", low=0.001, high=10)]
    """Coefficient of variation between customers."""

    def draw(self, generator: np.random.Generator, n: int, base: float, age: Ages = 0.0) -> np.ndarray:
        """Own factors of n customers who have stayed so long [h] at the base rate [1/h]."""
        shape = self.cv**-2
        return _above_nothing(generator.standard_gamma(shape, n) / (shape + base * age))

    def quantiles(self, n: int, base: float, age: float = 0.0) -> np.ndarray:
        """Own factors at n even steps of chance, the smallest first, of customers of this age [h]."""
        from scipy.special import gammaincinv

        shape = self.cv**-2
        return _above_nothing(gammaincinv(shape, _steps(n)) / (shape + base * age))

    def fault(self, base: float) -> str | None:
        """Why it cannot be with this base rate [1/h]."""
        return None


class Beta(Plan):
    """Chances to leave within a period are beta distributed between customers (Fader and Hardie 2007, shifted
    beta-geometric).

    The mean is that of the base rate, alpha / (alpha + beta) = 1 - exp(-base x period); `polarization` is the variance
    over mean times (1 - mean), which is 1 / (alpha + beta + 1).
    """

    law: Literal["beta"]
    period: Annotated[Duration, Field(gt=0)]
    """Period to which the chances belong, such as the term of a contract."""
    polarization: Annotated[float, Measure("number", low=0.001, high=0.999)]
    """1 / (alpha + beta + 1): near 0 customers are alike, near 1 some always leave and the others never."""

    def draw(self, generator: np.random.Generator, n: int, base: float, age: Ages = 0.0) -> np.ndarray:
        """Own factors of n customers who have stayed so long [h] at the base rate [1/h].

        A generator's own beta law throws numbers away, how many depends on the law: with a slightly higher base rate
        others would come first. So each customer has one number, and with it his place among all.
        """
        return self._at(generator.random(n), base, age)

    def quantiles(self, n: int, base: float, age: float = 0.0) -> np.ndarray:
        """Own factors at n even steps of chance, the smallest first, of customers of this age [h]."""
        return self._at(_steps(n), base, age)

    def _at(self, places: np.ndarray, base: float, age: Ages) -> np.ndarray:
        """Own factors at these places among all customers, from 0 for the most loyal to 1."""
        from scipy.special import betaincinv

        both, mean = 1.0 / self.polarization - 1.0, -math.expm1(-base * self.period)
        chance = betaincinv(mean * both, (1.0 - mean) * both + np.asarray(age) / self.period, places)
        return _above_nothing(-np.log1p(-np.minimum(chance, 1.0 - 2.0**-53)) / (base * self.period))

    def fault(self, base: float) -> str | None:
        """Why it cannot be with this base rate [1/h]."""
        if base == 0:
            return "'varies' by a beta law needs a 'base' above 0"
        mean = -math.expm1(-base * self.period)
        if not LEAST_CHANCE <= mean <= 1.0 - LEAST_CHANCE:
            who = "everybody" if mean > 0.5 else "nobody"
            return f"'varies' by a beta law: at this 'base' {who} leaves within its 'period'; give another period"
        return None


Heterogeneity = Annotated[Gamma | Beta, Field(discriminator="law")]
"""How customers differ in their own rate of leaving."""


class OpenIssue(Plan):
    """While a need of his was not resolved, a customer leaves faster: the part of the rate that service can reach is
    multiplied, from the first contact that failed until the ticket is resolved or `lasts` is over."""

    factor: Annotated[float, Measure("number", low=1, high=20)]
    """How many times as fast, however many issues are open."""
    lasts: Annotated[Duration, Field(gt=0)]
    """How long an issue hurts at most, since it last failed."""


class Leaving(Plan):
    """When customers leave: hazard = own factor x (floor + (base - floor) x exp(beta x (reference - satisfaction)))."""

    base: Hazard
    """Rate of leaving of a customer whose satisfaction is the reference."""
    floor: Hazard = 0.0
    """Part of it out of service's reach (price, closure)."""
    beta: Annotated[float, Field(ge=0, le=20)] = 0.0
    """How strongly dissatisfaction drives customers away; 0 means not at all."""
    reference: Share = 0.75
    """Neutral satisfaction."""
    varies: Heterogeneity | None = None
    """How customers differ in their own rate of leaving, whatever they feel; left out, they do not. Where they do, more
    and more of those who are left are loyal ones: retention rises with tenure though nobody's loyalty grows."""
    issues: OpenIssue | None = None
    """What an open issue does; left out, nothing beyond what is remembered of it."""

    @model_validator(mode="after")
    def _floor_below_base(self) -> Leaving:
        if self.floor > self.base:
            raise ValueError("'floor' must not be above 'base'")
        if self.varies is not None and (fault := self.varies.fault(self.base)):
            raise ValueError(fault)
        return self


class Contract(Plan):
    """Customers can leave only when a term ends; then they decide by what they remember.

    Who stays for the time of a term with the hazard h that he has at its end, does so with chance exp(-h x term).
    """

    length: DurationLaw
    """Length of a term, drawn once for each customer; the initial base is anywhere in its terms, whatever its age."""
    downgrade: Share = 0.0
    """Chance that a customer of reference satisfaction who renews does so for less; its log-odds move with
    dissatisfaction by `leaving.beta` (loop retention)."""
    cut: ShareLaw | None = None
    """By how much such a customer then pays less, as a share of what he pays."""

    @model_validator(mode="after")
    def _parts_fit(self) -> Contract:
        if (self.downgrade > 0) != (self.cut is not None):
            raise ValueError("'downgrade' is the chance and 'cut' the size: give both or neither")
        if self.length.expectation() < 1.0:
            raise ValueError("'length' of less than an hour: terms would follow each other without end")
        return self
