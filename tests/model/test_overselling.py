"""Pressure of the quota lets poor fits through: exactly those, who need more help and leave sooner; off: nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small import ALWAYS, FAIL, PASS, selling

from sim.engine.units import MONTH
from sim.model.company import simulate
from sim.model.loyalty import odds

NEAR = 1e-9
HALF = MONTH / 2 - 1.0
"""Work of an hour from here on is done in the middle of the month: half of the quota behind."""
QUOTA = {"amount": "1000 EUR/mo"}
STAYING = {"leaving": {"base": "0 %/yr"}}


def pushing(build: Any, *stages: dict[str, Any], sales: dict[str, Any] | None = None, **loop: Any) -> Any:
    return build(
        **selling(*stages, quota=QUOTA, **(sales or {})),
        clock={**ALWAYS, "horizon": "2 mo"},
        customers=STAYING,
        teams={"reps": {"headcount": 1}, "agents": {"headcount": 1}},
        loops={"overselling": {"on": True, "bar": 2, "promise": 4, **loop}},
    )


def fates(run: Any, rows: Any) -> list[tuple[str, float]]:
    return [(lead["outcome"], lead["misfit"]) for lead in rows(run, "leads")]


@pytest.mark.parametrize(
    ("first", "second", "fate"),
    [
        (0.5 - NEAR, 0.5 - NEAR, ("won", 0.0)),
        (0.5 + NEAR, 0.5 - NEAR, ("won", 1.0)),
        (odds(0.5, 1) - NEAR, 0.5 - NEAR, ("won", 1.0)),
        (odds(0.5, 1) + NEAR, 0.5 - NEAR, ("lost", 0.0)),
        (0.5 - NEAR, 0.5 + NEAR, ("won", 1.0)),
        (0.5 - NEAR, odds(0.5, 2.003) - NEAR, ("won", 1.0)),
        (0.5 - NEAR, odds(0.5, 2.01) + NEAR, ("lost", 0.0)),
    ],
)
def test_poor_fits_are_exactly_those_who_would_have_said_no(
    stage: Any, rows: Any, first: float, second: float, fate: Any
) -> None:
    """Half a month behind, a bar of 2 and promises of 4 add 1 in the first stage and a little over 2 in the second."""
    desk = pushing(stage, {}, {})
    desk.lead(HALF, (first, 1.0, 0.0), (second, 1.0, 0.0))
    assert fates(desk.run(), rows) == [fate]


def test_stages_between_the_bar_and_the_last_feel_no_pressure(stage: Any, rows: Any) -> None:
    """Three stages: the second decides as ever; with `stage: second` it is the one whose bar is lowered."""
    for bar, outcome in (("first", "lost"), ("second", "won")):
        desk = pushing(stage, {}, {}, {}, stage=bar)
        desk.lead(HALF, (PASS, 1.0, 0.0), (FAIL, 1.0, 0.0), (PASS, 1.0, 0.0))
        assert fates(desk.run(), rows)[0][0] == outcome


def test_who_is_ahead_of_the_quota_lets_nobody_through(stage: Any, rows: Any) -> None:
    """1,000 sold early: no lag, no push, no poor fit."""
    desk = pushing(stage, {})
    desk.lead(1.0, (PASS, 1.0, 0.0), value=1000.0)
    desk.lead(HALF, (0.5 + NEAR, 1.0, 0.0))
    assert fates(desk.run(), rows) == [("won", 0.0), ("lost", 0.0)]


def test_a_lowered_bar_keeps_some_who_should_be_sent_away(stage: Any, rows: Any) -> None:
    """Of 400, 60 % are sent away without pressure; half a month behind it is odds(60 %, -1), the rest poor fits."""
    stages = ({"disqualified": 0.6, "pass_rate": 1, "work": "1 h"}, {"pass_rate": 1})
    for time, kept in ((0.0, 0.4), (HALF, 1 - odds(0.6, -1))):
        desk = stage(
            **selling(*stages, quota={"amount": "1000000 EUR/mo"}),
            clock={**ALWAYS, "horizon": "2 mo"},
            teams={"reps": {"headcount": 400}, "agents": {"headcount": 1}},
            loops={"overselling": {"on": True, "bar": 2, "promise": 0}},
        )
        for number in range(400):
            desk.lead(time, (PASS, 1.0, 0.0), (PASS, 1.0, 0.0), key=13 * number)
        found = fates(desk.run(), rows)
        won = sum(outcome == "won" for outcome, _ in found)
        poor = sum(misfit for _, misfit in found)
        assert {outcome for outcome, _ in found} == {"won", "disqualified"}
        assert abs(won / 400 - kept) < 4 * math.sqrt(kept * (1 - kept) / 400)
        assert abs(poor / 400 - (kept - 0.4)) <= 4 * math.sqrt(max(0.0, kept - 0.4) * (1.4 - kept) / 400) + 0.001


def test_who_was_let_through_once_and_comes_back_is_judged_anew(stage: Any, rows: Any) -> None:
    """Pushed through the first stage, lost in the second, back as the new month begins: won without a push."""
    nurture = {"lost": 1, "after": "366 h", "fit": 10}
    desk = pushing(stage, {}, {}, sales={"nurture": nurture}, promise=0)
    desk.lead(HALF, (FAIL, 1.0, 0.0), (FAIL, 1.0, 0.0))
    run = desk.run()
    visits = [(row["round"], row["outcome"]) for row in rows(run, "visits")]
    assert visits == [(0.0, "passed"), (0.0, "failed"), (1.0, "passed"), (1.0, "passed")]
    assert fates(run, rows) == [("won", 0.0)]


def test_a_poor_fit_uses_up_his_endurance_so_many_times_as_fast(stage: Any, rows: Any) -> None:
    """Two customers alike, one pushed through: he leaves after 2/5 of the time."""
    desk = stage(
        **selling(quota=QUOTA),
        clock={**ALWAYS, "horizon": "2 mo"},
        customers={"leaving": {"base": "876.6 %/yr"}},
        loops={"overselling": {"on": True, "leaving": 2.5}},
    )
    desk.lead(HALF, (FAIL, 1.0, 0.0), threshold=0.1, key=1)
    desk.lead(HALF + 1, (PASS, 1.0, 0.0), threshold=0.1, key=2)
    first, second = rows(desk.run(), "subscriptions")
    assert (first["misfit"], second["misfit"]) == (1.0, 0.0)
    assert first["left"] - first["live"] == pytest.approx(40.0)
    assert second["left"] - second["live"] == pytest.approx(100.0)


def test_poor_fits_need_more_help(scenario: Any) -> None:
    """A thousand customers each: twice the tickets for those pushed through, within 4 standard errors."""
    parts = selling({"work": "1 min", "pass_rate": 0.5}, quota={"amount": "1000000 EUR/mo"})
    parts["marketing"] = {"sources": {"web": {"rate": "1200 /mo"}}}
    loops = {"overselling": {"on": True, "tickets": 2, "promise": 6, "bar": 0}}
    built = scenario(
        **parts,
        clock={**ALWAYS, "horizon": "3 mo"},
        teams={"reps": {"headcount": 20}, "agents": {"headcount": 50}},
        customers=STAYING,
        kinds={"request": {"per_customer": "1 /mo"}},
        loops=loops,
    )
    run = simulate(built, 0, 1)
    misfit, live = run.column("subscriptions", "misfit") > 0, run.column("subscriptions", "live")
    asked = np.bincount(run.column("tickets", "customer").astype(int), minlength=len(live))
    months = (run.horizon - live) / MONTH
    for chosen, rate in ((misfit, 2.0), (~misfit, 1.0)):
        mean = rate * months[chosen].sum()
        assert chosen.sum() > 500
        assert abs(asked[chosen].sum() - mean) < 4 * math.sqrt(mean)


def equal(one: Any, other: Any) -> bool:
    return all(np.array_equal(one.tables[n], other.tables[n], equal_nan=True) for n in one.tables)


def test_off_it_leaves_no_trace(scenario: Any) -> None:
    """Off, or without a quota, every fact is what it is without the block; on, it is not."""

    def run(quota: Any, loop: Any) -> Any:
        parts = selling({"thinking": "2 d"}, {}, **({"quota": quota} if quota else {}))
        parts["marketing"] = {"sources": {"web": {"rate": "3 /d"}}}
        loops = {"overselling": loop} if loop else {}
        teams = {"reps": {"headcount": 3}, "agents": {"headcount": 1}}
        kinds = {"request": {"per_customer": "0.2 /mo"}}
        plan = {"leaving": {"base": "50 %/yr"}}
        built = scenario(**parts, clock={"horizon": "4 mo"}, teams=teams, customers=plan, kinds=kinds, loops=loops)
        return simulate(built, 0, 1)

    plain = run(QUOTA, None)
    assert equal(plain, run(QUOTA, {"on": False, "bar": 9, "tickets": 5, "leaving": 9}))
    assert equal(plain, run(None, None))
    assert equal(plain, run(None, {"on": True}))
    assert not equal(plain, run(QUOTA, {"on": True}))


def test_promises_lower_no_bar(scenario: Any) -> None:
    """With one stage, which qualifies and closes, and a bar of 0: as many are sent away as without pressure."""
    parts = selling({"disqualified": 0.5, "pass_rate": 0.5, "work": "1 min"}, quota={"amount": "1000000 EUR/mo"})
    parts |= {"marketing": {"sources": {"web": {"rate": "20 /d"}}}}

    def sent_away(on: bool) -> int:
        loops = {"overselling": {"on": on, "bar": 0, "promise": 4}}
        run = simulate(scenario(**parts, clock={**ALWAYS, "horizon": "1 mo"}, loops=loops), 0, 1)
        return int(run.is_word("leads", "outcome", "disqualified").sum())

    assert sent_away(on=True) == sent_away(on=False) > 200
