"""``doctor`` about keys, the audit trail's role, and a restore that is not over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.store.access.api_keys import ApiKeys
from connectors.store.audit.anchors import anchor
from connectors.store.audit.settings import note_settings
from connectors.store.database import Database
from connectors.store.outbox.held_back import enter
from domain.access.api_key import Scope
from domain.message import verbatim
from workers.compose.keeping.keyfile import key_ring
from workers.compose.store import Store
from workers.doctor.examination import Health
from workers.doctor.keeping import examine_keeping
from workers.settings import Settings, SettingsWrong


def examined(url: str, folder: Path, *, ours: bool) -> dict[str, tuple[Health, str]]:
    file = folder / "keys.json"
    key_ring(Settings(data=folder))
    settings = Settings(data=folder) if ours else Settings(database_url=SecretStr(url), keys_file=file)
    database = Database(url, keys=key_ring(settings))
    found = {
        each.subject: (each.health, each.found)
        for each in examine_keeping(Store(database, settings.name), settings)
    }
    database.close()
    return found


def test_a_login_that_may_change_the_trail_is_warned_of_in_production_only(
    database_url: str, tmp_path: Path
) -> None:
    as_app = f"{database_url}&options=-c%20role%3Dloonbrug_app"
    assert examined(database_url, tmp_path, ours=False)["audit trail"][0] == Health.WARNING
    assert examined(as_app, tmp_path, ours=False)["audit trail"][0] == Health.FINE
    assert examined(database_url, tmp_path, ours=True)["audit trail"][0] == Health.FINE


def test_a_restore_that_is_not_over_is_wrong(database_url: str, tmp_path: Path) -> None:
    assert "restore" not in examined(database_url, tmp_path, ours=True)
    database = Database(database_url)
    with database.transaction() as connection:
        connection.execute("insert into environment (environment) values ('main')")
        enter(connection, "main", verbatim("restored from a backup"))
    database.close()
    assert examined(database_url, tmp_path, ours=True)["restore"][0] == Health.WRONG


def test_a_database_of_others_needs_the_keys_that_belong_to_it(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="LOONBRUG_KEYS_FILE"):
        key_ring(Settings(database_url=SecretStr(database_url), data=tmp_path))


def test_an_anchor_is_told_by_webhook_once(database_url: str) -> None:
    database = Database(database_url)
    note_settings(database, "main", {"threads": "a"})
    assert anchor(database, "main", webhook=True)
    assert anchor(database, "main", webhook=True) is None
    with database.connection() as connection:
        [notice] = connection.execute("select topic, content from notice").fetchall()
    database.close()
    assert notice["topic"] == "audit.anchor"
    assert notice["content"]["data"]["number"] == 1


def test_keys_without_an_end_and_those_that_end_soon_are_told(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    make = partial(ApiKeys(database).create, scopes=[Scope.READ], environment="main")
    assert "API keys" not in examined(database_url, tmp_path, ours=True)
    make(name="ends", expires_at=datetime.now(UTC) + timedelta(days=100))
    assert examined(database_url, tmp_path, ours=True)["API keys"][0] == Health.FINE
    soon, _ = make(name="soon", expires_at=datetime.now(UTC) + timedelta(days=5, hours=1))
    settings = Settings(data=tmp_path)
    told = [
        each.found
        for each in examine_keeping(Store(database, settings.name), settings)
        if each.subject == "API keys"
    ]
    assert told[0] == f"{soon.id} expires in 5 day(s)"
    endless, _ = make(name="endless")
    told = [
        each.found
        for each in examine_keeping(Store(database, settings.name), settings)
        if each.subject == "API keys"
    ]
    database.close()
    assert told[0].startswith(f"no end: {endless.id};")
