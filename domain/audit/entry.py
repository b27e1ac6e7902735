"""The audit trail: what somebody did, in records that hang together by their hashes.

A record holds the hash of the record before it and of its own content. Who changes one must change all that
follow, and the head, which is sealed with a key that the database does not have.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from domain.message import Message

BEGINNING = bytes(32)
"""What the first record holds as the hash of the one before it."""
LONGEST_TEXT = 200
LONGEST_DETAIL = 8000


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody did, to be written down. No personal data beyond ids, and no free text.

    ``actor``: ``cli:anna``, ``key:<id of an API key>``, ``user:<name>``, ``clock``, ``loonbrug``. ``action``:
    what, as ``part.verb`` (``decision.approve``, ``update.replay``, ``user.sign-in``). ``subject``: on what
    (``claim:123``, ``update:4``, ``flow:hours``). ``detail``: plain JSON values. Raises ValueError when a
    text is empty or too long, TypeError when a detail is no JSON.
    """

    actor: str
    action: str
    subject: str
    detail: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what could not be kept."""
        for name in ("actor", "action", "subject"):
            if not 0 < len(getattr(self, name)) <= LONGEST_TEXT:
                raise ValueError(f"{name}: between 1 and {LONGEST_TEXT} characters")
        if len(detail_text(self.detail)) > LONGEST_DETAIL:
            raise ValueError(f"detail: at most {LONGEST_DETAIL} characters of JSON")


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One record as it is kept; ``detail`` is JSON text, ``at`` aware UTC. Numbers have no gaps."""

    environment: str
    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
    previous: bytes
    hash: bytes

    @property
    def details(self) -> dict[str, object]:
        """The detail as values."""
        return dict(json.loads(self.detail))

    @property
    def readable(self) -> dict[str, object]:
        """The details for a person to read: without hashes that only tell equal from different."""
        return {name: value for name, value in self.details.items() if name != "hashes"}


@dataclass(frozen=True, slots=True)
class Verified:
    """What looking through a trail told. ``fault`` is None when it is whole; else it tells what is wrong.

    ``record`` is the number of the first record that is broken or missing. ``records`` is how many were good.
    """

    environment: str
    records: int
    head: bytes
    record: int | None = None
    fault: Message | None = None


def person_of(actor: str) -> str:
    """Who an actor is, whichever door was taken, so that nobody is a second person to themselves.

    What somebody says to be behind an account (``cli:loonbrug/anna``) does not count.

    >>> person_of("user:Anna") == person_of("cli:anna"), person_of("cli:root/anna")
    (True, 'root')
    """
    door, _, name = actor.partition(":")
    return name.partition("/")[0].lower() if door == "cli" else name.lower() if door == "user" else actor


def detail_text(detail: Mapping[str, object]) -> str:
    """The one way in which details are written: sorted, compact, UTF-8."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def record_hash(
    environment: str, number: int, at: datetime, content: tuple[str, str, str, str], previous: bytes
) -> bytes:
    """The hash of a record: SHA-256 over the hash before it and its content.

    ``content``: actor, action, subject, detail. Anybody can recompute it from an export.
    """
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps([environment, number, moment, *content], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + text.encode()).digest()
