"""What reconciling reads of decisions and declarations: what is owed for them, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from psycopg.rows import DictRow

from connectors.store.messages import message_of
from connectors.store.outbox.rows import to_update
from connectors.store.reconcile.mirror_ledger import MirrorLedger
from connectors.store.records import mirror
from domain.declarations.declaration import Declaration
from domain.declarations.standing import NewestDecision
from domain.outbox.subject import subject_of_claim
from domain.outbox.update import UpdateKind, UpdateState
from domain.reconcile.finding import FindingKind
from domain.reconcile.sides import Oddity, Owed, PortalSide
from domain.records.hours import Claim

_DECIDED = """
    select o.*, to_jsonb(d) is not null as declared, d.number
    from (
        select distinct on (o.subject) o.* from outbox o
        join claim c on c.environment = o.environment and c.claim = claim_of(o.subject)
        where o.environment = %(environment)s and pay_depends_on(o.kind) and o.state <> 'void'
            and c.period_start >= %(since)s
        order by o.subject, o.id desc
    ) o left join declaration d on d.environment = o.environment and d.number = claim_of(o.subject)
    order by o.id
"""
_OTHERS = """
    select o.* from outbox o where o.environment = %(environment)s
        and o.kind in ('attach-file', 'sign-off', 'ask-question', 'change-mobile')
        and o.state in ('done', 'parked', 'unclear') and o.created_at > now() - %(days)s * interval '1 day'
        and o.payload <> '{}'  -- blanked: its person was erased
        and (o.kind <> 'change-mobile' or not exists (select from outbox later
            where later.environment = o.environment and later.subject = o.subject and later.id > o.id
            and later.state <> 'void'))
    order by o.id
"""
_OPEN = """
    select number from declaration where environment = %(environment)s and not is_submitted(number)
        and period_start >= %(since)s
    union select open_number(placement, week_of(date)) from hour_line
    where environment = %(environment)s and date >= %(since)s and claim is null and withdrawn_at is null
        and placement is not null
    order by 1
"""
_GROUNDLESS = """
    select d.* from declaration d where d.environment = %(environment)s and is_submitted(d.number)
        and d.period_start >= %(since)s and not exists (
            select from claim c where c.environment = d.environment and c.claim = d.number)
    order by d.number
"""
_WITHOUT_UPDATE = """
    select d.id, d.kind, d.subject, d.decided_at from decision d
    where d.environment = %(environment)s and d.decided_at > now() - interval '60 days'
        and not exists (select from outbox o where o.decision = d.id) order by d.id
"""
_WITHOUT_DECISION = """
    select o.id, o.kind, o.subject, o.state from outbox o
    where o.environment = %(environment)s and o.decision is null
        and o.created_at > now() - interval '60 days' order by o.id
"""
_NOT_CONSERVED = """
    select id, flow, read, new + changed + unchanged + parked as accounted from run
    where environment = %(environment)s and read <> new + changed + unchanged + parked order by id
"""
_NOT_ADDING_UP = """
    select d.number, d.client, d.week, d.hours::text as hours, d.lines,
        (select coalesce(sum(h.quantity), 0)::text from hour_line h where h.environment = d.environment
            and h.claim = d.number and h.withdrawn_at is null and lower(h.unit) = 'uur') as of_lines
    from declaration d join claim c on c.environment = d.environment and c.claim = d.number
    where d.environment = %(environment)s and 'hours-do-not-add-up' = any(d.missing)
        and d.status <> 'withdrawn' and c.period_start >= %(since)s
        and greatest(c.written_at, (select max(h.written_at) from hour_line h
            where h.environment = d.environment and h.claim = d.number))
            <= now() - %(hours)s * interval '1 hour'
    order by d.number
"""
_WEEK = """
    select d.*, to_jsonb(c.claim) is not null and c.withdrawn_at is null as is_kept,
        o.id as update, o.kind as decided_kind, o.state as decided_state, o.version as decided_version,
        coalesce((select p.reason from paused_kind p where o.state = 'ready' and p.environment = o.environment
            and p.kind = o.kind and is_resting(p)), o.reason) as stuck,
        coalesce(extract(epoch from now() - o.created_at), 0)::float as owed_for,
        coalesce(c.written_at > o.ended_at, false) as overtaken
    from declaration d left join claim c on c.environment = d.environment and c.claim = d.number
    left join lateral (select * from outbox o where o.environment = d.environment
        and o.subject = subject_of_claim(d.number) and pay_depends_on(o.kind)
        order by o.state = 'void', o.id desc limit 1) o on true
    where d.environment = %(environment)s and d.week = %(week)s and is_submitted(d.number)
    order by d.number
"""
_APPROVED = """
    select count(*) as declared, coalesce(sum(d.hours) filter (where
        d.status in ('approved', 'processed', 'paid') or (d.status = 'withdrawn' and (
            select o.kind = 'approve' and o.state = 'done' from outbox o where o.environment = d.environment
            and o.subject = subject_of_claim(d.number) and pay_depends_on(o.kind) and o.state <> 'void'
            order by o.id desc limit 1))), 0) as hours
    from declaration d
    where d.environment = %(environment)s and d.week = %(week)s and is_submitted(d.number)
"""


class StoreLedger(MirrorLedger):
    """Reads of one environment's store (``sync.reconcile.ports.Ledger``)."""

    def decided_claims(self, since: date) -> list[Owed]:
        """The newest approval or rejection of each claim of that day or later, unless it was voided."""
        rows = self._rows(_DECIDED, since=since)
        declared = self.declared([row["number"] for row in rows if row["declared"]])
        return [self._owed(row, declared.get(row["number"])) for row in rows]

    def other_updates(self, days: int) -> list[Owed]:
        """Signatures, questions and numbers of so many days, done or stuck; of a number only the newest."""
        return [self._owed(row, None) for row in self._rows(_OTHERS, days=days)]

    def oddities(self, since: date, hours: float) -> list[Oddity]:
        """What is wrong within the store."""
        return [
            *(_decision(row) for row in self._rows(_WITHOUT_UPDATE)),
            *(_update(row) for row in self._rows(_WITHOUT_DECISION)),
            *(_run(row) for row in self._rows(_NOT_CONSERVED)),
            *(_not_adding_up(row) for row in self._rows(_NOT_ADDING_UP, since=since, hours=hours)),
        ]

    def week(self, week: str) -> list[PortalSide]:
        """The submitted declarations of an ISO week, each with our side of it."""
        rows = self._rows(_WEEK, week=week)
        kept = self.by_key(Claim, [row["number"] for row in rows if row["is_kept"]])
        return [
            PortalSide(
                _declaration(row),
                kept[row["number"]].record if row["number"] in kept else None,
                _decided(row),
                row["update"],
                message_of(row["stuck"]),
                row["owed_for"],
                fell=row["decided_state"] == UpdateState.VOID and row["decided_kind"] == UpdateKind.APPROVE,
            )
            for row in rows
        ]

    def approved(self, week: str) -> tuple[int, Decimal]:
        """How many submitted declarations a week has, and how many hours of them are approved."""
        [row] = self._rows(_APPROVED, week=week)
        return row["declared"], row["hours"]

    def open_numbers(self, since: date) -> list[str]:
        """The open declarations that the portal shows, or that we have lines for."""
        return [row["number"] for row in self._rows(_OPEN, since=since)]

    def groundless(self, since: date) -> list[Declaration]:
        """What the portal shows of claims that we do not keep."""
        return [_declaration(row) for row in self._rows(_GROUNDLESS, since=since)]

    def _owed(self, row: DictRow, declaration: Declaration | None) -> Owed:
        update = to_update(row, self._database.keys)
        return Owed(update, message_of(row["reason"]), row["ended_at"], declaration)

    def declared(self, numbers: Sequence[str]) -> dict[str, Declaration]:
        """What the portal shows of these claims."""
        rows = self._rows(
            "select * from declaration where environment = %(environment)s and number = any(%(numbers)s)",
            numbers=list(numbers),
        )
        return {row["number"]: _declaration(row) for row in rows}


def _declaration(row: DictRow) -> Declaration:
    return mirror.read(Declaration, row | {"missing": tuple(row["missing"])})


def _decided(row: DictRow) -> NewestDecision | None:
    if row["decided_state"] in (None, UpdateState.VOID):
        return None
    kind, state = UpdateKind(row["decided_kind"]), UpdateState(row["decided_state"])
    return NewestDecision(kind, state, row["decided_version"], row["overtaken"])


def _decision(row: DictRow) -> Oddity:
    facts = {"decision": row["id"], "kind": row["kind"], "decided_at": row["decided_at"].isoformat()}
    return Oddity(FindingKind.DECISION_WITHOUT_UPDATE, row["subject"], facts=facts)


def _update(row: DictRow) -> Oddity:
    facts = {"update": row["id"], "kind": row["kind"], "state": row["state"], "about": row["subject"]}
    return Oddity(FindingKind.UPDATE_WITHOUT_DECISION, f"update:{row['id']}", facts=facts)


def _run(row: DictRow) -> Oddity:
    facts = {"flow": row["flow"], "read": row["read"], "accounted": row["accounted"]}
    return Oddity(FindingKind.RUN_NOT_CONSERVED, f"run:{row['id']}", facts=facts)


def _not_adding_up(row: DictRow) -> Oddity:
    facts = {
        "claim": row["number"],
        "hours": row["hours"],
        "of_lines": row["of_lines"],
        "lines": row["lines"],
    }
    return Oddity(
        FindingKind.NOT_ADDING_UP, subject_of_claim(row["number"]), row["client"], row["week"], facts
    )
