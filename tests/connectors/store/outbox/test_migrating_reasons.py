"""Reasons of before there were ids stay as they were, and those that we wrote without values get their id."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors.store.database import Database
from connectors.store.failures.failures import Failures
from connectors.store.failures.replay_reads import ReplayReads
from connectors.store.migrate import SCHEMA, migrate
from connectors.store.outbox.history import UpdateHistory
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.running.control import Control
from connectors.store.running.overview import Overview
from connectors.store.watch.now import ConsoleNow
from domain.failures.failure import FailureQuery
from domain.message import LEGACY, Message
from domain.outbox.delivery import Mode
from tests.stages.spoken import en, nl

OLD = """
    insert into environment (environment, paused_until, pause_reason) values ('main', 'infinity', 'audit');
    insert into paused_kind (environment, kind, reason) values ('main', 'reject', 'niet ondersteund');
    insert into restored (environment, reason) values ('main', 'the database was put back to an older state');
    insert into outbox (environment, kind, subject, state, payload, mark, reason, due_at) values
        ('main', 'approve', 'claim:1', 'parked', '{}', 'a', 'sent 4 times, and AFAS never showed it', now()),
        ('main', 'approve', 'claim:2', 'ready', '{}', 'b', null, now()),
        ('main', 'approve', 'claim:3', 'ready', '{}', 'c', 'dry run: nothing was sent',
            now() + interval '1 hour');
    insert into attempt (outbox, step, outcome, detail) values
        (1, 'look', 'send', 'it waits for approval'), (1, 'send', '201', null);
    insert into parked_row (environment, flow, key, reason, row, content_hash, resolved_at, resolution) values
        ('main', 'hours', '1', 'column Quantity: not a number', '{}', '', now(), 'gone from AFAS');
    insert into replay (environment, asked_by) values ('main', 'user:anna');
    insert into replay_item (replay, update, prospect, why, outcome, told) values
        (1, 1, 'send', 'it waits for approval; would be sent', 'changed', null);
"""


def legacy(text: str) -> Message:
    return Message(LEGACY, {"text": text})


@pytest.fixture
def migrated(empty_database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A database with rows of the schema before."""
    for file in SCHEMA.glob("*.sql"):
        if file.name != "0033_reasons_are_messages.sql":
            shutil.copy(file, tmp_path)
    migrate(empty_database_url, tmp_path)
    with closing(Database(empty_database_url, size=2)) as database:
        with database.connection() as connection:
            connection.execute(OLD)
        assert migrate(empty_database_url) == ["0033_reasons_are_messages.sql"]
        yield database


def test_a_sentence_of_before_is_shown_as_it_is_in_both_languages(migrated: Database) -> None:
    standing = OutboxOperations(migrated, "main").show(1)
    assert standing
    assert standing.reason == legacy("sent 4 times, and AFAS never showed it")
    assert en(standing.reason) == nl(standing.reason) == "sent 4 times, and AFAS never showed it"
    assert OutboxOperations(migrated, "main").show(2).reason is None  # type: ignore[union-attr]
    [item] = ReplayReads(migrated, "main").items(1)
    assert (item.why, item.told) == (legacy("it waits for approval; would be sent"), None)
    assert ConsoleNow(migrated, "main").resting_kinds()[0].reason == legacy("niet ondersteund")


def test_a_sentence_of_ours_without_values_has_its_id(migrated: Database) -> None:
    state = Control(migrated, "main").state()
    assert (state.pause_reason, state.held) == (legacy("audit"), Message("why.put-back"))
    standing = UpdateHistory(migrated, "main").standing(1)
    assert standing
    assert [each.detail for each in standing.history] == [Message("why.waits-for-approval"), None]
    row = Overview(migrated, "main").parked_row(1)
    assert row
    assert (row.reason, row.resolution) == (
        legacy("column Quantity: not a number"),
        Message("why.gone-from-afas"),
    )


def test_a_dry_run_of_before_ends_as_one_of_now(migrated: Database) -> None:
    OutboxOperations(migrated, "main").set_mode(Mode.LIVE)
    with migrated.connection() as connection:
        due = connection.execute(
            "select id from outbox where due_at <= now() and state = 'ready' order by id"
        )
        assert [row["id"] for row in due] == [2, 3]


def test_what_failed_before_is_found_by_its_words(migrated: Database) -> None:
    failures = Failures(migrated, "main")
    assert [each.id for each in failures.updates(FailureQuery(text="never showed"))] == [1]
    assert failures.updates(FailureQuery(text="no such words")) == []
