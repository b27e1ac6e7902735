"""What failed, as people look for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.failures.cause import cause_of
from domain.message import Message
from domain.outbox.update import FAILED, PAY_KINDS

STATES: tuple[str, ...] = tuple(sorted(FAILED))


@dataclass(frozen=True, slots=True)
class FailureQuery:
    """Which failures to show; None means whatever it is.

    ``kinds`` and ``flows``: only these updates and rows. ``hours``: owed or parked for at least that long.
    ``text``: part of the reason or of the subject, or the id; ``reason``: part of the reason. ``said``: ids
    of messages whose words have that part.
    ``cause``: a fingerprint (``domain.failures.cause``).
    """

    states: Sequence[str] = STATES
    kinds: Sequence[str] | None = None
    flows: Sequence[str] | None = None
    client: str | None = None
    week: str | None = None
    text: str | None = None
    reason: str | None = None
    said: Sequence[str] = ()
    hours: float | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Failures with the same cause, as one line.

    ``about``: the kind of update, or ``flow:<name>`` for rows of AFAS that could not be read. ``reason`` is
    that of the newest of them, ``oldest`` (aware UTC) since when the first of them is owed.
    """

    cause: str
    about: str
    reason: Message | None
    parked: int
    unclear: int
    oldest: datetime

    @property
    def count(self) -> int:
        """How many victims."""
        return self.parked + self.unclear

    @property
    def pattern(self) -> Message:
        """The reason without what differs among them."""
        return cause_of(self.reason)

    @property
    def payment(self) -> bool:
        """Whether somebody's pay depends on it."""
        return self.about in PAY_KINDS

    @property
    def rows(self) -> bool:
        """Whether these are rows that could not be read."""
        return self.about.startswith("flow:")
