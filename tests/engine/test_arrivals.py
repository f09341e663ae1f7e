"""Arrivals: their counts and places follow the profile, day by day, and a feed plays them on time."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
import simpy
from pydantic import ValidationError

from sim.engine.arrivals import BLOCK, Arrivals, Feed, Profile, block_hours
from sim.engine.streams import Streams

OFFICE = Profile(
    days={"mon": 1.2, "tue": 1, "wed": 1, "thu": 1, "fri": 0.8},
    hours=(0,) * 8 + (1, 2, 3, 2, 1, 1, 2, 2, 1) + (0,) * 7,
)


def draw(arrivals: Arrivals, blocks: int, name: str = "calls", seed: int = 11) -> np.ndarray:
    """Instants of the first blocks."""
    streams = Streams(seed, 0)
    return np.concatenate([arrivals.times(streams.generator(name, b), b) for b in range(blocks)])


@pytest.mark.parametrize(
    "arrivals",
    [
        Arrivals(4.0),
        Arrivals(4.0, OFFICE),
        Arrivals(4.0, OFFICE, busyness_cv=0.3, start_weekday=2),
        Arrivals(500.0, OFFICE),
        Arrivals(4.0, Profile(months=(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)), start=date(2026, 6, 3)),
    ],
)
def test_instants_are_in_order_and_inside_their_block(arrivals: Arrivals) -> None:
    """Block b covers [b * hours, (b + 1) * hours), without a gap or an overlap."""
    hours = arrivals.block_hours
    for block in range(3):
        times = arrivals.times(Streams(7, 0).generator("x", block), block)
        assert (np.diff(times) >= 0).all()
        assert times[0] >= block * hours
        assert times[-1] < (block + 1) * hours


def test_a_steady_rate_gives_a_poisson_process() -> None:
    """Counts per hour have mean and variance equal to the rate; gaps are exponential."""
    times = draw(Arrivals(4.0), 15)
    hours = round(15 * BLOCK)
    counts = np.histogram(times, bins=np.arange(hours + 1))[0]
    assert abs(counts.mean() - 4.0) < 4 * math.sqrt(4.0 / hours)
    # The variance of a Poisson variance estimate is (mean + 2 mean²) / n.
    assert abs(counts.var() - 4.0) < 4 * math.sqrt((4.0 + 2 * 16.0) / hours)
    gaps = np.diff(times)
    assert abs((gaps > 0.25).mean() - math.exp(-1)) < 4 * math.sqrt(math.exp(-1) / len(gaps))


@pytest.mark.parametrize("start_weekday", [0, 4])
def test_hours_of_the_week_get_their_share(start_weekday: int) -> None:
    """Each hour's count over 60 weeks is Poisson with the mean of its weight; closed hours stay empty."""
    weeks, rate = 60, 5.0
    times = draw(Arrivals(rate, OFFICE, start_weekday=start_weekday), weeks // 4)
    hour_of_week = (times.astype(int) + 24 * start_weekday) % 168
    counts = np.bincount(hour_of_week, minlength=168)
    expected = rate * OFFICE.weights() * weeks
    assert (counts[expected == 0] == 0).all()
    busy = expected > 0
    chi_square = ((counts - expected)[busy] ** 2 / expected[busy]).sum()
    freedom = busy.sum()
    assert abs(chi_square - freedom) < 4 * math.sqrt(2 * freedom)
    inside = times % 1.0
    assert abs(inside.mean() - 0.5) < 4 * math.sqrt(1 / 12 / len(inside))


def test_weights_have_mean_one() -> None:
    """The rate is the mean over the hours of a week, whatever the scale of the weights."""
    assert OFFICE.weights().mean() == pytest.approx(1.0)
    assert Profile(week=tuple(range(168))).weights().tolist() == pytest.approx([h / 83.5 for h in range(168)])
    assert (Profile().weights() == 1.0).all()
    assert Profile(hours=(1,) * 12 + (3,) * 12).weights()[[0, 23, 24]].tolist() == [0.5, 1.5, 0.5]


def test_busy_and_calm_days_spread_the_counts_of_days() -> None:
    """Variance of a day's count is mean + (cv * mean)²; the mean stays, and one factor holds all day."""
    days, rate, cv = 28 * 60, 2.0, 0.4
    times = draw(Arrivals(rate, busyness_cv=cv), 60)
    counts = np.histogram(times, bins=np.arange(days + 1) * 24.0)[0]
    mean, variance = 48.0, 48.0 + (0.4 * 48.0) ** 2
    assert abs(counts.mean() - mean) < 4 * math.sqrt(variance / days)
    squares = (counts - mean) ** 2
    assert abs(squares.mean() - variance) < 4 * squares.std() / math.sqrt(days)
    halves = np.histogram(times, bins=np.arange(2 * days + 1) * 12.0)[0].reshape(days, 2)
    # Two halves of a day share the factor alone: covariance (cv * mean of a half)².
    products = (halves[:, 0] - 24.0) * (halves[:, 1] - 24.0)
    assert abs(products.mean() - (cv * 24.0) ** 2) < 4 * products.std() / math.sqrt(days)


def test_months_follow_the_date() -> None:
    """With weight on December alone everything arrives between the 1st and the 31st."""
    december = Profile(months=(0,) * 11 + (1,))
    arrivals = Arrivals(1.0, december, start=date(2026, 11, 20))
    times = draw(arrivals, 3)
    assert times.min() >= 11 * 24
    assert times.max() < (11 + 31) * 24
    assert abs(len(times) - 12 * 31 * 24) < 4 * math.sqrt(12 * 31 * 24)
    assert arrivals.expected(0, 3 * BLOCK) == pytest.approx(12 * 31 * 24)


def test_the_expected_number_is_the_mean_of_the_counts() -> None:
    """Any interval, whole hours or not; nothing outside begin and end."""
    arrivals = Arrivals(5.0, OFFICE)
    assert arrivals.expected(0, 168) == pytest.approx(840.0)
    weight = OFFICE.weights()
    assert arrivals.expected(8.25, 9.5) == pytest.approx(5 * (0.75 * weight[8] + 0.5 * weight[9]))
    assert arrivals.expected(8.25, 8.5) == pytest.approx(5 * 0.25 * weight[8])
    assert arrivals.expected(10, 10) == 0.0
    assert Arrivals(2.0, begin=10, end=20).expected(0, 100) == 20.0


def test_limits_cut_without_moving_anything() -> None:
    """A campaign that ends earlier loses its last arrivals and keeps the others to the bit."""
    whole = draw(Arrivals(3.0, OFFICE), 2)
    part = draw(Arrivals(3.0, OFFICE, begin=100.0, end=900.0), 2)
    assert part.tolist() == whole[(whole >= 100) & (whole < 900)].tolist()


def test_blocks_shrink_as_rates_grow() -> None:
    """A block expects at most 65,536 arrivals, and is never shorter than an hour."""
    assert [block_hours(rate) for rate in (0, 97, 98, 390, 391, 2730, 2731, 1e6)] == [672, 672, 168, 168, 24, 24, 1, 1]
    assert Arrivals(1e4).block_hours == 1.0
    assert Arrivals(1e4, busyness_cv=0.1).block_hours == 24.0


def test_processes_can_share_their_blocks() -> None:
    """A fast process is drawn in the blocks of a slow one when it is told their length."""
    fast = Arrivals(391.0)
    times = fast.times(Streams(3, 0).generator("x", 1), 1, BLOCK)
    assert BLOCK <= times[0] < BLOCK + 1
    assert 2 * BLOCK - 1 < times[-1] < 2 * BLOCK
    with pytest.raises(ValueError, match="a block of 12 h is not a number of whole days"):
        Arrivals(1.0, busyness_cv=0.1).times(Streams(3, 0).generator("x", 0), 0, 12.0)


def test_a_rate_of_nothing_brings_nothing() -> None:
    """Zero is a rate like any other."""
    assert len(draw(Arrivals(0.0), 3)) == 0
    assert len(draw(Arrivals(0.0, OFFICE, busyness_cv=0.5), 3)) == 0


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"rate_per_hour": -1.0}, "the rate must be finite and not negative"),
        ({"rate_per_hour": math.inf}, "the rate must be finite and not negative"),
        ({"rate_per_hour": 1.0, "busyness_cv": -0.1}, "the busyness cv must be finite and not negative"),
        ({"rate_per_hour": 1.0, "profile": Profile(months=(1,) * 12)}, "needs the date of the first day"),
    ],
)
def test_impossible_arrivals_are_refused(settings: dict[str, object], sentence: str) -> None:
    """What cannot be is refused when it is built, not when it is drawn."""
    with pytest.raises(ValueError, match=sentence):
        Arrivals(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("profile", "sentence"),
    [
        ({"hours": [1, 2]}, "expected 24 weights, found 2"),
        ({"months": [1] * 13}, "expected 12 weights, found 13"),
        ({"days": {"teu": 1}}, "'teu' is not one of: mon, tue, wed, thu, fri, sat, sun; did you mean 'tue'?"),
        ({"days": {"mon": 0}}, "at least one weight in 'days' must be above 0"),
        ({"hours": [0] * 24}, "at least one weight in 'hours' must be above 0"),
        ({"hours": [-1] + [1] * 23}, "-1 is out of range: must be greater than or equal to 0"),
        ({"week": [1] * 168, "hours": [1] * 24}, "give either 'week' or 'days' and 'hours', not both"),
    ],
)
def test_a_bad_profile_is_refused_in_one_sentence(profile: dict[str, object], sentence: str) -> None:
    """Lengths, names and weights are checked when the scenario is read."""
    with pytest.raises(ValidationError) as caught:
        Profile.model_validate(profile)
    assert caught.value.errors()[0]["msg"] == sentence


def played(
    blocks: list[list[float]], until: float, hours: float = 10.0, skip: object = None
) -> tuple[list[tuple[float, float]], list[int]]:
    """Instants and items that a feed plays, and the blocks that it asked for."""
    env = simpy.Environment()
    taken: list[tuple[float, float]] = []
    asked: list[int] = []

    def draw_block(block: int) -> tuple[list[float], list[float]]:
        asked.append(block)
        times = blocks[block] if block < len(blocks) else []
        return times, times

    Feed(env, draw_block, lambda item: taken.append((env.now, item)), hours, until, skip=skip)  # type: ignore[arg-type]
    env.run()
    return taken, asked


def test_a_feed_plays_each_item_at_its_time() -> None:
    """Also several at one time, in order, and over empty blocks."""
    taken, asked = played([[0.0, 1.5, 1.5, 9.9], [], [20.0, 29.0]], until=45.0)
    assert taken == [(t, t) for t in (0.0, 1.5, 1.5, 9.9, 20.0, 29.0)]
    assert asked == [0, 1, 2, 3, 4]


def test_a_feed_ends_before_its_end() -> None:
    """An item at the end is not played, and no block is drawn that begins there or later."""
    taken, asked = played([[1.0], [12.0, 15.0]], until=15.0)
    assert [item for _, item in taken] == [1.0, 12.0]
    assert asked == [0, 1]
    assert played([[1.0], [12.0]], until=10.0)[1] == [0]
    with pytest.raises(ValueError, match="finite end"):
        played([], until=math.inf)


def test_a_feed_draws_a_block_only_when_the_one_before_is_played() -> None:
    """At the first item of a block the next has not been asked for."""
    env = simpy.Environment()
    asked: list[int] = []
    seen: list[int] = []

    def draw_block(block: int) -> tuple[list[float], list[float]]:
        asked.append(block)
        return [block * 10.0 + 1, block * 10.0 + 2], [0.0, 0.0]

    Feed(env, draw_block, lambda _: seen.append(len(asked)), 10.0, 30.0)
    env.run()
    assert seen == [1, 1, 2, 2, 3, 3]


def test_skipped_items_cost_no_event() -> None:
    """What is skipped is not taken, and the clock does not stop for it."""
    env = simpy.Environment()
    taken: list[int] = []
    times = [float(i) for i in range(100)]
    Feed(env, lambda b: (times, list(range(100))), taken.append, 100.0, 100.0, skip=lambda item: item % 10 != 3)
    events = 0
    while env.peek() < math.inf:
        env.step()
        events += 1
    assert taken == list(range(3, 100, 10))
    assert events == 10


def test_a_feed_keeps_time_with_random_instants() -> None:
    """The clock shows the very instants that were drawn, but for the last bit."""
    times = draw(Arrivals(40.0), 1).tolist()
    taken, _ = played([times], until=BLOCK, hours=BLOCK)
    assert len(taken) == len(times)
    assert max(abs(now - item) / item for now, item in taken) < 1e-15
