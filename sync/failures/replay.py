"""Replaying by a person: first a plan made by looking into AFAS now, then the deed (G11).

The deed only makes the updates due again. Whoever delivers them looks once more before sending, so that what
happened between plan and deed does no harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from domain.errors import AfasError, Refused, Rejected
from domain.failures.replay import Planned, Prospect
from domain.message import Message, because, both
from domain.outbox.afas_call import Call
from domain.outbox.delivery import UpdateView
from domain.outbox.policy import Patience, until_resend
from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.outbox.verdicts import Seen, Sight
from mappings.outbox.masking import masked
from mappings.outbox.outgoing import Outgoing
from sync.outbox.looks import judged, look
from sync.outbox.ports import Operators, Outbox
from sync.outbox.write import SendOutcome, Writer
from sync.ports import Afas

__all__ = ["TOGETHER", "Planned", "Prospect", "Replays"]

TOGETHER = 50
"""Updates in one look: so many claim numbers fit in one query of 2049 characters."""
_DOUBTFUL = Message("why.maybe-under-way")


class Replays:
    """Plans and does replays in one environment."""

    def __init__(
        self,
        afas: Afas,
        outbox: Outbox,
        operators: Operators,
        kinds: Mapping[UpdateKind, Outgoing],
        patience: Patience,
    ) -> None:
        self._afas = afas
        self._operators = operators
        self._kinds = kinds
        self._patience = patience
        self._writer = Writer(afas, outbox, patience)

    def plan(self, updates: Sequence[int]) -> list[Planned]:
        """Look into AFAS now, and say what a replay of each would do. Changes nothing.

        Updates of one kind are looked for together: three hundred cost about a dozen calls.
        """
        planned: dict[int, Planned] = {}
        alike: dict[tuple[UpdateKind, bool], list[Update]] = defaultdict(list)
        for number in updates:
            standing = self._operators.show(number)
            refusal = _refusal(number, standing)
            if refusal:
                planned[number] = Planned(number, Prospect.REFUSED, refusal)
            elif standing:
                alike[standing.update.kind, standing.update.doubt].append(standing.update)
        for group in alike.values():
            for start in range(0, len(group), TOGETHER):
                planned |= self._looked_for(group[start : start + TOGETHER])
        return [planned[number] for number in updates]

    def replay(self, plan: Sequence[Planned], operator: str, reason: Message | str) -> list[Planned]:
        """Make due again what was not refused; ``reason``: a person's or ours. Returns how it came out."""
        return [self._replayed(planned, operator, reason) for planned in plan]

    def _replayed(self, planned: Planned, operator: str, reason: Message | str) -> Planned:
        if planned.prospect is Prospect.REFUSED:
            return planned
        try:
            self._operators.replay(
                planned.update,
                operator,
                Message("why.replay-planned", {"why": reason, "prospect": planned.prospect.value}),
            )
        except Refused as refusal:
            return Planned(planned.update, Prospect.REFUSED, refusal.message)
        return planned

    def _looked_for(self, updates: Sequence[Update]) -> dict[int, Planned]:
        """Plans for updates of one kind, all or none of them in doubt."""
        kind = self._kinds[updates[0].kind]
        looks = kind.in_doubt if updates[0].doubt else kind.before
        try:
            found = look(self._afas, kind, looks, updates)
        except Rejected as error:
            if len(updates) == 1:
                return {updates[0].id: _unseen(updates[0], error)}
            # One odd value must not hide the others.
            alone = [self._looked_for([update]) for update in updates]
            return {number: planned for each in alone for number, planned in each.items()}
        except AfasError as error:
            return {update.id: _unseen(update, error) for update in updates}
        return {
            update.id: self._judged(
                update, kind, judged(kind, looks, update, found[update.id]), found[update.id]
            )
            for update in updates
        }

    def _judged(
        self, update: Update, kind: Outgoing, seen: Seen, found: Mapping[str, list[dict[str, object]]]
    ) -> Planned:
        match seen.sight:
            case Sight.APPLIED:
                return Planned(update.id, Prospect.NO_OP, Message("why.already-applied", {"why": seen.why}))
            case Sight.GONE:
                return Planned(update.id, Prospect.VOID, seen.why)
            case Sight.HIDDEN:
                return Planned(update.id, Prospect.LOOK, seen.why)
            case Sight.WRONG | Sight.ILLEGIBLE | Sight.LOST:
                return Planned(update.id, Prospect.PARK, seen.why)
            case Sight.OPEN if update.doubt and until_resend(update, self._patience) > 0:
                return Planned(update.id, Prospect.LOOK, both(seen.why, _DOUBTFUL))
            case Sight.OPEN:
                return self._sendable(update, self._writer.prepare(kind, update, found), seen)

    def _sendable(self, update: Update, call: Call | SendOutcome, seen: Seen) -> Planned:
        if isinstance(call, Call):
            return Planned(
                update.id, Prospect.SEND, both(seen.why, Message("why.would-be-sent")), masked(call)
            )
        why = call.verdict.why if call.verdict else Message("why.cannot-be-sent-now")
        return Planned(update.id, Prospect.PARK, why)


def _unseen(update: Update, error: AfasError) -> Planned:
    return Planned(update.id, Prospect.REFUSED, Message("why.not-shown-now", {"why": error.why}))


def _refusal(number: int, standing: UpdateView | None) -> Message | None:
    """Why it cannot be replayed; None when it can."""
    if standing is None:
        return Message("why.no-update", {"update": number})
    match standing.state:
        case UpdateState.DONE | UpdateState.VOID:
            ended = Message("why.is", {"state": standing.state.value})
            return because(ended, standing.reason) if standing.reason else ended
        case UpdateState.SENDING:
            return Message("why.being-sent")
        case _:
            return None
