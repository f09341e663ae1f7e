"""What can be typed is documented, what is documented can be typed, and every word is explained."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path

import click
import pytest

import sim
from sim.cli.main import main
from sim.cli.main import sim as group
from sim.metrics import REGISTER
from sim.scenario.keys import Key, keys
from sim.scenario.load import shipped_names
from sim.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORDS = """arrival|source|handle time|patience|abandoned|server|occupancy|offered load|discipline|service level|
speed of answer|lead|opportunity|stage|pass rate|win rate|cycle|quota|speed to lead|owner|mrr|new|expansion|contraction|
churned|grr|nrr|cac|ltv|payback|cohort|promoter|replication|horizon|warm-up|common random numbers|half-width"""


def commands() -> list[tuple[str, click.Command]]:
    """Every command with its name."""
    context = click.Context(group)
    found = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [(name, command) for name, command in found if command is not None]


@cache
def known_keys() -> tuple[Key, ...]:
    """Every key of the scenario language."""
    return tuple(keys())


def fenced(language: str) -> list[str]:
    """Blocks of the README in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("name", "command"), commands())
def test_every_command_is_documented(name: str, command: click.Command) -> None:
    """By its help, its line in the list of commands, and the README."""
    assert command.help
    assert command.short_help
    assert f"`sim {name}" in README
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.opts} has no help"
            for word in option.opts:
                assert f"`{word}" in README, f"{word} of sim {name} is not in the README"


def test_every_option_of_the_readme_exists() -> None:
    """No option is promised that no command takes."""
    real = {word for _, command in commands() for option in command.params for word in option.opts}
    table = re.findall(r"^\| (`-.*?) \|", README, re.MULTILINE)
    promised = {word for row in table for word in re.findall(r"`(--?[a-z-]+)", row)}
    assert promised - real <= {"-h", "--help", "--version"}


@pytest.mark.parametrize("key", known_keys(), ids=lambda key: f"{key.path}[{key.only}]")
def test_every_key_is_explained(key: Key) -> None:
    """Meaning, kind and default of every key of the language, in a sentence of its own."""
    assert len(key.about) >= 4
    assert key.kind
    assert key.default
    assert "Union" not in key.kind
    assert "object at" not in key.default + key.kind


def test_every_part_of_a_scenario_is_in_the_readme() -> None:
    """The table of parts is whole."""
    for part in set(Scenario.model_fields) - {"name", "description", "sources"}:
        assert f"| `{part}` |" in README, part
    for loop in Scenario.model_fields["loops"].annotation.model_fields:  # type: ignore[union-attr]
        assert f"`{loop}`" in README, loop


@pytest.mark.parametrize("name", list(REGISTER))
def test_every_figure_is_explained(name: str) -> None:
    """A definition of at least a clause that ends in a full stop, a unit and a direction."""
    entry = REGISTER[name]
    assert len(entry.definition) >= 10
    assert entry.definition.endswith(".")
    assert entry.unit
    assert entry.better in {"higher", "lower", "neutral"}


def test_glossary_is_whole_and_in_order() -> None:
    """Every word of the house once, in alphabetical order, with a meaning."""
    section = README.split("## Glossary")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([a-z][a-z -]+?) \| (.+) \|$", section, re.MULTILINE)
    defined = [word for word, meaning in rows if word != "word" and len(meaning) > 10]
    assert sorted(defined) == defined
    assert len(set(defined)) == len(defined)
    assert not {word.strip() for word in WORDS.split("|")} - set(defined)


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_scenario_says_its_question(name: str) -> None:
    """Plans are in the README's table; every shipped file that is a plan has a description."""
    if name.startswith("overlays/"):
        return
    assert sim.load(name).description
    assert f"| `{name}` |" in README


def test_every_scenario_of_the_readme_is_shipped() -> None:
    """No plan is promised that is not there."""
    section = README.split("## Plans and the question each answers")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([\w/-]+)` \|", section, re.MULTILINE)) <= set(shipped_names())


def test_commands_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line after a '$' in a console block ends with exit code 0, one after the other in one folder."""
    monkeypatch.chdir(tmp_path)
    typed = [line[2:] for block in fenced("console") for line in block.splitlines() if line.startswith("$ ")]
    assert len(typed) >= 10
    for line in typed:
        program, *words = shlex.split(line)
        assert program == "sim"
        assert main([*words, "-q"] if words[0] in {"run", "compare", "verify"} else words) == 0, line


def test_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of the front door, shortened only where it says so itself."""
    monkeypatch.chdir(tmp_path)
    for block in fenced("python"):
        exec(compile(block.replace('sim.load("baseline")', "plan"), "README.md", "exec"), {})


def test_the_scenario_of_the_readme_is_valid(tmp_path: Path) -> None:
    """The YAML example extends the shipped baseline and loads."""
    for block in fenced("yaml"):
        (tmp_path / "baseline.yaml").write_text((ROOT / "scenarios/baseline.yaml").read_text(encoding="utf-8"), "utf-8")
        (tmp_path / "plan.yaml").write_text(block, encoding="utf-8")
        assert sim.load(tmp_path / "plan.yaml").name == "weekend-desk"


def test_links_of_the_readme_lead_somewhere() -> None:
    """Relative links name files that exist."""
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
