"""Notes who looked at what, and what was not open to whom: in memory first, so that nobody waits for it."""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.audit.entry import Entry
from domain.audit.viewing import Viewing

EVERY = 1.0
"""Seconds between two batches: what a process that is killed may lose."""
MOST = 10_000
"""Different viewings that wait while the store is away; of more only the number is kept."""
LONGEST = 300
"""Characters of a subject."""
FILTERS = frozenset(
    {"status", "client", "week", "contact", "state", "open", "cursor", "limit", "before", "after", "kind"}
)
"""Parameters whose values are kept: ids and states. Of others, such as a text searched for, the name is."""
_QUIET = re.compile(r"/ops/(static|sign-in|code|confirm|me|runbooks)(/|$)")
log = logging.getLogger("loonbrug.web")


class ViewingStore(Protocol):
    """Where viewings are written."""

    def add(self, seen: Mapping[Viewing, int], refused: Sequence[Entry] = ()) -> None:
        """Write a batch."""


class ViewingBuffer:
    """Viewings of this process, written by a thread of its own. What cannot be written is tried again."""

    def __init__(
        self, kept: ViewingStore, errors: tuple[type[Exception], ...], *, every: float = EVERY
    ) -> None:
        self._kept = kept
        self._errors = errors
        self._every = every
        self._lock = threading.Lock()
        self._seen: Counter[Viewing] = Counter()
        self._refused: list[Entry] = []
        self._lost = 0
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, viewing: Viewing) -> None:
        """Somebody looked. Takes no time worth telling."""
        with self._lock:
            if viewing in self._seen or len(self._seen) < MOST:
                self._seen[viewing] += 1
            else:
                self._lost += 1
        self._begin()

    def refuse(self, entry: Entry) -> None:
        """A role or a key did not open something: goes to the audit trail, counted."""
        with self._lock:
            if len(self._refused) < MOST:
                self._refused.append(entry)
        self._begin()

    def write(self) -> bool:
        """Write what there is. False when the store is away: it waits for the next time."""
        with self._lock:
            seen, refused, lost = self._seen, self._refused, self._lost
            self._seen, self._refused, self._lost = Counter(), [], 0
        if lost:
            seen[Viewing("loonbrug", "", "viewings that could not be kept", "")] += lost
        try:
            if seen or refused:
                self._kept.add(seen, refused)
        except self._errors:
            self._take_back(seen, refused)
            return False
        return True

    def close(self) -> None:
        """Write the rest, and end."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(self._every + 5)
        if not self.write():
            log.error("the last viewings could not be written", extra={"count": len(self._seen)})

    def _take_back(self, seen: Counter[Viewing], refused: list[Entry]) -> None:
        with self._lock:
            self._seen.update(seen)
            self._refused = [*refused, *self._refused][:MOST]

    def _begin(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="looks", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            self.write()


class Looks:
    """ASGI middleware, within the Guard: notes what was shown to whom when the answer is out."""

    def __init__(self, app: ASGIApp, book: ViewingBuffer) -> None:
        self._app = app
        self._book = book

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        statuses: list[int] = []

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            self._note(scope, statuses[0] if statuses else 500)

    def _note(self, scope: Scope, status: int) -> None:
        actor = _actor(scope)
        if actor is None:
            return
        if status == 200 and _shows_people(scope):
            self._book.note(Viewing(actor, scope["state"].get("address", ""), _what(scope), _subject(scope)))
        elif wanted := scope["state"].get("not_open"):
            detail = {"route": _what(scope)}
            self._book.refuse(Entry(actor, "access.refuse", wanted, detail))


def _actor(scope: Scope) -> str | None:
    state = scope["state"]
    if (key := state.get("key")) is not None:
        return f"key:{key.id}"
    person = state.get("person") or state.get("refused_person")
    return f"user:{person.name}" if person is not None else None


def _shows_people(scope: Scope) -> bool:
    """What a key decides is in the audit trail; all that the console shows to somebody may hold names."""
    path: str = scope["path"]
    if path.startswith("/v1"):
        return bool(scope["method"] == "GET")
    return not _QUIET.match(path)


def _what(scope: Scope) -> str:
    route = getattr(scope.get("route"), "path", "-")
    mounted = "/ops" if scope["path"].startswith("/ops/") and not route.startswith("/ops") else ""
    return f"{scope['method']} {mounted}{route}"


def _subject(scope: Scope) -> str:
    asked = parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=40)
    parts = {name: str(value) for name, value in scope.get("path_params", {}).items() if name != "path"}
    for name, value in asked:
        if name in FILTERS:
            parts.setdefault(name, value)
        elif value:
            parts.setdefault(name[:30], "*")
    return " ".join(f"{name}={_one_word(value)}" for name, value in sorted(parts.items()))[:LONGEST]


def _one_word(value: str) -> str:
    return "".join(sign if sign.isprintable() and not sign.isspace() else "_" for sign in value[:80])
