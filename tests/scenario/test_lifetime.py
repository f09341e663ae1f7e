"""Customers that one customer brings in a lifetime, held against theory of segments, own factors and fading."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sim.engine.units import YEAR
from sim.scenario.check import check
from sim.scenario.kinds import hazard, segments, telling
from sim.scenario.lifetime import reproduction
from sim.scenario.scenario import Scenario

TALK = """
name: talk
clock: {horizon: 1 yr}
teams: {reps: {headcount: 4}}
sales:
  stages: {closing: {team: reps, work: 2 h, pass_rate: 40 %}}
  deal: 300 EUR/mo
customers:
  leaving: {base: 100 %/yr}
  telling: {rate: 0.5 /yr, promoter: 0.7}
"""
PLAIN = 0.5 * 0.4

Make = Callable[..., Scenario]


@pytest.fixture
def talk(make: Make) -> Make:
    """Customers who leave once a year, each telling one every two years, 40 % of whom are won."""
    return lambda *sets: make(TALK, *sets)


def test_segments_reproduce_by_the_eigenvalue_of_their_matrix(talk: Make) -> None:
    """Who sends whom: mix, chance to be won and lifetime of each; leads that are sent may have a mix of their own."""
    own = "leaving: {base: 25 %/yr}, tells: 0.5, fit: 1"
    for mixed, shares in (("", (0.7, 0.3)), ("{small: 20 %, large: 80 %}", (0.2, 0.8))):
        sets = [f"customers.segments={{small: {{share: 70 %}}, large: {{share: 30 %, {own}}}}}"]
        scenario = talk(*sets, f"marketing={{referred: {{mix: {mixed}}}}}") if mixed else talk(*sets)
        known = list(segments(scenario).values())
        sent = np.array([telling(scenario, one) / hazard(scenario, one) for one in known])
        won = np.array([0.4, 1 / (1 + 1.5 * math.exp(-1))])
        matrix = np.outer(sent, np.array(shares) * won)
        assert reproduction(scenario) == pytest.approx(max(np.linalg.eigvals(matrix).real))


def test_loyal_ones_among_those_who_differ_tell_for_long(talk: Make) -> None:
    """The mean life is k / (k - 1) times that of equal customers; with k = 1 it has no mean, and 50 years count."""
    varied = talk("customers.leaving.varies={law: gamma, cv: 0.5}")
    assert reproduction(varied) == pytest.approx(PLAIN * 4 / 3, rel=5e-3)
    assert reproduction(talk("customers.leaving.varies={law: gamma, cv: 0.001}")) == pytest.approx(PLAIN, rel=1e-3)
    endless = reproduction(talk("customers.leaving.varies={law: gamma, cv: 1}"))
    assert endless == pytest.approx(PLAIN * math.log(51), rel=5e-3)
    beta = "customers.leaving.varies={law: beta, period: 1 yr, polarization: 0.1}"
    assert reproduction(talk(beta)) > PLAIN


def test_who_tells_ever_less_brings_fewer(talk: Make) -> None:
    """Each next telling races against the end of the life; with 1 there is one telling at most."""
    assert reproduction(talk("customers.telling.fades=1")) == pytest.approx(0.4 * 0.5 / 1.5)
    reached, chance = 0.0, 1.0
    for number in range(200):
        rate = 0.5 * 0.7**number
        chance *= rate / (rate + 1)
        reached += chance
    assert reproduction(talk("customers.telling.fades=0.3")) == pytest.approx(0.4 * reached)
    # Whoever never leaves is counted for 50 years.
    loyal = talk("customers.telling.fades=0.3", "customers.leaving.base=0 /yr")
    assert math.isfinite(reproduction(loyal))
    assert reproduction(loyal) > reproduction(talk("customers.telling.fades=0.3"))


def test_terms_keep_customers_a_while(talk: Make) -> None:
    """Who decides once a year stays 1 / (1 - exp(-1)) years on average; who never leaves brings others without end."""
    assert reproduction(talk("customers.contract.length=1 yr")) == pytest.approx(PLAIN / (1 - math.exp(-1)))
    assert reproduction(talk("customers.contract.length=1 h")) == pytest.approx(PLAIN, rel=1e-3)
    loyal = ["customers.contract.length=1 yr", "customers.leaving.base=0 /yr"]
    assert reproduction(talk(*loyal)) == math.inf
    assert reproduction(talk(*loyal, "sales.stages.closing.pass_rate=0")) == 0.0


def test_growth_by_those_who_differ_is_doubted(talk: Make) -> None:
    """0.84 others each would die out; with loyal ones among them they are more than one."""
    often = "customers.telling.rate=2.1 /yr"
    varied = talk(often, "customers.leaving.varies={law: gamma, cv: 0.5}")
    assert not [doubt for doubt in check(talk(often)) if doubt.key == "customers.telling.rate"]
    doubt = next(doubt for doubt in check(varied) if doubt.key == "customers.telling.rate")
    assert doubt.severity == "warning"
    assert "brings 1.12 others in a lifetime" in doubt.sentence
    assert hazard(varied) * YEAR == pytest.approx(1)
