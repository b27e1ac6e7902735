"""The clock keeps the store: beats remembered outside, anchors told to the log, settings noted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from pydantic import SecretStr

from connectors.store.audit.reads import AuditReads
from connectors.store.database import Database
from connectors.store.outbox import beat
from connectors.store.outbox.beat import Beat
from connectors.store.sealed.keyring import new_ring
from workers.clock.keeper import BEAT_EVERY, Keeper
from workers.compose.keeping.keeping import keeping, settings_hashes
from workers.compose.keeping.outside import Outside
from workers.settings import Settings


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, keys=new_ring())
    with opened.connection() as connection:
        connection.execute("insert into environment (environment) values ('main')")
    yield opened
    opened.close()


def test_a_beat_is_remembered_outside_every_few_seconds(database: Database, tmp_path: Path) -> None:
    now = [0.0]
    outside = Outside(tmp_path / "beat.json", None)
    keeper = Keeper(keeping(database, Settings(), outside), monotonic=lambda: now[0])
    assert outside.load() == []
    keeper.beat()
    keeper.beat()
    [first] = outside.load()
    now[0] = BEAT_EVERY
    keeper.beat()
    [second] = outside.load()
    assert (first.id, first.beat + 1) == (second.id, second.beat)


def test_a_database_put_back_is_noticed_by_what_was_remembered(database: Database, tmp_path: Path) -> None:
    outside = Outside(tmp_path / "beat.json", None)
    now = [0.0]
    keeper = Keeper(keeping(database, Settings(), outside), monotonic=lambda: now[0])
    for _ in range(3):
        keeper.beat()
        now[0] += BEAT_EVERY
    with database.connection() as connection:
        connection.execute("update epoch set beat = 1")
    assert [beat.compare(database, each) for each in outside.load()] == [True]


def test_the_beat_is_remembered_in_redis_too_and_neither_must_work(redis_url: str, tmp_path: Path) -> None:
    beat = Beat(uuid4(), 7)
    with redis.Redis.from_url(redis_url) as client:
        outside = Outside(tmp_path / "no" / "folder" / "beat.json", client)
        outside.save(beat)
        assert outside.load() == [beat]
        client.set("loonbrug:life", "nonsense")
        assert outside.load() == []
    gone = redis.Redis(port=1, socket_connect_timeout=0.1)
    both = Outside(tmp_path / "beat.json", gone)
    both.save(beat)
    assert both.load() == [beat]


def test_the_head_is_anchored_once_and_told(database: Database, tmp_path: Path) -> None:
    keeper = Keeper(keeping(database, Settings(), Outside(tmp_path / "beat.json", None)))
    keeper.begin()
    keeper.begin()
    assert [record.action for record in AuditReads(database, "main").all()] == ["settings.change"]
    assert keeper.tidy() == 0
    with database.connection() as connection:
        anchors = connection.execute("select number from audit_anchor").fetchall()
    assert anchors == [{"number": 1}]


def test_a_changed_setting_shows_by_name_also_when_it_is_a_secret() -> None:
    keys = new_ring()
    before = settings_hashes(Settings(afas_token=SecretStr("canary")), keys)
    after = settings_hashes(Settings(afas_token=SecretStr("canary 2"), threads=3), keys)
    assert {name for name in before if before[name] != after[name]} == {"afas_token", "threads"}


def test_what_a_setting_was_cannot_be_guessed_from_the_trail() -> None:
    settings = Settings(threads=3)
    first, second = (settings_hashes(settings, new_ring()) for _ in range(2))
    assert all(first[name] != second[name] for name in first)
    assert settings_hashes(settings, None) == {}
