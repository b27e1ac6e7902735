"""The whole product in one process, through which canaries are sent by every path."""

from __future__ import annotations

import io
import json
import logging
import warnings
from dataclasses import dataclass, field
from typing import Any

from connectors.store.access.api_keys import ApiKeys
from domain.access.api_key import Scope
from sandbox.running import Running
from tests.end_to_end.canaries.asking import ask, sign_in
from tests.end_to_end.canaries.canaries import PERSONAL, SECRETS, WORDS
from tests.end_to_end.canaries.receiver import Receiver
from tests.stages.reasons import kept
from tests.stages.watch.mail_server import MailServer
from tests.web.asking import TestClient
from tests.web.visitor import Visitor
from workers.compose.afas import open_afas
from workers.compose.flows import make_flows
from workers.compose.services import Services
from workers.compose.watch.watch import open_duties
from workers.compose.web import make_web
from workers.jobs.jobs import Jobs
from workers.logs.foreign import HOUSE, hear
from workers.settings import Settings


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


def environ_of(sandbox, urls, hooks, mails, folder) -> dict[str, str]:
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


def live(stage: Stage) -> None:
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
        _, stage.secret = ApiKeys(services.database).create(
            name="portal", scopes=[Scope.PORTAL], environment="main"
        )
        with TestClient(app, raise_server_exceptions=False) as call:
            call.headers["Authorization"] = f"Bearer {stage.secret}"
            stage.answers += ask(call)
        with Visitor(app, raise_server_exceptions=False, follow_redirects=False) as visitor:
            stage.answers += sign_in(visitor)
        faults.clear()
        text = f"{WORDS}: {PERSONAL['name']} {PERSONAL['e-mail']} 0{PERSONAL['mobile']}"
        for connector in ("PtDeclaration", "KnSubject", "KnContact", "KnPerson", "KnSubjectWorkflowReaction"):
            faults.add("refuse", connector, "*", text=text)
        flows.deliver(0)
        _fail_otherwise(stage, flows)
        _watch(stage, flows)
    _let_libraries_speak()


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


def _fail_otherwise(stage: Stage, flows: Any) -> None:
    """A bug whose text holds a canary; AFAS away; a pause that ends."""

    class Broken:
        def pull(self, run: int) -> None:
            try:
                dict[str, str]()[PERSONAL["name"]]
            except KeyError as error:
                raise ValueError(f"{PERSONAL['e-mail']} {WORDS}") from error

        deliver = replay = reconcile = pull

        def derive(self, environment: str) -> None:
            self.pull(1)

    Jobs(Broken(), pulls=1, deliveries=1).pull(1)
    with stage.services.database.connection() as connection:
        connection.execute(
            "update environment set paused_until = now(), pause_reason = %s", (kept(PERSONAL["name"]),)
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


def all_of(stage: Stage, query: str) -> list[Any]:
    with stage.services.database.connection() as connection:
        return connection.execute(query).fetchall()


def lines(stage: Stage, event: str) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in stage.log.getvalue().splitlines() if line.startswith("{")]
    return [line for line in told if line["event"] == event]
