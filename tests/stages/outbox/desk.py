"""A desk to deliver from in tests: a fake AFAS, a real store, short waiting times."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb

from connectors.store.database import Database
from connectors.store.outbox import outbox
from connectors.store.outbox.outbox import PostgresOutbox
from domain.declarations.declaration import content_version
from domain.message import Message
from domain.outbox.policy import Patience
from domain.outbox.update import NewUpdate, UpdateKind
from mappings.records.claims import to_claim
from mappings.records.hours import to_hour_line
from sync.outbox.deliver import Deliverer
from sync.outbox.kinds import EnvironmentTerms, kinds
from tests.stages.outbox.fake_afas_writes import FakeAfas
from tests.stages.spoken import en

PATIENCE = 120.0
"""Seconds after which a test gives up; only a fault takes so long, on however busy a machine."""
QUICK = Patience(
    server_limit=0.4,
    margin=0.1,
    look_gap=0.05,
    first_look=0.02,
    longest_look=0.1,
    retries=(0.02, 0.05),
    environment_retry=0.05,
    access_retries=(0.05,),
    configuration_retries=(0.05,),
    crash_rests=(0, 0.05),
    lease=0.3,
)
"""AFAS's limit is 0.4 s here, a lease 0.3 s."""


@dataclass
class Desk:
    """One environment with its AFAS."""

    afas: FakeAfas
    database: Database
    url: str
    patience: Patience = QUICK
    environment: str = "main"
    words: EnvironmentTerms = field(default_factory=EnvironmentTerms)
    outbox_class: type[PostgresOutbox] = PostgresOutbox

    def outbox(self) -> PostgresOutbox:
        return self.outbox_class(self.database, self.url, self.environment)

    def deliverer(self, **options: Any) -> Deliverer:
        return Deliverer(self.afas, self.outbox(), kinds(self.words), self.patience, **options)

    def version_of(self, number: str) -> str:
        lines = [to_hour_line(row) for row in self.afas.lines.values() if row["ClaimNumber"] == number]
        return content_version(to_claim(self.afas.claims[number]), lines)

    def owe(
        self, kind: UpdateKind, subject: str, payload: dict[str, object], version: str | None = None
    ) -> int:
        mark = f"LB-{uuid4().hex[:10]}"
        with self.database.transaction() as connection:
            return outbox.add(
                connection, NewUpdate(self.environment, None, kind, subject, version, payload, mark)
            )

    def owe_approval(self, number: str, **more: object) -> int:
        payload = {"claim": number, "contact": 22834} | more
        return self.owe(UpdateKind.APPROVE, f"claim:{number}", payload, self.version_of(number))

    def owe_rejection(self, number: str) -> int:
        item = self.afas.claims[number]["SubjectId"]
        payload = {"claim": number, "item": item, "contact": 22834, "reason": "Dinsdag was hij ziek"}
        return self.owe(UpdateKind.REJECT, f"claim:{number}", payload, self.version_of(number))

    def owe_question(self, title: str = "Een vraag") -> int:
        payload: dict[str, object] = {"client": "10010", "contact": 22834, "title": title, "text": "Hoe?"}
        return self.owe(UpdateKind.ASK_QUESTION, f"question:{uuid4().hex}", payload)

    def owe_file(self, item: int, content: bytes = b"%PDF-1.7") -> int:
        file = uuid4()
        with self.database.transaction() as connection:
            connection.execute(
                "insert into stored_file (environment, id, name, mime_type, content, sha256, evidence)"
                " values (%s, %s, 'x.pdf', 'application/pdf', %s, '', %s)",
                (self.environment, file, content, Jsonb({})),
            )
        name = f"Getekend - Klantovereenkomst (LB-{file.hex[:10]}).pdf"
        payload: dict[str, object] = {"item": item, "file": str(file), "name": name}
        return self.owe(UpdateKind.ATTACH_FILE, f"item:{item}", payload)

    def owe_sign_off(self, item: int) -> int:
        payload: dict[str, object] = {"item": item, "contact": 22834, "comment": "Getekend (LB-1)"}
        return self.owe(UpdateKind.SIGN_OFF, f"item:{item}", payload)

    def row(self, update: int) -> dict[str, Any]:
        """As it is kept, with the words of its reason."""
        with self.database.connection() as connection:
            row = connection.execute("select * from outbox where id = %s", (update,)).fetchone()
        assert row
        return row | {"reason": _said(row["reason"])}

    def state(self, update: int) -> str:
        return str(self.row(update)["state"])

    def attempts(self, update: int) -> list[dict[str, Any]]:
        with self.database.connection() as connection:
            rows = connection.execute(
                "select * from attempt where outbox = %s order by id", (update,)
            ).fetchall()
        return [row | {"detail": _said(row["detail"])} for row in rows]

    def execute(self, statement: str, *values: object) -> None:
        with self.database.connection() as connection:
            connection.execute(statement, values)

    def open_updates(self) -> int:
        with self.database.connection() as connection:
            row = connection.execute(
                "select count(*) from outbox where state in ('ready', 'sending', 'unclear')"
            ).fetchone()
        assert row
        return int(row["count"])

    def work_until(self, done: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
        """Deliver until it holds; an assertion when it does not in time."""
        deliverer, until = self.deliverer(), time.monotonic() + seconds
        while not done():
            assert time.monotonic() < until, "it did not come about in time"
            if deliverer.work_one_batch() == 0:
                time.sleep(0.005)

    def work_off(self, *, seconds: float = PATIENCE) -> None:
        """Deliver until nothing is open any more."""
        self.work_until(lambda: self.open_updates() == 0, seconds=seconds)


def _said(known: dict[str, Any] | None) -> str | None:
    return None if known is None else en(Message.from_json(known))
