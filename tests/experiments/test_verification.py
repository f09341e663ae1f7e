"""The simulation agrees with theory, and a deviation would be found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.errors import SimError
from sim.experiments.statistics import t_interval
from sim.experiments.verification import Finding, choose, verify


def test_every_shipped_case_agrees() -> None:
    """All queues, pipelines, customer bases and lessons at once, with 99.9 % confidence together."""
    findings = verify(choose(), replications=8, seed=20)
    wrong = [f"{f.case.name} {f.figure}: {f.exact} not in {f.simulated}" for f in findings if not f.agrees]
    assert not wrong
    assert len(findings) >= 50


def test_a_wrong_theory_is_found() -> None:
    """The intervals are narrow enough to refute a desk with one agent more."""
    case = choose(["erlang-c"])[0]
    wrong = replace(case, exact={"occupancy.desk": case.exact["occupancy.desk"] * 14 / 15})
    (finding,) = verify([wrong], replications=10, seed=3)
    assert finding.verdict == "deviates"


def test_a_figure_that_does_not_vary_must_be_equal() -> None:
    """An interval of no width covers its own value, rounding apart, and no other."""
    case = choose(["erlang-b"])[0]
    still = t_interval([0.1 + 0.2] * 5)
    assert Finding(case, "wait", "min", 0.3, still).agrees
    assert not Finding(case, "wait", "min", 0.300001, still).agrees


def test_cases_are_chosen_by_group_or_name() -> None:
    """Nothing means everything; what is neither is refused with the nearest name."""
    assert {case.group for case in choose(["customers"])} == {"customers"}
    assert [case.name for case in choose(["mm1", "churn"])] == ["mm1", "churn"]
    assert len(choose()) > len(choose(["queues"])) > 5
    with pytest.raises(SimError, match="did you mean 'queues'"):
        choose(["queue"])


def test_too_few_replications_are_refused() -> None:
    """Under five there is hardly an interval."""
    with pytest.raises(SimError, match="at least 5"):
        verify(choose(["mm1"]), replications=3)
