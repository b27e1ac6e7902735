"""What is personal is encrypted before it reaches the database: AES-256-GCM, bound to its place.

A sealed value opens only in the environment, table, row and column that it was sealed for: moved elsewhere,
or changed by one bit, it is refused. Texts look like ``enc:1:<key id>:<base64>``.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from connectors.store.sealed.keyring import KeyRing
from domain.errors import LoonbrugError
from domain.message import Message

MARK = "enc:1:"
_NONCE = 12


class SealedValueRefused(LoonbrugError):  # noqa: N818  # named like the rest of the tree
    """A sealed value does not open in its place: it was changed, or it was moved there from another row."""

    def __init__(self, fault: str, place: Place) -> None:
        why = Message(f"sealed.{fault}", {"place": str(place)})
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value lives; ``key`` names the row."""

    environment: str
    table: str
    key: str
    column: str

    def __str__(self) -> str:
        """For a message: ids only."""
        return f"{self.table} {self.key}, column {self.column}, environment {self.environment}"


def seal(keys: KeyRing, place: Place, content: bytes) -> bytes:
    """Encrypt with the newest key."""
    nonce, key = secrets.token_bytes(_NONCE), keys.newest
    sealed = AESGCM(key.secret).encrypt(nonce, content, _bound(place))
    return f"{MARK}{key.id}:".encode() + nonce + sealed


def unseal(keys: KeyRing | None, place: Place, sealed: bytes) -> bytes:
    """Decrypt; what was never sealed comes back as it is. Raises SealedValueRefused and KeysWrong."""
    if not sealed.startswith(MARK.encode()):
        return sealed
    if keys is None:
        raise SealedValueRefused("no-keys", place)
    key_id, _, rest = sealed[len(MARK) :].partition(b":")
    key = keys.key(key_id.decode("ascii", "replace"))
    try:
        return AESGCM(key.secret).decrypt(rest[:_NONCE], rest[_NONCE:], _bound(place))
    except (InvalidTag, ValueError):
        raise SealedValueRefused("elsewhere", place) from None


def seal_text(keys: KeyRing | None, place: Place, text: str | None) -> str | None:
    """Encrypt a text; nothing stays nothing, and without keys everything stays as it is."""
    if keys is None or not text:
        return text
    sealed = seal(keys, place, text.encode())
    head = len(MARK) + len(keys.newest.id) + 1
    return sealed[:head].decode() + base64.b64encode(sealed[head:]).decode()


def unseal_text(keys: KeyRing | None, place: Place, text: str | None) -> str | None:
    """Decrypt a text. Raises SealedValueRefused and KeysWrong."""
    if text is None or not text.startswith(MARK):
        return text
    head, _, body = text[len(MARK) :].partition(":")
    try:
        content = base64.b64decode(body, validate=True)
    except binascii.Error:
        raise SealedValueRefused("changed", place) from None
    return unseal(keys, place, f"{MARK}{head}:".encode() + content).decode()


def _bound(place: Place) -> bytes:
    return json.dumps([place.environment, place.table, place.key, place.column]).encode()
