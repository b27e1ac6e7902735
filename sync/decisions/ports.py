"""What deciding needs of the store, as Protocols."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from domain.decisions.decision import (
    GivenAnswer,
    LockedDeclaration,
    NewDecision,
    PastDecision,
    StoredFile,
    ToSign,
    WorkerKeys,
)
from domain.decisions.origin import Origin
from domain.declarations.declaration import DeclarationStatus
from domain.message import Message
from domain.outbox.update import NewUpdate
from domain.records.clients import Contact


class UnitOfWork(Protocol):
    """One transaction in one environment. It is committed when its context is left without an exception."""

    @property
    def environment(self) -> str:
        """The environment that all of it is about."""

    def attempt(self) -> AbstractContextManager[object]:
        """A part of the transaction that is undone alone when an exception leaves it."""

    def declaration(self, number: str) -> LockedDeclaration | None:
        """The declaration, its row locked until the end of the transaction."""

    def document(self, subject: int) -> ToSign | None:
        """The document, its row locked until the end of the transaction."""

    def contact(self, contact: int) -> Contact | None:
        """The contact, unless AFAS no longer shows it."""

    def worker(self, employee: str) -> WorkerKeys | None:
        """The worker, unless AFAS no longer shows one."""

    def one_at_a_time(self, subject: str) -> None:
        """Wait until no other transaction decides about this subject; hold it until the end."""

    def last_decision(self, subject: str, *, within: timedelta | None = None) -> PastDecision | None:
        """The newest decision about a subject, when it was taken within that time."""

    def record(self, decision: NewDecision) -> PastDecision:
        """Write a decision down."""

    def owe(self, update: NewUpdate) -> int:
        """Write down what we owe AFAS for it. Returns the id of the update."""

    def declare(self, number: str, status: DeclarationStatus, detail: Message) -> None:
        """Give a declaration its status, with a line in its history."""

    def keep(self, file: StoredFile) -> None:
        """Keep a file until AFAS shows it."""

    def answer_given(self, api_key: str, key: str, request: bytes, *, patient: bool) -> GivenAnswer | None:
        """What was answered before under this Idempotency-Key; holds the key until the transaction ends.

        Raises SameKeyOtherRequest when the key was used for another request (``request`` is a hash), and
        StillAnswering when another transaction holds the key and we are not ``patient``.
        """

    def keep_answer(self, api_key: str, key: str, request: bytes, answer: GivenAnswer) -> None:
        """Remember the answer, in the same transaction as what was decided."""


class OpenWork(Protocol):
    """Opens a transaction in an environment. What it writes down remembers the request it came from."""

    def __call__(
        self, environment: str, origin: Origin | None = None, /
    ) -> AbstractContextManager[UnitOfWork]: ...
