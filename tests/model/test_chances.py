"""How a stage is decided: what moves the odds and by how much, what is given for a yes, and why a no was one."""

from __future__ import annotations

import math
from typing import Any

import pytest
from small import LEADS, pipeline, selling

from sim.model.loyalty import odds

HALVED = {"decay": "steps", "after": ["30 min"], "factors": [0.5]}
ASKING = {"stage": "first", "share": 1, "ticket": "request", "answered": 1, "unanswered": -3}
NOBODY = {"reps": {"headcount": 1}, "agents": {"headcount": 0, "waiting_room": 0}}
"""A question finds no line and is unanswered at once."""
NEAR = 1e-9


def fate(desk: Any, rows: Any, number: int = 0) -> tuple[str, Any]:
    lead = rows(desk.run_ or desk.run(), "leads")[number]
    return lead["outcome"], lead["reason"]


def test_chances_fade_in_the_stage_of_entry_alone(stage: Any, rows: Any) -> None:
    """Three leads for one rep; the second and third wait an hour and have half the chances where they come in.

    Whoever comes into the second stage has half the chances there; who has come through the first has all of them.
    """
    sources = {"web": {"rate": "0 /d"}, "partner": {"rate": "0 /d", "enters": "second"}}
    desk = stage(sales=pipeline({}, {}, response=HALVED), marketing={"sources": sources})
    desk.lead(9.0, (0.9, 1.0, 0.0), (0.0, 1.0, 0.0))
    desk.lead(9.0, (0.24, 1.0, 0.0), (0.49, 1.0, 0.0))
    desk.lead(10.0, (0.0, 1.0, 0.0), (0.26, 1.0, 0.0), source=1)
    assert fate(desk, rows, 1) == ("won", pytest.approx(math.nan, nan_ok=True))
    assert fate(desk, rows, 2) == ("lost", "too_late")


@pytest.mark.parametrize("origin", ["organic", "referral", "won_back", "prospecting"])
def test_leads_that_were_called_wait_for_no_answer(stage: Any, rows: Any, origin: str) -> None:
    """An hour's wait costs all but the prospected half of their chances, and lets all but them expire."""
    desk = stage(**selling(response=HALVED, expiry="5 h"))
    desk.lead(9.0, (0.9, 1.0, 0.0))
    desk.lead(9.0, (0.4, 1.0, 0.0), origin=origin, expiry=5.0)
    desk.lead(10.5, (0.9, 3.0, 0.0))
    desk.lead(11.0, (0.4, 1.0, 0.0), origin=origin, expiry=1.0)
    called = origin == "prospecting"
    assert fate(desk, rows, 1)[0] == ("won" if called else "lost")
    assert fate(desk, rows, 3)[0] == ("won" if called else "expired")


def question(stage: Any, u: float, **sales: Any) -> Any:
    desk = stage(**selling(questions=ASKING, **sales), teams=NOBODY)
    desk.lead(9.0, (0.9, 1.0, 0.0))
    desk.lead(9.0, (u, 1.0, 0.0), key=12)
    return desk


@pytest.mark.parametrize(
    ("u", "reason"),
    [
        (odds(0.5, -3) * 0.5 - NEAR, None),
        (odds(0.5, -3) * 0.5 + NEAR, "too_late"),
        (odds(0.5, -3) - NEAR, "too_late"),
        (odds(0.5, -3) + NEAR, "question"),
        (0.25 - NEAR, "question"),
        (0.25 + NEAR, "declined"),
        (0.9, "declined"),
    ],
)
def test_the_reason_of_a_loss_is_what_alone_would_have_won(stage: Any, rows: Any, u: float, reason: Any) -> None:
    """An hour too late, and unanswered: half of odds(50 %, -3) are left.

    Answered at once he had odds(50 %, -3), with a good answer half of 50 %; the first of them that would have won him
    counts; who needed both declined.
    """
    found = fate(question(stage, u, response=HALVED), rows, 1)
    assert found[0] == ("won" if reason is None else "lost")
    assert found[1] == reason if reason else math.isnan(found[1])


def test_an_unanswered_question_is_no_reason_with_the_loop_off(stage: Any, rows: Any) -> None:
    """Then it moves nothing, and whoever says no has declined."""
    desk = stage(**selling(questions=ASKING), teams=NOBODY, loops={"presale": {"on": False}})
    desk.lead(9.0, (0.49, 1.0, 0.0))
    desk.lead(9.0, (0.51, 1.0, 0.0))
    assert [fate(desk, rows, n)[0] for n in (0, 1)] == ["won", "lost"]
    assert fate(desk, rows, 1)[1] == "declined"


def test_no_room_is_a_reason_of_its_own(stage: Any, rows: Any) -> None:
    """A team without a waiting room sends the second lead away, who is not nurtured either."""
    teams = {"reps": {"headcount": 1, "waiting_room": 0}, "agents": {"headcount": 1}}
    desk = stage(**selling(nurture={"lost": 1, "after": "1 d"}), teams=teams)
    desk.lead(9.0, (0.4, 3.0, 0.0))
    desk.lead(10.0, (0.4, 1.0, 0.0))
    assert fate(desk, rows, 1) == ("lost", "no_room")
    assert rows(desk.run_, "leads")[1]["closed"] == 10.0


def test_skill_and_talent_move_the_odds_and_the_time_of_thinking(stage: Any, rows: Any) -> None:
    """Twice the standard: +1 on the odds (73 % of 50 %), and a buyer who thinks half as long."""
    teams = {"reps": {"headcount": 1, "skills": {"trust": 2}}, "agents": {"headcount": 1}}
    parts = selling({"thinking": "4 h"}, skills={"trust": {"odds": 1, "cycle": 1}})
    desk = stage(**parts, teams=teams)
    desk.lead(9.0, (odds(0.5, 1) - NEAR, 1.0, 4.0))
    desk.lead(12.0, (odds(0.5, 1) + NEAR, 1.0, 4.0))
    run = desk.run()
    assert [(lead["outcome"], lead["closed"]) for lead in rows(run, "leads")] == [("won", 12.0), ("lost", 15.0)]


DEALING = {"discount": {"stage": "first", "usual": 0.1, "odds": 10}}


def dealing(build: Any, skill: float = 1.0, **discount: Any) -> Any:
    teams = {"reps": {"headcount": 1, "skills": {"haggling": skill}}, "agents": {"headcount": 1}}
    plan = DEALING["discount"] | discount
    parts = selling({}, {}, discount=plan, skills={"haggling": {"discount": 1}})
    return build(**parts, teams=teams, customers={"leaving": {"base": "0 %/yr"}})


def test_a_customer_pays_the_price_after_discount(stage: Any, rows: Any) -> None:
    """10 % off: the lead keeps its list price, the customer pays 90 a month."""
    desk = dealing(stage)
    desk.lead(9.0, (0.4, 1.0, 0.0), (0.4, 1.0, 0.0), value=100.0)
    run = desk.run()
    lead, customer = rows(run, "leads")[0], rows(run, "subscriptions")[0]
    assert (lead["value"], lead["discount"], customer["value"]) == (100.0, 0.1, pytest.approx(90.0))
    assert run.tables["pulse"][-1][2] == pytest.approx(90.0)


def test_skill_gives_less_and_what_is_given_moves_the_odds_of_its_stage_alone(stage: Any, rows: Any) -> None:
    """Half the skill gives 20 %: ten points beyond the usual add 1 to the first stage and nothing to the second."""
    for u, after, outcome in (
        (odds(0.5, 1) - NEAR, 0.5 - NEAR, "won"),
        (odds(0.5, 1) + NEAR, 0.4, "lost"),
        (0.4, 0.5 + NEAR, "lost"),
    ):
        desk = dealing(stage, 0.5)
        desk.lead(9.0, (u, 1.0, 0.0), (after, 1.0, 0.0))
        assert fate(desk, rows)[0] == outcome
        assert rows(desk.run_, "leads")[0]["discount"] == pytest.approx(0.2)


def test_a_good_negotiator_gives_less_and_that_costs_chances(stage: Any, rows: Any) -> None:
    """Twice the skill gives 5 %: five points below the usual take 0.5 off the odds."""
    desk = dealing(stage, 2.0)
    desk.lead(9.0, (odds(0.5, -0.5) - NEAR, 1.0, 0.0), (0.4, 1.0, 0.0))
    desk.lead(9.0, (odds(0.5, -0.5) + NEAR, 1.0, 0.0), (0.4, 1.0, 0.0))
    assert [fate(desk, rows, n)[0] for n in (0, 1)] == ["won", "lost"]
    assert rows(desk.run_, "leads")[1]["discount"] == pytest.approx(0.05)


def test_nobody_gives_more_than_the_most(stage: Any, rows: Any) -> None:
    """A tenth of the skill would give everything away: 30 % it is."""
    desk = dealing(stage, 0.1, most=0.3)
    desk.lead(9.0, (0.4, 1.0, 0.0), (0.4, 1.0, 0.0))
    fate(desk, rows)
    assert rows(desk.run_, "leads")[0]["discount"] == 0.3


def test_who_never_came_so_far_has_no_discount(stage: Any, rows: Any) -> None:
    """The price is negotiated in the second stage; a loss in the first gives nothing."""
    desk = dealing(stage, stage="second")
    desk.lead(9.0, (0.6, 1.0, 0.0), (0.4, 1.0, 0.0))
    desk.lead(9.0, (0.4, 1.0, 0.0), (0.6, 1.0, 0.0))
    desk.run()
    assert [lead["discount"] for lead in rows(desk.run_, "leads")] == [0.0, 0.1]


@pytest.mark.parametrize(("per", "given"), [("month", 0.1 + 0.5 / 2), ("quarter", 0.1 + 0.5 / 6)])
def test_the_further_behind_its_quota_the_more_a_team_gives(stage: Any, rows: Any, per: str, given: float) -> None:
    """At the middle of the first month nothing is sold: half a month, or a sixth of a quarter, behind."""
    quota = {"amount": "1000 EUR/mo", "per": per}
    desk = stage(
        **selling(discount={"stage": "first", "usual": 0.1, "pressure": 0.5}, quota=quota),
        clock={"hours": "always", "horizon": "2 mo"},
    )
    desk.lead(730.5 / 2 - 1.0, (0.4, 1.0, 0.0))
    desk.run()
    assert rows(desk.run_, "leads")[0]["discount"] == pytest.approx(given)


def test_the_discount_of_a_lead_is_the_same_whoever_else_comes(stage: Any, rows: Any) -> None:
    """It is picked by the lead's key from a law between 0 and 20 %, and differs from key to key."""
    found = []
    for others in (0, 5):
        desk = stage(**selling(discount={"stage": "first", "usual": {"dist": "uniform", "low": 0.0, "high": 0.2}}))
        for number in range(others):
            desk.lead(9.0, (0.4, 0.1, 0.0), key=900 + number)
        desk.lead(10.0, (0.4, 0.1, 0.0), key=5)
        desk.lead(10.0, (0.4, 0.1, 0.0), key=6)
        run = desk.run()
        found.append([lead["discount"] for lead in rows(run, "leads")][-2:])
    assert found[0] == found[1]
    assert found[0][0] != found[0][1]
    assert all(0 <= share <= 0.2 for pair in found for share in pair)


def test_the_fee_is_due_at_the_win_and_only_then(stage: Any, rows: Any) -> None:
    """500 for the won one, nothing for the lost and the open one."""
    desk = stage(**selling(fee="500 EUR"), clock={"horizon": "12 h"})
    desk.lead(9.0, (0.4, 1.0, 0.0))
    desk.lead(9.0, (0.6, 1.0, 0.0))
    desk.lead(9.0, (0.4, 5.0, 0.0))
    assert [lead["fee"] for lead in rows(desk.run(), "leads")] == [500.0, 0.0, 0.0]


def test_without_stages_leads_pay_the_list_price_and_a_fee(stage: Any, rows: Any) -> None:
    """Customers sign up by themselves."""
    desk = stage(sales={"deal": "100 EUR/mo", "fee": "50 EUR"}, marketing=LEADS)
    desk.lead(9.0)
    lead = rows(desk.run(), "leads")[0]
    assert (lead["outcome"], lead["discount"], lead["fee"]) == ("won", 0.0, 50.0)
