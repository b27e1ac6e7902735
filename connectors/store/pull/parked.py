"""Rows that could not be read: kept with their reason until a newer version can, or a person retries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.database import Database
from connectors.store.records import mirror
from connectors.store.sealed.erased import emptied
from connectors.store.sealed.keyring import KeyRing, keys_of
from connectors.store.sealed.personal import keyed_hash, open_document, parked_place, seal_document
from domain.audit.entry import Entry
from domain.failures.cause import fingerprint
from domain.message import Message
from domain.pull.run import BadRow
from domain.records.record import Record

_PARK = """
    insert into parked_row as known (environment, flow, key, reason, cause, row, content_hash)
    select %(environment)s, %(flow)s, key, reason, cause, row, hash
    from unnest(%(keys)s::text[], %(reasons)s::jsonb[], %(causes)s::text[], %(rows)s::jsonb[],
        %(hashes)s::bytea[]) as bad (key, reason, cause, row, hash)
    where not exists (
        select from parked_row same where same.environment = %(environment)s and same.flow = %(flow)s
        and same.key = bad.key and same.content_hash = bad.hash and same.resolved_at is null)
    on conflict (environment, flow, key) where resolved_at is null do update
    set reason = excluded.reason, cause = excluded.cause, row = excluded.row,
        content_hash = excluded.content_hash, last_seen = now()
"""
_RESOLVE = """
    update parked_row set resolved_at = now(), resolution = %(resolution)s
    where environment = %(environment)s and flow = %(flow)s and resolved_at is null and key = any(%(keys)s)
"""


def park(connection: Connection[DictRow], environment: str, flow: str, bad: Sequence[BadRow]) -> None:
    """Keep bad rows. The same row with the same reason again writes nothing."""
    if not bad:
        return
    keys = keys_of(connection)
    by_key: Mapping[str, BadRow] = {each.key or f"row:{_hash(keys, each).hex()[:32]}": each for each in bad}
    by_key = emptied(connection, environment, flow, by_key)
    connection.execute(
        _PARK,
        {
            "environment": environment,
            "flow": flow,
            "keys": list(by_key),
            "reasons": [each.reason for each in by_key.values()],
            "causes": [fingerprint(f"flow:{flow}", each.reason) for each in by_key.values()],
            "rows": [_row(keys, environment, flow, key, each) for key, each in by_key.items()],
            "hashes": [_hash(keys, each) for each in by_key.values()],
        },
    )


def resolve(
    connection: Connection[DictRow], environment: str, flow: str, keys: Sequence[str], resolution: Message
) -> None:
    """Close the parked rows of these keys."""
    values = {"environment": environment, "flow": flow, "keys": list(keys), "resolution": resolution}
    connection.execute(_RESOLVE, values)


class ParkedRepository:
    """The parked rows of one environment (``sync.pull.ports.ParkedRows``); ``by`` is who tries them again."""

    def __init__(self, database: Database, environment: str, *, by: str = "loonbrug") -> None:
        self._database = database
        self._environment = environment
        self._by = by

    def parked(self, ids: Sequence[int]) -> list[tuple[int, str, dict[str, object]]]:
        """The open ones of these: id, flow and the row as it was kept."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "select id, flow, key, row from parked_row"
                " where environment = %s and id = any(%s) and resolved_at is null order by id",
                (self._environment, list(ids)),
            ).fetchall()
        return [(row["id"], row["flow"], self._opened(row)) for row in rows]

    def unpark(self, parked: int, record: Record) -> None:
        """Write the record (unless a newer one is known) and resolve the parked row, in one transaction."""
        with self._database.transaction() as connection:
            mirror.write(connection, self._environment, type(record), [record])
            connection.execute(
                "update parked_row set resolved_at = now(), resolution = %s where id = %s",
                (Message("why.read-after-a-fix"), parked),
            )
            self._audit(connection, parked, "read")

    def still_parked(self, parked: int, reason: Message) -> None:
        """It was tried again and cannot be read, for this reason."""
        with self._database.transaction() as connection:
            connection.execute(
                "update parked_row set reason = %s, cause = null, last_seen = now() where id = %s",
                (reason, parked),
            )
            self._audit(connection, parked, "still parked")

    def _opened(self, row: DictRow) -> dict[str, object]:
        place = parked_place(self._environment, row["flow"], row["key"])
        return open_document(self._database.keys, place, row["row"])

    def _audit(self, connection: Connection[DictRow], parked: int, result: str) -> None:
        entry = Entry(self._by, "parked.retry", f"parked:{parked}", {"result": result})
        append(connection, self._environment, entry)


def _json(bad: BadRow) -> bytes:
    return orjson.dumps(bad.row, default=str)


def _row(keys: KeyRing | None, environment: str, flow: str, key: str, bad: BadRow) -> str:
    """The raw row as JSON; encrypted when there are keys."""
    if keys is None:
        return _json(bad).decode()
    place = parked_place(environment, flow, key)
    return orjson.dumps(seal_document(keys, place, bad.row), default=str).decode()


def _hash(keys: KeyRing | None, bad: BadRow) -> bytes:
    return keyed_hash(keys, [_json(bad), orjson.dumps(bad.reason.to_json(), option=orjson.OPT_SORT_KEYS)])
