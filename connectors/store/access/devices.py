"""Browsers in which somebody signed in to the end before ("device cookies", OWASP): they are counted apart.

The cookie holds a random name of the browser and a seal over it, so that a made-up one is told from ours
without asking the database. Here only its hash is kept, with the people who signed in there.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from connectors.store.database import Database

DAYS = 180
"""A browser that was not seen for so long is a stranger again."""

_UNKEYED = secrets.token_bytes(32)
"""Seals where there are no keys: they last as long as the process."""
_KNOWN = """
    select from console_device d join console_person p on p.id = d.person
    where d.environment = %s and d.device = %s and lower(p.name) = lower(%s)
        and d.seen_at > now() - %s * interval '1 day'
"""
_REMEMBER = """
    insert into console_device (environment, device, person) values (%s, %s, %s)
    on conflict (environment, device, person) do update set seen_at = now()
"""


class ConsoleDevices:
    """The known browsers of one environment. A ``device`` is what ``opened`` gives."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def new(self) -> str:
        """What a cookie for a browser holds."""
        name = secrets.token_urlsafe(24)
        return f"{name}.{self._seal(name)}"

    def opened(self, cookie: str | None) -> bytes | None:
        """The browser of a cookie; None when we did not make it. The database is not asked."""
        name, _, seal = (cookie or "").partition(".")
        if not hmac.compare_digest(self._seal(name).encode(), seal.encode()):
            return None
        return hashlib.sha256(name.encode()).digest()

    def knows(self, device: bytes, name: str) -> bool:
        """Whether the person of this name signed in there before."""
        with self._database.connection() as connection:
            return bool(connection.execute(_KNOWN, (self._environment, device, name, DAYS)).rowcount)

    def remember(self, device: bytes, person: int) -> None:
        """The person signed in there to the end."""
        with self._database.connection() as connection:
            connection.execute(_REMEMBER, (self._environment, device, person))

    def _seal(self, name: str) -> str:
        keys = self._database.keys
        secret = keys.derived("console device") if keys else _UNKEYED
        return hmac.digest(secret, f"{self._environment}.{name}".encode(), hashlib.sha256).hex()
