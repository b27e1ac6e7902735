"""What must stay inside (G13): canaries go through every path, and are looked for wherever things come out.

Names, numbers, texts and secrets belong in AFAS, in PostgreSQL and in answers to who may see them. They do
not belong in the log, in Redis, in refusals, in metrics, traces, the audit trail, mails and webhooks.
"""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from connectors.store.access.api_keys import Keys
from connectors.store.audit.reads import AuditReads
from connectors.store.keeping.backup import take
from connectors.store.sealed.keyring import load_or_make
from domain.access.api_key import Scope
from sandbox.http.auth import AppConnector
from sandbox.running import Running, new_world, start_sandbox
from sandbox.seed.seed import fill
from tests.stages.mail_server import MailServer, mail_server
from tests.web.asking import TestClient
from tests.web.ops.conftest import Visitor
from tests.web.pdfs import pdf
from tests.workers.receiver import Receiver, receiver
from web.api.metrics import exposition
from workers.cli import run
from workers.compose import Services, make_flows, open_afas, open_services
from workers.compose.watch import open_duties
from workers.compose.web import make_web, measured
from workers.jobs.jobs import Jobs
from workers.logs.foreign import HOUSE, SAID, hear
from workers.logs.set_up import set_up_logging
from workers.settings import Settings, read_settings

pytestmark = pytest.mark.slow

SECRETS = {
    "client secret": "kanarie-geheim-van-de-client-0123456789",
    "metrics token": "kanarie-van-de-metingen",
    "mail password": "kanarie-van-de-post",
    "webhook key": "S2FuYXJpZXZvZ2VsdGplc0luRGVNaWpuMDEyMzQ1",
    "ping": "kanarie-van-de-dodemansknop",
    "password": "kanarie-als-wachtwoord",
}
PERSONAL = {
    "name": "Kanariestein",
    "first name": "Kanarietje",
    "e-mail": "kanarie@geheim.example",
    "mobile": "612340987",
    "reason": "REDENKANARIE",
    "title": "TITELKANARIE",
    "question": "VRAAGKANARIE",
    "file": "bestandkanarie",
    "row": "RIJKANARIE",
    "signer": "TEKENKANARIE",
    "query": "ZOEKKANARIE",
    "key": "SLEUTELKANARIE",
    "cost centre": "KOSTENKANARIE",
    "paper": "PAPIERKANARIE",
    "form": "FORMULIERKANARIE",
    "library": "BIBLIOTHEEKKANARIE",
}
WORDS = "AFASKANARIE"
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
"""In what AFAS says when it refuses."""
IN_A_DUMP = {"name", "AFAS's words", "key"}
"""What may lie there as it is: ``docs/decisions/0010-what-is-encrypted.md``; ``key``: of a request."""
CANARIES = SECRETS | PERSONAL | {"AFAS's words": WORDS}


@dataclass
class Stage:
    """Everything that runs, and what came out of it."""

    sandbox: Running
    services: Services
    settings: Settings
    hooks: Receiver
    mails: MailServer
    log: io.StringIO
    answers: list[str] = field(default_factory=list)
    secret: str = ""


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    patch = pytest.MonkeyPatch()
    yield patch
    patch.undo()


@pytest.fixture(scope="module")
def stage(postgres_server, redis_server, module_database_url, tmp_path_factory, monkeypatch_module):
    """The whole product in this process, after everything below was sent through it."""
    folder = tmp_path_factory.mktemp("canaries")
    monkeypatch_module.chdir(folder)
    log = io.StringIO()
    monkeypatch_module.setattr(sys, "stderr", log)
    world: Any = new_world(workers=0)
    fill(world, workers=4, weeks=1, current="submitted")
    with ExitStack() as stack:
        app = AppConnector(client_secret=SECRETS["client secret"])
        sandbox = stack.enter_context(start_sandbox(world, app=app))
        hooks, mails = stack.enter_context(receiver()), stack.enter_context(mail_server())
        environ = _environ(sandbox, (module_database_url, redis_server.url), hooks, mails, folder)
        for name, value in environ.items():
            monkeypatch_module.setenv(name, value)
        settings = read_settings(environ)
        load_or_make(folder / "keys")
        set_up_logging(level="debug", form="json", process="test")
        opened = open_services(settings, module_database_url, redis_server.url, size=12, process="test")
        with opened as services:
            made = Stage(sandbox, services, settings, hooks, mails, log)
            _live(made)
            yield made


def _environ(sandbox, urls, hooks, mails, folder) -> dict[str, str]:
    return {
        "LOONBRUG_AFAS_URL": sandbox.url,
        "LOONBRUG_AFAS_CLIENT_ID": sandbox.app.client_id,
        "LOONBRUG_AFAS_CLIENT_SECRET": SECRETS["client secret"],
        "DATABASE_URL": urls[0],
        "REDIS_URL": urls[1],
        "LOONBRUG_DATA": str(folder / "data"),
        "LOONBRUG_KEYS_FILE": str(folder / "keys"),
        "LOONBRUG_WEBHOOK_URL": f"{hooks.url}/hook",
        "LOONBRUG_WEBHOOK_SECRET": f"whsec_{SECRETS['webhook key']}",
        "LOONBRUG_PING_URL": f"{hooks.url}/{SECRETS['ping']}",
        "LOONBRUG_SMTP_HOST": "127.0.0.1",
        "LOONBRUG_SMTP_PORT": str(mails.port),
        "LOONBRUG_SMTP_SECURITY": "none",
        "LOONBRUG_SMTP_PASSWORD": SECRETS["mail password"],
        "LOONBRUG_ALERT_MAIL": "ops@example.nl",
        "LOONBRUG_METRICS_TOKEN": SECRETS["metrics token"],
        "OTEL_EXPORTER_OTLP_ENDPOINT": hooks.url,
    }


def _live(stage: Stage) -> None:
    """Pull, decide, deliver, fail, watch and tell, with canaries everywhere."""
    services, faults = stage.services, stage.sandbox.faults
    for connector in ("Loonbrug_Employees", "Loonbrug_Contacts"):
        column = "LastName" if connector.endswith("Employees") else "Name"
        faults.add("poison", connector, "GET", column=column, literal=json.dumps(PERSONAL["name"]), row=0)
    faults.add(
        "poison", "Loonbrug_Hours", "GET", column="Quantity", literal=json.dumps(PERSONAL["row"]), row=0
    )
    faults.add("refuse", "Loonbrug_Invoices", "GET", text=f"{WORDS} {PERSONAL['name']}")
    with open_afas(services) as afas:
        flows, app = make_flows(services, afas), make_web(services, afas)
        services.schedule.prepare()
        for wanted in services.schedule.tick():
            services.wake.pull(wanted.run)
            flows.pull(wanted.run)
        flows.derive(services.environment)
        _, stage.secret = Keys(services.database).create(
            name="portal", scopes=[Scope.PORTAL], environment="main"
        )
        with TestClient(app, raise_server_exceptions=False) as call:
            _ask(stage, call)
        with Visitor(app, raise_server_exceptions=False, follow_redirects=False) as visitor:
            stage.answers += _sign_in(visitor)
        faults.clear()
        text = f"{WORDS}: {PERSONAL['name']} {PERSONAL['e-mail']} 0{PERSONAL['mobile']}"
        for connector in ("PtDeclaration", "KnSubject", "KnContact", "KnPerson", "KnSubjectWorkflowReaction"):
            faults.add("refuse", connector, "*", text=text)
        flows.deliver(0)
        _fail_otherwise(stage, flows)
        _watch(stage, flows)
    _let_libraries_speak()


def _ask(stage: Stage, call: Any) -> None:
    """Every kind of request, well formed and not."""
    call.headers["Authorization"] = f"Bearer {stage.secret}"
    offered = call.get("/v1/declarations", params={"status": "to-approve"}).json()["items"]
    approved, rejected = offered[0], offered[1]
    both = {"contact": approved["contact"], "version": approved["version"]}
    if approved["cost_centre_required"]:
        both["cost_centre"] = PERSONAL["cost centre"]
    answers = [
        call.post(
            f"/v1/declarations/{approved['number']}/approve", json=both, headers={"X-Request-Id": "portal-7"}
        ),
        call.post(
            f"/v1/declarations/{rejected['number']}/reject",
            json={
                "contact": rejected["contact"],
                "version": rejected["version"],
                "reason": PERSONAL["reason"],
            },
            headers={"Idempotency-Key": PERSONAL["key"]},
        ),
    ]
    contact = approved["contact"]
    answers.append(
        call.post(f"/v1/contacts/{contact}/mobile", json={"mobile": "06-" + PERSONAL["mobile"][1:]})
    )
    question = {"contact": contact, "title": PERSONAL["title"], "text": PERSONAL["question"]}
    answers.append(call.post("/v1/questions", json=question))
    papers = call.get("/v1/documents", params={"status": "to-sign"}).json()["items"]
    stage.answers += _odd_files(call, papers[0])
    for paper in papers:
        evidence = {"signer": PERSONAL["signer"], "method": "x", "signed_at": "2026-11-20T10:00:00Z"}
        files = {"file": (f"{PERSONAL['file']}.pdf", pdf(), "application/pdf")}
        form = {"contact": str(paper["contact"]), "evidence": json.dumps(evidence)}
        answers.append(call.post(f"/v1/documents/{paper['id']}/sign", files=files, data=form))
    assert [answer.status_code for answer in answers] == [200] * len(answers), [a.text for a in answers]
    assert papers
    stage.answers += _bad_requests(call, approved, contact)


def _odd_files(call: Any, paper: Any) -> list[str]:
    """Files and forms of which a reader has something to say, and says it in the file's own words."""
    word = PERSONAL["paper"].encode()
    whole = pdf()
    papers = [
        whole.replace(b"/Catalog", b"/" + word),
        whole.replace(b"endobj", b"endobj " + word + b" <<", 1),
        whole.replace(b"/MediaBox", b"/" + word + b" (" + word + b") " * 3 + b"/MediaBox"),
        whole.replace(b"xref", word),
        word + whole + word,
        whole[:-60] + word + b"\n%%EOF\n",
    ]
    path, text = f"/v1/documents/{paper['id']}/sign", PERSONAL["form"]
    form = {"contact": str(paper["contact"]), "evidence": json.dumps({"signer": text})}
    answers = [call.post(path, files={"file": (f"{text}.pdf", each, "x/y")}, data=form) for each in papers]
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    bodies = [f"--{text}", f"--x\r\n{text} (\r\n\r\n{text}", f"--x\r\nA: {text}\rB", f"--x {text}\r\n"]
    answers += [call.post(path, content=body.encode(), headers=kind) for body in bodies]
    assert {answer.status_code for answer in answers} == {422}, [answer.text for answer in answers]
    return [f"{answer.headers} {answer.text}" for answer in answers]


def _let_libraries_speak() -> None:
    """Every logger of this process, and one that nobody made yet, says what it should not."""
    known = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] not in HOUSE]
    assert len(known) > 20, known
    for name in (*known, "a.library.of.tomorrow"):
        logging.getLogger(name).critical(
            "about %s", PERSONAL["library"], extra={"reason": PERSONAL["library"]}
        )
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        hear()
        warnings.warn(PERSONAL["library"], ResourceWarning, stacklevel=1)


def _sign_in(visitor: Any) -> list[str]:
    """Somebody whom nobody knows, and who types the password into the wrong field."""
    visitor.get("/ops/sign-in")
    answers = [
        visitor.submit("/ops/sign-in", name="nobody", password=SECRETS["password"]),
        visitor.submit("/ops/sign-in", name=SECRETS["password"], password="y"),
        visitor.get(f"/ops/failures?reason={PERSONAL['query']}"),
        visitor.post("/ops/sign-in", data={"csrf": PERSONAL["query"], "password": SECRETS["password"]}),
    ]
    texts = [answer.text for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422, 303, 403], texts
    return [texts[0], *texts[2:]]  # the second may show the name again, to its own typist


def _bad_requests(call: Any, approved: Any, contact: int) -> list[str]:
    """What is answered to requests that cannot be done, headers included."""
    name, mobile, query = PERSONAL["name"], PERSONAL["mobile"], PERSONAL["query"]
    path = f"/v1/declarations/{approved['number']}"
    wrong = {"contact": name, "version": [PERSONAL["e-mail"]], "reason": {"x": PERSONAL["reason"]}}
    answers = [
        call.post(f"{path}/reject", json=wrong),
        call.post(f"{path}/approve", json={"contact": contact, "version": name}),
        call.post(f"{path}/approve", content=f"{{{name}".encode()),
        call.post(f"/v1/contacts/{contact}/mobile", json={"mobile": f"{name} {mobile}"}),
        call.post(f"/v1/contacts/{contact}/mobile", json={"mobile": "x" * 50 + mobile}),
        call.post("/v1/questions", json={"contact": contact, "title": PERSONAL["title"] * 20, "text": name}),
        call.get(f"/v1/{query}"),
        call.get("/v1/declarations", params={"status": query}),
        call.get("/v1/declarations", params={"cursor": query}),
        call.get(f"/v1/declarations/{query}"),
        call.get(f"/v1/contacts/{query}"),
        call.get(f"/ops/{query}"),
        call.get("/metrics", headers={"Authorization": f"Bearer {query}"}),
        call.get("/v1/declarations", headers={"Authorization": f"Bearer lb_{query}"}),
        call.post("/v1/questions", json={}, headers={"Idempotency-Key": f"{PERSONAL['key']} é".encode()}),
        call.request("BREW", f"/v1/{query}"),
    ]
    assert all(answer.status_code >= 300 for answer in answers), [a.status_code for a in answers]
    return [f"{answer.headers} {answer.text}" for answer in answers]


def _fail_otherwise(stage: Stage, flows: Any) -> None:
    """A bug whose text holds a canary; AFAS away; a pause that ends."""

    class Broken:
        def pull(self, run: int) -> None:
            try:
                dict[str, str]()[PERSONAL["name"]]
            except KeyError as error:
                raise ValueError(f"{PERSONAL['e-mail']} {WORDS}") from error

        deliver = derive = pull

    Jobs(Broken(), pulls=1, deliveries=1).pull(1)  # type: ignore[arg-type]
    with stage.services.database.connection() as connection:
        connection.execute(
            "update environment set paused_until = now(), pause_reason = %s", (PERSONAL["name"],)
        )
    stage.sandbox.faults.add("refuse", "profitversion", "GET", times=1, text=WORDS)
    flows.probe()
    with stage.services.database.connection() as connection:
        connection.execute("update environment set paused_since = now() - interval '1 hour'")


def _watch(stage: Stage, flows: Any) -> None:
    with open_duties(stage.settings, stage.services.database, flows.afas, lambda: True) as duties:
        duties.watch()
        for chore in duties.chores:
            chore()
        duties.ping()
        while duties.send_notice():
            pass


def found_in(text: str, canaries: dict[str, str] = CANARIES) -> list[str]:
    return [name for name, canary in canaries.items() if canary.lower() in text.lower()]


def all_of(stage: Stage, query: str) -> list[Any]:
    with stage.services.database.connection() as connection:
        return connection.execute(query).fetchall()


def lines(stage: Stage, event: str) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in stage.log.getvalue().splitlines() if line.startswith("{")]
    return [line for line in told if line["event"] == event]


def test_the_canaries_were_really_there(stage):
    refused = all_of(stage, "select kind, reason from outbox where state in ('parked', 'unclear')")
    kinds = {row["kind"] for row in refused if WORDS in row["reason"]}
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
    done = subprocess.run([sys.executable, "-c", HANDLERS], capture_output=True, text=True, check=True)
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
