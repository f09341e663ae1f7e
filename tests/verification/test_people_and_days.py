"""People who quit, are missed and learn, and a demand that swings with the day, against theory; through the product."""

from __future__ import annotations

import math

import numpy as np
from yardstick import loaded, misses, runs, table

from sim.engine.theory.staffing import DailyWave
from sim.engine.units import MONTH, WEEK, YEAR

CASES = table("customers.yaml") | table("people.yaml")


def test_turnover_and_vacancy(tmp_path):
    """C15: the share of 40 positions that is filled, how many quit in a year, and what those who are there amount to if
    each grows in a straight line from his first day to the day he was fully productive (renewal-reward theorem).

    Everybody starts in place; after three years that is forgotten.
    """
    filled, leavers, productive, capacity = [], [], [], []
    for run in runs(loaded(CASES["careers"], tmp_path), 60):
        filled.append(growth(run, "employed", 3 * YEAR) / (40 * 10 * YEAR))
        leavers.append(growth(run, "hires", 3 * YEAR) / 10)
        hours, worth = tenures(run, 3 * YEAR)
        assert abs(hours / (40 * 10 * YEAR) - filled[-1]) < 1e-9
        productive.append(worth / hours)
        capacity.append(worth / (10 * YEAR))
    wrong = misses("filled", filled, 0.95808383, "0.006 abs")
    wrong += misses("leavers a year", leavers, 13.413174, "4 %")
    wrong += misses("productivity of filled", productive, 0.92654173, "0.008 abs")
    wrong += misses("effective reps", capacity, 35.508186, "1 %")
    assert not wrong, "\n".join(wrong)


def tenures(run, begin):
    """Hours that people were there from an instant to the end, and what these were worth, by everybody's own dates."""
    joined, ramped, left = (run.column("tenures", name) for name in ("joined", "ramped", "left"))
    learnt = np.where(joined > 0, joined + 5.3 * MONTH, 0.0)
    there = np.isfinite(ramped)
    assert np.allclose(ramped[there], learnt[there])
    last = np.fmin(left, run.horizon)
    assert np.array_equal(there, learnt < last)
    worth = sum(_area(np.clip(t, joined, None), joined, learnt) * sign for t, sign in ((last, 1), (begin, -1)))
    counted = last > begin
    return float((last - np.maximum(joined, begin))[counted].sum()), float(worth[counted].sum())


def _area(time, joined, learnt):
    """Productive hours since the first day: half of those of learning, in the mean, and all after them."""
    learning, takes = np.minimum(time, learnt) - joined, np.maximum(learnt - joined, 1e-9)
    return learning**2 / (2 * takes) + np.maximum(time - learnt, 0.0)


def test_newcomers_learn(tmp_path):
    """C15: what people who learn amount to, seen from how long equal errands take; everybody starts experienced.

    A newcomer's first errand comes when all 38 others have had theirs, three days later: that hides 0.001 of the loss.
    """
    productive, capacity = [], []
    for run in runs(loaded(CASES["learners"], tmp_path), 14):
        handled = run.column("contacts", "handled")[run.column("contacts", "arrived") >= YEAR]
        productive.append(float(np.nanmean(0.05 / handled)))
        capacity.append(growth(run, "employed", YEAR) / (6 * YEAR) * productive[-1])
    wrong = misses("productivity of filled", productive, 0.92654173, "0.008 abs")
    wrong += misses("effective reps", capacity, 35.508186, "1.5 %")
    assert not wrong, "\n".join(wrong)


def test_newcomers_learn_by_a_table(tmp_path):
    """By steps of productivity, and by talent: what a request meets when anybody takes it.

    Whoever fills a position has been there for an exponential time: sum of level x (e^-(rate x from) - e^-(rate x to)).
    With talents of standard deviation 1, resolved is the mean of logistic(logit 70 % + z). The first year is left out:
    of those who were there at the start, one in 400 still is.
    """
    rate, steps = 6 / YEAR, [(0.0, 0.25), (WEEK, 0.5), (4 * WEEK, 0.8), (10 * WEEK, 0.95)]
    ends = [*(since for since, _ in steps[1:]), math.inf]
    exact = sum(
        level * (math.exp(-rate * since) - math.exp(-rate * end))
        for (since, level), end in zip(steps, ends, strict=True)
    )
    z = np.linspace(-8, 8, 4001)
    density = np.exp(-(z**2) / 2)
    able = float((density / (1 + 3 / 7 * np.exp(-z))).sum() / density.sum())
    productive, resolved = [], []
    for run in runs(loaded(CASES["steps"], tmp_path), 20):
        later = run.column("contacts", "arrived") >= YEAR
        productive.append(float(np.nanmean(1 / 60 / run.column("contacts", "handled")[later])))
        resolved.append(float(np.nanmean(run.column("contacts", "resolved")[later])))
    wrong = misses("productivity of filled", productive, exact, "1 %")
    wrong += misses("resolved", resolved, able, "2 %")
    assert not wrong, "\n".join(wrong)


def test_people_differ_as_their_plan_says(tmp_path):
    """Pace has mean 1 and a coefficient of variation of 0.4 (lognormal), odds have mean 0 and a standard deviation of
    0.5, and one says nothing of the other: over those who were there at the start and those who came."""
    figures = {"pace": 1.0, "pace2": 0.16, "log pace": -math.log(1.16) / 2, "odds": 0.0, "odds2": 0.25, "both": 0.0}
    values = {name: [] for name in figures}
    for run in runs(loaded(CASES["people"], tmp_path), 40):
        pace, odds = run.column("tenures", "pace"), run.column("tenures", "odds")
        found = {"pace": pace, "pace2": (pace - 1) ** 2, "log pace": np.log(pace), "odds": odds, "odds2": odds**2}
        for name, column in (found | {"both": (pace - 1) * odds}).items():
            values[name].append(float(column.mean()))
    near = {"pace": "1 %", "pace2": "6 %", "log pace": "0.01 abs", "odds": "0.015 abs", "odds2": "4 %"}
    wrong = [each for name in figures for each in misses(name, values[name], figures[name], near.get(name, "0.01 abs"))]
    assert not wrong, "\n".join(wrong)


def growth(run, column, begin):
    """How much a running total of the only team grew from an instant that was read to the end."""
    totals = run.column("team_time", column)
    return float(totals[-1] - totals[np.flatnonzero(run.column("team_time", "time") == begin)[0]])


def test_busy_agents_follow_a_wave_of_calls(tmp_path):
    """Q17: with agents enough, the mean number busy lags the calls and is flatter (Eick, Massey and Whitt 1993).

    A profile knows hours, so the wave is a staircase; its first harmonic is that of the wave times sinc(pi / 24)^2,
    once for the mean over an hour and once for holding it, and the busy agents' harmonic follows it exactly.
    """
    pace = 2 * math.pi / 24
    weights = [1 + 0.6 * 24 / (2 * math.pi) * (math.cos(pace * h) - math.cos(pace * (h + 1))) for h in range(24)]
    text = CASES["wave"].replace("WEIGHTS", str([round(weight, 9) for weight in weights]))
    wave = DailyWave(100, 60, 1 / 6)
    means, sines, cosines = [], [], []
    days = 10.0
    for run in runs(loaded(text, tmp_path), 15):
        started, ended = run.column("contacts", "started"), run.column("contacts", "ended")
        start = np.clip(started, 48, 12 * 24)
        end = np.clip(np.where(np.isnan(ended), np.inf, ended), 48, 12 * 24)
        assert np.array_equal(started, run.column("contacts", "arrived"))
        means.append(float((end - start).sum() / (24 * days)))
        sines.append(float((np.cos(pace * start) - np.cos(pace * end)).sum() / pace / (12 * days)))
        cosines.append(float((np.sin(pace * end) - np.sin(pace * start)).sum() / pace / (12 * days)))
    stairs = (math.sin(pace / 2) / (pace / 2)) ** 2
    swing = (wave.peak_busy - 100 / 6) * stairs
    wrong = misses("mean busy", means, 100 / 6, "2 %")
    wrong += misses("sine", sines, swing * math.cos(pace * wave.lag), "3 %")
    wrong += misses("cosine", cosines, -swing * math.sin(pace * wave.lag), "0.3 abs")
    assert not wrong, "\n".join(wrong)
    # And the published figures of the smooth wave, which the staircase is near.
    mean, sine, cosine = (sum(values) / len(values) for values in (means, sines, cosines))
    for hour, busy in {0: 16.231163, 6: 26.647664, 12: 17.10217, 18: 6.6856691}.items():
        assert abs(mean + sine * math.sin(pace * hour) + cosine * math.cos(pace * hour) - busy) <= 0.03 * busy
    assert abs(mean + math.hypot(sine, cosine) - 26.657161) <= 0.02 * 26.657161
    assert abs(math.atan2(-cosine, sine) / pace - 0.16656102) <= 0.1
