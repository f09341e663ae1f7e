"""Who joins and leaves teams, who is missed or away, and what it costs."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate
from sim.metrics.monthly import monthly

MONTH = 730.5
YEAR = 8766.0


def _tenure(team, server, joined, left=math.nan, end=math.nan, ramped=None):
    """Times in months."""
    facts = {"team": team, "server": server, "position": server, "joined": joined * MONTH, "left": left * MONTH}
    return facts | {"ramped": (joined if ramped is None else ramped) * MONTH, "end": end, "pace": 1, "odds": 0}


def _reading(team, month, headcount, employed, **more):
    """Person-months employed so far."""
    facts = {"team": team, "time": month * MONTH, "headcount": headcount, "employed": employed * MONTH, "hires": 0}
    return facts | {"wanted": 3} | more


TENURES = [
    _tenure("agents", 0, 0),
    _tenure("agents", 1, 0, 4, "quit"),
    _tenure("agents", 2, 0, 9, "laid_off"),
    _tenure("agents", 3, 6, ramped=14),
    _tenure("reps", 0, 0, 6, "quit"),
]
READINGS = [
    _reading("agents", 0, 3, 0),
    _reading("agents", 4, 2, 12),
    _reading("agents", 6, 3, 16, hires=1),
    _reading("agents", 12, 2, 31, hires=1, layoffs=1, wanted=2, absent=3.1 * MONTH),
    _reading("reps", 0, 1, 0, wanted=1),
    _reading("reps", 12, 0, 6, wanted=1),
]


@pytest.fixture(scope="module")
def plan(scenario):
    """Agents hired to a ratio, who grow into the job and fall ill."""
    agents = {
        "headcount": 3,
        "wage": "4000 EUR/mo",
        "ramp": {"time": "3 mo"},
        "absence": {"rate": "1 /mo", "length": "2 d"},
        "hire_cost": "3000 EUR",
        "layoff_cost": "7000 EUR",
    }
    rule = {"rule": "ratio", "of": "customers", "per_head": 100, "layoffs": True}
    return scenario(teams={"reps": {"headcount": 1}, "agents": agents}, loops={"hiring": {"teams": {"agents": rule}}})


@pytest.fixture(scope="module")
def run(make_run, plan):
    return make_run(plan, tenures=TENURES, team_time=READINGS)


def test_quits_and_layoffs_are_per_filled_position_and_year(run):
    """One of the agents quit and one was laid off in 31 person-months, one rep quit in 6."""
    told = evaluate(run)
    assert (told["quits.agents"], told["quits.reps"], told["layoffs.agents"]) == (1, 1, 1)
    assert told["quit_rate.agents"] == told["layoff_rate.agents"] == pytest.approx(12 / 31)
    assert told["quit_rate"] == pytest.approx(2 * 12 / 37)
    assert "layoffs.reps" not in told, "nobody decides on their number"
    early = evaluate(run.until(6 * MONTH))
    assert (early["quits.agents"], early["layoffs.agents"]) == (1, 0)


def test_vacancies_are_what_is_wanted_and_not_filled(run):
    """Agents: 16 of 18 positions wanted until month 6, then 15 of 2.5 x 5 and 2; half of the one rep."""
    told = evaluate(run)
    assert told["vacancy.agents"] == pytest.approx(2 / 32.5)
    assert told["vacancy.reps"] == pytest.approx(1 / 2)
    assert told["headcount_mean.agents"] == pytest.approx(31 / 12)
    assert (told["headcount_wanted.agents"], told["headcount.agents"]) == (2, 2)


def test_more_people_than_wanted_fill_no_gap_of_another_month(make_run, plan):
    """One too many in the first half of the year does not make up for the one missing in the second."""
    readings = [_reading("agents", 0, 4, 0), _reading("agents", 6, 4, 24), _reading("agents", 12, 2, 36)]
    told = evaluate(make_run(plan, team_time=readings))
    assert told["vacancy.agents"] == pytest.approx(6 / 36)
    full = [_reading("agents", 0, 3, 0), _reading("agents", 12, 3, 36.0000000001)]
    assert evaluate(make_run(plan, team_time=full))["vacancy.agents"] == 0.0


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        ({"rule": "plan", "steps": [{"from": "3 mo", "headcount": 5}]}, 3),
        ({"rule": "plan", "steps": [{"from": "3 mo", "headcount": 5}]}, 5),
        ({"rule": "ratio", "of": "customers", "per_head": 100}, 3),
        ({"rule": "ratio", "of": "customers", "per_head": 100, "every": "3 mo"}, 3),
        ({"rule": "ratio", "of": "customers", "per_head": 100, "every": "3 mo"}, 5),
    ],
)
def test_new_positions_are_vacant_from_the_decision_on(make_run, scenario, rule, read):
    """Two more, decided after three months and filled a month later: 2 of 3 x 3 + 5 x 3 person-months; whether what is
    read at that instant is of before the decision or after."""
    readings = [
        _reading("agents", month, filled, employed, wanted=wanted)
        for month, filled, employed, wanted in zip(
            range(7), (3, 3, 3, 3, 5, 5, 5), (0, 3, 6, 9, 12, 17, 22), (3, 3, 3, read, 5, 5, 5), strict=True
        )
    ]
    plan = scenario(loops={"hiring": {"teams": {"agents": rule}}})
    told = evaluate(make_run(plan, horizon=6 * MONTH, team_time=readings))
    assert told["vacancy.agents"] == pytest.approx(2 / 24)


def test_spells_of_absence_are_a_share_of_time_employed(run):
    """3.1 of 31 person-months; of teams without spells nothing is told."""
    told = evaluate(run)
    assert told["absence.agents"] == pytest.approx(0.1)
    assert "absence.reps" not in told


def test_time_in_the_job_is_of_those_who_are_there(run):
    """Two agents, of 12 and of 6 months; the younger one has not grown into the job. No rep is left."""
    told = evaluate(run)
    assert told["tenure.agents"] == pytest.approx(9)
    assert told["newcomers.agents"] == pytest.approx(1 / 2)
    assert math.isnan(told["tenure.reps"])
    assert "newcomers.reps" not in told
    early = evaluate(run.until(5 * MONTH))
    assert early["tenure.agents"] == pytest.approx(5)
    assert early["newcomers.agents"] == 0.0


def test_hiring_costs_what_hires_and_layoffs_cost(run):
    """One hire in month 6 and one layoff in month 12."""
    assert evaluate(run)["hiring"] == pytest.approx(3000 + 7000)
    told = monthly(run)
    assert (told["hiring"][5], told["hiring"][11]) == (3000, 7000)
    assert sum(told["hiring"]) == pytest.approx(10_000)


def test_strain_is_told_with_its_loop_alone(make_run, scenario):
    """As last read, above what can be borne; a team that has not worked yet has none to tell."""
    loops = {"burnout": {"on": True, "above": "80 %"}}
    readings = [_reading("agents", 6, 3, 18, occupancy=0.75), _reading("agents", 12, 3, 36, occupancy=0.9)]
    run = make_run(scenario(loops=loops), team_time=readings)
    told, early = evaluate(run), evaluate(run.until(6 * MONTH))
    assert (told["occupancy_felt.agents"], told["strain.agents"]) == (0.9, pytest.approx(0.1))
    assert (early["occupancy_felt.agents"], early["strain.agents"]) == (0.75, 0.0)
    assert math.isnan(told["strain.reps"])
    assert not [name for name in evaluate(make_run(team_time=readings)) if name.startswith(("strain", "occupancy_f"))]


def test_months_tell_heads_by_side(make_run, scenario):
    """Agents serve and reps sell, as last read before each month's end; before the first reading nobody is known."""
    readings = [_reading("reps", 2, 2, 4), _reading("agents", 1, 3, 3), _reading("agents", 3, 5, 9)]
    told = monthly(make_run(scenario(), horizon=3 * MONTH, team_time=readings))
    assert told["headcount_sales"] == [0, 2, 2]
    assert told["headcount_service"] == [3, 3, 5]
