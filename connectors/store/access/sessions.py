"""Sessions of the console: 256 random bits in a cookie, kept as a hash; the database's clock ends them."""

# ruff: noqa: S608 - the texts of the queries are our own; values travel as parameters

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.access.people import PERSON, secret_place, to_person
from connectors.store.audit.append import append
from connectors.store.database import Database
from connectors.store.sealed.cipher import seal_text, unseal_text
from connectors.store.sealed.keyring import keys_of
from domain.access.person import Person
from domain.audit.entry import Entry

_PERSON = ", ".join(f"p.{column}" for column in PERSON.split(", "))
_FIND = f"""
    select s.stage, s.new_secret, s.seen_at < now() - interval '20 seconds' as quiet,
        extract(epoch from now() - s.confirmed_at)::float as confirmed, {_PERSON}
    from console_session s join console_person p on p.id = s.person
    where s.token = %(token)s and s.environment = %(environment)s and p.disabled_at is null
        and s.seen_at > now() - %(idle)s * interval '1 second'
        and s.began_at > now() - %(longest)s * interval '1 second'
"""
_GONE = """
    delete from console_session where environment = %(environment)s
    and (seen_at <= now() - %(idle)s * interval '1 second'
        or began_at <= now() - %(longest)s * interval '1 second')
"""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is open. ``stage``: ``code`` (the password was right) or ``open``.

    ``new_secret``: the one-time secret being enrolled. ``confirmed``: seconds since a code was given.
    """

    person: Person
    stage: str
    new_secret: str | None = field(repr=False)
    confirmed: float | None


class ConsoleSessions:
    """The sessions of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def begin(self, person: int, *, idle: float, longest: float, new_secret: str | None = None) -> str:
        """A session after the password, before the code. Returns what the cookie holds; sweeps old ones."""
        token = secrets.token_urlsafe(32)
        with self._database.transaction() as connection:
            sealed = seal_text(keys_of(connection), secret_place(self._environment, person), new_secret)
            connection.execute(_GONE, {"environment": self._environment, "idle": idle, "longest": longest})
            connection.execute(
                "insert into console_session (token, environment, person, stage, new_secret)"
                " values (%s, %s, %s, 'code', %s)",
                (_hash(token), self._environment, person, sealed),
            )
        return token

    def find(self, token: str, *, idle: float, longest: float, noted: bool = True) -> Session | None:
        """The session of a cookie, ``noted`` as seen; None when it ended, or never was."""
        values = {"token": _hash(token), "environment": self._environment, "idle": idle, "longest": longest}
        with self._database.connection() as connection:
            row = connection.execute(_FIND, values).fetchone()
            if row is None:
                return None
            if row.pop("quiet") and noted:
                connection.execute(
                    "update console_session set seen_at = now() where token = %(token)s", values
                )
            keys = keys_of(connection)
        stage, sealed, confirmed = (row.pop(name) for name in ("stage", "new_secret", "confirmed"))
        secret = unseal_text(keys, secret_place(self._environment, row["id"]), sealed)
        return Session(to_person(row), stage, secret, confirmed)

    def open(self, token: str) -> str:
        """The code was right: the session is open, under a new token, so that an old one is worth nothing."""
        fresh = secrets.token_urlsafe(32)
        with self._database.transaction() as connection:
            row = connection.execute(
                "update console_session set token = %s, stage = 'open', new_secret = null, began_at = now(),"
                " seen_at = now(), confirmed_at = now() where token = %s and environment = %s"
                " returning person",
                (_hash(fresh), _hash(token), self._environment),
            ).fetchone()
            if row:
                self._signed_in(connection, row["person"])
        return fresh

    def confirm(self, token: str) -> None:
        """A code was given again, for something dangerous."""
        with self._database.connection() as connection:
            connection.execute(
                "update console_session set confirmed_at = now() where token = %s and environment = %s",
                (_hash(token), self._environment),
            )

    def end(self, token: str, person: Person) -> None:
        """Sign out."""
        who = f"user:{person.name}"
        with self._database.transaction() as connection:
            ended = connection.execute(
                "delete from console_session where token = %s and environment = %s",
                (_hash(token), self._environment),
            )
            if ended.rowcount:
                append(connection, self._environment, Entry(who, "user.sign-out", who))

    def end_others(self, person: int, token: str) -> None:
        """End all sessions of a person but this one: the password changed."""
        with self._database.connection() as connection:
            connection.execute(
                "delete from console_session where environment = %s and person = %s and token <> %s",
                (self._environment, person, _hash(token)),
            )

    def _signed_in(self, connection: Connection[DictRow], person: int) -> None:
        row = connection.execute(
            "update console_person set signed_in_at = now() where id = %s returning name", (person,)
        ).fetchone()
        who = f"user:{row['name']}" if row else "user:unknown"
        append(connection, self._environment, Entry(who, "user.sign-in", who))


def _hash(token: str) -> bytes:
    """Plain SHA-256 is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode()).digest()
