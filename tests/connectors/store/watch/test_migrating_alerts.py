"""Alerts of before they were messages are told as they were."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from connectors.store.database import Database
from connectors.store.migrate import SCHEMA, migrate
from connectors.store.watch.alerts import AlertRepository
from domain.message import LEGACY, Message


def test_an_open_alert_is_told_as_before(empty_database_url: str, tmp_path: Path) -> None:
    for file in SCHEMA.glob("*.sql"):
        if file.name != "0041_alerts_are_messages.sql":
            shutil.copy(file, tmp_path)
    migrate(empty_database_url, tmp_path)
    with closing(Database(empty_database_url, size=1)) as database:
        with database.connection() as connection:
            connection.execute(
                "insert into alert (environment, name, stage, severity, summary, path, held, repeats)"
                " values ('main', 'no-worker', '', 'critical', 'no worker is alive', '/ops', false, true)"
            )
        migrate(empty_database_url)
        [known] = AlertRepository(database, "main").open()
        assert known.alert.summary == Message(LEGACY, {"text": "no worker is alive"})
