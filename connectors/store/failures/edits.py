"""Updates that people put right or cancel: the row, its history and the audit in one transaction."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.audit.append import append
from connectors.store.database import Database, one_row
from connectors.store.outbox.attempts import note
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.outbox.rows import to_update
from connectors.store.sealed.personal import KINDS, seal_document, update_place
from domain.audit.entry import Entry
from domain.errors import Refused
from domain.failures.edit import EDITS, Changes, Ground, why_not
from domain.message import Message, because, verbatim
from domain.outbox.delivery import Attempt, AttemptKind, UpdateView
from domain.outbox.update import Update
from domain.records.clients import CostCentreRule

_GROUND = """
    select coalesce(d.client, i.client) as client, p.cost_centre_rule as rule
    from (select %(environment)s::text as environment) here
    left join declaration d on d.environment = here.environment and d.number = %(claim)s
    left join placement p on p.environment = d.environment and p.placement = d.placement
    left join document i on i.environment = here.environment and i.subject = %(item)s
"""
_CONTACTS = """
    select contact, client from contact where environment = %s and contact = any(%s)
        and not blocked and withdrawn_at is null
"""
_BEHIND = """
    select later.id from outbox gone join outbox later
        on later.environment = gone.environment and later.subject = gone.subject and later.id > gone.id
    where gone.id = %s and gone.environment = %s and later.state in ('ready', 'unclear')
    order by later.id limit 1
"""


class EditRepository:
    """The updates of one environment, as ``sync.failures.edit.EditingOutbox``."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment
        self._outbox = OutboxOperations(database, environment)

    def show(self, update: int) -> UpdateView | None:
        """Everything about it."""
        return self._outbox.show(update)

    def ground(self, update: Update, contacts: list[int]) -> Ground:
        """What an edit is checked against."""
        item = update.payload.get("item")
        values = {"environment": self._environment, "claim": update.payload.get("claim")}
        with self._database.connection() as connection:
            row = one_row(connection, _GROUND, values | {"item": int(str(item)) if item else None})
            known = connection.execute(_CONTACTS, (self._environment, contacts)).fetchall()
        rule = None if row["rule"] is None else CostCentreRule(row["rule"])
        return Ground(row["client"], rule, {each["contact"]: each["client"] for each in known})

    def edit(self, update: Update, changes: Changes, by: str, reason: str) -> None:
        """Write the new values; those before are kept in the payload, and are as well guarded as it is."""
        with self._database.transaction() as connection:
            current, now = self._locked(connection, update.id)
            if current.payload != update.payload or why_not(current):
                raise Refused(why_not(current) or Message("refused.edited-meanwhile", {"update": update.id}))
            payload = self._sealed(current, _edited(current.payload, changes, by, reason, now))
            connection.execute("update outbox set payload = %s where id = %s", (Jsonb(payload), update.id))
            fields = tuple(Message(f"field.{name}") for name in sorted(changes))
            edited = Message("why.edited", {"by": by, "fields": fields})
            why = because(edited, verbatim(reason)) if reason else edited
            note(connection, [Attempt(update.id, AttemptKind.PERSON, "edited", why)])
            entry = Entry(by, "update.edit", f"update:{update.id}", {"fields": sorted(changes)})
            append(connection, self._environment, entry)

    def cancel(self, update: int, by: str, reason: str) -> list[int]:
        """Void it."""
        self._outbox.give_up(update, by, reason)
        with self._database.connection() as connection:
            return [row["id"] for row in connection.execute(_BEHIND, (update, self._environment)).fetchall()]

    def _locked(self, connection: Connection[DictRow], update: int) -> tuple[Update, str]:
        row = connection.execute(
            "select *, to_char(now() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') as now_text"
            " from outbox where id = %s and environment = %s for update",
            (update, self._environment),
        ).fetchone()
        if row is None:
            raise Refused(Message("refused.update-gone", {"update": update}))
        return to_update(row, self._database.keys), row["now_text"]

    def _sealed(self, update: Update, payload: dict[str, object]) -> dict[str, object]:
        if update.kind not in KINDS:
            return payload
        return seal_document(self._database.keys, update_place(self._environment, update.id), payload)


def _edited(payload: dict[str, object], changes: Changes, by: str, reason: str, at: str) -> dict[str, object]:
    """The payload with the new values, and one more entry of what was put right."""
    entry = {
        "by": by,
        "at": at,
        "reason": reason,
        "changes": {name: list(pair) for name, pair in changes.items()},
    }
    before = payload.get(EDITS)
    past = before if isinstance(before, list) else []
    new = payload | {name: after for name, (_, after) in changes.items()}
    kept = {name: value for name, value in new.items() if value is not None or name not in changes}
    return kept | {EDITS: [*past, entry]}
