"""Failures of before they were messages are shown as they were."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from connectors.store.database import Database
from connectors.store.migrate import SCHEMA, migrate
from connectors.store.pull.run_reads import ConsoleRuns
from connectors.store.reconcile.reconciliations import ReconciliationRepository
from domain.message import LEGACY, Message

WHY = "Loonbrug_Hours: missing column(s) Quantity"
FAILED = (
    "insert into flow (environment, flow, broken) values ('main', 'hours', %s)",
    """insert into run (environment, flow, kind, state, ended_at, error)
    values ('main', 'hours', 'poll', 'failed', now(), %s)""",
    """insert into reconciliation (environment, kind, state, ended_at, error)
    values ('main', 'light', 'failed', now(), %s)""",
)
TOLD = Message(LEGACY, {"text": WHY})


def test_why_a_run_failed_and_a_flow_stopped_is_told_as_before(
    empty_database_url: str, tmp_path: Path
) -> None:
    for file in SCHEMA.glob("*.sql"):
        if file.name != "0035_failures_are_messages.sql":
            shutil.copy(file, tmp_path)
    migrate(empty_database_url, tmp_path)
    with closing(Database(empty_database_url, size=1)) as database:
        with database.connection() as connection:
            for statement in FAILED:
                connection.execute(statement, (WHY,))
        migrate(empty_database_url)
        runs, reconciled = ConsoleRuns(database, "main"), ReconciliationRepository(database, "main")
        flow = runs.flow("hours")
        assert flow is not None
        assert [flow.broken, runs.runs("hours")[0].error, reconciled.recent()[0].error] == [TOLD] * 3
