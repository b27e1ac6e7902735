-- What people see of the outbox, and what they do to it.

-- update --
select * from outbox where id = %(id)s and environment = %(environment)s

-- attempts --
select at, step, outcome, detail, request, trace, log_reference, seconds from attempt
where outbox = %(id)s order by id

-- lock --
select state, reason from outbox where id = %(id)s and environment = %(environment)s for update

-- replay --
-- parked | unclear | ready -> due now: unclear while in doubt, so that AFAS is looked at first.
update outbox set state = case when doubt then 'unclear' else 'ready' end, due_at = now(), token = null,
    leased_until = null, unfinished = 0, attempts = 0, sends = least(sends, 1), empty_looks = 0,
    last_look_at = null, ended_at = null, reason = null, log_reference = null
where id = any(%(ids)s) and environment = %(environment)s returning id, state

-- not_without --
-- What the same decision owes behind it.
select later.id from outbox first join outbox later on later.environment = first.environment
    and later.decision = first.decision and later.id > first.id and update_may_fall(later.state)
where first.id = %(id)s and first.environment = %(environment)s order by later.id for update of later

-- give_up --
-- parked | ready -> void.
update outbox set state = 'void', doubt = false, token = null, leased_until = null,
    ended_at = now(), reason = %(reason)s
where id = any(%(ids)s) and environment = %(environment)s

-- set_mode --
insert into environment (environment, mode) values (%(environment)s, %(mode)s)
on conflict (environment) do update set mode = excluded.mode

-- leave_dry_run --
update outbox set due_at = now() where environment = %(environment)s and token is null
    and state in ('ready', 'unclear') and due_at > now() and reason ->> 'id' = 'why.dry-run'

-- stop_kind --
insert into paused_kind (environment, kind, reason) values (%(environment)s, %(kind)s, %(reason)s)
on conflict (environment, kind) do update set reason = excluded.reason, until = null, since = now()

-- wake_kind --
delete from paused_kind where environment = %(environment)s and kind = %(kind)s

-- waiting --
-- What waits to be sent, by kind: how many, and the oldest with the reason why it waits.
select distinct on (o.kind) o.kind, o.id as update, coalesce(k.reason, o.reason) as reason,
    extract(epoch from now() - o.created_at)::float as oldest,
    count(*) over (partition by o.kind)::int as updates
from outbox o
left join paused_kind k on k.environment = o.environment and k.kind = o.kind and is_resting(k)
where o.environment = %(environment)s and o.state = 'ready'
order by o.kind, o.created_at, o.id

-- decision --
select d.id, d.kind, d.subject, d.version, d.contact, d.content, d.decided_at, d.channel, d.api_key,
    a.name as key_name, c.name as contact_name, c.client as contact_client, l.name as client_name
from outbox o join decision d on d.id = o.decision
left join api_key a on a.id = d.api_key
left join contact c on c.environment = d.environment and c.contact = d.contact
left join client l on l.environment = c.environment and l.client = c.client
where o.id = %(update)s and o.environment = %(environment)s

-- declaration --
select d.number, d.status, d.week, trim_scale(d.hours)::text as hours, d.client, c.name as client_name,
    d.employee, coalesce(worker_name(e), '') as worker, d.placement
from declaration d left join client c on c.environment = d.environment and c.client = d.client
left join employee e on e.environment = d.environment and e.employee = d.employee
where d.environment = %(environment)s and d.number = %(number)s

-- neighbours --
-- Open updates of the same subject: those that go first, and those that wait behind it.
select o.id, o.kind, o.state, o.reason, o.created_at, o.id < %(update)s as before from outbox o
where o.environment = %(environment)s and o.subject = %(subject)s and o.id <> %(update)s
    and update_is_open(o.state)
order by o.id limit 50

-- circumstances --
select correlation, cause, sent_at, now() as now from outbox
where id = %(update)s and environment = %(environment)s

-- search --
-- Updates that do not fail, of that id or about that claim or dossier item.
select o.id, o.kind, o.subject, o.state from outbox o where o.environment = %(environment)s
    and (o.id = %(number)s or o.subject
        = any(array[%(text)s, subject_of_claim(%(text)s), 'item:' || %(text)s]))
    and not update_has_failed(o.state)
order by o.id desc limit 10
