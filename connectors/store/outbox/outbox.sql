-- What workers do to the outbox, and what is held back after a restore. docs/outbox-states.md draws the states;
-- update_is_open, takeable_update and the like are rules of the schema (schema/0038_rules_of_the_outbox.sql).

-- next_id --
-- The id of the next update: what is personal in it is sealed for it before it is written.
select nextval(pg_get_serial_sequence('outbox', 'id')) as id

-- add --
-- Written down in the transaction of the decision that owes it: ready.
insert into outbox (id, environment, decision, kind, subject, version, payload, mark, correlation, trace_parent)
overriding system value
values (%(id)s, %(environment)s, %(decision)s, %(kind)s, %(subject)s, %(version)s, %(payload)s, %(mark)s,
    %(correlation)s, %(trace_parent)s)

-- mode --
select mode from environment where environment = %(environment)s

-- take --
-- Takes due updates under a lease: ready stays ready, sending (its worker is gone) becomes unclear.
-- One kind at a time, so that its looks can be batched. What ended without an outcome before is worked alone,
-- and rests longer each time: an update that kills its worker must not take forty-nine others down for ever.
with first as (
    select id, kind, unfinished from takeable_update where environment = %(environment)s
    order by due_at, id limit 1
), due as (
    select count(*) from (select from takeable_update t join first on first.kind = t.kind
        where t.environment = %(environment)s limit %(most)s * %(share)s) counted
), chosen as (
    select t.id from takeable_update t join first on first.kind = t.kind
    where t.environment = %(environment)s
        and case when first.unfinished > 0 then t.id = first.id else t.unfinished = 0 end
    order by t.due_at, t.id
    limit least(%(most)s, (select ceil(count / %(share)s::numeric) from due))
    for update of t skip locked
)
update outbox set token = %(token)s, attempts = attempts + 1, unfinished = unfinished + 1,
    state = case when state = 'sending' then 'unclear' else state end,
    leased_until = now() + make_interval(secs => %(lease)s),
    due_at = case when unfinished = 0 then due_at else now() + make_interval(secs => %(lease)s
        + (%(rests)s::float8[])[least(unfinished, cardinality(%(rests)s::float8[]))]) end,
    reason = case when unfinished < 2 then reason
        else jsonb_build_object('id', 'why.unfinished', 'values', jsonb_build_object('times', unfinished)) end
from chosen where outbox.id = chosen.id returning outbox.*, now() as taken_at

-- extend --
-- The lease of those that are still ours ends later.
update outbox set leased_until = now() + make_interval(secs => %(lease)s)
where id = any(%(ids)s) and token = %(token)s and update_is_active(state)

-- hand_back --
-- Let go of what is still ours and not being sent, as if it had never been taken.
update outbox set token = null, leased_until = null, attempts = attempts - 1, unfinished = %(unfinished)s,
    due_at = now() + make_interval(secs => %(after)s)
where id = any(%(ids)s) and token = %(token)s and state in ('ready', 'unclear')

-- file --
select content from stored_file where environment = %(environment)s and id = %(file)s

-- begin --
-- ready | unclear -> sending, committed before the first byte. Not when it is not ours any more, when nothing is
-- sent here now, and not over other hours than were shown (G4).
update outbox set state = 'sending', doubt = true, sends = sends + 1, begun = begun + 1, sent_at = now(),
    waited = 0, rested = 0, empty_looks = 0, last_look_at = null, evidence = %(remember)s,
    leased_until = now() + make_interval(secs => %(lease)s)
where id = %(id)s and token = %(token)s and state in ('ready', 'unclear')
    and not exists (select from environment e where e.environment = outbox.environment
        and (e.mode <> 'live' or is_resting(e)))
    and not exists (select from restored r where r.environment = outbox.environment)
    and not exists (select from paused_kind k where k.environment = outbox.environment
        and k.kind = outbox.kind and is_resting(k))
    and not has_moved(outbox) and not has_news(outbox)
returning (select id from epoch), begun

-- why_not_begun --
select has_news(o), has_moved(o) from outbox o where id = %(id)s

-- settle_done --
-- -> done: seen in AFAS.
update outbox set state = 'done', doubt = false, ended_at = now(), evidence = %(evidence)s,
    token = null, leased_until = null, unfinished = 0, reason = %(why)s
where id = %(id)s and token = %(token)s and update_is_active(state)

-- settle_ready --
-- -> ready: it did not happen, and is due again later.
update outbox set state = 'ready', doubt = false, due_at = now() + make_interval(secs => %(after)s),
    attempts = attempts - %(uncounted)s, sends = sends - %(unsent)s,
    token = null, leased_until = null, unfinished = 0, reason = %(why)s
where id = %(id)s and token = %(token)s and update_is_active(state)

-- settle_unclear --
-- -> unclear: it may have happened; how long AFAS has had for it is never told shorter.
update outbox set state = 'unclear', cause = %(cause)s, due_at = now() + make_interval(secs => %(after)s),
    empty_looks = empty_looks + %(empty)s,
    waited = case when sends = %(sends)s then greatest(waited, %(waited)s) else waited end,
    rested = case when %(empty)s > 0 then 0 when sends = %(sends)s
        then greatest(rested, %(rested)s) else rested end,
    last_look_at = case when %(empty)s > 0 then now() else last_look_at end,
    token = null, leased_until = null, unfinished = 0, reason = %(why)s
where id = %(id)s and token = %(token)s and update_is_active(state)

-- settle_parked --
-- -> parked: a person must act.
update outbox set state = 'parked', cause = %(cause)s, doubt = doubt and not %(certain)s, ended_at = now(),
    waited = case when sends = %(sends)s then greatest(waited, %(waited)s) else waited end,
    log_reference = %(log_reference)s,
    token = null, leased_until = null, unfinished = 0, reason = %(why)s
where id = %(id)s and token = %(token)s and update_is_active(state)

-- settle_void --
-- -> void: the ground fell away. A trigger marks the declaration as stale, so that it is offered again (G4).
update outbox set state = 'void', doubt = false, ended_at = now(),
    token = null, leased_until = null, unfinished = 0, reason = %(why)s
where id = %(id)s and token = %(token)s and update_is_active(state)

-- note_attempt --
insert into attempt (outbox, step, outcome, detail, request, trace, log_reference, seconds)
values (%(outbox)s, %(step)s, %(outcome)s, %(detail)s, %(request)s, %(trace)s, %(log_reference)s, %(seconds)s)

-- note_evidence --
-- What AFAS's answer named, true whoever holds the update by now.
update outbox set evidence = evidence || %(made)s where id = %(id)s

-- rest_environment --
insert into environment as known (environment, paused_until, pause_reason, rests)
values (%(environment)s, now() + make_interval(secs => rest_length(1, %(lengths)s::float8[])), %(why)s, 1)
on conflict (environment) do update set pause_reason = excluded.pause_reason,
    rests = rest_number(known.paused_until, known.rests, %(lengths)s::float8[]),
    paused_until = greatest(known.paused_until, now() + make_interval(secs => rest_length(
        rest_number(known.paused_until, known.rests, %(lengths)s::float8[]), %(lengths)s::float8[])))
where known.paused_until is distinct from 'infinity'

-- rest_longer --
update environment set pause_reason = %(why)s, rests = rests + 1,
    paused_until = now() + make_interval(secs => rest_length(rests + 1, %(lengths)s::float8[]))
where environment = %(environment)s and paused_until < 'infinity'

-- rest_kind --
insert into paused_kind as known (environment, kind, reason, until, rests)
values (%(environment)s, %(kind)s, %(why)s,
    now() + make_interval(secs => rest_length(1, %(lengths)s::float8[])), 1)
on conflict (environment, kind) do update set reason = excluded.reason,
    rests = rest_number(known.until, known.rests, %(lengths)s::float8[]),
    until = greatest(known.until, now() + make_interval(secs => rest_length(
        rest_number(known.until, known.rests, %(lengths)s::float8[]), %(lengths)s::float8[])))
where known.until is not null

-- forgotten --
-- A send that we know of and the database does not: it was put back.
select 1 as found from unnest(%(updates)s::bigint[], %(begun)s::int[]) as known(id, begun)
left join outbox o on o.id = known.id where coalesce(o.begun, 0) < known.begun limit 1

-- named_environments --
select environment from environment union select environment from outbox
union select environment from flow union select environment from schedule order by 1

-- hold_back --
insert into restored (environment, reason) values (%(environment)s, %(reason)s)
on conflict (environment) do update set at = now(), reason = excluded.reason

-- doubt_all --
-- What was owed may have been sent since the backup: it counts as sent now, with an unknown outcome.
update outbox set state = case state when 'parked' then 'parked' else 'unclear' end, doubt = true,
    token = null, leased_until = null, unfinished = 0, sends = greatest(sends, 1), sent_at = now(),
    waited = 0, rested = 0, empty_looks = 0, last_look_at = null, due_at = now()
where environment = %(environment)s and update_is_open(state)

-- free_runs --
update run set state = 'due', kind = 'full', token = null, leased_until = null, due_at = now(), since = null
where environment = %(environment)s and run_is_open(state)

-- want_all_whole --
insert into run (environment, flow, kind) select %(environment)s, flow, 'full' from (
    select flow from known_flow where environment = %(environment)s
    union select unnest(%(flows)s::text[])) known
on conflict (environment, flow) where run_is_open(state) do nothing

-- want_whole --
insert into run (environment, flow, kind) values (%(environment)s, %(flow)s, 'full')
on conflict (environment, flow) where run_is_open(state)
do update set kind = 'full' where run.state = 'due'

-- held_back --
select at, reason from restored where environment = %(environment)s

-- not_read_whole --
select flow from (
    select flow from known_flow where environment = %(environment)s
    union select unnest(%(flows)s::text[])) known
where not exists (select from run
    where run.environment = %(environment)s and run.flow = known.flow and run.kind = 'full'
    and run.state = 'done' and run.started_at > %(at)s)
order by flow

-- owed --
select * from outbox where environment = %(environment)s and id > %(after)s and update_is_open(state)
order by id limit %(limit)s

-- found_done --
-- AFAS shows it as wished: done, whoever sent it.
update outbox set state = 'done', doubt = false, ended_at = now(), reason = %(why)s, evidence = %(evidence)s
where id = %(id)s and environment = %(environment)s and update_is_open(state)

-- release --
delete from restored where environment = %(environment)s
