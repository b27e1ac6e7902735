"""The first load of a whole agency into an empty store: does it grow with the rows, and only with them?"""

from __future__ import annotations

import time
from contextlib import closing
from datetime import date
from typing import NamedTuple

from benchmarks.figures import Aim, Figure, Measured
from benchmarks.stage import ENVIRONMENT, access_of, client, fresh_database, postgres, puller, sandbox
from connectors.store.database import Database
from connectors.store.declarations.derivations import Derivations
from domain.pull.run import Counts
from mappings.flows import FLOWS
from sync.declarations.derive import Deriver

WEEKS = 8
_MOST_UNEVEN = 1.5
"""A small agency also pays for what does not grow: fourteen probes, the first connections."""


class Loaded(NamedTuple):
    """What was loaded, in how many seconds. ``derived``: declarations and onboarding states."""

    rows: int
    derived: int
    pulling: float
    deriving: float

    @property
    def milliseconds(self) -> float:
        """For each row that was pulled, all told."""
        return (self.pulling + self.deriving) * 1_000 / self.rows


def measure(*sizes: int) -> Measured:
    """Load agencies of so many workers, each into a store of its own."""
    loaded = {workers: _load(workers) for workers in sizes}
    each = [one.milliseconds for one in loaded.values()]
    figures = [figure for workers, one in loaded.items() for figure in _figures(workers, one)]
    uneven = Figure(
        "dearest / cheapest row", max(each) / min(each), "ratio", Aim(_MOST_UNEVEN, at_least=False)
    )
    return Measured(
        "first", f"all flows of agencies with {WEEKS} paid weeks, then all that follows", [*figures, uneven]
    )


def _load(workers: int) -> Loaded:
    with sandbox(workers=workers, weeks=WEEKS) as afas, postgres() as server:
        url = fresh_database(server)
        began = time.perf_counter()
        with client(access_of(afas), url) as door, puller(door, url) as (runs, pull):
            counts = Counts()
            for flow in FLOWS:
                outcome = pull.run_due(runs.want(flow))
                if outcome is None or outcome.counts is None:
                    raise RuntimeError(f"{flow} failed: {outcome.failure if outcome else 'there was no run'}")
                counts += outcome.counts
        halfway = time.perf_counter()
        with closing(Database(url)) as database:
            derived = Deriver(Derivations(database, ENVIRONMENT)).derive_all(date.today())  # noqa: DTZ011
        return Loaded(counts.new, derived, halfway - began, time.perf_counter() - halfway)


def _figures(workers: int, one: Loaded) -> list[Figure]:
    told = [
        ("rows pulled", one.rows, "rows"),
        ("derived", one.derived, "keys"),
        ("pulling", one.pulling, "s"),
        ("deriving", one.deriving, "s"),
        ("for each row", one.milliseconds, "ms"),
    ]
    return [Figure(f"{workers:,} workers, {name}", value, unit) for name, value, unit in told]
