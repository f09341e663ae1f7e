"""Customers who differ in how readily they leave, run through the product: survival, retention and age by theory."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from yardstick import SEED, kpis, loaded, misses, runs, table

from sim.engine.theory.retention import Frailty, Renewals
from sim.engine.theory.telling import FadingWord
from sim.engine.units import MONTH, YEAR
from sim.experiments.solved_customers import customer_bases
from sim.experiments.statistics import paired
from sim.model.company import simulate
from sim.model.journal import Run
from sim.scenario.lifetime import reproduction

CASES = table("retention.yaml")
SURVIVAL = [
    62.672322, 47.384271, 38.799988, 33.209486, 29.237437, 26.248306, 23.905064, 22.011168, 20.443712, 19.121613,
    17.989052, 17.006258,
]  # fmt: skip
"""C03: share of customers still there after so many years [%]."""
RETENTION = [
    0.62672322, 0.75606376, 0.81883685, 0.85591486, 0.88039416, 0.89776358, 0.91072787, 0.92077425, 0.92878819,
    0.93532978, 0.94077065, 0.94536707,
]  # fmt: skip
"""C03: share of those there at the beginning of a year that renews."""


def left(run: Run) -> np.ndarray:
    """When each customer left [h]; infinite of who is still there."""
    return np.nan_to_num(run.column("subscriptions", "left"), nan=np.inf)


def test_renewals_of_customers_who_differ(tmp_path):
    """C03: alpha 0.704 and beta 1.182, contracts of a year; survival and retention year by year (Fader and Hardie
    2007), of 50,000 customers. Everybody decides once a year, anywhere in it."""
    law = Renewals(0.704, 1.182)
    there = []
    for run in runs(loaded(CASES["renewals"], tmp_path), 20):
        there.append([2500, *(int((left(run) > year * YEAR).sum()) for year in range(1, 12))])
        # The twelfth decisions are those of the last year, and the horizon is its end.
        there[-1].append(int(np.isinf(left(run)).sum()))
    wrong = []
    for year in range(1, 13):
        assert law.stays(year) == pytest.approx(SURVIVAL[year - 1] / 100, abs=1e-8)
        assert law.retention(year) == pytest.approx(RETENTION[year - 1], abs=1e-8)
        wrong += misses(f"survival {year}", [one[year] / 2500 for one in there], SURVIVAL[year - 1] / 100, "0.01 abs")
        renewed = [one[year] / one[year - 1] for one in there]
        wrong += misses(f"retention {year}", renewed, RETENTION[year - 1], "0.012 abs")
    # And it rises, future by future, though nobody's loyalty does.
    shares = np.array(there)[:, 1:] / np.array(there)[:, :-1]
    for year in range(1, 4):
        assert paired(shares[:, year], shares[:, year - 1], 0.99).low > 0, year
    assert not wrong, "\n".join(wrong)


def test_an_old_base_renews_as_the_young_one_will(tmp_path):
    """Customers of three years' standing: of those who are still there in the cohort after three years, as many stay
    for another, and another: S(3 + t) / S(3)."""
    law = Renewals(0.704, 1.182)
    sets = ("customers.initial.age=3 yr", "clock.horizon=4 yr")
    found = [left(run) for run in runs(loaded(CASES["renewals"], tmp_path, *sets), 16)]
    wrong = []
    for years in (1, 2, 4):
        stays = [float((one > years * YEAR - 1e-6).mean()) for one in found]
        assert law.stays(years, 3.0) == pytest.approx(SURVIVAL[2 + years] / SURVIVAL[2], rel=1e-7)
        wrong += misses(f"of 3 years' standing after {years} more", stays, law.stays(years, 3.0), "0.01 abs")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("age", [0.0, 1.5])
def test_unequal_chances_at_any_time(age, tmp_path):
    """The same chances without a contract: after any time t, B(alpha, beta + age + t) / B(alpha, beta + age)."""
    sets = ("customers.contract=null", "clock.horizon=5 yr", *([f"customers.initial.age={age} yr"] if age else []))
    found = [left(run) for run in runs(loaded(CASES["renewals"], tmp_path, *sets), 24)]
    wrong = []
    for years in (0.3, 1.0, 2.6, 5.0):
        b = 1.182 + age
        exact = math.lgamma(b + years) + math.lgamma(b + 0.704) - math.lgamma(b) - math.lgamma(b + 0.704 + years)
        stays = [float((one > years * YEAR - 1e-6).mean()) for one in found]
        wrong += misses(f"after {years} years", stays, math.exp(exact), "0.01 abs")
    assert not wrong, "\n".join(wrong)


FRAIL = Frailty(0.05 / MONTH, 1.2)


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    """A base of unequal ages, and some thousand newcomers in the first two months."""
    return runs(loaded(CASES["frailty"], tmp_path_factory.mktemp("frail")), 12)


def newcomers(run: Run) -> np.ndarray:
    """How long newcomers stayed [h], infinite of who is still there; all are watched for 46 months."""
    new = run.column("subscriptions", "origin") > 0
    stayed: np.ndarray = (left(run) - run.column("subscriptions", "live"))[new]
    return stayed


def test_unequal_rates_survive_longer_than_their_mean(frail):
    """Gamma rates: (1 + cv^2 x base x t)^(-1 / cv^2) at any time, of newcomers (Vaupel, Manton and Stallard 1979)."""
    wrong = []
    for months in (1, 6, 12, 24, 46):
        share = [float((newcomers(run) > months * MONTH).mean()) for run in frail]
        exact = (1 + 1.44 * 0.05 * months) ** (-1 / 1.44)
        assert FRAIL.stays(months * MONTH) == pytest.approx(exact)
        wrong += misses(f"survival {months}", share, exact, "0.02 abs")
    assert not wrong, "\n".join(wrong)


def test_the_rate_of_leaving_falls_with_tenure(frail):
    """Leavers per customer-month by tenure: base / (1 + cv^2 x base x t) on average, each span below the one before."""
    edges = np.array([0.0, 6.0, 12.0, 24.0, 46.0]) * MONTH
    wrong, rates = [], []
    for begin, end in pairwise(edges):
        found = []
        for run in frail:
            stayed = newcomers(run)
            lived = np.clip(stayed, begin, end).sum() - begin * len(stayed)
            found.append(float(((stayed > begin) & (stayed <= end)).sum() / lived * MONTH))
        rates.append(found)
        exact = (FRAIL.stays(begin) - FRAIL.stays(end)) / (FRAIL.lived(end) - FRAIL.lived(begin)) * MONTH
        assert FRAIL.hazard(end) * MONTH < exact < FRAIL.hazard(begin) * MONTH
        wrong += misses(f"leaving from {begin / MONTH:g} to {end / MONTH:g} months", found, exact, "12 %")
    for young, old in pairwise(rates):
        assert paired(old, young, 0.99).high < 0
    assert not wrong, "\n".join(wrong)


def test_the_base_goes_on_at_its_age(frail):
    """Everybody of age a stays for t with S(a + t) / S(a): young, middle-aged and old ones, against that of each."""
    wrong = []
    for youngest, oldest in ((0.0, 6.0), (6.0, 24.0), (24.0, 1000.0)):
        for months in (6, 24, 48):
            surplus = []
            for run in frail:
                age = run.column("subscriptions", "age")[:2000]
                chosen = (age >= youngest * MONTH) & (age < oldest * MONTH)
                expected = np.array([FRAIL.stays(months * MONTH, one) for one in age[chosen]])
                stays = left(run)[:2000][chosen] > months * MONTH - 1e-6
                surplus.append(float(stays.mean() - expected.mean()))
            wrong += misses(f"aged {youngest:g} to {oldest:g} after {months} months", surplus, 0.0, "0.03 abs")
    assert not wrong, "\n".join(wrong)


def test_referrals_that_fade(tmp_path):
    """Everybody's circle is finite: 100 customers and all who ever come from them are 100 / (1 - R), and so is what
    check reckons; how many are there on the way, a branching process says."""
    scenario = loaded(CASES["fading"], tmp_path)
    word = FadingWord(0.06 / MONTH, 0.3, 0.1 / MONTH)
    born = word.reproduction_number
    assert reproduction(scenario) == pytest.approx(born, rel=1e-3)
    ever, later, told = [], [], []
    for run in runs(scenario, 40):
        gone = left(run)
        assert np.isfinite(gone).all()
        ever.append(float(len(gone)))
        live = run.column("subscriptions", "live")
        later.append(float(((live <= 12 * MONTH) & (gone > 12 * MONTH)).sum()))
        told.append(float(run.column("subscriptions", "told")[:100].mean()))
    wrong = misses("all who ever came", ever, 100 / (1 - born), "6 %")
    wrong += misses("customers after a year", later, 100 * word.mean(12 * MONTH), "8 %")
    # Of those at the start: a mean over all of a future would make small families count for more.
    wrong += misses("leads sent a customer", told, born, "8 %")
    assert not wrong, "\n".join(wrong)


def test_leads_that_are_kept_away(tmp_path):
    """Warnings at 10 a month, each effective after two months on average and then for the next lead: not effective yet
    are 20, and a fifth of one waits for a lead (M/M/1). What comes is the rest."""
    scenario = loaded(CASES["warnings"], tmp_path)
    kept, came = [], []
    for run in runs(scenario, 20):
        kept.append(float(run.column("subscriptions", "warned").sum()))
        created = run.column("leads", "created") / MONTH
        came.append(float((created > 12).sum()) / 36)
    delayed = 2 * (1 - math.exp(-24))
    wrong = misses("kept away", kept, 10 * (48 - delayed) - 0.2, "4 %")
    wrong += misses("leads a month", came, 50 + 10 * 2 * (math.exp(-6) - math.exp(-24)) / 36, "2 %")
    assert not wrong, "\n".join(wrong)


def test_payments_grow_and_shrink_as_customers_feel(tmp_path):
    """0.2 above neutral: exp(0.6) times the expansions, exp(-0.6) times the contractions, a fifth of what is paid then
    each; with retention off as many of both. Monthly revenue is exp of it all, less those who leave."""
    for on, feels in ((True, 0.6), (False, 0.0)):
        scenario = loaded(CASES["drift"], tmp_path, f"loops.retention.on={str(on).lower()}", "customers.leaving.beta=0")
        growth = 0.03 * 0.2 * (math.exp(feels) - math.exp(-feels))
        wrong, found = [], kpis(scenario, 10)
        for place, months in enumerate((12, 24)):
            mrr = [list(future.values())[place]["mrr"] for future in found]
            wrong += misses(f"mrr after {months} months", mrr, 1e5 * math.exp((growth - 0.02) * months), "3 %")
        assert not wrong, "\n".join(wrong)


def test_lifetime_value_is_that_of_a_flow(tmp_path):
    """C01 in continuous time: 50 a month for as long as a customer stays, discounted at 12 % a year, is worth
    50 / (churn + discount) (Gupta and Lehmann 2003); payments at the start of a month are worth half a month more."""
    churn = table("customers.yaml")["churn"]
    text = churn.replace("horizon: 240 mo, report_at: [12 mo, 24 mo]", "horizon: 24 mo, report_at: [12 mo]")
    scenario = loaded(text, tmp_path, "economics={discount: 11.3328685 %/yr}")
    rate, discount = -math.log(0.98), math.log(1.12) / 12
    worth = [list(future.values())[-1]["ltv"] for future in kpis(scenario, 20)]
    wrong = misses("ltv", worth, 50 / (rate + discount), "3 %")
    assert not wrong, "\n".join(wrong)
    assert 50 / (rate + discount) + 25 == pytest.approx(1711.6482, rel=1e-3)


def test_one_seed_is_one_cohort(tmp_path):
    """Whoever leaves early with unequal rates leaves early with more unequal ones: ranks of endurance stay the same."""
    first, second = (
        simulate(loaded(CASES["frailty"], tmp_path, f"customers.leaving.base={base} %/mo"), 0, SEED) for base in (5, 6)
    )
    new = first.column("subscriptions", "origin") > 0
    sooner = left(second)[new] <= left(first)[new]
    assert sooner.all()


def test_solved_cases_carry_the_published_figures():
    """What `sim verify` holds the simulation against: C03 after five years, and closed forms written out."""
    exact = {case.name: case.exact for case in customer_bases()}
    assert exact["renewals"]["customers"] == pytest.approx(2000 * SURVIVAL[4] / 100, abs=1e-4)
    old = (1 + 1.44 * 0.05 * 36) / (1 + 1.44 * 0.05 * 12)
    assert exact["unequal-customers"]["customers"] == pytest.approx(2000 * old ** (-1 / 1.44))
    assert exact["drift"]["mrr"] == pytest.approx(200_000 * math.exp(24 * (0.008 - 0.002 - 0.02)))
    assert exact["warnings"]["leads_kept_away"] == pytest.approx(360 - 0.2)
    assert exact["warnings"]["leads.web"] == pytest.approx(2160 - 359.8)
