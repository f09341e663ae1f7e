"""From files to a scenario, or to every fault at once."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sim.errors import ScenarioError
from sim.scenario.load import load, load_tree, scenario_of, shipped_names

CASES = Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8")
GOOD: str = YAML(typ="safe", pure=True).load(CASES)["good"]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A good scenario file."""
    path = tmp_path / "base.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def plan(base: Path, text: str, name: str = "plan.yaml") -> Path:
    """A file beside the good one."""
    path = base.with_name(name)
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path, *sets: str, overlays: tuple[Path, ...] = ()) -> list[str]:
    """What is said about a scenario, one line a fault, with the folder left out."""
    with pytest.raises(ScenarioError) as caught:
        load(path, overlays=overlays, sets=sets)
    assert str(caught.value)
    return [str(fault).replace(f"{path.parent}/", "") for fault in caught.value.faults]


def test_quantities_arrive_in_inside_units(base: Path) -> None:
    """Hours, rates per hour, shares and money per hour."""
    scenario = load(base)
    assert scenario.clock.horizon == 8766.0
    assert scenario.marketing is not None
    assert scenario.marketing.sources["web"].rate == pytest.approx(40 / 168)
    assert scenario.teams["agents"].shrinkage == 0.3
    assert scenario.sales is not None
    assert scenario.sales.deal.expectation() == pytest.approx(300 / 730.5)


def test_plan_overlay_and_typed_setting_lie_over_one_another(base: Path) -> None:
    """Parents, then the plan, then overlays from left to right, then what was typed."""
    path = plan(base, "extends: base.yaml\nname: plan\nteams: {agents: {headcount: +2}}\n")
    calm = plan(base, "teams: {agents: {headcount: '*2'}}\n", "calm.yaml")
    assert load(path).teams["agents"].headcount == 12
    assert load(path, overlays=[calm]).teams["agents"].headcount == 24
    assert load(path, overlays=[calm], sets=["teams.agents.headcount=-25%"]).teams["agents"].headcount == 18
    assert load(path, sets=["teams.agents.headcount=3", "teams.agents.headcount=+1"]).teams["agents"].headcount == 4


@pytest.mark.parametrize("name", ["full_desk", "full_sales"])
def test_a_scenario_with_every_key_survives_being_written_out(base: Path, name: str) -> None:
    """Dates, laws of shares, tables and keys that are no Python names come back as they were, changed ones too."""
    tree = load_tree(Path(__file__).with_name(f"{name}.yaml"), sets=["clock.horizon=*2"])
    scenario = scenario_of(tree)
    written = plan(base, tree.to_yaml(), "resolved.yaml")
    assert load(written) == scenario
    assert load(written).identity() == scenario.identity()
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_another_plan_can_serve_as_an_overlay(base: Path) -> None:
    """Its baseline is the one that lies there already, so only its own changes count."""
    more = plan(base, "extends: base.yaml\nname: more\nteams: {agents: {headcount: +2}}\n", "more.yaml")
    calm = plan(base, "extends: base.yaml\nteams: {reps: {headcount: +1}}\n", "calm.yaml")
    both = load(more, overlays=[calm])
    assert (both.name, both.teams["agents"].headcount, both.teams["reps"].headcount) == ("more", 12, 7)


def test_the_resolved_text_has_the_same_identity(base: Path) -> None:
    """Written out and read again the scenario is the same, and writing it again gives the same text."""
    change = "service: {types: {request: {handle_time: {mean: '*1.1'}}}}\n"
    path = plan(base, f"extends: base.yaml\nname: 'plan 2'\n{change}")
    tree = load_tree(path, sets=["teams.agents.shrinkage=-10%"])
    assert "mean: 49.5 min" in tree.to_yaml()
    assert "shrinkage: 27 %" in tree.to_yaml()
    written = plan(base, tree.to_yaml(), "resolved.yaml")
    assert load(written).identity() == scenario_of(tree).identity()
    assert load(written) == scenario_of(tree)
    assert load_tree(written).to_yaml() == tree.to_yaml()


def test_the_order_of_keys_is_no_part_of_the_text(base: Path) -> None:
    """Groups are written in the order of the plans, stages and teams in the order of the file."""
    parts = GOOD.split("sales:\n")
    tail = "sales:\n" + parts[1]
    other = plan(base, tail + parts[0], "other.yaml")
    assert load_tree(other).to_yaml() == load_tree(base).to_yaml()


def test_a_tree_tells_values_and_places(base: Path) -> None:
    """Every single setting by its key path, with file, line and column."""
    tree = load_tree(base)
    assert tree.values()["teams.agents.headcount"] == 10
    assert tree.values()["clock.report_at"] == ["6 mo"]
    mark = tree.mark(("teams", "agents", "headcount"))
    assert (Path(str(mark.source.name)).name, mark.line, mark.column) == ("base.yaml", 10, 5)


def test_all_faults_are_told_at_once_in_the_order_of_the_files(base: Path) -> None:
    """Faults of reading, merging, single values and joints stand together, sorted by file and line."""
    text = (
        "extends: base.yaml\nname: 7\nname: 8\nclock: {horizon: 3}\n"
        "teams: {reps: {headcount: 010, wage: '*2'}}\n"
        "sales: {pass: 1}\nloops: {referral: {on: yes}}\n"
    )
    assert faults(plan(base, text), "teams.agnets.headcount=3") == [
        "plan.yaml:2:7: name: name must be text; put it in quotes",
        "plan.yaml:3:1: name: key 'name' is given twice (first on line 2)",
        "plan.yaml:4:18: clock.horizon: time needs a unit: write '3 min', '3 h' or '3 d'",
        "plan.yaml:5:27: teams.reps.headcount: '010' has a leading zero; write 10",
        "plan.yaml:5:38: teams.reps.wage: "
        "'*2' is relative, but there is no parent value of 'teams.reps.wage' to change",
        "plan.yaml:6:9: sales.pass: unknown setting 'pass'; "
        "allowed here: stages, interactions, skills, response, "
        "expiry, nurture, owned, handover, workload, deal, discount, fee, quota, questions, follow_up",
        "plan.yaml:7:24: loops.referral.on: expected true or false, found text 'yes'; write true",
        "teams.agnets.headcount: there is no 'agnets' in teams; did you mean 'agents'?",
    ]


def test_at_most_twenty_faults_are_told(base: Path) -> None:
    """The first twenty are enough to begin with."""
    names = "".join(f"x{i}: 1\n" for i in range(50))
    assert len(faults(plan(base, f"extends: base.yaml\n{names}"))) == 20


def test_a_missing_parent_hides_what_might_have_been_in_it(base: Path) -> None:
    """Only what is surely wrong is told beside it."""
    told = faults(plan(base, "extends: nobody.yaml\nname: x\nclock: {horizn: 3 d}\n"))
    assert [line.split(": ")[0] for line in told] == ["plan.yaml:1:10", "plan.yaml:3:9"]


def test_the_help_shows_the_line_and_how_a_value_came_about(base: Path) -> None:
    """The source line with a caret, and the parent's value behind a computed one."""
    with pytest.raises(ScenarioError) as caught:
        load(plan(base, "extends: base.yaml\nteams:\n  agents: {headcount: -40%, shrinkage: '*4'}\n"))
    told = caught.value.told()
    assert "\n      agents: {headcount: -40%, shrinkage: '*4'}\n" in told
    assert "help: the value is 30 % (" in told
    assert "base.yaml:11) changed by '*4'" in told


def test_nothing_after_a_key_is_a_fault_even_where_the_setting_may_be_missing(base: Path) -> None:
    """Otherwise a forgotten value would silently take a whole plan away; null does so on purpose."""
    assert "found nothing; write null" in faults(plan(base, "extends: base.yaml\nmarketing:\n"))[0]
    path = plan(base, "extends: base.yaml\nmarketing: null\nsales: null\ncustomers: {initial: {mrr: 300 /mo}}\n")
    assert load(path).sales is None


def test_amounts_are_in_the_currency_of_the_scenario(base: Path) -> None:
    """Amounts in two currencies cannot be added; an amount without one is in the scenario's."""
    wages = "{reps: {wage: 5000 USD/mo, hire_cost: USD 3}, agents: {wage: 5000 /mo}}"
    path = plan(base, f"extends: base.yaml\nteams: {wages}\n")
    told = faults(path)
    assert [line.split(": ")[1] for line in told] == ["teams.reps.wage", "teams.reps.hire_cost"]
    assert "the amount is in USD, but economics.currency is EUR" in told[0]
    assert "is in EUR" in faults(path, "economics.currency=USD")[0]
    text = "extends: base.yaml\neconomics: {currency: USD}\nsales: {deal: 10 USD/mo}\ndescription: 3 EUR or so\n"
    assert load(plan(base, text)).economics.currency == "USD"


def test_sources_stand_beside_settings_that_exist(base: Path) -> None:
    """A key path is followed through what is written and what holds by default."""
    good = "service.types.request.per_customer: {source: x}, customers.memory.up: {source: y, low: 0.1}"
    assert load(plan(base, f"extends: base.yaml\nsources: {{{good}}}\n")).sources["customers.memory.up"].low == 0.1
    told = faults(plan(base, "extends: base.yaml\nsources:\n  service.types.reqest.team: {source: x}\n"))
    assert told[0].startswith("plan.yaml:3:3: ")
    assert "there is no setting 'service.types.reqest.team'; did you mean 'request'?" in told[0]
    assert "there is no setting ''" in faults(plan(base, "extends: base.yaml\nsources: {'': {source: y}}\n"))[0]


def test_joints_between_plans_are_told_with_their_place(base: Path) -> None:
    """A name that must exist elsewhere is pointed at where it is used."""
    slips = "sales: {stages: {closing: {team: repz}}}\nservice: {types: {request: {team: x}}}\n"
    told = faults(plan(base, f"extends: base.yaml\n{slips}"))
    assert told == [
        "plan.yaml:2:34: sales.stages.closing.team: there is no team 'repz'; did you mean 'reps'?",
        "plan.yaml:3:35: service.types.request.team: there is no team 'x'; known: reps, agents",
    ]


def test_names_of_teams_are_plain_words(base: Path) -> None:
    """They become parts of key paths and of names of figures."""
    told = faults(plan(base, "extends: base.yaml\nteams: {Big Reps: {headcount: 1}}\n"))
    assert "plan.yaml:2:9: teams.Big Reps: 'Big Reps' is not a name" in told[0]
    assert "did you mean 'big_reps'?" in told[0]


def test_every_shipped_scenario_loads() -> None:
    """And is the same after being written out."""
    assert "baseline" in shipped_names()
    for name in shipped_names():
        try:
            tree = load_tree(name)
        except ScenarioError as error:
            if all("'name' is missing" in str(fault) or "missing" in str(fault) for fault in error.faults):
                continue  # an overlay is no scenario by itself
            raise
        assert scenario_of(tree).identity()


def test_importing_the_loader_is_quick() -> None:
    """Neither the YAML reader nor the plans are imported before a file is read."""
    heavy = ("ruamel", "numpy", "pydantic", "simpy")
    code = f"import sys, sim.scenario.load; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
