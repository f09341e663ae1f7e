"""Values that change the parent's instead of replacing it: `+2`, `-1`, `*1.5`, `-10%`; it does not know which keys.

A change keeps the parent's unit: `*1.5` makes `12 min` out of `8 min`, `+2` makes `10 min` of it. A percentage is of
the parent's value, never percentage points: `-10%` makes `19.8 %` out of `22 %`, `+10` makes `32 %` of it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import Context, Decimal, DecimalException

from sim.errors import found, short
from sim.scenario.marked import Node, dotted

_NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_CHANGE = re.compile(rf"([-+*])\s*({_NUMBER})\s*(%?)")
_QUANTITY = re.compile(rf"(\s*(?:[A-Z]{{3}}\s*)?)([-+]?{_NUMBER})(\s*(?:[%/A-Za-z][%/A-Za-z ]*)?)")
_LONGEST = 64
_EXACT = Context(prec=40, Emax=400, Emin=-400)


@dataclass(frozen=True, slots=True)
class Change:
    """A change as written."""

    sign: str
    """One of + - *"""
    amount: Decimal
    percent: bool
    text: str

    @property
    def plain_number(self) -> bool:
        """Whether the text could as well be a number that stands for itself, such as -1 or +0.5."""
        return self.sign != "*" and not self.percent

    def of(self, number: Decimal) -> Decimal:
        """The changed number."""
        if self.sign == "*":
            return _EXACT.multiply(number, _EXACT.divide(self.amount, Decimal(100)) if self.percent else self.amount)
        step = _EXACT.divide(_EXACT.multiply(number, self.amount), Decimal(100)) if self.percent else self.amount
        return _EXACT.add(number, step) if self.sign == "+" else _EXACT.subtract(number, step)


def change_in(node: Node) -> Change | None:
    """The change that a scalar spells, quoted or not, if it spells one."""
    if node.broken or node.text is None or len(node.text) > _LONGEST:
        return None
    match = _CHANGE.fullmatch(node.text.strip())
    return Change(match[1], Decimal(match[2]), bool(match[3]), node.text.strip()) if match else None


def is_number(node: Node) -> bool:
    """Whether a value is a number or a quantity, so that it can be changed by a relative value."""
    if isinstance(node.value, bool):
        return False
    if isinstance(node.value, str):
        return len(node.value) <= _LONGEST and _QUANTITY.fullmatch(node.value) is not None
    return isinstance(node.value, (int, float))


def changed(parent: Node, change: Change, child: Node) -> Node:
    """The parent's value after the change, at the child's place; raises ValueError with one sentence."""
    if not is_number(parent):
        advice = ""
        if isinstance(parent.value, dict):
            advice = f"; change one of its settings: {', '.join(list(parent.value)[:8])}"
        raise ValueError(f"'{change.text}' changes a number, but the parent's value is {found(parent.raw())}{advice}")
    before, number, after = "", str(parent.value), ""
    if isinstance(parent.value, str):
        match = _QUANTITY.fullmatch(parent.value)
        assert match is not None  # is_number has looked
        before, number, after = match[1], match[2], match[3]
    try:
        result = change.of(Decimal(number))
    except DecimalException:
        raise ValueError(f"'{change.text}' of {number} is too large or too small for a number") from None
    if not math.isfinite(float(result)):
        raise ValueError(f"'{change.text}' of {number} is too large for a number")
    text = f"{before}{_written(result)}{after}"
    value: str | int | float = text
    if not isinstance(parent.value, str):
        value = int(result) if isinstance(parent.value, int) and result == int(result) else float(result)
    source, line = parent.mark.source.name, parent.mark.line
    place = f" ({source}:{line})" if source else ""
    note = f"{short(str(parent.value))}{place} changed by '{change.text}'"
    return replace(child, value=value, text=text, note=note)


def _written(number: Decimal) -> str:
    """Digits without a needless exponent or trailing zeros, at most 17 significant ones."""
    number = Context(prec=17).plus(number).normalize()
    return f"{number:f}" if -12 <= number.adjusted() <= 15 else f"{number:e}"


def nothing_to_change(change: Change, path: tuple[str | int, ...]) -> str:
    """The sentence for a change that finds no parent value."""
    return f"'{change.text}' is relative, but there is no parent value of '{dotted(path)}' to change"
