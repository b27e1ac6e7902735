"""One update's whole life: the decision behind it, every contact with AFAS, what stands before and behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from connectors.store.database import Database, row_as, rows_as
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.sealed.personal import decision_place, open_document
from domain.errors import NotFound
from domain.outbox.delivery import UpdateView
from domain.outbox.subject import claim_of

T = TypeVar("T")

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
        d.employee, coalesce(worker_name(e), '') as worker, d.placement
    from declaration d left join client c on c.environment = d.environment and c.client = d.client
    left join employee e on e.environment = d.environment and e.employee = d.employee
    where d.environment = %(environment)s and d.number = %(number)s
"""
_NEIGHBOURS = """
    select o.id, o.kind, o.state, o.reason, o.created_at, o.id < %(update)s as before from outbox o
    where o.environment = %(environment)s and o.subject = %(subject)s and o.id <> %(update)s
        and update_is_open(o.state)
    order by o.id limit 50
"""
_MORE = """
    select correlation, cause, sent_at, now() as now from outbox
    where id = %(update)s and environment = %(environment)s
"""


_NAMED = """
    select o.id, o.kind, o.subject, o.state from outbox o where o.environment = %(environment)s
        and (o.id = %(number)s or o.subject
            = any(array[%(text)s, subject_of_claim(%(text)s), 'item:' || %(text)s]))
        and not update_has_failed(o.state)
    order by o.id desc limit 10
"""


@dataclass(frozen=True, slots=True)
class DecisionBehind:
    """The decision that owes an update: who decided what, when, and by which key."""

    id: int
    kind: str
    subject: str
    version: str | None
    contact: int | None
    content: Mapping[str, object] = field(repr=False)
    decided_at: datetime
    channel: str
    api_key: str | None
    key_name: str | None
    contact_name: str | None = field(repr=False)
    contact_client: str | None
    client_name: str | None


@dataclass(frozen=True, slots=True)
class DeclarationBehind:
    """The declaration that an update is about."""

    number: str
    status: str
    week: str
    hours: str
    client: str | None
    client_name: str | None
    employee: str | None
    worker: str = field(repr=False)
    placement: str | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An open update of the same subject; ``before``: it goes first."""

    id: int
    kind: str
    state: str
    reason: str | None
    created_at: datetime
    before: bool


@dataclass(frozen=True, slots=True)
class NamedUpdate:
    """An update that somebody looked for by its id or its subject."""

    id: int
    kind: str
    subject: str
    state: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else is known of an update; ``now`` is the database's time."""

    correlation: str | None
    cause: str | None
    sent_at: datetime | None
    now: datetime


class UpdateLife:
    """Reads about the updates of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def standing(self, update: int) -> UpdateView | None:
        """How it stands, with every attempt; None when there is no such update."""
        return OutboxOperations(self._database, self._environment).show(update)

    def decision(self, update: int) -> DecisionBehind | None:
        """The decision that owes it; None when nobody decided it."""
        found = self._one(DecisionBehind, _DECISION, update=update)
        if found is None:
            return None
        place = decision_place(self._environment, found.id)
        return replace(found, content=open_document(self._database.keys, place, found.content))

    def declaration(self, subject: str) -> DeclarationBehind | None:
        """The declaration that it is about, when it is about one."""
        number = claim_of(subject)
        return self._one(DeclarationBehind, _DECLARATION, number=number) if number else None

    def named(self, text: str) -> list[NamedUpdate]:
        """Updates that do not fail, of that id or about that subject (a claim's number, a dossier item's)."""
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        return self._rows(NamedUpdate, _NAMED, text=text, number=number)

    def neighbours(self, update: int, subject: str) -> list[Neighbour]:
        """Open updates of the same subject: those that go first, and those that wait behind it."""
        return self._rows(Neighbour, _NEIGHBOURS, update=update, subject=subject)

    def more(self, update: int) -> Circumstances:
        """What else is known of it. Raises NotFound."""
        found = self._one(Circumstances, _MORE, update=update)
        if found is None:
            raise NotFound(f"there is no update {update}")
        return found

    def _one(self, make: Callable[..., T], query: str, **values: object) -> T | None:
        with self._database.connection() as connection:
            return row_as(make, connection, query, {"environment": self._environment, **values})

    def _rows(self, make: Callable[..., T], query: str, **values: object) -> list[T]:
        with self._database.connection() as connection:
            return rows_as(make, connection, query, {"environment": self._environment, **values})
