"""Service desks that are solved on paper, each with the exact figures of its formula; it runs none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sim.engine.theory.birth_death import finite_source
from sim.engine.theory.networks import feedback, tandem
from sim.engine.theory.priorities import priority_queue
from sim.engine.theory.sharing import shared
from sim.experiments.case import Case, built, exponential
from sim.experiments.formula import MINUTES, one_queue
from sim.scenario.scenario import Scenario


def queues() -> Iterator[Case]:
    """One queue each: the formula is chosen by what the scenario has."""
    minute = exponential("1 min")
    made: list[tuple[str, Callable[[], Scenario]]] = [
        ("Law and Kelton, Simulation Modeling and Analysis, ch. 1; Pollaczek and Khinchine",
         lambda: _hotline("mm1", "10 d", 1, "60 /h", exponential("0.5 min"))),
        ("Pollaczek and Khinchine, service without variance",
         lambda: _hotline("md1", "10 d", 1, "48 /h", "1 min")),
        ("Pollaczek and Khinchine, lognormal service",
         lambda: _hotline("mg1", "20 d", 1, "42 /h", {"dist": "lognormal", "mean": "1 min", "cv": 1.5})),
        ("Erlang 1917, delay formula (C)",
         lambda: _hotline("erlang-c", "3 d", 14, "200 /h", exponential("3 min"))),
        ("Garnett, Mandelbaum and Reiman 2002 (A)",
         lambda: _hotline("erlang-a", "5 h", 50, "2880 /h", minute, patience=exponential("2 min"))),
        ("Erlang 1917, loss formula (B)",
         lambda: _hotline("erlang-b", "100 h", 15, "180 /h", exponential("4 min"), waiting_room=0)),
        ("birth-death process with a finite waiting room",
         lambda: _hotline("small-room", "100 h", 5, "120 /h", exponential("2 min"), waiting_room=4)),
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
            "handle_time": exponential("1 min"),
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
    return Case("priorities", "queues", source, built("priorities", "50 h", teams, service=service), exact)


def _returns() -> Case:
    """A desk whose unresolved calls come back at once, at the end of the queue."""
    kind = {"resolution": 0.85, "returns": 1.0}
    scenario = _hotline("returns", "60 d", 8, "5 /h", exponential("1 h"), kind=kind)
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
        "handle_time": exponential("1.5 h"),
        "per_customer": "0.8 /d",
        "one_at_a_time": True,
    }
    mail = {"mode": "deferred", "target": {"within": "1 h", "share": 0.8}, "tolerance": "1 h"}
    base = {"initial": {"count": 90, "mrr": "1 EUR/mo"}, "leaving": {"base": "0 %/yr"}}
    service = {"channels": {"mail": mail}, "types": {"request": kind}}
    scenario = built("closed-group", "60 d", {"desk": {"headcount": 5}}, service=service, customers=base)
    queue = finite_source(90, 30.0, 1.5, 5)
    exact = _told(queue.mean_wait, queue.queue, queue.occupancy) | {"resolution_time": queue.mean_time}
    return Case("closed-group", "queues", "machine interference (Palm 1947)", scenario, exact)


def _chats() -> Case:
    """Three people with two chats at once each, and customers who give up."""
    talk = {
        "team": "desk",
        "channels": {"chat": 1.0},
        "handle_time": exponential("5 min"),
        "arrivals": {"rate": "44 /h"},
    }
    chat = {
        "mode": "live",
        "patience": exponential("3 min"),
        "concurrency": 2,
        "stretch": 0.4,
        "target": {"within": "20 s", "share": 0.8},
        "tolerance": "2 min",
    }
    service = {"channels": {"chat": chat}, "types": {"talk": talk}}
    scenario = built("chats", "10 d", {"desk": {"headcount": 3}}, service=service)
    queue = shared(44.0, 1 / 12, 3, 2, 0.4, patience=0.05)
    exact = _told(queue.mean_wait, queue.queue, queue.occupancy)
    exact |= {"abandonment": queue.p_abandon, "delayed": queue.p_wait}
    exact["resolution_time"] = queue.mean_wait_served + queue.mean_contact
    return Case("chats", "queues", "chain of all states of the desk", scenario, exact)


def _tiers() -> Case:
    """A front line, and experts who get most of what it cannot resolve."""
    tier = {"team": "experts", "channel": "mail", "reasons": {"knowledge": 0.8}, "handle_time": exponential("30 min")}
    call = {
        "team": "front",
        "channels": {"phone": 1.0},
        "handle_time": exponential("6 min"),
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
    return Case("tiers", "queues", "Jackson 1957", built("tiers", "20 d", teams, service=service), exact)


def _told(wait: float, queue: float, occupancy: float) -> dict[str, float]:
    """Wait [h], number waiting and occupancy of the team called desk, as KPIs."""
    return {"wait": wait * MINUTES, "queue_length.desk": queue, "occupancy.desk": occupancy}


def _hotline(name: str, horizon: str, servers: int, rate: str, handle: Any, **more: Any) -> Scenario:
    """A desk of one team and one live channel, open always; `more` goes to the team, `patience` to the channel."""
    line = {"mode": "live", "target": {"within": "20 s", "share": 0.8}, "tolerance": "2 min"}
    if "patience" in more:
        line["patience"] = more.pop("patience")
    kind = {"team": "desk", "channels": {"phone": 1.0}, "handle_time": handle, "arrivals": {"rate": rate}}
    kind |= more.pop("kind", {})
    service = {"channels": {"phone": line}, "types": {"call": kind}}
    return built(name, horizon, {"desk": {"headcount": servers} | more}, service=service)
