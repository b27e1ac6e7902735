"""A store as full as after a year: made by PostgreSQL itself, since rows from here would take an hour."""

from __future__ import annotations

from connectors.store.database import Database
from domain.failures.cause import fingerprint
from domain.message import Message, verbatim

PLACEMENTS = 20_000
FAILED_SHARE = 50
"""One in so many updates failed."""

_REASONS = (
    verbatim("Kostenplaats 'TAC' is geblokkeerd."),
    verbatim("De medewerker is uit dienst op 12-10-2026."),
    verbatim("Periode 2026-46 is afgesloten."),
    Message("why.one-more-look"),
)
_ROW_REASON = verbatim("Quantity: no number")
_PEOPLE = """
    insert into client (environment, client, organisation, name, blocked, changed_at, content_hash)
    select 'main', 'K' || to_char(n, 'FM0000'), 'o' || n, 'Client ' || n, false, now(), ''
    from generate_series(0, 399) n;
    insert into contact (environment, contact, client, organisation, person, name, blocked, changed_at,
        content_hash)
    select 'main', n, 'K' || to_char(n, 'FM0000'), 'o' || n, 'p' || n, 'Contact ' || n, false, now(), ''
    from generate_series(0, 399) n;
    insert into employee (environment, employee, person, flex, blocked, first_name, last_name, pocket_user,
        changed_at, content_hash)
    select 'main', 'E' || n, 'P' || n, true, false, 'Jan', 'Jansen ' || n, true, now(), ''
    from generate_series(0, 19999) n;
    insert into placement (environment, placement, employee, agreement, client, job, start_date,
        claim_contact,
        cost_centre_rule, changed_at, content_hash)
    select 'main', 'P' || n, 'E' || n, 'A' || n % 400, 'K' || to_char(n % 400, 'FM0000'), 'job', '2024-01-01',
        n % 400, 0, now(), '' from generate_series(0, 19999) n;
"""
_CLAIMS = """
    with made as (
        select n, to_char(n, 'FM000000000000') || '.01' as number, n %% %(placements)s as p,
            date '2026-11-16' - 7 * (n / %(placements)s)::int as monday
        from generate_series(%(first)s::int, %(last)s::int) n),
    claims as (insert into claim (environment, claim, kind, year, period, period_start, period_end, placement,
        employee, agreement, client, subject, workflow_status, approved_externally, approved_internally,
        processed,
        paid, invoiced, total_hours, created_at, changed_at, content_hash)
        select 'main', number, '1', extract(isoyear from monday), extract(week from monday), monday,
        monday + 6,
        'P' || p, 'E' || p, 'A' || p %% 400, 'K' || to_char(p %% 400, 'FM0000'), n, 'Ter beoordeling',
        false, false,
        n > %(placements)s, n > %(placements)s, false, 40, now(), now(), '' from made)
    insert into declaration (environment, number, status, version, client, placement, employee, agreement,
        contact, week, period_start, period_end, hours, lines, cost_centre_required, kind, subject, missing,
        changed_at)
    select 'main', number, case when n > %(placements)s then 'paid' else 'to-approve' end, '',
        'K' || to_char(p %% 400, 'FM0000'), 'P' || p, 'E' || p, 'A' || p %% 400, p %% 400,
        to_char(monday, 'IYYY-"W"IW'), monday, monday + 6, 40, 5, false, '1', n, '{}', now() from made
"""
_LINES = """
    insert into hour_line (environment, line, date, year, period, employee, placement, agreement, client,
        claim,
        item_type, item, quantity, unit, finished, agreed, rejected, approved_externally, created_at,
        changed_at,
        content_hash)
    select 'main', n, date '2026-11-16' - 7 * (n / 5 / %(placements)s)::int + n %% 5, 2026, 46,
        'E' || n / 5 %% %(placements)s, 'P' || n / 5 %% %(placements)s, 'A1',
        'K' || to_char(n / 5 %% %(placements)s %% 400, 'FM0000'), to_char(n / 5,
        'FM000000000000') || '.01', '1',
        'UUR', 8, 'UUR', true, true, false, true, now(), now(), ''
    from generate_series(%(first)s::int, %(last)s::int) n
"""
_UPDATES = """
    insert into outbox (environment, kind, subject, state, payload, mark, attempts, sends, reason, cause,
        created_at, ended_at)
    select 'main', 'approve', 'claim:' || to_char(n, 'FM000000000000') || '.01',
        case when n %% %(share)s <> 0 then 'done' when n %% 16 = 3 then 'unclear' else 'parked' end,
        jsonb_build_object('claim', to_char(n, 'FM000000000000') || '.01', 'contact', n %% 400),
        'LB-' || to_hex(n), 1, 1,
        case when n %% %(share)s <> 0 then jsonb_build_object('id', 'why.approved-by', 'values',
                jsonb_build_object('contact', n %% 400))
            else (%(reasons)s::jsonb[]) [1 + n / %(share)s %% 4] end,
        case when n %% %(share)s = 0 then (%(causes)s::text[]) [1 + n / %(share)s %% 4] end,
        now() - n * interval '1 second', now()
    from generate_series(%(first)s::int, %(last)s::int) n
"""
_ATTEMPTS = """
    insert into attempt (outbox, step, outcome, detail, request, seconds)
    select o.id, step, 'x', %(reason)s, '{"verb": "PUT", "path": "PtDeclaration"}', 0.3
    from outbox o, (values ('look'), ('send'), ('verify')) steps (step) where update_has_failed(o.state)
"""
_ROWS = """
    insert into parked_row (environment, flow, key, reason, cause, row, content_hash)
    select 'main', 'hours', n::text, %(reason)s, %(cause)s, '{"LineId": 1}', ''
    from generate_series(1, 5000) n
"""


def is_full(database: Database, updates: int, lines: int) -> bool:
    """Whether it was filled before."""
    with database.connection() as connection:
        row = connection.execute(
            "select (select max(id) from outbox) as updates, (select max(line) from hour_line) as lines"
        ).fetchone()
    return bool(row and (row["updates"] or 0) >= updates and (row["lines"] or 0) >= lines)


def fill(database: Database, updates: int, lines: int) -> None:
    """Fill an empty store: a claim for every five lines, an update for every claim of the first ones."""
    values = {"placements": PLACEMENTS, "share": FAILED_SHARE, "reasons": list(_REASONS)}
    values |= {"causes": [fingerprint("approve", reason) for reason in _REASONS]}
    _run(database, _PEOPLE)
    for query, count in ((_CLAIMS, lines // 5), (_LINES, lines), (_UPDATES, updates)):
        for first in range(1, count + 1, 100_000):
            _run(database, query, **values, first=first, last=min(count, first + 99_999))
    _run(database, _ATTEMPTS, reason=_REASONS[0])
    _run(database, _ROWS, reason=_ROW_REASON, cause=fingerprint("flow:hours", _ROW_REASON))
    with database.connection() as connection:
        connection.execute("vacuum analyze")


def _run(database: Database, query: str, **values: object) -> None:
    """Without triggers: nothing is to be derived here."""
    with database.transaction() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute(query, values or None)
