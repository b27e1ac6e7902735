"""Processes that come back when they die, with growing pauses, and that stop in time."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from workers.run.children import Child

pytestmark = pytest.mark.slow


def wait_for(what, seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)


class Quick(Child):
    """Runs a line of Python instead of a part of Loonbrug."""

    def __init__(self, code: str, clock) -> None:
        super().__init__("quick", [], os.environ, clock=clock)
        self.command = [sys.executable, "-c", code]


def test_what_dies_comes_back_after_growing_pauses():
    now = [0.0]
    child = Quick("import sys; sys.exit(3)", lambda: now[0])
    child.start()
    told: list[str | None] = []
    for _ in range(3):
        wait_for(lambda: _look(child, told))
        assert child.look() is None
        now[0] += 3.0
        assert "started again" in (child.look() or "")
    ended = [line for line in told if line]
    assert ended == [f"ended with exit code 3, starts again in {pause} s" for pause in (0.5, 1.0, 2.0)]
    child.wait(now[0] + 10)


def test_a_killed_child_is_told_with_its_signal():
    child = Quick("import time; time.sleep(60)", time.monotonic)
    child.start()
    os.kill(child.pid or 0, signal.SIGKILL)
    told: list[str | None] = []
    wait_for(lambda: _look(child, told))
    assert "SIGKILL" in str(told[-1])


def test_a_child_that_does_not_stop_is_killed():
    code = (
        "import signal, sys, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    child = Quick(code, time.monotonic)
    child.start()
    wait_for(lambda: _ignores(child.pid))
    child.ask_to_stop()
    assert child.wait(time.monotonic() + 0.2) is False


def _look(child: Child, told: list[str | None]) -> str | None:
    told.append(child.look())
    return told[-1]


def _ignores(pid: int | None) -> bool:
    status = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    ignored = next(line for line in status if line.startswith("SigIgn")).split()[1]
    return bool(int(ignored, 16) & (1 << (signal.SIGTERM - 1)))
