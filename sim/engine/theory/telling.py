"""How a base grows by word of mouth when circles are finite: each lead somebody has sent makes his next less likely.

It does not know satisfaction, lags or a limited market: every lead becomes a customer at once. Rates are per hour and
times in hours; months serve as well if all arguments use them.
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.engine.theory.erlang import require


@dataclass(frozen=True)
class FadingWord:
    """Customers who tell at rate x (1 - fades)^(leads sent so far) and leave: a branching process of as many kinds as
    somebody can have sent leads. Without fading it is a linear birth-death process (Kendall 1949).

    Raises ValueError for negative or non-finite figures, or a share of fading above 1.
    """

    rate: float
    """Leads that a customer sends at first [1/h]."""
    fades: float
    """Share by which each lead he has sent makes every further one less likely."""
    churn: float
    """Share of customers who leave per time [1/h]."""

    def __post_init__(self) -> None:
        require("rate", self.rate)
        require("churn", self.churn)
        if require("fades", self.fades) > 1:
            raise ValueError(f"fades must be at most 1, found {self.fades}")

    @property
    def reproduction_number(self) -> float:
        """Leads a customer sends in a lifetime: the sum over n of the chances that he lives to send the nth."""
        if self.churn == 0:
            return math.inf if self.rate > 0 and self.fades < 1 else float(self.rate > 0)
        if self.fades == 0:
            return self.rate / self.churn
        sent, reached, rate = 0.0, 1.0, self.rate
        while reached > 1e-15:
            reached *= rate / (rate + self.churn)
            sent += reached
            rate *= 1.0 - self.fades
        return sent

    def mean(self, t: float) -> float:
        """Mean number of customers at time t [h], of one who is new at time 0 and all who come from him."""
        return float(self._state(t)[:-1].sum())

    def sent(self, t: float) -> float:
        """Mean number of leads that they have sent by time t [h]."""
        return float(self._state(t)[-1])

    def _state(self, t: float) -> np.ndarray:
        """Mean numbers at time t [h]: customers by leads they have sent, and last all leads sent."""
        from scipy.linalg import expm

        moments = self.rate * require("t", t)
        # Nobody sends as many as would be all but impossible without any fading.
        size = math.ceil(moments + 10.0 * math.sqrt(moments) + 20.0)
        rates = self.rate * (1.0 - self.fades) ** np.arange(size)
        flow = np.zeros((size + 1, size + 1))
        places = np.arange(size)
        flow[places, places] = -rates - self.churn
        flow[places[1:], places[:-1]] = rates[:-1]
        flow[size - 1, size - 1] += rates[-1]
        flow[0, :size] += rates
        flow[size, :size] = rates
        state: np.ndarray = expm(flow * t)[:, 0]
        return state
