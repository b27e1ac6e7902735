"""Rejections (*afkeuren*): a workflow step with the reason in its comment; PtDeclaration has no such field.

A rejected claim goes back to the worker, who may correct it and send it in again under the same number before
we look: then it waits for approval as if nothing had happened. The time at which it entered its task tells.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.cutoff.reckoning import approved_in_afas
from domain.message import Message
from domain.outbox.afas_call import Call
from domain.outbox.update import Update
from domain.outbox.verdicts import Seen, Sight
from domain.records.hours import ClaimStatus
from mappings.outbox.outgoing import Found, Look, Material
from mappings.outbox.shown import CLAIMS, HOURS, Shown, shown
from mappings.outbox.steps import (
    SEEN_UNTIL,
    TASKS,
    TASKS_OF_CLAIM,
    came_back,
    cannot_be_told,
    entered_on,
    step,
)


@dataclass(frozen=True, slots=True)
class Rejections:
    """The rejection of a claim; ``action`` is the description of the workflow action."""

    action: str = "Afkeuren declaratie nacalculatie"
    before: tuple[Look, ...] = (CLAIMS, HOURS, TASKS_OF_CLAIM)
    in_doubt: tuple[Look, ...] = (TASKS_OF_CLAIM, HOURS, CLAIMS)
    after: tuple[Look, ...] = (CLAIMS,)
    uses_actions: bool = True
    names: str = ""

    def value(self, update: Update, look: Look) -> str:  # noqa: ARG002 - the Protocol's
        """The claim number, in every connector."""
        return str(update.payload["claim"])

    def judge(self, update: Update, found: Found) -> Seen:
        """Rejected (perhaps resubmitted since), open, or not ours to reject any more."""
        state = shown(found)
        if isinstance(state, Seen):
            return state
        if state.claim.workflow_status is ClaimStatus.REJECTED:
            evidence = {"status": ClaimStatus.REJECTED.value}
            return Seen(Sight.APPLIED, Message("why.shown-rejected"), evidence)
        return _not_rejected(update, state, found)

    def call(self, update: Update, material: Material) -> Call:
        """The step with the client's reason. Raises Unsendable."""
        return step(material, self.action, str(update.payload["reason"]))


def _not_rejected(update: Update, state: Shown, found: Found) -> Seen:
    if approved_in_afas(state.claim):  # first: it entered another task by that as well
        return Seen(Sight.GONE, Message("why.claim-approved"))
    tasks = found.get(TASKS, ())
    if untold := cannot_be_told(update, entered_on(tasks)):
        return untold
    if came_back(update, tasks):
        why = Message("why.rejected-sent-again")
        return Seen(Sight.APPLIED, why, {"entered_again_on": entered_on(tasks)})
    if not state.is_as_decided(update):
        return Seen(Sight.GONE, Message("why.changed-offered-again"))
    return Seen(Sight.OPEN, Message("why.waits-for-approval"), {SEEN_UNTIL: entered_on(tasks)})
