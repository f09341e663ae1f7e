"""Scenarios that can be checked: solved on paper, or with what they expect of themselves; how they run is not known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from sim.engine.theory.birth_death import finite_source
from sim.engine.theory.erlang import mmn
from sim.engine.theory.networks import feedback, tandem
from sim.engine.theory.population import CustomerBase
from sim.engine.theory.priorities import priority_queue
from sim.engine.theory.sharing import shared
from sim.engine.units import HOUR, MONTH, Quantity
from sim.errors import SimError
from sim.experiments.formula import MINUTES, one_queue
from sim.scenario.load import load_tree, scenario_of, shipped_names, variants
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Case:
    """One scenario with what theory says about it."""

    name: str
    """Short name, such as 'erlang-a'."""
    group: str
    """queues, learn, pipeline or customers."""
    source: str
    """Where the exact figures come from."""
    scenario: Scenario
    """What is simulated."""
    exact: Mapping[str, float]
    """KPI -> exact value, in the KPI's unit, at the scenario's horizon; what the scenario expects comes on top."""
    replications: int | None = None
    """Futures it needs; None for the usual number."""
    seed: int = 1
    """Root of all chance."""
    variants: Mapping[str, Scenario] = field(default_factory=dict)
    """The scenario with the settings changed that some of its expectations ask for, by how these are told."""


def cases() -> Iterator[Case]:
    """Every case, in the order in which they are told."""
    yield from _queues()
    yield from _pipeline()
    yield from _customers()
    yield from _learn()


def _hotline(name: str, horizon: str, servers: int, rate: str, handle: Any, **more: Any) -> Scenario:
    """A desk of one team and one live channel, open always; `more` goes to the team, `patience` to the channel."""
    line = {"mode": "live", "target": {"within": "20 s", "share": 0.8}, "tolerance": "2 min"}
    if "patience" in more:
        line["patience"] = more.pop("patience")
    kind = {"team": "desk", "channels": {"phone": 1.0}, "handle_time": handle, "arrivals": {"rate": rate}}
    kind |= more.pop("kind", {})
    service = {"channels": {"phone": line}, "types": {"call": kind}}
    return _scenario(name, horizon, {"desk": {"headcount": servers} | more}, service=service)


def _scenario(name: str, horizon: str, teams: Mapping[str, Any], warm_up: float = 0.1, **plans: Any) -> Scenario:
    """A scenario of these plans, a tenth of its horizon cut from queueing figures."""
    raw = {"name": name, "clock": {"horizon": horizon, "report_at": [horizon]}, "teams": dict(teams), **plans}
    made = Scenario.model_validate(raw)
    clock = made.clock.model_copy(update={"warm_up": Quantity(warm_up * made.clock.horizon)})
    return made.model_copy(update={"clock": clock})


def _exponential(mean: str) -> dict[str, str]:
    return {"dist": "exponential", "mean": mean}


def _queues() -> Iterator[Case]:
    """One queue each: the formula is chosen by what the scenario has."""
    minute = _exponential("1 min")
    made: list[tuple[str, Callable[[], Scenario]]] = [
        ("Law and Kelton, Simulation Modeling and Analysis, ch. 1; Pollaczek and Khinchine",
         lambda: _hotline("mm1", "10 d", 1, "60 /h", _exponential("0.5 min"))),
        ("Pollaczek and Khinchine, service without variance",
         lambda: _hotline("md1", "10 d", 1, "48 /h", "1 min")),
        ("Pollaczek and Khinchine, lognormal service",
         lambda: _hotline("mg1", "20 d", 1, "42 /h", {"dist": "lognormal", "mean": "1 min", "cv": 1.5})),
        ("Erlang 1917, delay formula (C)",
         lambda: _hotline("erlang-c", "3 d", 14, "200 /h", _exponential("3 min"))),
        ("Garnett, Mandelbaum and Reiman 2002 (A)",
         lambda: _hotline("erlang-a", "5 h", 50, "2880 /h", minute, patience=_exponential("2 min"))),
        ("Erlang 1917, loss formula (B)",
         lambda: _hotline("erlang-b", "100 h", 15, "180 /h", _exponential("4 min"), waiting_room=0)),
        ("birth-death process with a finite waiting room",
         lambda: _hotline("small-room", "100 h", 5, "120 /h", _exponential("2 min"), waiting_room=4)),
    ]  # fmt: skip
    for source, make in made:
        scenario = make()
        yield Case(scenario.name, "queues", source, scenario, one_queue(scenario))
    yield _priorities()
    yield _returns()
    yield _closed_group()
    yield _chats()
    yield _tiers()


def _priorities() -> Case:
    """Urgent and ordinary calls before the same nine people; nobody is interrupted."""
    rates, handle, servers = (180.0, 300.0), 1 / MINUTES, 9
    line = {"mode": "live", "target": {"within": "20 s", "share": 0.8}, "tolerance": "2 min"}
    types = {
        word: {
            "team": "desk",
            "channels": {word: 1.0},
            "handle_time": _exponential("1 min"),
            "priority": priority,
            "arrivals": {"rate": f"{rate:g} /h"},
        }
        for priority, (word, rate) in enumerate(zip(("urgent", "ordinary"), rates, strict=True), start=1)
    }
    service = {"channels": dict.fromkeys(types, line), "types": types}
    teams = {"desk": {"headcount": servers, "discipline": {"rule": "priority"}}}
    queue = priority_queue(rates, handle, servers)
    urgent, ordinary = queue.mean_waits
    exact = {"wait.urgent": urgent * MINUTES, "wait.ordinary": ordinary * MINUTES, "delayed": queue.p_wait}
    source = "Cobham 1954; Davis 1966; Kella and Yechiali 1985"
    return Case("priorities", "queues", source, _scenario("priorities", "50 h", teams, service=service), exact)


def _returns() -> Case:
    """A desk whose unresolved calls come back at once, at the end of the queue."""
    kind = {"resolution": 0.85, "returns": 1.0}
    scenario = _hotline("returns", "60 d", 8, "5 /h", _exponential("1 h"), kind=kind)
    network = feedback(5.0, 1.0, 8, 0.15)
    exact = {
        "wait": network.mean_waits[0] * MINUTES,
        "occupancy.desk": network.occupancies[0],
        "resolution_time": network.time_inside,
        "first_contact_resolution": 0.85,
    }
    return Case("returns", "queues", "Jackson 1957", scenario, exact)


def _closed_group() -> Case:
    """Ninety customers who do not ask again while they wait."""
    kind = {
        "team": "desk",
        "channels": {"mail": 1.0},
        "handle_time": _exponential("1.5 h"),
        "per_customer": "0.8 /d",
        "one_at_a_time": True,
    }
    mail = {"mode": "deferred", "target": {"within": "1 h", "share": 0.8}, "tolerance": "1 h"}
    base = {"initial": {"count": 90, "mrr": "1 EUR/mo"}, "leaving": {"base": "0 %/yr"}}
    service = {"channels": {"mail": mail}, "types": {"request": kind}}
    scenario = _scenario("closed-group", "60 d", {"desk": {"headcount": 5}}, service=service, customers=base)
    queue = finite_source(90, 30.0, 1.5, 5)
    exact = _told(queue.mean_wait, queue.queue, queue.occupancy) | {"resolution_time": queue.mean_time}
    return Case("closed-group", "queues", "machine interference (Palm 1947)", scenario, exact)


def _chats() -> Case:
    """Three people with two chats at once each, and customers who give up."""
    talk = {
        "team": "desk",
        "channels": {"chat": 1.0},
        "handle_time": _exponential("5 min"),
        "arrivals": {"rate": "44 /h"},
    }
    chat = {
        "mode": "live",
        "patience": _exponential("3 min"),
        "concurrency": 2,
        "stretch": 0.4,
        "target": {"within": "20 s", "share": 0.8},
        "tolerance": "2 min",
    }
    service = {"channels": {"chat": chat}, "types": {"talk": talk}}
    scenario = _scenario("chats", "10 d", {"desk": {"headcount": 3}}, service=service)
    queue = shared(44.0, 1 / 12, 3, 2, 0.4, patience=0.05)
    exact = _told(queue.mean_wait, queue.queue, queue.occupancy)
    exact |= {"abandonment": queue.p_abandon, "delayed": queue.p_wait}
    exact["resolution_time"] = queue.mean_wait_served + queue.mean_contact
    return Case("chats", "queues", "chain of all states of the desk", scenario, exact)


def _tiers() -> Case:
    """A front line, and experts who get most of what it cannot resolve."""
    tier = {"team": "experts", "channel": "mail", "reasons": {"knowledge": 0.8}, "handle_time": _exponential("30 min")}
    call = {
        "team": "front",
        "channels": {"phone": 1.0},
        "handle_time": _exponential("6 min"),
        "resolution": 0.7,
        "returns": 0.0,
        "escalation": [tier],
        "arrivals": {"rate": "20 /h"},
    }
    promise = {"target": {"within": "20 s", "share": 0.8}, "tolerance": "2 min"}
    service = {
        "channels": {"phone": {"mode": "live"} | promise, "mail": {"mode": "deferred"} | promise},
        "types": {"call": call},
    }
    teams = {"front": {"headcount": 3}, "experts": {"headcount": 3}}
    network = tandem(20.0, [0.3 * 0.8], (0.1, 0.5), (3, 3))
    exact = {f"occupancy.{name}": busy for name, busy in zip(teams, network.occupancies, strict=True)}
    exact |= {f"wait.{by}": wait * MINUTES for by, wait in zip(("phone", "mail"), network.mean_waits, strict=True)}
    return Case("tiers", "queues", "Jackson 1957", _scenario("tiers", "20 d", teams, service=service), exact)


def _told(wait: float, queue: float, occupancy: float) -> dict[str, float]:
    """Wait [h], number waiting and occupancy of the team called desk, as KPIs."""
    return {"wait": wait * MINUTES, "queue_length.desk": queue, "occupancy.desk": occupancy}


def _pipeline() -> Iterator[Case]:
    """A funnel of three teams, and a lead whose chances fade while it waits."""
    reps, works, passes = (3, 4, 4), ("1 h", "2 h", "4 h"), (0.6, 0.5, 1.0)
    names = ("qualify", "present", "close")
    teams = {name: {"headcount": heads} for name, heads in zip(names, reps, strict=True)}
    stages = {
        name: {"team": name, "work": _exponential(work), "pass_rate": share}
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
    yield Case("funnel", "pipeline", "Jackson 1957", _scenario("funnel", "150 d", teams, **plans), exact)

    stage = {"team": "reps", "work": _exponential("0.5 h"), "pass_rate": 0.2}
    decay = {"decay": "exponential", "mean": "1 h"}
    plans = {
        "marketing": {"sources": {"web": {"rate": "6 /h"}}},
        "sales": {"stages": {"call": stage}, "response": decay, "deal": "100 EUR/mo"},
    }
    scenario = _scenario("speed-to-lead", "60 d", {"reps": {"headcount": 4}}, **plans)
    queue = mmn(6.0, 0.5, 4)
    exact = {"win_rate": 0.2 * queue.transform(1 / HOUR), "speed_to_lead": queue.mean_wait}
    yield Case("speed-to-lead", "pipeline", "Laplace transform of the M/M/n wait", scenario, exact)


def _customers() -> Iterator[Case]:
    """A customer base without service: geometric churn, and the referral loop below criticality."""
    idle = {"nobody": {"headcount": 0}}
    monthly = 0.02
    hazard = Quantity(-math.log1p(-monthly) / MONTH)
    base = {"initial": {"count": 2000, "mrr": "100 EUR/mo"}, "leaving": {"base": hazard}}
    scenario = _scenario("churn", "24 mo", idle, warm_up=0.0, customers=base)
    kept = (1 - monthly) ** 24
    exact = {"customers": 2000 * kept, "mrr": 200_000 * kept, "churn": hazard * MONTH}
    yield Case("churn", "customers", "geometric survival (Berger and Nasr 1998)", scenario, exact)

    process = CustomerBase(wins=10 / MONTH, churn=0.05 / MONTH, referral=0.03 / MONTH, start=100)
    base = {
        "initial": {"count": 100, "mrr": "100 EUR/mo"},
        "leaving": {"base": "5 %/mo"},
        "telling": {"rate": "0.03 /mo", "promoter": 0, "detractor": 0},
    }
    plans: dict[str, Any] = {
        "marketing": {"sources": {"web": {"rate": "10 /mo"}}},
        "sales": {"deal": "100 EUR/mo"},
        "customers": base,
    }
    scenario = _scenario("referral", "60 mo", idle, warm_up=0.0, **plans)
    exact = {"customers": process.mean(60 * MONTH), "leads.web": 10 * 60.0, "churn": process.churn * MONTH}
    yield Case("referral", "customers", "Kendall 1949, birth and death with immigration", scenario, exact)


def _learn() -> Iterator[Case]:
    """The shipped lessons: single queues by formula, all of them by what they expect."""
    for name in shipped_names():
        if name.startswith("learn/"):
            yield case_of(name, "learn")


def case_of(name: str, group: str) -> Case:
    """The case that a scenario file is: what it expects, and the exact figures if it is a single queue.

    Raises ScenarioError for a file that is no scenario, SimError for one of which nothing is known beforehand.
    """
    tree = load_tree(name)
    scenario = scenario_of(tree)
    try:
        exact = one_queue(scenario)
    except SimError:
        exact = {}
    if not exact and not scenario.expect:
        raise SimError(f"'{name}' states nothing to verify: write it under 'expect' (sim explain expect)")
    source = "Erlang's formulas, chosen by what the scenario has" if exact else "what the scenario expects"
    run = scenario.run
    return Case(PurePath(name).stem, group, source, scenario, exact, run.replications, run.seed, variants(tree))
