"""A store in which a day of work happened, for pages that show much at once."""

from __future__ import annotations

from psycopg.types.json import Jsonb

from domain.message import Message
from mappings.flows import FLOWS

_NO_NUMBER = Message("why.column", {"column": "Quantity", "fault": Message("row-fault.no-number")})
_NO_COLUMN = Message("why.columns-missing", {"connector": "Loonbrug_Tasks", "columns": ("Task",)})
_RUNS = """
    insert into run (environment, flow, kind, state, due_at, started_at, ended_at, read, new, changed,
        unchanged, parked, calls)
    select 'main', flow, case when n %% 8 = 0 then 'wide' else 'poll' end, 'done', at, at,
        at + interval '2 seconds', 40 + n, n, 10, 30 - n %% 3, n %% 3, 3
    from unnest(%(flows)s::text[]) flow, generate_series(0, 23) n,
        lateral (select now() - n * interval '1 hour') t(at)
"""
_FLOWS = """
    insert into flow (environment, flow, watermark, settled, last_run, last_success, row_estimate)
    select 'main', flow, '2026-11-23T14:02:11', true, (select max(id) from run r where r.flow = f.flow),
        now() - interval '40 seconds', 12000
    from unnest(%(flows)s::text[]) f(flow)
"""
_CALLS = """
    insert into afas_calls (environment, minute, connector, outcome, calls, seconds, rows)
    select 'main', date_trunc('minute', now()) - n * interval '1 hour', 'Loonbrug_Hours', 'ok',
        20 + 7 * (n % 11), 4, 900
    from generate_series(0, 23) n
"""
_OUTBOX = """
    insert into outbox (environment, kind, subject, state, payload, mark, reason, created_at)
    select 'main', kind, 'claim:' || kind || n, state, '{}', 'mark-' || kind || state || n,
        case when reason is not null then jsonb_build_object('id', 'said.verbatim', 'values',
            jsonb_build_object('text', reason)) end,
        now() - n * interval '7 minutes'
    from (values ('approve', 'parked', 300, 'AFAS: cost centre 4711 is blocked'),
        ('approve', 'unclear', 2, null),
        ('attach-file', 'parked', 4, 'AFAS: the file name is too long'), ('approve', 'ready', 12, null)
    ) v(kind, state, most, reason), lateral generate_series(1, most) n
"""


def crowd(database) -> None:
    """Runs, calls, updates that are stuck, rows that could not be read."""
    values = {"flows": list(FLOWS)}
    with database.transaction() as connection:
        connection.execute(_RUNS, values)
        connection.execute(_FLOWS, values)
        connection.execute(_CALLS)
        connection.execute(_OUTBOX)
        connection.execute(
            "update flow set paused = true, pause_reason = 'list is being cleaned' where flow = 'invoices'"
        )
        connection.execute("update flow set broken = %s where flow = 'tasks'", (Jsonb(_NO_COLUMN.to_json()),))
        connection.execute(
            "insert into parked_row (environment, flow, key, reason, row, content_hash)"
            " values ('main', 'hours', '881', %s, '{}', '')",
            (Jsonb(_NO_NUMBER.to_json()),),
        )
        connection.execute(
            "insert into environment (environment, token_expires)"
            " values ('main', (now() at time zone 'Europe/Amsterdam')::date + 21)"
            " on conflict (environment) do update set token_expires = excluded.token_expires"
        )
        connection.execute(
            "insert into process (environment, id, kind, host, pid)"
            " values ('main', gen_random_uuid(), 'work', 'a', 1)"
        )
