"""Remembers outside of the database how far it came: in the data folder, and in Redis when there is one."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import redis

from connectors.store.outbox.beat import LAST_SENDS, Beat

_KEY, _SENDS = "loonbrug:life", "loonbrug:sends"
_DAY = 24 * 3600
_TAIL = 16 * 1024
"""Bytes at the end of the file that are read: hundreds of sends, of all processes of this machine."""
_LONGEST = 1024 * 1024
_QUIET_SECONDS = 10.0
"""After a failure Redis is left alone this long: a send must not wait for one that is away."""


class Outside:
    """``connectors.store.outbox.beat.Memory``, and the beat.

    Either place may be lost or not be writable: then only processes that keep running notice a database put
    back. Thread-safe, and shared by all processes of the data folder and of that Redis.
    """

    def __init__(
        self, file: Path, client: redis.Redis | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._file = file
        self._sends = file.with_name("sends.txt")
        self._client = client
        self._clock = clock
        self._quiet_until = float("-inf")

    def load(self) -> list[Beat]:
        """What is remembered, in each place."""
        texts: list[Any] = []
        with suppress(OSError):
            texts.append(self._file.read_text("ascii"))
        texts.append(self._ask_redis(lambda client: client.get(_KEY)))
        beats = [found for text in texts if (found := _parsed(text))]
        return beats + _sends_of(self._lines())

    def save(self, beat: Beat) -> None:
        """Remember a beat."""
        text = json.dumps({"id": str(beat.id), "beat": beat.beat})
        draft = self._file.with_suffix(".draft")
        with suppress(OSError):
            draft.write_text(text, "ascii")
            draft.replace(self._file)
        self._ask_redis(lambda client: client.set(_KEY, text))

    def sent(self, life: UUID, update: int, begun: int) -> None:
        """Remember that a send was begun."""
        line = f"{life} {update} {begun}"
        with suppress(OSError):
            self._append(f"{line}\n".encode("ascii"))
        self._ask_redis(lambda client: _push(client, line))

    def _lines(self) -> Iterable[str]:
        """The newest of each place come last."""
        with suppress(OSError), self._sends.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            yield from file.read().decode("ascii", "replace").splitlines()
        kept = self._ask_redis(lambda client: client.lrange(_SENDS, 0, LAST_SENDS - 1)) or []
        yield from (bytes(each).decode("ascii", "replace") for each in reversed(kept))

    def _append(self, line: bytes) -> None:
        """One short write at the end, whole whoever else writes; a long file is cut to its end."""
        with self._sends.open("ab") as file:
            file.write(line)
            size = file.tell()
        if size > _LONGEST:
            draft = self._sends.with_suffix(f".{os.getpid()}")
            draft.write_bytes(self._sends.read_bytes()[-_TAIL:])
            draft.replace(self._sends)

    def _ask_redis(self, ask: Callable[[redis.Redis], Any]) -> Any:
        if self._client is None or self._clock() < self._quiet_until:
            return None
        try:
            return ask(self._client)
        except (redis.RedisError, OSError):
            self._quiet_until = self._clock() + _QUIET_SECONDS
            return None


def _push(client: redis.Redis, line: str) -> None:
    with client.pipeline(transaction=False) as pipeline:
        pipeline.lpush(_SENDS, line)
        pipeline.ltrim(_SENDS, 0, LAST_SENDS - 1)
        pipeline.expire(_SENDS, _DAY)
        pipeline.execute()


def _sends_of(lines: Iterable[str]) -> list[Beat]:
    """The sends of each life that is named; a line cut in two is none."""
    found: dict[UUID, dict[int, int]] = {}
    for line in lines:
        with suppress(ValueError):
            life, update, begun = line.split(" ")
            sends = found.setdefault(UUID(life), {})
            sends[int(update)] = max(int(begun), sends.get(int(update), 0))
    return [Beat(life, 0, sends) for life, sends in found.items()]


def _parsed(text: Any) -> Beat | None:
    if not text:
        return None
    try:
        found = json.loads(text)
        return Beat(UUID(found["id"]), int(found["beat"]))
    except (ValueError, KeyError, TypeError):
        return None
