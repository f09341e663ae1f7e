"""Settings typed at the prompt, such as `teams.agents.headcount=8`: the same thing as a file that holds one setting."""

from __future__ import annotations

from collections.abc import Sequence

from sim.errors import Fault, short, suggestion
from sim.scenario import yamltree
from sim.scenario.expected import named_at
from sim.scenario.marked import Mark, Node, Source

OPTION = "--set"


def unknown_name(tree: Node, keys: Sequence[str]) -> str | None:
    """The sentence about the first key that would be a new name (of a team, a stage) in the tree, if one is."""
    for depth, key in enumerate(keys):
        group = tree.at(tuple(keys[:depth]))
        if group is None or not isinstance(group.value, dict):
            return None
        if key not in group.value and named_at(tree, tuple(keys[:depth])):
            return f"there is no '{short(key)}' in {'.'.join(keys[:depth])}{suggestion(key, group.value)}"
    return None


class Typed:
    """One typed setting."""

    def __init__(self, text: str) -> None:
        """Take `key.path=value`; what is wrong with it is in `faults`, and then there is no layer."""
        self.source = Source(None, (), f"{OPTION} {short(text, 80)}")
        self.faults: list[Fault] = []
        self.layer: Node | None = None
        path, equals, value = text.partition("=")
        self.keys = tuple(path.strip().split("."))
        if not equals or not all(key and key == key.strip() for key in self.keys):
            self._refuse(f"{OPTION} takes key=value, such as teams.agents.headcount=8, found '{short(text, 60)}'", "")
        elif self.keys[0] == "extends":
            self._refuse(f"'extends' is for files; give another file to lay on top instead of typing it after {OPTION}")
        else:
            self.layer = self._layer(value)

    def missing_from(self, tree: Node) -> list[Fault]:
        """Faults for names that the scenario does not have: typing changes settings, it founds no teams."""
        if (sentence := unknown_name(tree, self.keys)) is not None:
            self._refuse(sentence)
        return self.faults

    def _layer(self, value: str) -> Node | None:
        mark = Mark(self.source, 1, 1)
        try:
            lines = yamltree.decode(value.encode("utf-8", "surrogateescape"), OPTION).lines
            node, faults = yamltree.read(Source(None, lines, self.source.typed))
        except yamltree.NotATree as error:
            node, faults = Node(None, mark, broken=True), error.faults
        for fault in faults:
            self._refuse(fault.message)
        if not value.strip():
            node = Node(None, mark)
        for key in reversed(self.keys):
            node = Node({key: node}, mark, keys={key: mark})
        return None if faults else node

    def _refuse(self, sentence: str, key: str | None = None) -> None:
        self.faults.append(self.source.fault(sentence, key=".".join(self.keys) if key is None else key))
