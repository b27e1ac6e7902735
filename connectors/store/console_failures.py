"""Failed sign-ins: counted per name before the password is looked at, so that many at once count as many."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from connectors.store.audit import append
from connectors.store.database import Database
from domain.audit import Entry
from domain.errors import NotFound

_KNOWN = """
    insert into console_failure (environment, name, failures) values (%(environment)s, %(name)s, 0)
    on conflict do nothing
"""
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
_FORGET = """
    delete from console_failure where environment = %(environment)s
        and (name = %(name)s or last_at < now() - interval '1 day')
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. ``refused``: the name was locked before it. ``locked_until`` (aware UTC): locked from now on,
    unless this try succeeds and is forgotten.
    """

    failures: int
    locked_until: datetime | None
    refused: bool


class ConsoleFailures:
    """Tries to sign in, per name that was typed; whether anybody bears it makes no difference."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def attempt(self, name: str, *, most: int, pause: float) -> Attempt:
        """Count a try; the last of ``most`` without success locks the name for ``pause`` seconds."""
        values = self._values(name) | {"most": most, "pause": pause}
        with self._database.transaction() as connection:
            connection.execute(_KNOWN, values)
            row = connection.execute(_TRY, values).fetchone()
        assert row  # noqa: S101 - it was made a moment ago
        return Attempt(row["failures"], row["locked_until"], row["locked"])

    def forget(self, name: str) -> None:
        """The sign-in came to its end."""
        with self._database.connection() as connection:
            connection.execute(_FORGET, self._values(name))

    def unlock(self, name: str, *, actor: str) -> None:
        """Let somebody try again at once, whichever step failed. Raises NotFound."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "select name from console_person where environment = %s and lower(name) = lower(%s)",
                (self._environment, name),
            ).fetchone()
            if row is None:
                raise NotFound(f"there is nobody called {name}")
            for step in ("password", "code"):
                connection.execute(_FORGET, self._values(f"{step}:{name}"))
            append(connection, self._environment, Entry(actor, "user.unlock", f"user:{row['name']}"))

    def _values(self, name: str) -> dict[str, object]:
        digest = hashlib.sha256(name.strip().lower().encode()).digest()
        return {"environment": self._environment, "name": digest}
