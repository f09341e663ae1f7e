"""Contacts by hour of the week: when they come, by channel and type."""

from __future__ import annotations

import numpy as np
import pytest

from sim.metrics import evaluate
from sim.metrics.hours import COLUMNS, by_hour


def _call(at, wait, **more):
    facts = {"ticket": 0, "attempt": 1, "type": "request", "channel": "phone", "team": "agents", "outcome": "served"}
    return facts | {"arrived": at, "due": at + 0.1, "started": at + wait, "ended": at + wait + 0.2} | more


def _row(week, hour):
    return next(dict(zip(COLUMNS, row, strict=True)) for row in week if row[0] == hour)


def _sum(told, name):
    return sum(row[COLUMNS.index(name)] for week in told.values() for row in week)


def test_hours_are_those_of_the_calendar(make_run):
    """The clock starts on a Wednesday: hour 9.5 is Wednesday 9 o'clock, hour 5 x 24 is Monday at midnight."""
    told = by_hour(make_run(contacts=[_call(9.5, 0), _call(9.7, 1), _call(5 * 24, 0), _call(7 * 24 + 9.2, 0)]))
    assert list(told) == ["phone.request"]
    week = told["phone.request"]
    assert [row[0] for row in week] == [0, 2 * 24 + 9]
    assert _row(week, 57) == {
        "hour": 57, "contacts": 3, "kept": 2, "counted": 3, "waited": 3, "wait": 1.0, "abandoned": 0, "settled": 3,
    }  # fmt: skip
    assert all(len(row) == len(COLUMNS) for row in week)


def test_contacts_outside_the_denominators_are_contacts_only(make_run):
    """Who gave up sooner than promised waited, but does not count in the service level; nor does one in the queue."""
    gone = _call(9.5, 0, outcome="abandoned", started=float("nan"), ended=9.55)
    waiting = _call(9.6, 0, outcome="open", started=float("nan"), ended=float("nan"), due=9999.0)
    row = _row(by_hour(make_run(contacts=[gone, waiting]))["phone.request"], 57)
    assert (row["contacts"], row["counted"], row["waited"], row["abandoned"], row["settled"]) == (2, 0, 1, 1, 1)
    assert row["wait"] == pytest.approx(0.05)


def test_the_warm_up_is_cut(make_run, scenario):
    """Contacts of the warm-up are not in the table."""
    plan = scenario(clock={"horizon": "12 mo", "warm_up": "24 h"})
    assert _sum(by_hour(make_run(plan, contacts=[_call(9.5, 0), _call(33.5, 0)])), "contacts") == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_rows_add_up_to_the_figures(random_run, seed):
    """Contacts, service level, wait and abandonment of all hours are the KPIs, also by channel."""
    run = random_run(seed)
    told, figures = by_hour(run), evaluate(run)
    assert _sum(told, "contacts") == figures["contacts"]
    assert _sum(told, "kept") / _sum(told, "counted") == pytest.approx(figures["service_level"])
    assert _sum(told, "wait") / _sum(told, "waited") * 60 == pytest.approx(figures["wait"], rel=1e-3)
    phone = {"phone": told["phone.request"]}
    assert _sum(phone, "abandoned") / _sum(phone, "settled") == pytest.approx(figures["abandonment.phone"])
    assert _sum(phone, "kept") / _sum(phone, "counted") == pytest.approx(figures["service_level.phone"])


def test_a_desk_without_contacts_has_no_rows(make_run, scenario):
    """Nothing arrived, or there is no desk."""
    for plan in (scenario(), scenario(without=("service",))):
        assert by_hour(make_run(plan)) == {}


def test_rows_are_plain_numbers(random_run):
    """They travel as JSON."""
    for week in by_hour(random_run(1)).values():
        assert all(type(value) in (int, float) for row in week for value in row)
        assert np.shape(week)[1] == len(COLUMNS)
