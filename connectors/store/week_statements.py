"""The statements behind the week board. One moment of the database: declarations, booked lines, the rest."""

# ruff: noqa: S608 - only our own text is put together, values are parameters

from __future__ import annotations

_HERE = "h.environment = %(environment)s and h.withdrawn_at is null and lower(h.unit) = 'uur'"
_OF_CLIENT = "(%(client)s::text is null or {0}.client = %(client)s)"

_DECLARED = f"""
    with declared as materialized (
        select d.number, d.client, d.placement, d.employee, d.status, d.hours, d.missing,
            position('@' in d.number) = 0 as claimed, c.total_hours, c.claim is not null as known,
            d.period_start < %(monday)s or d.period_end > %(sunday)s as longer,
            d.status in ('approved', 'processed', 'paid') as approved,
            d.in_afas or coalesce(o.state = 'done' and o.kind = 'approve', false) as seen,
            o.id as update, o.kind, o.state, o.reason
        from declaration d
        left join claim c on c.environment = d.environment and c.claim = d.number and c.withdrawn_at is null
        left join lateral (
            select id, kind, state, reason from outbox where outbox.environment = d.environment
                and outbox.subject = 'claim:' || d.number and outbox.kind in ('approve', 'reject')
            order by id desc limit 1
        ) o on d.status in ('to-approve', 'rejected') or not d.in_afas
        where d.environment = %(environment)s and d.week = %(week)s and d.status <> 'withdrawn'
            and {_OF_CLIENT.format("d")}
    ), dated as (
        select coalesce(h.claim, h.placement || '@' || %(week)s) as number, h.client, h.employee,
            sum(h.quantity) as hours
        from hour_line h where {_HERE} and h.date between %(monday)s and %(sunday)s
            and {_OF_CLIENT.format("h")} group by 1, 2, 3
    ), booked as materialized (
        select number, sum(hours) as hours from (
            select number, hours from dated where number is not null
            union all
            select h.claim, h.quantity from declared join hour_line h on h.claim = declared.number
            where longer and {_HERE} and not h.date between %(monday)s and %(sunday)s
        ) all_lines group by number
    ), stray as (
        select dated.* from dated where number is null or (
            not exists (select from declared where declared.number = dated.number)
            and not exists (select from declaration d where d.environment = %(environment)s
                and d.number = dated.number and d.status <> 'withdrawn'))
    )
"""

ROWS = (
    _DECLARED
    + """
    , summed as (
        select d.client, case when %(deep)s then d.placement end as placement,
            case when %(deep)s then d.employee end as employee, count(*) as declarations,
            sum(coalesce(b.hours, 0)) as booked,
            sum(case when claimed then coalesce(total_hours, d.hours) else 0 end) as submitted,
            coalesce(sum(d.hours) filter (where status <> 'open'), 0) as offered,
            coalesce(sum(d.hours) filter (where approved), 0) as approved,
            coalesce(sum(d.hours) filter (where approved and seen), 0) as in_afas,
            coalesce(sum(d.hours) filter (where status in ('processed', 'paid')), 0) as processed,
            coalesce(sum(d.hours) filter (where status = 'paid'), 0) as paid
        from declared d left join booked b using (number) group by 1, 2, 3
    )
    select s.*, c.name as client_name,
        concat_ws(' ', coalesce(e.first_name, e.initials), e.prefix, e.last_name) as worker
    from summed s
    left join client c on c.environment = %(environment)s and c.client = s.client
    left join employee e on e.environment = %(environment)s and e.employee = s.employee
    order by client_name nulls last, s.client, worker, s.placement
    """
)

EXCEPTIONS = (
    _DECLARED
    + """
    , judged as (
        select d.number, d.client, d.placement, d.employee, d.hours, d.update, case
            when approved and not seen then case
                when kind is distinct from 'approve' then 'not-in-afas'
                when state = 'parked' then 'parked' when state = 'unclear' then 'unclear'
                when state in ('ready', 'sending') then 'on-its-way' else 'not-in-afas' end
            when claimed and coalesce(b.hours, 0) <> coalesce(total_hours, d.hours) then 'hours-do-not-add-up'
            when status = 'rejected' then 'rejected'
            when status = 'to-approve' and kind = 'approve' and state in ('void', 'done')
                then 'approval-fell-away'
            when status = 'to-approve' then 'waits-for-approval'
            when status = 'open' and claimed then 'held-back'
            when status = 'open' then 'not-submitted' end as reason,
            case when status = 'open' and claimed then array_to_string(missing, ', ')
                when claimed and coalesce(b.hours, 0) <> coalesce(total_hours, d.hours)
                    then 'lines ' || trim_scale(coalesce(b.hours, 0)) || ', claim ' || trim_scale(d.hours)
                when status = 'to-approve' or (approved and not seen) then d.reason end as detail
        from declared d left join booked b using (number)
        union all
        select coalesce(number, '-'), client, null, employee, hours, null, 'no-declaration', null from stray
    ), found as materialized (
        select * from judged where reason is not null
    ), counted as (
        select reason, count(*) as count, sum(hours) as hours from found group by reason
    ), listed as (
        select found.*, c.name as client_name,
            concat_ws(' ', coalesce(e.first_name, e.initials), e.prefix, e.last_name) as worker
        from found
        left join client c on c.environment = %(environment)s and c.client = found.client
        left join employee e on e.environment = %(environment)s and e.employee = found.employee
        where %(reason)s::text is null or found.reason = %(reason)s
        order by array_position(%(order)s, found.reason), c.name nulls last, worker, found.number
        limit %(most)s
    )
    select (select coalesce(jsonb_agg(to_jsonb(counted) || jsonb_build_object('hours', hours::text)), '[]')
            from counted) as counts,
        (select coalesce(jsonb_agg(to_jsonb(listed) || jsonb_build_object('hours', hours::text)
            order by array_position(%(order)s, reason), client_name nulls last, worker, number), '[]')
            from listed) as listed
    """
)

SUMS = (
    _DECLARED
    + f"""
    select
        (select coalesce(sum(hours), 0) from stray)
            + (select coalesce(sum(b.hours), 0) from booked b join declared using (number)) as lines,
        (select coalesce(sum(hours), 0) from stray) as stray,
        (select coalesce(sum(b.hours), 0) from booked b join declared using (number) where claimed)
            as claim_lines,
        (select coalesce(sum(hours), 0) from declared where not claimed) as open_lines,
        (select coalesce(sum(c.total_hours), 0) from claim c where c.environment = %(environment)s
            and c.period_start between %(monday)s and %(sunday)s and c.withdrawn_at is null
            and {_OF_CLIENT.format("c")}) as claims,
        (select coalesce(sum(hours), 0) from declared where claimed) as declared,
        (select coalesce(sum(c.total_hours), 0) from claim c where c.environment = %(environment)s
            and c.period_start between %(monday)s and %(sunday)s and c.withdrawn_at is null
            and (c.processed or c.paid) and not c.approved_externally
            and c.workflow_status not in ('approved', 'approved-externally')
            and {_OF_CLIENT.format("c")}) as unapproved
    """
)

CLIENTS = """
    select distinct d.client, coalesce(c.name, d.client) as name from declaration d
    left join client c on c.environment = d.environment and c.client = d.client
    where d.environment = %(environment)s and d.week = %(week)s and d.client is not null order by name
"""

SIZE = """
    select count(*) as count from declaration
    where environment = %(environment)s and week = %(week)s and status <> 'withdrawn'
"""
