"""What is old goes, in small steps; what is still owed stays."""

from __future__ import annotations

from connectors.store.audit.reads import AuditReads
from connectors.store.database import Database
from connectors.store.keeping.retention import Keep, Retention
from domain.outbox.update import UpdateKind
from tests.connectors.store.keeping.kept import ENV, one, owe, run


def test_what_is_young_or_still_owed_stays(database: Database) -> None:
    assert Retention(database, ENV).sweep() == {}
    run(database, "update stored_file set created_at = now() - interval '90 days'")
    run(database, "update parked_row set last_seen = now() - interval '900 days'")
    assert Retention(database, ENV).sweep() == {}


def test_what_is_old_goes_in_small_steps_and_is_audited(database: Database) -> None:
    run(database, "update outbox set state = 'done', ended_at = now() - interval '91 days'")
    run(database, "update decision set decided_at = now() - interval '91 days'")
    run(database, "update stored_file set created_at = now() - interval '91 days'")
    run(database, "update parked_row set resolved_at = now() - interval '91 days'")
    run(
        database,
        "insert into attempt (outbox, step, outcome, at)"
        " select id, 'look', 'x', now() - interval '91 days' from outbox",
    )
    run(
        database,
        "insert into idempotency select 'main', 'k', i::text, '', 200, '{}', now() - interval '8 days'"
        " from generate_series(1, 1500) i",
    )
    run(database, "update hour_line set withdrawn_at = now() - interval '401 days'")
    gone = Retention(database, ENV).sweep()
    assert gone == {
        "parked_row": 1, "attempt": 3, "outbox": 1, "decision": 1, "stored_file": 1, "hour_line": 1,
        "idempotency": 1000,
    }  # fmt: skip
    assert Retention(database, ENV).sweep() == {"idempotency": 500}
    assert one(database, "select payload, kind from outbox where kind = 'change-mobile'")["payload"] == {}
    told = {
        record.subject: record.details["rows"]
        for record in AuditReads(database, ENV).page()
        if record.action == "retention.remove"
    }
    assert told["table:stored_file"] == 1
    assert "table:idempotency" not in told


def test_old_replays_go_with_their_items_and_those_at_work_stay(database: Database) -> None:
    update = owe(database, UpdateKind.APPROVE, "claim:1", {})
    run(
        database,
        "insert into replay (environment, state, asked_by, asked_at, ended_at)"
        " select 'main', state, 'user:anna', now() - age, case when state = 'done' then now() - age end"
        " from (values ('done', interval '91 days'), ('planned', interval '91 days'),"
        " ('running', interval '91 days'), ('done', interval '89 days')) v(state, age)",
    )
    run(database, f"insert into replay_item (replay, update) select id, {update} from replay")
    gone = Retention(database, "main").sweep()
    assert (gone["replay_item"], gone["replay"]) == (2, 2)
    left = one(database, "select array_agg(state order by id) as states from replay")
    assert left["states"] == ["running", "done"]
    assert one(database, "select count(*) from replay_item")["count"] == 2


def test_a_signed_document_stays_until_afas_has_shown_it_for_long_enough(database: Database) -> None:
    run(database, "update stored_file set created_at = now() - interval '900 days'")
    for state, ended, stays in (
        ("parked", "900 days", True),
        ("done", "29 days", True),
        ("done", "31 days", False),
    ):
        run(
            database,
            f"update outbox set state = '{state}', ended_at = now() - interval '{ended}'"
            " where kind = 'attach-file'",
        )
        Retention(database, ENV, Keep(personal=9999, attempts=9999)).sweep()
        assert one(database, "select count(*) from stored_file")["count"] == int(stays)
