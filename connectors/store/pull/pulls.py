"""What a pull writes: a page, the books of its run and the watermark, together or not at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from psycopg import Connection, sql
from psycopg.rows import DictRow

from connectors.store.database import Database, despite_deadlocks
from connectors.store.outbox.rests import rest_environment
from connectors.store.pull import parked
from connectors.store.pull.runs import LEASE, fence
from connectors.store.records import deletions, mirror
from connectors.store.records.ahead import Reading
from domain.message import Message
from domain.outbox.verdicts import PauseEnvironment
from domain.pull.run import MOST_GONE, Counts, End, FlowState, Gone, Page, Run
from domain.records import catalogue
from domain.records.people import Employee, OnboardingItem
from domain.records.record import Record

SETTLE_AFTER = timedelta(seconds=2)
"""AFAS tells changes apart by whole seconds: within the same one more may come than was read."""

MOST_DOUBTED = 40
"""Lines that are asked for by name in one call (the query has 2049 characters)."""

ASK_AGAIN = timedelta(hours=1)
"""After so long an optional connector that was not there is asked for again."""

_NO_NESTED_LOOPS = "set local enable_nestloop = off"
"""The keys seen were written a moment ago, so the planner thinks that there are none, and would compare each
known row with each of them."""

_STATE = """
    select watermark, newest_key, settled, row_estimate as known,
        coalesce(now() - news_at > %(after)s, true) as settling
    from flow where environment = %(environment)s and flow = %(flow)s
"""
_BOOK = """
    update run set leased_until = now() + %(lease)s, read = read + %(read)s, new = new + %(new)s,
        changed = changed + %(changed)s, unchanged = unchanged + %(unchanged)s, parked = parked + %(parked)s,
        withdrawn = withdrawn + %(withdrawn)s, calls = calls + %(calls)s
    where id = %(run)s
"""
_FLOW = """
    insert into flow as known (environment, flow, watermark, newest_key, settled, news_at, last_run,
        last_success, row_estimate)
    values (%(environment)s, %(flow)s, %(watermark)s, %(newest_key)s, %(settled)s,
        case when %(news)s then now() end, %(run)s, now(), %(known)s)
    on conflict (environment, flow) do update
    set watermark = excluded.watermark, newest_key = excluded.newest_key, settled = excluded.settled,
        news_at = coalesce(excluded.news_at, known.news_at), last_run = excluded.last_run,
        last_success = now(), row_estimate = known.row_estimate + excluded.row_estimate, broken = null,
        absent_since = null
"""
_ABSENT = """
    with ended as (
        update run set state = 'done', ended_at = now(), error = %(reason)s
        where id = %(run)s and token = %(token)s and state = 'running' returning id
    ), known as (
        insert into flow as known (environment, flow, last_run, absent_since)
        select %(environment)s, %(flow)s, id, now() from ended
        on conflict (environment, flow) do update set last_run = excluded.last_run, broken = null,
            absent_since = coalesce(known.absent_since, excluded.absent_since)
    )
    update schedule set next_at = now() + %(again)s
    where environment = %(environment)s and name = 'poll:' || %(flow)s and exists (select from ended)
"""


class Pulls:
    """The store of the flows in, for one environment (``sync.pull.ports.PullStore``)."""

    def __init__(self, database: Database, environment: str, lease: timedelta = LEASE) -> None:
        self._database = database
        self._environment = environment
        self._lease = lease

    def state(self, flow: str) -> FlowState:
        """How far a flow is; a flow that never ran has no watermark."""
        values = {"environment": self._environment, "flow": flow, "after": SETTLE_AFTER}
        with self._database.connection() as connection:
            row = connection.execute(_STATE, values).fetchone()
        return FlowState(**row) if row else FlowState()

    def save(self, run: Run, record: type[Record], page: Page, end: End | None = None) -> Counts:
        """Write a page, and with the last one the end of the run. Raises LostRun."""
        return despite_deadlocks(lambda: self._save(run, record, page, end))

    def _save(self, run: Run, record: type[Record], page: Page, end: End | None) -> Counts:
        with self._database.transaction() as connection:
            fence(connection, run)
            counts = self._write(connection, run, record, page)
            if end and end.sweep:
                counts += Counts(withdrawn=self._sweep(connection, run, record))
            if end:
                counts += Counts(calls=end.calls)
            self._book(connection, run, counts)
            if end:
                self._end(connection, run, end, news=end.news or counts.news)
            if end and end.sweep and record is Employee:
                self._note_leavers(connection)
            if end and end.sweep and record is OnboardingItem:
                self._note_newcomers(connection)
        return counts

    def gone(self, run: Run, record: type[Record]) -> Gone:
        """The rows that we know and that this full run did not see."""
        table = sql.Identifier(catalogue.of(record).table)
        key = sql.SQL(", ").join(map(sql.Identifier, catalogue.of(record).key))
        values = {"environment": self._environment, "run": run.id, "limit": MOST_GONE}
        with self._database.transaction() as connection:
            connection.execute(_NO_NESTED_LOOPS)
            count = connection.execute(
                sql.SQL(
                    "select (select count(*) from {0} where environment = %(environment)s"
                    " and withdrawn_at is null) as known, (select count(*) from {0} known where {1}) as gone"
                ).format(table, _unseen(record)),
                values,
            ).fetchone()
            rows = connection.execute(
                sql.SQL("select {} from {} known where {} limit %(limit)s").format(
                    key, table, _unseen(record)
                ),
                values,
            ).fetchall()
        keys = [tuple(map(str, row.values())) for row in rows]
        return Gone(count["known"], count["gone"], keys) if count else Gone(0, 0, [])

    def doubted(self) -> tuple[list[int], datetime | None]:
        """Lines to ask AFAS for by name; as many as one call may hold."""
        with self._database.connection() as connection:
            return deletions.doubted(connection, self._environment, MOST_DOUBTED)

    def settle_doubted(self, run: Run, lines: Sequence[int], shown: Collection[int], asked: datetime) -> None:
        """In one transaction with the call that was made for it."""
        with self._database.transaction() as connection:
            deletions.settle(connection, self._environment, lines, shown, asked)
            connection.execute("update run set calls = calls + 1 where id = %s", (run.id,))

    def fail(self, run: Run, reason: Message, *, broken: bool = False) -> None:
        """End the run as failed, unless another worker has it."""
        with self._database.transaction() as connection:
            failed = connection.execute(
                "update run set state = 'failed', ended_at = now(), error = %s"
                " where id = %s and token = %s and state = 'running'",
                (reason, run.id, run.token),
            ).rowcount
            if failed:
                connection.execute("delete from seen_key where run = %s", (run.id,))
            if failed and broken:
                connection.execute(
                    "insert into flow (environment, flow, broken) values (%s, %s, %s)"
                    " on conflict (environment, flow) do update"
                    " set broken = excluded.broken, absent_since = null",
                    (self._environment, run.flow, reason),
                )

    def absent(self, run: Run, reason: Message) -> None:
        """End the run as done: the connector is not there, and that was all there is to find out."""
        values = {"environment": self._environment, "flow": run.flow, "run": run.id, "token": run.token}
        with self._database.connection() as connection:
            connection.execute(_ABSENT, values | {"reason": reason, "again": ASK_AGAIN})

    def pause_environment(self, pause: PauseEnvironment) -> None:
        """No run is taken before the rest is over."""
        with self._database.connection() as connection:
            rest_environment(connection, self._environment, pause)

    def _write(self, connection: Connection[DictRow], run: Run, record: type[Record], page: Page) -> Counts:
        if not page.read:
            return Counts()
        reading = Reading(run.flow, page.present) if page.present else None
        written = mirror.write(connection, self._environment, record, page.records, reading=reading)
        parked.park(connection, self._environment, run.flow, page.bad)
        keys = mirror.key_texts(record, page.records)
        parked.resolve(connection, self._environment, run.flow, keys, Message("why.newer-read"))
        if page.remember:
            _remember(connection, run, keys + [each.key for each in page.bad if each.key])
        unchanged = page.read - written.new - written.changed - len(page.bad)
        return Counts(page.read, written.new, written.changed, unchanged, len(page.bad), 0, calls=1)

    def _sweep(self, connection: Connection[DictRow], run: Run, record: type[Record]) -> int:
        values: dict[str, object] = {"environment": self._environment, "run": run.id, "flow": run.flow}
        connection.execute(_NO_NESTED_LOOPS)
        statement = sql.SQL("update {} known set withdrawn_at = now(), written_at = now() where {}").format(
            sql.Identifier(catalogue.of(record).table), _unseen(record)
        )
        withdrawn = connection.execute(statement, values).rowcount
        connection.execute(
            "update parked_row p set resolved_at = now(), resolution = %(gone)s"
            " where environment = %(environment)s and flow = %(flow)s and resolved_at is null"
            " and not exists (select from seen_key s where s.run = %(run)s and s.key = p.key)"
            " and p.last_seen < (select started_at from run where id = %(run)s)",
            values | {"gone": Message("why.gone-from-afas")},
        )
        connection.execute("delete from seen_key where run = %s", (run.id,))
        return withdrawn

    def _book(self, connection: Connection[DictRow], run: Run, counts: Counts) -> None:
        values = {name: getattr(counts, name) for name in Counts.__dataclass_fields__}
        connection.execute(_BOOK, values | {"run": run.id, "lease": self._lease})

    def _note_leavers(self, connection: Connection[DictRow]) -> None:
        """Whose employment ended by the passing of time: no row of theirs changes, but their state does."""
        connection.execute(
            "insert into stale (environment, kind, key)"
            " select distinct e.environment, 'onboarding', e.person from employee e"
            " join onboarding o on o.environment = e.environment and o.person = e.person"
            " where e.environment = %s and o.state <> 'stopped' and e.withdrawn_at is null"
            " and e.employment_end < (now() at time zone 'Europe/Amsterdam')::date on conflict do nothing",
            (self._environment,),
        )

    def _note_newcomers(self, connection: Connection[DictRow]) -> None:
        """Whose state follows from an onboarding item: the words that recognise it may be others now."""
        connection.execute(
            "insert into stale (environment, kind, key)"
            " select environment, 'onboarding', person from onboarding"
            " where environment = %s and evidence ? 'dossier_item' on conflict do nothing",
            (self._environment,),
        )

    def _end(self, connection: Connection[DictRow], run: Run, end: End, *, news: bool) -> None:
        row = connection.execute(
            "update run set state = 'done', ended_at = now(), error = null where id = %s"
            " returning new - withdrawn as known",
            (run.id,),
        ).fetchone()
        connection.execute(
            _FLOW,
            {
                "environment": self._environment,
                "flow": run.flow,
                "run": run.id,
                "watermark": end.watermark,
                "newest_key": end.newest_key,
                "settled": end.settled and not news,
                "news": news,
                "known": row["known"] if row else 0,
            },
        )


def _remember(connection: Connection[DictRow], run: Run, keys: list[str]) -> None:
    connection.execute("insert into seen_key (run, key) select %s, unnest(%s::text[])", (run.id, keys))


def _unseen(record: type[Record]) -> sql.Composed:
    return sql.SQL(
        "known.environment = %(environment)s and known.withdrawn_at is null and not exists"
        " (select from seen_key s where s.run = %(run)s and s.key = {})"
    ).format(mirror.key_text(record, "known"))
