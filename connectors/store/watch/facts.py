"""How an environment stands, in numbers, for the watch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from connectors.store.database import Database, rows_as
from connectors.store.slots.room import room_of
from domain.watch.facts import Facts, FlowFacts, Stuck

_FLOWS = """
    select name as flow, coalesce(f.paused, false) as paused, f.broken is not null as broken,
        f.absent_since is not null as absent,
        extract(epoch from now() - coalesce(f.last_success,
            (select min(due_at) from run r where r.environment = %(environment)s and r.flow = name
                and f.last_success is null)))::float as silent,
        (select count(*) from parked_row p where p.environment = %(environment)s and p.flow = name
            and p.resolved_at is null) as parked_rows,
        (select count(*) from row_ahead a where a.environment = %(environment)s and a.flow = name
            and a.surely and a.changed_at > now()) as rows_ahead
    from unnest(%(flows)s::text[]) as wanted(name)
    left join flow f on f.environment = %(environment)s and f.flow = name
    order by name
"""
# Each part within one index: thousands of rows that are done need not be read.
_STUCK = """
    select kind, state, count(*) as updates, extract(epoch from now() - min(
        case when state = 'parked' then created_at else coalesce(sent_at, created_at) end))::float as oldest
    from outbox where environment = %(environment)s and (update_has_failed(state) or state = 'sending')
    group by kind, state order by kind, state
"""
_ENVIRONMENT = """
    select case when is_resting(e)
            then extract(epoch from now() - paused_since)::float end as paused_for,
        paused_until = 'infinity' or mode = 'paused' as for_good, token_expires
    from environment e where e.environment = %(environment)s
"""
_KEYS = """
    select id, extract(day from expires_at - now())::int as days from api_key
    where environment = %(environment)s and revoked_at is null and last_used_at is not null
        and expires_at > now() order by expires_at
"""
_WORKERS = """
    select count(*) as workers from process where environment = %(environment)s
        and kind = 'work' and seen_at > now() - interval '30 seconds'
"""
_FAILED = """
    select channel, count(*) as failed from notice where environment = %(environment)s
        and (state = 'failed' and ended_at > now() - interval '1 day' or state = 'ready' and attempts > 3)
    group by channel
"""
# A notice that nobody ever tried to send has no way out: no mail server, no webhook address is set.
_OLD = """
    with old_calls as (delete from afas_calls where environment = %(environment)s
        and minute < now() - interval '8 days'),
    old_notices as (delete from notice where environment = %(environment)s
        and (state <> 'ready' and ended_at < now() - interval '30 days'
            or state = 'ready' and attempts = 0 and created_at < now() - interval '3 days'))
    delete from alert where environment = %(environment)s and resolved_at < now() - interval '90 days'
"""


class WatchingStore:
    """``sync.watch.ports_facts.Watching`` for one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def facts(self, flows: Sequence[str]) -> Facts:
        """One short query for each part."""
        values = {"environment": self._environment, "flows": list(flows)}
        with self._database.connection() as connection:
            stuck = rows_as(Stuck, connection, _STUCK, values)
            environment = connection.execute(_ENVIRONMENT, values).fetchone() or {}
            workers = connection.execute(_WORKERS, values).fetchone() or {}
            failed = connection.execute(_FAILED, values).fetchall()
            rows = connection.execute(_FLOWS, values).fetchall()
            room = room_of(connection, self._environment)
            keys = connection.execute(_KEYS, values).fetchall()
        return Facts(
            flows=[FlowFacts(**row) for row in rows],
            stuck=stuck,
            paused_for=environment.get("paused_for"),
            paused_by_person=bool(environment.get("for_good")),
            token_expires=environment.get("token_expires"),
            workers=workers["workers"],
            failed_notices={row["channel"]: row["failed"] for row in failed},
            room=room,
            key_days={row["id"]: row["days"] for row in keys},
        )

    def token_ends(self, day: date | None) -> None:
        """Remember it."""
        with self._database.connection() as connection:
            connection.execute(
                "insert into environment (environment, token_expires) values (%s, %s)"
                " on conflict (environment)"
                " do update set token_expires = excluded.token_expires, checked_at = now()",
                (self._environment, day),
            )

    def tidy(self) -> None:
        """Remove counts, notices and alerts that nobody looks at any more."""
        with self._database.connection() as connection:
            connection.execute(_OLD, {"environment": self._environment})
