"""Call centers that others simulated and published come out again, each figure as its own program defines it.

Both sides are simulated, so both are uncertain: the means may differ by as much as Welch's interval for the difference
of two means allows that holds, for all figures of this folder together, with 99.9 %.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from yardstick import loaded, misses_published, runs, table

from sim.model.journal import Run

CENTERS = table("centers.yaml")
MINUTES, SECONDS = 60.0, 3600.0


@pytest.mark.parametrize("name", CENTERS)
def test_published_centers(name, tmp_path):
    """Arrivals, waits, losses, promises kept and occupancy of a day or a week, against a thousand published ones."""
    case = CENTERS[name]
    scenario = loaded(case["scenario"].replace("PATIENCE", patience()), tmp_path)
    found = [FIGURES[name](Calls.of(run)) for run in runs(scenario, case["futures"])]
    wrong = []
    for figure, (mean, deviation) in case["published"].items():
        wrong += misses_published(figure, [one[figure] for one in found], mean, deviation, 1000)
    assert not wrong, "\n".join([case["source"], *wrong])


def patience() -> str:
    """A thousand values of the smaller of two minutes and an exponential of two minutes, each in the middle of its
    thousandth."""
    values = [min(2.0, -2.0 * math.log1p(-(i + 0.5) / 1000)) for i in range(1000)]
    return f"[{', '.join(f'{value:.6f} min' for value in values)}]"


@dataclass(frozen=True)
class Calls:
    """Every call of a run, one entry each."""

    run: Run
    wait: np.ndarray
    """Hours until answered or gone."""
    handled: np.ndarray
    """Hours of work, 0 where there was none."""
    is_: Mapping[str, np.ndarray]
    """By outcome or type: which calls."""

    @classmethod
    def of(cls, run: Run) -> Calls:
        """Read the journal."""
        started, ended, arrived = (run.column("contacts", name) for name in ("started", "ended", "arrived"))
        masks = {word: run.is_word("contacts", "outcome", word) for word in run.words_of("contacts", "outcome")}
        masks |= {word: run.is_word("contacts", "type", word) for word in run.words_of("contacts", "type")}
        masks["redial"] = run.is_word("contacts", "cause", "redial")
        wait = np.where(masks["served"], started, ended) - arrived
        return cls(run, wait, np.nan_to_num(run.column("contacts", "handled")), masks)

    def count(self, *words: str, within: float = math.inf) -> float:
        """Calls of all these words, that waited less than `within` [h]."""
        mask = np.logical_and.reduce([self.is_[word] for word in words])
        return float((mask & (self.wait < within)).sum())

    def work(self, people: range, *words: str) -> float:
        """Hours that these people of the team worked on calls of these words."""
        server = self.run.column("contacts", "server")
        mask = np.isin(server, people)
        for word in words:
            mask = mask & self.is_[word]
        return float(self.handled[mask].sum())

    def overtime(self, people: range, closing: float) -> float:
        """Hours that these people worked after the time of day [h] at which the desk closes."""
        ended = self.run.column("contacts", "ended")[np.isin(self.run.column("contacts", "server"), people)]
        return float(np.maximum(ended % 24 - closing, 0).sum())


def callcc(calls: Calls) -> dict[str, float]:
    """Per expected call: 1660 on a usual day. Who gave up in time counts as good."""
    expected = 1660
    return {
        "arrivals": float(len(calls.wait)),
        "wait": float(calls.wait.sum()) * SECONDS / expected,
        "good": float((calls.wait < 20 / SECONDS).sum()) / expected,
        "lost": calls.count("abandoned") / expected,
    }


def bilingual(calls: Calls) -> dict[str, float]:
    """A week; a call that is tried again counts as another arrival. Service level per 2500 expected calls."""
    crews = {"english": range(0, 7), "spanish": range(7, 14), "bilingual": range(14, 18)}
    found = {"retrials": calls.count("redial"), "disconnected": calls.count("disconnected")}
    for word in ("english", "spanish"):
        found[f"arrivals.{word}"] = float(calls.is_[word].sum())
        found[f"served.{word}"] = calls.count(word, "served")
        found[f"abandoned.{word}"] = calls.count(word, "abandoned")
        found[f"good.{word}"] = calls.count(word, "served", within=1 / MINUTES) / 2500
    hours = 45.0
    return found | {f"occupancy.{word}": calls.work(crew) / (hours * len(crew)) for word, crew in crews.items()}


def bank(calls: Calls) -> dict[str, float]:
    """A week; service level per call that came, waits of the served per call that came, work per hour on duty."""
    crews = {"savings": range(0, 3), "checking": range(3, 7)}
    limits = {"savings": 60 / SECONDS, "checking": 90 / SECONDS, "balance": 30 / SECONDS}
    found = {word: calls.count(word) for word in ("blocked", "abandoned", "disconnected")}
    for word, limit in limits.items():
        came, served = float(calls.is_[word].sum()), calls.is_[word] & calls.is_["served"]
        found[f"arrivals.{word}"] = came
        found[f"good.{word}"] = calls.count(word, "served", within=limit) / came
        found[f"handled.{word}"] = float(calls.handled[served].mean()) * MINUTES
        found[f"wait.{word}"] = float(calls.wait[served].sum()) * MINUTES / came
    for group, crew in crews.items():
        hours = 45.0 * len(crew) + calls.overtime(crew, 17)
        found[f"occupancy.{group}"] = calls.work(crew) / hours
        found |= {f"work.{group}.{word}": calls.work(crew, word) / hours for word in limits}
    return found


def telethon(calls: Calls) -> dict[str, float]:
    """A week of five mornings; who gives up after two minutes leaves a message."""
    full = (calls.wait >= 2 / MINUTES - 1e-9) & calls.is_["abandoned"]
    return {
        "arrivals": float(len(calls.wait)),
        "served": calls.count("served"),
        "blocked": calls.count("blocked"),
        "abandoned": calls.count("abandoned") - float(full.sum()),
        "messages": float(full.sum()),
        "disconnected": calls.count("disconnected"),
        "good": calls.count("served", within=1 / MINUTES) / 1000,
        "speed": float(calls.wait[calls.is_["served"]].mean()) * MINUTES,
        "occupancy": calls.work(range(0, 12)) / (12 * 20),
    }


FIGURES: dict[str, Callable[[Calls], dict[str, float]]] = {
    "callcc": callcc,
    "bilingual": bilingual,
    "bank": bank,
    "telethon": telethon,
}
