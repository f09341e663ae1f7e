"""What leads and customers cost, by where they came from; hours of selling beside hours of serving."""

from __future__ import annotations

import math

import pytest

from sim.metrics import evaluate

MONTH = 730.5
TEAMS = {
    "developers": {"headcount": 1, "wage": "3000 EUR/mo"},
    "reps": {"headcount": 2, "wage": "5000 EUR/mo", "hire_cost": "4000 EUR"},
    "managers": {"headcount": 1, "wage": "2000 EUR/mo"},
    "agents": {"headcount": 3, "wage": "4000 EUR/mo"},
}
COLD = {"team": "developers", "hours": "20 h", "call": "6 min", "reach": "20 %", "interest": "15 %"}
MARKETING = {
    "sources": {"website": {"rate": "1 /d", "cost_per_lead": "60 EUR"}, "fair": {"rate": "1 /wk"}},
    "prospecting": {"cold": COLD | {"cost_per_lead": "10 EUR"}},
    "win_back": {"share": "10 %", "after": "1 mo"},
}
STAGES = {
    "qualification": {"team": "developers", "work": "1 h", "pass_rate": "50 %"},
    "closing": {"team": "reps", "work": "3 h", "pass_rate": "30 %"},
}
FOLLOW_UP = {"review": {"team": "managers", "work": "1 h", "every": "1 mo"}}
SALES = {"stages": STAGES, "deal": "300 EUR/mo", "follow_up": FOLLOW_UP}


def _lead(number, source, outcome="lost", value=100):
    return {"lead": number, "source": source, "created": 0, "outcome": outcome, "closed": 100, "value": value}


def _work(lead, team, hours):
    stage = "closing" if team == "reps" else "qualification"
    facts = {"lead": lead, "stage": stage, "team": team, "entered": 0, "started": 0, "ended": 9, "handled": hours}
    return facts | {"outcome": "passed", "decided": 9}


def _session(kind, team, hours, outcome="done", **more):
    facts = {"kind": kind, "team": team, "entered": 0, "started": 0, "ended": hours, "handled": hours, "server": 0}
    return facts | {"outcome": outcome} | more


FACTS = {
    "leads": [
        _lead(0, "website"), _lead(1, "website", "won", 200), _lead(2, "cold", "won", 100), _lead(3, "cold"),
        _lead(4, "cold"), _lead(5, "referred"), _lead(6, "won_back"),
    ],
    "visits": [
        _work(0, "developers", 2), _work(1, "developers", 4), _work(2, "developers", 4), _work(1, "reps", 6),
        _work(2, "reps", 2), _work(6, "reps", 2),
    ],
    "activities": [
        _session("cold", "developers", 20, calls=100, conversations=25, leads=2),
        _session("cold", "developers", 10, calls=60, conversations=15, leads=1),
        _session("review", "managers", 8, customer=0, calls=1, conversations=1),
        _session("review", "managers", 1, "missed", customer=0, calls=1, conversations=0),
        _session("review", "managers", 1, "expansion", customer=0, calls=1, conversations=1),
        _session("review", "managers", 0, "lapsed", customer=0, calls=0, handled=math.nan, started=math.nan),
        _session("cold", "developers", 0, "open", handled=math.nan, ended=math.nan),
    ],
    "subscriptions": [
        {"customer": 0, "origin": "initial", "value": 100, "won": 0, "live": 0},
        {"customer": 1, "origin": "organic", "source": "website", "lead": 1, "value": 200, "won": 100, "live": 100},
        {"customer": 2, "origin": "prospecting", "source": "cold", "lead": 2, "value": 100, "won": 100, "live": 100},
    ],
    "team_time": [
        {"team": team, "time": MONTH, "headcount": plan["headcount"], "employed": plan["headcount"] * MONTH, "hires": 1}
        for team, plan in TEAMS.items()
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def run(make_run, scenario):
    plan = scenario(teams=TEAMS, marketing=MARKETING, sales=SALES, economics={"commission": "10 %"})
    return make_run(plan, horizon=MONTH, **FACTS)


@pytest.fixture(scope="module")
def told(run):
    return evaluate(run)


def test_activities_are_counted(told, run):
    """160 calls and 40 conversations in two sessions; two reviews done, one customer missed, one turn lapsed."""
    assert (told["calls"], told["conversations"], told["prospecting_reach"]) == (160, 40, 0.25)
    assert (told["follow_ups.review"], told["follow_ups_lapsed.review"]) == (2, 1)
    early = evaluate(run.until(15.0))
    assert (early["calls"], early["follow_ups.review"]) == (60, 2)


def test_leads_cost_media_and_the_hours_of_prospecting(told):
    """The developers spent 30 of their 40 hours on calls: 2250 EUR of their wages, and 10 EUR for each of 3 leads."""
    assert told["media"] == pytest.approx(2 * 60 + 3 * 10)
    assert told["cost_per_lead_of.website"] == pytest.approx(60)
    assert told["cost_per_lead_of.cold"] == pytest.approx((2250 + 30) / 3)
    assert told["cost_per_lead_of.referred"] == told["cost_per_lead_of.won_back"] == 0.0
    assert math.isnan(told["cost_per_lead_of.fair"])
    assert told["cost_per_lead"] == pytest.approx((2250 + 150) / 7)


def test_customers_cost_what_was_spent_on_leads_like_them(told):
    """Developers: 6 of 40 h on the website's leads, 34 on cold ones; reps: 6, 2 and 2 of 10 h; managers as both.

    Of 50 h the website's leads took 12, cold ones 36, those won back 2.
    """
    website = 3000 * 6 / 40 + 10_000 * 6 / 10 + 2000 * 12 / 50
    cold = 3000 * 34 / 40 + 10_000 * 2 / 10 + 2000 * 36 / 50
    assert told["payroll_sales"] == pytest.approx(15_000)
    assert told["cac_of.website"] == pytest.approx(website + 0.1 * 12 * 200 + 120)
    assert told["cac_of.cold"] == pytest.approx(cold + 0.1 * 12 * 100 + 30)
    assert math.isnan(told["cac_of.referred"])
    assert told["cac"] == pytest.approx((15_000 + 360 + 150) / 2)


def test_cost_of_sale_is_of_the_first_year_of_bookings(told):
    """Wages, commission, media and the hire of a rep, by 12 x 300."""
    assert told["cost_of_sale"] == pytest.approx((15_000 + 360 + 150 + 4000) / 3600)


def test_revenue_by_origin_has_the_origins_of_the_scenario(told, make_run):
    """Prospecting and winning back bring revenue only where they are done."""
    origins = [name for name in told if name.startswith("revenue.")]
    assert origins == [f"revenue.{word}" for word in ("initial", "organic", "referral", "prospecting", "won_back")]
    assert told["revenue.prospecting"] == pytest.approx(100 * (MONTH - 100) / MONTH)
    assert sum(told[name] for name in origins) == pytest.approx(told["revenue"])
    assert "revenue.prospecting" not in evaluate(make_run())


def test_who_comes_back_is_no_referral(make_run, scenario):
    """Both name a customer, but only one was sent by him."""
    leads = [_lead(0, "referred", "won") | {"referrer": 5}, _lead(1, "won_back", "won") | {"referrer": 6}]
    told = evaluate(make_run(scenario(teams=TEAMS, marketing=MARKETING, sales=SALES), leads=leads))
    assert (told["referral_leads"], told["leads_won_back"], told["referral_share"]) == (1, 1, 0.5)


def test_prospecting_and_follow_up_are_selling(make_run, scenario):
    """A team that calls for 30 h, follows up for 10 h and serves for 40 h costs sales half of its wages.

    Three eighths of them are the cost of its three leads.
    """
    plan = scenario(
        teams=TEAMS,
        marketing=MARKETING | {"prospecting": {"cold": COLD | {"team": "agents"}}},
        sales=SALES | {"follow_up": {"review": FOLLOW_UP["review"] | {"team": "agents"}}},
    )
    work = {"ticket": 0, "attempt": 1, "channel": "phone", "type": "request", "team": "agents", "arrived": 0, "due": 1}
    contact = work | {"started": 0, "ended": 40, "handled": 40, "outcome": "served"}
    sessions = [_session("cold", "agents", 30), _session("review", "agents", 10, customer=0)]
    facts = {"leads": FACTS["leads"][2:5], "contacts": [contact], "activities": sessions}
    told = evaluate(make_run(plan, horizon=MONTH, team_time=FACTS["team_time"], **facts))
    assert told["cost_per_lead_of.cold"] == pytest.approx(12_000 * (3 / 8) / 3)
    assert told["payroll_sales"] == pytest.approx(3000 + 10_000 + 0.5 * 2000 + 0.5 * 12_000)


def test_selling_time_is_a_share_of_contract_hours(make_run, scenario):
    """Two weeks of 40 h: the developers sold for 40 of 80 h; one of two reps was missing all the time."""
    readings = [
        {"team": "developers", "time": 336, "employed": 336},
        {"team": "reps", "time": 336, "employed": 336},
    ]
    plan = scenario(teams=TEAMS, marketing=MARKETING, sales=SALES)
    facts = {"visits": FACTS["visits"], "activities": FACTS["activities"], "leads": FACTS["leads"]}
    told = evaluate(make_run(plan, horizon=336.0, team_time=readings, **facts))
    assert told["selling_time.developers"] == pytest.approx(40 / 80)
    assert told["selling_time.reps"] == pytest.approx(10 / 80)
    assert "selling_time.agents" not in told


def test_ramping_is_a_share_of_the_time_employed(make_run, scenario):
    """One there from the start, one who quit while growing, one not yet grown: 250 of 1000 + 150 + 100 hours."""
    teams = TEAMS | {"reps": TEAMS["reps"] | {"ramp": {"time": "3 mo"}}}
    people = [
        {"team": "reps", "server": 0, "joined": 0, "ramped": 0},
        {"team": "reps", "server": 1, "joined": 100, "left": 250},
        {"team": "reps", "server": 2, "joined": 900},
        {"team": "agents", "server": 0, "joined": 0, "ramped": 0},
    ]
    run = make_run(scenario(teams=teams), horizon=1000.0, tenures=people)
    assert evaluate(run)["ramping.reps"] == pytest.approx(250 / 1250)
    assert evaluate(run.until(200.0))["ramping.reps"] == pytest.approx(100 / 300)
    assert [name for name in evaluate(run) if name.startswith("ramping")] == ["ramping.reps"]


def test_the_market_is_told_where_there_is_one(make_run, scenario):
    """As last read; penetration is of customers live at the end."""
    pulse = [
        {"time": 100, "customers": 1, "reputation": 0.6, "prospects": 900},
        {"time": 200, "customers": 0, "reputation": 0.5, "prospects": 800},
    ]
    facts = {"pulse": pulse, "subscriptions": FACTS["subscriptions"]}
    plan = scenario(
        teams=TEAMS, sales=SALES, marketing=MARKETING | {"market": {"size": 1000}}, loops={"reputation": {"on": True}}
    )
    told = evaluate(make_run(plan, **facts))
    assert (told["reputation"], told["prospects"], told["penetration"]) == (0.5, 800, 0.003)
    endless = evaluate(make_run(pulse=pulse))
    assert all(math.isnan(endless[name]) for name in ("reputation", "prospects", "penetration", "calls"))
