"""Which connector of AFAS a failure is about: that of a flow in, or that to which a kind of update writes."""

from __future__ import annotations

from collections.abc import Mapping

from domain.outbox.update import UpdateKind
from mappings.flows import FLOWS

WRITES: Mapping[UpdateKind, tuple[str, ...]] = {
    UpdateKind.APPROVE: ("PtDeclaration", "KnSubjectWorkflowReaction"),
    UpdateKind.REJECT: ("KnSubjectWorkflowReaction",),
    UpdateKind.ATTACH_FILE: ("KnSubject",),
    UpdateKind.SIGN_OFF: ("KnSubjectWorkflowReaction",),
    UpdateKind.CHANGE_MOBILE: ("KnContact", "KnPerson"),
    UpdateKind.ASK_QUESTION: ("KnSubject",),
}
"""UpdateConnectors per kind; an approval takes the first by route A, the second by route B."""


def connectors() -> list[str]:
    """All of them, by name."""
    written = {name for names in WRITES.values() for name in names}
    return sorted(written | {flow.connector for flow in FLOWS.values()})


def kinds_writing(connector: str) -> list[str]:
    """The kinds of update that write to it."""
    return [kind.value for kind, names in WRITES.items() if connector in names]


def flows_reading(connector: str) -> list[str]:
    """The flows that read it."""
    return [name for name, flow in FLOWS.items() if flow.connector == connector]
