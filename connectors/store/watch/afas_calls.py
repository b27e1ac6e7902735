"""Calls to AFAS, counted: per minute for charts, and in all for counters that never fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.store.database import Database

LIMITS = (0.1, 0.5, 1.0, 5.0, 30.0, 120.0)
"""Upper bounds in seconds of what is counted as fast, up to slow."""
_UP_TO = tuple(f"up_to_{limit * 1000:.0f}" for limit in LIMITS)

_MINUTE = """
    insert into afas_calls as known (environment, minute, connector, outcome, calls, seconds, rows)
    values (%(environment)s, date_trunc('minute', now()), %(connector)s, %(outcome)s, %(calls)s, %(seconds)s,
        %(rows)s)
    on conflict (environment, minute, connector, outcome) do update set calls = known.calls + excluded.calls,
        seconds = known.seconds + excluded.seconds, rows = known.rows + excluded.rows
"""
_TOTAL = f"""
    insert into afas_calls_total as known (environment, connector, verb, outcome, calls, seconds, rows,
        {", ".join(_UP_TO)})
    values (%(environment)s, %(connector)s, %(verb)s, %(outcome)s, %(calls)s, %(seconds)s, %(rows)s,
        {", ".join(f"%({name})s" for name in _UP_TO)})
    on conflict (environment, connector, verb, outcome) do update set calls = known.calls + excluded.calls,
        seconds = known.seconds + excluded.seconds, rows = known.rows + excluded.rows,
        {", ".join(f"{name} = known.{name} + excluded.{name}" for name in _UP_TO)}
"""  # noqa: S608 - only our own text is put in


@dataclass(frozen=True, slots=True)
class CallKind:
    """Calls that are counted together. ``outcome``: ``ok``, or the name of the error."""

    connector: str
    verb: str
    outcome: str


@dataclass(slots=True)
class Count:
    """So many calls, their seconds and rows together; ``up_to``: how many took at most ``LIMITS[i]``."""

    calls: int
    seconds: float
    rows: int
    up_to: list[int]


class CallRepository:
    """The counts of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def add(self, counts: Mapping[CallKind, Count]) -> None:
        """Add what a process counted. In one order, so that two processes never wait for each other."""
        with self._database.transaction() as connection, connection.pipeline():
            for kind in sorted(counts, key=lambda each: (each.connector, each.verb, each.outcome)):
                values = self._values(kind, counts[kind])
                connection.execute(_TOTAL, values)
            for kind in sorted(counts, key=lambda each: (each.connector, each.outcome, each.verb)):
                connection.execute(_MINUTE, self._values(kind, counts[kind]))

    def _values(self, kind: CallKind, count: Count) -> dict[str, object]:
        return {
            "environment": self._environment,
            "connector": kind.connector,
            "verb": kind.verb,
            "outcome": kind.outcome,
            "calls": count.calls,
            "seconds": count.seconds,
            "rows": count.rows,
            **dict(zip(_UP_TO, count.up_to, strict=True)),
        }
