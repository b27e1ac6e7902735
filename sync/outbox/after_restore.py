"""Back to work after a restore: what is owed is looked up in AFAS before anything may be sent (G12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.message import Message
from domain.outbox.update import Update, UpdateKind
from domain.outbox.verdicts import Sight
from mappings.outbox.outgoing import Outgoing
from sync.outbox.looks import judged, look
from sync.ports import Afas

_MOST = 50


class Held(Protocol):
    """What is held back since a restore."""

    def owed(self, after: int, limit: int) -> list[Update]:
        """Updates that have not ended, in order, behind that id."""

    def found(self, applied: Sequence[tuple[Update, Message, dict[str, str]]]) -> None:
        """AFAS shows these as wished: they are done."""

    def release(self, by: str, *, done: int, owed: int) -> None:
        """Let writing go on."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """How many updates were found applied in AFAS, and how many are still owed."""

    done: int
    owed: int


def look_up_and_release(afas: Afas, held: Held, kinds: Mapping[UpdateKind, Outgoing], by: str) -> LookedUp:
    """Look every update up that has not ended; what AFAS shows is done. Then writing may go on.

    Raises AfasError when AFAS does not answer: then everything stays held back, and it can be done again.
    What is not in AFAS yet stays in doubt: it is not sent before AFAS's own limit is over.
    """
    done, owed, after = 0, 0, 0
    while updates := held.owed(after, _MOST):
        after = updates[-1].id
        applied = _applied(afas, kinds, updates)
        held.found(applied)
        done, owed = done + len(applied), owed + len(updates) - len(applied)
    held.release(by, done=done, owed=owed)
    return LookedUp(done, owed)


def _applied(
    afas: Afas, kinds: Mapping[UpdateKind, Outgoing], updates: Sequence[Update]
) -> list[tuple[Update, Message, dict[str, str]]]:
    of_kind: dict[UpdateKind, list[Update]] = defaultdict(list)
    for update in updates:
        of_kind[update.kind].append(update)
    applied = []
    for kind, members in of_kind.items():
        found = look(afas, kinds[kind], kinds[kind].in_doubt, members)
        for update in members:
            seen = judged(kinds[kind], kinds[kind].in_doubt, update, found[update.id])
            if seen.sight is Sight.APPLIED:
                why = Message("why.found-after-restore", {"why": seen.why})
                applied.append((update, why, seen.evidence))
    return applied
