"""Processes of this machine that never outlive the one that started them; it does not know what they work on.

Two facts shape it. Workers of a killed parent stay alive under every start method, so each holds one end of a pipe
and leaves when the other end closes, whatever closed it. And `with ProcessPoolExecutor` waits for running work when
it is left by Ctrl-C, so stopping is spelled out here.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar

from sim.errors import SimError

Given = ParamSpec("Given")
Result = TypeVar("Result")


def processors() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool:
    """A number of workers behind `submit`; broken by the death of any of them, to be replaced by a new pool then."""

    def __init__(self, width: int) -> None:
        """Make ready for `width` workers; they start with the first work."""
        method = "spawn" if sys.platform == "win32" else "forkserver"
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            _start_server()
        self.width = width
        reading, self._leash = multiprocessing.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(width, context, initializer=_begin, initargs=(reading,))
        self._reading = reading

    def submit(self, work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Future[Result]:
        """Hand over work; raises BrokenProcessPool once a worker has died, SimError if no worker can be started."""
        try:
            # Half a worker can neither work nor be stopped, and would complain when its parent is gone.
            with _holding_back_interrupts():
                return self._pool.submit(work, *given, **named)
        except OSError as error:
            raise SimError(f"cannot start worker processes ({error}); '-j 1' works without them") from error

    def close(self) -> None:
        """Send idle workers home."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._drop()

    def abandon(self) -> None:
        """Stop workers in the middle of their work, in a moment."""
        # A dict of the workers by process id; private until `kill_workers` of Python 3.14.
        workers = list((self._pool._processes or {}).values())
        self._leash.close()
        for worker in workers:
            worker.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._drop()

    def _drop(self) -> None:
        self._leash.close()
        self._reading.close()


def _start_server() -> None:
    """Start the server that workers are forked from, deaf to Ctrl-C, which is the parent's business alone."""
    from multiprocessing import forkserver, resource_tracker

    # Nothing is loaded before forking: whoever asks a server that is busy importing cannot be interrupted, and workers
    # import side by side in the same time.
    multiprocessing.get_context("forkserver").set_forkserver_preload([])
    # The tracker is started first because starting it lifts the very mask that the server is to inherit.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _holding_back_interrupts() -> Iterator[None]:
    """Let Ctrl-C take effect only at the end of the block."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: held.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held and callable(before):
        before(signal.SIGINT, None)


def _begin(leash: Connection) -> None:
    """First act of a worker: leave Ctrl-C to the parent, and watch that there still is one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(leash,), name="leash", daemon=True).start()


def _watch(leash: Connection) -> None:
    try:
        leash.recv_bytes()
    except (EOFError, OSError):
        # Not sys.exit: the main thread is in the middle of a replication that nobody waits for any more.
        os._exit(1)
