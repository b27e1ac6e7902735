"""Refuses a pooler that gives one server process to several sessions in turn: it breaks locks of sessions.

Found by behaviour, whatever pooler it is: sessions that are both open never share a server process, and one
session never changes it.
"""

from __future__ import annotations

from contextlib import ExitStack

import psycopg

from connectors.store.database import one_row
from domain.errors import LoonbrugError

_ORDER = (0, 0, 1, 0, 1, 1, 0, 0, 1)
"""Who asks next: also twice in a row, for a pooler may hand its server processes out in turn."""
_ROUNDS = 20
"""A busy pooler takes a server process back a little after its answer, and so may seem to keep it for one
session. Not so often in a row; all rounds together take some milliseconds."""


class SharedSessions(LoonbrugError):  # noqa: N818 - named after what is wrong
    """The address of the database leads to a pooler in transaction or statement mode."""


def refuse_shared_sessions(url: str, *, patience: float = 10.0) -> None:
    """Open two sessions and see that they are. Raises SharedSessions; OperationalError without a server."""
    with ExitStack() as stack:
        sessions = [stack.enter_context(_session(url, patience)) for _ in range(2)]
        seen: tuple[set[int], set[int]] = (set(), set())
        for which in _ORDER * _ROUNDS:
            seen[which].add(_server_process(sessions[which]))
    if len(seen[0]) > 1 or len(seen[1]) > 1 or seen[0] & seen[1]:
        raise SharedSessions(
            "DATABASE_URL leads to a pooler in transaction mode, which breaks locks of sessions:"
            " use session mode, or the server itself (docs/ops/poolers.md)"
        )


def _session(url: str, patience: float) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True, prepare_threshold=None, connect_timeout=int(patience) or 1)


def _server_process(session: psycopg.Connection) -> int:
    return int(one_row(session, "select pg_backend_pid()")[0])
