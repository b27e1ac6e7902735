"""What people and programs decide stands in the audit trail, of the same transaction; nothing personal."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from connectors.store.access.api_keys import ApiKeys
from connectors.store.audit.check import AuditCheck
from connectors.store.audit.reads import AuditReads
from connectors.store.audit.settings import note_settings
from connectors.store.database import Database
from connectors.store.decisions.decisions import Decisions, DecisionWork
from connectors.store.outbox import outbox
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.pull.parked import ParkedRepository, park
from connectors.store.running.control import Control
from connectors.store.sealed.keyring import new_ring
from domain.access.api_key import Scope
from domain.audit.entry import record_hash
from domain.decisions.decision import NewDecision
from domain.errors import NotFound, Refused
from domain.message import Message, verbatim
from domain.outbox.delivery import Mode
from domain.outbox.update import NewUpdate, UpdateKind
from domain.pull.run import BadRow
from workers.cli.keeping.audit import _plain

ENV = "main"
CANARY = "canary-8d1f@voorbeeld.test"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, keys=new_ring())
    yield opened
    opened.close()


def trail(database: Database) -> list[tuple[str, str, str]]:
    return [(each.actor, each.action, each.subject) for each in AuditReads(database, ENV).all()]


def decide(database: Database, kind: str = "approve", subject: str = "claim:1") -> int:
    content: dict[str, object] = {"claim": "1", "reason": CANARY, "mobile": CANARY}
    with Decisions(database)(ENV) as work:
        past = work.record(NewDecision(kind, subject, "v1", 22834, content, "key-1"))
        new = NewUpdate(ENV, past.id, UpdateKind(kind), subject, "v1", content, f"LB-{uuid.uuid4().hex[:10]}")
        return outbox.add(work.connection, new)


def test_a_decision_is_told_with_its_caller_and_what_was_shown(database: Database) -> None:
    decide(database)
    [record] = AuditReads(database, ENV).all()
    assert (record.actor, record.action, record.subject) == ("key:key-1", "decision.approve", "claim:1")
    assert record.details == {"decision": 1, "version": "v1", "contact": 22834}


def test_a_decision_that_was_refused_or_rolled_back_is_not_told(database: Database) -> None:
    def attempted(work: DecisionWork) -> None:
        with work.attempt():
            work.record(NewDecision("approve", "claim:1", "v1", 1, {}, "key-1"))
            raise Refused(Message("refused.say-why"))

    def refused() -> None:
        with Decisions(database)(ENV) as work:
            with pytest.raises(Refused):
                attempted(work)
            work.record(NewDecision("approve", "claim:2", "v1", 1, {}, "key-1"))

    def lost() -> None:
        with Decisions(database)(ENV) as work:
            work.record(NewDecision("approve", "claim:3", "v1", 1, {}, "key-1"))
            raise ZeroDivisionError

    refused()
    with pytest.raises(ZeroDivisionError):
        lost()
    assert trail(database) == [("key:key-1", "decision.approve", "claim:2")]


def test_a_decision_that_nobody_took_is_named(database: Database) -> None:
    decide(database, subject="claim:1")
    assert AuditCheck(database, ENV).verify().fault is None
    with database.connection() as connection:
        connection.execute(
            "insert into decision (environment, kind, subject, version, contact, content, api_key)"
            " select environment, kind, 'claim:2', version, contact, content, api_key from decision"
        )
    found = AuditCheck(database, ENV).verify()
    assert (found.records, found.record) == (1, 2)
    assert found.fault == Message("audit-fault.untold", {"decision": 2})


def test_a_tail_cut_off_to_an_older_sealed_head_lacks_the_record_of_a_decision(database: Database) -> None:
    decide(database, subject="claim:1")
    with database.connection() as connection:
        old = connection.execute("select number, hash, seal from audit_head").fetchone()
    decide(database, subject="claim:2")
    with database.transaction() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute("delete from audit where number = 2")
        connection.execute("update audit_head set number = %(number)s, hash = %(hash)s, seal = %(seal)s", old)
    found = AuditCheck(database, ENV).verify()
    assert (found.record, found.fault is None) == (2, False)


def test_what_operators_do_is_told(database: Database) -> None:
    first, second = (decide(database, subject=f"claim:{number}") for number in (1, 2))
    with database.connection() as connection:
        connection.execute("update outbox set state = 'parked'")
    desk, control = OutboxOperations(database, ENV), Control(database, ENV)
    desk.replay(first, "cli:anna", verbatim(CANARY))
    desk.give_up(second, "cli:anna", CANARY)
    desk.set_mode(Mode.DRY_RUN, by="cli:anna")
    desk.rest_kind(UpdateKind.APPROVE, CANARY, by="cli:anna")
    desk.wake_kind(UpdateKind.APPROVE, by="cli:anna")
    control.pause(CANARY, by="cli:anna")
    control.resume(by="cli:anna")
    control.pause_flow("hours", CANARY, by="cli:anna")
    control.resume_flow("hours", by="cli:anna")
    told = [(action, subject) for actor, action, subject in trail(database) if actor == "cli:anna"]
    assert told == [
        ("update.replay", f"update:{first}"),
        ("update.cancel", f"update:{second}"),
        ("environment.mode", ENV),
        ("kind.pause", "kind:approve"),
        ("kind.resume", "kind:approve"),
        ("environment.pause", ENV),
        ("environment.resume", ENV),
        ("flow.pause", "flow:hours"),
        ("flow.resume", "flow:hours"),
    ]


def test_what_was_refused_is_not_told(database: Database) -> None:
    update = decide(database)
    with database.connection() as connection:
        connection.execute("update outbox set state = 'done'")
    with pytest.raises(Refused):
        OutboxOperations(database, ENV).give_up(update, "cli:anna", "no")
    with pytest.raises(NotFound):
        ApiKeys(database).revoke("key-nobody", by="cli:anna")
    assert len(trail(database)) == 1


def test_keys_are_told_without_their_secrets(database: Database) -> None:
    made, secret = ApiKeys(database).create(name="x", scopes=[Scope.PORTAL], environment=ENV, by="cli:anna")
    ApiKeys(database).revoke(made.id, by="user:7")
    assert trail(database) == [
        ("cli:anna", "key.create", f"key:{made.id}"),
        ("user:7", "key.revoke", f"key:{made.id}"),
    ]
    assert secret not in exported(database)


def test_a_parked_row_that_is_tried_again_is_told(database: Database) -> None:
    with database.transaction() as connection:
        park(connection, ENV, "contacts", [BadRow("1", verbatim("email: too long"), {"Email": CANARY})])
    ParkedRepository(database, ENV, by="cli:anna").still_parked(1, verbatim("email: too long"))
    assert trail(database) == [("cli:anna", "parked.retry", "parked:1")]


def test_settings_are_told_when_they_changed_and_only_then(database: Database) -> None:
    assert note_settings(database, ENV, {"threads": "a", "http": "b"})
    assert not note_settings(database, ENV, {"threads": "a", "http": "b"})
    assert note_settings(database, ENV, {"threads": "c", "http": "b"})
    assert [each.details["changed"] for each in AuditReads(database, ENV).all()] == [[], ["threads"]]


def test_the_export_holds_no_personal_data_and_anybody_can_recompute_it(database: Database) -> None:
    test_what_operators_do_is_told(database)
    decide(database, "change-mobile", "contact:1")
    lines = [json.loads(line) for line in exported(database).splitlines()]
    assert CANARY not in exported(database)
    for line in lines:
        content = (line["actor"], line["action"], line["subject"], line["detail"])
        own = record_hash(
            ENV, line["number"], datetime.fromisoformat(line["at"]), content, bytes.fromhex(line["previous"])
        )
        assert own.hex() == line["hash"]


def test_many_decisions_at_once_are_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(6) as together:
        list(together.map(lambda number: decide(database, subject=f"claim:{number}"), range(60)))
    found = AuditCheck(database, ENV).verify()
    assert (found.records, found.fault) == (60, None)


def exported(database: Database) -> str:
    return "\n".join(json.dumps(_plain(record)) for record in AuditReads(database, ENV).all())
