"""Tables of facts from lists of dicts, and the facts of a company that never was, consistent with each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.facts import OUTCOMES, TABLES, index
from sim.model.journal import Run
from sim.scenario.marketing import MarketingPlan
from sim.scenario.scenario import Scenario

NAN = float("nan")
MONTH = 730.5

USUAL: dict[str, dict[str, float]] = {
    "leads": {"rounds": 0, "discount": 0, "fee": 0, "misfit": 0},
    "visits": {"meeting": 1, "round": 0},
    "subscriptions": {"misfit": 0, "age": 0, "told": 0, "warned": 0},
    "team_time": {"layoffs": 0, "absent": 0},
}
"""What columns hold of which nothing is said."""


def words_of(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Lists of words of a run of this scenario."""
    calls = scenario.marketing.prospecting if scenario.marketing else {}
    after = scenario.sales.follow_up if scenario.sales else {}
    return {
        "sources": tuple((scenario.marketing or MarketingPlan()).origins()),
        "activities": (*calls, *after),
        "stages": tuple(scenario.sales.stages) if scenario.sales else (),
        "teams": tuple(scenario.teams),
        "types": tuple(scenario.service.types) if scenario.service else (),
        "channels": tuple(scenario.service.channels) if scenario.service else (),
        "reasons": scenario.service.reasons() if scenario.service else (),
        "segments": tuple(scenario.customers.segments) if scenario.customers else (),
    }


def columns_of(name: str, **given: Any) -> np.ndarray:
    """A table from columns; those not given are nan."""
    size = max(np.size(values) for values in given.values())
    assert set(given) <= {column.name for column in TABLES[name]}
    return np.column_stack([np.broadcast_to(given.get(column.name, NAN), size) for column in TABLES[name]])


def table_of(name: str, rows: list[dict[str, Any]], words: dict[str, tuple[str, ...]]) -> np.ndarray:
    """Rows as numbers: words become codes, an outcome that is not given 'open', a column that is not given nan, but for
    those that say that nothing special happened."""
    array = np.full((len(rows), len(TABLES[name])), NAN)
    known = {column.name for column in TABLES[name]}
    usual = USUAL.get(name, {})
    for number, row in enumerate(rows):
        assert set(row) <= known, f"{name} has no column {set(row) - known}"
        for place, column in enumerate(TABLES[name]):
            value = row.get(column.name, "open" if column.name == "outcome" else usual.get(column.name, NAN))
            if isinstance(value, str):
                choices = words[column.words] if isinstance(column.words, str) else column.words
                value = choices.index(value)
            array[number, place] = value
    return array


class Random:
    """Facts of a company that never was, consistent with each other: what a fuzz of the definitions runs on."""

    def __init__(self, seed: int, leads: int = 200, tickets: int = 400, initial: int = 50) -> None:
        self.draw = np.random.default_rng(seed)
        self.sizes = leads, tickets, initial

    def run(self, plan: Scenario) -> Run:
        """A Run of the plan's horizon."""
        words, end = words_of(plan), float(plan.clock.horizon)
        arrays = {name: np.empty((0, len(columns))) for name, columns in TABLES.items()}
        arrays["leads"], arrays["visits"] = self._pipeline(end)
        arrays["tickets"], arrays["contacts"] = self._desk(end)
        arrays["subscriptions"] = self._base(arrays["leads"], end)
        cared = bool(plan.sales and plan.sales.follow_up)
        arrays["changes"], arrays["tenures"] = self._changes(arrays["subscriptions"], cared), self._tenures()
        arrays["pulse"] = self._pulse(end)
        arrays["team_time"] = self._time(end)
        return Run(plan, 0, 100.0 * end, arrays, words).until(end)

    def _pipeline(self, end: float) -> tuple[np.ndarray, np.ndarray]:
        """Two stages, tries in vain, leads that come back; facts of after the end are cut off later."""
        rng, leads, visits = self.draw, [], []
        for number, created in enumerate(np.sort(rng.uniform(0, end, self.sizes[0])).tolist()):
            at, touch, referred = created + rng.exponential(5.0), NAN, rng.random() < 0.2
            facts = {"lead": number, "source": "referred" if referred else str(rng.choice(["website", "fair"]))}
            facts |= {"created": created, "value": rng.lognormal(5.5, 0.8), "fit": 0.0}
            facts |= {"referrer": float(rng.integers(0, 50)) if referred else NAN}
            for turn in range(2):
                for stage in ("qualification", "closing"):
                    work = {"lead": number, "stage": stage, "team": "reps", "round": turn}
                    while (fate := self._fate(stage)) == "missed":
                        work |= {"started": at, "ended": at + 0.2, "handled": 0.2, "decided": at + 0.2, "server": 0}
                        visits.append(work | {"entered": at - 1.0, "outcome": fate})
                        touch, at = np.fmin(touch, at), at + 20.0
                    asked, server = at - 1.0, int(rng.integers(0, 2))
                    if fate == "expired":
                        work |= {"entered": asked, "decided": at, "started": NAN, "ended": NAN, "handled": NAN}
                        visits.append(work | {"outcome": fate, "server": NAN})
                        break
                    touch, over = np.fmin(touch, at), at + 1.0 + rng.exponential(200.0)
                    work |= {"entered": asked, "started": at, "ended": at + 1.0, "handled": 1.0, "decided": over}
                    visits.append(work | {"outcome": fate, "server": server})
                    at = over + 1.0
                    if fate != "passed":
                        break
                if fate in ("passed", "disqualified") or rng.random() < 0.7:
                    break
                at += 300.0
            word = {"passed": "won", "failed": "lost"}.get(fate, fate)
            facts |= {"first_touch": touch, "outcome": word, "closed": at - 1.0, "stage": stage, "rounds": turn}
            facts |= {"reason": "declined" if word == "lost" else NAN}
            if word == "won":
                facts |= {"discount": rng.uniform(0, 0.3), "fee": rng.uniform(0, 900)}
            leads.append(facts)
        words = {"sources": ("website", "fair", "referred"), "stages": ("qualification", "closing")}
        words["teams"] = ("reps", "agents")
        return table_of("leads", leads, words), table_of("visits", visits, words)

    def _fate(self, stage: str) -> str:
        odds = [0.5, 0.3, 0.05, 0.05, 0.1] if stage == "qualification" else [0.6, 0.3, 0.0, 0.0, 0.1]
        return str(self.draw.choice(["passed", "failed", "expired", "disqualified", "missed"], p=odds))

    def _desk(self, end: float) -> tuple[np.ndarray, np.ndarray]:
        n, rng = self.sizes[1], self.draw
        fates = OUTCOMES["contacts"]
        opened = np.sort(rng.uniform(0, end, n))
        attempts = rng.choice([1, 2, 3], n, p=[0.7, 0.2, 0.1])
        rows, tickets = [], []
        for ticket in range(n):
            channel, at, outcome, cause = int(rng.integers(0, 2)), opened[ticket], 0, "need"
            for attempt in range(1, attempts[ticket] + 1):
                if at > end:
                    break
                fate = rng.choice(fates[1:5], p=[0.78, 0.15, 0.05, 0.02]) if channel == 0 else "served"
                wait = rng.exponential(0.05 if channel == 0 else 5.0) * (fate != "blocked")
                started = at + wait if fate == "served" else NAN
                ended = at + wait + (rng.exponential(0.4) if fate == "served" else 0.0)
                done, resolved = ended <= end, float(fate == "served" and attempt == attempts[ticket])
                facts = {"ticket": ticket, "attempt": attempt, "cause": cause, "tier": 0, "type": "request"}
                facts |= {"channel": ("phone", "email")[channel], "team": "agents", "by": "agents", "customer": 0}
                facts |= {"arrived": at, "due": at + (1 / 60 if channel == 0 else 4.0)}
                facts |= {"started": started if started <= end else NAN}
                if done:
                    facts |= {"ended": ended, "outcome": str(fate), "resolved": resolved}
                    facts |= {"experience": rng.random() * (fate == "served")}
                if done and fate == "served":
                    facts |= {"handled": ended - started, "server": 0}
                rows.append(facts)
                word = ("resolved" if resolved else "unresolved") if fate == "served" else str(fate)
                outcome = OUTCOMES["tickets"].index(word) if done else 0
                cause = "return" if fate == "served" else "redial"
                at = ended + rng.exponential(30.0)
            tickets.append([channel, ended if outcome else NAN, outcome])
        rows.sort(key=lambda row: float(row["arrived"]))
        how, closed, fate = np.array(tickets, dtype=float).T
        about = {"ticket": np.arange(n), "type": 0, "channel": how, "customer": 0, "opened": opened, "contacts": 1}
        words = {"types": ("request",), "channels": ("phone", "email"), "teams": ("reps", "agents")}
        due = opened + 48.0
        return columns_of("tickets", **about, closed=closed, outcome=fate, due=due), table_of("contacts", rows, words)

    def _base(self, leads: np.ndarray, end: float) -> np.ndarray:
        rng, first = self.draw, self.sizes[2]
        winners = leads[leads[:, index("leads", "outcome")] == 1]
        column = {each.name: winners[:, place] for place, each in enumerate(TABLES["leads"])}
        n = first + len(winners)
        won = np.concatenate([np.zeros(first), column["closed"]])
        live = won + np.concatenate([np.zeros(first), rng.exponential(200, len(winners))])
        net = column["value"] * (1.0 - column["discount"])
        left = live + rng.exponential(6000, n)
        # Some leave just when they would have anyway, some too soon, some later or nobody knows when.
        neutral = rng.choice([0.0, 1.0, NAN], n, p=[0.3, 0.6, 0.1]) * rng.normal(0.0, 2000.0, n) + left
        neutral = np.maximum(neutral, live)
        return columns_of(
            "subscriptions",
            customer=np.arange(n),
            lead=np.concatenate([np.full(first, NAN), column["lead"]]),
            origin=np.concatenate([np.zeros(first), np.where(column["source"] == 2, 2, 1)]),
            source=np.concatenate([np.full(first, NAN), column["source"]]),
            value=np.concatenate([rng.lognormal(5.5, 0.8, first), net]),
            won=won,
            live=live,
            left=left,
            satisfaction=0.7,
            told=0,
            misfit=0,
            age=np.concatenate([rng.exponential(5000, first) * (rng.random(first) < 0.5), np.zeros(len(winners))]),
            reason=np.where(neutral <= left, 0, 2),
            neutral=neutral,
            warned=0,
        )

    def _changes(self, base: np.ndarray, cared: bool) -> np.ndarray:
        """Some customers come to pay more, some less, some just renew, at any time while they stay; of those who pay
        more, some were found by a follow-up, if there is any."""
        rng = self.draw
        chosen = rng.integers(0, len(base), len(base))
        live, left, value = (base[chosen, index("subscriptions", name)] for name in ("live", "left", "value"))
        share = rng.choice([0.2, -0.1, 0.0], len(chosen))
        kind = np.array([0.0, 1.0, 2.0])[np.where(share > 0, 0, np.where(share < 0, 1, 2))]
        customer = base[chosen, index("subscriptions", "customer")]
        time = live + rng.random(len(chosen)) * (left - live)
        found = (share > 0) & (rng.random(len(share)) < 0.5) & cared
        cause = np.where(found, 0.0, NAN)
        return columns_of("changes", customer=customer, time=time, kind=kind, change=share * value, cause=cause)

    def _pulse(self, end: float) -> np.ndarray:
        rng, times = self.draw, np.arange(1, int(end / MONTH) + 1) * MONTH
        promoters = rng.random(len(times))
        mood = {"satisfaction": rng.random(len(times)), "promoters": promoters}
        mood |= {"detractors": (1.0 - promoters) * rng.random(len(times))}
        return columns_of("pulse", time=times, customers=9, mrr=1.0, **mood)

    def _tenures(self) -> np.ndarray:
        """Two who were there from the start, one of whom quits and is followed by a newcomer."""
        joined, left, ramped = np.array([0.0, 0.0, 4000.0]), np.array([NAN, 3000.0, NAN]), np.array([0.0, 0.0, 6000.0])
        who = {"team": 0, "server": np.arange(3), "position": np.array([0, 1, 1])}
        end = np.array([NAN, 0.0, NAN])
        return columns_of("tenures", **who, joined=joined, left=left, ramped=ramped, pace=1, odds=0, end=end)

    def _time(self, end: float) -> np.ndarray:
        rng, months = self.draw, int(end / MONTH)
        tables = []
        for team in (0, 1):
            rostered = rng.uniform(200, 400, months)
            steps = {"employed": rng.uniform(2, 3, months) * MONTH, "rostered": rostered}
            steps |= {"on_duty": rostered * rng.uniform(1.0, 1.1, months), "busy": rostered * rng.random(months)}
            steps |= {"queued": rng.exponential(50, months), "hires": rng.integers(0, 2, months)}
            steps |= {"layoffs": rng.integers(0, 2, months), "absent": rng.exponential(20, months)}
            levels = {"headcount": 3, "wanted": rng.integers(2, 5, months)}
            totals = {name: np.cumsum(values) for name, values in steps.items()}
            tables.append(columns_of("team_time", team=team, time=np.arange(1, months + 1) * MONTH, **levels, **totals))
        return np.concatenate(tables)
