"""Backup and restore on a real PostgreSQL: whole or refused, encrypted, and held back afterwards (G12)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.store.audit.append import append
from connectors.store.audit.check import AuditCheck
from connectors.store.database import Database
from connectors.store.decisions.decisions import Decisions
from connectors.store.decisions.portal_reads import Portal
from connectors.store.keeping.backup import take
from connectors.store.keeping.backup_file import FRAME, BackupRefused
from connectors.store.keeping.restore import GAP, restore
from connectors.store.outbox import beat, outbox
from connectors.store.outbox.held_back import AfterRestore
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.records import mirror
from connectors.store.sealed.keyring import KeyRing, KeysWrong, new_ring
from domain.audit.entry import Entry
from domain.decisions.decision import Caller, NewDecision
from domain.outbox.update import NewUpdate, UpdateKind
from domain.records.clients import Contact
from tests.stages.spoken import en

ENV = "main"
CANARY = "canary@voorbeeld.test"
THEN = datetime(2026, 11, 20, 12, tzinfo=UTC)

Owe = Callable[[Database, str], int]


@pytest.fixture
def keys() -> KeyRing:
    return new_ring()


@pytest.fixture
def database(database_url: str, keys: KeyRing) -> Iterator[Database]:
    """A store with some of everything."""
    opened = Database(database_url, keys=keys)
    with opened.transaction() as connection:
        contact = Contact(1, "10010", "100", "p1", "Jan\tJansen\n\\N", None, CANARY, None, None, False, THEN)
        mirror.write(connection, ENV, Contact, [contact])
        connection.execute("insert into environment (environment) values ('main')")
        connection.execute("insert into schedule values ('main', 'full:hours', now() + interval '1 day')")
        append(connection, ENV, Entry("cli:anna", "x.y", "z"))
    owe(opened, "1")
    yield opened
    opened.close()


@pytest.fixture
def other(migrated_template: str, postgres_server: object, keys: KeyRing) -> Iterator[Database]:
    """An empty store beside it."""
    from tests.conftest import _fresh  # noqa: PLC0415 - a second database in one test

    for url in _fresh(postgres_server, template=migrated_template):  # type: ignore[arg-type]
        opened = Database(url, keys=keys)
        yield opened
        opened.close()


def owe(database: Database, number: str) -> int:
    with Decisions(database)(ENV) as work:
        subject, payload = f"claim:{number}", {"claim": number, "contact": 1}
        past = work.record(NewDecision("approve", subject, "v", 1, payload, "key-1"))
        mark = f"LB-{uuid.uuid4().hex[:10]}"
        return outbox.add(
            work.connection, NewUpdate(ENV, past.id, UpdateKind.APPROVE, subject, "v", payload, mark)
        )


def test_what_was_backed_up_is_there_after_a_restore(
    database: Database, other: Database, tmp_path: Path
) -> None:
    taken = take(database, ENV, tmp_path / "b", "cli:anna")
    put_back = restore(other, tmp_path / "b", "cli:bert")
    assert put_back.rows == taken.rows
    assert put_back.taken == taken.at
    assert put_back.environments == (ENV,)
    before, after = (Portal(each).contact(Caller("key-1", ENV), 1) for each in (database, other))
    assert before == after
    assert after is not None
    assert after["email"] == CANARY
    found = AuditCheck(other, ENV).verify()
    assert found.fault is None
    assert found.records == AuditCheck(database, ENV).verify().records + 1


def test_a_backup_tells_nothing_to_who_has_no_key(
    database: Database, other: Database, tmp_path: Path
) -> None:
    take(database, ENV, tmp_path / "b", "cli:anna")
    content = (tmp_path / "b").read_bytes()
    assert CANARY.encode() not in content
    assert b"Jansen" not in content
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    other.keys = new_ring()
    with pytest.raises(KeysWrong, match="put it back"):
        restore(other, tmp_path / "b", "cli:bert")


@pytest.mark.parametrize("harm", ["cut", "flip", "swap", "empty", "text"])
def test_a_broken_backup_is_refused_and_changes_nothing(
    database: Database, other: Database, tmp_path: Path, harm: str
) -> None:
    with database.transaction() as connection:
        connection.execute(
            "insert into idempotency select 'main', 'k', i::text, sha256(i::text::bytea), 200,"
            " jsonb_build_object('x', md5(i::text) || md5((i * 7)::text)) from generate_series(1, 30000) i"
        )
    take(database, ENV, tmp_path / "b", "cli:anna")
    content = (tmp_path / "b").read_bytes()
    assert len(content) > FRAME
    start, size = content.index(b"\n") + 1, FRAME + 20
    broken = {
        "cut": content[: start + size],
        "flip": content[:-50] + bytes([content[-50] ^ 1]) + content[-49:],
        "swap": content[:start] + content[start + size :] + content[start : start + size],
        "empty": b"",
        "text": b'{"format": "something else"}\n',
    }[harm]
    (tmp_path / "b").write_bytes(broken)
    with pytest.raises(BackupRefused):
        restore(other, tmp_path / "b", "cli:bert")
    with other.connection() as connection:
        counts = connection.execute(
            "select count(*) from audit union all select count(*) from contact"
        ).fetchall()
    assert [row["count"] for row in counts] == [0, 0]


def test_a_backup_that_cannot_be_written_is_refused_and_not_told(database: Database, tmp_path: Path) -> None:
    before = len(_trail(database))
    with pytest.raises(BackupRefused, match="cannot be written: No such file or directory"):
        take(database, ENV, tmp_path / "nowhere" / "b", "cli:anna")
    assert len(_trail(database)) == before


def test_a_database_that_is_in_use_is_not_overwritten(database: Database, tmp_path: Path) -> None:
    take(database, ENV, tmp_path / "b", "cli:anna")
    with pytest.raises(BackupRefused, match="not empty"):
        restore(database, tmp_path / "b", "cli:bert")
    with pytest.raises(BackupRefused, match="another name"):
        take(database, ENV, tmp_path / "b", "cli:anna")


def test_a_backup_of_another_schema_is_refused(database: Database, other: Database, tmp_path: Path) -> None:
    take(database, ENV, tmp_path / "b", "cli:anna")
    with other.connection() as connection:
        connection.execute("update schema_file set sha256 = 'x' where name = '0001_first.sql'")
    with pytest.raises(BackupRefused, match="another version"):
        restore(other, tmp_path / "b", "cli:bert")


def test_triggers_work_again_after_a_restore(database: Database, other: Database, tmp_path: Path) -> None:
    take(database, ENV, tmp_path / "b", "cli:anna")
    restore(other, tmp_path / "b", "cli:bert")
    with other.connection() as connection, pytest.raises(Exception, match="append-only"):
        connection.execute("delete from audit")


def test_numbers_given_after_the_backup_never_come_back(
    database: Database, other: Database, tmp_path: Path
) -> None:
    take(database, ENV, tmp_path / "b", "cli:anna")
    restore(other, tmp_path / "b", "cli:bert")
    assert owe(other, "2") > GAP


def test_nothing_is_claimed_after_a_restore_until_it_is_released(
    database: Database, other: Database, tmp_path: Path
) -> None:
    take(database, ENV, tmp_path / "b", "cli:anna")
    assert PostgresOutbox(database, "", ENV).take(10, 60) is not None
    restore(other, tmp_path / "b", "cli:bert")
    store, held = PostgresOutbox(other, "", ENV), AfterRestore(other, ENV)
    assert store.take(10, 60) is None
    state = held.state()
    assert state is not None
    assert state.missing == ("hours",)
    [update] = held.owed(0, 10)
    assert (update.state, update.doubt, update.sends) == ("unclear", True, 1)
    held.release("cli:bert", done=0, owed=1)
    batch = store.take(10, 60)
    assert batch is not None
    assert batch.updates[0].doubt


def test_a_running_process_notices_that_the_database_was_put_back(database: Database) -> None:
    store = PostgresOutbox(database, "", ENV)
    with database.connection() as connection:
        connection.execute("update outbox set state = 'done'")
    remembered = [beat.beat(database) for _ in range(3)][-1]
    assert store.take(10, 60) is None
    owe(database, "2")
    with database.connection() as connection:
        connection.execute("update epoch set beat = 1")  # as a restore with other tools would
    assert store.take(10, 60) is None
    state = AfterRestore(database, ENV).state()
    assert state is not None
    assert "older state" in en(state.reason)
    assert PostgresOutbox(database, "", ENV).take(10, 60) is None
    assert not beat.compare(database, remembered)  # noticed, and told, once


def test_what_was_remembered_outside_tells_a_fresh_process(database: Database) -> None:
    remembered = [beat.beat(database) for _ in range(3)][-1]
    assert not beat.compare(database, remembered)
    with database.connection() as connection:
        connection.execute("update epoch set beat = 1")
    assert beat.compare(database, remembered)
    assert PostgresOutbox(database, "", ENV).take(10, 60) is None
    assert [record.action for record in _trail(database)].count("restore.noticed") == 1


def test_another_database_is_not_mistaken_for_an_older_one(database: Database) -> None:
    assert not beat.compare(database, beat.Beat(uuid.uuid4(), 99))
    assert AfterRestore(database, ENV).state() is None


def _trail(database: Database) -> list[Entry]:
    from connectors.store.audit.reads import AuditReads  # noqa: PLC0415 - only here

    return [Entry(each.actor, each.action, each.subject) for each in AuditReads(database, ENV).all()]


def test_many_threads_and_a_beating_clock_are_no_reason_to_hold_back(database: Database) -> None:
    store = PostgresOutbox(database, "", ENV)
    with database.connection() as connection:
        connection.execute("update outbox set state = 'done'")

    def work(number: int) -> None:
        if number % 3 == 0:
            beat.beat(database)
        store.take(10, 60)

    with ThreadPoolExecutor(6) as together:
        list(together.map(work, range(300)))
    assert AfterRestore(database, ENV).state() is None
