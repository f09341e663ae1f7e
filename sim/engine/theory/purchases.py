"""How often customers buy again who silently stop some day (the BG/NBD model of Fader, Hardie and Lee 2005).

It does not know what they pay, what they feel, nor how a model is fitted to records. Rates are per hour and times in
hours; weeks serve as well if all arguments use them.

A customer is there at time 0. He buys at moments of a Poisson process with a rate of his own, gamma distributed over
customers, and after each of these purchases he stops with a chance of his own, beta distributed over customers.
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.engine.theory.erlang import require

_NEAR = 1e-4
"""Around a = 1 the closed form is 0 / 0: there it is taken as the mean of its two sides."""


@dataclass(frozen=True)
class RepeatBuyers:
    """Customers by mean and coefficient of variation of their rates and of their chances to stop.

    Raises ValueError for figures that are impossible, or a spread of chances that no beta law has.
    """

    rate: float
    """Mean rate of purchases while a customer stays [1/h]."""
    rate_cv: float
    """Coefficient of variation of that rate; 0 for equal customers."""
    dropout: float
    """Mean chance to stop after a purchase."""
    dropout_cv: float
    """Coefficient of variation of that chance; 0 for equal customers."""

    def __post_init__(self) -> None:
        require("rate", self.rate, positive=True)
        require("rate_cv", self.rate_cv)
        require("dropout_cv", self.dropout_cv)
        if not 0.0 <= self.dropout <= 1.0:
            raise ValueError(f"dropout must be between 0 and 1, found {self.dropout}")
        if self.dropout_cv > 0 and self.dropout_cv**2 * self.dropout >= 1.0 - self.dropout:
            raise ValueError(f"chances with a mean of {self.dropout} cannot vary by {self.dropout_cv}")

    @classmethod
    def bg_nbd(cls, r: float, alpha: float, a: float, b: float) -> "RepeatBuyers":
        """Customers by the parameters of the paper: gamma(r, alpha) rates and beta(a, b) chances; alpha is a time [h].

        Raises ValueError for a parameter that is not above 0.
        """
        for name, value in (("r", r), ("alpha", alpha), ("a", a), ("b", b)):
            require(name, value, positive=True)
        return cls(r / alpha, 1.0 / math.sqrt(r), a / (a + b), math.sqrt(b / (a * (a + b + 1.0))))

    def expected(self, t: float) -> float:
        """Mean number of purchases of a customer in a time of t [h], stopped or not."""
        require("t", t)
        if t == 0:
            return 0.0
        if self.dropout_cv == 0:
            return self._of_equal_chances(t)
        if self.rate_cv < 0.05 or self.dropout_cv < 0.01:
            return self._summed(t)
        sides = (-_NEAR, _NEAR) if abs(self._a - 1.0) < _NEAR else (0.0,)
        return sum(self._closed(t, self._a + side) for side in sides) / len(sides)

    @property
    def _a(self) -> float:
        """First parameter of the beta law of chances."""
        return (1.0 - self.dropout) / (self.dropout_cv * self.dropout_cv) - self.dropout

    @property
    def _b(self) -> float:
        """Its second parameter."""
        return self._a * (1.0 - self.dropout) / self.dropout

    @property
    def _r(self) -> float:
        """First parameter of the gamma law of rates."""
        return 1.0 / (self.rate_cv * self.rate_cv)

    def _closed(self, t: float, a: float) -> float:
        """Equation 9 of the paper, by Gauss's hypergeometric function."""
        from scipy.special import hyp2f1

        r, b = self._r, self._b
        alpha = r / self.rate
        series = float(hyp2f1(r, b, a + b - 1.0, t / (alpha + t)))
        return (a + b - 1.0) / (a - 1.0) * (1.0 - math.exp(-r * math.log1p(t / alpha)) * series)

    def _of_equal_chances(self, t: float) -> float:
        """The rate decays as dropout takes buyers away, the busiest first."""
        taken = self.dropout * self.rate * t
        if taken == 0:
            return self.rate * t
        if self.rate_cv == 0:
            return -math.expm1(-taken) / self.dropout
        r = self._r
        return -math.expm1(-r * math.log1p(taken / r)) / self.dropout

    def _summed(self, t: float) -> float:
        """The sum over n of the chances that there are n moments to buy and that he has not stopped before the nth.

        Slower, and sure where Gauss's function has parameters too large for it: customers who hardly differ.
        """
        from scipy.special import betainc, gammainc

        moments = self.rate * t
        spread = moments * self.rate_cv
        n = np.arange(1.0, math.ceil(moments + 10.0 * math.sqrt(moments) + 40.0 * spread * (1.0 + self.rate_cv) + 30.0))
        a, b = self._a, self._b
        stays = np.cumprod(np.concatenate([[1.0], (b + n[:-1] - 1.0) / (a + b + n[:-1] - 1.0)]))
        if self.rate_cv == 0:
            return float(gammainc(n, moments) @ stays)
        return float(betainc(n, self._r, moments / (self._r + moments)) @ stays)
