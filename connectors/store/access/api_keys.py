"""API keys: 256 random bits, shown once, kept as a hash. A key opens one environment, maybe one client."""

# ruff: noqa: S608 - the texts of the queries are our own; values travel as parameters

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.database import Database, one_row
from domain.access.api_key import ApiKey, Scope
from domain.audit.entry import Entry
from domain.errors import NotFound
from domain.message import Message

PREFIX = "lb_"
_FORM = re.compile(r"lb_[A-Za-z0-9_-]{43}")
_COLUMNS = "id, name, scopes, environment, client, created_at, last_used_at, revoked_at, expires_at"
_CREATE = (
    "insert into api_key (id, name, key_hash, scopes, environment, client, expires_at)"
    " values (%s, %s, %s, %s, %s, %s, %s) returning " + _COLUMNS
)
_LIST = "select " + _COLUMNS + " from api_key where environment = %s order by created_at, id"
_REVOKE = "update api_key set revoked_at = coalesce(revoked_at, now()) where id = %s returning " + _COLUMNS
_HOLDER = (
    "select " + _COLUMNS + ", last_used_at is null or last_used_at < now() - interval '1 minute' as quiet"
    " from api_key where key_hash = %s and environment = %s and revoked_at is null"
    " and (expires_at is null or expires_at > now())"
)


class ApiKeys:
    """The API keys of all environments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        *,
        name: str,
        scopes: Sequence[Scope],
        environment: str,
        client: str | None = None,
        expires_at: datetime | None = None,
        by: str = "loonbrug",
    ) -> tuple[ApiKey, str]:
        """Make a key. The second value is the secret itself: show it once, it cannot be shown again.

        ``expires_at``: aware; from then on it opens nothing.
        """
        secret = PREFIX + secrets.token_urlsafe(32)
        with self._database.transaction() as connection:
            row = one_row(
                connection,
                _CREATE,
                (
                    *(f"key-{secrets.token_hex(4)}", name, _hash(secret)),
                    *(list(scopes), environment, client, expires_at),
                ),
            )
            ends = expires_at.isoformat() if expires_at else None
            detail = {"scopes": sorted(scopes), "client": client, "expires": ends}
            append(connection, environment, Entry(by, "key.create", f"key:{row['id']}", detail))
        return _key(row), secret

    def list(self, environment: str) -> list[ApiKey]:
        """All keys of an environment, revoked ones too, oldest first."""
        with self._database.connection() as connection:
            rows = connection.execute(_LIST, (environment,)).fetchall()
        return [_key(row) for row in rows]

    def revoke(self, key: str, *, by: str = "loonbrug") -> ApiKey:
        """From now on the key opens nothing; revoking twice is once. Raises NotFound."""
        with self._database.transaction() as connection:
            row = connection.execute(_REVOKE, (key,)).fetchone()
            if row is None:
                raise NotFound(Message("no-such.key", {"key": str(key)}))
            append(connection, row["environment"], Entry(by, "key.revoke", f"key:{row['id']}"))
        return _key(row)

    def holder(self, secret: str, environment: str) -> ApiKey | None:
        """The key that this secret is, unless unknown, revoked, expired or of another environment.

        Notes once a minute that it is used.
        """
        if not _FORM.fullmatch(secret):
            return None
        with self._database.connection() as connection:
            row = connection.execute(_HOLDER, (_hash(secret), environment)).fetchone()
            if row is None:
                return None
            if row.pop("quiet"):
                connection.execute("update api_key set last_used_at = now() where id = %s", (row["id"],))
        return _key(row)


def _hash(secret: str) -> bytes:
    """Plain SHA-256 is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


def _key(row: DictRow) -> ApiKey:
    return ApiKey(**(row | {"scopes": frozenset(Scope(scope) for scope in row["scopes"])}))
