"""What the live customers feel together: their mean, promoters and detractors; it moves nobody's feeling."""

from __future__ import annotations


class Mood:
    """Running totals over live customers."""

    def __init__(self, promoter: float, detractor: float) -> None:
        """Promoters feel at least `promoter`, detractors less than `detractor` (and are no promoters)."""
        self.live = 0
        self.promoters = 0
        self.detractors = 0
        self._promoter = promoter
        self._detractor = detractor
        self._total = 0.0

    def enter(self, felt: float) -> None:
        """One more is live, feeling so."""
        self.live += 1
        self._total += felt
        self._count(felt, 1)

    def exit(self, felt: float) -> None:
        """One is gone who felt so."""
        self.live -= 1
        self._total -= felt
        self._count(felt, -1)

    def move(self, before: float, after: float) -> None:
        """One feels otherwise than before."""
        self._total += after - before
        self._count(before, -1)
        self._count(after, 1)

    def _count(self, felt: float, change: int) -> None:
        if felt >= self._promoter:
            self.promoters += change
        elif felt < self._detractor:
            self.detractors += change

    def mean(self) -> float | None:
        """Mean satisfaction; None while there is nobody."""
        return self._total / self.live if self.live else None
