"""Failed sign-ins: counted before the password is looked at, so that many at once count as many.

Counted is a name together with where it is typed (``Counted``); what goes wrong here locks nobody there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from connectors.store.audit.append import append
from connectors.store.database import Database, one_row
from domain.audit.entry import Entry
from domain.errors import NotFound
from domain.message import Message

_KNOWN = """
    insert into console_failure (environment, name, about, failures)
    values (%(environment)s, %(name)s, %(about)s, 0) on conflict do nothing
"""
_OVER = """
    delete from console_failure where ctid = any(array(select ctid from console_failure
        where environment = %(environment)s
        and last_at < now() - interval '1 hour' - %(pause)s * interval '1 second'
        order by last_at limit 5 for update skip locked))
"""
"""Rows that count nothing any more. Each try takes a few along, so that strangers cannot heap them up."""
_TRY = """
    update console_failure k set last_at = now(),
        failures = case when old.over then 1 when old.locked then k.failures else k.failures + 1 end,
        locked_until = case when old.locked then k.locked_until
            when (case when old.over then 1 else k.failures + 1 end) >= %(most)s
            then now() + %(pause)s * interval '1 second' end
    from (select coalesce(locked_until > now(), false) as locked,
            coalesce(locked_until, last_at + %(pause)s * interval '1 second') <= now() as over
        from console_failure where environment = %(environment)s and name = %(name)s for update) old
    where k.environment = %(environment)s and k.name = %(name)s
    returning k.failures, k.locked_until, old.locked
"""
_FORGET = "delete from console_failure where environment = %(environment)s and name = %(name)s"
_UNLOCK = "delete from console_failure where environment = %(environment)s and about = %(about)s"


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted: a step of signing in (``password``), for a name, typed ``where``; ``most`` times."""

    step: str
    name: str
    where: str
    most: int


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """One try. ``refused``: the name was locked before it. ``locked_until`` (aware UTC): locked from now on,
    unless this try succeeds and is forgotten.
    """

    failures: int
    locked_until: datetime | None
    refused: bool


class ConsoleFailures:
    """Tries to sign in, by the name that was typed; whether anybody bears it makes no difference."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def attempt(self, counted: Counted, *, pause: float) -> SignInAttempt:
        """Count a try; the last of the most that may fail locks what is counted for ``pause`` seconds."""
        values = self._values(counted) | {"most": counted.most, "pause": pause}
        with self._database.transaction() as connection:
            connection.execute(_KNOWN, values)
            row = one_row(connection, _TRY, values)
        with self._database.connection() as connection:
            connection.execute(_OVER, values)
        return SignInAttempt(row["failures"], row["locked_until"], row["locked"])

    def forget(self, counted: Counted) -> None:
        """The sign-in came to its end."""
        with self._database.connection() as connection:
            connection.execute(_FORGET, self._values(counted))

    def unlock(self, name: str, *, actor: str) -> None:
        """Let somebody try again at once, whichever step failed, wherever. Raises NotFound."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "select name from console_person where environment = %s and lower(name) = lower(%s)",
                (self._environment, name),
            ).fetchone()
            if row is None:
                raise NotFound(Message("no-such.person-called", {"name": name}))
            connection.execute(_UNLOCK, {"environment": self._environment, "about": _hash(name)})
            append(connection, self._environment, Entry(actor, "user.unlock", f"user:{row['name']}"))

    def _values(self, counted: Counted) -> dict[str, object]:
        name = _hash(f"{counted.step}:{counted.name.strip()} {counted.where}")
        return {"environment": self._environment, "name": name, "about": _hash(counted.name)}


def _hash(text: str) -> bytes:
    """Names are kept as hashes: people type passwords where a name belongs."""
    return hashlib.sha256(text.strip().lower().encode()).digest()
