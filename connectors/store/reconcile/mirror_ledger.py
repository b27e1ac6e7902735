"""What reconciling reads of our own side: sums per client and week, rows by key, how far the flows are."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import orjson
from psycopg import sql
from psycopg.rows import DictRow

from connectors.store.database import Database
from connectors.store.records import mirror
from connectors.store.sealed.erased import blanked
from connectors.store.sealed.personal import open_row
from domain.reconcile.comparison import Group, KeptRow, Sums
from domain.reconcile.sides import FlowStand
from domain.records import catalogue
from domain.records.record import Record

WEEKS = 6
"""So many weeks are watched at least, the running one included."""
MOST_WEEKS = 26
"""Older weeks are not watched, paid or not."""

_WEEK = "to_char({day}, 'IYYY-\"W\"IW')"
_SUMS = """
    select coalesce(client, '') as client, {week} as week, count(*) as rows, sum({amount}) as amount,
        sum({flags}) as flags,
        md5(string_agg(encode(content_hash, 'hex'), '' order by {key}::text collate "C")) as digest
    from {table} where environment = %(environment)s and withdrawn_at is null and {day} >= %(since)s
    group by 1, 2
"""
_KEPT = """
    select * from {table} where environment = %(environment)s and {day} >= %(since)s
        and (%(clients)s::text[] is null or (coalesce(client, ''), {week}) in
            (select * from unnest(%(clients)s::text[], %(weeks)s::text[])))
"""
_STAND = """
    select now() as started, f.watermark, coalesce(f.settled, false) as settled,
        f.news_at is not null and exists (
            select from run r where r.environment = %(environment)s and r.flow = %(flow)s
            and r.state = 'done' and r.kind in ('wide', 'full')
            and r.started_at >= f.news_at + %(late)s * interval '1 second') as caught_up
    from (select 1) as always left join flow f on f.environment = %(environment)s and f.flow = %(flow)s
"""
_FIRST_DAY = """
    select greatest(least(%(recent)s, date_trunc('week', min(period_start))::date), %(oldest)s) as day
    from claim where environment = %(environment)s and not paid and withdrawn_at is null
"""


class MirrorLedger:
    """Reads of the mirror of one environment (the first half of ``sync.reconcile.ports.Ledger``)."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def first_open_day(self, today: date) -> date:
        """The Monday from which weeks are watched."""
        monday = date.fromordinal(today.toordinal() - today.weekday())
        recent = date.fromordinal(monday.toordinal() - 7 * (WEEKS - 1))
        oldest = date.fromordinal(monday.toordinal() - 7 * (MOST_WEEKS - 1))
        [row] = self._rows(_FIRST_DAY, recent=recent, oldest=oldest)
        day: date = row["day"] or recent
        return day

    def stand(self, flow: str, late: float) -> FlowStand:
        """How far a flow is now."""
        [row] = self._rows(_STAND, flow=flow, late=late)
        return FlowStand(**row)

    def fingerprints(self, records: Sequence[Record]) -> list[str]:
        """The content hash of each, in hexadecimal, as ``mirror.write`` would keep it."""
        return [mirror.content_hash(orjson.dumps(each, default=str)) for each in records]

    def digest(self, text: str) -> str:
        """As PostgreSQL's md5: no secret hangs on it, it only tells equal from different."""
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    def sums(self, record: type[Record], since: date) -> dict[Group, Sums]:
        """The sums per client and week."""
        rows = self._rows(_filled(_SUMS, record), since=since)
        return {
            (row["client"], row["week"]): Sums(row["rows"], row["digest"], row["amount"], row["flags"])
            for row in rows
        }

    def kept(
        self, record: type[Record], since: date, groups: Collection[Group] | None = None
    ) -> dict[str, KeptRow]:
        """The rows by key, withdrawn ones too; of those groups, or all."""
        chosen = None if groups is None else sorted(groups)
        rows = self._rows(
            _filled(_KEPT, record),
            since=since,
            clients=None if chosen is None else [client for client, _ in chosen],
            weeks=None if chosen is None else [week for _, week in chosen],
        )
        return self._by_key(record, rows)

    def kept_all(self, record: type[Record]) -> dict[str, KeptRow]:
        """All rows by key, withdrawn ones too."""
        table = sql.Identifier(catalogue.of(record).table)
        statement = sql.SQL("select * from {} where environment = %(environment)s").format(table)
        return self._by_key(record, self._rows(statement))

    def as_kept(self, records: Mapping[str, Record]) -> dict[str, Record]:
        """Records by key as the store would keep them: blank where somebody was erased."""
        if not records:
            return {}
        some = list(records.values())
        with self._database.connection() as connection:
            kept = blanked(connection, self._environment, catalogue.of(type(some[0])), some)
        return dict(zip(records, kept, strict=True))

    def by_key(self, record: type[Record], keys: Collection[str]) -> dict[str, KeptRow]:
        """The rows with these keys, withdrawn ones too."""
        kind = catalogue.of(record)
        [key] = kind.key
        statement = sql.SQL("select * from {} where environment = %(environment)s and {} = any(%(keys)s)")
        wanted = sorted(map(int, keys)) if kind.numbered else sorted(keys)
        table = sql.Identifier(kind.table)
        return self._by_key(record, self._rows(statement.format(table, sql.Identifier(key)), keys=wanted))

    def parked(self, flow: str) -> frozenset[str]:
        """The keys of rows that could not be read."""
        rows = self._rows(
            "select key from parked_row where environment = %(environment)s and flow = %(flow)s"
            " and resolved_at is null",
            flow=flow,
        )
        return frozenset(row["key"] for row in rows)

    def stale(self) -> frozenset[str]:
        """The declarations that wait to be derived."""
        rows = self._rows(
            "select key from stale where environment = %(environment)s and kind = 'declaration'"
        )
        return frozenset(row["key"] for row in rows)

    def claims_since(self, since: date) -> list[str]:
        """The numbers of the claims of that day or later, in order."""
        rows = self._rows(
            "select claim from claim where environment = %(environment)s and period_start >= %(since)s"
            " order by claim",
            since=since,
        )
        return [row["claim"] for row in rows]

    def _rows(self, query: sql.Composed | str, **values: object) -> list[DictRow]:
        with self._database.connection() as connection:
            return connection.execute(
                query,
                {"environment": self._environment, **values},
            ).fetchall()

    def _by_key(self, record: type[Record], rows: Sequence[DictRow]) -> dict[str, KeptRow]:
        """What is personal is opened: it is compared as it is read in AFAS."""
        kind, keys = catalogue.of(record), self._database.keys
        [key] = kind.key
        if kind.sealed:
            rows = [open_row(keys, self._environment, record, row) for row in rows]
        return {
            str(row[key]): KeptRow(
                mirror.read(record, row),
                row["written_at"],
                bytes(row["content_hash"]).hex(),
                row["withdrawn_at"] is not None,
            )
            for row in rows
        }


def _filled(template: str, record: type[Record]) -> str:
    """A template with the columns of a type that is summed per week; our own words only."""
    kind = catalogue.of(record)
    [key] = kind.key
    weekly = kind.summed
    return template.format(
        table=kind.table,
        key=key,
        day=weekly.day,
        week=_WEEK.format(day=weekly.day),
        amount=weekly.amount,
        flags=" + ".join(f"{flag}::int" for flag in weekly.flags),
    )
