"""Slots within one process that are counted, and an AFAS that counts what it has in hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from domain.errors import NoRoom
from domain.outbox.afas_call import Use


@dataclass
class CountedSlot:
    """One call."""

    abandoned: bool = False

    def abandon(self) -> None:
        self.abandoned = True


@dataclass
class Counted:
    """At most ``most`` at once: the next waits ``patience`` seconds. ``unanswered``: the abandoned ones."""

    most: int = 4
    patience: float = 0.0
    held: list[tuple[Use, int | None]] = field(default_factory=list)
    unanswered: int = 0
    _free: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = threading.Semaphore(self.most)

    @contextmanager
    def hold(self, use: Use, update: int | None = None) -> Iterator[CountedSlot]:
        if not self._free.acquire(timeout=self.patience):
            raise NoRoom("no room")
        self.held.append((use, update))
        slot = CountedSlot()
        try:
            yield slot
        finally:
            self.unanswered += slot.abandoned
            self._free.release()

    @property
    def free(self) -> bool:
        """Whether a call would find room now."""
        if self._free.acquire(blocking=False):
            self._free.release()
            return True
        return False


class Busy(httpx.BaseTransport):
    """An AFAS that counts the calls it has in hand: those we hung up on stay in hand.

    ``answer`` makes the answer of a call by its path, or raises what the client sees.
    """

    def __init__(self, answer: Callable[[str], httpx.Response]) -> None:
        self._answer = answer
        self._lock = threading.Lock()
        self.in_hand = self.most = 0
        self.paths: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.rsplit("/", 1)[-1]
        with self._lock:
            self.in_hand += 1
            self.most = max(self.most, self.in_hand)
            self.paths.append(path)
        try:
            response = self._answer(path)
        except httpx.TimeoutException:
            raise  # we hang up; AFAS goes on with it
        except BaseException:
            self._over()
            raise
        self._over()
        return httpx.Response(response.status_code, stream=httpx.ByteStream(response.content))

    def _over(self) -> None:
        with self._lock:
            self.in_hand -= 1
