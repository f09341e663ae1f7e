"""How a new product spreads in one market when some buy by themselves and the rest by hearsay (Bass 1969).

It does not know sellers, prices or customers who leave. The closed form is the path of a large market, where chance
does not matter; the mean of a market of some hundred people lies a little beside it and is reckoned from the chain of
all states. Rates are per hour and times in hours; years serve as well if all arguments use them.
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.engine.theory.erlang import require

_MOST_STEPS = 2e9


@dataclass(frozen=True)
class Diffusion:
    """The share F of the market that has bought, from F' = (innovation + imitation F) (1 - F) and F(0) = 0.

    Raises ValueError for negative or non-finite figures, or without innovation: nobody would be the first.
    """

    innovation: float
    """Rate at which whoever has not bought does so by himself (p) [1/h]."""
    imitation: float
    """Rate at which he would, were everybody else a buyer, beyond that (q) [1/h]."""

    def __post_init__(self) -> None:
        require("innovation", self.innovation, positive=True)
        require("imitation", self.imitation)

    def bought(self, t: float) -> float:
        """Share of the market that has bought by time t [h]."""
        faded = math.exp(-self._pace * require("t", t))
        return -math.expm1(-self._pace * t) / (1.0 + self.imitation / self.innovation * faded)

    def sales(self, t: float) -> float:
        """Share of the market that buys per time at time t [1/h]."""
        bought = self.bought(t)
        return (self.innovation + self.imitation * bought) * (1.0 - bought)

    def bought_of(self, size: int, t: float) -> float:
        """Mean share of a market of `size` people that has bought by time t [h]: a pure birth process.

        By uniformization (Jensen 1953), to 1e-9. Raises ValueError for a size below 1, or one that takes too long.
        """
        if size != int(size) or size < 1:
            raise ValueError(f"size must be a whole number of at least 1, found {size}")
        buyers = np.arange(size + 1.0)
        births = (self.innovation * size + self.imitation * buyers) * (1.0 - buyers / size)
        pace = float(births.max())
        steps = pace * require("t", t)
        last = steps + 8.0 * math.sqrt(steps) + 30.0
        if last * size > _MOST_STEPS:
            raise ValueError(f"a market of {size} takes too long to reckon; the closed form is as good there")
        up, state, total = births / pace, np.zeros(size + 1), 0.0
        state[0] = 1.0
        for step in range(math.ceil(last)):
            # In logarithms: exp(-steps) alone vanishes after some 700 steps.
            log = (step * math.log(steps) if step else 0.0) - steps - math.lgamma(step + 1.0) if steps else -math.inf
            if log > -50.0:
                total += math.exp(log) * float(state @ buyers)
            moved = up * state
            state = state - moved
            state[1:] += moved[:-1]
        return total / size

    @property
    def peak_time(self) -> float:
        """When most buy [h]; 0 when hearsay is no stronger than people's own will."""
        if self.imitation <= self.innovation:
            return 0.0
        return math.log(self.imitation / self.innovation) / self._pace

    @property
    def peak_sales(self) -> float:
        """Largest share of the market that buys per time [1/h]."""
        return self.sales(self.peak_time)

    @property
    def bought_at_peak(self) -> float:
        """Share of the market that has bought when most buy: always less than half of it."""
        return self.bought(self.peak_time)

    @property
    def _pace(self) -> float:
        return self.innovation + self.imitation
