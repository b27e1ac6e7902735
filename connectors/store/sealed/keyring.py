"""The keys of this installation: what is personal is encrypted at rest, heads of the audit trail are sealed.

They live in a file, never in the database. Several keys may be there: the newest encrypts, all decrypt.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.errors import LoonbrugError
from domain.file_text import text_of

MOUNTED = Path("/run/secrets")
"""Where containers find their secrets, mostly readable by everybody (0444)."""
SIZE = 32


class KeysWrong(LoonbrugError):  # noqa: N818  # named like the rest of the tree
    """The key file is missing, broken or open to others, or lacks a key."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of AES-256-GCM."""

    id: str
    made: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys, the newest last, and the secret for seals and hashes, which never changes."""

    keys: tuple[Key, ...]
    seal_secret: bytes = field(repr=False)
    file: Path | None = field(default=None, compare=False)
    """Where it was read from: a key that was added there since is found."""

    @property
    def newest(self) -> Key:
        """The key that encrypts."""
        return self.keys[-1]

    def key(self, key_id: str) -> Key:
        """The key of that id. Raises KeysWrong."""
        added = load(self.file).keys if self.file and key_id not in {key.id for key in self.keys} else ()
        for key in (*self.keys, *added):
            if key.id == key_id:
                return key
        raise KeysWrong(f"the key file has no key {key_id}; put it back, or what it encrypted cannot be read")

    def seal(self, environment: str, number: int, digest: bytes, *, what: str = "head") -> bytes:
        """The seal of a head of the audit trail, or of an ``anchor``: neither can pass for the other."""
        text = json.dumps([what, environment, number, digest.hex()])
        return hmac.digest(self.derived("audit"), text.encode(), hashlib.sha256)

    def derived(self, purpose: str) -> bytes:
        """A secret of 32 bytes for one purpose."""
        return hmac.digest(self.seal_secret, f"loonbrug {purpose}".encode(), hashlib.sha256)

    def with_new_key(self) -> KeyRing:
        """The ring with one more key, which encrypts from now on."""
        return KeyRing((*self.keys, _new_key({key.id for key in self.keys})), self.seal_secret, self.file)

    def without(self, ids: Sequence[str]) -> KeyRing:
        """The ring without these keys; the newest always stays."""
        kept = tuple(key for key in self.keys[:-1] if key.id not in ids)
        return KeyRing((*kept, self.newest), self.seal_secret, self.file)


def keys_of(connection: object) -> KeyRing | None:
    """The ring that the connection's ``Database`` was opened with; None when it was opened without."""
    return getattr(connection, "keys", None)


def new_ring() -> KeyRing:
    """A ring with one fresh key."""
    return KeyRing((_new_key(set()),), secrets.token_bytes(SIZE))


def load(file: Path) -> KeyRing:
    """Read a key file. Raises KeysWrong, never telling a secret."""
    try:
        if fault := _open_to_others(file):
            raise KeysWrong(f"{file} may be {fault} by others; do: chmod 600 {file}")
        return _parsed(json.loads(text_of(file.read_bytes())), file)
    except FileNotFoundError:
        raise KeysWrong(f"there is no key file {file}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeysWrong(f"{file} is no key file of Loonbrug ({type(error).__name__})") from None


def _open_to_others(file: Path) -> str | None:
    """What others may do with the file: "written", "read" or None.

    A group may read it, as a container's secrets are often given to one. A folder on the way that others may
    not enter guards it as well; in a container nobody else is there who could enter ``/run/secrets``.
    """
    mode = file.stat().st_mode
    if mode & 0o022:
        return "written"
    way = file.absolute().parents
    guarded = MOUNTED in way or not all(folder.stat().st_mode & 0o001 for folder in way)
    return "read" if mode & 0o004 and not guarded else None


def load_or_make(file: Path) -> KeyRing:
    """Read a key file; made when it is not there yet, also when two processes start together."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        _write(draft, new_ring())
        try:
            os.link(draft, file)  # fails when somebody was first, and never shows half a file
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return load(file)


def save(file: Path, ring: KeyRing) -> None:
    """Replace a key file; it is the old one or the new one, whatever happens in between."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _write(draft, ring)
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(file: Path, ring: KeyRing) -> None:
    document = {
        "keys": [{"id": key.id, "made": key.made, "secret": _text(key.secret)} for key in ring.keys],
        "seal": _text(ring.seal_secret),
    }
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="ascii") as opened:
        json.dump(document, opened, indent=1)
        opened.flush()
        os.fsync(opened.fileno())


def _parsed(document: dict[str, Any], file: Path) -> KeyRing:
    keys = tuple(Key(each["id"], each["made"], _secret(each["secret"])) for each in document["keys"])
    if not keys or len({key.id for key in keys}) < len(keys):
        raise ValueError("no keys, or one id twice")
    return KeyRing(keys, _secret(document["seal"]), file)


def _new_key(taken: set[str]) -> Key:
    key_id = next(made for made in iter(lambda: secrets.token_hex(4), "") if made not in taken)
    return Key(key_id, datetime.now(UTC).isoformat(timespec="seconds"), secrets.token_bytes(SIZE))


def _text(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


def _secret(text: str) -> bytes:
    secret = base64.b64decode(text, validate=True)
    if len(secret) != SIZE:
        raise ValueError("a key has 32 bytes")
    return secret
