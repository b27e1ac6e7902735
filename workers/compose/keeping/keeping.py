"""What the clock keeps, joined: the trail, the beat and the rows that grow old, of one environment."""

from __future__ import annotations

import hashlib
import hmac
from functools import partial

from pydantic import SecretStr

from connectors.store.audit.anchors import anchor
from connectors.store.audit.settings import note_settings
from connectors.store.audit.tally import tell_the_rest
from connectors.store.database import Database
from connectors.store.keeping.retention import Keep, Retention
from connectors.store.outbox.beat import beat
from connectors.store.sealed.keyring import KeyRing
from workers.clock.keeper import Keeping
from workers.compose.keeping.outside import Outside
from workers.settings import Settings


def keeping(database: Database, settings: Settings, outside: Outside) -> Keeping:
    """The keeping of one environment, for the clock that leads."""
    retention = Retention(database, settings.name, Keep(**settings.keep))
    hashes = settings_hashes(settings, database.keys)

    def anchored() -> str | None:
        told = anchor(database, settings.name, webhook=settings.webhook_url is not None)
        return f"{told.number}:{told.hash.hex()}" if told else None

    return Keeping(
        note_settings=lambda: note_settings(database, settings.name, hashes),
        beat=lambda: outside.save(beat(database)),
        tell_tallies=partial(tell_the_rest, database, settings.name),
        sweep=lambda: sum(retention.sweep().values()),
        anchor=anchored,
    )


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
