"""How many calls may be in flight: AFAS allows 5 to 8 in parallel, we keep to 4 (AFAS: troubleshooting.md).

A slot is held for one call at a time: also for fetching a token, for asking why AFAS answered 401, and for
the repeat that follows. A call that we hung up on may occupy AFAS for up to 900 s more, and is counted apart.
The limit that all processes share is kept elsewhere; here is the Protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from domain.outbox.afas_call import Use


class Slot(Protocol):
    """The right to have one call in flight."""

    def abandon(self) -> None:
        """We hung up without an answer: AFAS may be busy with it until its own limit is over."""


class Slots(Protocol):
    """Hands out the right to call."""

    def hold(self, use: Use, update: int | None = None) -> AbstractContextManager[Slot]:
        """Wait for a free slot and hold it; leaving gives it back.

        ``update``: whose write it is. Once that is seen in AFAS, an abandoned call of its own is over.
        Raises ``NoRoom`` when none came free in time: nothing was sent.
        """


@dataclass(slots=True)
class FreeSlot:
    """A slot that nobody counts."""

    def abandon(self) -> None:
        """Nothing is kept."""


class NoLimit:
    """Every call may go at once: for tests, and where nothing is shared."""

    @contextmanager
    def hold(self, use: Use, update: int | None = None) -> Iterator[FreeSlot]:  # noqa: ARG002 - the Protocol's
        """A slot, always."""
        yield FreeSlot()
