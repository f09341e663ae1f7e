"""How a new product spreads in one market when some buy by themselves and the rest by hearsay (Bass 1969).

It does not know sellers, prices, customers who leave, or chance: it is the path of the mean in a large market. Rates
are per hour and times in hours; years serve as well if all arguments use them.
"""

import math
from dataclasses import dataclass

from sim.engine.theory.erlang import require


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
