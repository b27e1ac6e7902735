"""A backup as a file: compressed, encrypted in frames, and whole or refused.

The first line is plain JSON: which key, which salt. Then frames: four bytes of length and AES-256-GCM. Their
nonces count, and the last one says so: a frame that is missing, moved or cut off does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from connectors.store.sealed.keyring import KeyRing
from domain.errors import LoonbrugError

FRAME = 1 << 20
_FORMAT = "loonbrug backup 1"
_MORE, _LAST = b"more", b"last"


class BackupRefused(LoonbrugError):  # noqa: N818  # named like the rest of the tree
    """The file is no backup, or broken, or the database is not fit to take it."""


class BackupWriter:
    """Takes bytes and writes frames. Call ``finish`` behind the last of them."""

    def __init__(self, out: IO[bytes], keys: KeyRing) -> None:
        salt = secrets.token_bytes(16)
        header = {"format": _FORMAT, "key": keys.newest.id, "salt": salt.hex()}
        out.write(json.dumps(header).encode() + b"\n")
        self._out = out
        self._aes = AESGCM(_file_key(keys.newest.secret, salt))
        self._pack = zlib.compressobj(6)
        self._waiting = bytearray()
        self._frames = 0

    def write(self, content: bytes) -> None:
        """Add bytes."""
        self._waiting += self._pack.compress(content)
        while len(self._waiting) > FRAME:
            self._frame(bytes(self._waiting[:FRAME]), _MORE)
            del self._waiting[:FRAME]

    def finish(self) -> None:
        """Write the last frame."""
        self._waiting += self._pack.flush()
        self._frame(bytes(self._waiting), _LAST)

    def _frame(self, content: bytes, kind: bytes) -> None:
        sealed = self._aes.encrypt(self._frames.to_bytes(12, "big"), content, kind)
        self._out.write(len(sealed).to_bytes(4, "big") + sealed)
        self._frames += 1


class BackupReader:
    """Gives the bytes back. Raises BackupRefused and KeysWrong."""

    def __init__(self, source: IO[bytes], keys: KeyRing) -> None:
        try:
            header = json.loads(source.readline(1000))
            salt, known = bytes.fromhex(header["salt"]), header["format"] == _FORMAT
        except (ValueError, KeyError, TypeError):
            known, salt, header = False, b"", {}
        if not known:
            raise BackupRefused("the file is no backup of Loonbrug")
        self._source = source
        self._aes = AESGCM(_file_key(keys.key(str(header["key"])).secret, salt))
        self._unpack = zlib.decompressobj()
        self._ready = bytearray()
        self._frames = 0
        self._ended = False

    def read(self, size: int) -> bytes:
        """Exactly so many bytes."""
        while len(self._ready) < size and not self._ended:
            self._ready += self._next()
        if len(self._ready) < size:
            raise BackupRefused("the backup ends too early")
        content = bytes(self._ready[:size])
        del self._ready[:size]
        return content

    def line(self) -> bytes:
        """The bytes up to the next line end."""
        while (end := self._ready.find(b"\n")) < 0 and not self._ended:
            self._ready += self._next()
        if end < 0:
            raise BackupRefused("the backup ends too early")
        content = bytes(self._ready[:end])
        del self._ready[: end + 1]
        return content

    def _next(self) -> bytes:
        length = int.from_bytes(self._source.read(4), "big")
        sealed = self._source.read(min(length, 2 * FRAME))
        nonce = self._frames.to_bytes(12, "big")
        for kind in (_MORE, _LAST):
            try:
                content = self._aes.decrypt(nonce, sealed, kind)
            except (InvalidTag, ValueError):
                continue
            self._frames += 1
            self._ended = kind == _LAST
            return self._unpack.decompress(content) + (self._unpack.flush() if self._ended else b"")
        why = "" if self._frames else ", or its key is not the one in the key file"
        raise BackupRefused(f"the backup is broken or cut off behind frame {self._frames}{why}")


@contextmanager
def writing(file: Path, keys: KeyRing) -> Iterator[BackupWriter]:
    """A new file, for its owner only; it appears whole or not at all. Raises BackupRefused."""
    if file.exists():
        raise BackupRefused(f"{file} is there already; give another name")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            writer = BackupWriter(out, keys)
            yield writer
            writer.finish()
            out.flush()
            os.fsync(out.fileno())
        draft.rename(file)
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            draft.unlink()


def _file_key(secret: bytes, salt: bytes) -> bytes:
    return hmac.digest(secret, b"loonbrug backup" + salt, hashlib.sha256)
