"""Calls at a later time on the SimPy clock."""

from __future__ import annotations

import pytest
import simpy

from sim.engine.timer import call_after


def test_a_call_comes_after_its_delay() -> None:
    """Each subject is handed to its action at its time."""
    env = simpy.Environment(initial_time=5.0)
    heard: list[tuple[float, str]] = []
    for delay, word in ((2.0, "later"), (0.5, "soon")):
        call_after(env, delay, lambda subject: heard.append((env.now, subject)), word)
    env.run()
    assert heard == [(5.5, "soon"), (7.0, "later")]


def test_calls_at_one_time_come_in_order() -> None:
    """First made, first called; a call without delay waits for what is happening now."""
    env = simpy.Environment()
    heard: list[str] = []

    def happen(word: str) -> None:
        call_after(env, 0, heard.append, f"after {word}")
        heard.append(word)

    call_after(env, 1.0, happen, "one")
    call_after(env, 1.0, happen, "two")
    env.run()
    assert heard == ["one", "two", "after one", "after two"]
    assert env.now == 1.0


def test_calls_mix_with_processes() -> None:
    """A call keeps its place among SimPy's own events of the same time."""
    env = simpy.Environment()
    heard: list[str] = []

    def process() -> simpy.events.ProcessGenerator:
        yield env.timeout(1.0)
        heard.append("process")

    env.process(process())
    env.run(until=0.5)
    call_after(env, 0.5, heard.append, "call")
    env.run()
    assert heard == ["process", "call"]


def test_a_fault_in_an_action_is_not_swallowed() -> None:
    """An exception leaves the simulation."""
    env = simpy.Environment()
    call_after(env, 1.0, [].__getitem__, 3)
    with pytest.raises(IndexError):
        env.run()


def test_the_past_cannot_be_called() -> None:
    """A negative delay would turn the clock back."""
    with pytest.raises(ValueError, match="2 hours ago"):
        call_after(simpy.Environment(), -2, print, None)
