"""Look through a PDF in a process of its own, few at once."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL

import anyio
from anyio.abc import Process

from connectors.pdf.child import PLAIN
from connectors.pdf.faults import Fault
from domain.decisions.signed_pdf import PlainPdf
from domain.errors import Incomplete
from domain.message import Message

_HOUSE = Path(__file__).parents[2]
_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""All that Python itself may need to start. No secret goes along."""


class PdfInspector:
    """Looks through PDFs, in at most ``at_once`` processes, each with that many seconds of a processor."""

    def __init__(self, *, seconds: int = 10, at_once: int = 2) -> None:
        self._seconds = seconds
        self._room = anyio.Semaphore(at_once)

    async def __call__(self, content: bytes) -> PlainPdf:
        """Raises Incomplete (field ``file``) unless it is a whole PDF that cannot act.

        Cancelling ends the process. Raises RuntimeError when the process fails by itself, a fault of ours.
        """
        async with self._room:
            said, code = await self._ask(content)
        if code == 0 and said == PLAIN:
            return PlainPdf(content)
        if code == 0:
            raise Incomplete("file", Message(Fault[said].value))
        if code < 0:  # a limit ended it
            raise Incomplete("file", Message(Fault.COSTLY.value))
        raise RuntimeError(f"looking through a PDF failed with exit code {code}")

    async def _ask(self, content: bytes) -> tuple[str, int]:
        """What the process said, and its exit code."""
        command = [sys.executable, "-E", "-s", "-S", "-B", "-m", "connectors.pdf.child", str(self._seconds)]
        environ = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        async with await anyio.open_process(command, env=environ, cwd=_HOUSE, stderr=DEVNULL) as process:
            said = await _talk(process, content)
            return said, await process.wait()


async def _talk(process: Process, content: bytes) -> str:
    assert process.stdin  # noqa: S101 - both are pipes
    assert process.stdout  # noqa: S101
    with suppress(anyio.BrokenResourceError):  # it ended before it had read all: its exit code tells why
        await process.stdin.send(content)
        await process.stdin.aclose()
    said = b""
    async for chunk in process.stdout:
        said += chunk
    return said.decode("ascii")
