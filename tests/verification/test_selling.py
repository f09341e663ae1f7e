"""What must hold of selling whatever the numbers: the same leads for every plan, and levers that push one way."""

from __future__ import annotations

import numpy as np
import pytest
from yardstick import SEED, kpis, loaded, runs

from sim.experiments.statistics import paired
from sim.model.company import simulate
from sim.model.journal import Run

SALES = """
name: sales
clock: {start: 2026-01-05, horizon: 4 mo, report_at: [2 mo], hours: {mon-fri: "09:00-17:00"}}
teams: {reps: {headcount: 5, wage: 4000 EUR/mo}, agents: {headcount: 3, wage: 3000 EUR/mo}}
marketing:
  sources: {web: {rate: 90 per week, busyness: 0.2}}
sales:
  interactions: {call: {no_show: 30 %, wasted: 5 min, again: {dist: exponential, mean: 1 d}, attempts: 6}}
  stages:
    qualification: {team: reps, interaction: call, work: {dist: exponential, mean: 40 min}, disqualified: 20 %, pass_rate: 60 %}
    closing: {team: reps, work: {dist: exponential, mean: 2 h}, thinking: {dist: exponential, mean: 5 d}, pass_rate: 40 %}
  response: {decay: power, scale: 1 h, exponent: 0.5, floor: 30 %}
  expiry: {dist: exponential, mean: 4 d}
  discount: {stage: closing, usual: {dist: uniform, low: 0 %, high: 10 %}}
  deal: {dist: lognormal, mean: 300 EUR/mo, cv: 0.5}
  quota: {amount: 2000 EUR/mo}
service:
  channels: {phone: {mode: live, patience: {dist: exponential, mean: 3 min}, target: {within: 60 s, share: 80 %}, tolerance: 2 min}}
  types: {request: {team: agents, channels: {phone: 1}, handle_time: {dist: exponential, mean: 40 min}, resolution: 80 %, per_customer: 1 /mo}}
customers:
  initial: {count: 200}
  leaving: {base: 2 %/mo, beta: 3}
"""  # noqa: E501 - a scenario
REPUTATION = ("loops.reputation.on=true", "loops.reputation.time=1 mo", "loops.reputation.strength=3")


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """Every figure at the end under some settings, future by future."""
    folder, told = tmp_path_factory.mktemp("selling"), {}

    def of(*sets: str) -> dict[str, list[float]]:
        if sets not in told:
            futures = [list(future.values())[-1] for future in kpis(loaded(SALES, folder, *sets), 5)]
            told[sets] = {name: [future[name] for future in futures] for name in futures[0]}
        return told[sets]

    return of


def came(run: Run) -> set[tuple[float, ...]]:
    """Leads of the sources by when they came and what they are like."""
    rows = run.tables["leads"][run.column("leads", "source") < len(run.scenario.marketing.sources)]
    return {tuple(row) for row in rows[:, [1, 2, 3, 4]].tolist()}


def once(folder, *sets: str) -> Run:
    """One future under these settings."""
    return simulate(loaded(SALES, folder, *sets), 0, SEED)


STAFFINGS = [
    ("teams.reps.headcount=2",),
    ("teams.reps.headcount=9",),
    ("teams.agents.headcount=1",),
    ("sales.response.decay=constant", "teams.reps.discipline={rule: freshest}"),
]


@pytest.mark.parametrize("plan", STAFFINGS)
def test_the_same_leads_come_under_every_plan(plan, tmp_path):
    """As long as neither reputation nor a market joins demand to what the company does."""
    assert came(once(tmp_path)) == came(once(tmp_path, *plan))


@pytest.mark.parametrize("plan", STAFFINGS[:3])
def test_with_reputation_candidates_are_the_same(plan, tmp_path):
    """Who might ask is the same under every plan; of these, those ask whom the company's name does not keep away."""
    everybody = came(once(tmp_path, *REPUTATION, "loops.reputation.reference=0", "loops.reputation.strength=20"))
    some = came(once(tmp_path, *REPUTATION))
    others = came(once(tmp_path, *REPUTATION, *plan))
    assert some < everybody
    assert others < everybody


def test_a_better_name_keeps_every_lead_that_a_worse_one_brings(tmp_path):
    """Of two plans of which one always has the better reputation, it has all the leads of the other, and more."""
    good, bad = (once(tmp_path, *REPUTATION, f"teams.agents.headcount={heads}") for heads in (12, 1))
    names = [run.column("pulse", "reputation") for run in (good, bad)]
    assert np.all(names[0] >= names[1])
    assert came(bad) < came(good)


def test_a_market_only_takes_away(tmp_path):
    """Leads in a finite market are some of those of an endless one, fewer the smaller it is."""
    endless = came(once(tmp_path))
    last = len(endless)
    for size in (20_000, 5000, 2000):
        run = once(tmp_path, f"marketing.market.size={size}")
        assert came(run) < endless
        assert len(came(run)) < last
        last = len(came(run))
        assert np.all(run.column("pulse", "prospects") >= 0)


def test_a_market_is_never_oversold(tmp_path):
    """Customers, leads at work, the free and the lost, who never cool off here, add up to the market at any time."""
    for run in runs(loaded(SALES, tmp_path, "marketing.market.size=700"), 2):
        pulse = (run.column("pulse", name).tolist() for name in ("time", "customers", "prospects"))
        for time, live, free in zip(*pulse, strict=True):
            created, closed = run.column("leads", "created"), run.column("leads", "closed")
            at_work = np.sum((created <= time) & ~(closed <= time))
            lost = np.sum((closed <= time) & ~run.is_word("leads", "outcome", "won"))
            left = np.sum(run.column("subscriptions", "left") <= time)
            assert live + at_work + lost + left + free == 700


@pytest.mark.parametrize(
    ("setting", "figure", "up"),
    [
        ("teams.reps.headcount=10", "wins", True),
        ("teams.reps.headcount=10", "leads_expired", False),
        ("sales.interactions.call.no_show=50 %", "wins", False),
        ("sales.interactions.call.no_show=50 %", "contact_rate", False),
        ("sales.stages.qualification.disqualified=40 %", "wins", False),
        ("sales.expiry.mean=8 d", "leads_expired", False),
        ("sales.response.scale=4 h", "wins", True),
        ("sales.nurture={lost: 50 %, expired: 50 %, after: 14 d}", "leads_recycled", True),
        ("loops.overselling.on=true", "wins", True),
        ("loops.overselling.on=true", "misfits", True),
    ],
)
def test_levers_push_one_way(setting, figure, up, figures):
    """Future by future, with 95 %: more hands, more patience and more pressure; fewer who are there or fit."""
    without = [0.0 if value != value else value for value in figures()[figure]]
    change = paired(figures(setting)[figure], without, 0.95)
    assert change.low > 0 if up else change.high < 0


def test_a_discount_that_wins_nobody_only_costs(tmp_path):
    """Without an effect on the odds, twice the discount leaves every decision as it is, and takes twice as much off."""
    less, more = (
        once(tmp_path, f"sales.discount.usual={{dist: uniform, low: 0 %, high: {top} %}}") for top in (10, 20)
    )
    same = ("lead", "created", "outcome", "closed", "stage", "value")
    for column in same:
        assert np.array_equal(less.column("leads", column), more.column("leads", column), equal_nan=True)
    first, second = (run.column("leads", "discount") for run in (less, more))
    assert np.any(first > 0)
    assert second == pytest.approx(2 * first)
    assert not np.any(np.isnan(first))
