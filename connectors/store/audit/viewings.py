"""Who looked: written in batches, beside the audit trail and without its lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.store.audit.tally import count
from connectors.store.database import Database
from domain.audit.entry import Entry
from domain.audit.viewing import KeptViewing, Viewing

_ADD = """
    insert into viewing as v (environment, minute, actor, address, what, subject, times)
    select %(environment)s, date_trunc('minute', now()), actor, address, what, subject, times
    from unnest(%(actors)s::text[], %(addresses)s::text[], %(whats)s::text[], %(subjects)s::text[],
        %(times)s::int[]) as seen(actor, address, what, subject, times)
    order by actor, address, what, subject
    on conflict (environment, minute, actor, address, what, subject)
    do update set times = v.times + excluded.times
"""
_NEWEST = """
    select minute, actor, address, what, subject, times from viewing where environment = %(environment)s
    and (%(actor)s::text is null or actor = %(actor)s)
    and (%(subject)s::text is null or %(subject)s = any(string_to_array(subject, ' ')))
    and minute > now() - %(days)s * interval '1 day'
    order by minute desc, actor, what, subject limit %(limit)s
"""


class Viewings:
    """The viewings of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def add(self, seen: Mapping[Viewing, int], refused: Sequence[Entry] = ()) -> None:
        """Write what was looked at in this minute, and how often; and what a role or key did not open."""
        if seen:
            values = {
                "environment": self._environment,
                "actors": [each.actor for each in seen],
                "addresses": [each.address for each in seen],
                "whats": [each.what for each in seen],
                "subjects": [each.subject for each in seen],
                "times": list(seen.values()),
            }
            with self._database.connection() as connection:
                connection.execute(_ADD, values)
        for entry in refused:
            with self._database.transaction() as connection:
                count(connection, self._environment, entry)

    def newest(
        self, *, actor: str | None = None, subject: str | None = None, days: int = 30, limit: int = 100
    ) -> list[KeptViewing]:
        """The newest first. ``subject``: one of its parts, such as ``contact=22834``."""
        values = {
            "environment": self._environment,
            "actor": actor,
            "subject": subject,
            "days": days,
            "limit": limit,
        }
        with self._database.connection() as connection:
            rows = connection.execute(_NEWEST, values).fetchall()
        return [
            KeptViewing(row.pop("minute"), times=row.pop("times"), viewing=Viewing(**row)) for row in rows
        ]
