"""The rules that SQL and ``domain`` both know are the same, and PostgreSQL sees through each of them."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from connectors.store.database import Database
from connectors.store.outbox import outbox
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.running.due import Due
from domain.calendar import week_of
from domain.declarations.declaration import is_submitted
from domain.outbox.subject import claim_of, subject_of_claim
from domain.outbox.update import (
    ACTIVE,
    ENDED,
    FAILED,
    MAY_FALL,
    OPEN,
    PAY_KINDS,
    NewUpdate,
    UpdateKind,
    UpdateState,
)
from domain.records.people import Employee

SUBJECTS = ("claim:000000000005.01", "claim:", "item:9912", "contact:1", "question:claim:5", "")


def told(database: Database, expression: str, *values: object) -> object:
    """What SQL makes of it."""
    with database.connection() as connection:
        [row] = connection.execute(f"select {expression} as told", values or None).fetchall()
    return row["told"]


@pytest.mark.parametrize(
    ("function", "states"),
    [
        ("update_is_open", OPEN),
        ("update_is_active", ACTIVE),
        ("update_has_failed", FAILED),
        ("update_may_fall", MAY_FALL),
        ("update_has_ended", ENDED),
    ],
)
def test_sql_and_the_domain_know_the_same_states(database: Database, function: str, states: object) -> None:
    known = {state for state in UpdateState if told(database, f"{function}(%s)", state)}
    assert known == states


def test_every_state_is_either_open_or_ended() -> None:
    assert set(UpdateState) == OPEN | ENDED
    assert not OPEN & ENDED


def test_the_table_takes_these_states_and_no_other(database: Database) -> None:
    check = str(
        told(
            database,
            "(select pg_get_constraintdef(oid) from pg_constraint where conname = 'outbox_state_check')",
        )
    )
    assert {part for part in check.split("'") if part.isalpha()} - {"text"} == set(UpdateState)


def test_sql_and_the_domain_know_the_same_kinds_that_pay_depends_on(database: Database) -> None:
    assert {kind for kind in UpdateKind if told(database, "pay_depends_on(%s)", kind)} == PAY_KINDS


@pytest.mark.parametrize("subject", SUBJECTS)
def test_sql_and_the_domain_find_the_same_claim_in_a_subject(database: Database, subject: str) -> None:
    claim = claim_of(subject)
    assert told(database, "claim_of(%s)", subject) == claim
    if claim is not None:
        assert told(database, "subject_of_claim(%s)", claim) == subject == subject_of_claim(claim)


@pytest.mark.parametrize("number", ["000000000005.01", "7@2026-W47", "@", ""])
def test_sql_and_the_domain_tell_a_claims_number_from_that_of_open_hours(
    database: Database, number: str
) -> None:
    assert told(database, "is_submitted(%s)", number) == is_submitted(number)


@pytest.mark.parametrize(
    "day", [date(2026, 11, 22), date(2027, 1, 3), date(2027, 1, 4), date(2024, 12, 30), date(1900, 1, 1)]
)
def test_sql_and_the_domain_count_the_same_weeks(database: Database, day: date) -> None:
    assert told(database, "week_of(%s::date)", day) == week_of(day)


@pytest.mark.parametrize("first", ["Jan", "", None])
@pytest.mark.parametrize("initials", ["J.", "", None])
@pytest.mark.parametrize("prefix", ["van der", "", None])
@pytest.mark.parametrize("last", ["Berg", ""])
def test_sql_and_the_domain_put_a_name_together_alike(
    database: Database, first: str | None, initials: str | None, prefix: str | None, last: str
) -> None:
    sql = "worker_name(json_populate_record(null::employee, json_build_object('first_name', %s::text,"
    sql += " 'initials', %s::text, 'prefix', %s::text, 'last_name', %s::text)))"
    nobody = dict.fromkeys(each.name for each in fields(Employee))
    names = {"first_name": first, "initials": initials, "prefix": prefix, "last_name": last}
    person = Employee(**(nobody | names))  # type: ignore[arg-type]  # only the names matter
    assert told(database, sql, first, initials, prefix, last) == (person.full_name or None)


def test_nobody_has_no_name(database: Database) -> None:
    assert told(database, "(select worker_name(e) from (select 1) x left join employee e on false)") is None


@pytest.mark.parametrize(
    "call",
    [
        "update_is_open(o.state)",
        "update_is_active(o.state)",
        "update_has_failed(o.state)",
        "update_may_fall(o.state)",
        "update_has_ended(o.state)",
        "run_is_open(o.state)",
        "pay_depends_on(o.kind)",
        "claim_of(o.subject)",
        "subject_of_claim(o.subject)",
        "is_submitted(o.subject)",
        "open_number(o.subject, o.kind)",
        "week_of(o.due_at::date)",
        "worker_name(e)",
        "is_resting(n)",
        "is_resting(k)",
    ],
)
def test_postgresql_puts_the_body_in_the_place_of_the_call(database: Database, call: str) -> None:
    """Else no index would serve, and a scan would call a function per row."""
    with database.connection() as connection:
        plan = connection.execute(
            f"explain (verbose) select {call} from outbox o, employee e, environment n, paused_kind k"
        ).fetchall()
    assert call.partition("(")[0] not in "\n".join(row["QUERY PLAN"] for row in plan)


@pytest.mark.parametrize(
    ("what", "taken"),
    [
        ("select 1", True),
        ("update outbox set due_at = now() + interval '1 minute'", False),
        ("update outbox set leased_until = now() + interval '1 minute'", False),
        ("update outbox set leased_until = now() - interval '1 second', state = 'sending'", True),
        ("update outbox set state = 'unclear'", True),
        ("update outbox set state = 'parked'", False),
        ("update outbox set state = 'void'", False),
        ("insert into restored (environment, reason) values ('main', '{}')", False),
        ("insert into restored (environment, reason) values ('other', '{}')", True),
        ("insert into environment (environment, mode) values ('main', 'paused')", False),
        ("insert into environment (environment, mode) values ('main', 'dry-run')", True),
        ("insert into environment (environment, paused_until) values ('main', 'infinity')", False),
        ("insert into environment (environment, paused_until) values ('main', now() - interval '1 s')", True),
        ("insert into environment (environment, mode) values ('other', 'paused')", True),
        ("insert into paused_kind (environment, kind, reason) values ('main', 'approve', '{}')", False),
        ("insert into paused_kind (environment, kind, reason) values ('main', 'reject', '{}')", True),
        ("insert into paused_kind values ('main', 'approve', '{}', now() - interval '1 second')", True),
    ],
)
def test_the_clock_hints_at_what_a_worker_may_take_and_at_nothing_else(
    database: Database, database_url: str, what: str, taken: bool
) -> None:
    update = owed(database, "claim:1")
    with database.connection() as connection:
        connection.execute(what)
    hinted = Due(database, "main").updates()
    batch = PostgresOutbox(database, database_url, "main").take(10, 60)
    assert hinted == ([update] if taken else [])
    assert ([each.id for each in batch.updates] if batch else []) == hinted


@pytest.mark.parametrize("state", UpdateState)
def test_only_the_first_open_one_of_a_subject_may_be_taken(database: Database, state: UpdateState) -> None:
    first, second = owed(database, "claim:1"), owed(database, "claim:1")
    with database.connection() as connection:
        connection.execute(
            "update outbox set state = %s, due_at = now() + interval '1 hour' where id = %s", (state, first)
        )
    assert Due(database, "main").updates() == ([] if state in OPEN else [second])


def owed(database: Database, subject: str) -> int:
    with database.transaction() as connection:
        new = NewUpdate("main", None, UpdateKind.APPROVE, subject, None, {}, "LB-1")
        return outbox.add(connection, new)
