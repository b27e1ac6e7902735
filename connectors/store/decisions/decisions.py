"""Decisions in PostgreSQL: rows are locked, then checked, then decided about, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import timedelta

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.audit.append import append
from connectors.store.database import Database, one_row
from connectors.store.decisions.given_answers import GivenAnswers, lock_number
from connectors.store.decisions.signatures import PLACEMENT, SIGNED, SIGNER
from connectors.store.outbox import outbox
from connectors.store.sealed.keyring import keys_of
from connectors.store.sealed.personal import (
    KINDS,
    decision_place,
    evidence_place,
    history_place,
    open_document,
    open_row,
    seal_document,
    seal_file,
    seal_reason,
)
from domain.audit.entry import Entry
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
from domain.outbox.update import NewUpdate, UpdateState
from domain.records.clients import Contact, CostCentreRule
from domain.records.documents import Document, DocumentKind

_DOCUMENT = (
    f"select d.*, {SIGNER} as signer, {SIGNED} as signed from document d {PLACEMENT}"  # noqa: S608 - ours
    " where d.environment = %s and d.subject = %s and d.withdrawn_at is null"
)

_CONTACT = """
    select contact, client, organisation, person, name, job_title, email, mobile, mobile_private, blocked,
    changed_at from contact where environment = %s and contact = %s and withdrawn_at is null
"""

PATIENCE_MS = 5000
"""How long a decision waits for another one on the same row; then the store counts as away."""


class Decisions:
    """Opens transactions to decide in: ``sync.decisions.ports.OpenWork``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def __call__(self, environment: str, origin: Origin | None = None, /) -> Iterator[DecisionWork]:
        """A transaction, committed when its block ends; see ``Database.transaction``."""
        with self._database.transaction() as connection:
            connection.execute("select set_config('lock_timeout', %s, true)", (str(PATIENCE_MS),))
            work = DecisionWork(connection, environment, origin)
            yield work
            append(connection, environment, *work.audited)  # last: until the commit all others wait for it


@dataclass(frozen=True, slots=True)
class DecisionWork:
    """One open transaction: ``sync.decisions.ports.UnitOfWork``, which says what each method promises."""

    connection: Connection[DictRow]
    environment: str
    origin: Origin | None = None
    audited: list[Entry] = field(default_factory=list)
    """What the audit trail is to tell of this transaction."""

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A savepoint; what is rolled back to it was not decided, and is not told of."""
        told = len(self.audited)
        try:
            with self.connection.transaction():
                yield
        except BaseException:
            del self.audited[told:]
            raise

    def declaration(self, number: str) -> LockedDeclaration | None:
        """Locks the declaration's row, not the placement's."""
        row = self._one(
            "select d.number, d.status, d.version, d.client, d.subject, p.claim_contact,"
            " coalesce(p.cost_centre_rule, 0) as cost_centre_rule from declaration d left join placement p"
            " on p.environment = d.environment and p.placement = d.placement and p.withdrawn_at is null"
            " where d.environment = %s and d.number = %s for update of d",
            number,
        )
        if row is None:
            return None
        row["status"] = DeclarationStatus(row["status"])
        row["cost_centre_rule"] = CostCentreRule(row["cost_centre_rule"])
        return LockedDeclaration(**row)

    def document(self, subject: int) -> ToSign | None:
        """Locks the document's row first: who waited for the lock must see what the one before wrote."""
        self._one("select from document where environment = %s and subject = %s for update", subject)
        row = self._one(
            _DOCUMENT,
            subject,
        )
        if row is None:
            return None
        values = {each.name: row[each.name] for each in fields(Document)}
        document = Document(**(values | {"kind": DocumentKind(row["kind"])}))
        return ToSign(document, row["signer"], row["signed"])

    def contact(self, contact: int) -> Contact | None:
        """Reads without a lock: AFAS says who may speak, and may take it back at any time anyway."""
        row = self._one(
            _CONTACT,
            contact,
        )
        return Contact(**open_row(keys_of(self.connection), self.environment, Contact, row)) if row else None

    def worker(self, employee: str) -> WorkerKeys | None:
        """The keys of a worker."""
        row = self._one(
            "select employee, person from employee"
            " where environment = %s and employee = %s and withdrawn_at is null",
            employee,
        )
        return WorkerKeys(**row) if row else None

    def one_at_a_time(self, subject: str) -> None:
        """A lock on the name: there may be no row yet."""
        self.connection.execute(
            "select pg_advisory_xact_lock(%s)", (lock_number(self.environment, "subject", subject),)
        )

    def last_decision(self, subject: str, *, within: timedelta | None = None) -> PastDecision | None:
        """The newest decision; its state is that of the last update that it owes."""
        row = self._one(
            "select id, kind, subject, version, contact, content, decided_at, (select state from outbox o"
            " where o.decision = d.id order by o.id desc limit 1) as state"
            " from decision d where environment = %s and subject = %s"
            " and (%s::interval is null or decided_at > now() - %s::interval) order by id desc limit 1",
            subject,
            within,
            within,
        )
        if row is None:
            return None
        row["state"] = UpdateState(row["state"]) if row["state"] else None
        place = decision_place(self.environment, row["id"])
        row["content"] = open_document(keys_of(self.connection), place, row["content"])
        return PastDecision(**row)

    def record(self, decision: NewDecision) -> PastDecision:
        """Write a decision down."""
        next_id = one_row(self.connection, "select nextval(pg_get_serial_sequence('decision', 'id')) as id")
        number, content = next_id["id"], decision.content
        if decision.kind in KINDS:
            place = decision_place(self.environment, number)
            content = seal_document(keys_of(self.connection), place, content)
        row = one_row(
            self.connection,
            "insert into decision (environment, id, kind, subject, version, contact, content, api_key,"
            " correlation) overriding system value values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " returning id, kind, subject, version, contact, decided_at, null::text as state",
            (
                *(self.environment, number, decision.kind, decision.subject, decision.version),
                *(decision.contact, Jsonb(content), decision.api_key),
                self.origin.correlation if self.origin else None,
            ),
        )
        self.audited.append(_entry(decision, number))
        return PastDecision(content=decision.content, **row)

    def owe(self, update: NewUpdate) -> int:
        """Write the update into the outbox."""
        return outbox.add(self.connection, update, self.origin)

    def declare(self, number: str, status: DeclarationStatus, detail: Message) -> None:
        """The status at once, for the portal; what AFAS says later is derived anew."""
        self.connection.execute(
            "update declaration set status = %s, in_afas = false where environment = %s and number = %s",
            (status, self.environment, number),
        )
        if status is DeclarationStatus.REJECTED:
            detail = seal_reason(keys_of(self.connection), history_place(self.environment, number), detail)
        self.connection.execute(
            "insert into declaration_history (environment, number, event, detail) values (%s, %s, %s, %s)",
            (self.environment, number, status, detail),
        )

    def keep(self, file: StoredFile) -> None:
        """Keep the bytes of a file."""
        keys = keys_of(self.connection)
        self.connection.execute(
            "insert into stored_file (environment, id, name, mime_type, content, sha256, evidence)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            (
                self.environment,
                file.id,
                file.name,
                file.mime_type,
                seal_file(keys, self.environment, file.id, file.content),
                file.sha256,
                Jsonb(seal_document(keys, evidence_place(self.environment, file.id), file.evidence)),
            ),
        )

    def answer_given(self, api_key: str, key: str, request: bytes, *, patient: bool) -> GivenAnswer | None:
        """What was answered to this request already."""
        return GivenAnswers(self.connection, self.environment).of(api_key, key, request, patient=patient)

    def keep_answer(self, api_key: str, key: str, request: bytes, answer: GivenAnswer) -> None:
        """Remember an answer."""
        GivenAnswers(self.connection, self.environment).keep(api_key, key, request, answer)

    def _one(self, query: str, *values: object) -> DictRow | None:
        """The first row of a query whose first placeholder is the environment."""
        return self.connection.execute(query, (self.environment, *values)).fetchone()


def _entry(decision: NewDecision, number: int) -> Entry:
    """Who decided what; ``version`` names the content shown. What was decided may be personal: not here."""
    actor = f"key:{decision.api_key}" if decision.api_key else "portal"
    detail = {"decision": number, "version": decision.version, "contact": decision.contact}
    return Entry(actor, f"decision.{decision.kind}", decision.subject, detail)
