"""How fast the console's lists are on a full store: ``python -m benchmarks.console --help``.

Fills a store of its own with a million updates and five million hour lines, asks each page a number of times
through the whole application, and prints percentiles. Nothing is asserted: machines differ. With ``--folder``
the filled store stays there for the next time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from benchmarks.console_store import fill, is_full
from connectors.embedded.postgres import EmbeddedPostgres
from connectors.store.cutoff.week_statements import BOARD, BY_INDEX
from connectors.store.database import Database
from connectors.store.failures.failures import _GROUPS, _UPDATE_FILTERS, _UPDATES, Failures
from connectors.store.failures.replay_work import ReplayWork
from connectors.store.failures.replays import ReplayRepository
from connectors.store.migrate import migrate
from connectors.store.outbox.outbox import SHARE
from connectors.store.outbox.statements import OUTBOX
from domain.calendar import days_of
from domain.cutoff.reason import Reason
from domain.failures.failure import FailureQuery
from domain.failures.replay import Planned, Prospect
from domain.message import Message
from mappings.flows import FLOWS
from workers.jobs.hints import NoHints

PAGES = (
    "/ops/failures",
    "/ops/failures?client=K0050",
    "/ops/failures?week={week}",
    "/ops/failures?text=kostenplaats",
    "/ops/failures?age=100&state=parked&kind=approve&connector=PtDeclaration",
    "/ops/failures/causes/{cause}",
    "/ops/failures/causes/{cause}?after={deep}",
    "/ops/failures/causes/{cause}?client=K0050",
    "/ops/failures/updates/{update}",
    "/ops/failures/replays",
    "/ops/failures/replays/{replay}",
    "/ops/",
    "/ops/flows",
    "/ops/findings",
    "/ops/week/{week}",
    "/ops/week/{week}?reason=waits-for-approval",
    "/ops/week/{week}?client=K0050",
    "/ops/audit",
)


def main() -> None:
    """Fill when empty, measure, print."""
    options = _options()
    with _store(options.folder) as url:
        migrate(url)
        with closing(Database(url, size=4)) as database:
            if not is_full(database, options.updates, options.lines):
                started = time.perf_counter()
                fill(database, options.updates, options.lines)
                print(f"filled in {time.perf_counter() - started:.0f} s")
            if options.explain:
                explain(database)
            measure(database, options.times)


def measure(database: Database, times: int) -> None:
    """Ask every page so often; milliseconds by percentile."""
    from tests.web.asking import TestClient  # noqa: PLC0415  # only a measuring needs it

    values = _places(database)
    with TestClient(_application(database), follow_redirects=False) as client:
        client.cookies.set("loonbrug-session", _session(database))
        print(f"{'p50':>8} {'p95':>8} {'worst':>8}  page (milliseconds, {times} times)")
        for pattern in PAGES:
            _measure_page(client, pattern.format(**values), times)


def explain(database: Database) -> None:
    """How PostgreSQL goes about the heavy ones."""
    failed = "o.environment = %(environment)s and update_has_failed(o.state)"
    values = {"environment": "main", "limit": 200, "after": 0, "client": "K0050", "client_name": "%K0050%"}
    for name, query, filters in (
        ("groups", _GROUPS, []),
        ("groups of a client", _GROUPS, ["client"]),
        ("a page of a client", _UPDATES, ["client"]),
    ):
        where = " and ".join([failed, *(_UPDATE_FILTERS[each] for each in filters)])
        with database.connection() as connection:
            text = "explain (analyze, buffers) " + query.format(where=where)
            rows = connection.execute(text, values).fetchall()
        print(f"--- {name}")
        print("\n".join(str(row["QUERY PLAN"]) for row in rows))
    _explain_week(database)
    _explain_take(database)


def _explain_week(database: Database) -> None:
    """The week board, planned as its own transaction plans it."""
    week = str(_places(database)["week"])
    monday, sunday = days_of(week)
    values = {"environment": "main", "week": week, "monday": monday, "sunday": sunday, "client": None}
    values |= {"deep": False, "most": 200, "reason": None, "order": [each.value for each in Reason]}
    values |= {"late_approve": 1800.0, "late_reject": 1800.0, "late_unclear": 1800.0}
    with database.transaction() as connection:
        connection.execute(BY_INDEX)
        rows = connection.execute("explain (analyze, buffers) " + BOARD, values).fetchall()
    print("--- the week board")
    print("\n".join(str(row["QUERY PLAN"]) for row in rows))


def _explain_take(database: Database) -> None:
    """A worker takes 50 of 5,000 due updates; nothing of it stays."""
    values = {
        "environment": "main",
        "most": 50,
        "share": SHARE,
        "token": uuid4(),
        "lease": 60.0,
        "rests": [0.0],
    }
    with database.transaction() as connection, connection.transaction(force_rollback=True):
        connection.execute("set local session_replication_role = replica")
        connection.execute(
            "update outbox set state = 'ready', due_at = now() where id in"
            " (select id from outbox where state = 'parked' order by id limit 5000)"
        )
        rows = connection.execute("explain (analyze, buffers) " + OUTBOX["take"], values).fetchall()
    print("--- a take")
    print("\n".join(str(row["QUERY PLAN"]) for row in rows))


def _measure_page(client: Any, place: str, times: int) -> None:
    answer = client.get(place)
    if answer.status_code != 200:
        print(f"{answer.status_code:>26}  {place}")
        return
    took = []
    for _ in range(times):
        started = time.perf_counter()
        client.get(place)
        took.append((time.perf_counter() - started) * 1000)
    cuts = statistics.quantiles(took, n=20)
    print(f"{statistics.median(took):8.1f} {cuts[18]:8.1f} {max(took):8.1f}  {place}")


def _places(database: Database) -> dict[str, object]:
    """What the addresses of the pages name: the largest cause, a week, an update, a replay of thousands."""
    failures = Failures(database, "main")
    cause = failures.groups(FailureQuery())[0].cause
    ids = failures.update_ids(FailureQuery(cause=cause))
    book, work = ReplayRepository(database, "main"), ReplayWork(database, "main")
    replay = book.ask(ids, "user:benchmark", cause)
    token = work.take(replay, 600) or ""
    while step := work.step(replay, token, 1000, 600):
        work.note_plan(
            step,
            [Planned(update, Prospect.SEND, Message("why.waits-for-approval")) for update in step.stamps],
        )
    work.finish(replay, token)
    with database.connection() as connection:
        row = connection.execute("select max(week) as week from declaration").fetchone()
    week = row["week"] if row else ""
    return {"cause": cause, "deep": ids[-60], "update": ids[7], "replay": replay, "week": week}


def _application(database: Database) -> Any:
    from fastapi import FastAPI  # noqa: PLC0415

    from domain.watch.facts import Limits  # noqa: PLC0415
    from web.ops.app import create_console  # noqa: PLC0415
    from web.ops.console import Console, SignInRules  # noqa: PLC0415

    console = Console(
        environment="main",
        database=database,
        wake=NoHints(),
        flows=tuple(FLOWS),
        wrong_from=Limits(dict.fromkeys(FLOWS, 60.0)),
        door=SignInRules(url="http://testserver"),
        store_errors=(psycopg.OperationalError,),
    )
    app = FastAPI()
    app.mount("/ops", create_console(console))
    return app


def _session(database: Database) -> str:
    from connectors.store.access.people import ConsolePeople  # noqa: PLC0415
    from connectors.store.access.sessions import ConsoleSessions  # noqa: PLC0415
    from domain.access.person import Role  # noqa: PLC0415

    name = f"benchmark {time.time():.0f}"
    person = ConsolePeople(database, "main").add(
        name=name, email="", role=Role.OPERATOR, password="none", actor="benchmark"
    )
    sessions = ConsoleSessions(database, "main")
    return str(sessions.open(sessions.begin(person.id, idle=9000, longest=9000)))


@contextmanager
def _store(folder: Path | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="loonbrug-") as temporary:
        server = EmbeddedPostgres(folder or Path(temporary))
        server.start()
        try:
            yield server.owner_url
        finally:
            server.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--folder", type=Path, help="where the store lives; filled once, and kept")
    parser.add_argument("--explain", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
