"""What strangers can do without end, in the audit trail once a minute at most: how often, and on what."""

from __future__ import annotations

import json

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.database import Database, one_row
from domain.audit.entry import Entry

_COUNT = """
    insert into tally as t (environment, actor, action, subject, times, detail, told_at)
    values (%(environment)s, %(actor)s, %(action)s, %(subject)s, 1, %(detail)s, '-infinity')
    on conflict (environment, actor, action, subject)
    do update set times = t.times + 1, detail = excluded.detail
    returning times, told_at < now() - interval '1 minute' as due
"""
_TOLD = """
    update tally set times = 0, told_at = now() where environment = %(environment)s
    and actor = %(actor)s and action = %(action)s and subject = %(subject)s
"""
_REST = """
    select actor, action, subject, times, detail from tally where environment = %(environment)s
    and times > 0 and told_at < now() - interval '1 minute' order by actor, action, subject
    limit 100 for update skip locked
"""


def count(connection: Connection[DictRow], environment: str, entry: Entry) -> None:
    """Count an event, in the caller's transaction, and last in it; told when a minute went by since the
    last one like it was. Only then is the trail's head locked, which decisions wait for.
    """
    values = _values(environment, entry.actor, entry.action, entry.subject)
    row = one_row(connection, _COUNT, values | {"detail": json.dumps(dict(entry.detail))})
    if row["due"]:
        connection.execute(_TOLD, values)
        append(connection, environment, _told(entry, row["times"]))


def tell_the_rest(database: Database, environment: str) -> int:
    """Tell what was counted since, when nothing like it came to tell it. How many records."""
    with database.transaction() as connection:
        rows = connection.execute(_REST, {"environment": environment}).fetchall()
        for row in rows:
            connection.execute(_TOLD, _values(environment, row["actor"], row["action"], row["subject"]))
        entries = [
            _told(Entry(row["actor"], row["action"], row["subject"], json.loads(row["detail"])), row["times"])
            for row in rows
        ]
        append(connection, environment, *entries)
    return len(rows)


def _told(entry: Entry, times: int) -> Entry:
    return Entry(entry.actor, entry.action, entry.subject, {**entry.detail, "times": times})


def _values(environment: str, actor: str, action: str, subject: str) -> dict[str, object]:
    return {"environment": environment, "actor": actor, "action": action, "subject": subject}
