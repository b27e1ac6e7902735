"""Lines that AFAS deleted: withdrawn when its times prove it, doubted when they leave it open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from psycopg import Connection
from psycopg.rows import DictRow

_OPEN = """(d.deleted_at = h.changed_at or same_repeated_hour(d.deleted_at, h.changed_at)
    or lies_ahead(h.environment, 'hour_line', h.line::text)
    or lies_ahead(d.environment, 'deleted_line', d.line::text))"""
_PAIRS = f"""d.environment = h.environment and d.line = h.line
    and h.environment = %(environment)s and h.line = any(%(lines)s) and h.withdrawn_at is null
    and (d.deleted_at >= h.changed_at or {_OPEN})"""
_WITHDRAW = f"""
    update hour_line h set withdrawn_at = now(), written_at = now() from deleted_line d
    where {_PAIRS} and not {_OPEN}
"""  # noqa: S608 - only our own text is put in, here and below
# Of what this transaction wrote: a pair that was asked for and did not change since is not asked for again.
_DOUBT = f"""
    insert into doubted_line as known (environment, line)
    select h.environment, h.line from hour_line h, deleted_line d
    where {_PAIRS} and {_OPEN} and (h.written_at = now() or d.written_at = now())
    on conflict (environment, line) do update set since = excluded.since
"""  # noqa: S608
_DOUBTED = "select line, now() as asked from doubted_line where environment = %s order by line limit %s"
_SETTLED = """
    with settled as (
        delete from doubted_line where environment = %(environment)s and line = any(%(lines)s)
        and since <= %(asked)s returning line
    )
    update hour_line h set withdrawn_at = now(), written_at = now() from settled
    where h.environment = %(environment)s and h.line = settled.line and not h.line = any(%(shown)s)
    and h.withdrawn_at is null and h.written_at <= %(asked)s
"""


def apply(connection: Connection[DictRow], environment: str, lines: Sequence[int]) -> None:
    """A line that AFAS has deleted stays withdrawn, whichever of the two we hear of first.

    Where their times do not say which was first, the line is noted: AFAS has to be asked for it by name.
    """
    values = {"environment": environment, "lines": list(lines)}
    connection.execute(_WITHDRAW, values)
    connection.execute(_DOUBT, values)


def doubted(
    connection: Connection[DictRow], environment: str, most: int
) -> tuple[list[int], datetime | None]:
    """The lines to ask for, and the database's time (aware UTC) before we ask; None when there are none."""
    rows = connection.execute(_DOUBTED, (environment, most)).fetchall()
    return [row["line"] for row in rows], rows[0]["asked"] if rows else None


def settle(
    connection: Connection[DictRow],
    environment: str,
    lines: Sequence[int],
    shown: Collection[int],
    asked: datetime,
) -> None:
    """Of the lines that AFAS was asked for, withdraw those that it does not show.

    What was written after ``asked`` is left alone: it is newer than AFAS's answer.
    """
    values = {"environment": environment, "lines": list(lines), "shown": list(shown), "asked": asked}
    connection.execute(_SETTLED, values)
