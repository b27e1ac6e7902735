"""HTTP with an end to patience: who begins a request and does not go on with it is hung up on."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN = 10.0
"""Seconds from the beginning of a connection, or of the next request on it, to the end of the headers."""
NOTHING_FOR = 30.0
"""Seconds without a byte of a body that we wait for, or without one taken of an answer."""
BODY_WITHIN = 300.0
"""Seconds for a whole body."""
MOST_WAITING = 256
"""Connections whose headers are not there yet; of more the oldest is hung up on, so that newcomers get in."""
LONGEST_HEADERS = 32 * 1024
"""Bytes."""


class PatientProtocol(H11Protocol):
    """uvicorn's own protocol, and a clock. uvicorn ends idle connections only after an answer; one that never
    asked, or asks a byte at a time, it keeps for ever.
    """

    waiting: ClassVar[OrderedDict[PatientProtocol, None]] = OrderedDict()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._end: asyncio.TimerHandle | None = None
        self._began = 0.0
        self._stage = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connected: the clock runs before the first byte."""
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        """A piece of a request."""
        super().data_received(data)
        self._look(moved=True)

    def on_response_complete(self) -> None:
        """The answer is out: what comes now is the rest of a body, or the next request."""
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """The other side does not take the answer."""
        super().pause_writing()
        self._look()

    def resume_writing(self) -> None:
        """It goes on."""
        super().resume_writing()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._stop()
        super().connection_lost(exc)

    def _look(self, *, moved: bool = False) -> None:
        """Set the clock by the stage: only what moves a body or an answer on gives it more time."""
        stage = self._stage_now()
        if stage == self._stage and not (moved and stage == "body"):
            return
        if stage != self._stage:
            self._began = self.loop.time()
        self._stop()
        self._stage = stage
        seconds = self._seconds(stage)
        if seconds is not None and not self.transport.is_closing():
            self._end = self.loop.call_later(seconds, self._over)
        if stage == "headers":
            self._wait_in_line()

    def _stage_now(self) -> str:
        if self.flow.write_paused:
            return "answer"
        if self.conn.their_state is h11.IDLE:
            return "headers"
        if self.conn.their_state is h11.SEND_BODY:
            return "rest" if self.cycle is not None and self.cycle.response_complete else "body"
        return ""

    def _seconds(self, stage: str) -> float | None:
        left = self._began + BODY_WITHIN - self.loop.time()
        return {
            "headers": HEADERS_WITHIN,
            "rest": HEADERS_WITHIN,
            "answer": NOTHING_FOR,
            "body": max(0.0, min(NOTHING_FOR, left)),
        }.get(stage)

    def _over(self) -> None:
        """Hang up, unless it is we who do not read on."""
        if self._stage == "body" and self.flow.read_paused:
            self._end = self.loop.call_later(NOTHING_FOR, self._over)
            return
        self._hang_up()

    def _wait_in_line(self) -> None:
        self.waiting[self] = None
        if len(self.waiting) > MOST_WAITING:
            oldest, _ = self.waiting.popitem(last=False)
            oldest._hang_up()

    def _hang_up(self) -> None:
        self._stop()
        self.transport.abort()

    def _stop(self) -> None:
        self.waiting.pop(self, None)
        if self._end is not None:
            self._end.cancel()
            self._end = None
