"""The marks of what must be derived anew: none is lost, whoever commits first."""

from __future__ import annotations

from concurrent.futures import Future, wait
from threading import Thread

import pytest
from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from connectors.store.database import Database
from connectors.store.declarations.derivations import Derivations
from connectors.store.records import mirror
from domain.declarations.declaration import declare_open
from mappings.flows import FLOWS
from tests.stages.records.rows import row

CLAIM = "000000000005.01"
OPEN = "PL000001@2026-W47"
WAITS = "select 1 from pg_locks where locktype = 'advisory' and not granted"
PERSON = "1000551"


def note(connection: Connection[DictRow]) -> None:
    """As the triggers do in the transaction that changes a claim or its hours."""
    connection.execute("select note_stale(array[%s], array[]::text[], 'main')", (CLAIM,))


def know(database: Database, flow: str, environment: str = "main", **changes: object) -> set[str]:
    """Write a row of this flow; the keys that became stale by it, in all environments."""
    record = FLOWS[flow].mapping.to_record(row(flow, **changes))
    with database.transaction() as connection:
        connection.execute("delete from stale")
        mirror.write(connection, environment, type(record), [record])
        rows = connection.execute("select environment, key from stale").fetchall()
    assert {each["environment"] for each in rows} <= {environment}
    return {each["key"] for each in rows}


def declare(database: Database, number: str, status: str, environment: str = "main") -> None:
    with database.connection() as connection:
        connection.execute(
            "insert into declaration (environment, number, status, version, placement, week, period_start,"
            " period_end, hours, lines, cost_centre_required, kind, missing, changed_at)"
            " values (%s, %s, %s, 'v', 'PL000001', '2026-W47', '2026-11-16', '2026-11-22', 8, 1, false,"
            " 'normal', '{}', now())",
            (environment, number, status),
        )


def onboarded(database: Database, state: str, first_booking: str | None = None) -> None:
    """The person was derived so: no mark is left."""
    with database.connection() as connection:
        connection.execute(
            "insert into onboarding (environment, person, state, evidence) values ('main', %s, %s, %s)"
            " on conflict (environment, person) do update"
            " set state = excluded.state, evidence = excluded.evidence",
            (PERSON, state, Jsonb({"first_booking": first_booking} if first_booking else {})),
        )
        connection.execute("delete from stale")


def withdraw(connection: Connection[DictRow], line: int) -> None:
    connection.execute("update hour_line set withdrawn_at = now() where line = %s", (line,))


def take(database: Database) -> list[str]:
    with Derivations(database, "main")() as work:
        return work.take(500)[0]


def test_a_change_that_commits_after_another_was_derived_is_derived_too(database: Database) -> None:
    with database.transaction() as first:
        note(first)
    with database.transaction() as second:
        note(second)
        assert take(database) == [], "the ground of the second change cannot be seen yet"
    assert take(database) == [CLAIM]
    assert take(database) == []


def writing(database: Database, flow: str) -> Future[None]:
    """A row of this flow being written elsewhere: ended, or waiting for somebody's lock."""
    ended: Future[None] = Future()

    def write() -> None:
        record = FLOWS[flow].mapping.to_record(row(flow))
        with database.transaction() as connection:
            mirror.write(connection, "main", type(record), [record])
        ended.set_result(None)

    Thread(target=write, daemon=True).start()
    with database.connection() as connection:
        while not ended.done() and not connection.execute(WAITS).fetchone():
            wait([ended], timeout=0.01)
    return ended


def stale(database: Database) -> set[str]:
    with database.connection() as connection:
        return {each["key"] for each in connection.execute("select key from stale").fetchall()}


@pytest.mark.parametrize("flow", ["placements", "contacts"])
def test_a_declaration_that_is_derived_while_its_ground_is_written_is_derived_again(
    database: Database, flow: str
) -> None:
    if flow == "contacts":
        know(database, "placements")
    with Derivations(database, "main")() as work:
        work.take(500)
        ended = writing(database, flow)
        assert not ended.done()
        work.declare([declare_open(OPEN, [FLOWS["hours"].mapping.to_record(row("hours"))], None)], [])
    ended.result(60)
    assert stale(database) >= {OPEN}


def test_a_first_booking_that_is_written_beside_its_worker_marks_the_worker(database: Database) -> None:
    with database.transaction() as connection:
        employee = FLOWS["employees"].mapping.to_record(row("employees"))
        mirror.write(connection, "main", type(employee), [employee])
        ended = writing(database, "hours")
        assert not ended.done()
        connection.execute("delete from stale")
    ended.result(60)
    assert stale(database) == {OPEN, PERSON}


def test_a_mark_that_was_put_off_comes_forward_when_its_ground_changes(database: Database) -> None:
    with database.transaction() as connection:
        note(connection)
    with Derivations(database, "main")() as work:
        work.put_off([CLAIM], [])
    assert take(database) == []
    with database.transaction() as connection:
        note(connection)
    assert take(database) == [CLAIM]


def test_hours_mark_their_declaration_and_the_worker_who_booked_none_before(database: Database) -> None:
    know(database, "employees")
    assert know(database, "hours") == {OPEN, PERSON}
    onboarded(database, "hired")
    assert know(database, "hours", LineId=502, ClaimNumber=CLAIM) == {CLAIM, PERSON}
    onboarded(database, "booking-hours", "2026-11-16")
    assert know(database, "hours", LineId=503) == {OPEN}
    assert know(database, "hours", LineId=504, EntryDate="2026-11-09T00:00:00Z") == {
        "PL000001@2026-W46",
        PERSON,
    }, "the first booking is an earlier one now"


def test_the_worker_of_hours_that_go_or_move_is_marked_and_of_hours_that_only_change_is_not(
    database: Database,
) -> None:
    know(database, "employees")
    know(database, "employees", EmployeeId="001002", PersonId="another")
    know(database, "hours")
    onboarded(database, "booking-hours", "2026-11-16")
    assert know(database, "hours", Quantity=4) == {OPEN}
    assert know(database, "hours", EntryDate="2026-11-17T00:00:00Z") == {OPEN, PERSON}
    assert know(database, "hours", EmployeeId="001002") == {OPEN, PERSON, "another"}
    with database.transaction() as connection:
        connection.execute("delete from stale")
        withdraw(connection, 501)
    assert stale(database) == {OPEN, "another"}


def test_hours_that_come_while_the_first_ones_go_mark_their_worker(database: Database) -> None:
    know(database, "employees")
    know(database, "hours", LineId=500)
    onboarded(database, "booking-hours", "2026-11-16")
    with database.transaction() as connection:
        withdraw(connection, 500)
        ended = writing(database, "hours")
        assert not ended.done()
        connection.execute("delete from stale")
        connection.execute("update onboarding set evidence = '{}'")
    ended.result(60)
    assert stale(database) == {OPEN, PERSON}


def test_whoever_a_row_belonged_to_before_is_marked_as_well(database: Database) -> None:
    know(database, "employees")
    know(database, "employees", EmployeeId="001002", PersonId="another")
    know(database, "placements")
    know(database, "onboarding")
    assert know(database, "placements", EmployeeId="001002") == {PERSON, "another"}
    assert know(database, "onboarding", PersonId="another") == {PERSON, "another"}
    assert know(database, "employees", PersonId="a third") == {PERSON, "a third"}


def test_hours_that_move_into_a_claim_mark_both_declarations(database: Database) -> None:
    know(database, "hours")
    assert know(database, "hours", ClaimNumber=CLAIM) == {OPEN, CLAIM}


def test_a_placement_marks_its_worker_and_the_declarations_that_still_wait(database: Database) -> None:
    know(database, "employees")
    for number, status in enumerate(("open", "to-approve", "rejected", "approved", "paid")):
        declare(database, f"{number}", status)
    declare(database, "elsewhere", "open", environment="other")
    assert know(database, "placements") == {"0", "1", "2", PERSON}


def test_a_contact_marks_the_declarations_that_wait_for_it(database: Database) -> None:
    know(database, "placements")
    for number, status in enumerate(("open", "to-approve", "rejected", "paid")):
        declare(database, f"{number}", status)
    declare(database, "elsewhere", "open", environment="other")
    assert know(database, "contacts") == {"0", "1", "2"}
    assert know(database, "contacts", ContactId=1) == set()


def test_an_onboarding_item_marks_its_person_also_when_it_knows_the_employee_only(database: Database) -> None:
    assert know(database, "onboarding") == {PERSON}
    unknown = know(database, "onboarding", SubjectId=7003, PersonId=None, EmployeeId="001001")
    assert unknown == set(), "whose is that number?"
    assert know(database, "onboarding", PersonId=None, EmployeeId="001001") == {PERSON}, "whose it was"
    know(database, "employees")
    assert know(database, "onboarding", SubjectId=7002, PersonId=None, EmployeeId="001001") == {PERSON}
