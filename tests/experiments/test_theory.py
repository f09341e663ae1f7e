"""Shipped cases carry published figures, and the formula is chosen by what a scenario has."""

from __future__ import annotations

import pytest

from sim.errors import SimError
from sim.experiments.theory import Case, cases, one_queue
from sim.scenario.scenario import Scenario

CASES = {case.name: case for case in cases()}

PUBLISHED = [
    ("mm1", "wait", 0.5),  # Law and Kelton, ch. 1: half a minute of service, one arrival a minute
    ("md1", "wait", 2.0),  # Pollaczek and Khinchine with rho 0.8
    ("erlang-c", "delayed", 0.17413193),  # 100 calls per half hour of 3 minutes, 14 agents
    ("erlang-c", "service_level", 0.88835002),
    ("erlang-c", "wait", 7.835937 / 60),
    ("erlang-a", "abandonment", 0.030912249),  # Garnett, Mandelbaum and Reiman 2002
    ("erlang-a", "wait_served", 3.6159002 / 60),
    ("erlang-a", "queue_length.desk", 2.9675759),
    ("erlang-b", "blocked", 0.085729249),
    ("priorities", "wait.urgent", 0.10888782),  # Kella and Yechiali 1985
    ("priorities", "wait.ordinary", 0.97999039),
    ("returns", "wait", 0.15587937 * 60),  # Jackson 1957
    ("returns", "resolution_time", 1.3598581),
    ("funnel", "queue_length.qualify", 2 * 0.44444444),
    ("funnel", "occupancy.close", 0.6),
    ("speed-to-lead", "win_rate", 0.16603774),
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


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_every_case_is_whole(case: Case) -> None:
    """A source, a scenario and at least one figure."""
    assert case.source
    assert case.exact
    assert isinstance(case.scenario, Scenario)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"teams": {"desk": {"headcount": 2, "shrinkage": "20 %"}}}, "staffing must not vary"),
        ({"service.types.call.handle_time": "2 min"}, "handle times must be exponential"),
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
