"""Every kind of update with the words and numbers of one environment filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.outbox.update import UpdateKind
from mappings.outbox.approvals import ApprovalRoute, Approvals
from mappings.outbox.mobile_numbers import MobileNumbers
from mappings.outbox.outgoing import Outgoing
from mappings.outbox.questions import Questions
from mappings.outbox.rejections import Rejections
from mappings.outbox.signed_documents import SignedFiles, SignOffs


@dataclass(frozen=True, slots=True)
class EnvironmentTerms:
    """What differs per AFAS environment: route of approvals, descriptions of actions, type of questions."""

    route: ApprovalRoute = ApprovalRoute.CLAIM
    approve: str = "Goedkeuren extern declaratie nacalculatie"
    reject: str = "Afkeuren declaratie nacalculatie"
    sign_off: str = "Ondertekend door klant"
    question_type: int = 19


def kinds(words: EnvironmentTerms) -> Mapping[UpdateKind, Outgoing]:
    """One translation per kind of update."""
    return {
        UpdateKind.APPROVE: Approvals(words.route, words.approve),
        UpdateKind.REJECT: Rejections(words.reject),
        UpdateKind.ATTACH_FILE: SignedFiles(),
        UpdateKind.SIGN_OFF: SignOffs(words.sign_off),
        UpdateKind.CHANGE_MOBILE: MobileNumbers(),
        UpdateKind.ASK_QUESTION: Questions(words.question_type),
    }
