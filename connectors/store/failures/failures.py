"""What failed, for people: grouped by cause, searched, page by page in the order of ids.

Every query begins at the partial indexes of what failed, so that its price is that of the failures and not of
everything that ever went well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.database import Database, rows_as
from connectors.store.messages import message_of
from connectors.store.running.overview import ParkedRow
from domain.failures.cause import fingerprint
from domain.failures.failure import STATES, FailureQuery, Group
from domain.message import Message

T = TypeVar("T")

MOST_GROUPS = 200
MOST_AT_ONCE = 10_000
"""Updates that one replay may hold."""

_UNREAD = "p.environment = %(environment)s and p.resolved_at is null"
_FAILED = "o.environment = %(environment)s and update_has_failed(o.state)"
# Asked of each failed update: asked of all declarations, it would cost as much as there are of those.
_WEEK = """(select d.week from declaration d where d.environment = o.environment
    and d.number = claim_of(o.subject))"""
_CLIENT = """coalesce(
    (select d.client from declaration d where d.environment = o.environment
        and d.number = claim_of(o.subject)),
    (select t.client from document t where t.environment = o.environment
        and t.subject = case when o.subject ~ '^item:[0-9]{1,18}$' then substr(o.subject, 6)::bigint end),
    (select k.client from contact k where k.environment = o.environment
        and k.contact = case when o.subject ~ '^(contact|question):[0-9]{1,18}$'
            then split_part(o.subject, ':', 2)::bigint end))"""
# A client is named by its number, or by a part of its name.
_CLIENTS = """array(select %(client)s union select client from client
    where environment = %(environment)s and name ilike %(client_name)s)"""
# Part of a text in it (AFAS's own words, say), or a message whose words have that part.
_SAYS = """(exists (select from jsonb_path_query({0}.reason, 'strict $.**.values.*') said (value)
        where jsonb_typeof(value) in ('string', 'number') and value #>> '{{}}' ilike %({1})s)
    or jsonb_path_query_array({0}.reason, 'strict $.**.id') ?| %(said)s::text[])"""
_UPDATE_FILTERS = {
    "states": "o.state <> all(%(states)s)",
    "kinds": "o.kind = any(%(kinds)s)",
    "client": f"{_CLIENT} = any({_CLIENTS})",
    "week": f"{_WEEK} = %(week)s",
    "text": f"({_SAYS.format('o', 'text')} or o.subject ilike %(text)s or o.id::text = %(number)s)",
    "reason": _SAYS.format("o", "reason"),
    "hours": "o.created_at <= now() - %(hours)s * interval '1 hour'",
    "cause": "o.cause = %(cause)s",
}
_ROW_FILTERS = {
    "flows": "p.flow = any(%(flows)s)",
    "text": f"({_SAYS.format('p', 'text')} or p.key ilike %(text)s or p.id::text = %(number)s)",
    "hours": "p.first_seen <= now() - %(hours)s * interval '1 hour'",
    "cause": "p.cause = %(cause)s",
}
_GROUPS = """
    select cause, about, parked, unclear, oldest, (select reason from outbox where id = newest) as reason
    from (select o.cause, o.kind as about, count(*) filter (where o.state = 'parked') as parked,
            count(*) filter (where o.state = 'unclear') as unclear, min(o.created_at) as oldest,
            max(o.id) as newest
        from outbox o where {where} group by o.cause, o.kind
    ) found order by not pay_depends_on(about), parked + unclear desc, cause limit %(limit)s
"""
_ROW_GROUPS = """
    select cause, 'flow:' || flow as about, parked, 0 as unclear, oldest,
        (select reason from parked_row where id = newest) as reason from (
        select p.cause, p.flow, count(*) as parked, min(p.first_seen) as oldest, max(p.id) as newest
        from parked_row p where {where} group by p.cause, p.flow
    ) found order by parked desc, cause limit %(limit)s
"""
_UPDATES = """
    select o.id, o.kind, o.subject, o.state, o.reason, o.log_reference, o.attempts, o.sends, o.created_at,
        o.ended_at, o.due_at, d.client, d.week, c.name as client_name, trim_scale(d.hours)::text as hours,
        (select count(*) from outbox later where later.environment = o.environment
            and later.subject = o.subject and later.id > o.id
            and update_is_open(later.state)) as waiting_behind
    from outbox o
    left join declaration d on d.environment = o.environment and d.number = claim_of(o.subject)
    left join client c on c.environment = d.environment and c.client = d.client
    where {where} and o.id > %(after)s order by o.id limit %(limit)s
"""
_ROWS = """
    select p.id, p.flow, p.key, p.reason, p.first_seen, p.last_seen from parked_row p
    where {where} and p.id > %(after)s order by p.id limit %(limit)s
"""

_NAMELESS = """
    select distinct kind, reason from outbox where environment = %(environment)s
        and update_has_failed(state) and cause is null limit 500
"""
_NAME = """
    update outbox set cause = %(cause)s where environment = %(environment)s
        and update_has_failed(state) and cause is null and kind = %(kind)s
        and reason is not distinct from %(reason)s
"""
_NAMELESS_ROWS = """
    select distinct flow, reason from parked_row where environment = %(environment)s
        and resolved_at is null and cause is null limit 500
"""
_NAME_ROWS = """
    update parked_row set cause = %(cause)s where environment = %(environment)s
        and resolved_at is null and cause is null and flow = %(flow)s and reason = %(reason)s
"""


@dataclass(frozen=True, slots=True)
class FailedUpdate:
    """An update that waits for a person or is unclear, with the declaration that it is about."""

    id: int
    kind: str
    subject: str
    state: str
    reason: Message | None
    log_reference: str | None
    attempts: int
    sends: int
    created_at: datetime
    ended_at: datetime | None
    due_at: datetime
    client: str | None
    week: str | None
    client_name: str | None
    hours: str | None
    waiting_behind: int


class Failures:
    """What failed in one environment. Reasons hold no personal data; keys of rows are AFAS's own numbers."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def groups(self, wanted: FailureQuery, limit: int = MOST_GROUPS) -> list[Group]:
        """Updates that wait for a person or are unclear, by cause; what pay hangs on first, then by size."""
        with self._database.connection() as connection:
            self._name_updates(connection)
        return self._select(Group, _GROUPS, wanted, _UPDATE_FILTERS, limit=limit)

    def row_groups(self, wanted: FailureQuery, limit: int = MOST_GROUPS) -> list[Group]:
        """Rows that could not be read, by cause. None when only a client or a week is looked for."""
        if not _may_be_rows(wanted):
            return []
        with self._database.connection() as connection:
            self._name_rows(connection)
        return self._select(Group, _ROW_GROUPS, wanted, _ROW_FILTERS, limit=limit)

    def updates(self, wanted: FailureQuery, *, after: int = 0, limit: int = 50) -> list[FailedUpdate]:
        """Updates of a page, oldest first: those with an id behind ``after``."""
        return self._select(FailedUpdate, _UPDATES, wanted, _UPDATE_FILTERS, after=after, limit=limit)

    def rows(self, wanted: FailureQuery, *, after: int = 0, limit: int = 50) -> list[ParkedRow]:
        """Parked rows of a page, oldest first, without their content."""
        return (
            self._select(ParkedRow, _ROWS, wanted, _ROW_FILTERS, after=after, limit=limit)
            if _may_be_rows(wanted)
            else []
        )

    def update_ids(self, wanted: FailureQuery, limit: int = MOST_AT_ONCE) -> list[int]:
        """The ids of all updates that are wanted."""
        query = "select o.id from outbox o where {where} order by o.id limit %(limit)s"
        return self._select(_id, query, wanted, _UPDATE_FILTERS, limit=limit)

    def row_ids(self, wanted: FailureQuery, limit: int = MOST_AT_ONCE) -> list[int]:
        """The ids of all parked rows that are wanted."""
        query = "select p.id from parked_row p where {where} order by p.id limit %(limit)s"
        return self._select(_id, query, wanted, _ROW_FILTERS, limit=limit) if _may_be_rows(wanted) else []

    def group(self, cause: str) -> Group | None:
        """One cause with all its victims; None when nothing fails for it any more."""
        wanted = FailureQuery(cause=cause)
        return next(iter(self.groups(wanted, 1) or self.row_groups(wanted, 1)), None)

    def _select(
        self,
        make: Callable[..., T],
        query: str,
        wanted: FailureQuery,
        filters: dict[str, str],
        **values: object,
    ) -> list[T]:
        first = _FAILED if filters is _UPDATE_FILTERS else _UNREAD
        given = _given(wanted, filters)
        where = " and ".join([first, *(filters[name] for name in given)])
        values |= given | {"environment": self._environment}
        if wanted.client:
            values |= {"client_name": f"%{_literally(wanted.client)}%"}
        if wanted.text:
            values |= {"text": f"%{_literally(wanted.text)}%", "number": wanted.text.strip()}
        if wanted.reason:
            values |= {"reason": f"%{_literally(wanted.reason)}%"}
        values |= {"said": list(wanted.said)}
        with self._database.connection() as connection:
            return rows_as(make, connection, query.format(where=where), values)  # only our own text

    def _name_updates(self, connection: Connection[DictRow]) -> None:
        """Give a cause to what failed without one: before there were causes, or by another hand."""
        values = {"environment": self._environment}
        for row in connection.execute(_NAMELESS, values).fetchall():
            reason = message_of(row["reason"])
            named = row | values | {"cause": fingerprint(row["kind"], reason), "reason": reason}
            connection.execute(_NAME, named)

    def _name_rows(self, connection: Connection[DictRow]) -> None:
        values = {"environment": self._environment}
        for row in connection.execute(_NAMELESS_ROWS, values).fetchall():
            reason = message_of(row["reason"])
            named = row | values | {"cause": fingerprint(f"flow:{row['flow']}", reason), "reason": reason}
            connection.execute(_NAME_ROWS, named)


def _id(id: int) -> int:  # noqa: A002 - the column
    return id


def _given(wanted: FailureQuery, filters: dict[str, str]) -> dict[str, object]:
    """What is asked for, of what these filters know; a tuple would not be an array."""
    values = {name: getattr(wanted, name) for name in filters}
    if "states" in values:  # the states left out: asked for by equality, PostgreSQL would leave the index
        values["states"] = tuple(set(STATES) - set(wanted.states)) or None
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not None
    }


def _may_be_rows(wanted: FailureQuery) -> bool:
    """Rows that could not be read have no client and no week yet, and are parked."""
    return not wanted.client and not wanted.week and "parked" in wanted.states


def _literally(text: str) -> str:
    """A text for LIKE that stands for itself."""
    return text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
