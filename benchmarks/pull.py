"""Rows per second from AFAS into the store, beside the plain read loop that neither maps nor stores."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.figures import Aim, Figure, Measured, middle
from benchmarks.stage import AT_ONCE, USUAL, access_of, client, fresh_database, postgres, puller, sandbox
from connectors.afas import AfasClient
from connectors.embedded.postgres import EmbeddedPostgres
from domain.pull.query import EVERYTHING
from mappings.flows import FLOWS
from workers.demo.afas_side import AfasSide

FLOW = "hours"
ROUNDS = 3


def measure(lines: int, rounds: int = ROUNDS) -> Measured:
    """Pull ``lines`` hour lines into empty stores, without latency and with AFAS's usual one."""
    figures: list[Figure] = []
    with postgres() as server:
        for case, latency in (("without latency", AT_ONCE), ("usual latency", USUAL)):
            with sandbox(bulk=lines, latency=latency) as afas:
                figures += _figures(case, _rates(afas, server, lines, rounds))
    about = f"{lines:,} new hour lines of whole weeks, median of {rounds} rounds"
    return Measured("pull", about, figures)


def read_loop(afas: AfasClient) -> int:
    """Read every page and do nothing with it; how many rows there were."""
    flow = FLOWS[FLOW]
    return sum(map(len, afas.pages(flow.connector, flow.key, EVERYTHING, flow.take)))


def pull_once(afas: AfasClient, database_url: str) -> int:
    """Pull the flow as a worker does; how many rows were new. Raises RuntimeError when it failed."""
    with puller(afas, database_url) as (runs, pull):
        outcome = pull.run_due(runs.want(FLOW))
    if outcome is None or outcome.counts is None:
        raise RuntimeError(f"the pull failed: {outcome.failure if outcome else 'there was no run'}")
    return outcome.counts.new


def _rates(
    afas: AfasSide, server: EmbeddedPostgres, lines: int, rounds: int
) -> Iterator[tuple[float, float]]:
    """Rows per second of the read loop and of the pull, by turns, each time into an empty store."""
    for _ in range(rounds):
        url = fresh_database(server)
        with client(access_of(afas), url) as door:
            began = time.perf_counter()
            read = read_loop(door)
            halfway = time.perf_counter()
            pulled = pull_once(door, url)
            ended = time.perf_counter()
        if not read == pulled == lines:
            raise RuntimeError(f"{lines} lines there, {read} read, {pulled} pulled")
        yield lines / (halfway - began), lines / (ended - halfway)


def _figures(case: str, rates: Iterator[tuple[float, float]]) -> list[Figure]:
    pairs = list(rates)
    usual = "usual" in case
    ratio = middle([pulled / read for read, pulled in pairs])
    return [
        Figure(f"read loop, {case}", middle([read for read, _ in pairs]), "rows/s"),
        Figure(
            f"pull, {case}", middle([pulled for _, pulled in pairs]), "rows/s", None if usual else Aim(20_000)
        ),
        Figure(f"pull / read loop, {case}", ratio, "ratio", Aim(0.9) if usual else None),
    ]
