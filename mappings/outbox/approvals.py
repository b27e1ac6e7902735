"""Approvals (*goedkeuren extern*): route A writes the claim, route B takes the workflow step.

Route A is the official example "goedgekeurd extern door" of PtDeclaration and records the contact who
approved; route B records the connector's user (AFAS: Flex.json; inference). Which one is a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.cutoff.reckoning import approved_in_afas
from domain.message import Message
from domain.outbox.afas_call import Call
from domain.outbox.update import Update
from domain.outbox.verdicts import Seen, Sight
from domain.records.hours import ClaimStatus
from mappings.outbox.outgoing import Found, Look, Material, element, text_of
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


class ApprovalRoute(StrEnum):
    """How an approval is written."""

    CLAIM = "A"
    """``PUT PtDeclaration`` with the contact."""
    WORKFLOW = "B"
    """The workflow action that approves externally."""


@dataclass(frozen=True, slots=True)
class Approvals:
    """The approval of a claim. ``action`` is the description of the workflow action of route B."""

    route: ApprovalRoute = ApprovalRoute.CLAIM
    action: str = "Goedkeuren extern declaratie nacalculatie"
    names: str = ""
    after: tuple[Look, ...] = (CLAIMS, HOURS)
    in_doubt: tuple[Look, ...] = (TASKS_OF_CLAIM, HOURS, CLAIMS)

    @property
    def uses_actions(self) -> bool:
        """Only route B."""
        return self.route is ApprovalRoute.WORKFLOW

    @property
    def before(self) -> tuple[Look, ...]:
        """The task is read only when the step must name it."""
        return self.in_doubt if self.uses_actions else self.after

    def value(self, update: Update, look: Look) -> str:  # noqa: ARG002 - the Protocol's
        """The claim number, in every connector."""
        return str(update.payload["claim"])

    def judge(self, update: Update, found: Found) -> Seen:
        """Approved, open, or not ours to approve any more."""
        state = shown(found)
        if isinstance(state, Seen):
            return state
        if approved_in_afas(state.claim):
            return _approved(update, state)
        return _not_approved(update, state, found)

    def call(self, update: Update, material: Material) -> Call:
        """The write. Raises Unsendable (route B).

        A workflow step cannot carry a cost centre or a reference: an approval that gives one takes route A.
        """
        contact = update.payload["contact"]
        wished = {"CcSr": update.payload.get("cost_centre"), "RfCs": update.payload.get("reference")}
        given = {name: value for name, value in wished.items() if value}
        if self.route is ApprovalRoute.WORKFLOW and not given:
            return step(material, self.action, f"Goedgekeurd in het portaal door contact {contact}")
        fields: dict[str, object] = {
            "DcCo": update.payload["claim"],
            "ExUs": contact,
            "ApprovWorkflow": True,
        }
        return Call("PUT", "PtDeclaration", element("PtDeclaration", fields | given))


def _approved(update: Update, state: Shown) -> Seen:
    claim = state.claim
    if not state.is_as_decided(update):
        if update.sends:
            return Seen(Sight.WRONG, Message("why.approved-other-hours"))
        return Seen(Sight.GONE, Message("why.changed-approved-elsewhere"))
    by = claim.approved_by
    why = Message("why.approved-by", {"contact": by}) if by else Message("why.approved-by-somebody")
    evidence = {"status": claim.workflow_status.value, "approved_by": str(by or "")}
    if claim.approved_at:
        evidence["approved_at"] = claim.approved_at.isoformat()
    return Seen(Sight.APPLIED, why, evidence)


def _not_approved(update: Update, state: Shown, found: Found) -> Seen:
    claim = state.claim
    if claim.workflow_status is ClaimStatus.REJECTED:
        return Seen(Sight.GONE, Message("why.claim-rejected"))
    if not state.is_as_decided(update):
        return Seen(Sight.GONE, Message("why.changed-approve-again"))
    tasks = found.get(TASKS, ())
    if untold := cannot_be_told(update, entered_on(tasks)):
        return untold
    if came_back(update, tasks):
        return Seen(Sight.GONE, Message("why.came-back"))
    seen_until = text_of(found[CLAIMS.connector][0], "ChangedOn")
    return Seen(Sight.OPEN, Message("why.waits-for-approval"), {SEEN_UNTIL: seen_until})
