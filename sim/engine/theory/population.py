"""How many customers there are when customers come, recommend and leave at constant rates.

It does not know service, satisfaction, contracts or a limited market: it is what the simulated customer base must equal
when those are switched off. Rates are per hour and times in hours; months serve as well if all arguments use them.
"""

import math
from dataclasses import dataclass

from sim.engine.theory.erlang import require


@dataclass(frozen=True)
class CustomerBase:
    """A linear birth-death process with immigration (Kendall 1949); without referral it is M/M/inf (Takacs 1962).

    Raises ValueError for negative or non-finite figures.
    """

    wins: float
    """Customers won from outside [1/h]."""
    churn: float
    """Share of customers who leave per time [1/h]; 1 / churn is the mean lifetime."""
    referral: float = 0.0
    """Customers won per customer and time through recommendation [1/h]."""
    start: float = 0.0
    """Customers at time 0."""

    def __post_init__(self) -> None:
        for name in ("wins", "churn", "referral", "start"):
            require(name, getattr(self, name))

    def mean(self, t: float) -> float:
        """Mean number of customers at time t [h]."""
        return self.start * math.exp(-self._decay * t) + self.wins * self._grown(t)

    def variance(self, t: float) -> float:
        """Variance of the number of customers at time t [h]."""
        grown = self._grown(t)
        from_start = self.start * (self.referral + self.churn) * math.exp(-self._decay * t) * grown
        return from_start + self.wins * grown * (1.0 + self.referral * grown)

    @property
    def steady_mean(self) -> float:
        """Mean number of customers in the long run; infinite when referral keeps up with churn (and anybody comes)."""
        if self._decay > 0:
            return self.wins / self._decay
        return self.start if self._decay == 0 and self.wins == 0 else self._without_bound

    @property
    def steady_variance(self) -> float:
        """Variance of the number of customers in the long run (the law is negative binomial, or Poisson)."""
        if self._decay > 0:
            return self.steady_mean * (1.0 + self.referral / self._decay)
        return 0.0 if self.referral == 0 and self.wins == 0 else self._without_bound

    @property
    def reproduction_number(self) -> float:
        """Customers a customer brings in a lifetime; the base grows without bound from 1 on."""
        if self.churn > 0:
            return self.referral / self.churn
        return math.inf if self.referral > 0 else 0.0

    @property
    def steady_referral_share(self) -> float:
        """Share of all wins that are referred, in the long run (1 when the base grows without bound by referral)."""
        return min(self.reproduction_number, 1.0)

    @property
    def _decay(self) -> float:
        return self.churn - self.referral

    @property
    def _without_bound(self) -> float:
        return math.inf if self.wins > 0 or self.start > 0 else 0.0

    def _grown(self, t: float) -> float:
        """Integral of exp(-decay u) over u from 0 to t [h]."""
        if require("t", t) == 0:
            return 0.0
        x = self._decay * t
        return t if x == 0 else t * -math.expm1(-x) / x
