"""A study of loops runs every scenario once, keeps what is finished, and ends in the same bytes in any case."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import fake_work
import pytest
from loop_plans import BASE, SHOP, Subject, subject

from sim.errors import SimError
from sim.experiments.knockout import TOGETHER
from sim.experiments.loop_study import ELASTICITIES, LOOPS, Design, LoopStudy, design, run_loops
from sim.experiments.manifest import Settings
from sim.experiments.outcome import Outcome
from sim.scenario.scenario import Scenario


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a result folder but what depends on the day."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in sorted(found.items()) if name != "manifest.json"}


def renamed(plan: Subject, name: str) -> Subject:
    """The same plan under another name."""
    return Subject(plan.tree, plan.scenario.model_copy(update={"name": name}))


class Worker:
    """Quick figures; counts its calls, and is interrupted at one of them."""

    def __init__(self, interrupted_at: int = 0) -> None:
        self.done: list[tuple[str, int]] = []
        self.interrupted_at = interrupted_at

    def __call__(self, plan: Scenario, replication: int, seed: int) -> Outcome:
        self.done.append((plan.identity(), replication))
        if len(self.done) == self.interrupted_at:
            raise KeyboardInterrupt
        luck = fake_work.quick(plan.model_copy(update={"teams": {"agents": plan.teams["agents"]}}), replication, seed)
        profits = {at: figures["profit"] for at, figures in luck.kpis.items()}
        told = {at: {"profit": profit, "customers": 100.0 + replication} for at, profit in profits.items()}
        return Outcome.of(plan.name, replication, told)


def run(asked: Design, folder: Path, worker: Worker | None = None, replications: int = 3) -> LoopStudy:
    """A study in this process."""
    return run_loops(asked, Settings(replications, seed=5, jobs=1), folder, work=worker or Worker())


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Subject]:
    """The shop, told at the instants that made-up figures know."""
    return subject(tmp_path, SHOP, "clock.horizon=24 mo", "clock.report_at=[12 mo]")


def test_equal_scenarios_are_run_once(tmp_path: Path) -> None:
    """With one loop, all but it is none, and it alone is all."""
    asked = design(subject(tmp_path, BASE))
    place = asked.places
    assert asked.loops == ("failure_demand",)
    assert place["base", "all"] == place["base", "failure_demand alone"] == "base"
    assert place["base", "none"] == place["base", "without failure_demand"]
    assert len(asked.variations) == 2 + len(asked.nudges)
    assert len({each.scenario.identity() for each in asked.variations.values()}) == len(asked.variations)
    assert next(iter(asked.variations)) == "base"


def test_every_variation_is_run_under_its_own_name(shop: Subject, tmp_path: Path) -> None:
    """Names are fit for files, and the text of each is the scenario that was run."""
    asked = design(shop)
    found = run(asked, tmp_path / "out")
    for name, variation in asked.variations.items():
        assert variation.scenario.name == name
        assert (tmp_path / "out" / "scenarios" / f"{name}.yaml").read_text("utf-8") == variation.text
    assert found.plan == "shop"
    assert found.versus is None
    assert "shop without failure demand" in asked.variations


def test_long_and_clashing_names_stay_apart(shop: Subject) -> None:
    """Names of 64 characters are cut, and plans whose names begin alike are told by a number."""
    first, second = renamed(shop, "x" * 64), renamed(shop, "x" * 63 + "y")
    other = Subject(second.tree, second.scenario.model_copy(update={"description": "", "economics":
                    second.scenario.economics.model_copy(update={"overhead": 1.0})}))  # fmt: skip
    asked = design(first, other)
    names = list(asked.variations)
    assert all(len(name) <= 64 for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert {"x" * 64, "x" * 63 + "y"} <= set(names)


def test_a_stopped_study_goes_on_where_it_was(shop: Subject, tmp_path: Path) -> None:
    """Nothing that is finished is run again, and every file ends in the same bytes as in one go."""
    asked = design(shop)
    calm = Worker()
    run(asked, tmp_path / "calm", calm)
    runs = 3 * len(asked.variations)
    assert len(calm.done) == runs
    for stop in (1, 7, runs // 2):
        with pytest.raises(KeyboardInterrupt):
            run(asked, tmp_path / "stopped", Worker(interrupted_at=stop))
        assert not (tmp_path / "stopped" / LOOPS).exists()
    rest = Worker()
    run(asked, tmp_path / "stopped", rest)
    assert 0 < len(rest.done) < runs
    assert files(tmp_path / "stopped") == files(tmp_path / "calm")
    again = Worker()
    run(asked, tmp_path / "stopped", again)
    assert again.done == []


def test_a_changed_scenario_uses_no_stored_rows(shop: Subject, tmp_path: Path) -> None:
    """One more head anywhere, and everything is run again."""
    asked = design(shop)
    run(asked, tmp_path / "out")
    changed = subject(tmp_path, SHOP, "clock.horizon=24 mo", "clock.report_at=[12 mo]", "teams.reps.headcount=9")
    worker = Worker()
    run(design(changed), tmp_path / "out", worker)
    assert len(worker.done) == 3 * len(asked.variations)


def test_equal_plans_differ_in_exactly_nothing(shop: Subject, tmp_path: Path) -> None:
    """A plan under two names: each future is simulated once, and every part of the difference is 0."""
    worker = Worker()
    asked = design(shop, renamed(shop, "same"))
    found = run(asked, tmp_path / "out", worker)
    assert len(set(worker.done)) == len(worker.done)
    assert found.versus == "same"
    assert {part.verdict for part in found.attribution.parts} == {"the same"}
    assert {(part.interval.mean, part.interval.deviation) for part in found.attribution.parts} == {(0.0, 0.0)}
    assert {part.measure for part in found.attribution.parts if part.loop == TOGETHER} == {
        "difference", "direct", "indirect",
    }  # fmt: skip


def test_tables_of_an_earlier_study_do_not_pass_for_this_one(shop: Subject, tmp_path: Path) -> None:
    """They go when a study begins; a file of that name in a folder that is not ours stays."""
    run(design(shop), tmp_path / "out")
    assert {LOOPS, ELASTICITIES} <= set(files(tmp_path / "out"))
    with pytest.raises(KeyboardInterrupt):
        run_loops(design(shop), Settings(4, seed=5, jobs=1), tmp_path / "out", work=Worker(interrupted_at=1))
    assert not {LOOPS, ELASTICITIES} & set(files(tmp_path / "out"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / LOOPS).write_text("mine")
    with pytest.raises(SimError, match="no results"):
        run(design(shop), tmp_path / "mine")
    assert (tmp_path / "mine" / LOOPS).read_text() == "mine"


def test_without_a_loop_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    """It is said which loops are on and why they cannot act."""
    with pytest.raises(SimError, match=r"none is on and can act .*hiring: no team has a hiring rule"):
        design(subject(tmp_path, BASE, "loops.failure_demand.on=false"))


def test_a_loop_without_effect_is_worth_exactly_nothing(tmp_path: Path) -> None:
    """Contentment could move these customers, but nobody asks for help and all are as content as the neutral one."""
    plan = subject(tmp_path, BASE, "customers.leaving.beta=4", "service.types.request.per_customer=0 /mo",
                   "loops.failure_demand.on=false", "clock.horizon=1 mo", "clock.report_at=[2 wk]")  # fmt: skip
    found = run_loops(design(plan), Settings(3, jobs=1), tmp_path / "out")
    assert found.attribution.loops == ("retention",)
    for part in found.attribution.parts:
        assert (part.verdict, part.interval.mean, part.interval.deviation) == ("the same", 0.0, 0.0)
    assert found.loop is not None
    assert math.isfinite(found.loop.nodes["customers"].mean)
