"""A sandbox with a submitted week, and what delivers to it over a real connection."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb

from connectors.afas import AfasClient, CallRecord
from connectors.store.database import Database
from connectors.store.outbox import outbox
from connectors.store.outbox.outbox import PostgresOutbox
from domain.declarations.declaration import content_version
from domain.message import Message
from domain.outbox.policy import Patience
from domain.outbox.update import NewUpdate, UpdateKind
from domain.pull.query import any_of
from mappings.records.claims import to_claim
from mappings.records.hours import to_hour_line
from sandbox.running import Running
from sync.outbox.deliver import Deliverer
from sync.outbox.kinds import EnvironmentTerms, kinds
from tests.stages.spoken import en

PATIENCE = Patience(
    server_limit=2.0,
    margin=0.5,
    look_gap=0.2,
    first_look=0.05,
    longest_look=0.5,
    retries=(0.1, 0.2),
    environment_retry=0.2,
    access_retries=(0.2,),
    configuration_retries=(0.2,),
    lease=5.0,
)


@dataclass
class Bridge:
    """A sandbox with a submitted week, and what delivers to it."""

    sandbox: Running
    database: Database
    url: str
    afas: AfasClient
    records: list[CallRecord]
    words: EnvironmentTerms

    @property
    def world(self) -> Any:
        return self.sandbox.world

    def deliverer(self) -> Deliverer:
        return Deliverer(
            self.afas, PostgresOutbox(self.database, self.url, "main"), kinds(self.words), PATIENCE
        )

    def claims(self) -> list[str]:
        rows = self.world.tables.select("Loonbrug_Claims", {"WorkflowStatus": "Ter beoordeling"})
        return [str(row["ClaimNumber"]) for row in rows]

    def owe(
        self, kind: UpdateKind, subject: str, payload: dict[str, object], version: str | None = None
    ) -> int:
        with self.database.transaction() as connection:
            new = NewUpdate("main", None, kind, subject, version, payload, f"LB-{uuid4().hex[:10]}")
            return outbox.add(connection, new)

    def owe_decision(self, kind: UpdateKind, number: str) -> int:
        """An approval or a rejection of a claim as AFAS shows it now."""
        row = self.world.tables.get("Loonbrug_Claims", (number,))
        placement = self.world.tables.get("Loonbrug_Placements", (row["PlacementId"],))
        lines = self.afas.rows("Loonbrug_Hours", any_of("ClaimNumber", [number]), ("LineId",), 100)
        [shown] = self.afas.rows("Loonbrug_Claims", any_of("ClaimNumber", [number]), ("ClaimNumber",), 1)
        version = content_version(to_claim(shown), [to_hour_line(line) for line in lines])
        payload = {"claim": number, "contact": placement["ClaimContact"], "item": row["SubjectId"]}
        payload |= {"cost_centre": "TACA"} if placement["CostCentreRule"] == "3" else {}
        payload |= {"reason": "Dinsdag was hij ziek"} if kind is UpdateKind.REJECT else {}
        return self.owe(kind, f"claim:{number}", payload, version)

    def owe_signature(self, item: int) -> list[int]:
        file = uuid4()
        with self.database.transaction() as connection:
            connection.execute(
                "insert into stored_file (environment, id, name, mime_type, content, sha256, evidence)"
                " values ('main', %s, 'x.pdf', 'application/pdf', '%%PDF-1.7', '', %s)",
                (file, Jsonb({})),
            )
        name = f"Getekend - Stuk (LB-{file.hex[:10]}).pdf"
        payload: dict[str, object] = {"item": item, "file": str(file), "name": name}
        sign: dict[str, object] = {"item": item, "contact": 1, "comment": f"Getekend (LB-{file.hex[:8]})"}
        return [
            self.owe(UpdateKind.ATTACH_FILE, f"item:{item}", payload),
            self.owe(UpdateKind.SIGN_OFF, f"item:{item}", sign),
        ]

    def owe_mobiles(self) -> list[int]:
        contact = self.world.tables.select("Loonbrug_Contacts")[0]
        worker = self.world.tables.select("Loonbrug_Employees")[0]
        first: dict[str, object] = {"who": "contact", "contact": contact["ContactId"]}
        first |= {"organisation": contact["OrgNumber"], "person": contact["PerNumber"]}
        second: dict[str, object] = {"who": "worker", "employee": worker["EmployeeId"]}
        second |= {"person": worker["PersonId"], "mobile": "+31687654321"}
        subject = f"contact:{contact['ContactId']}"
        return [
            self.owe(UpdateKind.CHANGE_MOBILE, subject, first | {"mobile": "+31612345678"}),
            self.owe(UpdateKind.CHANGE_MOBILE, f"person:{worker['PersonId']}", second),
        ]

    def owe_question(self) -> int:
        client = self.world.tables.select("Loonbrug_Clients")[0]["DebtorId"]
        payload = {"client": client, "contact": 1, "title": "Waar blijft, de; factuur?", "text": "Graag."}
        return self.owe(UpdateKind.ASK_QUESTION, f"question:{uuid4().hex}", payload)

    def states(self) -> dict[int, tuple[str, str]]:
        with self.database.connection() as connection:
            rows = connection.execute("select id, state, reason from outbox").fetchall()
        return {
            row["id"]: (row["state"], en(Message.from_json(row["reason"])) if row["reason"] else "")
            for row in rows
        }

    def work_off(self, *, threads: int = 1, seconds: float = 60) -> None:
        deliverer, until = self.deliverer(), time.monotonic() + seconds

        def work() -> None:
            while time.monotonic() < until and self.open():
                if not deliverer.work_one_batch():
                    time.sleep(0.02)

        workers = [threading.Thread(target=work) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def open(self) -> bool:
        return any(state in ("ready", "sending", "unclear") for state, _ in self.states().values())
