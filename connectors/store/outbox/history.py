"""One update's whole life: the decision behind it, every contact with AFAS, what stands before and behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from connectors.store.database import Database, row_as, rows_as
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.outbox.statements import OPERATIONS
from connectors.store.sealed.personal import decision_place, open_document
from domain.errors import NotFound
from domain.message import Message
from domain.outbox.delivery import UpdateView
from domain.outbox.subject import claim_of

T = TypeVar("T")


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
    reason: Message | None
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


class UpdateHistory:
    """Reads about the updates of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def standing(self, update: int) -> UpdateView | None:
        """How it stands, with every attempt; None when there is no such update."""
        return OutboxOperations(self._database, self._environment).show(update)

    def decision(self, update: int) -> DecisionBehind | None:
        """The decision that owes it; None when nobody decided it."""
        found = self._one(DecisionBehind, OPERATIONS["decision"], update=update)
        if found is None:
            return None
        place = decision_place(self._environment, found.id)
        return replace(found, content=open_document(self._database.keys, place, found.content))

    def declaration(self, subject: str) -> DeclarationBehind | None:
        """The declaration that it is about, when it is about one."""
        number = claim_of(subject)
        return self._one(DeclarationBehind, OPERATIONS["declaration"], number=number) if number else None

    def named(self, text: str) -> list[NamedUpdate]:
        """Updates that do not fail, of that id or about that subject (a claim's number, a dossier item's)."""
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        return self._rows(NamedUpdate, OPERATIONS["search"], text=text, number=number)

    def neighbours(self, update: int, subject: str) -> list[Neighbour]:
        """Open updates of the same subject: those that go first, and those that wait behind it."""
        return self._rows(Neighbour, OPERATIONS["neighbours"], update=update, subject=subject)

    def more(self, update: int) -> Circumstances:
        """What else is known of it. Raises NotFound."""
        found = self._one(Circumstances, OPERATIONS["circumstances"], update=update)
        if found is None:
            raise NotFound(Message("no-such.update", {"update": update}))
        return found

    def _one(self, make: Callable[..., T], query: str, **values: object) -> T | None:
        with self._database.connection() as connection:
            return row_as(make, connection, query, {"environment": self._environment, **values})

    def _rows(self, make: Callable[..., T], query: str, **values: object) -> list[T]:
        with self._database.connection() as connection:
            return rows_as(make, connection, query, {"environment": self._environment, **values})
