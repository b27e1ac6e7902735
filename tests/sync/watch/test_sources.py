"""What is told before the cut-off, and about the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from domain.audit.entry import Verified
from domain.cutoff.when import Cutoff
from domain.declarations.onboarding_words import ItemsSeen, TaskWords
from domain.message import Message
from sync.watch.sources import BeforeCutoff, ClockJumped, HeldBack, UnknownWords, watch_trail
from tests.stages.spoken import en, nl

AT = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)


class Found:
    """Findings and reports, ours to choose."""

    def __init__(self, findings: int = 0, signed: bool | None = None) -> None:
        self.findings = findings
        self.signed = signed

    def search(self, *, week=None, payment=None, limit=200):
        assert (week, payment) == ("2026-W47", True)
        return [object()] * self.findings

    def newest(self, week=None, *, most=20):
        return [] if self.signed is None else [SimpleNamespace(signed_at=AT if self.signed else None)]


def names(found: Found, before: timedelta) -> list[str]:
    source = BeforeCutoff(found, found, lambda _: [Cutoff("2026-W47", AT, moved=False)], lambda: AT - before)
    return [alert.name for alert in source()]


@pytest.mark.parametrize(
    ("found", "hours", "expected"),
    [
        (Found(findings=2), 49, []),
        (Found(findings=2), 47, ["finding-before-cutoff"]),
        (Found(), 3, []),
        (Found(), 1, ["cutoff-report-unsigned"]),
        (Found(signed=False), 1, ["cutoff-report-unsigned"]),
        (Found(signed=True), 1, []),
        (Found(findings=1), 1, ["finding-before-cutoff", "cutoff-report-unsigned"]),
        (Found(signed=False), -1, ["cutoff-report-unsigned"]),
    ],
)
def test_what_is_told_how_long_before_the_cutoff(found, hours, expected):
    assert names(found, timedelta(hours=hours)) == expected


def test_the_text_names_the_week_and_the_hour_in_amsterdam():
    source = BeforeCutoff(
        Found(findings=2), Found(signed=True), lambda _: [Cutoff("2026-W47", AT, moved=False)], lambda: AT
    )
    [alert] = source()
    assert nl(alert.summary) == (
        "2 bevinding(en) in 2026-W47 waar loon van afhangt; sluiting op donderdag 26 november 12:00"
    )


RESTORED = Message("why.restored", {"taken": "2026-11-25 03:00"})


@dataclass(frozen=True)
class Held:
    missing: tuple[str, ...]
    reason: Message = RESTORED
    at: datetime = AT


class Restores:
    """A restore, ours to choose."""

    def __init__(self, held: Held | None) -> None:
        self.held = held
        self.wanted = 0

    def state(self) -> Held | None:
        return self.held

    def want_whole(self) -> None:
        self.wanted += 1


def test_nothing_is_told_of_a_restore_where_nothing_is_held():
    assert HeldBack(Restores(None))() == []


def test_what_is_not_read_whole_yet_is_asked_for_again_at_every_look():
    reading, read = Restores(Held(("hours",))), Restores(Held(()))
    for _ in range(2):
        HeldBack(reading)()
        HeldBack(read)()
    assert (reading.wanted, read.wanted) == (2, 0)


def test_after_a_restore_it_is_told_what_it_waits_for():
    [reading] = HeldBack(Restores(Held(("claims", "hours"))))()
    [read] = HeldBack(Restores(Held(())))()
    assert reading.name == read.name == "held-after-restore"
    assert reading.summary == Message("told.held-reading", {"at": AT, "why": RESTORED, "count": 2})
    assert en(reading.summary).endswith(
        ": restored from the backup of 2026-11-25 03:00; 2 flow(s) are not read whole yet"
    )
    assert en(read.summary).endswith("; it waits for a person")
    assert reading.stage != read.stage, "that a person may go on is told at once"


class Heard:
    def __init__(self) -> None:
        self.said: list[str] = []

    def raise_alert(self, alert):
        self.said.append(en(alert.summary))

    def resolve(self, name, subject=""):
        self.said.append(f"over: {name}")


def test_a_broken_trail_is_told_with_its_first_broken_record():
    heard = Heard()
    watch_trail(lambda: Verified("main", 41, b"", 42, Message("audit-fault.no-head")), heard)
    watch_trail(lambda: Verified("main", 50, b""), heard)
    assert heard.said == [
        "the audit trail is broken at record 42; 41 before it are whole",
        "over: audit-chain-broken",
    ]


@pytest.mark.parametrize(
    ("task", "status", "told"),
    [
        ("Gegevens aanleveren", "In behandeling", 0),
        ("Jansen bellen", "In behandeling", 1),
        ("Iets", "Ooit", 2),
    ],
)
def test_names_of_onboarding_that_no_word_knows_are_counted_and_not_told(task, status, told):
    alerts = UnknownWords(lambda: [ItemsSeen(task, status, closed=False, count=4)], TaskWords())()
    assert [each.name for each in alerts] == ["onboarding-unknown"] * bool(told)
    assert all(each.summary.values == {"count": told} for each in alerts)


def test_a_jump_of_the_clock_is_told_with_its_size_and_its_way():
    jumps = iter((3600.4, -86400.0, None))
    source = ClockJumped(lambda _seconds: next(jumps))
    assert [en(alert.summary) for _ in range(3) for alert in source()] == [
        "the clock of the database went forward by 3600 s; nothing is sent again for that",
        "the clock of the database went back by 86400 s; nothing is sent again for that",
    ]
