"""What a cure writes: each one transaction, with a record in the audit trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from psycopg import Connection, sql
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.audit.append import append
from connectors.store.database import Database, despite_deadlocks
from connectors.store.outbox import outbox
from connectors.store.outbox.rows import to_update
from connectors.store.records import mirror
from domain.audit.entry import Entry
from domain.errors import NotFound, Refused
from domain.message import Message
from domain.outbox.update import NewUpdate, UpdateState
from domain.reconcile.finding import KnownFinding
from domain.records import catalogue
from domain.records.record import Record

_CURED = """
    update finding set cured_at = now(), cured_by = %s, cure_told = %s
    where environment = %s and id = %s and resolved_at is null
"""
_DERIVE = """
    select note_stale(array[claim_of(%s)], array[]::text[], %s)
"""
_FULL = """
    insert into run (environment, flow, kind) values (%s, %s, 'full')
    on conflict (environment, flow) where run_is_open(state) do update set kind = 'full'
    where run.state = 'due'
"""
_SAME = """
    select * from outbox where environment = %s and id = %s for update
"""
_UNDER_WAY = """
    select id from outbox where environment = %s and subject = %s and kind = %s and id > %s
        and update_is_open(state)
"""


class CureRepository:
    """The cures of one environment (``sync.reconcile.ports.Cures``)."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def believe(
        self,
        finding: KnownFinding,
        actor: str,
        records: Sequence[Record],
        gone: Mapping[type[Record], Sequence[str]],
        told: Message,
    ) -> None:
        """Write the records whatever we kept, withdraw what is gone. The triggers note what follows."""
        by_type: dict[type[Record], list[Record]] = defaultdict(list)
        for record in records:
            by_type[type(record)].append(record)

        def write() -> None:
            with self._database.transaction() as connection:
                for kind, some in sorted(by_type.items(), key=lambda each: each[0].__name__):
                    self._forget(connection, kind, mirror.key_texts(kind, some))
                    mirror.write(connection, self._environment, kind, some, forced=True)
                for kind, keys in gone.items():
                    self._withdraw(connection, kind, keys)
                connection.execute(_DERIVE, (finding.finding.subject, self._environment))
                self._cured(connection, finding, actor, told)

        despite_deadlocks(write)

    def pull_in_full(self, finding: KnownFinding, actor: str, flow: str, told: Message) -> None:
        """Make a full run due; one that is under way already is as good."""
        with self._database.transaction() as connection:
            connection.execute(_FULL, (self._environment, flow))
            self._cured(connection, finding, actor, told)

    def owe_again(self, finding: KnownFinding, actor: str) -> int:
        """A new update of the same decision, with the same mark: whoever delivers it looks for it first."""
        with self._database.transaction() as connection:
            row = connection.execute(_SAME, (self._environment, finding.finding.update)).fetchone()
            if row is None:
                raise NotFound(Message("no-such.update-of-finding"))
            update = to_update(row, self._database.keys)
            self._refuse_a_second(connection, update.id, update.subject, update.kind)
            if update.state is not UpdateState.DONE:
                raise Refused(
                    Message("refused.replay-instead", {"update": update.id, "state": update.state.value})
                )
            new = NewUpdate(
                environment=self._environment,
                decision=row["decision"],
                kind=update.kind,
                subject=update.subject,
                version=update.version,
                payload=update.payload,
                mark=update.mark,
            )
            added = outbox.add(connection, new)
            self._cured(connection, finding, actor, Message("cured.owed-again", {"update": added}))
        return added

    def note(self, finding: KnownFinding, actor: str, told: Message) -> None:
        """Write down how it was cured."""
        with self._database.transaction() as connection:
            self._cured(connection, finding, actor, told)

    def lines_of(self, claims: Sequence[str]) -> list[str]:
        """The keys of the lines that we keep of these claims and that are not withdrawn."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "select line from hour_line where environment = %s and claim = any(%s)"
                " and withdrawn_at is null order by line",
                (self._environment, list(claims)),
            ).fetchall()
        return [str(row["line"]) for row in rows]

    def _forget(self, connection: Connection[DictRow], kind: type[Record], keys: Sequence[str]) -> None:
        """Forget what we once wrote, so that even a row whose hash says "unchanged" is written again."""
        connection.execute(_of_keys("update {} set content_hash = '' where {}", kind), self._keys(keys))

    def _withdraw(self, connection: Connection[DictRow], kind: type[Record], keys: Sequence[str]) -> None:
        statement = "update {} set withdrawn_at = now(), written_at = now() where withdrawn_at is null and {}"
        connection.execute(_of_keys(statement, kind), self._keys(keys))

    def _keys(self, keys: Sequence[str]) -> dict[str, object]:
        return {"environment": self._environment, "keys": list(keys)}

    def _refuse_a_second(self, connection: Connection[DictRow], update: int, subject: str, kind: str) -> None:
        row = connection.execute(_UNDER_WAY, (self._environment, subject, kind, update)).fetchone()
        if row is not None:
            raise Refused(Message("refused.owed-already", {"update": row["id"]}))

    def _cured(
        self, connection: Connection[DictRow], finding: KnownFinding, actor: str, told: Message
    ) -> None:
        """Note it with the finding and in the trail. Raises Refused when it was resolved meanwhile."""
        values = (actor, Jsonb(told.to_json()), self._environment, finding.id)
        changed = connection.execute(_CURED, values).rowcount
        if not changed:
            raise Refused(Message("refused.resolved", {"finding": finding.id}))
        detail = {
            "kind": finding.finding.kind.value,
            "subject": finding.finding.subject,
            "cure": finding.finding.cure.value,
            "told": told.to_json(),
        }
        append(connection, self._environment, Entry(actor, "finding.cure", f"finding:{finding.id}", detail))


def _of_keys(statement: str, kind: type[Record]) -> sql.Composed:
    [key] = catalogue.of(kind).key
    condition = sql.SQL("environment = %(environment)s and {}::text = any(%(keys)s)").format(
        sql.Identifier(key)
    )
    return sql.SQL(statement).format(sql.Identifier(catalogue.of(kind).table), condition)
