"""Pipelines that are solved on paper, each with the exact figures of its formula; it runs none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.engine.theory.erlang import mmn
from sim.engine.theory.freshest import FreshestFirst
from sim.engine.theory.impatience import erlang_a
from sim.engine.theory.networks import tandem
from sim.engine.theory.response import left_after_power, left_after_steps
from sim.engine.units import HOUR
from sim.experiments.case import Case, built, exponential
from sim.scenario.scenario import Scenario


def pipelines() -> Iterator[Case]:
    """A funnel of three teams, leads whose chances fade while they wait, and leads that do not wait for ever."""
    yield _funnel()
    yield from _cooling()
    yield _newest_first()
    yield _expiring()


def _funnel() -> Case:
    """Three teams one after the other."""
    reps, works, passes = (3, 4, 4), ("1 h", "2 h", "4 h"), (0.6, 0.5, 1.0)
    names = ("qualify", "present", "close")
    teams = {name: {"headcount": heads} for name, heads in zip(names, reps, strict=True)}
    stages = {
        name: {"team": name, "work": exponential(work), "pass_rate": share}
        for name, work, share in zip(names, works, passes, strict=True)
    }
    plans: dict[str, Any] = {
        "marketing": {"sources": {"web": {"rate": "2 /h"}}},
        "sales": {"stages": stages, "deal": "100 EUR/mo"},
    }
    network = tandem(2.0, passes[:2], (1.0, 2.0, 4.0), reps)
    exact = {f"occupancy.{name}": share for name, share in zip(names, network.occupancies, strict=True)}
    lengths = [rate * wait for rate, wait in zip(network.rates, network.mean_waits, strict=True)]
    exact |= {f"queue_length.{name}": length for name, length in zip(names, lengths, strict=True)}
    exact |= {"speed_to_lead": network.mean_waits[0], "conversion.qualify": 0.6, "conversion.present": 0.5}
    # The mean cycle is left out: at the horizon long deals are still open, which makes that of the won ones too short.
    return Case("funnel", "pipeline", "Jackson 1957", built("funnel", "150 d", teams, **plans), exact)


def _line(name: str, horizon: str, rate: float, work: str, reps: dict[str, Any], **sales: Any) -> Scenario:
    """Reps who call every lead once, open always, 20 % of those who are called at once won; `rate` [1/h]."""
    stage = {"team": "reps", "work": exponential(work), "pass_rate": 0.2}
    plans: dict[str, Any] = {
        "marketing": {"sources": {"web": {"rate": f"{rate:g} /h"}}},
        "sales": {"stages": {"call": stage}, "deal": "100 EUR/mo", **sales},
    }
    return built(name, horizon, {"reps": reps}, **plans)


def _cooling() -> Iterator[Case]:
    """Leads in the order in which they came, whose chances fade by each of the laws."""
    queue = mmn(6.0, 0.5, 4)
    decay: dict[str, Any] = {"decay": "exponential", "mean": "1 h"}
    scenario = _line("speed-to-lead", "60 d", 6.0, "0.5 h", {"headcount": 4}, response=decay)
    exact = {"win_rate": 0.2 * queue.transform(1 / HOUR), "speed_to_lead": queue.mean_wait}
    yield Case("speed-to-lead", "pipeline", "Laplace transform of the M/M/n wait", scenario, exact)

    queue = mmn(6.0, 0.4, 3)
    decay = {"decay": "steps", "after": ["5 min", "30 min", "2 h"], "factors": [0.7, 0.4, 0.1]}
    scenario = _line("response-in-steps", "60 d", 6.0, "0.4 h", {"headcount": 3}, response=decay)
    left = left_after_steps(queue, [1 / 12, 0.5, 2.0], [0.7, 0.4, 0.1])
    exact = {"win_rate": 0.2 * left, "speed_to_lead": queue.mean_wait}
    yield Case("response-in-steps", "pipeline", "law of the M/M/n wait, step by step", scenario, exact)

    queue = mmn(8.0, 0.5, 5)
    decay = {"decay": "power", "scale": "10 min", "exponent": 1.2, "floor": 0.15}
    scenario = _line("response-by-power", "60 d", 8.0, "0.5 h", {"headcount": 5}, response=decay)
    exact = {"win_rate": 0.2 * left_after_power(queue, 1 / 6, 1.2, 0.15), "speed_to_lead": queue.mean_wait}
    yield Case("response-by-power", "pipeline", "quadrature over the law of the M/M/n wait", scenario, exact)


def _newest_first() -> Case:
    """Reps who take the newest lead first; who waits for long is hardly won."""
    decay = {"decay": "exponential", "mean": "1 h"}
    reps = {"headcount": 4, "discipline": {"rule": "freshest"}}
    scenario = _line("freshest", "60 d", 7.0, "0.5 h", reps, response=decay)
    queue = FreshestFirst(7.0, 0.5, 4)
    exact = {"win_rate": 0.2 * queue.transform(1 / HOUR), "occupancy.reps": 7.0 * 0.5 / 4}
    return Case("freshest", "pipeline", "transform of a busy period (Kleinrock 1975, chapter 5)", scenario, exact)


def _expiring() -> Case:
    """Leads who are gone when nobody has called them in time: callers who give up, as it were."""
    scenario = _line("expiring-leads", "60 d", 12.0, "0.5 h", {"headcount": 5}, expiry=exponential("1 h"))
    queue = erlang_a(12.0, 0.5, 5, 1.0)
    exact = {
        "win_rate": 0.2 * (1.0 - queue.p_abandon),
        "speed_to_lead": queue.mean_wait_served,
        "occupancy.reps": queue.occupancy,
    }
    return Case("expiring-leads", "pipeline", "Erlang A: expired leads as callers who gave up", scenario, exact)
