"""Processes of our own that die with us, and come back when they die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from connectors.embedded import become

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
REFUSED = 2
"""The exit code of a process that will not work like this: wrong settings, no database, another AFAS."""
_HEALTHY_AFTER = 60.0
"""Seconds after which a process counts as healthy, and its next death as the first."""


class Child:
    """One child process under supervision. Start it from the main thread: it ends when that thread does."""

    def __init__(
        self,
        name: str,
        arguments: list[str],
        environ: Mapping[str, str],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.command = [sys.executable, "-m", "workers", *arguments]
        self._environ = environ
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = _FIRST_PAUSE
        self._again_at = float("-inf")
        self.refused = False
        """Whether it ended last because a person must change something (exit code 2)."""

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C reaches the supervisor, who decides."""
        self._process = subprocess.Popen(  # noqa: S603  # our own program, no shell
            [sys.executable, "-I", "-S", become.__file__, str(os.getpid()), str(int(signal.SIGTERM)),
             "-", "-", "-", *self.command],
            env=dict(self._environ),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            cwd=Path.cwd(),
        )  # fmt: skip
        self._started, self.refused = self._clock(), False

    def look(self) -> str | None:
        """Start it again when its pause is over. Returns what happened, in a few words."""
        if self._process is None:
            if self._clock() < self._again_at:
                return None
            self.start()
            return f"started again (pid {self.pid})"
        code = self._process.poll()
        if code is None:
            return None
        self._process, self.refused = None, code == REFUSED
        return f"ended with {_told(code)}, starts again in {self._rest():.1f} s"

    def ask_to_stop(self) -> None:
        """Send SIGTERM when it runs."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait(self, until: float) -> bool:
        """Wait for its end until that moment of the clock; then kill it. Whether it ended by itself."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.1, until - self._clock()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False
        return True

    def _rest(self) -> float:
        if self._clock() - self._started > _HEALTHY_AFTER:
            self._pause = _FIRST_PAUSE
        rest, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
        self._again_at = self._clock() + rest
        return rest


def _told(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
