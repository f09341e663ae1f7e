"""The register of KPIs: complete, documented, evaluated in order, at every horizon."""

from __future__ import annotations

import json
import math
import re

import pytest

from sim.metrics import REGISTER, at_horizons, evaluate, kpi_of
from sim.metrics.catalogue import kpi

PROMISED = """
leads leads.<source> leads_won_back calls conversations prospecting_reach contact_rate speed_to_lead speed_to_lead_p50
speed_to_lead_p90 reached.<stage> conversion.<stage> stage_time.<stage> no_show_rate.<stage> stage_lost.<stage>
stage_disqualified.<stage> stage_expired.<stage> stage_open.<stage> meetings.<interaction> win_rate
win_rate_opportunity win_rate_value win_rate_of.<source> wins wins_of.<source> sales_cycle leads_disqualified
leads_recycled lost_because.<loss> bookings bookings_of.<source> deal_size discount fees velocity pipeline
pipeline_value pipeline_age forecast forecast_ratio quota_attainment reps_at_quota wins_per_rep bookings_per_rep
follow_ups.<activity> follow_ups_lapsed.<activity> selling_time.<team> ramping.<team> contacts wait speed_of_answer
wait_abandoned wait_p50 wait_p90 service_level service_level.<channel> abandonment blocked handle_time
first_contact_resolution resolution_time reopen_rate backlog csat csat_closed queue_length.<team> occupancy.<team>
wait_of.<type> service_level_of.<type> abandonment_of.<type> contacts_of.<type> handle_time_of.<type>
first_contact_resolution_of.<type> sla_attainment_of.<type> backlog_of.<type> csat_of.<type> abandonment.<channel>
handle_time.<channel> blocked.<channel> redial_rate redial_rate.<channel> speed_of_answer.<channel> resolution_rate
resolution_time_business backlog_age backlog_overdue transfer_rate escalation_rate escalation_rate.<reason>
no_show_rate contacts_disconnected contacts_no_show contacts_dropped sla_attainment csat_survey survey_answers
utilization.<team> overtime.<team> pressure.<team> standard.<team> cost_per_contact service_level_lenient
expansion_mrr contraction_mrr renewals renewal_rate misfits purchases purchases_per_customer reputation prospects
penetration cost_per_lead cost_per_lead_of.<source> cost_of_sale cac_of.<source> customers new_customers
lost_customers churn grr nrr mrr satisfaction promoters referral_leads referral_share revenue revenue.<origin>
revenue_tag.<tag> revenue_kind.<kind> revenue_direct revenue_direct.<origin> revenue_base revenue_indirect
revenue_indirect.<origin> revenue_forgone revenue_forgone.<origin> service_effect fees.<origin> passives detractors nps
lost.<leaving> churn_first_year churn_later staying.<tenure> churn.<segment> customers.<segment> mrr.<segment>
satisfaction.<segment> reproduction referrals_in_flight leads_kept_away expansion_own_mrr expansion_follow_up_mrr
quits.<team> quit_rate quit_rate.<team> layoffs.<team> layoff_rate.<team> hires.<team> headcount.<team>
headcount_mean.<team> headcount_wanted.<team> vacancy.<team> absence.<team> occupancy_felt.<team> strain.<team>
tenure.<team> newcomers.<team>
gross_profit payroll payroll_sales payroll_service hiring commission media overhead profit cac ltv payback
"""


def test_every_promised_kpi_is_registered():
    """The list that tables, report and documentation count on is there."""
    assert set(PROMISED.split()) <= set(REGISTER)


@pytest.mark.parametrize("key", list(REGISTER))
def test_each_kpi_is_defined_in_one_to_three_sentences(key):
    """A definition is whole sentences, and shares and means say what they are a share or mean of."""
    entry = REGISTER[key]
    assert entry.key == key
    assert re.fullmatch(r"[A-Za-z].*\.", entry.definition)
    assert len(entry.definition) <= 330
    if entry.unit in ("share", "share/mo", "share/yr", "ratio") and entry.name not in ("satisfaction", "reputation"):
        assert " as a share of " in entry.definition
    if entry.name in ("wait", "speed_of_answer", "speed_to_lead", "handle_time", "resolution_time", "sales_cycle"):
        assert "Denominator" in entry.definition or "of contacts by this channel" in entry.definition


def test_a_planner_reads_a_handful_first():
    """Headlines are few, and profit, customers and service are among them."""
    headlines = {entry.key for entry in REGISTER.values() if entry.headline}
    wanted = {"profit", "revenue", "revenue_indirect", "mrr", "churn", "win_rate", "service_level", "csat"}
    assert wanted | {"occupancy.<team>"} <= headlines
    assert 12 <= len(headlines) <= 18


def test_flat_names_come_in_catalogue_order_and_lead_back_to_their_kpi(make_run):
    """Marketing first, money last; `occupancy.agents` is `occupancy.<team>`; what the plan lacks is not there."""
    names = list(evaluate(make_run()))
    keys = [kpi_of(name).key for name in names]
    absent = {"escalation_rate.<reason>", "sla_attainment_of.<type>", "csat_survey_of.<type>"}
    absent |= {"pressure.<team>", "standard.<team>", "ramping.<team>", "stage_disqualified.<stage>"}
    absent |= {"stage_expired.<stage>", "no_show_rate.<stage>", "meetings.<interaction>", "follow_ups.<activity>"}
    absent |= {"follow_ups_lapsed.<activity>", "layoffs.<team>", "layoff_rate.<team>", "absence.<team>"}
    absent |= {"occupancy_felt.<team>", "strain.<team>", "newcomers.<team>", "fees.<origin>"}
    absent |= {f"{name}.<segment>" for name in ("churn", "customers", "mrr", "satisfaction")}
    assert list(dict.fromkeys(keys)) == [key for key in REGISTER if key not in absent]
    assert names[0] == "leads"
    assert names.index("wins") < names.index("contacts") < names.index("customers") < names.index("profit")
    assert "occupancy.agents" in names
    with pytest.raises(KeyError):
        kpi_of("ocupancy.agents")


def test_the_unit_is_shown_in_the_currency_of_the_scenario():
    """EUR stands for whatever the scenario pays in; other units do not change."""
    assert REGISTER["mrr"].unit_in("USD") == "USD/mo"
    assert REGISTER["wait"].unit_in("USD") == "min"


def test_a_name_cannot_be_registered_twice():
    """Two definitions of one figure are refused, and the first stays."""
    with pytest.raises(ValueError, match="'wins' is registered twice"):
        kpi("wins", "count", "higher", "Something else.")(lambda view: 0.0)
    assert REGISTER["wins"].definition == "Leads won."


def test_values_are_plain_floats(random_run):
    """A result can be written as JSON without knowing numpy."""
    for name, value in evaluate(random_run(1)).items():
        assert type(value) is float, name
    json.dumps(evaluate(random_run(1)))


def test_an_empty_company_counts_zero_and_divides_nothing(make_run):
    """Nothing arrived: counts and money are 0 (but wages and overhead), ratios and means are not applicable."""
    figures = evaluate(make_run())
    for name, value in figures.items():
        unit = kpi_of(name).unit
        if name.startswith(("queue_length.", "overtime.")):
            assert value == 0.0
        elif name.startswith(("headcount.", "headcount_wanted.")):
            assert math.isnan(value)
        elif name in ("overhead", "profit"):
            assert abs(value) == pytest.approx(12_000)
        elif (unit in ("count", "EUR/mo") or unit == "EUR") and name.split(".")[0] not in _QUOTIENTS | _NOT_THERE:
            assert value == 0.0, name
        elif name not in ("quota_attainment", "selling_time"):
            assert math.isnan(value), name


_QUOTIENTS = {
    "cac", "cac_of", "ltv", "cost_per_contact", "cost_per_lead", "cost_per_lead_of", "deal_size", "velocity",
    "wins_per_rep", "bookings_per_rep",
}  # fmt: skip
"""Figures in counts and money that are divided by something."""
_NOT_THERE = {
    "leads_won_back", "calls", "conversations", "leads_disqualified", "leads_recycled", "fees", "renewals", "purchases",
    "purchases_per_customer", "prospects", "leads_kept_away",
}  # fmt: skip
"""What the small company does not do."""


def test_a_hotline_has_no_sales_and_no_customers(make_run, scenario):
    """Without sales and customers their figures are not applicable; costs remain."""
    channels = {"phone": {"mode": "live", "target": {"within": "20 s", "share": "80 %"}, "tolerance": "1 min"}}
    call = {"team": "agents", "channels": {"phone": "100 %"}, "handle_time": "3 min", "arrivals": {"rate": "9 /h"}}
    service = {"channels": channels, "types": {"call": call}}
    figures = evaluate(make_run(scenario(without=("marketing", "sales", "customers"), service=service)))
    assert figures["contacts"] == 0.0
    for name in ("leads", "wins", "win_rate", "customers", "churn", "mrr", "cac", "ltv", "payback", "referral_share"):
        assert math.isnan(figures[name]), name
    assert not any(name.startswith(("conversion", "leads.")) for name in figures)
    assert figures["revenue"] == 0.0
    assert figures["profit"] == pytest.approx(-12_000)


def test_a_pipeline_has_no_desk(make_run, scenario):
    """Without service its figures are not applicable, not zero."""
    figures = evaluate(make_run(scenario(without=("service",))))
    assert figures["wins"] == 0.0
    for name in ("contacts", "wait", "service_level", "csat", "backlog", "abandonment"):
        assert math.isnan(figures[name]), name
    assert "service_level.phone" not in figures


def test_every_horizon_is_told_as_it_looked_then(random_run, scenario):
    """Facts of later than a horizon do not reach its figures; the last horizon is the whole run."""
    plan = scenario(clock={"start": "2026-01-07", "horizon": "12 mo", "report_at": ["3 mo", "6 mo"]})
    run = random_run(3, plan)
    told = at_horizons(run)
    assert list(told) == [3 * 730.5, 6 * 730.5, 12 * 730.5]
    assert told[12 * 730.5] == pytest.approx(evaluate(run), nan_ok=True)
    assert told[3 * 730.5] == pytest.approx(evaluate(run.until(3 * 730.5)), nan_ok=True)
    assert told[3 * 730.5]["leads"] < told[6 * 730.5]["leads"] < told[12 * 730.5]["leads"]


def test_a_run_cut_short_is_told_at_the_horizons_it_reached(random_run):
    """A run that was cut before its second horizon is told at the first; before the first, at its own end."""
    run = random_run(3)
    assert list(at_horizons(run.until(4500.0))) == [4383.0]
    assert list(at_horizons(run.until(1000.0))) == [1000.0]
