"""Whether copies of the database follow, and whether a commit waits for any of them."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.store.database import Database, row_as

_STANDBYS = """
    select (select count(*) from pg_stat_replication) as count,
        current_setting('synchronous_standby_names') as waited_for,
        current_setting('synchronous_commit') as waits
"""


@dataclass(frozen=True, slots=True)
class Standbys:
    """How many follow, the names of those that commits wait for (empty: none), and how long they wait."""

    count: int
    waited_for: str
    waits: str


def standbys(database: Database) -> Standbys | None:
    """As the server says it now."""
    with database.connection() as connection:
        return row_as(Standbys, connection, _STANDBYS)
