"""The audit trail on a real PostgreSQL (G14): it can be added to, and whatever else is done to it shows."""

from __future__ import annotations

import threading

import psycopg
import pytest
from psycopg.types.json import Jsonb

from connectors.store.audit.anchors import anchor
from connectors.store.audit.append import append
from connectors.store.audit.check import Anchor, AuditCheck
from connectors.store.database import Database
from connectors.store.sealed.keyring import new_ring
from domain.audit.entry import Entry, Verified
from domain.message import Message
from tests.stages.spoken import en

ENV = "main"


def tamper(database: Database, *statements: str) -> None:
    """As somebody who rules the database, and whom no trigger stops."""
    with database.transaction() as connection:
        connection.execute("set local session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


def verify(database: Database, *told: Anchor) -> Verified:
    return AuditCheck(database, ENV).verify(*told)


def test_a_whole_trail_is_found_whole(trail: Database) -> None:
    found = verify(trail)
    assert (found.records, found.record, found.fault) == (12, None, None)
    assert AuditCheck(trail, "other").verify().records == 12
    assert AuditCheck(trail, "never-used").verify().fault is None


def test_entries_of_a_transaction_that_is_rolled_back_leave_no_gap(trail: Database) -> None:
    def fail() -> None:
        with trail.transaction() as connection:
            append(connection, ENV, Entry("cli:anna", "update.replay", "update:99"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with trail.transaction() as connection:
        append(connection, ENV, Entry("cli:anna", "update.replay", "update:13"))
    assert verify(trail).records == 13


def test_many_who_append_at_once_make_one_chain(database: Database) -> None:
    def work() -> None:
        for _ in range(10):
            with database.transaction() as connection:
                append(connection, ENV, Entry("clock", "x.y", "z"), Entry("clock", "x.z", "z"))

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(database)
    assert (found.records, found.fault) == (100, None)


@pytest.mark.parametrize("column", ["actor", "action", "subject", "detail"])
def test_a_changed_text_is_named(trail: Database, column: str) -> None:
    tamper(
        trail,
        f"update audit set {column} = overlay({column} placing 'X' from 2 for 1) where number = 5"
        f" and environment = '{ENV}'",
    )
    found = verify(trail)
    assert (found.records, found.record) == (4, 5)
    assert found.fault == Message("audit-fault.changed", {"record": 5})


@pytest.mark.parametrize("column", ["hash", "previous"])
def test_one_flipped_byte_of_a_hash_is_named(trail: Database, column: str) -> None:
    tamper(
        trail,
        f"update audit set {column} = set_byte({column}, 7, get_byte({column}, 7) # 1)"
        f" where number = 5 and environment = '{ENV}'",
    )
    assert verify(trail).record == 5


def test_a_moved_time_is_named(trail: Database) -> None:
    tamper(
        trail,
        f"update audit set at = at + interval '1 microsecond' where number = 1 and environment = '{ENV}'",
    )
    assert verify(trail).record == 1


def test_a_deleted_record_is_named(trail: Database) -> None:
    tamper(trail, f"delete from audit where number = 7 and environment = '{ENV}'")
    found = verify(trail)
    assert (found.record, found.fault) == (7, Message("audit-fault.missing", {"record": 7}))


@pytest.mark.parametrize(("one", "other"), [(3, 4), (3, 9), (1, 12), (1, 2), (11, 12)])
def test_two_swapped_records_are_named(trail: Database, one: int, other: int) -> None:
    tamper(
        trail,
        f"update audit set number = 100000 where number = {one} and environment = '{ENV}'",
        f"update audit set number = {one} where number = {other} and environment = '{ENV}'",
        f"update audit set number = {other} where number = 100000 and environment = '{ENV}'",
    )
    found = verify(trail)
    assert found.record == one
    assert found.fault == Message("audit-fault.moved", {"record": one, "place": other})


def test_a_cut_off_tail_is_named(trail: Database) -> None:
    tamper(trail, f"delete from audit where number > 9 and environment = '{ENV}'")
    found = verify(trail)
    assert found.fault
    told = "the tail was cut off: records 10 to 12 are missing"
    assert (found.record, en(found.fault)) == (10, told)


def test_a_tail_that_is_cut_off_together_with_the_head_lacks_the_seal(trail: Database) -> None:
    tamper(
        trail,
        f"delete from audit where number > 9 and environment = '{ENV}'",
        "update audit_head h set number = 9, hash = a.hash from audit a"
        f" where a.environment = h.environment and a.number = 9 and h.environment = '{ENV}'",
    )
    assert verify(trail).fault == Message("audit-fault.seal")


def test_a_tail_cut_back_to_an_older_sealed_head_misses_what_was_anchored(trail: Database) -> None:
    with trail.connection() as connection:
        old = connection.execute("select * from audit_head where environment = %s", (ENV,)).fetchone()
    assert old
    with trail.transaction() as connection:
        append(connection, ENV, Entry("cli:anna", "update.cancel", "update:1"))
    told = anchor(trail, ENV)
    assert told
    assert anchor(trail, ENV) is None
    with trail.transaction() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute("delete from audit where number = 13 and environment = %s", (ENV,))
        connection.execute(
            "update audit_head set number = %s, hash = %s, seal = %s where environment = %s",
            (old["number"], old["hash"], old["seal"], ENV),
        )
    assert verify(trail).record == 13
    tamper(trail, f"delete from audit_anchor where environment = '{ENV}'")
    assert verify(trail).fault is None  # the database alone cannot tell any more,
    assert verify(trail, told).record == 13  # but the log can


def test_a_rewritten_chain_lacks_the_seal(trail: Database, database_url: str) -> None:
    """Everything made anew by somebody who knows how, but has no key."""
    forger = Database(database_url, keys=new_ring())
    tamper(
        forger,
        f"delete from audit where environment = '{ENV}'",
        f"delete from audit_head where environment = '{ENV}'",
    )
    for _ in range(12):
        with forger.transaction() as connection:
            append(connection, ENV, Entry("cli:mallory", "update.replay", "update:1"))
    forger.close()
    assert verify(trail).fault == Message("audit-fault.seal")


@pytest.mark.parametrize(
    "statement",
    [
        "update audit set actor = 'cli:bert'",
        "delete from audit",
        "truncate audit",
        "update audit_anchor set number = number + 1",
        "delete from audit_anchor",
        "truncate audit_anchor",
        "delete from audit_head",
        "truncate audit_head",
        "update audit_head set number = number - 1",
        "update audit_head set hash = ''",
    ],
)
def test_even_the_owner_is_stopped_by_the_triggers(trail: Database, statement: str) -> None:
    anchor(trail, ENV)
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
        trail.transaction() as connection,
    ):
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update audit set actor = 'cli:bert'",
        "delete from audit",
        "truncate audit",
        "delete from audit_head",
        "delete from audit_anchor",
        "alter table audit disable trigger all",
        "drop table audit",
        "set session_replication_role = replica",
        "update schema_file set sha256 = ''",
    ],
)
def test_the_role_of_the_application_has_no_right_to_change_the_trail(
    trail: Database, statement: str
) -> None:
    with trail.connection() as connection:
        connection.execute("set role loonbrug_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
        connection.execute("reset role")


def test_the_role_of_the_application_can_append_and_do_its_work(trail: Database) -> None:
    with trail.transaction() as connection:
        connection.execute("set local role loonbrug_app")
        append(connection, ENV, Entry("cli:anna", "update.replay", "update:13"))
        connection.execute("insert into environment (environment) values ('main') on conflict do nothing")
        connection.execute(
            "insert into decision (environment, kind, subject, content) values ('main', 'approve', 'x', %s)",
            (Jsonb({}),),
        )
        connection.execute("delete from decision")
    assert verify(trail).records == 13
