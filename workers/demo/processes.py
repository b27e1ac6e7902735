"""The demo's processes: each dies with the demo, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from connectors.embedded import become


def start_python(
    module: str, *arguments: str, environ: Mapping[str, str], output: Any
) -> subprocess.Popen[bytes]:
    """Start ``python -m module`` in a session of its own: Ctrl-C reaches the demo, which stops the others.

    Call it from the main thread: on Linux the process gets SIGTERM when that thread ends, even by kill -9.
    ``output`` gets what it says: a file or ``subprocess.PIPE``.
    """
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(  # noqa: S603  # our own program, no shell
        [sys.executable, "-I", "-S", become.__file__, str(os.getpid()), str(int(signal.SIGTERM)),
         "-", "-", "-", *command],
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is subprocess.PIPE else output,
        start_new_session=True,
    )  # fmt: skip


def stop(process: subprocess.Popen[bytes], *, seconds: float = 60.0) -> None:
    """Stop it as an operator would, and kill it when it does not stop."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
