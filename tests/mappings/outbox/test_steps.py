"""Whether a dossier item came back after what was sent, by AFAS's own times alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.outbox.verdicts import Sight
from mappings.outbox.steps import SEEN_UNTIL, cannot_be_told, moved_on

SENT = Update(
    id=1,
    environment="main",
    kind=UpdateKind.REJECT,
    subject="claim:1",
    state=UpdateState.UNCLEAR,
    version="v",
    payload={},
    mark="m",
    token=uuid4(),
    attempts=1,
    sends=1,
    sent_at=None,
    empty_looks=0,
    last_look_at=None,
    created_at=datetime(2026, 10, 25, tzinfo=UTC),
    doubt=True,
    evidence={SEEN_UNTIL: "2026-10-25T02:40:00Z"},
)


@pytest.mark.parametrize(
    ("now", "moved", "untold"),
    [
        ("2026-10-25T02:40:00Z", False, False),
        ("2026-10-25T01:59:00Z", False, False),
        ("2026-10-25T03:00:00Z", True, False),
        ("2026-10-25T02:50:00Z", True, True),
        ("2026-10-25T02:10:00Z", False, True),
    ],
)
def test_within_the_hour_that_comes_twice_nobody_guesses(now, moved, untold):
    seen = cannot_be_told(SENT, now)
    assert (moved_on(SENT, now), seen is not None) == (moved, untold)
    assert seen is None or seen.sight is Sight.ILLEGIBLE
    assert cannot_be_told(replace(SENT, doubt=False), now) is None, "nothing was sent yet"
