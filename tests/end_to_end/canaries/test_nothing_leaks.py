"""What must stay inside (G13): canaries go through every path, and are looked for wherever things come out.

Names, numbers, texts and secrets belong in AFAS, in PostgreSQL and in answers to who may see them. They do
not belong in the log, in Redis, in refusals, in metrics, traces, the audit trail, mails and webhooks.
"""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from connectors.store.audit.reads import AuditReads
from connectors.store.keeping.backup import take
from tests.end_to_end.canaries.canaries import CANARIES, IN_A_DUMP, PERSONAL, SECRETS, WORDS, found_in
from tests.end_to_end.canaries.stage import all_of, lines
from web.api.metrics import exposition
from workers.cli import run
from workers.compose.web import measured
from workers.logs.foreign import SAID

pytestmark = pytest.mark.slow
HOUSE = Path(__file__).parents[3]
HANDLERS = """
import importlib, logging, pkgutil
for floor in ("connectors", "sync", "web", "workers"):
    found = pkgutil.walk_packages(importlib.import_module(floor).__path__, f"{floor}.")
    for module in (each.name for each in found if not each.name.endswith("__main__")):
        importlib.import_module(module)
for name, logger in logging.root.manager.loggerDict.items():
    for handler in getattr(logger, "handlers", []):
        if not isinstance(handler, logging.NullHandler):
            print(name)
"""
"""Names the loggers that write by themselves when everything of ours was imported."""


def test_the_canaries_were_really_there(stage):
    refused = all_of(stage, "select kind, reason from outbox where state in ('parked', 'unclear')")
    kinds = {row["kind"] for row in refused if WORDS in str(row["reason"])}
    assert kinds >= {"approve", "reject", "change-mobile", "ask-question"}
    assert all_of(stage, "select from parked_row where flow = 'hours' and resolved_at is null")
    assert all_of(stage, "select from run where state = 'failed' and flow = 'invoices'")
    assert len(lines(stage, "pull failed")) == 1
    assert len(lines(stage, "job failed")) == 1
    assert len(lines(stage, "AFAS is still away")) == 1


def test_the_log_holds_none_at_any_level(stage):
    text = stage.log.getvalue()
    assert len(text.splitlines()) > 50
    assert found_in(text) == []
    assert stage.secret not in text


def test_what_libraries_said_is_told_by_its_place(stage):
    told = lines(stage, SAID)
    assert len({line["logger"] for line in told}) > 20
    assert all(":" in line["place"] for line in told)
    assert len(lines(stage, "a warning")) >= 1


def test_nothing_but_our_own_handler_writes_the_log():
    """In a process of ours: what the tests import brings loggers and handlers of its own."""
    done = subprocess.run(
        [sys.executable, "-c", HANDLERS], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_redis_holds_none(stage):
    broker = stage.services.broker
    assert broker is not None
    held = []
    for key in broker.client.scan_iter("*"):
        kind = broker.client.type(key)
        read = {b"hash": broker.client.hgetall, b"zset": lambda k: broker.client.zrange(k, 0, -1)}
        value = (
            read[kind](key) if kind in read else broker.client.lrange(key, 0, -1) if kind == b"list" else kind
        )
        held.append(f"{key!r} {value!r}")
    assert held
    assert found_in(" ".join(held)) == []


def test_answers_to_requests_that_cannot_be_done_hold_none(stage):
    for answer in stage.answers:
        assert found_in(answer) == [], answer


def test_metrics_hold_none(stage):
    text = exposition("main", measured(stage.services)).decode()
    assert "loonbrug_parked_payment_updates" in text
    assert found_in(text) == []


def test_the_audit_trail_holds_none(stage):
    records = [repr(record) for record in AuditReads(stage.services.database, "main").all()]
    assert len(records) >= 4
    assert found_in(" ".join(records)) == []


def test_mails_webhooks_and_alerts_hold_none(stage):
    hooks = [f"{headers} {body!r}" for path, headers, body in stage.hooks.received if path == "/hook"]
    assert any("afas-paused" in hook for hook in hooks)
    assert any("payment-parked" in hook for hook in hooks)
    assert len(stage.mails.mails) == 1
    kept = [repr(row) for row in all_of(stage, "select * from alert") + all_of(stage, "select * from notice")]
    assert found_in(" ".join([*hooks, *stage.mails.mails, *kept])) == []


def test_a_dump_of_the_database_holds_what_must_lie_there_and_nothing_else(stage):
    """Names and AFAS's words are needed to search and sort; the rest lies encrypted, and secrets nowhere."""
    names = all_of(stage, "select tablename as name from pg_tables where schemaname = 'public'")
    tables = [row["name"] for row in names]
    rows = [
        row["row"]
        for table in tables
        for row in all_of(stage, f'select to_jsonb(t)::text as row from "{table}" t')
    ]
    refused = f"{WORDS}: {PERSONAL['name']} {PERSONAL['e-mail']} 0{PERSONAL['mobile']}"
    dump = " ".join(rows).replace(refused, WORDS)  # what AFAS says is kept as it came
    assert "restored" in tables
    hexed = {name: canary.encode().hex() for name, canary in CANARIES.items()}
    assert set(found_in(dump)) | set(found_in(dump, hexed)) == IN_A_DUMP


def test_a_backup_holds_none(stage, tmp_path):
    file = tmp_path / "canaries.backup"
    take(stage.services.database, "main", file, "cli:test")
    content = file.read_bytes()
    assert len(content) > 1000
    assert [name for name, canary in CANARIES.items() if canary.encode() in content] == []


def test_the_ping_went_to_its_address_and_nowhere_else(stage):
    paths = [path for path, _, _ in stage.hooks.received]
    assert paths.count(f"/{SECRETS['ping']}") == 1


def test_traces_hold_none_and_follow_a_request_to_afas(stage):
    flush: Any = stage.services.spans
    flush.flush()
    spans = [span for body in stage.hooks.bodies("/v1/traces") for span in spans_of(body)]
    assert found_in(repr(spans)) == []
    request = next(
        span for span in spans if span["loonbrug.correlation"] == "portal-7" and "http.route" in span
    )
    assert request["http.route"] == "/v1/declarations/{number}/approve"
    trace = {span["name"] for span in spans if span["trace"] == request["trace"]}
    assert trace >= {
        "POST /v1/declarations/{number}/approve",
        "decide",
        "deliver approve",
        "AFAS PUT PtDeclaration",
    }


def test_one_id_leads_from_the_request_to_afas_answer(stage):
    asked = next(line for line in lines(stage, "request") if line["request_id"] == "portal-7")
    called = next(line for line in lines(stage, "called AFAS") if line.get("correlation") == "portal-7")
    handled = next(line for line in lines(stage, "update handled") if line["correlation"] == "portal-7")
    assert asked["route"] == "/v1/declarations/{number}/approve"
    assert called["trace"]
    assert called["update"] == handled["update"]
    assert (handled["kind"], handled["outcome"]) == ("approve", "park")
    assert handled["log_reference"]
    [attempt] = all_of(
        stage, f"select trace from attempt where outbox = {handled['update']} and step = 'send'"
    )
    assert attempt["trace"] == called["trace"]
    [decision] = all_of(stage, "select d.correlation from decision d where correlation = 'portal-7'")
    assert decision["correlation"] == "portal-7"


def test_commands_tell_operators_what_afas_said_and_nothing_else(stage):
    told = io.StringIO()
    parked = all_of(stage, "select id from outbox where state = 'parked'")
    commands = [["status", "--json"], ["failures", "--json"], ["alerts", "list", "--json"], ["key", "list"]]
    commands += [["show", str(row["id"]), "--json"] for row in parked]
    with redirect_stdout(told):
        for command in commands:
            run(command)
    text = told.getvalue()
    assert WORDS in text, "operators must see why"
    name = PERSONAL["name"]
    mobile = f"{PERSONAL['e-mail']} 0{PERSONAL['mobile']}"
    for said in (f"{WORDS}: {name} {mobile}", f"{WORDS}: {name} … #", f"{WORDS} {name}", WORDS):
        text = text.replace(said, "")
    assert found_in(text) == []


def spans_of(body: bytes) -> list[dict[str, Any]]:
    request = ExportTraceServiceRequest.FromString(body)
    return [
        {each.key: each.value.string_value or each.value.int_value for each in span.attributes}
        | {"name": span.name, "trace": span.trace_id.hex(), "status": str(span.status)}
        | {
            "loonbrug.correlation": next(
                (a.value.string_value for a in span.attributes if a.key == "loonbrug.correlation"), ""
            )
        }
        for part in request.resource_spans
        for scope in part.scope_spans
        for span in scope.spans
    ]
