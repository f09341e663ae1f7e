"""Which files a scenario is made of: finds and reads them, follows `extends`, stays inside the scenario folder.

It does not lay them over one another. The result is a list of layers, parents before children, left before right; a
file that several others extend is one layer, at its first place, so that two plans on one baseline can be combined.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from sim.errors import Fault, ScenarioError, found, nearest, short, suggestion
from sim.scenario import yamltree
from sim.scenario.marked import Mark, Node

SUFFIXES = (".yaml", ".yml")
_MOST_FILES = 64
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NOT_FOUND = "no such file"
_EXPECTED = "expected a file name or a list of file names"


def shipped_folder() -> Path:
    """Folder of the scenarios that come with the program."""
    return Path(__file__).resolve().parents[2] / "scenarios"


def shipped_names() -> list[str]:
    """Names of the shipped scenarios, as they are given to `load`: `baseline`, `learn/01-one-queue`."""
    folder = shipped_folder()
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES and path.is_file()]
    return [path.relative_to(folder).with_suffix("").as_posix() for path in paths]


class Reading:
    """The files read so far: their layers, and what is wrong with them."""

    def __init__(self) -> None:
        self.layers: list[Node] = []
        """Trees without their `extends`, in the order in which they are laid over one another."""
        self.faults: list[Fault] = []
        self.torn = False
        """Whether a file is missing from the layers, so that what it says is not known."""
        self.main: Mark | None = None
        """Start of the first file that was added, the scenario itself."""
        self._done: set[Path] = set()

    def add(self, name: str) -> None:
        """Read the file or shipped scenario of this name with all it extends; faults are collected, never raised."""
        try:
            path, shown = located(name)
        except ScenarioError as error:
            self._lose(*error.faults)
            return
        before = len(self.layers)
        self._file(path, shown, _Fence(path), [])
        if self.main is None and len(self.layers) > before:
            self.main = self.layers[-1].mark

    def _file(self, path: Path, shown: str, fence: _Fence, trail: list[Path]) -> None:
        if path in self._done:
            return
        self._done.add(path)
        if len(self._done) > _MOST_FILES:
            self._lose(Fault(f"more than {_MOST_FILES} files extend one another", file=shown))
            return
        try:
            root, faults = yamltree.read(yamltree.decode(_bytes(path), shown))
        except yamltree.NotATree as error:
            self._lose(*error.faults)
            return
        except OSError as error:
            self._lose(Fault(f"cannot be read ({error.strerror or 'unknown reason'})", file=shown))
            return
        self.faults += faults
        if not isinstance(root.value, dict):
            self._lose(root.mark.fault(f"a scenario file must be 'key: value' lines, found {_kind(root)}"))
            return
        parents = root.value.get("extends")
        if parents is not None:
            self._parents(parents, path, shown, fence, [*trail, path])
        values = {key: value for key, value in root.value.items() if key != "extends"}
        self.layers.append(Node(values, root.mark, keys=root.keys))

    def _parents(self, extends: Node, path: Path, shown: str, fence: _Fence, trail: list[Path]) -> None:
        entries = extends.value if isinstance(extends.value, list) else [extends]
        if not entries:
            self._lose(extends.mark.fault(f"{_EXPECTED}, found an empty list", "extends"))
        for entry in entries:
            if entry.broken:
                self.torn = True
                continue
            if not isinstance(entry.value, str) or not entry.value.strip():
                what = "nothing" if entry.value == "" else found(entry.raw())
                self._lose(entry.mark.fault(f"{_EXPECTED}, found {what}", "extends"))
                continue
            try:
                parent, name = fence.parent(entry.value, path, shown)
                if parent in trail:
                    circle = [*trail[trail.index(parent) :], parent]
                    chain = " -> ".join(fence.name(step) for step in circle)
                    raise ValueError(f"'extends' goes round in a circle: {chain}")
                _check_regular(parent, entry.value)
            except ValueError as error:
                self._lose(entry.mark.fault(str(error), "extends"))
                continue
            self._file(parent, name, fence, trail)

    def _lose(self, *faults: Fault) -> None:
        self.faults += faults
        self.torn = True


class _Fence:
    """The folders within which a scenario may extend other files: its own folder tree, and the shipped scenarios."""

    def __init__(self, scenario: Path) -> None:
        self.folders = (scenario.parent, shipped_folder())

    def parent(self, target: str, child: Path, shown: str) -> tuple[Path, str]:
        """Real path and shown name of the file that `child` extends as `target`; raises ValueError.

        Where a file lies is judged before whether it exists, so that nothing outside can be probed.
        """
        outside = f"'extends' may not leave the scenario folder ('{short(target, 60)}')"
        if _ADDRESS.match(target) or target.startswith(("/", "\\", "~")):
            raise ValueError(outside)
        names = (target, f"{target}.yaml") if Path(target).suffix == "" else (target,)
        for folder in (child.parent, shipped_folder()):
            for name in names:
                path = _resolved(folder / name)
                if path is None or not any(path.is_relative_to(fence) for fence in self.folders):
                    raise ValueError(outside)
                if _kind_of(path) == "file":
                    beside = os.path.normpath(os.path.join(os.path.dirname(shown), name))
                    return path, beside if folder == child.parent else _shown(path)
        return (child.parent / target).resolve(), target

    def name(self, path: Path) -> str:
        """The path as seen from the scenario's folder."""
        return path.relative_to(self.folders[0]).as_posix() if path.is_relative_to(self.folders[0]) else _shown(path)


def located(name: str) -> tuple[Path, str]:
    """Real path and shown name of a file or shipped scenario; raises ScenarioError when there is none."""
    path = _resolved(Path(name)) if name.strip() else None
    if path is not None and _kind_of(path) == "file":
        _check(path, name)
        return path, name
    for candidate in (name, f"{name}.yaml", f"{name}.yml"):
        shipped = _resolved(shipped_folder() / candidate)
        if shipped is not None and shipped.is_relative_to(shipped_folder()) and _kind_of(shipped) == "file":
            _check(shipped, name)
            return shipped, _shown(shipped)
    _check(path, name)
    raise ScenarioError(Fault(_NOT_FOUND, file=name))


def _check(path: Path | None, name: str) -> None:
    """Raise ScenarioError unless the path is a scenario file."""
    try:
        if path is None:
            raise ValueError(f"{_NOT_FOUND}: '{short(name, 60)}'")
        _check_regular(path, name, shipped_names())
    except ValueError as error:
        where = "give a file, or the name of a shipped scenario; 'sim show' lists them"
        raise ScenarioError(Fault(str(error), file=short(name, 200), help=where)) from None


def _check_regular(path: Path, name: str, known: list[str] | None = None) -> None:
    """Raise ValueError unless the path is an ordinary file with a suffix of scenario files."""
    kind = _kind_of(path)
    if kind == "other":
        raise ValueError(f"'{short(name, 60)}' is not a regular file")
    if path.suffix not in SUFFIXES and (path.suffix or kind == "file"):
        raise ValueError(f"unknown file type '{short(path.suffix)}'; scenario files end in .yaml")
    if kind is None:
        beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        names = {Path(entry).stem if not path.suffix else entry: entry for entry in beside if entry.endswith(SUFFIXES)}
        near = nearest(path.name, names)
        meant = f"; did you mean '{names[near]}'?" if near else suggestion(name, known or [])
        raise ValueError(f"{_NOT_FOUND}: '{short(name, 60)}'{meant}")


def _kind_of(path: Path) -> str | None:
    """'file', 'other' (a folder, a pipe, a device), or None when nothing is there."""
    try:
        return "file" if stat.S_ISREG(path.stat().st_mode) else "other"
    except (OSError, ValueError):
        return None


def _resolved(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return None


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(yamltree.LARGEST + 1)


def _shown(path: Path) -> str:
    """The path as seen from here, if it is below here."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _kind(root: Node) -> str:
    return "a list" if isinstance(root.value, list) else "nothing" if root.value is None else "a single value"
