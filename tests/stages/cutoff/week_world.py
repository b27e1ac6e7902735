"""A week in a running sandbox, pulled into a real store by the product's own flows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from pydantic import SecretStr

from connectors.store.database import Database
from connectors.store.outbox import outbox
from domain.outbox.update import NewUpdate, UpdateKind
from domain.pull.run import RunKind
from mappings.flows import FLOWS
from sandbox.people import act
from sandbox.profit.world import World
from sandbox.running import Running, start_sandbox
from tests.stages.reasons import kept
from tests.stages.sandbox.agency import an_agency
from workers.compose.afas import open_afas
from workers.compose.flows import make_flows
from workers.compose.jobs_of_flows import Flows
from workers.compose.services import Services, open_services
from workers.settings import Settings

WEEK = "2026-W47"


@dataclass
class WeekWorld:
    """An agency whose week is booked, and the store that follows it."""

    sandbox: Running
    services: Services
    flows: Flows

    @property
    def database(self) -> Database:
        return self.services.database

    def people(self, do: str, **details: Any) -> Any:
        return act(cast("World", self.sandbox.world), do, **details)

    def pull(self) -> None:
        """Read every flow whole, and derive."""
        from connectors.store.pull.runs import RunRepository  # noqa: PLC0415

        book = RunRepository(self.database, "main")
        for flow in FLOWS:
            run = book.want(flow, RunKind.FULL)
            assert run
            outcome = self.flows.puller.run_due(run)
            assert outcome
            assert outcome.failure is None, outcome.failure
        self.flows.derive("main")

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with self.database.connection() as connection:
            return connection.execute(query, values).fetchall()

    def do(self, statement: str) -> None:
        with self.database.connection() as connection:
            connection.execute(statement)

    def offered(self) -> list[dict[str, Any]]:
        return self.rows(
            "select * from declaration where week = %s and status = 'to-approve' order by number", WEEK
        )

    def approve(self, number: str) -> int:
        """The client approves in the portal."""
        [row] = self.rows("select * from declaration where number = %s", number)
        payload = {"claim": number, "contact": row["contact"]}
        payload |= {"cost_centre": "TACA"} if row["cost_centre_required"] else {}
        with self.database.transaction() as connection:
            new = NewUpdate(
                "main",
                None,
                UpdateKind.APPROVE,
                f"claim:{number}",
                row["version"],
                payload,
                f"LB-{uuid4().hex[:10]}",
            )
            connection.execute(
                "update declaration set status = 'approved', in_afas = false where number = %s", (number,)
            )
            return outbox.add(connection, new)

    def reject(self, number: str) -> int:
        """The client rejects in the portal."""
        [row] = self.rows("select * from declaration where number = %s", number)
        [claim] = self.rows("select subject from claim where claim = %s", number)
        payload = {"claim": number, "item": claim["subject"], "contact": row["contact"], "reason": "Ziek"}
        with self.database.transaction() as connection:
            subject, mark = f"claim:{number}", f"LB-{uuid4().hex[:10]}"
            new = NewUpdate("main", None, UpdateKind.REJECT, subject, row["version"], payload, mark)
            connection.execute(
                "update declaration set status = 'rejected', in_afas = false where number = %s", (number,)
            )
            return outbox.add(connection, new)

    def deliver(self) -> None:
        """Deliver all that is due, and learn of it."""
        while self.flows.deliverer.work_one_batch():
            pass
        self.pull()

    def strand(self, update: int, state: str, reason: str) -> None:
        """An update gets stuck."""
        self.rows(
            "update outbox set state = %s, reason = %s, due_at = 'infinity' where id = %s returning id",
            state,
            kept(reason),
            update,
        )


@contextmanager
def week_world(database_url: str, folder: Path, *, workers: int = 8) -> Iterator[WeekWorld]:
    """A week that everybody handed in, and nobody approved."""
    world = an_agency(workers=workers)
    act(world, "book-all")
    act(world, "submit-all")
    with ExitStack() as stack:
        sandbox = stack.enter_context(start_sandbox(world))
        chosen = Settings(
            afas_url=sandbox.url,
            afas_token=SecretStr(sandbox.token),
            data=folder,
        )
        services = stack.enter_context(open_services(chosen, database_url, None, size=6))
        flows = make_flows(services, stack.enter_context(open_afas(services)))
        made = WeekWorld(sandbox, services, flows)
        made.pull()
        yield made
