"""SIGTERM and Ctrl-C as an event that loops wait on."""

from __future__ import annotations

import signal
import threading
from types import FrameType


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM or SIGINT sets. The second signal ends the process at once."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stop.set()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, ask)
    return stop
