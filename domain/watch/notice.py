"""Notices: mails and webhooks that are owed, and the pauses between attempts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.errors import LoonbrugError

PAUSES = (10.0, 60.0, 300.0, 900.0, 3600.0, 3 * 3600.0, 6 * 3600.0, 12 * 3600.0, 24 * 3600.0)
"""Seconds after each failed attempt; after the last one it is given up, two days after the first."""


class Channel(StrEnum):
    """By which way."""

    MAIL = "mail"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Notice:
    """One mail or webhook as its sender holds it. ``content`` may name people; it is never logged.

    Mail: ``to`` (list of addresses), ``subject``, ``text``, and ``report`` when it carries the files of a
    cut-off report. Webhook: ``data``. ``mark`` is the same at every attempt, so that a receiver knows a
    repeated one. ``attempts`` counts this one. ``created_at`` is UTC.
    """

    id: int
    channel: Channel
    mark: str
    topic: str
    created_at: datetime
    attempts: int
    token: object = field(repr=False)
    content: dict[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail. ``kind``: its media type."""

    name: str
    kind: str
    content: bytes = field(repr=False)


class _Untaken(LoonbrugError):  # noqa: N818 - named after what to do next, like the rest of the tree
    """``left``: of several receivers those who did not get it; empty when nobody did."""

    def __init__(self, why: str, left: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.left = left


class NotTaken(_Untaken):
    """The receiver did not take it now: try again later. The text holds no address and no content."""


class NeverTaken(_Untaken):
    """The receiver will never take it like this."""


def pause_after(attempts: int) -> float | None:
    """Seconds until the next attempt after so many failed ones; None: give up.

    >>> pause_after(1), pause_after(3), pause_after(10)
    (10.0, 300.0, None)
    """
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
