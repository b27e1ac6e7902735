"""Records of the audit trail: small, written in one way, and bound to the one before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.audit.entry import BEGINNING, AuditRecord, Entry, detail_text, person_of, record_hash

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
CONTENT = ("cli:anna", "update.replay", "update:4", "{}")


def record(detail: str) -> AuditRecord:
    return AuditRecord("main", 1, AT, "cli:anna", "x.y", "z", detail, BEGINNING, BEGINNING)


@pytest.mark.parametrize("field", ["actor", "action", "subject"])
@pytest.mark.parametrize(("length", "kept"), [(0, False), (1, True), (200, True), (201, False)])
def test_a_text_that_is_empty_or_too_long_is_refused_by_name(field, length, kept):
    texts = {"actor": "a", "action": "b", "subject": "c"} | {field: "x" * length}
    if kept:
        assert Entry(**texts).detail == {}
        return
    with pytest.raises(ValueError, match=field):
        Entry(**texts)


def test_a_detail_that_is_too_long_or_no_json_is_refused():
    with pytest.raises(ValueError, match="detail"):
        Entry("a", "b", "c", {"x": "y" * 8000})
    with pytest.raises(TypeError):
        Entry("a", "b", "c", {"x": object()})
    with pytest.raises(ValueError, match="Out of range"):
        Entry("a", "b", "c", {"x": float("nan")})


def test_equal_details_are_written_alike_and_names_with_accents_stay():
    assert detail_text({"b": 1, "a": "é"}) == detail_text({"a": "é", "b": 1}) == '{"a":"é","b":1}'


def test_what_is_told_leaves_out_what_only_tells_equal_from_different():
    kept = record('{"hashes":{"before":"x"},"flow":"hours"}')
    assert kept.details == {"hashes": {"before": "x"}, "flow": "hours"}
    assert kept.readable == {"flow": "hours"}


def test_the_hash_is_that_of_the_moment_in_whatever_zone_it_is_given():
    elsewhere = AT.astimezone(timezone(timedelta(hours=5)))
    assert record_hash("main", 1, AT, CONTENT, BEGINNING) == record_hash(
        "main", 1, elsewhere, CONTENT, BEGINNING
    )


def test_whatever_is_changed_in_a_record_changes_its_hash():
    actor, action, subject, detail = CONTENT
    others = [("x", action, subject, detail), (actor, "x", subject, detail), (actor, action, "x", detail)]
    others.append((actor, action, subject, "x"))
    whole = record_hash("main", 1, AT, CONTENT, BEGINNING)
    changed = {
        record_hash("test", 1, AT, CONTENT, BEGINNING),
        record_hash("main", 2, AT, CONTENT, BEGINNING),
        record_hash("main", 1, AT + timedelta(microseconds=1), CONTENT, BEGINNING),
        record_hash("main", 1, AT, CONTENT, b"\x01" * 32),
        *(record_hash("main", 1, AT, content, BEGINNING) for content in others),
    }
    assert len(changed) == 8
    assert whole not in changed


def test_words_that_move_from_one_field_to_the_next_are_another_record():
    moved = ("cli:annaupdate.replay", "", "update:4", "{}")
    assert record_hash("main", 1, AT, CONTENT, BEGINNING) != record_hash("main", 1, AT, moved, BEGINNING)


@pytest.mark.parametrize(
    ("actor", "person"),
    [
        ("user:Anna", "anna"),
        ("cli:anna", "anna"),
        ("cli:Anna/whoever", "anna"),
        ("user:anna/b", "anna/b"),
        ("key:Key-1a2b", "key:Key-1a2b"),
        ("clock", "clock"),
    ],
)
def test_nobody_is_a_second_person_by_another_door(actor, person):
    assert person_of(actor) == person
