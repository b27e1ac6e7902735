"""The statement behind the week board: one reading of declarations, lines, claims and updates, told in JSON.

Hours travel as texts, since JSON's numbers would not keep them exact. One statement, so that all of it is of
one moment, and a week's lines are read once.
"""

# ruff: noqa: S608 - only our own text is put together, values are parameters

from __future__ import annotations

_OF_CLIENT = "(%(client)s::text is null or {0}.client = %(client)s)"
_NAMED = """
    left join client c on c.environment = %(environment)s and c.client = {0}.client
    left join employee e on e.environment = %(environment)s and e.employee = {0}.employee
"""
_HOURS = "coalesce(sum(h.quantity) filter (where lower(h.unit) = 'uur'), 0)"

_ROUNDING = "coalesce(sum(rounding(h.quantity)) filter (where lower(h.unit) = 'uur'), 0)"

_GROUND = f"""
    weekly as materialized (
        select claim, total_hours, (processed or paid) and not approved_externally
            and workflow_status not in ('approved', 'approved-externally') as unapproved
        from claim where environment = %(environment)s and withdrawn_at is null
            and period_start between %(monday)s and %(sunday)s and {_OF_CLIENT.format("claim")}
    ), listed_here as materialized (
        select d.number, d.client, d.placement, d.employee, d.status, d.hours, d.missing, d.in_afas,
            is_submitted(d.number) as claimed,
            d.period_start < %(monday)s or d.period_end > %(sunday)s as longer
        from declaration d
        where d.environment = %(environment)s and d.week = %(week)s and d.status <> 'withdrawn'
            and {_OF_CLIENT.format("d")}
    ), owed as materialized (
        select distinct on (o.subject) claim_of(o.subject) as number, o.id, o.kind, o.state,
            coalesce((select p.reason from paused_kind p where o.state = 'ready'
                and p.environment = o.environment and p.kind = o.kind and is_resting(p)), o.reason) as stuck,
            update_is_active(o.state) and o.created_at < now() - interval '1 second' * case
                when o.state = 'unclear' then %(late_unclear)s
                when o.kind = 'reject' then %(late_reject)s else %(late_approve)s end as late
        from outbox o
        where o.environment = %(environment)s and pay_depends_on(o.kind)
            and o.subject = any(array(select subject_of_claim(number) from listed_here
                where claimed and (status in ('to-approve', 'rejected') or not in_afas)))
        order by o.subject, o.state = 'void', o.id desc
    ), declared as materialized (
        select d.*, d.status in ('approved', 'processed', 'paid') as approved,
            d.in_afas or coalesce(o.state = 'done' and o.kind = 'approve', false) as seen,
            o.id as update, o.kind, o.state, o.stuck, o.late,
            case when w.claim is not null then w.total_hours when d.claimed then (
                select total_hours from claim c where c.environment = %(environment)s
                    and c.claim = d.number and c.withdrawn_at is null) end as total_hours
        from listed_here d left join weekly w on w.claim = d.number left join owed o on o.number = d.number
    ), dated as materialized (
        select coalesce(h.claim, open_number(h.placement, %(week)s)) as number, h.client, h.employee,
            {_HOURS} as hours, {_ROUNDING} as rounding
        from hour_line h where h.environment = %(environment)s and h.withdrawn_at is null
            and h.date between %(monday)s and %(sunday)s and {_OF_CLIENT.format("h")} group by 1, 2, 3
    ), booked as materialized (
        select number, sum(hours) as hours, sum(rounding) as rounding from (
            select number, hours, rounding from dated where number is not null
            union all
            select h.claim, {_HOURS}, {_ROUNDING} from declared
            join hour_line h on h.environment = %(environment)s and h.claim = declared.number
            where longer and h.withdrawn_at is null and not h.date between %(monday)s and %(sunday)s
            group by 1
        ) all_lines group by number
    ), stray as materialized (
        select * from dated where hours <> 0 and (number is null or (
            number not in (select number from declared)
            and not exists (select from declaration d where d.environment = %(environment)s
                and d.number = dated.number and d.status <> 'withdrawn')))
    ), whole as materialized (
        select d.*, coalesce(b.hours, 0) as lines, coalesce(b.rounding, 0) as rounding,
            coalesce(d.total_hours, d.hours) as total
        from declared d left join booked b using (number)
    )
"""

_ROWS = f"""
    summed as (
        select client, case when %(deep)s then placement end as placement,
            case when %(deep)s then employee end as employee, count(*) as declarations,
            sum(lines) as booked,
            sum(case when claimed then total else 0 end) as submitted,
            coalesce(sum(hours) filter (where status <> 'open'), 0) as offered,
            coalesce(sum(hours) filter (where approved), 0) as approved,
            coalesce(sum(hours) filter (where approved and seen), 0) as in_afas,
            coalesce(sum(hours) filter (where status in ('processed', 'paid')), 0) as processed,
            coalesce(sum(hours) filter (where status = 'paid'), 0) as paid
        from whole group by 1, 2, 3
    ), named as (
        select s.client, c.name as client_name, s.placement, s.employee, worker_name(e) as worker,
            s.declarations, s.booked::text, s.submitted::text, s.offered::text, s.approved::text,
            s.in_afas::text, s.processed::text, s.paid::text
        from summed s {_NAMED.format("s")}
    )
"""

_EXCEPTIONS = f"""
    judged as (
        select number, client, placement, employee, hours, update, state, stuck, missing,
            trim_scale(lines)::text as lines, trim_scale(total)::text as total, case
            when approved and not seen then case
                when kind is distinct from 'approve' then 'not-in-afas'
                when state = 'parked' then 'parked'
                when state = 'unclear' then case when late then 'unclear-for-long' else 'unclear' end
                when late then 'not-sent'
                when state in ('ready', 'sending') then 'on-its-way' else 'not-in-afas' end
            when claimed and abs(lines - total) > rounding then 'hours-do-not-add-up'
            when status = 'rejected' and not in_afas and kind = 'reject' and (state = 'parked' or late)
                then 'rejection-not-in-afas'
            when status = 'rejected' and not in_afas and kind = 'reject' and update_is_active(state)
                then 'rejection-on-its-way'
            when status = 'rejected' then 'rejected'
            when status = 'to-approve' and kind = 'approve' and state in ('void', 'done')
                then 'approval-fell-away'
            when status = 'to-approve' then 'waits-for-approval'
            when status = 'open' and claimed then 'held-back'
            when status = 'open' then 'not-submitted' end as reason
        from whole
        union all
        select coalesce(number, '-'), client, null, employee, hours, null, null, null, null, null, null,
            'no-declaration' from stray
    ), found as materialized (
        select * from judged where reason is not null
    ), counted as (
        select reason, count(*) as count, sum(hours)::text as hours from found group by reason
    ), first as materialized (
        select f.* from found f
        left join client c on c.environment = %(environment)s and c.client = f.client
        where %(reason)s::text is null or f.reason = %(reason)s
        order by array_position(%(order)s, f.reason), c.name nulls last, f.number limit %(most)s
    ), listed as (
        select f.number, f.client, c.name as client_name, f.placement, f.employee,
            worker_name(e) as worker, f.hours::text, f.update, f.reason, f.state, f.stuck, f.missing,
            f.lines, f.total
        from first f {_NAMED.format("f")}
    )
"""

_SUMS = """
    shown as (
        select coalesce(sum(total_hours), 0) as claims,
            coalesce(sum(total_hours) filter (where unapproved), 0) as unapproved
        from weekly
    ), sums as (
        select (select coalesce(sum(hours), 0) from stray) + coalesce(sum(lines), 0) as lines,
            (select coalesce(sum(hours), 0) from stray) as stray,
            coalesce(sum(lines) filter (where claimed), 0) as claim_lines,
            coalesce(sum(rounding) filter (where claimed), 0) as rounding,
            coalesce(sum(hours) filter (where not claimed), 0) as open_lines,
            (select claims from shown) as claims,
            coalesce(sum(hours) filter (where claimed), 0) as declared,
            (select unapproved from shown) as unapproved
        from whole
    )
"""

BOARD = f"""
    with {_GROUND}, {_ROWS}, {_EXCEPTIONS}, {_SUMS}
    select sums.*, (select coalesce(json_agg(named), '[]') from named) as rows,
        (select coalesce(json_agg(counted), '[]') from counted) as counts,
        (select coalesce(json_agg(listed), '[]') from listed) as listed
    from sums
"""

BY_INDEX = "select set_config('random_page_cost', '1.1', true), set_config('work_mem', '16MB', true)"
"""Before ``BOARD``, for its transaction: a week lies together, so that its indexes beat reading all years."""

CLIENTS = """
    select d.client, coalesce(c.name, d.client) as name from (
        select distinct client from declaration
        where environment = %(environment)s and week = %(week)s and client is not null) d
    left join client c on c.environment = %(environment)s and c.client = d.client order by name
"""

SIZE = """
    select count(*) as count from declaration
    where environment = %(environment)s and week = %(week)s and status <> 'withdrawn'
"""
