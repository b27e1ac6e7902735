"""Looks through an audit trail from its first record to its head, and names the first that is broken.

One snapshot, streamed: the trail may be long and may grow meanwhile.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from psycopg import Connection, sql
from psycopg.rows import DictRow

from connectors.store.audit.reads import COLUMNS, to_record
from connectors.store.database import Database, one_row, row_as
from connectors.store.sealed.keyring import KeyRing, keys_of
from domain.audit.entry import BEGINNING, AuditRecord, Verified, record_hash
from domain.message import Message

_BATCH = 5000
_ALL = f"""
    select a.*, n.hash as anchored, n.seal as anchor_seal
    from (select {COLUMNS} from audit where environment = %s) a
    left join audit_anchor n on n.environment = a.environment and n.number = a.number
    order by a.number
"""  # noqa: S608 - our own words
_UNTOLD = """
    select min(d.id) as decision from decision d where d.environment = %s and not exists (
        select from audit a where a.environment = d.environment and a.subject = d.subject
        and starts_with(a.action, 'decision.') and a.detail like '%%"decision":' || d.id || ',%%')
"""
"""A decision and its record are written together: one alone was put there, or the record was cut off."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head as it was told to the outside: the trail must still lead through it."""

    number: int
    hash: bytes


class AuditCheck:
    """The check of one environment's trail."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def verify(self, *told: Anchor) -> Verified:
        """Look through the whole trail. ``told``: anchors kept elsewhere, which it must lead through."""
        with self._database.transaction() as connection:
            connection.execute("set transaction isolation level repeatable read, read only")
            told_outside = {anchor.number: anchor.hash for anchor in told}
            walk = _Walk(self._environment, told_outside, keys_of(connection))
            with connection.cursor(name="audit_check") as cursor:
                cursor.itersize = _BATCH
                cursor.execute(sql.SQL(_ALL), (self._environment,))
                for row in cursor:
                    if not walk.step(to_record(row), row["anchored"], row["anchor_seal"]):
                        return self._named(connection, walk)
            self._end(connection, walk)
            return walk.result()

    def _named(self, connection: Connection[DictRow], walk: _Walk) -> Verified:
        """Say where a record that stands in the wrong place belongs, when that can be told."""
        if walk.broken is not None and (place := _place(connection, walk.broken)) is not None:
            walk.fault = Message("audit-fault.moved", {"record": walk.broken.number, "place": place})
        return walk.result()

    def _end(self, connection: Connection[DictRow], walk: _Walk) -> None:
        here = (self._environment,)
        head = row_as(
            _Head, connection, "select number, hash, seal from audit_head where environment = %s", here
        )
        last = one_row(
            connection, "select max(number) as number from audit_anchor where environment = %s", here
        )
        walk.end(head, last["number"] or 0)
        if walk.fault is None:
            walk.compare(one_row(connection, _UNTOLD, here)["decision"])


@dataclass(frozen=True, slots=True)
class _Head:
    number: int
    hash: bytes
    seal: bytes | None


@dataclass(slots=True)
class _Walk:
    environment: str
    told: dict[int, bytes]
    keys: KeyRing | None
    number: int = 0
    hash: bytes = BEGINNING
    at: int | None = None
    fault: Message | None = None
    broken: AuditRecord | None = field(default=None)

    def step(self, record: AuditRecord, anchored: bytes | None, seal: bytes | None) -> bool:
        """One record further; False when it is the first broken one."""
        expected = self.number + 1
        if record.number != expected:
            return self._stop(expected, _missing(expected, record.number - 1))
        content = (record.actor, record.action, record.subject, record.detail)
        own = record_hash(self.environment, expected, record.at, content, record.previous)
        if own != record.hash:
            self.broken = record
            return self._stop(expected, Message("audit-fault.changed", {"record": expected}))
        if record.previous != self.hash:
            return self._stop(
                expected, Message("audit-fault.follows-not", {"record": expected, "before": self.number})
            )
        for anchor in (anchored, self.told.get(expected)):
            if anchor is not None and bytes(anchor) != record.hash:
                return self._stop(expected, Message("audit-fault.not-anchored", {"record": expected}))
        if anchored is not None and not self._sealed(expected, record.hash, seal, "anchor"):
            return self._stop(expected, Message("audit-fault.anchor-without-key", {"record": expected}))
        self.number, self.hash = expected, record.hash
        return True

    def end(self, head: _Head | None, anchored: int) -> None:
        """All records were good: now the head must say the same."""
        furthest = max([anchored, head.number if head else 0, *self.told])
        if furthest > self.number:
            self._stop(
                self.number + 1, Message("audit-fault.cut-off", {"what": _missing(self.number + 1, furthest)})
            )
        elif head is None:
            if self.number:
                self._stop(self.number, Message("audit-fault.no-head"))
        elif (head.number, bytes(head.hash)) != (self.number, self.hash):
            self._stop(self.number, Message("audit-fault.head", {"record": head.number}))
        elif not self._sealed(self.number, self.hash, head.seal, "head"):
            self._stop(self.number, Message("audit-fault.seal"))

    def compare(self, untold: int | None) -> None:
        """The chain is whole: no decision may lack its record."""
        if untold is not None:
            self._stop(self.number + 1, Message("audit-fault.untold", {"decision": untold}))

    def result(self) -> Verified:
        """What was found."""
        return Verified(self.environment, self.number, self.hash, self.at, self.fault)

    def _sealed(self, number: int, digest: bytes, seal: bytes | None, what: str) -> bool:
        """Whether a seal is right; without keys nobody can tell."""
        if self.keys is None:
            return True
        right = self.keys.seal(self.environment, number, digest, what=what)
        return seal is not None and hmac.compare_digest(right, bytes(seal))

    def _stop(self, at: int, fault: Message) -> bool:
        self.at, self.fault = at, fault
        return False


def _missing(first: int, last: int) -> Message:
    if first == last:
        return Message("audit-fault.missing", {"record": first})
    return Message("audit-fault.missing-some", {"first": first, "last": last})


def _place(connection: Connection[DictRow], record: AuditRecord) -> int | None:
    """The number under which the record's hash is right, found by the record it followed."""
    before = connection.execute(
        "select number from audit where environment = %s and hash = %s", (record.environment, record.previous)
    ).fetchone()
    found = before["number"] if before else 0 if record.previous == BEGINNING else None
    if found is None:
        return None
    content = (record.actor, record.action, record.subject, record.detail)
    for number in (found + 1, found):
        own = record_hash(record.environment, number, record.at, content, record.previous)
        if own == record.hash:
            return int(number)
    return None
