"""A stage on which what was pulled is derived too, and on which the portal may decide."""

from __future__ import annotations

from datetime import date
from typing import Any

from psycopg.types.json import Jsonb

from connectors.store.declarations.derivations import Derivations
from domain.message import Message
from mappings.flows import FLOWS
from sync.declarations.derive import Deriver
from tests.stages.pull.pulling import Stage
from tests.stages.records.rows import GOOD
from tests.stages.spoken import en

CLAIM = "000000000005.01"
TODAY = date(2026, 11, 20)


class Office(Stage):
    """A stage on which what was pulled is derived too."""

    def know(self, *flows: str) -> None:
        """AFAS shows the good row of these flows, and we have read it."""
        for flow in flows:
            self.shows(flow, GOOD[flow])
            self.pull(flow)
        self.derive()

    def change(self, flow: str, **changes: object) -> None:
        """The first row of a flow changes in AFAS, and we read and derive it."""
        first = self.afas.tables[self.flow_connector(flow)][0]
        first.update(changes)
        self.pull(flow)
        self.derive()

    def flow_connector(self, flow: str) -> str:
        return FLOWS[flow].connector

    def derive(self) -> int:
        return Deriver(Derivations(self.database, "main")).derive_all(TODAY)

    def declared(self, number: str = CLAIM) -> dict[str, Any]:
        return self.execute("select * from declaration where number = %s", number)[0]

    def told(self) -> list[tuple[str, str]]:
        return [
            (each["event"], en(Message.from_json(each["detail"])))
            for each in self.execute("select event, detail from declaration_history order by id")
        ]

    def decide(self, kind: str, version: str, state: str = "ready") -> int:
        """The portal decided: as the portal's own transaction writes it."""
        status = {"approve": "approved", "reject": "rejected"}[kind]
        self.execute("update declaration set status = %s where number = %s", status, CLAIM)
        update = self.execute(
            "insert into outbox (environment, kind, subject, state, version, payload, mark)"
            " values ('main', %s, %s, %s, %s, %s, gen_random_uuid()::text) returning id",
            kind,
            f"claim:{CLAIM}",
            state,
            version,
            Jsonb({"claim": CLAIM}),
        )
        self.derive()
        return int(update[0]["id"])

    def updates(self) -> list[tuple[str, str | None]]:
        return [
            (each["state"], each["reason"] and en(Message.from_json(each["reason"])))
            for each in self.execute("select state, reason from outbox order by id")
        ]
