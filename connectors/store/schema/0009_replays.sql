-- Failures by their cause, and replays as rows: a closed browser loses nothing.

-- domain/cause.py makes the fingerprint when something fails; it says nothing about what does not fail now.
alter table outbox add column cause text;
alter table parked_row add column cause text;
create index outbox_failed on outbox (environment, id) where state in ('parked', 'unclear');
-- Grouping reads the index alone: what failed lies scattered over everything that went well.
create index outbox_cause on outbox (environment, cause, id) include (kind, state, created_at, subject)
    where state in ('parked', 'unclear');
create index outbox_nameless on outbox (environment) where state in ('parked', 'unclear') and cause is null;
create index parked_row_listed on parked_row (environment, id) where resolved_at is null;
create index parked_row_cause on parked_row (environment, cause, id) include (flow, first_seen)
    where resolved_at is null;
create index parked_row_nameless on parked_row (environment) where resolved_at is null and cause is null;

-- planning -> planned -> running -> done     the workers plan and do it, in steps
--                     -> waiting -> running  a second person must agree first
--                     -> dropped             nobody wants it any more
create table replay (
    id bigint generated always as identity primary key,
    environment text not null,
    state text not null default 'planning'
        check (state in ('planning', 'planned', 'waiting', 'running', 'done', 'dropped')),
    cause text,                         -- when all failures of one cause were meant
    asked_by text not null, asked_at timestamptz not null default now(),
    plan_hash text, planned_at timestamptz,
    begun_by text, begun_at timestamptz, reason text,
    agreed_by text, agreed_at timestamptz,
    ended_at timestamptz, token uuid, leased_until timestamptz
);
create index replay_recent on replay (environment, id desc);
create index replay_open on replay (environment, id) where state in ('planning', 'running');

-- stamp: what the update's row looked like when it was planned; another one means that the plan is not true any
-- more. outcome: due (made due again), left (it would only fail again), refused, changed (since the plan).
create table replay_item (
    replay bigint not null references replay on delete cascade,
    update bigint not null references outbox on delete cascade,
    stamp text, prospect text, why text, request jsonb,
    outcome text check (outcome in ('due', 'left', 'refused', 'changed')), told text, at timestamptz,
    primary key (replay, update)
);
create index replay_item_update on replay_item (update);
