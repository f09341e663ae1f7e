"""A call at a later time on the SimPy clock, as cheap as the kernel allows; it does not know what it calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from simpy.core import Environment
from simpy.events import NORMAL, Event

T = TypeVar("T")


class _Call(Event):
    """An event that is triggered from birth and knows its one callback."""

    __slots__ = ("_action", "_subject", "callbacks", "env")
    _ok = True
    _value = None

    def __init__(self, env: Environment, delay: float, action: Callable[[Any], None], subject: Any) -> None:
        self.env = env
        self.callbacks = _CALLBACKS  # type: ignore[assignment]
        self._action = action
        self._subject = subject
        env.schedule(self, NORMAL, delay)


def _call(event: Event) -> None:
    event._action(event._subject)  # type: ignore[attr-defined]


# One tuple serves every call: the kernel only walks through it.
_CALLBACKS = (_call,)


def call_after(env: Environment, delay: float, action: Callable[[T], None], subject: T) -> None:
    """Call `action(subject)` in `delay` hours; calls due at one time run in the order in which they were made.

    Without delay it runs after what is happening now, at the same time. Raises ValueError for a negative delay.
    """
    if delay < 0:
        raise ValueError(f"a call cannot be made {-delay} hours ago")
    _Call(env, delay, action, subject)
