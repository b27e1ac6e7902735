"""When a document waits for a signature."""

from __future__ import annotations

import pytest

from domain.records.documents import LAPSED, SIGNED, TO_SIGN, Document, DocumentKind
from tests.stages.records.records import NOON


@pytest.mark.parametrize(
    ("status", "closed", "waits"),
    [
        (TO_SIGN, False, True),
        (TO_SIGN, True, False),
        (SIGNED, False, False),
        (LAPSED, True, False),
        (None, False, False),
    ],
)
def test_only_what_is_open_and_to_be_signed_waits(status, closed, waits):
    document = Document(
        1, 31, DocumentKind.DOCUMENT, "Stuk", None, None, None, None, None, NOON, status, closed, NOON
    )
    assert document.to_sign is waits
