"""A study's folder is whole, tells how it came about, and can be opened again without simulating anything."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import fake_work
import pytest

from sim.errors import SimError
from sim.experiments import manifest
from sim.experiments.ledger import ReplicationError
from sim.experiments.replicate import replicate
from sim.experiments.store import NAME
from sim.experiments.study import Settings, Study, open_study, run_study
from sim.scenario.scenario import Scenario

HEADS = {"baseline": 5, "more": 7, "fewer": 4}


def study(folder: Path, plans: dict[str, int] | None = None, settings: Settings | None = None, **more: object) -> Study:
    """A study of stand-ins: plans by their number of heads."""
    heads = HEADS if plans is None else plans
    found = {name: fake_work.scenario(name, count) for name, count in heads.items()}
    texts = {name: fake_work.text(name, count) for name, count in heads.items()}
    settings = settings or Settings(4, 5, jobs=1, command=("sim", "compare", "a b"))
    options = {"work": fake_work.quick, "meaning": fake_work.meaning} | more
    return run_study(found, texts, settings, folder, **options)  # type: ignore[arg-type]


def rows(path: Path) -> list[dict[str, str]]:
    """A table as dicts."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def tables(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != manifest.NAME)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_files_are_those_promised(tmp_path: Path) -> None:
    """Manifest, journal, resolved scenarios and four tables, and nothing left over."""
    study(tmp_path / "r")
    names = {path.relative_to(tmp_path / "r").as_posix() for path in (tmp_path / "r").rglob("*") if path.is_file()}
    plans = {f"scenarios/{name}.yaml" for name in HEADS}
    assert names == {"manifest.json", NAME, "replications.csv", "monthly.csv", "hours.csv", "comparison.csv"} | plans
    assert (tmp_path / "r" / "scenarios" / "more.yaml").read_text() == fake_work.text("more", 7)


def test_replications_table_is_exact(tmp_path: Path) -> None:
    """One row for each plan, horizon and replication; every float to the last bit, an empty cell where none applies."""
    found = study(tmp_path / "r")
    table = rows(tmp_path / "r" / "replications.csv")
    assert [(row["plan"], row["horizon"], int(row["replication"])) for row in table] == [
        (plan, horizon, number) for plan in HEADS for horizon in ("12 mo", "24 mo") for number in range(4)
    ]
    assert list(table[0])[3:] == list(found.outcomes[0].kpis["12 mo"])
    assert [float(row["profit"]) for row in table[4:8]] == found.values("baseline", "profit", "24 mo")
    assert [row["wait_abandoned"] == "" for row in table[:4]] == [True, False, False, False]
    assert b"\r" not in (tmp_path / "r" / "replications.csv").read_bytes()


def test_monthly_and_hours_tables(tmp_path: Path) -> None:
    """A row for each month; contacts of all replications by weekday and hour."""
    found = study(tmp_path / "r")
    months = rows(tmp_path / "r" / "monthly.csv")
    assert len(months) == 3 * 4 * 24
    assert list(months[0]) == ["plan", "replication", "month", "mrr", "satisfaction"]
    assert (months[1]["month"], float(months[1]["mrr"])) == ("2", found.outcomes[0].monthly["mrr"][1])
    hours = rows(tmp_path / "r" / "hours.csv")
    assert {(row["group"], row["name"]) for row in hours} == {("all", ""), ("channel", "phone"), ("type", "request")}
    weeks = [week for each in found.outcomes_of("baseline") for week in each.hours["phone.request"]]
    mine = [week for week in weeks if week[0] == 25]
    for group in ("all", "channel", "type"):
        (row,) = [
            row for row in hours
            if (row["plan"], row["group"], row["weekday"], row["hour"]) == ("baseline", group, "tue", "1")
        ]  # fmt: skip
        assert float(row["contacts"]) == sum(week[1] for week in mine) / 4
        assert float(row["service_level"]) == sum(week[2] for week in mine) / sum(week[3] for week in mine)
        assert float(row["abandonment"]) == sum(week[6] for week in mine) / sum(week[7] for week in mine)
        wait = sum(week[5] for week in mine) / sum(week[4] for week in mine) * 60
        assert float(row["wait_min"]) == pytest.approx(wait)


def test_comparison_table(tmp_path: Path) -> None:
    """Each plan against the baseline with interval, verdict, confidence and the size of the family."""
    found = study(tmp_path / "r")
    assert found.comparison is not None
    table = rows(tmp_path / "r" / "comparison.csv")
    assert len(table) == 2 * 2 * 6
    row = next(r for r in table if (r["plan"], r["kpi"], r["horizon"]) == ("more", "profit", "24 mo"))
    contrast = found.comparison.find("more", "profit", "24 mo")
    assert float(row["low"]) == contrast.difference.low
    assert (row["verdict"], row["plans_compared"], row["confidence"]) == (contrast.verdict, "2", "0.95")


def test_manifest_says_how_it_came_about(tmp_path: Path) -> None:
    """Program, seed, command line, wall time, libraries and a checksum for each file."""
    found = study(tmp_path / "r").manifest
    assert found == json.loads((tmp_path / "r" / "manifest.json").read_text())
    assert (found["seed"], found["replications"], found["baseline"]) == (5, 4, "baseline")
    assert found["command"] == "sim compare 'a b'"
    assert found["program"].startswith("0.")
    assert set(found["libraries"]) >= {"numpy", "simpy", "scipy"}
    assert found["wall_seconds"] >= 0
    assert set(found["files"]) == {name for name in tables(tmp_path / "r") if name != NAME}


def test_the_second_run_is_the_first(tmp_path: Path) -> None:
    """The same command simulates nothing and leaves the same bytes; so does another folder."""
    study(tmp_path / "r")
    before = tables(tmp_path / "r")
    told: list[tuple[int, int]] = []
    again = study(tmp_path / "r", progress=lambda *each: told.append(each), work=fake_work.doomed)
    assert told == [(12, 12)]
    assert again.manifest["reused_replications"] == 12
    assert tables(tmp_path / "r") == before
    study(tmp_path / "other")
    assert tables(tmp_path / "other") == before


def test_it_opens_as_it_was(tmp_path: Path) -> None:
    """Plans, outcomes and comparison come back from the folder alone, from a copy too, and nothing is written."""
    first = study(tmp_path / "r")
    (tmp_path / "r").rename(tmp_path / "moved")
    before = tables(tmp_path / "moved")
    again = open_study(tmp_path / "moved", meaning=fake_work.meaning)
    assert repr(again.outcomes) == repr(first.outcomes)
    assert repr(again.comparison) == repr(first.comparison)
    assert (again.texts, again.manifest, again.confidence) == (first.texts, first.manifest, first.confidence)
    assert {name: plan.identity() for name, plan in again.plans.items()} == {
        name: plan.identity() for name, plan in first.plans.items()
    }
    assert (again.horizons, again.currency, again.baseline) == (("12 mo", "24 mo"), "EUR", "baseline")
    assert tables(tmp_path / "moved") == before


def test_a_study_that_is_not_whole_is_not_opened(tmp_path: Path) -> None:
    """No folder, an unfinished run, a scenario changed by hand, a damaged manifest: each has its sentence."""
    with pytest.raises(SimError, match="no results are there"):
        open_study(tmp_path / "none")
    study(tmp_path / "r")
    path = tmp_path / "r" / "scenarios" / "more.yaml"
    path.write_text(fake_work.text("more", 8))
    with pytest.raises(SimError, match="is not what was simulated"):
        open_study(tmp_path / "r", meaning=fake_work.meaning)
    (tmp_path / "r" / "manifest.json").write_text('{"layout": 1}')
    with pytest.raises(SimError, match="is damaged: 'plans' is missing"):
        open_study(tmp_path / "r")
    (tmp_path / "r" / "manifest.json").unlink()
    with pytest.raises(SimError, match="was not finished"):
        open_study(tmp_path / "r")


def test_a_study_without_its_journal_is_told(tmp_path: Path) -> None:
    """A folder that was passed on without its database cannot be opened, and nobody is told of rights to write."""
    study(tmp_path / "r")
    (tmp_path / "r" / "replications.sqlite").unlink()
    with pytest.raises(SimError, match=r"'replications\.sqlite' is missing"):
        open_study(tmp_path / "r", meaning=fake_work.meaning)


def test_a_changed_scenario_is_simulated_anew_and_told(tmp_path: Path) -> None:
    """The key that changed is named, stale files go, and going back finds the old replications."""
    study(tmp_path / "r")
    first = tables(tmp_path / "r")
    said: list[str] = []
    study(tmp_path / "r", {"baseline": 5, "more": 8}, say=said.append)
    assert said == [
        "stored results of plan 'more' do not fit and are not used: teams.agents.headcount: 7 -> 8",
        "the folder held results of other plans (fewer): their tables are replaced, "
        "their finished replications are kept",
    ]
    assert not (tmp_path / "r" / "scenarios" / "fewer.yaml").exists()
    study(tmp_path / "r", work=fake_work.doomed)
    last = tables(tmp_path / "r")
    assert {name: last[name] for name in last if name != NAME} == {name: first[name] for name in first if name != NAME}


def test_one_plan_alone(tmp_path: Path) -> None:
    """Without another plan there is no comparison, and no table of one; a summary there is."""
    study(tmp_path / "r")
    found = study(tmp_path / "r", {"baseline": 5})
    assert found.comparison is None
    assert not (tmp_path / "r" / "comparison.csv").exists()
    assert found.summary("baseline", "24 mo")["profit"].n == 4
    with pytest.raises(SimError, match="did you mean 'baseline'"):
        found.outcomes_of("baselin")


def test_a_failure_leaves_no_finished_study(tmp_path: Path) -> None:
    """The command that shows the failure is told; the folder is not called finished; the rest is kept."""
    with pytest.raises(ReplicationError) as caught:
        study(tmp_path / "r", {"baseline": 5}, Settings(8, 5, jobs=1), work=fake_work.faulty)
    path = (tmp_path / "r" / "scenarios" / "baseline.yaml").as_posix()
    assert f"see it again: python -c \"import sim; sim.simulate(sim.load('{path}'), 1, 5)\"" in str(caught.value)
    with pytest.raises(SimError, match="was not finished"):
        open_study(tmp_path / "r")
    found = study(tmp_path / "r", {"baseline": 5}, Settings(8, 5, jobs=1))
    assert found.manifest["reused_replications"] == 6


def test_plans_that_cannot_stand_together(tmp_path: Path) -> None:
    """No plans, a plan without text, names that differ in capitals, two currencies, no shared horizon."""
    text = dict.fromkeys(("a", "A", "b"), "")
    dollars = fake_work.scenario("b", economics={"currency": "USD"})
    later = fake_work.scenario("b", clock={"horizon": "36 mo", "report_at": ["30 mo"]})
    plan = fake_work.scenario("a")
    cases: list[tuple[dict[str, Scenario], str]] = [
        ({}, "at least one plan"),
        ({"unwritten": plan}, "the text of every plan"),
        ({"a": plan, "A": plan}, "differ only in capitals"),
        ({"a": plan, "b": dollars}, "different currencies: EUR, USD"),
        ({"a": plan, "b": later}, "share no horizon"),
    ]
    for plans, words in cases:
        with pytest.raises(SimError, match=words):
            run_study(plans, text, Settings(2, jobs=1), tmp_path / "r", work=fake_work.quick)
    assert not (tmp_path / "r").exists()


def test_fresh_begins_anew(tmp_path: Path) -> None:
    """What is stored is forgotten, and the end is the same."""
    study(tmp_path / "r")
    before = tables(tmp_path / "r")
    assert study(tmp_path / "r", settings=Settings(4, 5, jobs=1, fresh=True)).manifest["reused_replications"] == 0
    assert tables(tmp_path / "r") == before


def test_no_store_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replications alone touch no disk."""
    monkeypatch.chdir(tmp_path)
    replicate({"baseline": fake_work.scenario()}, 2, 1, jobs=1, work=fake_work.quick)
    assert not list(tmp_path.iterdir())


def test_importing_the_study_is_light() -> None:
    """No table, plot or statistics library comes with it, nor the queueing kernel."""
    code = "import sys, sim.experiments.study; print([m for m in sys.modules if m in set(sys.argv[1:])])"
    heavy = ["pandas", "scipy", "matplotlib", "simpy", "rich", "jinja2", "multiprocessing.pool"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
