"""Where the keys of this installation are: a file, made by ourselves only beside a database of our own."""

from __future__ import annotations

from pathlib import Path

from connectors.store.sealed.keyring import KeyRing, load, load_or_make, save
from workers.settings import Settings, SettingsWrong

NAME = "keys.json"

__all__ = ["KeyRing", "key_file", "key_ring", "load_or_make", "save"]


def key_file(settings: Settings) -> Path:
    """The key file that is set, else the one in the data folder."""
    return settings.keys_file or settings.data / NAME


def key_ring(settings: Settings) -> KeyRing:
    """The keys. Raises SettingsWrong when they must be set and are not, and KeysWrong.

    With a database that we started ourselves the file is made at the first start. Another database may hold
    what was encrypted elsewhere, with other keys: then the file must be there.
    """
    file = key_file(settings)
    if settings.keys_file is None and settings.database_url is None:
        return load_or_make(file)
    if settings.keys_file is None and not file.exists():
        raise SettingsWrong(
            ["LOONBRUG_KEYS_FILE: set it when DATABASE_URL is set; make one with: loonbrug keys create"]
        )
    return load(file)
