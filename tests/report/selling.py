"""Made-up studies of pipelines for the tests of this folder: leads flow through stages by lot, nothing is simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiments.compare import compare
from sim.experiments.outcome import Outcome
from sim.experiments.study import Study
from sim.report.reading import Reading
from sim.scenario.scenario import Scenario

FOUR = ("qualification", "presentation", "proposal", "negotiation")
WORK = {"team": "reps", "work": "2 h", "thinking": "3 d", "pass_rate": "50 %"}


def sold(name: str, stages: Sequence[str] = FOUR) -> Scenario:
    """A company that sells in these stages, with all that sales can have."""
    tree: dict[str, Any] = {
        "name": name,
        "clock": {"horizon": "24 mo", "report_at": ["12 mo"]},
        "teams": {"reps": {"headcount": 6}},
        "marketing": {"sources": {"website": {"rate": "9 /d"}, "trade_fair": {"rate": "2 /d"}}},
        "sales": {"stages": dict.fromkeys(stages, WORK), "deal": "300 EUR/mo"},
    }
    return Scenario.model_validate(tree)


def flow(rng: np.random.Generator, leads: int, stages: Sequence[str], fates: Mapping[str, Sequence[float]],
         declined: float = 0.6) -> dict[str, float]:  # fmt: skip
    """Figures of one future: each stage sends leads on, loses, forgets and sends them away, or still has them.

    `fates` are the shares of each stage: pass, lost, expired, disqualified, open; "" for stages not named.
    """
    figures: dict[str, float] = {}
    coming, totals = leads, np.zeros(4)
    for stage in stages:
        shares = np.array(fates.get(stage, fates.get("", (0.6, 0.3, 0.0, 0.08, 0.02))))
        passed, *ended = rng.multinomial(coming, shares / shares.sum()).tolist()
        decided = coming - ended[-1]
        figures |= {f"reached.{stage}": coming, f"conversion.{stage}": passed / decided if decided else np.nan,
                    f"stage_time.{stage}": 6.0 + rng.random() if decided else np.nan,
                    f"no_show_rate.{stage}": 0.1 * rng.random()}  # fmt: skip
        for word, count in zip(("lost", "expired", "disqualified", "open"), ended, strict=True):
            figures[f"stage_{word}.{stage}"] = count
        totals += ended
        coming = passed
    lost, closed = totals[0], leads - totals[3]
    because = rng.multinomial(int(lost), [declined, 0.8 * (1 - declined), 0.2 * (1 - declined)])
    words = ("lost_because.declined", "lost_because.too_late", "lost_because.unreached")
    figures |= dict(zip(words, because.tolist(), strict=True))
    figures |= {
        f"leads_{word}": count for word, count in zip(("lost", "expired", "disqualified", "open"), totals, strict=True)
    }
    sources = {
        "leads.website": 0.8 * leads,
        "leads.trade_fair": 0.2 * leads,
        "wins_of.website": 0.9 * coming,
        "wins_of.trade_fair": 0.1 * coming,
        "win_rate_of.website": 0.9 * coming / max(leads, 1),
        "win_rate_of.trade_fair": 0.2 * coming / max(leads, 1),
        "cost_per_lead_of.website": 60.0,
        "cost_per_lead_of.trade_fair": 180.0,
    }
    return (
        figures
        | sources
        | {
            "leads": leads,
            "wins": coming,
            "win_rate": coming / closed if closed else np.nan,
            "sales_cycle": 40.0 + rng.random() if coming else np.nan,
            "bookings": 300.0 * coming,
            "discount": 0.07,
            "quota_attainment": coming / 250,
            "calls": 40.0 * leads,
            "conversations": 4.0 * leads,
            "new_mrr": 290.0 * coming,
            "expansion_mrr": 12.0 * coming,
            "contraction_mrr": 0.0,
            "selling_time.reps": 0.34 + 0.01 * rng.random(),
            "ramping.reps": 0.12,
        }
    )


def pipelines(
    plans: Mapping[str, Mapping[str, Any]] | None = None, replications: int = 8, folder: Path = Path("made-up")
) -> Study:
    """A study of plans; each gives `leads`, `stages`, `fates` and `declined` of `flow`, or leaves them out."""
    told = plans or {"baseline": {}}
    outcomes = []
    for plan, about in told.items():
        for number in range(replications):
            found = {}
            for at, part in (("12 mo", 0.5), ("24 mo", 1.0)):
                rng = np.random.default_rng([11, number])
                leads = int(part * about.get("leads", 2000) * (1 + 0.02 * rng.normal()))
                found[at] = {
                    name: float(value)
                    for name, value in flow(
                        rng, leads, about.get("stages", FOUR), about.get("fates", {}), about.get("declined", 0.6)
                    ).items()
                }
            outcomes.append(Outcome(plan, number, found))
    return Study(
        folder=folder,
        plans={plan: sold(plan, about.get("stages", FOUR)) for plan, about in told.items()},
        texts=dict.fromkeys(told, ""),
        outcomes=tuple(outcomes),
        comparison=compare(outcomes) if len(told) > 1 else None,
        confidence=0.95,
        manifest={"program": "0.1.0+made-up", "seed": 1, "replications": replications, "confidence": 0.95},
    )


def reading_of(plans: Mapping[str, Mapping[str, Any]] | None = None, replications: int = 8) -> Reading:
    """The same, read."""
    return Reading(pipelines(plans, replications))
