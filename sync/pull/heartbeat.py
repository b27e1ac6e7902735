"""Keeps the lease on a run while its worker is alive, however long one answer of AFAS takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from domain.pull.run import Run
from sync.pull.ports import Runs


@contextmanager
def beating(runs: Runs, run: Run, seconds: float) -> Iterator[None]:
    """Extend the lease every so many seconds until the block ends. A frozen process beats no more."""
    stop = threading.Event()
    thread = threading.Thread(
        target=_beat, args=(runs, run, seconds, stop), name="run-heartbeat", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(runs: Runs, run: Run, seconds: float, stop: threading.Event) -> None:
    while not stop.wait(seconds):
        if not runs.heartbeat(run):
            return
