"""Lays one tree over another: mappings merge, lists and scalars replace, relative values change; it reads no files.

Rules, in full:
- `null` leaves a setting out, whatever the parent says; a key with nothing after it is a fault instead.
- A group that names another kind than the parent's (`dist`, `rule`, `decay`, `mode`) replaces it: its settings would
  not fit.
- `*1.5`, `+10%` and `-10%` change the parent's value and are a fault without one.
- `+2` and `-1` change the parent's value too, except where the number may itself be negative (log-odds): there the sign
  belongs to the number. Without a parent value `-1` is a negative number, and so is `+2` a positive one in a file that
  has no parent at all; laid over another file `+2` without a value to change is a fault.
"""

from __future__ import annotations

from dataclasses import replace

from sim.errors import Fault
from sim.scenario.expected import TAGS, standing
from sim.scenario.marked import Mark, Node, Path, dotted
from sim.scenario.relative import Change, change_in, changed, is_number, nothing_to_change


def laid(below: Node | None, layer: Node) -> tuple[Node, list[Fault]]:
    """Return the tree of a layer laid over the tree below it (None under the first), and the faults of its changes."""
    faults: list[Fault] = []
    root = below if below is not None else Node({}, layer.mark)
    return _Laying(root, faults, undermost=below is None).over(root, layer, ()), faults


class _Laying:
    """One layer on its way onto the tree below."""

    def __init__(self, below: Node, faults: list[Fault], undermost: bool) -> None:
        self.tree = below
        self.faults = faults
        self.undermost = undermost

    def over(self, parent: Node | None, child: Node, path: Path) -> Node:
        """The child's value where it has one to say, the parent's elsewhere."""
        if isinstance(child.value, dict):
            return self._group(parent, child, path)
        if isinstance(child.value, list):
            entries = [self.over(None, entry, (*path, index)) for index, entry in enumerate(child.value)]
            return replace(child, value=entries)
        change = change_in(child)
        return child if change is None else self._changed(parent, child, change, path)

    def _group(self, parent: Node | None, child: Node, path: Path) -> Node:
        assert isinstance(child.value, dict)
        values: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        mark = child.mark
        if parent is not None and isinstance(parent.value, dict) and _same_kind(parent, child):
            values, keys, mark = dict(parent.value), dict(parent.keys), parent.mark
        for key, value in child.value.items():
            # What an expectation changes is laid over the scenario later, `null` included.
            if value.value is None and not value.blank and not value.broken and path[:1] != ("expect",):
                values.pop(key, None)
                keys.pop(key, None)
                continue
            values[key] = self.over(values.get(key), value, (*path, key))
            keys[key] = child.keys.get(key, value.mark)
        return replace(child, value=values, keys=keys, mark=mark)

    def _changed(self, parent: Node | None, child: Node, change: Change, path: Path) -> Node:
        kind = standing(self.tree, path)
        if path[:1] == ("expect",) and path[2:3] in (("with",), ("minus_with",)):
            return replace(child, value=change.text)  # laid over the scenario later, and no +1 is a 1 until then
        if kind == "other" or (kind == "signed" and change.plain_number):
            return child
        if parent is not None and parent.broken:
            return replace(child, value=None, broken=True)
        if change.plain_number and (parent is None or not is_number(parent)):
            for_itself = parent is not None or change.sign == "-" or self.undermost
            return child if for_itself else self._refused(child, nothing_to_change(change, path), path)
        if parent is None:
            return self._refused(child, nothing_to_change(change, path), path)
        try:
            return changed(parent, change, child)
        except ValueError as error:
            return self._refused(child, str(error), path)

    def _refused(self, child: Node, sentence: str, path: Path) -> Node:
        self.faults.append(child.mark.fault(sentence, dotted(path)))
        return replace(child, value=None, broken=True)


def _same_kind(parent: Node, child: Node) -> bool:
    for tag in TAGS:
        if tag != "dist" and parent.child("dist") is not None:
            continue  # a law has a 'mode' of its own: its most likely value
        before, now = parent.child(tag), child.child(tag)
        if before is not None and now is not None and isinstance(now.value, str) and before.value != now.value:
            return False
    return True
