"""Removes what has served its purpose, a little at a time, so that nobody waits. What went is audited."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import DictRow

from connectors.store.audit.append import append
from connectors.store.database import Database
from domain.audit.entry import Entry
from domain.records.catalogue import CATALOGUE

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Keep:
    """Days to keep each kind. AFAS itself stays the archive: what it shows, the mirror shows."""

    parked: int = 90
    """Raw rows that could be read since, or are gone: personal data."""
    attempts: int = 90
    """What was asked of AFAS about an update that ended, and what it answered (masked)."""
    replays: int = 90
    """Plans of replays and their results per update; that there was one stays in the audit trail."""
    personal: int = 90
    """Mobile numbers and questions that AFAS shows."""
    files: int = 30
    """Signed documents that AFAS shows."""
    onboarding: int = 365
    """Onboarding states of those who stopped."""
    withdrawn: int = 400
    """Rows of the mirror that AFAS shows no more."""
    views: int = 365
    """Who looked at what in the console and the portal API."""
    runs: int = 30
    idempotency: int = 7


@dataclass(frozen=True, slots=True)
class _Rule:
    """Rows of a table that may go: a setting of Keep, the condition, and what becomes of them."""

    kind: str
    table: str
    where: str
    does: str = "delete from {table}"
    quiet: bool = False


_HERE = "environment = %(environment)s"
_ENDED = "update_has_ended(state) and ended_at < now() - %(age)s"
_TOLD = f"{_HERE} and kind in ('change-mobile', 'ask-question')"
_OF_ENDED = f"outbox in (select id from outbox where {_HERE} and {_ENDED})"  # noqa: S608 - our own words
_REPLAYED = (
    f"{_HERE} and state not in ('planning', 'running') and coalesce(ended_at, asked_at) < now() - %(age)s"
)
_NOTHING_OWED = """not exists (select from outbox o where o.decision = decision.id and o.payload <> '{}')"""
_SENT = """not exists (select from outbox o where o.environment = stored_file.environment
    and o.kind = 'attach-file' and o.payload ->> 'file' = stored_file.id::text
    and (o.ended_at is null or o.state = 'parked' or o.ended_at > now() - %(age)s))"""
_RULES = (
    _Rule("parked", "parked_row", f"{_HERE} and resolved_at < now() - %(age)s"),
    _Rule("attempts", "attempt", f"at < now() - %(age)s and {_OF_ENDED}"),
    _Rule("replays", "replay_item", f"replay in (select id from replay where {_REPLAYED})"),  # noqa: S608
    _Rule(
        "replays",
        "replay",
        f"{_REPLAYED} and not exists (select from replay_item i where i.replay = replay.id)",
    ),
    _Rule(
        "personal",
        "outbox",
        f"{_TOLD} and payload <> '{{}}' and {_ENDED}",
        "update {table} set payload = '{{}}'",
    ),
    _Rule(
        "personal",
        "decision",
        f"{_TOLD} and content <> '{{}}' and decided_at < now() - %(age)s and {_NOTHING_OWED}",
        "update {table} set content = '{{}}'",
    ),
    _Rule("files", "stored_file", f"{_HERE} and created_at < now() - %(age)s and {_SENT}"),
    _Rule("onboarding", "onboarding", f"{_HERE} and state = 'stopped' and changed_at < now() - %(age)s"),
    *(_Rule(each.kept, each.table, f"{_HERE} and withdrawn_at < now() - %(age)s") for each in CATALOGUE),
    _Rule(
        "runs",
        "run",
        f"{_HERE} and state in ('done', 'failed') and ended_at < now() - %(age)s"
        " and not exists (select from flow where flow.last_run = run.id)",
        quiet=True,
    ),
    _Rule(
        "runs",
        "reconciliation",
        f"{_HERE} and state in ('done', 'failed') and ended_at < now() - %(age)s",
        quiet=True,
    ),
    _Rule("withdrawn", "finding", f"{_HERE} and resolved_at < now() - %(age)s"),
    _Rule("views", "viewing", f"{_HERE} and minute < now() - %(age)s", quiet=True),
    _Rule("idempotency", "idempotency", f"{_HERE} and at < now() - %(age)s", quiet=True),
    _Rule(
        "idempotency",
        "console_failure",
        f"{_HERE} and greatest(last_at, locked_until) < now() - interval '1 day'",
        quiet=True,
    ),
    _Rule("idempotency", "console_device", f"{_HERE} and seen_at < now() - interval '180 days'", quiet=True),
    _Rule(
        "idempotency", "tally", f"{_HERE} and times = 0 and told_at < now() - interval '1 day'", quiet=True
    ),
    _Rule("idempotency", "process", "seen_at < now() - interval '1 day'", quiet=True),
)


class Retention:
    """Keeps one environment no longer than it is wanted."""

    def __init__(self, database: Database, environment: str, keep: Keep | None = None) -> None:
        self._database = database
        self._environment = environment
        self._keep = keep or Keep()

    def sweep(self) -> dict[str, int]:
        """One small batch of every kind: how many rows went, per table. Call again later for more."""
        gone: dict[str, int] = {}
        for rule in _RULES:
            if count := self._apply(rule):
                gone[rule.table] = gone.get(rule.table, 0) + count
        return gone

    def _apply(self, rule: _Rule) -> int:
        values = {"environment": self._environment, "age": f"{getattr(self._keep, rule.kind)} days"}
        table = sql.Identifier(rule.table)
        statement = sql.SQL(
            "{does} where ctid = any(array(select ctid from {table} where {where} limit {most}))"
        )
        with self._database.transaction() as connection:
            count = connection.execute(
                statement.format(
                    does=sql.SQL(rule.does).format(table=table),
                    table=table,
                    where=sql.SQL(_aged(rule.where)),
                    most=_BATCH,
                ),
                values,
            ).rowcount
            if count and not rule.quiet:
                self._audit(connection, rule, count)
        return count

    def _audit(self, connection: Connection[DictRow], rule: _Rule, count: int) -> None:
        detail = {"rows": count, "older_than_days": getattr(self._keep, rule.kind)}
        append(
            connection, self._environment, Entry("clock", "retention.remove", f"table:{rule.table}", detail)
        )


def _aged(where: str) -> str:
    return where.replace("%(age)s", "%(age)s::interval")
