"""Which files a scenario is made of: parents, names, circles and fences."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.scenario import files
from sim.scenario.files import Reading, shipped_names


def reading(folder: Path, name: str = "plan.yaml", **texts: str) -> Reading:
    """Write files (name without suffix: text) and read one of them."""
    for stem, text in texts.items():
        path = folder / f"{stem.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = Reading()
    found.add(str(folder / name))
    return found


def told(found: Reading) -> list[str]:
    """The sentences, without their places."""
    return [fault.message for fault in found.faults]


def test_parents_come_before_children_and_left_before_right(tmp_path: Path) -> None:
    """Each file is one layer, without its extends."""
    plan = "extends: [a.yaml, b.yaml]\nname: p\n"
    found = reading(tmp_path, plan=plan, a="extends: c\nname: a\n", b="name: b\n", c="name: c\n")
    assert not found.faults
    assert [layer.raw() for layer in found.layers] == [{"name": "c"}, {"name": "a"}, {"name": "b"}, {"name": "p"}]
    assert found.main is not None
    assert Path(str(found.main.source.name)).name == "plan.yaml"


def test_a_file_that_two_parents_share_is_laid_down_once(tmp_path: Path) -> None:
    """Two plans on one baseline can be combined: the second does not undo the first by laying the baseline again."""
    parents = {"a": "extends: base\nx: 1\n", "b": "extends: base\ny: 1\n", "base": "x: 0\ny: 0\n"}
    found = reading(tmp_path, plan="extends: [a, b]\n", **parents)
    assert [layer.raw() for layer in found.layers] == [{"x": 0, "y": 0}, {"x": 1}, {"y": 1}, {}]


@pytest.mark.parametrize(
    "target", ["../x.yaml", "/etc/passwd", "~/x.yaml", "https://example.com/x.yaml", "file:///x", "C:/x.yaml"]
)
def test_no_file_outside_the_folder_can_be_extended(tmp_path: Path, target: str) -> None:
    """Whether such a file exists makes no difference to what is said."""
    (tmp_path / "x.yaml").write_text("secret: 1\n", encoding="utf-8")
    found = reading(tmp_path, name="in/plan.yaml", in__plan=f"extends: {target}\n")
    assert told(found) == [f"'extends' may not leave the scenario folder ('{target}')"]
    assert found.torn


def test_a_link_does_not_lead_outside_either(tmp_path: Path) -> None:
    """The real place of a file counts."""
    (tmp_path / "x.yaml").write_text("secret: 1\n", encoding="utf-8")
    (tmp_path / "in").mkdir()
    os.symlink(tmp_path / "x.yaml", tmp_path / "in" / "y.yaml")
    found = reading(tmp_path, name="in/plan.yaml", in__plan="extends: y.yaml\n")
    assert "may not leave the scenario folder" in told(found)[0]


def test_a_file_in_a_folder_below_may_extend_one_above(tmp_path: Path) -> None:
    """The fence is the folder of the scenario that was asked for; names are relative to the file that says them."""
    found = reading(tmp_path, plan="extends: low/a.yaml\n", low__a="extends: ../base.yaml\na: 1\n", base="b: 1\n")
    assert [layer.raw() for layer in found.layers] == [{"b": 1}, {"a": 1}, {}]


def test_a_circle_is_named(tmp_path: Path) -> None:
    """The chain is told from where it closes."""
    found = reading(tmp_path, plan="extends: a.yaml\n", a="extends: b.yaml\n", b="extends: a.yaml\n")
    assert told(found) == ["'extends' goes round in a circle: a.yaml -> b.yaml -> a.yaml"]
    assert Path(str(found.faults[0].file)).name == "b.yaml"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("extends: nobody.yaml\n", "no such file: 'nobody.yaml'"), ("extends: bse\n", "did you mean 'base.yaml'?"),
        ("extends:\n", "found nothing"), ("extends: []\n", "found an empty list"),
        ("extends: 3\n", "found the number 3"),
        ("extends: {a: b}\n", "found a group"), ("extends: [base.yaml, [x]]\n", "found a list"),
        ("extends: ''\n", "found nothing"),
        ("extends: base.txt\n", "unknown file type '.txt'"), ("- a\n", "found a list"), ("--- \n", "found nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_extended_is_said(tmp_path: Path, text: str, words: str) -> None:
    """Missing files with the nearest name, wrong kinds of value, files that are no mappings."""
    found = reading(tmp_path, plan=text, base="name: x\n")
    assert words in told(found)[0]
    assert found.torn


def test_shipped_scenarios_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With or without suffix, by load and by extends; a file beside the plan goes first."""
    shipped = tmp_path / "shipped"
    (shipped / "learn").mkdir(parents=True)
    (shipped / "company.yaml").write_text("from: shipped\n", encoding="utf-8")
    (shipped / "learn" / "one.yaml").write_text("from: learn\n", encoding="utf-8")
    monkeypatch.setattr(files, "shipped_folder", lambda: shipped)
    assert shipped_names() == ["company", "learn/one"]
    for name in ("company", "company.yaml", "learn/one"):
        found = Reading()
        found.add(name)
        assert not found.faults
    here = tmp_path / "mine"
    here.mkdir()
    for target in ("company", "company.yaml"):
        assert reading(here, plan=f"extends: {target}\n").layers[0].raw() == {"from": "shipped"}
    assert reading(here, plan="extends: company\n", company="from: mine\n").layers[0].raw() == {"from": "mine"}
    found = Reading()
    found.add("compny")
    assert told(found) == ["no such file: 'compny'; did you mean 'company'?"]


@pytest.mark.parametrize(
    "name", ["", " ", ".", "/dev/null", "a\0b", "x" * 5000, "nobody/here", "../..", "\x1b[31m", "baseline\n"]
)
def test_odd_names_are_refused_quietly(name: str) -> None:
    """A name is only a name: no folder, no device, nothing that overwhelms the file system or the terminal."""
    found = Reading()
    found.add(name)
    assert not found.layers
    assert len(found.faults) == 1
    assert str(found.faults[0]).isprintable()


def test_a_named_pipe_is_not_opened(tmp_path: Path) -> None:
    """Opening it would wait for a writer that never comes."""
    os.mkfifo(tmp_path / "plan.yaml")
    assert "not a regular file" in told(reading(tmp_path))[0]


def test_very_many_files_are_refused(tmp_path: Path) -> None:
    """A chain of files has an end."""
    texts = {f"f{i}": f"extends: f{i + 1}.yaml\n" for i in range(80)}
    found = reading(tmp_path, name="f0.yaml", **texts, f80="name: x\n")
    assert "more than 64 files" in told(found)[0]
