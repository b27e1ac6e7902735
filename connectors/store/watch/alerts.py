"""Alerts in PostgreSQL: one open row for each thing that is wrong; telling is decided under its lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.database import Database
from connectors.store.watch.notices import owe_mail, owe_webhook
from domain.message import Message
from domain.watch.alert import Alert, OpenAlert, Severity

_SEEN = """
    insert into alert (environment, name, subject, stage, severity, summary, path, held, repeats)
    values (%(environment)s, %(name)s, %(subject)s, %(stage)s, %(severity)s, %(summary)s, %(path)s, %(held)s,
        %(repeats)s)
    on conflict (environment, name, subject) where resolved_at is null do update set
        stage = excluded.stage, severity = excluded.severity, summary = excluded.summary,
        path = excluded.path, repeats = excluded.repeats,
        held = alert.held or excluded.held, seen_at = now()
"""
_RESOLVE = """
    update alert set resolved_at = now()
    where environment = %(environment)s and resolved_at is null and name = %(name)s and subject = %(subject)s
"""
_CALM = """
    update alert set resolved_at = now() where environment = %(environment)s and resolved_at is null
        and not held and seen_at < now() - make_interval(secs => %(calm)s)
"""
# A new one, a new stage, or the same one for so long that it is told again. What the last look did not see
# only waits to be over: it is not told again.
_TELL = """
    update alert set told_at = now(), told = told + 1, told_stage = stage
    where environment = %(environment)s and resolved_at is null and (told_at is null
        or told_stage is distinct from stage
        or (repeats and (held or seen_at > now() - interval '30 seconds')
            and told_at < now() - make_interval(secs => %(repeat)s)))
    returning *
"""
# Resolved, and its end was not told yet: told_stage becomes null with the notice of the end.
_OVER = """
    update alert set told_stage = null
    where environment = %(environment)s and resolved_at is not null and told > 0 and told_stage is not null
        and resolved_at > now() - interval '1 day'
    returning *
"""


@dataclass(frozen=True, slots=True)
class AlertTransaction:
    """An open transaction in which alerts are told: ``sync.watch.ports.Notify`` within it."""

    connection: Connection[DictRow]
    environment: str
    raised: Sequence[OpenAlert]
    over: Sequence[OpenAlert]

    def mail(self, to: Sequence[str], subject: str, text: str) -> None:
        """Owe a mail."""
        owe_mail(self.connection, self.environment, to, subject, text)

    def webhook(self, event: str, data: Mapping[str, object]) -> None:
        """Owe a webhook."""
        owe_webhook(self.connection, self.environment, event, data)


class AlertRepository:
    """The alerts of one environment: ``sync.watch.ports.Alerts``, and what the watch needs."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def raise_alert(self, alert: Alert) -> None:
        """It lasts until ``resolve``."""
        with self._database.connection() as connection:
            self._see(connection, alert, held=True)

    def resolve(self, name: str, subject: str = "") -> None:
        """It is over."""
        with self._database.connection() as connection:
            connection.execute(_RESOLVE, {"environment": self._environment, "name": name, "subject": subject})

    def seen(self, alerts: Sequence[Alert], calm: float) -> None:
        """Note what a look saw; what no look has seen for ``calm`` seconds is over."""
        with self._database.transaction() as connection:
            for alert in sorted(alerts, key=lambda each: (each.name, each.subject)):
                self._see(connection, alert, held=False)
            connection.execute(_CALM, {"environment": self._environment, "calm": calm})

    @contextmanager
    def unit_of_work(self, repeat: float) -> Iterator[AlertTransaction]:
        """What is to be told, marked as told together with the notices that the block owes for it."""
        values = {"environment": self._environment, "repeat": repeat}
        with self._database.transaction() as connection:
            raised = [_open(row) for row in connection.execute(_TELL, values).fetchall()]
            over = [_open(row) for row in connection.execute(_OVER, values).fetchall()]
            yield AlertTransaction(connection, self._environment, raised, over)

    def open(self) -> list[OpenAlert]:
        """What is wrong now, the worst and oldest first."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "select * from alert where environment = %s and resolved_at is null"
                " order by severity, raised_at",
                (self._environment,),
            ).fetchall()
        return [_open(row) for row in rows]

    def _see(self, connection: Connection[DictRow], alert: Alert, *, held: bool) -> None:
        connection.execute(
            _SEEN,
            {
                "environment": self._environment,
                "name": alert.name,
                "subject": alert.subject,
                "stage": alert.stage,
                "severity": alert.severity,
                "summary": alert.summary,
                "path": alert.path,
                "repeats": alert.repeats,
                "held": held,
            },
        )


def _open(row: DictRow) -> OpenAlert:
    alert = Alert(
        row["name"],
        Message.from_json(row["summary"]),
        Severity(row["severity"]),
        row["subject"],
        row["stage"],
        row["repeats"],
        row["path"],
    )
    return OpenAlert(
        row["id"], alert, row["raised_at"], row["seen_at"], row["told_at"], row["told"], row["resolved_at"]
    )
