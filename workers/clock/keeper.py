"""What the clock does so that the store can be trusted: beats, anchors, settings noted, old rows removed."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

import structlog
from pydantic import SecretStr

from connectors.store.audit.anchors import anchor
from connectors.store.audit.settings import note_settings
from connectors.store.audit.tally import tell_the_rest
from connectors.store.database import Database
from connectors.store.keeping.retention import Keep, Retention
from connectors.store.outbox.beat import beat
from connectors.store.sealed.keyring import KeyRing
from workers.compose.outside import Outside
from workers.settings import Settings

log = structlog.get_logger("loonbrug.keeper")

BEAT_EVERY = 10.0
COUNTS_EVERY = 60.0


class Keeper:
    """The keeping of one environment, done by the clock."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        outside: Outside,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._settings = settings
        self._outside = outside
        self._monotonic = monotonic
        self._retention = Retention(database, settings.name, Keep(**settings.keep))
        self._beaten = float("-inf")
        self._counted = float("-inf")

    def begin(self) -> None:
        """Note the settings when they differ from those of the last start."""
        hashes = settings_hashes(self._settings, self._database.keys)
        note_settings(self._database, self._settings.name, hashes)

    def beat(self) -> None:
        """One beat every few seconds."""
        if self._monotonic() - self._beaten >= BEAT_EVERY:
            self._outside.save(beat(self._database))
            self._beaten = self._monotonic()

    def tell_counts(self) -> None:
        """Once a minute: what was counted for the audit trail and is over."""
        if self._monotonic() - self._counted >= COUNTS_EVERY:
            tell_the_rest(self._database, self._settings.name)
            self._counted = self._monotonic()

    def tidy(self) -> int:
        """Remove a few old rows, note who left, tell the audit trail's head to the log. How many went."""
        gone = sum(self._retention.sweep().values())
        told = anchor(self._database, self._settings.name, webhook=self._settings.webhook_url is not None)
        if told:
            log.info("audit anchor", anchor=f"{told.number}:{told.hash.hex()}")
        return gone


def settings_hashes(settings: Settings, keys: KeyRing | None) -> dict[str, str]:
    """A short hash of every setting, secrets too: which one changed shows, what it was cannot be guessed.

    Without keys there is nothing to hash with, so nothing is told.
    """
    if keys is None:
        return {}
    secret = keys.derived("settings")
    return {
        name: hmac.digest(secret, _told(name, getattr(settings, name)), hashlib.sha256).hex()[:12]
        for name in type(settings).model_fields
    }


def _told(name: str, value: object) -> bytes:
    text = value.get_secret_value() if isinstance(value, SecretStr) else repr(value)
    return f"{name}={text}".encode()
