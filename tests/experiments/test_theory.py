"""Shipped cases carry published figures, and the formula is chosen by what a scenario has."""

from __future__ import annotations

import pytest

from sim.engine.theory.erlang import mmn
from sim.engine.theory.erosion import standards
from sim.engine.theory.freshest import FreshestFirst
from sim.engine.theory.impatience import erlang_a
from sim.engine.theory.networks import feedback
from sim.engine.theory.sharing import shared
from sim.errors import SimError
from sim.experiments.formula import one_queue
from sim.experiments.theory import Case, cases
from sim.experiments.verification import statements
from sim.scenario.scenario import Scenario

CASES = {case.name: case for case in cases()}

PUBLISHED = [
    ("mm1", "wait", 0.5),  # Law and Kelton, ch. 1: half a minute of service, one arrival a minute
    ("md1", "wait", 2.0),  # Pollaczek and Khinchine with rho 0.8
    ("erlang-c", "delayed", 0.17413193),  # 100 calls per half hour of 3 minutes, 14 agents
    ("erlang-c", "service_level", 0.88835002),
    ("erlang-c", "wait", 7.835937 / 60),
    ("erlang-a", "abandonment", 0.030912249),  # Garnett, Mandelbaum and Reiman 2002
    ("erlang-a", "speed_of_answer", 3.6159002 / 60),
    ("erlang-a", "queue_length.desk", 2.9675759),
    ("erlang-b", "blocked", 0.085729249),
    ("priorities", "wait.urgent", 0.10888782),  # Kella and Yechiali 1985
    ("priorities", "wait.ordinary", 0.97999039),
    ("returns", "wait", 0.15587937 * 60),  # Jackson 1957
    ("returns", "resolution_time", 1.3598581),
    ("closed-group", "wait", 0.80836245 * 60),  # Palm 1947
    ("closed-group", "queue_length.desk", 2.2518201),
    ("closed-group", "occupancy.desk", 0.83569695),
    ("funnel", "queue_length.qualify", 2 * 0.44444444),
    ("funnel", "occupancy.close", 0.6),
    ("speed-to-lead", "win_rate", 0.16603774),
    ("repeat-purchases", "purchases_per_customer", 1.1967232),  # Fader, Hardie and Lee 2005, rounded parameters
    ("churn", "customers", 2000 * 0.61578034),
    ("referral", "customers", 379.52232),
]


@pytest.mark.parametrize(("case", "figure", "value"), PUBLISHED)
def test_exact_figures_are_the_published_ones(case: str, figure: str, value: float) -> None:
    """To the digits that were published."""
    assert CASES[case].exact[figure] == pytest.approx(value, rel=2e-7)


def test_names_and_groups_do_not_collide() -> None:
    """A word after `sim verify` means one thing."""
    names, groups = list(CASES), {case.group for case in CASES.values()}
    assert len(names) == len(list(cases()))
    assert not set(names) & groups


LESSONS = {
    "03-channels": {
        "abandonment.phone": erlang_a(108, 1 / 12, 10, 0.05).p_abandon,
        "wait.phone": 60 * erlang_a(108, 1 / 12, 10, 0.05).mean_wait,
        "handle_time.chat": 60 * shared(108, 1 / 12, 10, 3, 0.25, patience=0.05).mean_contact,
        "wait.email": 60 * mmn(108, 1 / 12, 10).mean_wait,
        "occupancy.phones": erlang_a(108, 1 / 12, 10, 0.05).occupancy,
        "occupancy.chats": shared(108, 1 / 12, 10, 3, 0.25, patience=0.05).occupancy,
    },
    "04-pooling": {
        f"wait.{word}": mmn(18 / n, 1, 20 // n).mean_wait
        for word, n in {"one": 1, "two": 2, "four": 4, "ten": 10}.items()
    },
    "05-cross-training": {"wait.dedicated": mmn(4.5, 1, 5).mean_wait, "wait.full": mmn(18, 1, 20).mean_wait},
    "06-fcr": {
        "wait.base": 60 * feedback(60, 0.1, 11, 0.4, 2).mean_waits[0],
        "wait.more": 60 * feedback(60, 0.1, 13, 0.4, 2).mean_waits[0],
        "wait.better": 60 * feedback(60, 0.1, 11, 0.2, 2).mean_waits[0],
    },
    "09-freshest-first": {
        "wins": 2880 * 0.2 * FreshestFirst(12, 0.5, 4).transform(1),
        "wins with sales.response.decay=constant": 384,
        "wins with teams.reps.headcount=8": 2880 * 0.2 * FreshestFirst(12, 0.5, 8).transform(1),
        "wins with teams.reps.headcount=8 - wins with teams.reps.discipline.rule=fifo, teams.reps.headcount=8": 2880
        * 0.2
        * (FreshestFirst(12, 0.5, 8).transform(1) - mmn(12, 0.5, 8).transform(1)),
    },
    "07-shortcuts": {"standard.pulse": standards([(1.0, 1680), (1.2, 3360), (1.0, 1680)])[-1]},
}


@pytest.mark.parametrize(("lesson", "figure"), [(name, figure) for name in LESSONS for figure in LESSONS[name]])
def test_lessons_expect_what_theory_says(lesson: str, figure: str) -> None:
    """To the digits that are written in the file."""
    stated = [
        one.value for one in statements(CASES[lesson]) if one.name.split(" at ")[0] == figure and one.word == "is"
    ]
    assert stated
    assert stated == pytest.approx([LESSONS[lesson][figure]] * len(stated), rel=1e-3 if " - " in figure else 3e-5)


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_every_case_is_whole(case: Case) -> None:
    """A source, a scenario and at least one figure, whose expectations are in the figures' units."""
    assert case.source
    assert statements(case)
    assert isinstance(case.scenario, Scenario)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"teams": {"desk": {"headcount": 2, "shrinkage": "20 %"}}}, "staffing must not vary"),
        ({"service.types.call.handle_time": "2 min"}, "handle times must be exponential"),
        ({"service.types.call.arrivals.end": "3 h"}, "staffing must not vary"),
        ({"clock.hours": {"mon-fri": "09:00-17:00"}}, "staffing must not vary"),
        ({"service.channels.phone.concurrency": 2}, "taken one at a time"),
        ({"service.channels.phone.redial": {"share": 0.5, "after": "5 min"}}, "calls come once"),
        ({"service.types.call.resolution": 0.5}, "calls come once"),
        ({"service.channels.phone.patience": "2 min"}, "patience must be exponential"),
    ],
)
def test_what_no_formula_covers_is_refused(change: dict[str, object], word: str) -> None:
    """Better no exact figure than a wrong one."""
    raw = {
        "name": "desk",
        "clock": {"horizon": "1 d"},
        "teams": {"desk": {"headcount": 2}},
        "service": {
            "channels": {
                "phone": {
                    "mode": "live",
                    "patience": {"dist": "exponential", "mean": "2 min"},
                    "target": {"within": "20 s", "share": 0.8},
                    "tolerance": "2 min",
                }
            },
            "types": {
                "call": {
                    "team": "desk",
                    "channels": {"phone": 1.0},
                    "handle_time": {"dist": "exponential", "mean": "2 min"},
                    "arrivals": {"rate": "30 /h"},
                }
            },
        },
    }
    assert one_queue(Scenario.model_validate(raw))["abandonment"] > 0
    for path, value in change.items():
        *way, last = path.split(".")
        group: dict[str, object] = raw
        for key in way:
            group = group[key]  # type: ignore[assignment]
        group[last] = value
    with pytest.raises(SimError, match=word):
        one_queue(Scenario.model_validate(raw))
