"""Who may call: API keys and what they open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """What an API key opens."""

    PORTAL = "portal"
    """Everything of the portal API."""
    READ = "read"
    """Only looking."""
    DECIDE = "decide"
    """Only deciding and telling: approve, reject, sign, change, ask."""

    def opens(self, wanted: Scope) -> bool:
        """Whether a key with this scope may do what asks for the wanted one."""
        return self in (Scope.PORTAL, wanted)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. ``client``: the one client that it may see (None: all of the environment).

    ``expires_at`` (aware UTC): from then on it opens nothing; None: it does not expire.
    """

    id: str
    name: str
    scopes: frozenset[Scope]
    environment: str
    client: str | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime | None = None

    def opens(self, wanted: Scope) -> bool:
        """Whether the key may do what asks for this scope."""
        return any(scope.opens(wanted) for scope in self.scopes)
