"""Stories of one or two teams: who works, what comes, who joins, is away and leaves; drawn at random by hypothesis."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from sim.engine.calendar import Calendar
from sim.engine.disciplines import EarliestDue, Fifo, Freshest, LargestValue, Priority
from sim.engine.team import Lane, ServerSpec

SKILLS = ("a", "b", "c")
# Halves of hours make simultaneous events the rule, thirds make rounding errors.
TIMES = st.one_of(st.integers(0, 100).map(lambda n: n / 2), st.integers(0, 150).map(lambda n: n / 3))
SPANS = st.one_of(st.integers(0, 16).map(lambda n: n / 2), st.integers(1, 20).map(lambda n: n / 3))
WEEKS = [
    Calendar.always(),
    Calendar([(24.0 * d + 9, 24.0 * d + 17) for d in range(7)]),
    Calendar([(24.0 * d + 17, 24.0 * d + 23) for d in range(7)]),
    Calendar([(24.0 * d + a, 24.0 * d + b) for d in range(7) for a, b in ((8, 12), (12.5, 16))]),
    Calendar([(24.0 * d + 1 / 3, 24.0 * d + 10 / 3) for d in range(7)]),
]


@dataclass
class Work:
    """A job that will come."""

    at: float
    work: float
    traits: dict
    owner: int | None
    team: int
    offered: float | None


@dataclass
class Crew:
    """A team before anything happens."""

    servers: list[ServerSpec]
    rules: dict


@dataclass
class Story:
    """One or two teams, and all that will happen to them."""

    crews: list[Crew]
    work: list[Work]
    joins: list[tuple[float, int, ServerSpec]]
    leaves: list[tuple[float, int, int]]
    absences: list[tuple[float, int, int, float]]


KNOWN = st.permutations(SKILLS).flatmap(lambda skills: st.integers(1, 2).map(lambda n: tuple(skills[:n])))
SPECS = st.builds(
    ServerSpec,
    st.sampled_from(WEEKS),
    speed=st.sampled_from([0.5, 1.0, 1.0, 3.0]),
    skills=st.one_of(st.none(), KNOWN),
    paces=st.sampled_from([None, None, (1.0, 2.0), (0.25, 1.0)]),
)
TRAITS = st.fixed_dictionaries(
    {},
    optional={
        "priority": st.integers(0, 2),
        "order": st.integers(0, 2),
        "patience": SPANS,
        "leaves": st.booleans(),
        "due": TIMES,
        "value": st.integers(0, 3),
        "skill": st.sampled_from(SKILLS),
        "kind": st.integers(0, 1),
        "wrap": SPANS,
        "lane": st.sampled_from(["chat", "video", "unknown"]),
        "reserve": st.integers(0, 2),
        "breakable": st.booleans(),
    },
)
LANES = st.fixed_dictionaries(
    {},
    optional={
        "chat": st.builds(Lane, st.integers(1, 3), st.sampled_from([0.0, 0.4, 1.0])),
        "video": st.just(Lane(2, 0.5)),
    },
)
RULES = st.fixed_dictionaries(
    {},
    optional={
        "discipline": st.sampled_from([Fifo(), Priority(), EarliestDue(), Freshest(), LargestValue()]),
        "takes": st.sampled_from(["longest_idle", "least_busy", "random", "owner_first", "own_skill_first"]),
        "ties": st.sampled_from(["longest_idle", "least_busy", "random"]),
        "waiting_room": st.integers(0, 4),
        "lanes": LANES,
        "overtime": st.sampled_from([0.0, 0.5, 2.0, 20.0]),
    },
)
WORK = st.builds(
    Work,
    TIMES,
    SPANS,
    TRAITS,
    st.one_of(st.none(), st.none(), st.integers(0, 5)),
    st.integers(0, 1),
    st.one_of(st.none(), SPANS),
)
STORIES = st.builds(
    Story,
    st.lists(st.builds(Crew, st.lists(SPECS, min_size=1, max_size=4), RULES), min_size=1, max_size=2),
    st.lists(WORK, max_size=25),
    st.lists(st.tuples(TIMES, st.integers(0, 1), SPECS), max_size=2),
    st.lists(st.tuples(TIMES, st.integers(0, 1), st.integers(0, 5)), max_size=2),
    st.lists(st.tuples(TIMES, st.integers(0, 1), st.integers(0, 5), SPANS), max_size=4),
)
