"""A database from before the rules stood in it keeps its rows, and works by them from then on."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from connectors.store.database import Database
from connectors.store.migrate import SCHEMA, migrate
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.running.due import Due

OWED = """
    insert into outbox (environment, kind, subject, state, payload, mark) values
        ('main', 'approve', 'claim:1', 'parked', '{}', 'a'),
        ('main', 'approve', 'claim:1', 'ready', '{}', 'b'),
        ('main', 'approve', 'claim:2', 'ready', '{}', 'c'),
        ('main', 'approve', 'claim:3', 'done', '{}', 'd')
"""


def test_what_was_owed_before_may_be_taken_as_before(empty_database_url: str, tmp_path: Path) -> None:
    for file in SCHEMA.glob("*.sql"):
        if file.name < "0038":
            shutil.copy(file, tmp_path)
    migrate(empty_database_url, tmp_path)
    with closing(Database(empty_database_url, size=2)) as database:
        with database.connection() as connection:
            connection.execute(OWED)
            before = connection.execute("select * from outbox order by id").fetchall()
        migrate(empty_database_url)
        with database.connection() as connection:
            assert connection.execute("select * from outbox order by id").fetchall() == before
            connection.execute("delete from stale")
        assert Due(database, "main").updates() == [before[2]["id"]]
        batch = PostgresOutbox(database, empty_database_url, "main").take(10, 60)
        assert batch is not None
        assert [update.subject for update in batch.updates] == ["claim:2"]
        with database.connection() as connection:
            connection.execute("update outbox set state = 'void' where subject = 'claim:2'")
            assert connection.execute("select kind, key from stale").fetchall() == [
                {"kind": "declaration", "key": "2"}
            ]
