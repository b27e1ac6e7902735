-- The rules of the outbox, each written once. Every function is one expression without a subquery that declares no
-- more than its body holds and is not strict: PostgreSQL puts such a body in the place of the call before it plans,
-- so indexes serve as if it stood there. tests/connectors/store/outbox/test_rules.py holds them against domain/.

-- ---------------------------------------------------------------- states: docs/outbox-states.md draws them
-- Owed: it has not ended. What stands behind it of the same subject waits.
create function update_is_open(state text) returns boolean language sql immutable parallel safe as $$
    select state in ('ready', 'sending', 'unclear', 'parked')
$$;
-- A worker goes on with it by itself.
create function update_is_active(state text) returns boolean language sql immutable parallel safe as $$
    select state in ('ready', 'sending', 'unclear')
$$;
-- What people look into: it waits for one of them, or nobody knows whether AFAS has it.
create function update_has_failed(state text) returns boolean language sql immutable parallel safe as $$
    select state in ('parked', 'unclear')
$$;
-- Nobody is sending it: unless it is in doubt, its ground may fall away.
create function update_may_fall(state text) returns boolean language sql immutable parallel safe as $$
    select state in ('ready', 'parked')
$$;
create function update_has_ended(state text) returns boolean language sql immutable parallel safe as $$
    select state in ('done', 'void')
$$;
-- Of a run of a flow, and of a reconciliation: wanted, or in hand.
create function run_is_open(state text) returns boolean language sql immutable parallel safe as $$
    select state in ('due', 'running')
$$;

-- ---------------------------------------------------------------- what an update is about
-- Whether somebody's pay depends on it: what a client decided about hours.
create function pay_depends_on(kind text) returns boolean language sql immutable parallel safe as $$
    select kind in ('approve', 'reject')
$$;
-- The claim that a subject names; null when it is about something else.
create function claim_of(subject text) returns text language sql immutable parallel safe as $$
    select case when starts_with(subject, 'claim:') then substr(subject, 7) end
$$;
create function subject_of_claim(claim text) returns text language sql immutable parallel safe as $$
    select 'claim:' || claim
$$;

-- ---------------------------------------------------------------- declarations and people
-- A declaration's number is that of its claim, or placement@week for hours that were not submitted yet.
create function is_submitted(number text) returns boolean language sql immutable parallel safe as $$
    select strpos(number, '@') = 0
$$;
create function open_number(placement text, week text) returns text language sql immutable parallel safe as $$
    select placement || '@' || week
$$;
-- The ISO week of a day, as the portal spells it: 2026-W47.
create function week_of(day date) returns text language sql stable parallel safe as $$
    select to_char(day, 'IYYY-"W"IW')
$$;
-- As domain/records/people.py puts it together; null for nobody, and for somebody without a name.
create function worker_name(e employee) returns text language sql stable parallel safe as $$
    select nullif(concat_ws(' ', coalesce(nullif(e.first_name, ''), nullif(e.initials, '')), nullif(e.prefix, ''),
        nullif(e.last_name, '')), '')
$$;

-- ---------------------------------------------------------------- who may be taken
-- Paused by a person (for good), or resting after a refusal until that time.
create function is_resting(e environment) returns boolean language sql stable parallel safe as $$
    select e.mode = 'paused' or coalesce(e.paused_until > now(), false)
$$;
create function is_resting(k paused_kind) returns boolean language sql stable parallel safe as $$
    select k.until is null or k.until > now()
$$;
-- Where nothing is taken: paused, resting, or held back after a restore until AFAS was read whole.
create view closed_environment as
    select e.environment from environment e where is_resting(e) union all select r.environment from restored r;
-- Whoever wants to work on an update takes it from here, and the clock hints at what is here: due, in nobody's hands,
-- the first open one of its subject, and neither its environment nor its kind rests. Closed environments are asked for
-- once per statement, not once per update.
create view takeable_update as
    select o.id, o.environment, o.kind, o.due_at, o.leased_until, o.unfinished from outbox o
    where update_is_active(o.state) and o.due_at <= now() and (o.leased_until is null or o.leased_until <= now())
        and o.environment <> all (array(select environment from closed_environment))
        and not exists (select from paused_kind k where k.environment = o.environment and k.kind = o.kind
            and is_resting(k))
        and not exists (select from outbox earlier where earlier.environment = o.environment
            and earlier.subject = o.subject and earlier.id < o.id and update_is_open(earlier.state));
