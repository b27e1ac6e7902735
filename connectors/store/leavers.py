"""What only the calendar changed: an employment that ended moves no row of AFAS."""

from __future__ import annotations

from connectors.store.database import Database

_LEFT = """
    insert into stale (environment, kind, key)
    select o.environment, 'onboarding', o.person from onboarding o
    join employee e on e.environment = o.environment and e.employee = o.employee
    where o.state <> 'stopped' and e.employment_end < (now() at time zone 'Europe/Amsterdam')::date
    on conflict do nothing
"""


def note_who_left(database: Database) -> int:
    """Have the onboarding of people derived anew whose employment ended by now; how many."""
    with database.connection() as connection:
        return connection.execute(_LEFT).rowcount
