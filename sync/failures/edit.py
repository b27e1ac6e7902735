"""Put right what was wrong in an update, or decide that it is not owed any more.

Nothing is sent here: what was put right stays parked until it is replayed, and who replays it sees the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from domain.errors import NotFound, Refused
from domain.failures.edit import Changes, Ground, corrected
from domain.message import Message
from domain.outbox.delivery import UpdateView
from domain.outbox.update import Update
from sync.ports import Wake

LONGEST_REASON = 500


class EditingOutbox(Protocol):
    """What editing needs of the store."""

    def show(self, update: int) -> UpdateView | None:
        """Everything about an update."""

    def ground(self, update: Update, contacts: list[int]) -> Ground:
        """What an edit of this update is checked against; these contacts may come to be named."""

    def edit(self, update: Update, changes: Changes, by: str, reason: str) -> None:
        """Write the new values and keep those before, with the audit. Raises Refused when it has changed."""

    def cancel(self, update: int, by: str, reason: str) -> list[int]:
        """Void it, with the audit. Returns what waited behind it. Raises NotFound and Refused."""


def planned_edit(outbox: EditingOutbox, update: int, wanted: Mapping[str, str]) -> tuple[Update, Changes]:
    """What would change. Raises NotFound, Refused and Incomplete."""
    standing = outbox.show(update)
    if standing is None:
        raise NotFound(Message("no-such.update", {"update": update}))
    named = wanted.get("contact", "").strip()
    contacts = [int(named)] if named.isascii() and named.isdigit() and len(named) < 11 else []
    return standing.update, corrected(standing.update, wanted, outbox.ground(standing.update, contacts))


def edit(outbox: EditingOutbox, update: int, wanted: Mapping[str, str], by: str, reason: str) -> Changes:
    """Put values right. Raises NotFound, Refused and Incomplete; then nothing changed."""
    known, changes = planned_edit(outbox, update, wanted)
    outbox.edit(known, changes, by, reason.strip()[:LONGEST_REASON])
    return changes


def cancel(outbox: EditingOutbox, wake: Wake, update: int, by: str, reason: str) -> None:
    """Give up what is parked or waits, with a reason; a declaration is offered again if it waits in AFAS.

    What may be in AFAS by now (sending, unclear) is refused: giving it up would not take it back.

    Raises NotFound and Refused.
    """
    if not reason.strip():
        raise Refused(Message("refused.say-why"))
    for behind in outbox.cancel(update, by, reason.strip()[:LONGEST_REASON]):
        wake.deliver(behind)
