"""One update's whole life: the decision behind it, every contact with AFAS, what stands before and behind."""

from __future__ import annotations

from typing import Any

from connectors.store.database import Database
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.sealed.personal import decision_place, open_document
from domain.outbox.delivery import UpdateView

Shown = dict[str, Any]

_DECISION = """
    select d.id, d.kind, d.subject, d.version, d.contact, d.content, d.decided_at, d.channel, d.api_key,
        k.name as key_name, c.name as contact_name, c.client as contact_client, l.name as client_name
    from outbox o join decision d on d.id = o.decision
    left join api_key k on k.id = d.api_key
    left join contact c on c.environment = d.environment and c.contact = d.contact
    left join client l on l.environment = c.environment and l.client = c.client
    where o.id = %(update)s and o.environment = %(environment)s
"""
_DECLARATION = """
    select d.number, d.status, d.week, trim_scale(d.hours)::text as hours, d.client, c.name as client_name,
        d.employee, concat_ws(' ', e.first_name, e.prefix, e.last_name) as worker, d.placement
    from declaration d left join client c on c.environment = d.environment and c.client = d.client
    left join employee e on e.environment = d.environment and e.employee = d.employee
    where d.environment = %(environment)s and d.number = %(number)s
"""
_NEIGHBOURS = """
    select o.id, o.kind, o.state, o.reason, o.created_at, o.id < %(update)s as before from outbox o
    where o.environment = %(environment)s and o.subject = %(subject)s and o.id <> %(update)s
        and o.state in ('ready', 'sending', 'unclear', 'parked')
    order by o.id limit 50
"""
_MORE = """
    select correlation, cause, sent_at, now() as now from outbox
    where id = %(update)s and environment = %(environment)s
"""


_NAMED = """
    select o.id, o.kind, o.subject, o.state from outbox o where o.environment = %(environment)s
        and (o.id = %(number)s or o.subject = any(array[%(text)s, 'claim:' || %(text)s, 'item:' || %(text)s]))
        and o.state not in ('parked', 'unclear')
    order by o.id desc limit 10
"""


class UpdateLife:
    """Reads about the updates of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def standing(self, update: int) -> UpdateView | None:
        """How it stands, with every attempt; None when there is no such update."""
        return OutboxOperations(self._database, self._environment).show(update)

    def decision(self, update: int) -> Shown | None:
        """The decision that owes it: who, when, by which key; None when nobody decided it."""
        rows = self._rows(_DECISION, update=update)
        if not rows:
            return None
        place = decision_place(self._environment, rows[0]["id"])
        return rows[0] | {"content": open_document(self._database.keys, place, rows[0]["content"])}

    def declaration(self, subject: str) -> Shown | None:
        """The declaration that it is about, when it is about one."""
        if not subject.startswith("claim:"):
            return None
        return next(iter(self._rows(_DECLARATION, number=subject.removeprefix("claim:"))), None)

    def named(self, text: str) -> list[Shown]:
        """Updates that do not fail, of that id or about that subject (a claim's number, a dossier item's)."""
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        return self._rows(_NAMED, text=text, number=number)

    def neighbours(self, update: int, subject: str) -> list[Shown]:
        """Open updates of the same subject; ``before`` are those that go first, the others wait behind it."""
        return self._rows(_NEIGHBOURS, update=update, subject=subject)

    def more(self, update: int) -> Shown:
        """Its correlation id, its cause, and the database's time."""
        return next(iter(self._rows(_MORE, update=update)), {})

    def _rows(self, query: str, **values: Any) -> list[Shown]:
        with self._database.connection() as connection:
            return connection.execute(query, {"environment": self._environment, **values}).fetchall()
