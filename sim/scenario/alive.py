"""How many customers of each kind there are on paper, step by step; who comes and when is growth's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.scenario.funnel import Passage
from sim.scenario.kinds import STEPS, Numbers, kinds, mix, segments, telling, warning
from sim.scenario.scenario import Scenario

MOST = 1e15
"""Most of anything that is counted."""
_MOST_KINDS, _LEAST_STEPS = 1_000, 4
"""Kinds of newcomers beyond which own factors are told apart in fewer steps, and the fewest of these."""
_LEAST_FADE = 1e-6
"""Share of what is left by which telling fades, below which it does not."""


class Alive:
    """Customers by loyalty, segment and own factor, with what they live, send and keep away, in equal steps of time."""

    def __init__(self, scenario: Scenario, names: Sequence[str], each: Mapping[str, Passage], hours: float) -> None:
        """`names` are origins, `each` says what becomes of their leads, `hours` is the length of a step."""
        origins, known, base = scenario.demand().origins(), segments(scenario), scenario.customers
        loyal = [float(origins[name].loyalty) for name in names]
        classes, shares = list(dict.fromkeys(loyal)), mix(scenario)
        steps = max(_LEAST_STEPS, min(STEPS, _MOST_KINDS // max(1, len(classes) * len(known))))
        new, old = list(kinds(scenario, steps=steps)), list(kinds(scenario, aged=True))
        places = {name: place for place, name in enumerate(known)}
        self.keeps = base is not None
        self._hours = hours
        self._segment = np.array([places[kind.segment] for kind in new * len(classes) + old])
        self._names = list(known)
        self._new = len(new) * len(classes)
        """Kinds of newcomers; those who were there at the start stand behind them."""
        self._part = np.zeros((len(names), self._new))
        """Share of each kind among those who sign, by origin."""
        for place, name in enumerate(names):
            part = [each[name].segments.get(kind.segment, 0.0) * kind.share for kind in new]
            first = classes.index(loyal[place]) * len(new)
            self._part[place, first : first + len(new)] = part
        rates = [kind.leaving / loyalty for loyalty in classes for kind in new] + [kind.leaving for kind in old]
        self._live = np.exp(-np.minimum(700.0, hours * np.array(rates)))
        count = base.initial.count if base else 0
        start = [count * shares[kind.segment] * kind.share for kind in old]
        self._number = np.array([*np.zeros(self._new), *start])
        self._lived = np.zeros(len(self._number))
        self._gone = np.zeros(len(self._number))
        self._sent = hours * np.array([telling(scenario, segment) for segment in known.values()])[self._segment]
        self._kept = hours * np.array([warning(scenario, segment) for segment in known.values()])[self._segment]
        self._fades = float(base.telling.fades) if base and base.telling else 0.0
        self._told = np.zeros(len(self._number))
        """Leads that each has sent so far, on average."""

    @property
    def count(self) -> float:
        """How many there are."""
        return float(self._number.sum())

    def tell(self) -> float:
        """Leads that they send in a step.

        Who tells ever less by a share f does so on average with readiness (1 - f^2 m)^(1 / f), m being what he has told
        so far: exact for f = 1 and near 0, and close between.
        """
        if self._fades < _LEAST_FADE or not self._sent.any():
            return float(self._number @ self._sent)
        most = self._fades**-2.0
        ready = np.maximum(0.0, 1.0 - self._told / most) ** (1.0 / self._fades)
        sent = np.minimum(self._sent * ready, np.maximum(0.0, most - self._told))
        self._told += sent
        return float(self._number @ sent)

    def warn(self) -> float:
        """Leads that they keep away in a step."""
        return float(self._number @ self._kept)

    def step(self, signed: Numbers) -> float:
        """Let a step go by in which so many sign, by origin; returns how many leave."""
        new = self._new
        stayed = self._number * self._live
        self._gone = np.minimum(MOST, self._gone + self._number - stayed)
        gone = float((self._number - stayed).sum())
        if self.keeps:
            after = stayed[:new] + signed @ self._part
            self._told[:new] *= np.divide(stayed[:new], after, out=np.ones(new), where=after > 0)
            stayed[:new] = after
        stayed = np.minimum(stayed, MOST)
        self._lived = np.minimum(MOST, self._lived + (self._number + stayed) / 2 * self._hours)
        self._number = stayed
        return gone

    def lived(self, initial: bool = False) -> dict[str, float]:
        """Hours lived so far by segment: of all, or of the initial base alone."""
        return self._by_segment(self._lived, self._new if initial else 0)

    def gone(self) -> dict[str, float]:
        """How many have left so far, by segment."""
        return self._by_segment(self._gone)

    def _by_segment(self, amounts: Numbers, first: int = 0) -> dict[str, float]:
        """Amounts of all kinds, or of those from one on, by segment."""
        sums = np.bincount(self._segment[first:], amounts[first:], len(self._names))
        return dict(zip(self._names, sums.tolist(), strict=True))
