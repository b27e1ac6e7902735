"""What the limit on calls in flight costs a call: taking a slot and giving it back, beside ``select 1``."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import psycopg

from benchmarks.figures import Aim, Figure, Measured, middle
from benchmarks.stage import ENVIRONMENT, fresh_database, postgres
from connectors.store.slots.slots import PostgresSlots
from domain.outbox.afas_call import Use

_WARM_UP = 20


def measure(times: int) -> Measured:
    """Take and give back a slot so many times, by turns with the least that one can ask of PostgreSQL."""
    with postgres() as server:
        url = fresh_database(server)
        with (
            closing(PostgresSlots(url, ENVIRONMENT)) as slots,
            psycopg.connect(url, autocommit=True) as connection,
        ):
            asked, held = _by_turns(
                times, lambda: connection.execute("select 1").fetchone(), lambda: _hold(slots)
            )
    return Measured(
        "slot", f"median of {times:,} times, by turns, nothing else in flight", _figures(asked, held)
    )


def _hold(slots: PostgresSlots) -> None:
    with slots.hold(Use.PULL):
        pass


def _by_turns(times: int, *what: Callable[[], object]) -> list[float]:
    """The median of the seconds that each took."""
    taken: list[list[float]] = [[] for _ in what]
    for turn in range(_WARM_UP + times):
        for seconds, do in zip(taken, what, strict=True):
            began = time.perf_counter()
            do()
            if turn >= _WARM_UP:
                seconds.append(time.perf_counter() - began)
    return [middle(seconds) for seconds in taken]


def _figures(asked: float, held: float) -> list[Figure]:
    return [
        Figure("select 1", asked * 1_000, "ms"),
        Figure("take a slot and give it back", held * 1_000, "ms"),
        Figure("slot / select 1", held / asked, "ratio", Aim(10, at_least=False)),
    ]
