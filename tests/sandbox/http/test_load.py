"""Many callers at once, and many rows."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from sandbox.reading.query import parse, read
from sandbox.reading.tables import Tables
from sandbox.seed.bulk import FIRST, book_many
from tests.stages.sandbox.bare_sandbox import hour, served

UNTIL = datetime.fromisoformat("2026-11-20T12:00:00")


def keys(tables: Tables, **parameters: str) -> list[int]:
    shape = tables.connector("Loonbrug_Hours")
    page = read(tables, shape, parse(shape, parameters), shuffle=1)
    return [row["LineId"] for row in json.loads(b"[" + page.rows + b"]")]


def test_walking_by_key_meets_every_bulk_line_once():
    tables = Tables()
    book_many(tables, 12_345, until=UNTIL)
    met, last = [], 0
    while page := keys(
        tables,
        filterfieldids="LineId",
        operatortypes="4",
        filtervalues=str(last),
        orderbyfieldids="LineId",
        take="5000",
    ):
        met += page
        last = page[-1]
    assert met == list(range(FIRST, FIRST + 12_345))


def test_bulk_lines_are_spread_over_a_year_and_end_before_now():
    tables = Tables()
    book_many(tables, 1_000, until=UNTIL)
    changed = [row["ChangedOn"] for row in tables.select("Loonbrug_Hours")]
    assert changed == sorted(changed)
    assert (changed[0][:10], changed[-1]) == ("2025-11-21", "2026-11-20T11:59:00")


@pytest.mark.slow
def test_a_page_shows_whole_changes_only_while_others_write():
    with served() as stage:
        tables = stage.world.tables
        tables.insert_many("Loonbrug_Hours", [hour(n, Description="0") for n in range(1, 51)])
        stop = threading.Event()

        def rewrite():
            number = 0
            while not stop.is_set():
                number += 1
                with tables.transaction():
                    for line in range(1, 51):
                        tables.update("Loonbrug_Hours", (line,), {"Description": str(number)})

        writer = threading.Thread(target=rewrite)
        writer.start()
        try:
            with ThreadPoolExecutor(8) as pool:
                pages = list(
                    pool.map(
                        lambda _: stage.client.get("/connectors/Loonbrug_Hours").json()["rows"], range(80)
                    )
                )
        finally:
            stop.set()
            writer.join()
        assert all(len(rows) == 50 and len({row["Description"] for row in rows}) == 1 for rows in pages)
        assert stage.running.calls.report()["peak_in_flight"] > 1
