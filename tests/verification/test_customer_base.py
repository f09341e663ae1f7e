"""Customer bases without service, run through the product: survival, growth, word of mouth as theory has them.

With SIM_FULL set the futures are as many as the tolerances ask for that the cases were published with: some minutes.
"""

from __future__ import annotations

import math
import os

import numpy as np
from yardstick import kpis, loaded, misses, misses_variance, runs, table

from sim.engine.theory.population import CustomerBase
from sim.engine.units import MONTH
from sim.model.facts import ORIGINS
from sim.scenario.lifetime import reproduction

CASES = table("customers.yaml")
FULL = bool(os.environ.get("SIM_FULL"))


def test_geometric_churn(tmp_path):
    """C01: 2 % leave each month; survival, lifetime and discounted margin (Berger and Nasr 1998)."""
    lifetimes, alive = [], []
    for run in runs(loaded(CASES["churn"], tmp_path), 20):
        left = np.nan_to_num(run.column("subscriptions", "left"), nan=np.inf)
        alive.append([float((left > months * MONTH).mean()) for months in (12, 24)])
        # Paid at the start of each month begun; whoever outlives 240 months has paid 240 times.
        lifetimes.append(np.minimum(np.ceil(left / MONTH), 240.0))
    discount = 1.12 ** (-1 / 12)
    worth = [float((50 * (1 - discount**paid) / (1 - discount)).mean()) for paid in lifetimes]
    unseen = 0.98**240
    wrong = misses("survival 12", [one[0] for one in alive], 0.78471672, "0.01 abs")
    wrong += misses("survival 24", [one[1] for one in alive], 0.61578034, "0.01 abs")
    wrong += misses("payments", [float(paid.mean()) for paid in lifetimes], 50.0 * (1 - unseen), "3 %")
    wrong += misses("clv", worth, 1711.6482 * (1 - unseen * discount**240), "3 %")
    net = 1311.6482 - 1711.6482 * unseen * discount**240
    wrong += misses("clv net of 400", [one - 400 for one in worth], net, "2 %")
    assert not wrong, "\n".join(wrong)


def test_growth_towards_a_ceiling(tmp_path):
    """Q16: 50 come a month and stay 20 months on average; means and variance of M/M/infinity (Takacs 1962)."""
    exact = {6: 259.18178, 12: 451.18836, 24: 698.80579, 60: 950.21293, 120: 997.52125}
    found = [[one["customers"] for one in future.values()] for future in kpis(loaded(CASES["growth"], tmp_path), 40)]
    wrong = []
    for place, (months, mean) in enumerate(exact.items()):
        counts = [one[place] for one in found]
        wrong += misses(f"customers after {months} months", counts, mean, "4 %")
        wrong += misses_variance(f"customers after {months} months", counts, mean, mean)
    assert not wrong, "\n".join(wrong)


def test_referral_loop_below_criticality(tmp_path):
    """C07: each customer brings 0.6 others over his life; Kendall 1949, at once and on the way to the ceiling."""
    scenario = loaded(CASES["referral"], tmp_path)
    theory = CustomerBase(wins=10 / MONTH, churn=0.05 / MONTH, referral=0.03 / MONTH, start=100)
    exact = {6: 145.23183, 12: 185.34886, 24: 252.48664, 60: 379.52232}
    futures = list(kpis(scenario, 400 if FULL else 110))
    wrong = []
    for place, (months, mean) in enumerate(exact.items()):
        at = [list(future.values())[place] for future in futures]
        assert math.isclose(theory.mean(months * MONTH), mean, rel_tol=1e-6)
        wrong += misses(
            f"customers after {months} months", [one["customers"] for one in at], mean, "2 %" if FULL else "3 %"
        )
        counts = [one["customers"] for one in at]
        wrong += misses_variance(f"customers after {months} months", counts, mean, theory.variance(months * MONTH))
        # Everybody tells from the start: leads by word of mouth are 0.03 for each month that each customer lives.
        lived = 500 * months - 400 * (1 - math.exp(-0.02 * months)) / 0.02
        wrong += misses(f"told in {months} months", [one["referral_leads"] for one in at], 0.03 * lived, "10 %")
        # So far the organic ones are 10 a month, whatever is told.
        wrong += misses(f"organic in {months} months", [one["leads.web"] for one in at], 10.0 * months, "5 %")
    assert not wrong, "\n".join(wrong)
    assert math.isclose(reproduction(scenario), 0.6, rel_tol=1e-9)
    assert math.isclose(theory.steady_mean, 500)
    assert math.isclose(theory.steady_variance, 1250)


def test_referral_loop_at_its_ceiling(tmp_path):
    """C07 in the long run: 500 customers with a variance of 1250, and of all who are won 60 % were referred.

    From 500 on the mean stays there; the variance nears its limit as 1 - exp(-0.04 months) does. What is told of months
    are means over them, so that few futures do.
    """
    months = 240 if FULL else 60
    sets = ("customers.initial.count=500", f"clock.horizon={months} mo", "clock.report_at=[6 mo]")
    scenario = loaded(CASES["referral"], tmp_path, *sets)
    theory = CustomerBase(wins=10 / MONTH, churn=0.05 / MONTH, referral=0.03 / MONTH, start=500)
    shares, means, last = [], [], []
    for run in runs(scenario, 100 if FULL else 24):
        won = run.column("subscriptions", "origin")[500:]
        shares.append(float((won == ORIGINS.index("referral")).mean()))
        counts = run.column("pulse", "customers")
        means.append(float(counts.mean()))
        last.append(float(counts[-1]))
    variance = theory.variance(months * MONTH)
    wrong = misses("share of wins by referral", shares, 0.6, "0.01 abs")
    wrong += misses("customers", means, 500.0, "2 %" if FULL else "4 %")
    wrong += misses_variance("customers at the end", last, 500.0, variance)
    assert math.isclose(theory.mean(months * MONTH), 500.0)
    assert math.isclose(variance, 1250.0 * (1 - math.exp(-0.04 * months)))
    assert not wrong, "\n".join(wrong)


def test_referral_pipeline(tmp_path):
    """C13: 400 customers of whom 55 % tell, after a while; leads, wins and leads still to come (Little's law)."""
    told, won, flying = [], [], []
    for run in runs(loaded(CASES["telling"], tmp_path), 800 if FULL else 100):
        late = run.column("leads", "created") >= 24 * MONTH
        told.append(float(late.sum()) / 24)
        won.append(float((late & run.is_word("leads", "outcome", "won")).sum()) / 24)
        flying.append(float(run.column("subscriptions", "told").sum() - len(late)))
        assert run.column("pulse", "customers")[-1] == 400
    wrong = misses("referral leads a month", told, 17.6, "3 %")
    wrong += misses("wins a month", won, 4.4, "3 %" if FULL else "4 %")
    wrong += misses("leads to come", flying, 26.4, "3 %" if FULL else "8 %")
    assert not wrong, "\n".join(wrong)
