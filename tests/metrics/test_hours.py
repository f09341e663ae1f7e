"""Service level by weekday and hour of arrival."""

from __future__ import annotations

import numpy as np
import pytest

from sim.metrics import evaluate
from sim.metrics.hours import by_hour


def _call(at, wait, **more):
    facts = {"ticket": 0, "attempt": 1, "channel": "phone", "team": "agents", "outcome": "served"}
    return facts | {"arrived": at, "due": at + 0.1, "started": at + wait, "ended": at + wait + 0.2} | more


def test_hours_are_those_of_the_calendar(make_run):
    """The clock starts on a Wednesday: hour 9.5 is Wednesday 9 o'clock, hour 5 x 24 is Monday at midnight."""
    told = by_hour(make_run(contacts=[_call(9.5, 0), _call(9.7, 1), _call(5 * 24, 0), _call(7 * 24 + 9.2, 0)]))
    assert told["total"][2][9] == 3
    assert told["answered"][2][9] == 2
    assert told["answered"][0][0] == told["total"][0][0] == 1
    assert np.sum(told["total"]) == 4
    assert np.shape(told["total"]) == np.shape(told["answered"]) == (7, 24)


def test_contacts_outside_the_denominator_are_not_counted(make_run):
    """Who gave up sooner than promised is neither answered nor counted."""
    gone = _call(9.5, 0, outcome="abandoned", started=float("nan"), ended=9.55)
    assert np.sum(by_hour(make_run(contacts=[gone]))["total"]) == 0


def test_the_warm_up_is_cut(make_run, scenario):
    """Contacts of the warm-up are not in the table."""
    plan = scenario(clock={"horizon": "12 mo", "warm_up": "24 h"})
    assert np.sum(by_hour(make_run(plan, contacts=[_call(9.5, 0), _call(33.5, 0)]))["total"]) == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_table_adds_up_to_the_service_level(random_run, seed):
    """Answered over total of all hours is the KPI."""
    run = random_run(seed)
    told = by_hour(run)
    assert np.sum(told["answered"]) / np.sum(told["total"]) == pytest.approx(evaluate(run)["service_level"])


def test_a_desk_without_contacts_has_an_empty_table(make_run, scenario):
    """Nothing arrived, or there is no desk: zeros."""
    for plan in (scenario(), scenario(without=("service",))):
        assert np.sum(by_hour(make_run(plan))["total"]) == 0
