"""Opportunities in people's hands: who keeps them, what changing hands costs, what carrying many does."""

from __future__ import annotations

from typing import Any

import pytest
from small import ALWAYS, FAIL, PASS, selling

from sim.engine.streams import Streams
from sim.model.company import Company
from sim.model.loyalty import odds

NEAR = 1e-9
LOSS = {"owner_left": -2}
TWO = {"reps": {"headcount": 2}, "agents": {"headcount": 1}}
PAIR = {"hunters": {"headcount": 2}, "reps": {"headcount": 2}, "agents": {"headcount": 1}}


def quits(desk: Any, time: float, team: str = "reps", place: int = 0) -> Any:
    """Somebody leaves; returns who."""
    servers = desk.company.teams[team].servers
    who = servers[place]
    desk.at(time, lambda: desk.company.teams[team].leave(who))
    return who


def of(run: Any, rows: Any, lead: int = 0) -> list[dict[str, Any]]:
    return [visit for visit in rows(run, "visits") if visit["lead"] == lead]


def test_each_team_has_a_keeper_of_its_own(stage: Any, rows: Any) -> None:
    """Hunters, reps, hunters, reps: whoever of each team had it first has it again, though colleagues are free."""
    stages = [{"team": team} for team in ("hunters", "reps", "hunters")]
    desk = stage(**selling(*stages), teams=PAIR)
    desk.lead(9.0, (FAIL, 4.0, 0.0), (PASS, 1.0, 0.0), (PASS, 1.0, 0.0), key=1)
    desk.lead(9.0, (PASS, 1.0, 0.0), (PASS, 1.0, 0.0), (PASS, 1.0, 0.0), key=2)
    visits = of(desk.run(), rows, 1)
    assert [visit["server"] for visit in visits] == [1.0, 0.0, 1.0]
    assert rows(desk.run_, "leads")[1]["outcome"] == "won"


@pytest.mark.parametrize(("time", "outcome"), [(20.0, "lost"), (11.5, "lost"), (9.5, "won")])
def test_an_owner_who_leaves_hands_over_with_a_loss(stage: Any, rows: Any, time: float, outcome: str) -> None:
    """Gone before the second stage begins, or while it waits for him; whoever leaves before he had it costs nothing."""
    desk = stage(**selling({"thinking": "13 h"}, {}, handover=LOSS), teams=TWO)
    u = odds(0.5, -2)
    thinks = 13.0 if time == 20.0 else 1.0
    desk.lead(9.6, (PASS, 1.0, thinks), (u + NEAR, 1.0, 0.0), key=1)
    desk.lead(10.0, (FAIL, 4.0, 0.0), (PASS, 1.0, 0.0), key=2)
    desk.lead(10.65, (FAIL, 4.0, 0.0), (PASS, 1.0, 0.0), key=3)
    quits(desk, time)
    run = desk.run()
    lead = rows(run, "leads")[0]
    assert (lead["outcome"], lead["stage"]) == (outcome, "second")
    assert outcome == "won" or lead["reason"] == "handover"


def test_the_loss_moves_the_odds_by_what_is_said(stage: Any, rows: Any) -> None:
    """-2 on 50 %: on either side of 12 %."""
    for u, outcome in ((odds(0.5, -2) - NEAR, "won"), (odds(0.5, -2) + NEAR, "lost")):
        desk = stage(**selling({"thinking": "1 d"}, {}, handover=LOSS), teams=TWO)
        desk.lead(9.0, (PASS, 1.0, 24.0), (u, 1.0, 0.0))
        quits(desk, 20.0)
        assert rows(desk.run(), "leads")[0]["outcome"] == outcome


def test_an_owner_who_leaves_between_two_meetings_is_missed_as_well(stage: Any, rows: Any) -> None:
    """The colleague who holds the second meeting gets to know the case first (half an hour), and the odds suffer."""
    handover = LOSS | {"work": "30 min"}
    desk = stage(**selling({"meetings": 2, "between": "1 d"}, handover=handover), teams=TWO)
    desk.lead(9.0, (odds(0.5, -2) + NEAR, 1.0, 0.0))
    quits(desk, 20.0)
    run = desk.run()
    assert [visit["handled"] for visit in of(run, rows)] == [1.0, 1.5]
    assert rows(run, "leads")[0]["reason"] == "handover"


def test_whoever_leaves_in_the_middle_of_the_work_costs_the_odds_too(stage: Any, rows: Any) -> None:
    """He puts it down at ten, his colleague finishes it: a new lead's only owner has gone."""
    desk = stage(**selling(handover=LOSS), teams=TWO)
    desk.lead(9.0, (odds(0.5, -2) + NEAR, 2.0, 0.0))
    quits(desk, 10.0)
    run = desk.run()
    assert of(run, rows)[0]["server"] == 1.0
    assert rows(run, "leads")[0]["reason"] == "handover"


def test_a_colleague_who_finishes_what_was_put_down_at_night_costs_nothing(stage: Any, rows: Any) -> None:
    """Both are there in the morning, the first is given what came first: no case has changed hands for good."""
    desk = stage(**selling(handover=LOSS), teams=TWO)
    desk.lead(15.0, (0.49, 4.0, 0.0), key=1)
    desk.lead(15.5, (0.49, 4.0, 0.0), key=2)
    run = desk.run()
    assert [lead["outcome"] for lead in rows(run, "leads")] == ["won", "won"]


@pytest.mark.parametrize("owned", [True, False])
def test_without_keepers_nobody_who_leaves_is_missed(stage: Any, rows: Any, owned: bool) -> None:
    """owned: false: whoever is free goes on, and that is how it was meant."""
    desk = stage(**selling({"thinking": "1 d"}, {}, handover=LOSS | {"work": "1 h"}, owned=owned), teams=TWO)
    desk.lead(9.0, (PASS, 1.0, 24.0), (0.4, 1.0, 0.0))
    quits(desk, 20.0)
    run = desk.run()
    assert rows(run, "leads")[0]["outcome"] == ("lost" if owned else "won")
    assert of(run, rows)[1]["handled"] == (2.0 if owned else 1.0)


def test_passing_it_on_to_another_team_takes_work_and_costs_odds(stage: Any, rows: Any) -> None:
    """Half an hour to get to know the case and -2 in the stage after the hand-over, in none before or after it."""
    stages = [{"team": "hunters"}, {"team": "reps"}, {"team": "reps"}]
    parts = selling(*stages, handover={"between_teams": -2, "work": "30 min"})
    u = odds(0.5, -2)
    for second, outcome in ((u - NEAR, "won"), (u + NEAR, "lost")):
        desk = stage(**parts, teams=PAIR)
        desk.lead(9.0, (0.5 - NEAR, 1.0, 0.0), (second, 1.0, 0.0), (0.5 - NEAR, 1.0, 0.0))
        run = desk.run()
        lead = rows(run, "leads")[0]
        assert lead["outcome"] == outcome
        assert [visit["handled"] for visit in of(run, rows)] == [1.0, 1.5, 1.0][: 3 if outcome == "won" else 2]
    assert lead["reason"] == "handover"


def test_who_gets_to_know_the_case_for_nothing_knows_it_at_the_next_try(stage: Any, rows: Any) -> None:
    """Nobody comes to the first meeting after the hand-over: its half hour is spent then, and not again."""
    way = {"visit": {"no_show": 0.999999, "again": "1 h", "attempts": 2, "wasted": "6 min"}}
    stages = [{"team": "hunters"}, {"team": "reps", "interaction": "visit"}]
    desk = stage(**selling(*stages, interactions=way, handover={"work": "30 min"}), teams=PAIR)
    desk.lead(9.0, (PASS, 1.0, 0.0), (PASS, 1.0, 0.0))
    handled = [visit["handled"] for visit in of(desk.run(), rows)]
    assert handled == [1.0, pytest.approx(0.6), pytest.approx(0.1)]


def test_carrying_too_many_or_too_few_costs_chances(stage: Any, rows: Any) -> None:
    """Best is 2, loss 1: who carries one loses 0.25, two nothing, three 0.25, five 2.25, of which 1 at most counts."""
    plan = {"best": 2, "loss": 1, "most": 1}
    expected = {1: 0.25, 2: 0.0, 3: 0.25, 5: 1.0}
    for carried, loss in expected.items():
        for shift in (-NEAR, NEAR):
            desk = stage(**selling({"thinking": "3 h"}, workload=plan))
            for number in range(carried - 1):
                desk.lead(9.0, (FAIL, 0.1, 200.0), key=100 + number)
            desk.lead(9.5, (odds(0.5, -loss) + shift, 1.0, 0.0), key=5)
            lead = rows(desk.run(), "leads")[carried - 1]
            reason = "workload" if loss else "declined"
            assert (lead["outcome"], lead["reason"]) == ("lost", reason) if shift > 0 else lead["outcome"] == "won"


def test_whoever_worked_an_opportunity_last_carries_it_until_it_is_closed(stage: Any) -> None:
    """Counted by hand while a lead goes from team to team, then to nurture and back; nobody carries it in the end."""
    stages = [{"team": "hunters", "thinking": "1 h", "pass_rate": 1}, {"thinking": "1 h", "pass_rate": 0}]
    parts = selling(*stages, workload={"best": 3, "loss": 1}, nurture={"lost": 1, "after": "10 h"})
    desk = stage(**parts, clock=ALWAYS, teams=PAIR)
    carried = desk.company.sales._carrying._carried

    def count(*teams: str) -> list[int]:
        return [sum(n for server, n in carried.items() if server.team.name == team) for team in teams]

    seen = {}
    for time in (9.5, 10.5, 11.5, 12.5, 14.0, 23.5, 24.5, 25.5, 27.5):
        desk.at(time, lambda time=time: seen.update({time: count("hunters", "reps")}))  # type: ignore[misc]
    desk.lead(9.0, (PASS, 1.0, 1.0), (PASS, 1.0, 1.0))
    desk.run()
    hunter, rep, nobody = [1, 0], [0, 1], [0, 0]
    assert seen[9.5] == seen[10.5] == hunter
    assert seen[11.5] == seen[12.5] == seen[25.5] == rep
    assert seen[23.5] == seen[24.5] == hunter
    assert seen[14.0] == seen[27.5] == nobody
    assert set(carried.values()) == {0}


def test_counts_return_to_nothing_when_everything_is_closed(scenario: Any) -> None:
    """A month of leads through two teams with people who quit, meetings nobody comes to, expiry and nurture."""
    way = {"call": {"no_show": 0.4, "again": "3 h", "attempts": 2}}
    stages = [{"team": "hunters", "interaction": "call", "disqualified": 0.1}, {"meetings": 2, "between": "1 d"}]
    parts = selling(
        *stages,
        interactions=way,
        handover={"between_teams": -0.2, "owner_left": -0.5, "work": "10 min"},
        workload={"best": 10, "loss": 0.5},
        nurture={"lost": 0.5, "expired": 0.5, "after": "2 d"},
        expiry={"dist": "exponential", "mean": "12 h"},
    )
    parts["marketing"] = {"sources": {"web": {"rate": "10 /d", "end": "1 mo"}}}
    teams = {
        "hunters": {"headcount": 3, "turnover": "300 %/yr", "vacancy": "5 d"},
        "reps": {"headcount": 4, "turnover": "300 %/yr", "vacancy": "5 d"},
        "agents": {"headcount": 1},
    }
    company = Company(scenario(**parts, teams=teams, clock={"horizon": "4 mo"}), Streams(3, 0))
    run = company.run(0)
    assert set(run.column("leads", "outcome")) == {1, 2, 3, 4}
    carried = company.sales._carrying._carried  # type: ignore[union-attr]
    assert len(carried) > 7
    assert set(carried.values()) == {0}
