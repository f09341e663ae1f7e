"""Candidates: nobody's candidates are lost, doubled or moved by a plan, and they come at the right rate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import simpy

from sim.engine.arrivals import Arrivals
from sim.engine.streams import Streams
from sim.engine.timer import call_after
from sim.model.candidates import CHUNK, FIRST, Candidates
from sim.model.company import Company, simulate
from sim.model.entities import Customer

HORIZON = 3000.0


def customer(number: int, key: int = 0) -> Customer:
    return Customer(number, 1, 100.0, 0.0, math.inf, key)


def seat_of(rank: int) -> tuple[int, int, int]:
    """Level, its size and the seat of an organic rank, counted up level by level."""
    level, size, start = 1, FIRST, 0
    while rank >= start + size:
        level, size, start = level + 1, 2 * size, start + size
    return level, size, rank - start


def drawn(level: int, size: int, rate: float, hours: float) -> dict[int, list[float]]:
    """What chance says of every seat of a level, worked out apart."""
    streams, by_seat = Streams(1, 0), {}
    for block in range(math.ceil(HORIZON / hours)):
        generator = streams.generator(f"needs.{level}", block)
        times = Arrivals(rate * size).times(generator, block, hours)
        for time, seat in zip(times, generator.integers(0, size, len(times)), strict=True):
            by_seat.setdefault(int(seat), []).append(float(time))
    return by_seat


def own(one: Customer, rate: float) -> list[float]:
    """The moments of somebody with a stream of his own, worked out apart: gaps since his lead came."""
    generator, time, times = Streams(1, 0).generator(f"needs.own.{one.key}"), one.born, []
    while time < HORIZON:
        for gap in generator.standard_exponential(CHUNK):
            time += gap / rate
            times.append(time)
    return times


@pytest.mark.parametrize("initial", [0, 5, 400])
def test_a_customer_has_exactly_his_candidates_while_he_is_live(initial: int) -> None:
    """Going live at any instant, in the middle of a block or before the first: none is lost, none comes twice."""
    rate = 0.01
    env, played = simpy.Environment(), []
    base = [customer(n) for n in range(initial)]
    for one in base:
        one.live = 0.0
    candidates = Candidates(
        env,
        Streams(1, 0),
        "needs",
        base,
        rate,
        Arrivals,
        lambda generator, n: [np.arange(n)],
        lambda row: played.append((row[0].number, env.now)) if row[0].left is None else None,
        HORIZON,
    )
    chance, everybody = np.random.default_rng(4), list(base)

    def come(one: Customer) -> None:
        one.live = env.now
        candidates.admit(one)

    def go(one: Customer) -> None:
        one.left = env.now

    for number in range(initial, initial + 90):
        one = customer(number, int(chance.integers(0, 2**62)))
        everybody.append(one)
        one.rank = None if number % 3 == 0 else 37 * (number - initial)
        comes = float(chance.uniform(0, HORIZON))
        one.born = max(0.0, comes - 500.0)
        call_after(env, comes, come, one)
        call_after(env, comes + float(chance.exponential(800.0)), go, one)
    env.run(until=HORIZON)
    hours = candidates.block_hours
    levels = {0: drawn(0, initial, rate, hours) if initial else {}}
    expected = []
    for one in everybody:
        if one.number < initial:
            times = levels[0].get(one.number, [])
        elif one.rank is None:
            times = own(one, rate)
        else:
            level, size, seat = seat_of(one.rank)
            levels.setdefault(level, drawn(level, size, rate, hours))
            times = levels[level].get(seat, [])
        if one.live is not None:
            end = HORIZON if one.left is None else one.left
            expected += [(one.number, time) for time in times if one.live <= time < end]
    assert len(levels) > 3
    assert len(expected) > 300
    assert [number for number, _ in sorted(played)] == [number for number, _ in sorted(expected)]
    assert [time for _, time in sorted(played)] == pytest.approx([time for _, time in sorted(expected)])


def test_empty_blocks_are_not_drawn_ahead() -> None:
    """A company without customers looks at one block after the other, as time goes by."""
    env = simpy.Environment()
    ahead = []
    candidates = Candidates(
        env, Streams(1, 0), "needs", [], 0.01, Arrivals, lambda g, n: [np.arange(n)], lambda row: None, HORIZON
    )
    for time in range(0, 3000, 50):
        call_after(env, float(time), lambda _: ahead.append(max(candidates._blocks) * 672.0 - env.now), None)
    env.run(until=HORIZON)
    assert max(ahead) <= 672.0


GROWING = {
    "sales": {"deal": "100 EUR/mo"},
    "marketing": {"sources": {"web": {"rate": "20 /d"}}},
    "clock": {"horizon": "12 mo"},
    "teams": {"agents": {"headcount": 100}},
}


def needs_and_expected(run: Any, rate: float, early: float = 0.0, fades: float = 1.0) -> dict[str, tuple[int, float]]:
    """For the initial base and for those won since: tickets, and their mean by integrating the rate over live times."""
    origin, won = run.column("subscriptions", "origin"), run.column("subscriptions", "won")
    live, left = run.column("subscriptions", "live"), run.column("subscriptions", "left")
    end = np.where(np.isnan(left), run.horizon, left)
    hours = np.where(np.isnan(live), 0.0, end - live)
    extra = early * fades * (np.exp(-(live - won) / fades) - np.exp(-(end - won) / fades))
    extra = np.where((origin == 0) | np.isnan(live), 0.0, extra)
    whose = origin[run.column("tickets", "customer").astype(int)]
    out = {}
    for name, chosen, asked in (("initial", origin == 0, whose == 0), ("won", origin != 0, whose != 0)):
        out[name] = int(asked.sum()), float(rate * (hours + extra)[chosen].sum())
    return out


@pytest.mark.parametrize("early", [None, {"extra": 4, "fades": "30 d"}])
def test_needs_come_at_their_rate_times_live_time(scenario: Any, early: dict[str, Any] | None) -> None:
    """Initial and new customers, settled and with early needs: counts within 4 standard errors of the integral."""
    kind = {"per_customer": "1 /mo", "handle_time": "5 min", **({"early": early} if early else {})}
    plan = {"initial": {"count": 500}, "leaving": {"base": "60 %/yr"}}
    run = simulate(scenario(**GROWING, customers=plan, kinds={"request": kind}), 0, 2)
    found = needs_and_expected(run, 1 / 730.5, 4.0 if early else 0.0, 720.0)
    for name, (count, mean) in found.items():
        assert mean > 2000, name
        assert abs(count - mean) < 4 * math.sqrt(mean), name


def test_kinds_of_needs_keep_their_shares_when_one_of_them_is_early(scenario: Any) -> None:
    """Two kinds from one stream: each at its own rate."""
    kinds = {
        "request": {"per_customer": "1 /mo", "handle_time": "5 min"},
        "training": {"per_customer": "0.2 /mo", "handle_time": "5 min", "early": {"extra": 9, "fades": "14 d"}},
    }
    plan = {"initial": {"count": 500}, "leaving": {"base": "0 %/yr"}}
    run = simulate(scenario(**GROWING, customers=plan, kinds=kinds), 0, 2)
    hours = (run.horizon - run.column("subscriptions", "live")).sum()
    of_kind = run.column("tickets", "type")
    assert abs((of_kind == 0).sum() - hours / 730.5) < 4 * math.sqrt(hours / 730.5)
    old = run.column("tickets", "customer") < 500
    mean = 0.2 / 730.5 * 500 * run.horizon
    assert abs(((of_kind == 1) & old).sum() - mean) < 4 * math.sqrt(mean)


def test_a_day_factor_and_a_rhythm_leave_the_mean_rate_alone(scenario: Any) -> None:
    """Busyness 0.5 and office hours: the year's count within 4 standard errors of an overdispersed one."""
    kinds = {"request": {"per_customer": "1 /mo", "handle_time": "5 min"}}
    plan = {"initial": {"count": 2000, "mrr": "10 EUR/mo"}, "leaving": {"base": "0 %/yr"}}
    built = scenario(
        customers=plan,
        clock={"horizon": "52 wk"},
        teams={"agents": {"headcount": 100}},
        service={
            "channels": {"phone": {"mode": "live", "target": {"within": "1 min", "share": 0.8}, "tolerance": "3 min"}},
            "types": {"request": {"team": "agents", "channels": {"phone": 1}, **kinds["request"]}},
            "profile": {"days": {"mon": 2, "tue": 1, "wed": 1, "thu": 1, "fri": 1}},
            "busyness": 0.5,
        },
    )
    run = simulate(built, 0, 2)
    mean = 2000 * 8736 / 730.5
    per_week = mean / 52
    by_day = [per_week * share / 6 for share in (2, 1, 1, 1, 1)]
    variance = mean + 52 * 0.25 * sum(day * day for day in by_day)
    assert abs(len(run.tables["tickets"]) - mean) < 4 * math.sqrt(variance)
    weekday = run.column("tickets", "opened") // 24 % 7
    assert set(weekday) == {0, 1, 2, 3, 4}


def test_a_customer_asks_the_same_under_every_plan(scenario: Any) -> None:
    """A starved desk against a good one: whoever lives in both has his needs at the same instants while in both."""
    kinds = {"request": {"per_customer": "2 /mo", "handle_time": "20 min", "early": {"extra": 2, "fades": "30 d"}}}
    phone = {"mode": "live", "target": {"within": "1 min", "share": 0.8}, "tolerance": "3 min", "patience": "5 min"}
    kind = {"team": "agents", "channels": {"phone": 1}, **kinds["request"]}
    service = {"channels": {"phone": phone}, "types": {"request": kind}}
    found = []
    for agents in (1, 20):
        company = Company(
            scenario(
                sales=GROWING["sales"],
                marketing={"sources": {"web": {"rate": "2 /d"}}},
                clock={"horizon": "12 mo"},
                teams={"agents": {"headcount": agents}},
                customers={"initial": {"count": 100}, "leaving": {"base": "60 %/yr", "beta": 4}},
                service=service,
            ),
            Streams(1, 0),
        )
        run = company.run(0)
        asked: dict[int, list[float]] = {}
        for who, when in zip(run.column("tickets", "customer"), run.column("tickets", "opened"), strict=True):
            asked.setdefault(int(who), []).append(when)
        found.append({one.key: (one, asked.get(one.number, [])) for one in company.customers.everybody})
    starved, good = found
    both = starved.keys() & good.keys()
    assert len(both) == len(starved) == len(good) > 500
    same = 0
    for key in both:
        (one, first), (other, second) = starved[key], good[key]
        ends = min(run.horizon if c.left is None else c.left for c in (one, other))
        pair = [sorted(time for time in times if time < ends - 1e-6) for times in (first, second)]
        assert pair[0] == pytest.approx(pair[1])
        same += len(pair[0])
    assert len({one.left for one, _ in starved.values()}) > len({one.left for one, _ in good.values()})
    assert same > 2000
