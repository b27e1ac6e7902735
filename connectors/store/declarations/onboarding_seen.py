"""Which tasks and statuses onboarding items have."""

from __future__ import annotations

from connectors.store.database import Database
from domain.declarations.onboarding_words import ItemsSeen

_SEEN = """
    select task, workflow_status as status, workflow_closed as closed, count(*) as count from onboarding_item
    where environment = %s and withdrawn_at is null group by 1, 2, 3 order by count desc limit 500
"""


def items_seen(database: Database, environment: str) -> list[ItemsSeen]:
    """The 500 most frequent combinations that AFAS shows."""
    with database.connection() as connection:
        rows = connection.execute(_SEEN, (environment,)).fetchall()
    return [ItemsSeen(**row) for row in rows]
