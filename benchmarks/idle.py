"""What a poll without changes costs: requests to AFAS and rows written, over all flows."""

from __future__ import annotations

import time
from collections.abc import Mapping

import psycopg

from benchmarks.figures import Aim, Figure, Measured
from benchmarks.stage import access_of, client, fresh_database, postgres, puller, sandbox
from mappings.flows import FLOWS
from workers.demo.afas_side import AfasSide

BOOKS = ("run", "flow", "schedule", "afas_slot")
"""Tables in which a poll notes that it was there: who asked, when, how far. No data, so counted apart."""
_OTHERS = """
    select count(*) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""
_SETTLING = 2.5
_TRIES = 5


def measure(workers: int) -> Measured:
    """Pull everything of an agency, let it settle, then poll every flow once more and count."""
    with sandbox(workers=workers, weeks=3) as afas, postgres() as server:
        url = fresh_database(server)
        _settle(afas, url)
        before, rows_before = _calls(afas), _rows_written(url)
        _poll_all(afas, url)
        calls = _difference(_calls(afas), before)
        rows = _difference(_rows_written(url), rows_before)
    return Measured("idle", f"one poll of each of {len(FLOWS)} flows without changes", _figures(calls, rows))


def _settle(afas: AfasSide, url: str) -> None:
    """Poll until a round costs no more than the round before it; a change must be some seconds old."""
    last = 0
    for _ in range(_TRIES):
        before = sum(_calls(afas).values())
        _poll_all(afas, url)
        spent = sum(_calls(afas).values()) - before
        if spent == last:
            return
        last = spent
        time.sleep(_SETTLING)


def _poll_all(afas: AfasSide, url: str) -> None:
    with client(access_of(afas), url) as door, puller(door, url) as (runs, pull):
        for flow in FLOWS:
            outcome = pull.run_due(runs.want(flow))
            if outcome is None or outcome.counts is None:
                raise RuntimeError(f"{flow} failed: {outcome.failure if outcome else 'there was no run'}")


def _calls(afas: AfasSide) -> Mapping[str, int]:
    """Calls so far per connector of a flow, by the sandbox's own count. Logging in is none of theirs."""
    ours = {flow.connector for flow in FLOWS.values()}
    return {each["connector"]: each["count"] for each in afas.calls()["calls"] if each["connector"] in ours}


def _rows_written(url: str) -> Mapping[str, int]:
    """Rows inserted, updated or deleted so far per table, by PostgreSQL's own count.

    A session hands in its counts when it ends, which is a little after its client has gone.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(_OTHERS).fetchone() != (0,):
            time.sleep(0.02)
        rows = connection.execute(
            "select relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_user_tables"
        ).fetchall()
    return {name: int(count) for name, count in rows}


def _difference(after: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    return {name: value - before.get(name, 0) for name, value in after.items() if value > before.get(name, 0)}


def _figures(calls: Mapping[str, int], rows: Mapping[str, int]) -> list[Figure]:
    data = sum(count for table, count in rows.items() if table not in BOOKS)
    most = max((calls.get(flow.connector, 0) for flow in FLOWS.values()), default=0)
    return [
        Figure("requests, all flows together", sum(calls.values()), "requests"),
        Figure("requests of the flow that needs most", most, "requests", Aim(1, at_least=False)),
        Figure("rows of data written", data, "rows", Aim(0, at_least=False)),
        *(
            Figure(f"the poll's own notes in {table}", rows.get(table, 0), "rows")
            for table in BOOKS
            if table in rows
        ),
    ]
