"""Everything that ``/metrics`` tells, read from the store at the moment it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import SupportsFloat

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.database import Database
from connectors.store.slots.room import room_of
from connectors.store.watch.afas_calls import LIMITS

Sample = tuple[tuple[str, ...], float]
Named = Iterator[tuple[str, tuple[str, ...], SupportsFloat | None]]
"""Names of measures, with their labels and values."""

_FLOWS = """
    select name as flow, extract(epoch from now() - f.last_success)::float as lag,
        coalesce(f.paused, false)::int as paused, (f.broken is not null)::int as broken,
        (f.absent_since is not null)::int as absent,
        coalesce(f.row_estimate, 0) as rows, (r.state = 'failed')::int as failed,
        r.read, r.new, r.changed, r.unchanged, r.parked, r.withdrawn,
        (select count(*) from parked_row p where p.environment = %(environment)s and p.flow = name
            and p.resolved_at is null) as parked_rows,
        (select count(*) from row_ahead a where a.environment = %(environment)s and a.flow = name
            and a.surely and a.changed_at > now()) as rows_ahead
    from unnest(%(flows)s::text[]) as wanted(name)
    left join flow f on f.environment = %(environment)s and f.flow = name
    left join lateral (select * from run where run.environment = %(environment)s and run.flow = name
        and state in ('done', 'failed') order by id desc limit 1) r on true
"""
_HOUR = """
    select flow, sum(read) as read, sum(new) as new, sum(changed) as changed, sum(unchanged) as unchanged,
        sum(parked) as parked, count(*) filter (where read <> new + changed + unchanged + parked) as faults
    from run where environment = %(environment)s and ended_at > now() - interval '1 hour' group by flow
"""
_STALE = "select kind, count(*) as value from stale where environment = %(environment)s group by kind"
_OUTBOX = """
    select kind, state, count(*) as value from outbox where environment = %(environment)s group by kind, state
"""
_OLDEST = """
    select extract(epoch from now() - min(created_at) filter (where state = 'ready'))::float as waiting,
        extract(epoch from now() - min(coalesce(sent_at, created_at))
            filter (where state in ('unclear', 'sending')))::float as unclear,
        extract(epoch from now() - min(created_at) filter (where state = 'parked'))::float as parked,
        count(*) filter (where state = 'parked' and pay_depends_on(kind)) as payment
    from outbox where environment = %(environment)s and update_is_open(state)
"""
_ENVIRONMENT = """
    select coalesce(is_resting(e), false)::int as paused,
        (mode = 'live')::int as live, token_expires - (now() at time zone 'Europe/Amsterdam')::date as days,
        case when is_resting(e) then extract(epoch from now() - paused_since)::float
            else 0 end as since,
        (select count(*) from afas_slot s where s.environment = %(environment)s
            and leased_until > now()) as slots,
        (select count(*) from restored r where r.environment = %(environment)s) as held
    from (select %(environment)s::text as environment) named left join environment e using (environment)
"""
_CALLS = "select * from afas_calls_total where environment = %(environment)s"
_KEYS = """
    select id as key, extract(epoch from expires_at - now())::float / 86400 as value from api_key
    where environment = %(environment)s and revoked_at is null and expires_at is not null
        and expires_at > now() - interval '7 days'
"""
_PROCESSES = """
    select named.kind, count(p.id) as value from unnest(array['work', 'clock', 'web']) as named(kind)
    left join process p on p.environment = %(environment)s and p.kind = named.kind
        and p.seen_at > now() - interval '30 seconds'
    group by named.kind
"""
_ALERTS = """
    select name, severity, count(*) as value from alert
    where environment = %(environment)s and resolved_at is null group by name, severity
"""
_NOTICES = """
    select channel, state, count(*) as value from notice where environment = %(environment)s
        and (state = 'ready' or (state = 'failed' and ended_at > now() - interval '1 day'))
    group by channel, state
"""
_RESULTS = ("read", "new", "changed", "unchanged", "parked")


class Measures:
    """The measures of one environment: ``domain.watch.measures.Samples`` but for Redis's."""

    def __init__(self, database: Database, environment: str, intervals: Mapping[str, float]) -> None:
        self._database = database
        self._environment = environment
        self._intervals = intervals

    def read(self) -> dict[str, list[Sample]]:
        """All of them, in a few short queries. Raises psycopg.OperationalError without a database."""
        found: dict[str, list[Sample]] = {}
        with self._database.connection() as connection:
            for name, labels, value in self._samples(connection):
                if value is not None:
                    found.setdefault(name, []).append((labels, float(value)))
        return found

    def _samples(self, connection: Connection[DictRow]) -> Named:
        values = {"environment": self._environment, "flows": list(self._intervals)}

        def rows(query: str) -> list[DictRow]:
            return connection.execute(query, values).fetchall()

        for row in rows(_FLOWS):
            yield from _flow(row, self._intervals[row["flow"]])
        yield from _hour(rows(_HOUR))
        yield from _grouped("loonbrug_stale", rows(_STALE), "kind")
        yield from _grouped("loonbrug_outbox_updates", rows(_OUTBOX), "kind", "state")
        yield from _one(rows(_OLDEST)[0], _OLDEST_NAMES)
        yield from _one(rows(_ENVIRONMENT)[0], _ENVIRONMENT_NAMES)
        room = room_of(connection, self._environment)
        yield "loonbrug_afas_unanswered", (), room.unanswered
        yield "loonbrug_afas_no_room_seconds", (), room.in_vain
        for row in rows(_CALLS):
            yield from _calls(row)
        yield from _grouped("loonbrug_key_days", rows(_KEYS), "key")
        yield from _grouped("loonbrug_processes", rows(_PROCESSES), "kind")
        yield from _grouped("loonbrug_alerts", rows(_ALERTS), "name", "severity")
        yield from _grouped("loonbrug_notices", rows(_NOTICES), "channel", "state")


_OLDEST_NAMES = {
    "loonbrug_oldest_waiting_seconds": "waiting",
    "loonbrug_oldest_unclear_seconds": "unclear",
    "loonbrug_oldest_parked_seconds": "parked",
    "loonbrug_parked_payment_updates": "payment",
}
_ENVIRONMENT_NAMES = {
    "loonbrug_afas_paused": "paused",
    "loonbrug_afas_paused_seconds": "since",
    "loonbrug_live": "live",
    "loonbrug_token_days": "days",
    "loonbrug_afas_slots_taken": "slots",
    "loonbrug_held_after_restore": "held",
}


def _flow(row: DictRow, interval: float) -> Named:
    flow = (row["flow"],)
    yield "loonbrug_flow_lag_seconds", flow, row["lag"]
    yield "loonbrug_flow_interval_seconds", flow, interval
    yield "loonbrug_flow_paused", flow, row["paused"]
    yield "loonbrug_flow_broken", flow, row["broken"]
    yield "loonbrug_flow_absent", flow, row["absent"]
    yield "loonbrug_flow_rows", flow, row["rows"]
    yield "loonbrug_last_run_failed", flow, row["failed"]
    yield "loonbrug_parked_rows", flow, row["parked_rows"]
    yield "loonbrug_rows_ahead", flow, row["rows_ahead"]
    for result in (*_RESULTS, "withdrawn"):
        yield "loonbrug_last_run_rows", (*flow, result), row[result]


def _hour(rows: Sequence[DictRow]) -> Named:
    yield "loonbrug_conservation_faults", (), sum(row["faults"] for row in rows)
    for row in rows:
        for result in _RESULTS:
            yield "loonbrug_hour_rows", (row["flow"], result), row[result]


def _grouped(name: str, rows: Sequence[DictRow], *labels: str) -> Named:
    for row in rows:
        yield name, tuple(row[label] for label in labels), row["value"]


def _one(row: DictRow, names: Mapping[str, str]) -> Named:
    for name, column in names.items():
        yield name, (), row[column] if row[column] is not None or column in _MAY_BE_UNKNOWN else 0


_MAY_BE_UNKNOWN = {"days", "live"}


def _calls(row: DictRow) -> Named:
    """A histogram is told by its buckets (``le``) and its ``sum``, as a label behind the others."""
    labels = (row["connector"], row["verb"], row["outcome"])
    yield "loonbrug_afas_calls_total", labels, row["calls"]
    yield "loonbrug_afas_rows_total", labels, row["rows"]
    for limit in LIMITS:
        yield "loonbrug_afas_call_seconds", (*labels, str(limit)), row[f"up_to_{limit * 1000:.0f}"]
    yield "loonbrug_afas_call_seconds", (*labels, "+Inf"), row["calls"]
    yield "loonbrug_afas_call_seconds", (*labels, "sum"), row["seconds"]
