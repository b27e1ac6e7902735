"""The sandbox from the command line."""

import argparse
import json
import signal
import threading
from datetime import datetime
from typing import cast

from sandbox.faults.latency import Latency
from sandbox.http.auth import AppConnector
from sandbox.http.environment import Options
from sandbox.profit.world import World
from sandbox.running import Running, new_world, start_sandbox
from sandbox.seed.bulk import book_many
from sandbox.seed.history import bulk_hours


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM. Prints one line of JSON with what a client needs. Returns the exit
    code."""
    given = _parser().parse_args(arguments)
    try:
        running = _start(given)
    except OSError as error:
        print(f"cannot listen on port {given.port}: {error.strerror}")  # noqa: T201
        return 2
    print(json.dumps(_card(running)), flush=True)  # noqa: T201
    _until_told()
    running.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="A faithful AFAS Profit to test against.")
    add = parser.add_argument
    add("--port", type=int, default=8765, help="0 is a free one")
    add("--workers", type=int, default=12, help="flex workers to make up")
    add("--weeks", type=int, default=3, help="weeks of history")
    add("--seed", type=int, default=1, help="the same seed gives the same world")
    add("--start", type=datetime.fromisoformat, help="AFAS's clock at the start, Amsterdam time (now)")
    add("--latency-ms", type=float, default=0.0, help="milliseconds per call")
    add("--row-us", type=float, default=0.0, help="microseconds per row")
    add("--hours", type=int, default=0, help="hour lines in bulk, lines only, changed all through a year")
    add("--bulk", type=int, default=0, help="hour lines in bulk, with their claims, placements and workers")
    add("--time-limit", type=float, default=900.0, help="seconds after which AFAS gives a call up")
    add("--cells", type=int, default=Options.cells, help="columns x rows in one answer at most")
    add("--gzip-level", type=int, default=1, choices=range(-1, 10), help="-1: never, 0: only wrap")
    add("--stable", action="store_true", help="keep the order of rows that the sorting leaves equal")
    add("--profit", default=Options.version, help="its version; 9 and later say why they answer 401")
    add("--identity", default=Options.identity, help="its own id, as /metainfo shows it")
    add("--client-id", help="a made-up one when left out")
    add("--client-secret", help="a made-up one when left out")
    return parser


def _start(given: argparse.Namespace) -> Running:
    world = new_world(workers=given.workers, weeks=given.weeks, seed=given.seed, start=given.start)
    if given.hours:
        book_many(world.tables, given.hours, until=world.clock.now())
    if given.bulk:
        bulk_hours(cast("World", world), given.bulk)
    options = Options(
        unstable=not given.stable,
        seed=given.seed,
        gzip_level=None if given.gzip_level < 0 else given.gzip_level,
        cells=given.cells,
        identity=given.identity,
        time_limit=given.time_limit,
        version=given.profit,
    )
    return start_sandbox(
        world,
        port=given.port,
        options=options,
        latency=Latency(given.latency_ms, given.row_us),
        app=AppConnector(client_id=given.client_id, client_secret=given.client_secret),
    )


def _card(running: Running) -> dict[str, str]:
    return {
        "url": running.url,
        "token": running.token,
        "client_id": running.app.client_id,
        "client_secret": running.app.client_secret,
        "control": running.control_url,
    }


def _until_told() -> None:
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    told.wait()
