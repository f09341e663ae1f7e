"""The house stands: data only climbs, departments do not know one another, and each library keeps to its rooms."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "sim"
STOREYS = ("engine", "scenario", "model", "metrics", "experiments", "report", "cli")
GROUND = ("sim.errors", "sim.engine.units", "sim.engine.unit_text")
FILES = sorted(HOUSE.rglob("*.py"))
HALLS = {"company"}
"""Rooms of the model that wire departments and so may know them all."""
PARTS = {"marketing", "sales", "service", "customers", "people"}
"""Departments of the model."""

KEEPERS = {
    "simpy": ("sim.engine.", "sim.model."),
    "pandas": ("sim.model.journal", "sim.metrics.", "sim.experiments.", "sim.report.", "sim.cli."),
    "matplotlib": ("sim.report.", "sim.cli."),
    "rich": ("sim.report.", "sim.cli."),
    "jinja2": ("sim.report.", "sim.cli."),
    "click": ("sim.cli.",),
    "ruamel": ("sim.scenario.load", "sim.scenario.yamltree"),
    "xlsxwriter": ("sim.report.",),
    "multiprocessing": ("sim.experiments.",),
    "concurrent": ("sim.experiments.",),
    "sqlite3": ("sim.experiments.store",),
    "random": (),
}
"""Library: beginnings of the module names that may import it."""


def module(path: Path) -> str:
    """Dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def _typing_only(node: ast.If) -> bool:
    return ast.unparse(node.test).endswith("TYPE_CHECKING")


def imports(path: Path, *, at_start: bool = False) -> set[str]:
    """Dotted names a file imports; `at_start` leaves out what is imported inside functions and for types only."""
    names: set[str] = set()

    def visit(node: ast.AST) -> None:
        if at_start and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return
        if at_start and isinstance(node, ast.If) and _typing_only(node):
            return
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the storey"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                names.add(inner if _exists(inner) else node.module)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(tree(path))
    return names


def _exists(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or place.is_dir()


def storey(name: str) -> int:
    """Number of the storey a module of the house is on; the ground and the front door are told apart by the caller."""
    return STOREYS.index(name.split(".")[1])


def inside(names: set[str]) -> set[str]:
    """Those names that are rooms of the house."""
    return {name for name in names if name.startswith("sim.") and name not in GROUND}


@pytest.mark.parametrize("path", FILES, ids=module)
def test_a_file_imports_from_its_own_storey_or_from_below(path: Path) -> None:
    """Data only climbs: no room knows what is done with its result."""
    own = module(path)
    if own in GROUND:
        assert not inside(imports(path)), "the ground stands on nothing"
        return
    if own in ("sim", "sim.__main__"):
        return
    above = {name for name in inside(imports(path)) if storey(name) > storey(own)}
    assert not above, f"{own} looks upstairs: {sorted(above)}"


def test_no_circles() -> None:
    """Imports made when a module is loaded form no circle, anywhere."""
    rooms = {module(path): path for path in FILES}
    graph = {name: {n for n in imports(path, at_start=True) if n in rooms} for name, path in rooms.items()}
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join([*way[way.index(name) :], name])
        if name not in done:
            for further in sorted(graph[name]):
                walk(further, (*way, name))
            done.add(name)

    for name in graph:
        walk(name, ())


@pytest.mark.parametrize("part", sorted(PARTS))
def test_departments_do_not_know_one_another(part: str) -> None:
    """They have inlets and outlets; only the company wires them."""
    path = HOUSE / "model" / f"{part}.py"
    if not path.exists():
        pytest.fail(f"there is no department {part}")
    others = {f"sim.model.{other}" for other in PARTS - {part}} | {f"sim.model.{hall}" for hall in HALLS}
    assert not imports(path) & others


@pytest.mark.parametrize("library", sorted(KEEPERS))
def test_libraries_keep_to_their_rooms(library: str) -> None:
    """A library that several rooms used would be hard to replace and slow to load."""
    guests = {
        module(path)
        for path in FILES
        if any(name.split(".")[0] == library for name in imports(path))
        and not any((module(path) + ".").startswith(keeper) or module(path) == keeper for keeper in KEEPERS[library])
    }
    assert not guests, f"{library} is used by {sorted(guests)}"


def test_chance_comes_from_one_place() -> None:
    """Generators are made in engine/streams.py alone, so that every draw has a name."""
    makers = {"default_rng", "PCG64", "SeedSequence", "RandomState", "Generator", "MT19937", "Philox", "SFC64"}
    for path in FILES:
        if module(path) == "sim.engine.streams":
            continue
        own_hash = {
            inner
            for node in ast.walk(tree(path))
            if isinstance(node, ast.FunctionDef) and node.name == "__hash__"
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree(path)):
            if node in own_hash:
                continue
            if isinstance(node, ast.Call) and isinstance(node.func, (ast.Attribute, ast.Name)):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                assert name not in makers, f"{module(path)}:{node.lineno} makes a generator"
                assert name != "hash", f"{module(path)}:{node.lineno}: hash() differs from process to process"


@pytest.mark.parametrize("path", FILES, ids=module)
def test_files_are_small_and_named_for_what_they_are(path: Path) -> None:
    """One noun a file, at most 400 lines, opened by a sentence."""
    assert path.stem not in {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert ast.get_docstring(tree(path)), "a file opens with one sentence"


@pytest.mark.parametrize("path", FILES, ids=module)
def test_public_things_are_documented(path: Path) -> None:
    """Every public class and function says what it is in the world (a KPI does so in its register entry)."""
    silent = [
        node.name
        for node in tree(path).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not any(isinstance(d, ast.Call) and ast.unparse(d.func) == "kpi" for d in node.decorator_list)
    ]
    assert not silent
