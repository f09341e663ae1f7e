"""Segments, own factors, fading and warnings on paper, checked by arithmetic done by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sim.engine.units import YEAR, Quantity
from sim.scenario.check import estimate
from sim.scenario.growth import Growth, grow
from sim.scenario.kinds import drift, factors, segments, stays, warning
from sim.scenario.leaving import Beta, Gamma
from sim.scenario.scenario import Scenario

BASE = """
name: base
clock: {start: 2026-01-05, horizon: 1 yr, hours: {mon-fri: "09:00-17:00"}}
teams: {reps: {headcount: 4}}
marketing: {sources: {web: {rate: 0 /d}}}
sales:
  stages: {closing: {team: reps, work: 2 h, pass_rate: 40 %}}
  deal: 300 EUR/mo
customers:
  initial: {count: 1000}
  leaving: {base: 100 %/yr}
"""
WEB = "marketing.sources.web.rate=1000 /yr"
TWO = "customers.segments={{small: {{share: 75 %{0}}}, large: {{share: 25 %{1}}}}}"

Make = Callable[..., Scenario]


def grown(scenario: Scenario) -> Growth:
    """What comes about without calls."""
    return grow(scenario, {})


def test_factors_at_even_steps_survive_as_their_law_does() -> None:
    """Gamma: (1 + t / k) ^ -k, aged or not; beta: the mean of (1 - chance) ^ periods."""
    for cv in (0.01, 0.5, 1.0, 2.0):
        shape, law = cv**-2, Gamma(law="gamma", cv=cv)
        for age in (0.0, 0.7):
            stayed = [float(np.exp(-law.quantiles(24, 1.0, age) * time).mean()) for time in (0.3, 1.0, 3.0)]
            exact = [((shape + age) / (shape + age + time)) ** shape for time in (0.3, 1.0, 3.0)]
            assert stayed == pytest.approx(exact, abs=2e-3)
    beta = Beta(law="beta", period=Quantity(1.0), polarization=0.25)
    mean, both = 1 - math.exp(-0.4), 3.0
    stay = (1 - mean) * both
    one = float(np.exp(-0.4 * beta.quantiles(24, 0.4)).mean())
    two = float(np.exp(-0.8 * beta.quantiles(24, 0.4)).mean())
    aged = float(np.exp(-0.4 * beta.quantiles(24, 0.4, age=2.0)).mean())
    exact = [1 - mean, (1 - mean) * (stay + 1) / (both + 1), (stay + 2) / (both + 2)]
    assert [one, two, aged] == pytest.approx(exact, abs=2e-3)


def test_a_base_whose_rates_vary_is_sorted_as_time_goes_by(make: Make) -> None:
    """With exponential factors 1 / (1 + t) stay: a thousand live ln 2 thousand years in a year; those who have been
    there for a year before, 2 ln 1.5; of mixed ages, half older and half younger by a standard deviation."""
    plain, varied = make(BASE), make(BASE, "customers.leaving.varies={law: gamma, cv: 1}")
    assert grown(plain).customer_hours == pytest.approx(1000 * YEAR * (1 - math.exp(-1)), rel=2e-3)
    assert grown(varied).customer_hours == pytest.approx(1000 * YEAR * math.log(2), rel=2e-3)
    vary = "customers.leaving.varies={law: gamma, cv: 1}"
    old = make(BASE, vary, "customers.initial.age=1 yr")
    assert grown(old).customer_hours == pytest.approx(1000 * YEAR * 2 * math.log(1.5), rel=2e-3)
    mixed = make(BASE, vary, "customers.initial.age={dist: gamma, mean: 1 yr, cv: 0.5}")
    exact = 1000 * YEAR * (1.5 * math.log(2.5 / 1.5) + 2.5 * math.log(3.5 / 2.5)) / 2
    assert grown(mixed).customer_hours == pytest.approx(exact, rel=2e-3)
    assert stays(old, next(iter(segments(old).values())), YEAR) == pytest.approx(0.5, rel=1e-2)
    buyers = BASE.replace("leaving: {base: 100 %/yr}", "purchases: {rate: 1 /mo, dropout: 5 %}")
    assert factors(make(buyers), next(iter(segments(plain).values()))).tolist() == [1.0]


def test_segments_have_their_own_rates_and_worth(make: Make) -> None:
    """Three quarters leave like everybody, the others at a tenth of that; these pay and need several times as much."""
    own = TWO.format("", ", value: 4, needs: 3, leaving: {base: 10 %/yr}")
    found = grown(make(BASE, own))
    assert found.lived["small"] == pytest.approx(750 * YEAR * (1 - math.exp(-1)), rel=2e-3)
    assert found.lived["large"] == pytest.approx(250 * YEAR * (1 - math.exp(-0.1)) / 0.1, rel=2e-3)
    assert found.initial == found.lived
    booked = estimate(make(BASE, WEB, own)).bookings / estimate(make(BASE, WEB)).bookings
    assert booked == pytest.approx(0.75 + 4 * 0.25)
    mixed = estimate(make(BASE, WEB, own, "marketing.sources.web.mix={large: 1}")).bookings
    assert mixed / estimate(make(BASE, WEB)).bookings == pytest.approx(4)
    desk = """
service:
  channels: {mail: {mode: deferred, target: {within: 8 h, share: 80 %}, tolerance: 8 h}}
  types: {help: {team: reps, channels: {mail: 1}, handle_time: 10 min, per_customer: 1 /mo, resolution: 1}}
"""
    contacts = estimate(make(BASE + desk, own)).contacts
    lived = 0.75 * (1 - math.exp(-1)) + 3 * 0.25 * (1 - math.exp(-0.1)) / 0.1
    assert contacts == pytest.approx(12 * 1000 * lived, rel=2e-3)
    assert estimate(make(BASE + desk, own)).tickets == pytest.approx(contacts)


def test_fit_changes_who_is_won(make: Make) -> None:
    """Of 40 % each that are won, those with log-odds of 1 more are 64.4 %."""
    eager = 1 / (1 + 1.5 * math.exp(-1))
    found = grown(make(BASE, WEB, TWO.format("", ", fit: 1")))
    assert found.passages["web"].won == pytest.approx(0.75 * 0.4 + 0.25 * eager)
    assert found.joined()["large"] == pytest.approx(1000 * 0.25 * eager, rel=1e-2)
    assert found.joined()["small"] == pytest.approx(1000 * 0.75 * 0.4, rel=1e-2)


def test_who_comes_back_is_of_the_segment_he_was(make: Make) -> None:
    """Nobody of a segment that does not leave comes back, whatever the shares."""
    own = TWO.format("", ", leaving: {base: 0 /yr}")
    found = grown(make(BASE, own, "marketing.win_back={share: 20 %, after: 1 wk}"))
    assert found.passages["won_back"].segments == {"small": 1.0, "large": 0.0}


def test_telling_fades(make: Make) -> None:
    """With 1 everybody sends one lead at most; between 0 and 1 the leads are those of a pure birth process."""
    sets = ["customers.leaving.base=0 /yr", "sales.stages.closing.pass_rate=0"]

    def told(rate: float, fades: float) -> float:
        telling = f"customers.telling={{rate: {rate} /yr, promoter: 0.7, fades: {fades}}}"
        return grown(make(BASE, *sets, telling)).leads["referred"] / 1000

    assert told(2, 0) == pytest.approx(2, rel=1e-9)
    assert told(2, 1) == pytest.approx(1 - math.exp(-2), rel=2e-2)
    for rate, fades in ((0.5, 0.3), (2, 0.1), (2, 0.3), (2, 0.6)):
        assert told(rate, fades) == pytest.approx(births(rate, 1 - fades), rel=4e-2)


def births(rate: float, lasting: float, steps: int = 20_000) -> float:
    """Mean of a pure birth process at time 1, whose rate is multiplied by `lasting` at each birth."""
    rates = rate * lasting ** np.arange(40)
    chance = np.zeros(40)
    chance[0] = 1.0
    for _ in range(steps):
        flow = chance * rates / steps
        chance = chance - flow
        chance[1:] += flow[:-1]
    return float(chance @ np.arange(40))


def test_warnings_keep_organic_leads_away(make: Make) -> None:
    """A thousand who feel 0.2 below a detractor's 0.5 warn at 60 % of the full rate; a tenth of it counts. Leads by
    word of mouth stay as they are, more than there are cannot be kept away, and the content warn nobody."""
    against = "customers.telling={rate: 0 /yr, against: {rate: 1 /yr, impact: 10 %}}"
    sets = ["customers.leaving.base=0 /yr", WEB, against, "customers.memory.start=0.2"]
    scenario = make(BASE, *sets)
    assert warning(scenario, next(iter(segments(scenario).values()))) * YEAR == pytest.approx(0.06)
    assert grown(scenario).leads["web"] == pytest.approx(1000 - 60, rel=2e-2)
    assert grown(make(BASE, *sets, "customers.telling.against.rate=50 /yr")).leads["web"] == pytest.approx(0, abs=1e-6)
    assert grown(make(BASE, *sets, "customers.memory.start=0.5")).leads["web"] == pytest.approx(1000)
    assert grown(make(BASE, *sets, "loops.referral.on=false")).leads["web"] == pytest.approx(1000)
    quiet = grown(make(BASE, *sets, TWO.format("", ", tells: 0")))
    assert 1000 - quiet.leads["web"] == pytest.approx(0.75 * (1000 - grown(scenario).leads["web"]), rel=2e-2)


def test_changes_by_themselves_count_as_dealings(make: Make) -> None:
    """Half as often again when content, half when not; ten times as often at most; with retention off, as stated."""
    plan = "customers.expansion={rate: 100 %/yr, size: 10 %, beta: 4}"
    for mood, times in ((0.85, math.exp(0.4)), (0.65, math.exp(-0.4)), (0.75, 1.0)):
        scenario = make(BASE, "customers.leaving.base=0 /yr", plan, f"customers.memory.start={mood}")
        assert estimate(scenario).dealings == pytest.approx(1000 * times, rel=1e-6)
    wild = make(BASE, plan.replace("beta: 4", "beta: 20"), "customers.memory.start=1")
    assert wild.customers is not None
    assert wild.customers.expansion is not None
    everybody = next(iter(segments(wild).values()))
    assert drift(wild, wild.customers.expansion, 1, everybody) * YEAR == pytest.approx(10)
    calm = make(BASE, plan, "customers.memory.start=1", "loops.retention.on=false", "customers.leaving.base=0 /yr")
    assert estimate(calm).dealings == pytest.approx(1000, rel=1e-6)
    fewer = plan.replace("expansion", "contraction")
    sad = make(BASE, "customers.leaving.base=0 /yr", fewer, "customers.memory.start=0.65")
    assert estimate(sad).dealings == pytest.approx(1000 * math.exp(0.4), rel=1e-6)


def test_contracts_of_segments_are_renewed_in_their_own_time(make: Make) -> None:
    """A year of 750 has terms of a month, that of 250 others terms of a year."""
    own = TWO.format(", contract: {length: 1 mo}", ", contract: {length: 1 yr}")
    sets = ["customers.leaving.base=0 /yr", own]
    assert estimate(make(BASE, *sets)).dealings == pytest.approx(750 * 12 + 250, rel=1e-6)
    follow = "sales.follow_up={review: {team: reps, work: 9 min, before_renewal: 1 wk}}"
    turns = next(flow for flow in estimate(make(BASE, *sets, follow)).flows if flow.kind == "review").count
    assert turns == pytest.approx(750 * 12 + 250, rel=1e-6)
