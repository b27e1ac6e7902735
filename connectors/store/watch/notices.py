"""Mails and webhooks that are owed: written down with what they tell of, sent later, then emptied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.database import Database, rows_as
from connectors.store.sealed.cipher import SealedValueRefused
from connectors.store.sealed.keyring import keys_of
from connectors.store.sealed.personal import notice_place, open_document, seal_document
from domain.watch.notice import Channel, Notice

_CLAIM = """
    update notice set token = %(token)s, attempts = attempts + 1,
        leased_until = now() + make_interval(secs => %(lease)s)
    where id = (select id from notice where environment = %(environment)s and state = 'ready'
        and channel = any(%(channels)s) and due_at <= now()
        and (leased_until is null or leased_until <= now())
        order by due_at, id limit 1 for update skip locked)
    returning id, channel, mark, topic, created_at, attempts, token, content
"""
_LET_GO = "token = null, leased_until = null, reason = %(why)s"
_OURS = "where id = %(id)s and token = %(token)s and state = 'ready'"
_ENDED = f"""
    update notice set state = %(state)s, content = null, ended_at = now(), {_LET_GO} {_OURS}
"""  # noqa: S608 - only our own text is put in, here and below
_LATER = f"""
    update notice set due_at = now() + make_interval(secs => %(after)s), content = %(content)s,
        {_LET_GO} {_OURS}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class StuckNotice:
    """A notice that was refused, or given up, and why."""

    id: int
    channel: str
    topic: str
    state: str
    attempts: int
    reason: str | None
    created_at: datetime
    due_at: datetime


def owe_mail(
    connection: Connection[DictRow],
    environment: str,
    to: Sequence[str],
    subject: str,
    text: str,
    *,
    report: int | None = None,
) -> None:
    """Owe a mail, in the caller's transaction. Nobody to send it to: nothing is owed.

    ``report``: the cut-off report whose files go with it.
    """
    if to:
        content: dict[str, object] = {"to": list(to), "subject": subject, "text": text}
        content |= {"report": report} if report is not None else {}
        _owe(connection, environment, Channel.MAIL, "mail", content)


def owe_webhook(
    connection: Connection[DictRow], environment: str, event: str, data: Mapping[str, object]
) -> None:
    """Owe a webhook, in the caller's transaction."""
    _owe(connection, environment, Channel.WEBHOOK, event, {"data": dict(data)})


class Notices:
    """The notices of one environment: ``sync.watch.ports.Notify`` and ``NoticeBook``."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def mail(self, to: Sequence[str], subject: str, text: str) -> None:
        """Owe a mail."""
        with self._database.connection() as connection:
            owe_mail(connection, self._environment, to, subject, text)

    def webhook(self, event: str, data: Mapping[str, object]) -> None:
        """Owe a webhook."""
        with self._database.connection() as connection:
            owe_webhook(connection, self._environment, event, data)

    def take(self, channels: Sequence[str], lease: float) -> Notice | None:
        """The next one that is due, by the database's clock."""
        values = {"environment": self._environment, "channels": list(channels), "lease": lease}
        with self._database.connection() as connection:
            row = connection.execute(_CLAIM, values | {"token": uuid4()}).fetchone()
        if row is None:
            return None
        notice = Notice(**(row | {"channel": Channel(row["channel"]), "content": {}}))
        place = notice_place(self._environment, row["mark"])
        try:
            content = open_document(self._database.keys, place, row["content"])
        except SealedValueRefused as refused:
            self.failed(notice, f"its content cannot be read: {refused}")
            return self.take(channels, lease)
        return replace(notice, content=content)

    def sent(self, notice: Notice) -> None:
        """It was taken."""
        self._settle(_ENDED, notice, state="sent", why=None)

    def later(self, notice: Notice, after: float, why: str, left: Sequence[str] = ()) -> None:
        """Try again; with those alone who are left: the others have it."""
        content = notice.content | ({"to": list(left)} if left else {})
        place = notice_place(self._environment, notice.mark)
        sealed = Jsonb(seal_document(self._database.keys, place, content))
        self._settle(_LATER, notice, after=after, why=why, content=sealed)

    def failed(self, notice: Notice, why: str) -> None:
        """It is given up."""
        self._settle(_ENDED, notice, state="failed", why=why)

    def stuck(self) -> list[StuckNotice]:
        """Those that were refused at least once and are not sent, or were given up within a week."""
        with self._database.connection() as connection:
            return rows_as(
                StuckNotice,
                connection,
                "select id, channel, topic, state, attempts, reason, created_at, due_at from notice"
                " where environment = %s and ((state = 'ready' and attempts > 0 and reason is not null)"
                " or (state = 'failed' and ended_at > now() - interval '7 days')) order by id limit 100",
                (self._environment,),
            )

    def _settle(self, statement: str, notice: Notice, **values: object) -> None:
        with self._database.connection() as connection:
            connection.execute(statement, {"id": notice.id, "token": notice.token, **values})


def _owe(
    connection: Connection[DictRow],
    environment: str,
    channel: Channel,
    topic: str,
    content: Mapping[str, object],
) -> None:
    mark = f"msg_{uuid4().hex}"
    sealed = seal_document(keys_of(connection), notice_place(environment, mark), content)
    connection.execute(
        "insert into notice (environment, channel, mark, topic, content) values (%s, %s, %s, %s, %s)",
        (environment, channel, mark, topic, Jsonb(sealed)),
    )
