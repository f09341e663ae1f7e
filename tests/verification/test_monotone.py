"""Which way a company with all loops goes when one thing is a little better or worse: futures in pairs, by interval.

Loops can turn an effect round, so nothing here is sure for one future. What is tested is the mean over futures that
share their chance: it goes the right way with 99 %, or, where nothing may come of it, not the wrong way.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from yardstick import kpis, loaded, table

from sim.experiments.statistics import Interval, paired

COMPANY = table("monotone.yaml")["company"]
FUTURES = 8


@cache
def figures(*sets: str, futures: int = FUTURES) -> list[dict[str, float]]:
    """The figures of each future at the end, with these settings."""
    with TemporaryDirectory() as folder:
        scenario = loaded(COMPANY, Path(folder), *sets)
    return [list(future.values())[-1] for future in kpis(scenario, futures)]


def moved(figure: str, *sets: str, than: tuple[str, ...] = ()) -> Interval:
    """By how much a figure is higher with some settings than with others (or with none), with 99 %."""
    first, second = ([one[figure] for one in figures(*given)] for given in (sets, than))
    return paired(first, second, 0.99)


@pytest.mark.parametrize("heads", [2, 3])
def test_one_more_agent_shortens_the_wait(heads):
    """While there is a wait to shorten; fewer give up, and fewer customers leave or no more of them."""
    more, few = f"teams.agents.headcount={heads + 1}", f"teams.agents.headcount={heads}"
    assert moved("wait", more, than=(few,)).high < 0
    assert moved("abandonment", more, than=(few,)).high < 0
    assert moved("churn", more, than=(few,)).low <= 0


def test_agents_whom_nobody_needs_change_nothing():
    """With more of them than letters lie there on a Monday morning, another one is noticed by nobody."""
    many, more = (figures(f"teams.agents.headcount={heads}", futures=3) for heads in (80, 81))
    for name in ("wait", "customers", "churn", "wins", "satisfaction"):
        assert [one[name] for one in many] == [one[name] for one in more]


@pytest.mark.parametrize(
    "better",
    ["customers.memory.up=0.3", "customers.memory.down=0.15"],
)
def test_better_memory_keeps_customers(better):
    """What is good weighs more, or what is bad less: they are more satisfied, fewer leave."""
    assert moved("satisfaction", better).low > 0
    assert moved("churn", better).high < 0


CONTENT, ANGRY = "customers.memory.start=0.95", "customers.memory.start=0.3"
STEADY = ("service.types.request.per_customer=0 /mo",)
"""Nobody needs help, so nobody's mood changes."""


def test_a_higher_floor_takes_from_service_what_it_can_do():
    """The base rate stays: of it more is out of service's reach. The content leave more often, and the angry less."""
    floor = "customers.leaving.floor=70 %/yr"
    assert moved("churn", floor, CONTENT, *STEADY, than=(CONTENT, *STEADY)).low > 0
    assert moved("churn", floor, ANGRY, *STEADY, than=(ANGRY, *STEADY)).high < 0
    # Of those who feel neutral as many leave, one by one.
    neutral = ("customers.memory.start=0.7", *STEADY)
    assert moved("churn", floor, *neutral, than=neutral).half_width == 0


def test_a_higher_base_rate_loses_customers():
    """Rates of leaving 20 % higher, in the parts that service reaches and not."""
    assert moved("churn", "customers.leaving.base=108 %/yr", "customers.leaving.floor=36 %/yr").low > 0


@pytest.mark.parametrize("worse", ["factor=5", "lasts=8 wk"])
def test_open_issues_that_hurt_more_lose_customers(worse):
    """Five times as fast rather than twice, or for eight weeks rather than two; and none at all lose fewer."""
    assert moved("churn", f"customers.leaving.issues.{worse}").low > 0
    assert moved("churn", "customers.leaving.issues=null").high < 0


def test_more_telling_wins_more():
    """Three times as many leads sent: more leads and more wins; a circle that is told sooner sends fewer."""
    more = "customers.telling.rate=0.3 /mo"
    assert moved("referral_leads", more).low > 0
    assert moved("wins", more).low > 0
    assert moved("customers", more).low > 0
    assert moved("referral_leads", more, "customers.telling.fades=60 %", than=(more,)).high < 0


def test_more_warnings_win_less():
    """Those who are angry warn ten times as often: fewer leads come by themselves, and fewer are won."""
    angry = ("customers.memory.start=0.4",)
    more = "customers.telling.against.rate=3 /mo"
    assert moved("leads_kept_away", more, *angry, than=angry).low > 0
    assert moved("leads.web", more, *angry, than=angry).high < 0
    assert moved("wins", more, *angry, than=angry).high < 0
