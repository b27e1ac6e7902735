"""Runs of the flows: wanted, leased, taken over from the lost. The database's clock decides."""

from __future__ import annotations

from datetime import timedelta

from psycopg import Connection, OperationalError
from psycopg.rows import DictRow

from connectors.store.database import Database
from domain.pull.run import LostRun, Run, RunKind

LEASE = timedelta(seconds=30)
"""Every page and every heartbeat extends it. A killed worker's flow stands still for as long."""
MOST_ATTEMPTS = 5
"""A run that lost its worker this often is given up: something in it kills workers."""

_WANT = """
    insert into run (environment, flow, kind, since, forced)
    values (%(environment)s, %(flow)s, %(kind)s, %(since)s, %(forced)s)
    on conflict (environment, flow) where run_is_open(state) do update
    set kind = excluded.kind, since = excluded.since, forced = excluded.forced or run.forced
    where run.state = 'due' and (excluded.forced or excluded.since is not null
        or array_position(%(kinds)s, excluded.kind) > array_position(%(kinds)s, run.kind))
    returning id
"""
_GIVE_UP = """
    update run set state = 'failed', ended_at = now(), error = jsonb_build_object(
        'id', 'why.worker-lost', 'values', jsonb_build_object('times', attempts))
    where environment = %(environment)s and state = 'running' and leased_until < now()
    and attempts >= %(most)s
"""
_CLAIM = """
    update run set state = 'running', attempts = attempts + 1, token = gen_random_uuid(), started_at = now(),
        leased_until = now() + %(lease)s, read = 0, new = 0, changed = 0, unchanged = 0, parked = 0,
        withdrawn = 0, calls = 0
    where id = (
        select id from run r
        where environment = %(environment)s and (%(run)s::bigint is null or id = %(run)s)
        and (state = 'due' and due_at <= now() or state = 'running' and leased_until < now())
        and not exists (select from flow f
                        where f.environment = r.environment and f.flow = r.flow and f.paused)
        and not exists (select from environment e where e.environment = r.environment
                        and is_resting(e))
        order by due_at, id limit 1 for update skip locked)
    returning id, flow, kind, token, attempts, since, forced
"""
_BEAT = """
    update run set leased_until = now() + %s where id = %s and token = %s and state = 'running'
"""


class RunRepository:
    """The runs of one environment (``sync.pull.ports.Runs``)."""

    def __init__(self, database: Database, environment: str, lease: timedelta = LEASE) -> None:
        self._database = database
        self._environment = environment
        self._lease = lease

    def want(
        self, flow: str, kind: RunKind = RunKind.POLL, *, since: str | None = None, forced: bool = False
    ) -> int | None:
        """Make a run due now. Returns its id, or None when one is running or wanted already.

        A wider wish widens the run that is due. ``since``: AFAS's clock text to read from instead of the
        watermark. ``forced``: a person says that rows are gone indeed.
        """
        wish = {"environment": self._environment, "flow": flow, "kind": kind.value, "since": since}
        with self._database.connection() as connection:
            row = connection.execute(
                _WANT, wish | {"forced": forced, "kinds": [each.value for each in RunKind]}
            ).fetchone()
        return row["id"] if row else None

    def take(self, run: int | None = None) -> Run | None:
        """Take that run, or any that is due or whose worker is lost. The attempt is committed first."""
        values = {"environment": self._environment, "run": run, "lease": self._lease, "most": MOST_ATTEMPTS}
        with self._database.transaction() as connection:
            connection.execute(_GIVE_UP, values)
            row = connection.execute(_CLAIM, values).fetchone()
        if row is None:
            return None
        return Run(environment=self._environment, **(row | {"kind": RunKind(row["kind"])}))

    def heartbeat(self, run: Run) -> bool:
        """Extend our lease. False when another worker has the run, or it has ended.

        While the database is away nobody can tell, and the run goes on being ours for now.
        """
        try:
            with self._database.connection() as connection:
                return connection.execute(_BEAT, (self._lease, run.id, run.token)).rowcount > 0
        except OperationalError:
            return True


def fence(connection: Connection[DictRow], run: Run) -> None:
    """Hold the run until the transaction ends: nobody can take it over meanwhile. Raises LostRun (G7, G9)."""
    held = connection.execute(
        "select 1 from run where id = %s and token = %s and state = 'running' for update", (run.id, run.token)
    ).fetchone()
    if held is None:
        raise LostRun(f"run {run.id} of {run.flow} is in other hands")
