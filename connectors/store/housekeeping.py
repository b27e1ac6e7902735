"""Tidies up, a little at a time, so that nobody waits for it; and notes what only the calendar changed."""

from __future__ import annotations

from connectors.store.database import Database

_BATCH = 1000
_OLD = {
    # What a portal may still repeat is at most a weekend old.
    "idempotency": "at < now() - interval '7 days'",
    # Runs tell how the last weeks went; the last run of every flow stays.
    "run": "state in ('done', 'failed') and ended_at < now() - interval '30 days'"
    " and not exists (select from flow where flow.last_run = run.id)",
    # What was sent and seen, and what people did, is the story of an update and stays.
    "attempt": "step = 'look' and at < now() - interval '90 days' and exists"
    " (select from outbox where outbox.id = attempt.outbox and outbox.ended_at < now() - interval '90 days')",
    "process": "seen_at < now() - interval '1 day'",
    # Raw rows are personal data: at most 90 days here.
    "parked_row": "resolved_at < now() - interval '90 days'",
}

# An employment that ended moves no row of AFAS: the day itself changes where somebody stands.
_LEFT = """
    insert into stale (environment, kind, key)
    select o.environment, 'onboarding', o.person from onboarding o
    join employee e on e.environment = o.environment and e.employee = o.employee
    where o.state <> 'stopped' and e.employment_end < (now() at time zone 'Europe/Amsterdam')::date
    on conflict do nothing
"""


class Housekeeping:
    """Old rows of all environments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sweep(self) -> dict[str, int]:
        """One small batch of every table: how many rows went. Call again later for more."""
        return {table: self._remove(table, condition) for table, condition in _OLD.items()}

    def note_who_left(self) -> int:
        """Have the onboarding of people derived anew whose employment ended by now; how many."""
        with self._database.connection() as connection:
            return connection.execute(_LEFT).rowcount

    def _remove(self, table: str, condition: str) -> int:
        with self._database.connection() as connection:
            return connection.execute(
                f"delete from {table} where ctid = any(array("  # noqa: S608  # our own words above
                f"select ctid from {table} where {condition} limit {_BATCH}))"
            ).rowcount
