"""The lists that the portal shows, each as one query, and how they are filtered and paged.

Rows have the shape of the API's answers: parts are nested, quantities and amounts are exact decimal texts.
"""

# ruff: noqa: S608 - the texts of the queries are our own; values travel as parameters

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.store.decisions.signatures import PLACEMENT, SIGNED, SIGNER
from domain.records.record import Record

_CLIENT = (
    "case when d.client is not null then jsonb_build_object('client', d.client, 'name', c.name) end as client"
)
_WORKER = (
    "case when {of}.employee is not null then jsonb_build_object('employee', {of}.employee, 'name', "
    "worker_name(e)) end as worker"
)
_DELIVERY = (
    "(select jsonb_build_object('state', o.state, 'since', coalesce(o.ended_at, o.sent_at, o.created_at),"
    " 'attempts', o.attempts) from outbox o where o.environment = {of}.environment"
    " and o.subject = '{kind}:' || {of}.{key} order by o.id desc limit 1) as delivery"
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its query without a where, its key, its filters, and what binds it to one client.

    ``record``: of whose columns some are encrypted. ``withheld``: what is no client's matter.
    """

    select: str
    table: str
    key: str
    key_type: str
    filters: dict[str, str]
    bound: str
    record: type[Record] | None = None
    withheld: tuple[str, ...] = ()

    def page(self, given: frozenset[str]) -> str:
        """The query of a page. Parameters: environment, bound, after, limit, and the filters given."""
        behind = f"(%(after)s::text is null or {self.key} > %(after)s::{self.key_type})"
        return f"{self._where(given)} and {behind} order by {self.key} limit %(limit)s"

    def one(self) -> str:
        """The query of one row. Parameters: environment, bound, key."""
        return f"{self._where(frozenset())} and {self.key} = %(key)s::{self.key_type}"

    def _where(self, given: frozenset[str]) -> str:
        conditions = [
            f"{self.table}.environment = %(environment)s",
            *(self.filters[name] for name in sorted(given)),
        ]
        conditions.append(f"(%(bound)s::text is null or {self.bound})")
        return f"{self.select} where {' and '.join(conditions)}"


DECLARATIONS = Listing(
    select=f"""
        select d.number, d.status, d.version, {_CLIENT}, {_WORKER.format(of="d")}, d.agreement, d.contact,
        d.week,
        d.period_start, d.period_end, trim_scale(d.hours)::text as hours, d.lines as line_count,
        d.cost_centre, d.reference, d.cost_centre_required, d.kind, d.missing, d.changed_at,
        case when d.placement is not null then jsonb_build_object('placement', d.placement, 'job', p.job,
        'job_description', p.job_description) end as placement,
        {_DELIVERY.format(of="d", kind="claim", key="number")}
        from declaration d {PLACEMENT}
        left join client c on c.environment = d.environment and c.client = d.client
        left join employee e on e.environment = d.environment and e.employee = d.employee""",
    table="d",
    key="d.number",
    key_type="text",
    filters={
        "status": "d.status = %(status)s",
        "client": "d.client = %(client)s",
        "week": "d.week = %(week)s",
        "contact": "d.contact = %(contact)s",
    },
    bound="d.client = %(bound)s",
)

_DOCUMENT_STATUS = f"""case
    when d.workflow_status = 'Ter ondertekening' and not d.workflow_closed
        then case when {SIGNED} then 'signed' else 'to-sign' end
    when d.workflow_status = 'Getekend' then 'signed' when d.workflow_status = 'Afgehandeld' then 'handled'
    when d.workflow_status = 'Vervallen' then 'lapsed' else 'open' end"""

DOCUMENTS = Listing(
    select=f"""
        select d.subject as id, d.kind, d.title, {_DOCUMENT_STATUS} as status, {_CLIENT},
        {_WORKER.format(of="d")},
        d.agreement, d.placement, {SIGNER} as contact, d.submitted_at, d.changed_at,
        coalesce((select jsonb_agg(jsonb_build_object('id', f.file_id, 'name', f.name) order by f.attachment)
        from document_file f where f.environment = d.environment and f.subject = d.subject
        and f.withdrawn_at is null), '[]') as files,
        {_DELIVERY.format(of="d", kind="item", key="subject")}
        from document d {PLACEMENT}
        left join client c on c.environment = d.environment and c.client = d.client
        left join employee e on e.environment = d.environment and e.employee = d.employee""",
    table="d.withdrawn_at is null and d",
    key="d.subject",
    key_type="bigint",
    filters={
        "status": f"{_DOCUMENT_STATUS} = %(status)s",
        "client": "d.client = %(client)s",
        "contact": f"{SIGNER} = %(contact)s",
    },
    bound="d.client = %(bound)s",
)

ONBOARDING = Listing(
    select="""
        select o.person, o.employee, o.state, o.since, o.evidence, o.changed_at,
        (select coalesce(worker_name(e), '') from employee e
        where e.environment = o.environment and e.person = o.person
        order by e.employee = o.employee desc, e.employee desc limit 1) as name
        from onboarding o""",
    table="o",
    key="o.person",
    key_type="text",
    filters={"state": "o.state = %(state)s"},
    bound="""exists(select from employee e join placement p on p.environment = e.environment
        and p.employee = e.employee where e.environment = o.environment and e.person = o.person
        and p.client = %(bound)s and p.withdrawn_at is null
        and (p.end_date is null or p.end_date >= (now() at time zone 'Europe/Amsterdam')::date))""",
)

AGREEMENTS = Listing(
    select="""select agreement, client, description, start_date, end_date, closed, changed_at
        from agreement a""",
    table="a.withdrawn_at is null and a",
    key="a.agreement",
    key_type="text",
    filters={"client": "a.client = %(client)s"},
    bound="a.client = %(bound)s",
)

INVOICES = Listing(
    select="""select invoice, client, invoice_date, due_date, amount::text as amount,
        balance::text as balance, currency, balance <> 0 as open, changed_at from invoice i""",
    table="i.withdrawn_at is null and i",
    key="i.invoice",
    key_type="text",
    filters={"client": "i.client = %(client)s", "open": "(i.balance <> 0) = %(open)s"},
    bound="i.client = %(bound)s",
)

CONTACTS = Listing(
    select=f"""
        select k.contact, k.client, k.name, k.job_title, k.email, k.mobile, k.mobile_private, k.blocked,
        k.changed_at, (select jsonb_build_object('id', o.id, 'payload', o.payload) from outbox o
        where o.environment = k.environment and o.subject = 'contact:' || k.contact
        and update_is_open(o.state)
        order by o.id desc limit 1) as mobile_requested,
        {_DELIVERY.format(of="k", kind="contact", key="contact")}
        from contact k""",
    table="k.withdrawn_at is null and k",
    key="k.contact",
    key_type="bigint",
    filters={"client": "k.client = %(client)s"},
    bound="k.client = %(bound)s",
)

_WORKED_FOR = """exists(select from placement p where p.environment = l.environment
    and p.employee = l.employee and p.client = {client} and p.withdrawn_at is null
    and p.start_date <= coalesce(l.end_date, 'infinity')
    and coalesce(p.end_date, 'infinity') >= l.start_date)"""
_MONDAY = """to_date(%(week)s, 'IYYY-"W"IW')"""

LEAVE = Listing(
    select=f"""
        select l.leave, {_WORKER.format(of="l")}, l.start_date, l.end_date,
        trim_scale(l.hours)::text as hours, l.approved, l.changed_at
        from leave l left join employee e on e.environment = l.environment and e.employee = l.employee""",
    table="l.withdrawn_at is null and l",
    key="l.leave",
    key_type="bigint",
    filters={
        "client": "coalesce(%(bound)s, %(client)s) = %(client)s and "
        + _WORKED_FOR.format(client="%(client)s"),
        "week": f"l.start_date < {_MONDAY} + 7 and coalesce(l.end_date, 'infinity') >= {_MONDAY}",
    },
    bound=_WORKED_FOR.format(client="%(bound)s"),
)

LISTS: Mapping[str, Listing] = {"agreements": AGREEMENTS, "invoices": INVOICES, "leave": LEAVE}
"""Those that need no more than their query, by name."""
