"""What is personal or secret shows in no text that a value makes of itself: such texts reach logs (G13)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from domain.cutoff.work import OwedMail, OwedWebhook
from domain.decisions.decision import StoredFile
from domain.decisions.signed_pdf import PlainPdf
from domain.message import verbatim
from domain.outbox.delivery import Attempt, AttemptKind
from domain.pull.run import BadRow
from domain.watch.notice import Attachment, Channel, Notice
from domain.watch.waiting import WaitingKind
from tests.stages.outbox.updates import READY
from tests.stages.records.records import NOON

SECRET = "KANARIE"
HELD: dict[str, object] = {"to": SECRET}


@pytest.mark.parametrize(
    "value",
    [
        OwedMail(("ops@example.nl",), "Uren", SECRET),
        OwedWebhook("alert.raised", HELD),
        StoredFile(UUID(int=1), "a.pdf", "application/pdf", SECRET.encode(), b"", HELD),
        PlainPdf(SECRET.encode()),
        Attempt(1, AttemptKind.SEND, "201", request=HELD),
        BadRow("1", verbatim("why"), HELD),
        Notice(1, Channel.MAIL, "m", "alert", NOON, 1, SECRET, HELD),
        Attachment("a.pdf", "application/pdf", SECRET.encode()),
        WaitingKind("approve", 1, 2.0, 7, verbatim(SECRET)),
        replace(READY, payload=HELD),
    ],
    ids=lambda value: type(value).__name__,
)
def test_it_is_not_in_the_text_of_the_value(value: object) -> None:
    assert SECRET not in f"{value!r} {value}"
