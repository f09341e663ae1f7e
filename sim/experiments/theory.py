"""Scenarios that can be checked: solved on paper, or with what they expect of themselves; how they run is not known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from sim.engine.distributions import Exponential
from sim.engine.theory.birth_death import mmnk
from sim.engine.theory.erlang import DelayQueue, mmn
from sim.engine.theory.impatience import ImpatientQueue, erlang_a
from sim.engine.theory.networks import feedback, tandem
from sim.engine.theory.population import CustomerBase
from sim.engine.theory.priorities import mg1, priority_queue
from sim.engine.units import HOUR, MONTH, Quantity
from sim.errors import SimError
from sim.scenario.channels import Live
from sim.scenario.hours import ALWAYS
from sim.scenario.load import load, shipped_names
from sim.scenario.scenario import Scenario
from sim.scenario.teams import TeamPlan
from sim.scenario.tickets import Demand, TicketType

MINUTES = 60.0
"""Minutes per hour: waits are exact in hours and told in minutes."""


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


def cases() -> Iterator[Case]:
    """Every case, in the order in which they are told."""
    yield from _queues()
    yield from _pipeline()
    yield from _customers()
    yield from _learn()


def one_queue(scenario: Scenario) -> dict[str, float]:
    """Exact figures of a hotline with one team of equal people, one ticket type and one live channel, open always.

    Chooses the queue by what the scenario has: a waiting room, patience, a single server, or none of these.
    Raises SimError for a scenario that no formula covers.
    """
    rate, handle, cv, servers, patience, within, room = _taken_apart(scenario)
    if room is not None:
        finite = mmnk(rate, handle, servers, servers + room)
        return {"blocked": finite.p_block, **_times(scenario, finite.mean_wait, finite.queue, finite.occupancy)}
    if patience is not None:
        return _impatient(scenario, erlang_a(rate, handle, servers, patience), within)
    if servers == 1:
        queue = mg1(rate, handle, cv)
        return _times(scenario, queue.mean_wait, queue.queue, queue.occupancy)
    return _patient(scenario, mmn(rate, handle, servers), within)


def _patient(scenario: Scenario, queue: DelayQueue, within: float) -> dict[str, float]:
    told = _times(scenario, queue.mean_wait, queue.queue, queue.occupancy)
    return told | {"delayed": queue.p_wait, "service_level": queue.service_level(within)}


def _impatient(scenario: Scenario, queue: ImpatientQueue, within: float) -> dict[str, float]:
    return {
        "abandonment": queue.p_abandon,
        "speed_of_answer": queue.mean_wait_served * MINUTES,
        "wait_abandoned": queue.mean_wait_abandoned * MINUTES,
        "service_level": queue.service_level(within, of="patient_only"),
        **_times(scenario, queue.mean_wait, queue.queue, queue.occupancy),
    }


def _times(scenario: Scenario, wait: float, queue: float, occupancy: float) -> dict[str, float]:
    team = next(iter(scenario.teams))
    return {"wait": wait * MINUTES, f"queue_length.{team}": queue, f"occupancy.{team}": occupancy}


def _taken_apart(scenario: Scenario) -> tuple[float, float, float, int, float | None, float, int | None]:
    """Rate [1/h], handle time [h] and its cv, servers, mean patience [h], promise [h], waiting room."""
    service = scenario.service
    if service is None or len(service.types) != 1 or len(scenario.teams) != 1:
        raise SimError(f"'{scenario.name}' is not a single queue")
    team, kind = next(iter(scenario.teams.values())), next(iter(service.types.values()))
    channel = service.channels[next(iter(kind.channels))]
    if not isinstance(channel, Live) or len(kind.channels) > 1:
        raise SimError(f"no formula covers '{scenario.name}': contacts must come by one live channel")
    law, patience = kind.handle_time, channel.patience
    cv = math.sqrt(law.variance()) / law.expectation()
    servers, room = team.positions(), team.waiting_room
    if kind.arrivals is None or _varying(scenario, team, kind.arrivals):
        raise SimError(f"no formula covers '{scenario.name}': arrivals and staffing must not vary")
    if _elaborate(scenario, channel, kind):
        raise SimError(f"no formula covers '{scenario.name}': calls come once, and are taken one at a time")
    if not (isinstance(law, Exponential) or (servers == 1 and patience is None and room is None)):
        raise SimError(f"no formula covers '{scenario.name}': handle times must be exponential")
    if patience is not None and not isinstance(patience, Exponential):
        raise SimError(f"no formula covers '{scenario.name}': patience must be exponential")
    mean_patience = None if patience is None else patience.expectation()
    return kind.arrivals.rate, law.expectation(), cv, servers, mean_patience, channel.target.within, room


def _varying(scenario: Scenario, team: TeamPlan, demand: Demand) -> bool:
    """Whether arrivals or the people on duty differ from hour to hour."""
    uneven = demand.profile or demand.busyness or demand.begin or demand.end
    absent = team.shrinkage or team.breaks or team.training or team.turnover or team.steps is not None
    open_hours = team.open_hours(scenario.clock.hours)
    return bool(uneven or absent or scenario.clock.holidays or open_hours != ALWAYS)


def _elaborate(scenario: Scenario, channel: Live, kind: TicketType) -> bool:
    """Whether the desk has what the formulas do not know: returns, redials, chats, tiers, skills, shortcuts."""
    again = (kind.resolution < 1 and kind.returns > 0) or channel.redial or kind.escalation
    shared = channel.concurrency > 1 or channel.lines is not None or channel.wrap_up or channel.balk
    choosy = kind.skill or kind.uses or kind.overflow or kind.reserve or kind.outbound
    return bool(again or shared or choosy or scenario.loops.shortcuts.on)


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
    scenario = load(name)
    try:
        exact = one_queue(scenario)
    except SimError:
        exact = {}
    if not exact and not scenario.expect:
        raise SimError(f"'{name}' states nothing to verify: write it under 'expect' (sim explain expect)")
    source = "Erlang's formulas, chosen by what the scenario has" if exact else "what the scenario expects"
    run = scenario.run
    return Case(PurePath(name).stem, group, source, scenario, exact, run.replications, run.seed)
