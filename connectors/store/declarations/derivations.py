"""What is derived from the mirror: the ground is gathered and the result written in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import orjson

from connectors.store.database import Database
from connectors.store.declarations.grounds import Grounds
from connectors.store.records import mirror
from domain.declarations.declaration import Declaration
from domain.declarations.onboarding import Onboarding
from domain.declarations.standing import HistoryLine
from domain.message import Message
from domain.outbox.subject import subject_of_claim

_SETTLED = "select pg_advisory_xact_lock_shared(hashtext('ground'), hashtext('declarations'))"
_STALE = """
    select kind, key from stale where environment = %s and since <= now()
    order by since limit %s for update skip locked
"""
_BUSY = """
    select number from declaration where environment = %(environment)s and number = any(%(numbers)s)
    except select number from (
        select number from declaration where environment = %(environment)s and number = any(%(numbers)s)
        order by number for update skip locked) free
"""
_TAKE = "delete from stale where environment = %s and kind = %s and key = any(%s)"
_VOID = """
    update outbox set state = 'void', reason = %(reason)s, ended_at = now(), token = null
    where id in (
        select id from outbox where environment = %(environment)s and subject = %(subject)s
        and pay_depends_on(kind) and update_may_fall(state) and not doubt
        and (%(version)s::text is null or version is distinct from %(version)s)
        for update skip locked)
"""
_DECLARE = """
    insert into declaration as known (environment, {columns})
    select %s, {columns} from json_populate_recordset(null::declaration, %s::json)
    on conflict (environment, number) do update set {changes}
"""
_ONBOARD = """
    insert into onboarding as known (environment, person, employee, state, since, evidence)
    select %s, person, employee, state, since, evidence
    from json_populate_recordset(null::onboarding, %s::json)
    on conflict (environment, person) do update
    set employee = excluded.employee, state = excluded.state, evidence = excluded.evidence,
        changed_at = now(),
        since = case when known.state = excluded.state then known.since else excluded.since end
    where (known.employee, known.state, known.evidence)
        is distinct from (excluded.employee, excluded.state, excluded.evidence)
"""


class Derivations:
    """Opens transactions to derive in (``sync.declarations.ports.OpenDeriveWork``), for one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    @contextmanager
    def __call__(self) -> Iterator[DerivationWork]:
        """A transaction, committed when its block ends."""
        with self._database.transaction() as connection:
            yield DerivationWork(connection, self._environment)


class DerivationWork(Grounds):
    """One open transaction: ``sync.declarations.ports.DeriveWork``, which says what each method promises."""

    def take(self, most: int) -> tuple[list[str], list[str]]:
        """Deleted here, back on the list when this transaction fails.

        A declaration that somebody is deciding about stays on the list: waiting for the lock here, while the
        decision waits to mark the declaration stale, would be a deadlock. Placements and contacts that are
        being written are waited for, and those that come wait for us: they must find what we declare.
        """
        self._connection.execute(_SETTLED)
        rows = self._connection.execute(_STALE, (self._environment, most)).fetchall()
        stale = [row["key"] for row in rows if row["kind"] == "declaration"]
        busy = self._busy(stale)
        declarations = sorted(number for number in stale if number not in busy)
        people = sorted(row["key"] for row in rows if row["kind"] == "onboarding")
        for kind, keys in (("declaration", declarations), ("onboarding", people)):
            self._connection.execute(_TAKE, (self._environment, kind, keys))
        return declarations, people

    def declare(self, declarations: Sequence[Declaration], events: Sequence[HistoryLine]) -> None:
        """One statement for all."""
        if declarations:
            document = orjson.dumps(list(declarations), default=str).decode()
            statement = mirror.statement_for(_DECLARE, Declaration, ("number",))
            self._connection.execute(statement, (self._environment, document))
        if events:
            self._connection.execute(
                "insert into declaration_history (environment, number, event, detail)"
                " select %s, * from unnest(%s::text[], %s::text[], %s::jsonb[])",
                (self._environment, *map(list, zip(*_plain(events), strict=True))),
            )

    def undeclare(self, numbers: Sequence[str]) -> None:
        """Only open ones are ever removed."""
        if numbers:
            self._connection.execute(
                "delete from declaration where environment = %s and number = any(%s) and status = 'open'",
                (self._environment, list(numbers)),
            )

    def void(self, claim: str, version: str | None, reason: Message) -> None:
        """Only what waits and surely did not happen: what somebody holds is looked at by its sender."""
        values = {"environment": self._environment, "subject": subject_of_claim(claim)}
        self._connection.execute(_VOID, values | {"version": version, "reason": reason})

    def onboard(self, states: Sequence[Onboarding], unknown: Sequence[str]) -> None:
        """A state that stays keeps its "since"."""
        if states:
            document = orjson.dumps(list(states), default=str).decode()
            self._connection.execute(_ONBOARD, (self._environment, document))
        if unknown:
            self._connection.execute(
                "delete from onboarding where environment = %s and person = any(%s)",
                (self._environment, list(unknown)),
            )

    def put_off(self, declarations: Sequence[str], people: Sequence[str]) -> None:
        """Not before ten minutes have passed."""
        for kind, keys in (("declaration", declarations), ("onboarding", people)):
            self._connection.execute(
                "update stale set since = now() + interval '10 minutes'"
                " where environment = %s and kind = %s and key = any(%s)",
                (self._environment, kind, list(keys)),
            )

    def _busy(self, numbers: Sequence[str]) -> set[str]:
        """The declarations whose rows others hold; the rest is locked for us now."""
        values = {"environment": self._environment, "numbers": list(numbers)}
        return {row["number"] for row in self._connection.execute(_BUSY, values).fetchall()}


def _plain(events: Sequence[HistoryLine]) -> list[tuple[str, str, Message]]:
    return [(each.number, each.event, each.detail) for each in events]
